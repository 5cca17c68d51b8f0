"""The office behind the wall, put together: its store, its keys, its way to the outbox, its pages."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import httpx
import structlog

from bot import log
from bot.compliance.checking import both
from bot.compliance.desk import ComplianceDesk
from bot.compliance.erasure import memory_of, was_erased
from bot.compliance.handing import Handing
from bot.compliance.keeping import Keeping, NotClearedError
from bot.compliance.settings import database_address, handover_folder
from bot.compliance.taking import OutboxError, Taking
from bot.privacy.memory import BadMemoryError
from bot.safety.wall import public_key_of
from bot.store import StoreError
from bot.store.compliance import ComplianceStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from bot.compliance.settings import ComplianceConfig
    from bot.config import Config
    from bot.model import Reviewer
    from bot.privacy.memory import Memory
    from bot.yaml_file import Loaded

LOG = structlog.get_logger()
LINKS = "compliance-links.txt"
"""Beside the configuration, where there is no terminal to print on."""


class CannotOpenOfficeError(Exception):
    """The office cannot start; the message says what to do."""


def wall_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass(kw_only=True)
class Office:
    """One office. `run` keeps it going until it is told to stop."""

    loaded: Loaded[ComplianceConfig]
    store: ComplianceStore
    memory: Memory
    """Of erasures."""
    keys: tuple[str, ...] = field(repr=False)
    token: str = field(repr=False)
    secret: str = field(repr=False, default="")
    """What both sides of a hand-over sign with."""
    password: str = field(repr=False, default="")
    """Of the mail server's account, where it goes by mail."""
    now: Callable[[], datetime] = wall_clock
    one_process: bool = False
    """Whether it runs in the bot's own process, as in the demo, where the wall is the application's alone."""
    another_link: str = f"Whoever runs this office makes one with: kill -USR1 {os.getpid()}"
    outbox_url: str | None = None
    """Another than the configuration's."""
    trouble: str = ""
    """Why the outbox could not be read the last time, in a sentence; empty when it could."""

    def __post_init__(self) -> None:
        self.people: Mapping[str, Reviewer] = self.settings.reviewers()
        self.desk = ComplianceDesk(office=self)

    @property
    def settings(self) -> ComplianceConfig:
        """The configuration alone."""
        return self.loaded.value

    @property
    def folder(self) -> Path | None:
        """Where hand-overs are dropped as files, where that is their way."""
        return handover_folder(self.loaded)

    def name_of(self, person: str) -> str:
        """What somebody is called; the program itself is the office."""
        found = self.people.get(person)
        return found.name if found else "The office" if person == "bot" else person

    async def run(self, stop: asyncio.Event, *, ready: Callable[[], None] = lambda: None) -> None:
        """Take and serve until `stop` is set. Raises PortTakenError, StoreError and BadMemoryError."""
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(httpx.AsyncClient(follow_redirects=False, trust_env=False))
            await self.store.seed(self.people.values())
            await self.store.note("office.opened", actor="bot", detail={"people": sorted(self.people)})
            keeping = self._keeping()
            await keeping.erase_again()  # before anybody reads them
            stack.callback(self.desk.close)
            self.desk.listen()
            url = self.outbox_url or str(self.settings.outbox.url)
            taking = Taking(
                store=self.store,
                url=url,
                token=self.token,
                keys=self.keys,
                client=client,
                now=self.now,
                erased=partial(was_erased, self.memory),
                look=self.settings.suspended.enabled,
            )
            handing = self._handing(client)
            async with asyncio.TaskGroup() as group:
                serving = group.create_task(self.desk.run())
                looking = group.create_task(self._go_on(keeping, taking, handing))
                ready()
                await stop.wait()
                for task in (serving, looking):
                    task.cancel()

    def _keeping(self) -> Keeping:
        terms = self.settings.retention.terms
        return Keeping(store=self.store, terms=terms, memory=self.memory, folder=self.folder, now=self.now)

    def _handing(self, client: httpx.AsyncClient) -> Handing | None:
        """The way to the body's own system, where the configuration names one."""
        way = self.settings.handover
        if way is None:
            return None
        return Handing(
            store=self.store,
            settings=way,
            secret=self.secret,
            password=self.password,
            folder=self.folder,
            client=client,
            now=self.now,
        )

    async def _go_on(self, keeping: Keeping, taking: Taking, handing: Handing | None) -> None:
        """Take what waits and hand over what is due, again and again; now and then also what a backup does not know.

        And now and then let go of what need not be kept any more. Each on its own: what one of them meets holds up no
        other.
        """
        acts = (keeping.run_when_due, taking.restore_when_due, taking.run_once)
        while True:
            met = [trouble for act in acts if (trouble := await _trouble(act))]
            trouble = met[-1] if met else ""
            if trouble not in {"", self.trouble}:
                LOG.warning("office.trouble", reason=trouble)
            self.trouble = trouble
            if handing is not None:
                try:
                    await handing.run_once()
                except StoreError as error:
                    self.trouble = str(error)
            await asyncio.sleep(self.settings.outbox.every_seconds)

    def greet(self) -> None:
        """Give whoever runs the office a sign-in link for each person: on the terminal, else in a file of theirs."""
        links = [f"  {person.name}: {self.desk.link_for(person.id)}" for person in self.people.values()]
        text = "\n".join(["Sign-in links for the compliance team, each good once and for 15 minutes:", *links])
        if not sys.stdout.isatty():
            target = self.loaded.path.resolve().parent / LINKS
            target.unlink(missing_ok=True)
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(f"{text}\n")
            text = f"Sign-in links for the compliance team, each good once and for 15 minutes, are in {target}"
        print(text, flush=True)  # noqa: T201  to whoever started it, as the bot does


async def _trouble(act: Callable[[], Awaitable[object]]) -> str:
    """Why it could not be done, in a sentence; empty when it was."""
    try:
        await act()
    except (BadMemoryError, NotClearedError, OutboxError, StoreError) as error:
        return str(error)
    return ""


def open_office(
    loaded: Loaded[ComplianceConfig],
    environment: Mapping[str, str],
    *,
    now: Callable[[], datetime] = wall_clock,
    one_process_with: Config | None = None,
) -> Office:
    """The office that a configuration describes. Raises CannotOpenOfficeError, BadMemoryError and StoreError.

    `one_process_with` is the bot's configuration, where both run in one process: then nobody may stand in both.
    """
    settings = loaded.value
    keys = tuple(environment.get(settings.key_env, "").split())
    token = environment.get(settings.outbox.token_env, "").strip()
    for secret in (*keys, token):
        log.register_secret(secret)
    if not keys:
        raise CannotOpenOfficeError(f"{settings.key_env} must hold the private key, as `compliance keys` wrote it.")
    try:
        for key in keys:
            public_key_of(key)
    except ValueError:
        raise CannotOpenOfficeError(f"{settings.key_env} holds something that is no private key.") from None
    if one_process_with is not None and (on_both := [words for _, words in both(settings, one_process_with)]):
        raise CannotOpenOfficeError("\n".join(f"{loaded.path}: people: {words}" for words in on_both))
    if not token:
        raise CannotOpenOfficeError(f"{settings.outbox.token_env} must hold the token of the bot's outbox.")
    secret, password = _handover_secrets(settings, environment)
    memory = memory_of(loaded, environment)
    store = ComplianceStore.open(database_address(loaded), now=now, exclusive=True)
    together = one_process_with is not None
    return Office(
        loaded=loaded,
        store=store,
        memory=memory,
        keys=keys,
        token=token,
        secret=secret,
        password=password,
        now=now,
        one_process=together,
    )


def _handover_secrets(settings: ComplianceConfig, environment: Mapping[str, str]) -> tuple[str, str]:
    """The secret and the password of the hand-over, empty where there is none. Raises CannotOpenOfficeError."""
    way = settings.handover
    names = [way.secret_env, way.mail.password_env if way.mail else None] if way else []
    found = [environment.get(name, "").strip() if name else "" for name in names]
    for name, secret in zip(names, found, strict=True):
        if name and not secret:
            raise CannotOpenOfficeError(f"{name} must hold what the hand-over to the body's own system needs.")
        log.register_secret(secret)
    return (found[0], found[1]) if found else ("", "")
