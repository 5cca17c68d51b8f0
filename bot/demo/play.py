"""Plays the demo: sets the stage, starts the bot on it, and waits for you or lets scripted reviewers decide."""

from __future__ import annotations

import asyncio
import calendar
import json
import re
import signal
import socket
import tempfile
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

import click
import httpx
import yaml

from bot import log
from bot.app import App, CannotStartError, open_store
from bot.compliance.office import open_office
from bot.compliance.settings import load
from bot.demo.behind_the_wall import keep_list, raised, write_office
from bot.demo.clock import Clock
from bot.demo.evening import HOME, replayed, scripted
from bot.demo.phone import ringing
from bot.demo.reviewer import Reviewer
from bot.demo.stage import Ports, staged, write_files, write_record
from bot.files import Files
from bot.model import Case, State
from bot.report.making import make
from bot.report.outline import frame_of
from bot.report.periods import period_of
from bot.report.writing import write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.compliance.office import Office
    from bot.demo.evening import Turn
    from bot.demo.phone import Phone
    from bot.demo.stage import Stage
    from bot.model import Account
    from bot.store import Store

SPEED = 30.0
HEADLESS_SPEED = 600.0
REPLAY_SPEED = 1200.0
LONGEST = 15 * 60
"""Wall-clock seconds after which a headless play gives up."""
LINK = re.compile(r"https?://\S+/r/\S+")
"""The way to have one's say, in a reply of ours."""
NOT_LENT = range(12_000, 30_000)
"""Ports below those that systems give to connections for a while."""
UNDECIDED = frozenset({State.OPEN, State.APPROVED, State.PUBLISHING})


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the demo is played, as the command was told."""

    speed: float | None
    port: int
    headless: bool
    replay: Path | None
    database: str | None
    keep: Path | None
    as_json: bool


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who plays: the bot, everybody on the network, the compliance team, and the safety team's telephone."""

    app: App
    stage: Stage
    office: Office
    phone: Phone


async def play(*, level: str = "WARNING", **options: object) -> int:
    """Play the demo; return the command's exit status. `level` is that of the log."""
    chosen = Options(**options)  # type: ignore[arg-type]  # the command's options have these names and types
    log.set_up(level=level)
    if chosen.keep is not None and (chosen.keep / "bot.db").exists():
        raise CannotStartError(f"{chosen.keep} holds an earlier evening, of servers that are gone; name a new folder.")
    evening = replayed(chosen.replay) if chosen.replay else scripted()
    normal = REPLAY_SPEED if chosen.replay else HEADLESS_SPEED if chosen.headless else SPEED
    clock = Clock(evening.start, chosen.speed or normal)
    async with AsyncExitStack() as stack:
        folder = chosen.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="not-in-our-name-")))
        stage = await stack.enter_async_context(staged(evening, clock))
        public, outbox, compliance = free_ports(3)
        wall = raised()
        try:
            config_file = write_files(
                folder,
                stage.addresses,
                ports=Ports(console=0 if chosen.headless else chosen.port, public=public, outbox=outbox),
                database=chosen.database or "sqlite:///bot.db",
                compliance_key=wall.public,
                many=chosen.replay is not None,
            )
        except OSError as error:
            words = f"{error.filename or folder}: {error.strerror}. Nothing can be left there; name another folder."
            raise CannotStartError(words) from error
        files = Files.read(config_file)
        store = open_store(files, now=clock.now, exclusive=True)
        stack.push_async_callback(store.close)
        aloud = (lambda _words: None) if chosen.headless else _rings
        phone = await stack.enter_async_context(ringing(aloud))
        tokens = stage.tokens(yaml.safe_load(config_file.read_text(encoding="utf-8")))
        environment = {**tokens, **wall.environment, "NADIA_RING": phone.address}
        office_file = write_office(folder, outbox_port=outbox, port=compliance)
        office = open_office(load(office_file), environment, now=clock.now, one_process_with=files.config)
        stack.push_async_callback(office.store.close)
        app = App(
            files=files,
            store=store,
            environment=environment,
            now=clock.now,
            speed=clock.speed,
        )
        cast = Cast(app=app, stage=stage, office=office, phone=phone)
        await (_headless(cast) if chosen.headless else _shown(cast))
        write_record(stage.world, folder / "server.json")
        if chosen.keep is not None:
            await _reported(app, folder)
        if chosen.headless:
            found = await books(store, files.accounts)
            click.echo(json.dumps(found, ensure_ascii=False, indent=1) if chosen.as_json else _in_words(found))
    return 0


def free_ports(number: int) -> tuple[int, ...]:
    """So many ports of this machine that nobody listens on, and that it lends to nobody who calls out meanwhile."""
    free: list[int] = []
    for port in SystemRandom().sample(NOT_LENT, len(NOT_LENT)):
        if len(free) == number:
            break
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            free.append(port)
    return tuple(free)


def _rings(words: str) -> None:
    click.echo(f"\n  ☎ The safety team's telephone rings. {words}")


async def _reported(app: App, folder: Path) -> None:
    """Write the report of the evening's month: a preview, since that month is not over."""
    day = app.now().date()
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    settings = app.files.config
    period = period_of(day.replace(day=1), last)
    made = await make(app.store, period, frame_of(settings), party=settings.party.name, now=app.now())
    await asyncio.to_thread(write, made, folder / "report")


async def _shown(cast: Cast) -> None:
    """Run until Ctrl-C, with the links printed."""
    app, stage = cast.app, cast.stage
    stop, started = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as group:
        group.create_task(app.run(stop, ready=started.set))
        await started.wait()
        await _office_opens(group, cast, stop)
        if app.console is None:
            return
        # As of `run`, which the door and README name: unheard, the signal would end the evening without a word.
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _greet, cast)
        click.echo(
            f"""
An evening in Fernwick begins: {len(stage.evening.posts)} posts, {app.speed:g} times as fast as life.

  Console         {app.console.link_for("mara")}
                  You are Mara Bright. Approve, dismiss, look at what was left alone and why.
  Public thread   {stage.addresses[HOME]}/
                  What everyone sees. Replies that you approve appear here.
  Compliance      {cast.office.desk.link_for("quentin")}
                  Behind the wall you are Quentin Ash. What is referred arrives here, and leaves your other desk.

Ctrl-C ends it.""",
        )
        acting = [group.create_task(_evening(app, stage)), group.create_task(_second_thoughts(app, stage))]
        await stop.wait()
        for task in acting:
            task.cancel()


def _greet(cast: Cast) -> None:
    """New sign-in links for everybody, on both sides of the wall."""
    cast.app.greet()
    cast.office.greet()


async def _office_opens(group: asyncio.TaskGroup, cast: Cast, stop: asyncio.Event) -> None:
    """Let the compliance team begin their evening, and put on their list whom the party has suspended."""
    opened = asyncio.Event()
    group.create_task(cast.office.run(stop, ready=opened.set))
    await opened.wait()
    if cast.stage.evening.suspended:
        await keep_list(cast.office, cast.stage.evening.suspended)


async def _headless(cast: Cast) -> None:
    """Run until the script is over and nothing waits for a decision."""
    app, stage = cast.app, cast.stage
    stop, started = asyncio.Event(), asyncio.Event()
    async with asyncio.timeout(LONGEST), asyncio.TaskGroup() as group, AsyncExitStack() as stack:
        group.create_task(app.run(stop, ready=started.set))
        await started.wait()
        await _office_opens(group, cast, stop)
        deciding = [group.create_task(_reviewer(app, stage, stack, name)) for name in ("mara", "tom")]
        thinking = group.create_task(_second_thoughts(app, stage))
        await _evening(app, stage)
        await thinking
        await _settled(app, stage)
        for task in deciding:
            task.cancel()
        await asyncio.gather(*deciding, return_exceptions=True)
        stop.set()


async def _evening(app: App, stage: Stage) -> None:
    """Let the play begin once every account is being watched: what was said before is never answered."""
    await app.loops.watching.wait()
    stage.clock.begin()
    await stage.play()


async def _reviewer(app: App, stage: Stage, stack: AsyncExitStack, name: str) -> None:
    """One scripted person at the console."""
    if app.console is None:
        return
    client = await stack.enter_async_context(httpx.AsyncClient(base_url=app.console.address, timeout=60))
    borderline = {post.id for post in stage.evening.posts if post.kind == "borderline"}
    mistakes = {post.id for post in stage.evening.posts if post.kind == "mistake"}
    threats = _threats(stage)
    doomed = {turn.delete for turn in stage.evening.then if turn.delete}
    reviewer = Reviewer(
        client=client,
        borderline=lambda address: stage.ids.get(address) in borderline,
        mistaken=lambda address: stage.ids.get(address) in mistakes,
        leave=lambda address: stage.ids.get(address) in doomed,
        reported=lambda address: stage.ids.get(address) in threats,
    )
    await reviewer.sign_in(app.console.link_for(name))
    await reviewer.work()


def _threats(stage: Stage) -> set[str]:
    """The posts that are reported to the platform once somebody of the safety team has them."""
    return {post.id for post in stage.evening.posts if post.kind == "threat"}


async def _second_thoughts(app: App, stage: Stage) -> None:
    """Let authors think again: one deletes a post that has a case, one edits in the undo window, one answers back."""
    waiting = list(stage.evening.then)
    states = UNDECIDED | {State.ESCALATED, State.PUBLISHED}
    while waiting:
        cases = {case.mention.uri: case for case in await app.store.cases(states=states)}
        for turn in list(waiting):
            post = turn.after_case_of or turn.after_approval_of or turn.after_reply_to or ""
            case = cases.get(stage.uris.get(post, ""))
            if case is not None and case.state in _moment_of(turn):
                waiting.remove(turn)
                await stage.turn(turn, link=_link_in(case))
        await asyncio.sleep(0.05)


def _moment_of(turn: Turn) -> frozenset[State]:
    """The states of a case in which the turn comes."""
    if turn.after_reply_to:
        return frozenset({State.PUBLISHED})
    return frozenset({State.APPROVED}) if turn.after_approval_of else UNDECIDED | {State.ESCALATED}


def _link_in(case: Case) -> str | None:
    """The way to have one's say, where our reply is out."""
    found = LINK.search(case.draft.text) if case.draft and case.state is State.PUBLISHED else None
    return found[0] if found else None


async def _settled(app: App, stage: Stage) -> None:
    """Wait until every account was read after the last line was said, and the bot has done all that it can."""
    over = app.now()
    deleted = {stage.uris[turn.delete] for turn in stage.evening.then if turn.delete}
    reported = {stage.uris[threat] for threat in _threats(stage)} - deleted
    while True:
        read = all(at is not None and at > over for at in app.loops.polled.values())
        escalated = await app.store.cases(states={State.ESCALATED})
        unseen = [case for case in escalated if case.mention.uri in deleted and case.gone_at is None]
        unsent: list[object] = [case for case in escalated if case.mention.uri in reported]
        unsent += await app.store.platform_reports.accounts_due(app.now(), owner=app.store.owner)
        if read and not unseen and not unsent and not await app.store.cases(states=UNDECIDED, limit=1):
            return
        await asyncio.sleep(0.1)


async def books(store: Store, accounts: Mapping[str, Account]) -> dict[str, object]:
    """What happened, from the store alone: the object that `demo --headless --json` prints."""
    stats = await store.stats(datetime(2000, 1, 1, tzinfo=UTC), safety=True)
    published = [case for case in await store.closed(limit=100_000) if case.state is State.PUBLISHED]
    return {
        "mentions": stats.mentions,
        "recorded": stats.recorded,
        "cases": sum(stats.cases.values()),
        "escalated": stats.escalated,
        **{outcome: stats.cases.get(outcome, 0) for outcome in ("dismissed", "withdrawn", "failed", "unconfirmed")},
        "posted": [
            {
                "case": case.id,
                "policy": case.verdict.policy,
                "account": accounts[case.account].handle,
                "in_reply_to": case.mention.uri,
                "url": case.publication.receipt.url,
                "text": case.draft.text,
                "approved_by": [approval.reviewer_id for approval in case.approvals],
            }
            for case in reversed(published)
            if case.draft and case.publication and case.publication.receipt
        ],
    }


def _in_words(found: dict[str, object]) -> str:
    posted = found["posted"]
    assert isinstance(posted, list)  # noqa: S101  made above
    lines = [f"{key}: {value}" for key, value in found.items() if key != "posted"]
    lines += [f"posted: {len(posted)}"]
    lines += [f"  {reply['account']} → {reply['in_reply_to']}\n    {reply['text']}" for reply in posted]
    return "\n".join(lines)
