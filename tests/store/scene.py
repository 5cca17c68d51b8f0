"""A store of its own for each test, on a clock that stands until it is moved, with the people and posts it needs."""

from __future__ import annotations

from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.model import (
    Account,
    Author,
    Event,
    Match,
    Mention,
    Mode,
    Proposal,
    Reason,
    Receipt,
    Reviewer,
    Role,
    Verdict,
    VerdictKind,
    Visibility,
)
from bot.store import About, Change, PileOn, Received, Store
from tests.fakes.databases import ON_POSTGRESQL, address_in, copy
from tests.store.by_hand import PostgreSQLHand, sqlite_hand

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.model import ApprovedReply, Case
    from bot.store import Background
    from tests.store.by_hand import Hand

START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
OWNER = "this bot"

PARTY = Account(
    id="party",
    platform="mastodon",
    handle="@party@fernwick.example",
    server="https://fernwick.example",
    mode=Mode.LIVE,
    approvals=1,
    approvers=frozenset({"ann", "ben"}),
    answered_by=("party",),
)
LEADER = replace(PARTY, id="leader", handle="@leader@fernwick.example", approvals=2, principal="ben")
QUIET = replace(PARTY, id="quiet", handle="@quiet@fernwick.example", mode=Mode.DRY_RUN)
PEOPLE = (
    Reviewer(id="ann", name="Ann Archer", roles=frozenset({Role.APPROVER})),
    Reviewer(id="ben", name="Ben Baker", roles=frozenset({Role.APPROVER, Role.PRINCIPAL})),
    Reviewer(id="cat", name="Cat Carter", roles=frozenset({Role.SAFETY})),
)


def aimed(at: str = "@imogen@fernwick.example", *, minutes: int = 30, cases: int = 3) -> PileOn:
    """Abuse aimed at somebody, of which so many cases are an incident."""
    return PileOn(handle=at, within=timedelta(minutes=minutes), cases=cases)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> datetime:
        self.time += timedelta(**by)
        return self.time


@dataclass
class Scene:
    """A store, its clock and its file, and short ways to the states that tests begin from."""

    store: Store
    clock: Clock
    address: str

    def mention(self, name: str = "1", text: str = "you lot are vermin", **more: Any) -> Mention:
        more.setdefault("author", Author(uri="https://other.example/u/al", handle="@al@other.example", bio="hello"))
        return Mention(
            uri=f"https://other.example/{name}",
            platform="mastodon",
            account=more.pop("account", "party"),
            native_id=name,
            text=text,
            created_at=more.pop("created_at", START),
            **more,
        )

    def verdict(self, kind: str = "respond", policy: str = "racism", **more: Any) -> Verdict:
        match = Match(rule=f"{policy}-1", policy=policy, severity=2, field="text", start=0, end=3, text="you")
        abusive = kind != "ignore"
        return Verdict(
            kind=VerdictKind(kind),
            policy=policy if abusive else None,
            severity=2 if abusive else 0,
            matches=(match,) if abusive else (),
            reasons=("A rule held.",) if abusive else ("Nothing held.",),
            **more,
        )

    def received(self, name: str = "1", kind: str = "respond", **more: Any) -> Received:
        reply = more.pop("reply", "@al@other.example Not in our name.")
        mention = more.pop("mention", None) or self.mention(name, **more.pop("said", {}))
        proposal = Proposal(text=reply, response="racism-in-group", variant=0) if kind == "respond" and reply else None
        verdict = more.pop("verdict", None) or self.verdict(kind)
        return Received(mention=mention, verdict=verdict, proposal=proposal, **more)

    async def background(self, **about: Any) -> Background:
        since = about.pop("since", START)
        about = {"strikes_since": since, "crowds_since": since, "incident": timedelta(minutes=30)} | about
        return await self.store.background(About(**about))

    async def receive(self, *received: Received, account: str = "party", **more: Any) -> tuple[str, ...]:
        return await self.store.receive(account, received, cursor=more.pop("cursor", None), **more)

    async def opened(self, name: str = "1", kind: str = "respond", **more: Any) -> Case:
        case_id, *_ = await self.receive(self.received(name, kind, **more))
        return await self.case(case_id)

    async def case(self, case: Case | str) -> Case:
        found = await self.store.case(case if isinstance(case, str) else case.id)
        assert found is not None
        return found

    async def change(self, case: Case, event: Event, actor: str = "bot", **more: Any) -> Case:
        return await self.store.advance(Change(case_id=case.id, version=case.version, event=event, actor=actor, **more))

    async def approve(self, case: Case, by: str = "ann", **more: Any) -> Case:
        last = len(case.approvals) + 1 >= case.approvals_required
        event = Event.APPROVED if last else Event.APPROVAL_ADDED
        return await self.change(case, event, by, decides="approve", desk="console", **more)

    async def claimed(self, name: str = "1", **more: Any) -> Case:
        case = await self.approve(await self.opened(name, **more))
        return await self.claim(case)

    async def claim(self, case: Case) -> Case:
        until = self.clock() + timedelta(minutes=2)
        return await self.change(case, Event.CLAIMED, owner=OWNER, claimed_until=until)

    async def intend(self, case: Case) -> ApprovedReply:
        return await self.store.intend(case, owner=OWNER, visibility=Visibility.UNLISTED)

    def receipt(self, native_id: str = "900") -> Receipt:
        return Receipt(native_id=native_id, url=f"https://fernwick.example/{native_id}", posted_at=self.clock())

    async def published(self, name: str = "1", **more: Any) -> Case:
        case = await self.claimed(name, **more)
        await self.intend(case)
        return await self.change(case, Event.PUBLISHED, receipt=self.receipt(name))

    async def dismissed(self, name: str = "1", reason: Reason = Reason.NOT_ABUSE) -> Case:
        case = await self.opened(name)
        return await self.change(case, Event.DISMISSED, "ann", decides="dismiss", reason=reason, note="seen worse")

    async def escalated_by_reviewer(self, name: str = "1") -> Case:
        case = await self.opened(name)
        return await self.change(case, Event.ESCALATED, "ann", decides="escalate", reason=Reason.DANGER)

    async def kinds(self, case: Case) -> list[str]:
        return [event.kind for event in await self.store.trail(case.id)]

    @property
    def path(self) -> Path:
        """Its file, on SQLite."""
        return Path(self.address.removeprefix("sqlite:///"))

    @contextmanager
    def by_hand(self, *, foreign_keys: bool = True) -> Iterator[Hand]:
        """The database without the program; each statement stands by itself."""
        with closing(
            PostgreSQLHand(self.address) if ON_POSTGRESQL else sqlite_hand(str(self.path), foreign_keys=foreign_keys)
        ) as hand:
            yield hand

    def tamper(self, statement: str, *values: object) -> None:
        """Changes the database as someone would who first takes its triggers away, and puts them back after."""
        with self.by_hand(foreign_keys=False) as hand:
            if ON_POSTGRESQL:
                hand.execute("SET session_replication_role = replica")
                hand.execute(statement, values)
                return
            triggers = hand.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            hand.execute("PRAGMA ignore_check_constraints = ON")
            hand.execute("BEGIN")
            for name, _ in triggers:
                hand.execute(f"DROP TRIGGER {name}")
            hand.execute(statement, values)
            for _, sql in triggers:
                hand.execute(sql)
            hand.execute("COMMIT")


async def scene_in(folder: Path, *, exclusive: bool = False) -> Scene:
    clock, address = Clock(), address_in(folder)
    store = Store.open(address, now=clock, exclusive=exclusive)
    await store.seed([PARTY, LEADER, QUIET], PEOPLE)
    return Scene(store=store, clock=clock, address=address)


@asynccontextmanager
async def copy_of(template: str) -> AsyncIterator[Scene]:
    """A scene on a copy of a database that nobody has open, quicker than one from nothing; closed whatever happens."""
    address, clock = copy(template), Clock()
    scene = Scene(store=Store.open(address, now=clock), clock=clock, address=address)
    try:
        yield scene
    finally:
        await scene.store.close()
