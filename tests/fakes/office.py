"""A whole bot without a network: real configuration, rules, responses, store and pipeline, on a clock that tests move.

The rules are three made-up words, so that no test depends on how the shipped packs are worded.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.config import database_address
from bot.files import Files
from bot.model import Case, Decision, Reason, Refusal, State, Verb
from bot.pipeline import Pipeline
from bot.ports import Page
from bot.store import Store
from tests.fakes.databases import ON_POSTGRESQL, address_in, lay_out
from tests.fakes.network import Clock, Network, Poster

if TYPE_CHECKING:
    from bot.model import Mention

ROOT = Path(__file__).parents[2]
PACK = """
lang: en
rules:
  - id: made-up-insult
    policy: personal_abuse
    severity: 2
    words: [florp]
    matches: [you florp]
    ignores: [you flora]
  - id: made-up-rudeness
    policy: personal_abuse
    severity: 1
    words: [blimp]
    matches: [you blimp]
    ignores: [you blip]
  - id: made-up-threat
    policy: threat
    severity: 4
    words: [zark]
    matches: [I will zark you]
    ignores: [I will bark]
"""
ABUSE = "You florp, the lot of you."
RUDE = "You blimp."
THREAT = "I will zark you tonight."
FAIR = "You are wrong about the buses, and you know it."


SILENT = 9
"""A port at which nobody answers, so that no test asks another's bot how it is."""


def write_files(folder: Path, *, reports: dict[str, Any] | None = None, **changes: Any) -> Path:
    """The example configuration with every account live and these changes, its responses, and the made-up rules.

    With `reports` each account reports to its server, as that says.
    """
    settings = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    consent = {"given_by": "Rosa Lindqvist", "given_on": "2026-11-02", "recorded_by": "Mara Bright"}
    for account in settings["accounts"]:
        account.update(mode="live", consent=consent)
    settings["rules"] = {"shipped": False, "packs": ["packs"]}
    settings["desks"].pop("telegram", None)
    settings["limits"].pop("quiet_hours", None)
    settings["server"]["health_port"] = SILENT
    for account in settings["accounts"]:
        account.pop("limits", None)
        if reports is not None:
            account["reports"] = reports
    settings.pop("shifts")  # what a test waits for must not depend on the hour at which it runs
    settings["schedule"].pop("digest_at")
    if ON_POSTGRESQL:
        settings["database"] = address_in(folder)
    for key, value in changes.items():
        settings[key] = {**settings[key], **value} if isinstance(settings.get(key), dict) else value
    (folder / "packs").mkdir(parents=True, exist_ok=True)
    (folder / "packs" / "made-up.yaml").write_text(PACK, encoding="utf-8")
    shutil.copytree(ROOT / "responses", folder / "responses", dirs_exist_ok=True)
    (folder / "config.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return folder / "config.yaml"


@dataclass
class Office:
    """The pipeline with its store, and a network at its border."""

    files: Files
    database: str
    clock: Clock
    network: Network
    store: Store
    pipeline: Pipeline
    sayings: list[str]

    @classmethod
    async def open(cls, folder: Path, *, files: Files | None = None, **changes: Any) -> Office:
        """A new one, on a new database in `folder`."""
        files = files or Files.read(write_files(folder, **changes))
        clock = Clock()
        network = Network(clock)
        ours = files.loaded.path.parent == folder
        database = database_address(files.loaded) if ours else address_in(folder)
        lay_out(database)
        store = Store.open(database, now=clock.now)
        sayings: list[str] = []
        office = cls(
            files, database, clock, network, store, cls._pipeline(files, store, network, sayings, "1"), sayings
        )
        await store.seed(files.accounts.values(), files.reviewers.values())
        return office

    @staticmethod
    def _pipeline(files: Files, store: Store, network: Network, sayings: list[str], owner: str) -> Pipeline:
        return Pipeline(
            store=store,
            files=files,
            publishers=dict.fromkeys(files.accounts, Poster(network)),
            now=network.clock.now,
            owner=owner,
            tell=sayings.append,
            ring=sayings.append,
        )

    async def restart(self) -> None:
        """The process dies and another one starts on the same database."""
        await self.store.close()
        self.store = Store.open(self.database, now=self.clock.now)
        owner = self.pipeline.owner + "'"
        self.pipeline = self._pipeline(self.files, self.store, self.network, self.sayings, owner)

    async def receive(self, *mentions: Mention, account: str = "party", cursor: str | None = "1") -> tuple[str, ...]:
        """A page with these mentions."""
        return await self.pipeline.receive(account, Page(mentions=mentions, cursor=cursor))

    async def case_of(self, mention: Mention) -> Case:
        """The case of a mention; fails when there is none."""
        known = await self.store.known([mention.uri])
        case = await self.store.case(known[mention.uri].case_id or "")
        assert case is not None
        return case

    async def opened(self, text: str = ABUSE, **facts: Any) -> Case:
        """The case that a new mention opens."""
        mention = self.network.say(text, **facts)
        await self.receive(mention)
        return await self.case_of(mention)

    async def decide(
        self, case: Case, verb: Verb, reviewer: str = "mara", *, reason: Reason | None = None, text: str | None = None
    ) -> Case | Refusal:
        """A decision on the case as it is in the hand."""
        return await self.pipeline.decide(
            Decision(
                case_id=case.id,
                version=case.version,
                verb=verb,
                reviewer=reviewer,
                desk="console",
                reason=reason,
                text=text,
            )
        )

    async def approved(self, text: str = ABUSE, **facts: Any) -> Case:
        """A new case, approved by one person and past its undo window."""
        case = await self.decide(await self.opened(text, **facts), Verb.APPROVE)
        assert isinstance(case, Case)
        assert case.state is State.APPROVED
        self.clock.pass_(seconds=self.files.config.limits.undo_seconds + 1)
        return case

    async def publish(self) -> None:
        """Everything that is due."""
        for account in self.files.accounts:
            while await self.pipeline.publish_due(account):
                pass

    async def now(self, case: Case) -> Case:
        """The case as it now is."""
        found = await self.store.case(case.id)
        assert found is not None
        return found

    def without(self, **changes: Any) -> Pipeline:
        """The pipeline with other parts."""
        return replace(self.pipeline, **changes)
