"""Two groups on a fake Telegram, the people in them, and behind the bot a real store and the real decisions."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot import config
from bot.config import Referral, Rules
from bot.files import Files
from bot.model import Account, Case, Decision, Mention, Proposal, Refusal, Reviewer, Role, Verb, Verdict, VerdictKind
from bot.pipeline import Pipeline
from bot.review.room import Room
from bot.review.telegram import TelegramDesk
from bot.store import Card, PileOn, Received, Store
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.databases import lay_out
from tests.fakes.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.telegram_chats import Group, Message, User

ROOT = Path(__file__).resolve().parents[3]
IN_STAFF = ("asha", "tom", "sofia", "ada", "otto", "lena")
IN_SAFETY = ("sofia",)


@dataclass
class Clock:
    """The bot's time, moved by hand."""

    now: datetime = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)

    def time(self) -> datetime:
        return self.now


@dataclass(kw_only=True)
class Office:
    """Both chats and everything behind them."""

    api: BotApi
    store: Store
    room: Room
    clock: Clock
    people: dict[str, User]
    staff: Group
    safety: Group
    mention: Mention
    verdict: Verdict
    reported: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0

    def desk(self, *, token: str = TOKEN, group_rate: int = 20) -> TelegramDesk:
        return TelegramDesk(
            self.room,
            token=token,
            staff_chat=self.staff.id,
            safety_chat=self.safety.id,
            base_url=self.api.url,
            group_rate=group_rate,
        )

    @asynccontextmanager
    async def at_work(self, *, group_rate: int = 20) -> AsyncIterator[TelegramDesk]:
        """A desk that has started, until the block ends."""
        desk = self.desk(group_rate=group_rate)
        await desk.start()
        try:
            yield desk
        finally:
            await desk.stop()

    async def open_case(
        self,
        *,
        text: str | None = None,
        kind: VerdictKind = VerdictKind.RESPOND,
        approvals: int = 1,
        reply: str = "Argue as hard as you like.",
        pile_on: PileOn | None = None,
    ) -> Case:
        """A case as `receive` would open it, from a post of its own in a thread of its own."""
        self.count += 1
        author = replace(self.mention.author, uri=f"https://brindle.example/people/{self.count}")
        uri = f"https://brindle.example/posts/{self.count}"
        post = replace(self.mention, uri=uri, native_id=str(self.count), author=author, text=text or self.mention.text)
        policy = "threat" if kind is VerdictKind.ESCALATE else "sexism"
        proposal = Proposal(text=f"{post.author.handle} {reply}", response="r", variant=self.count)
        received = Received(
            mention=post,
            verdict=replace(self.verdict, kind=kind, policy=policy),
            account="leader",
            approvals_required=approvals,
            proposal=proposal if kind is VerdictKind.RESPOND else None,
            pile_on=pile_on,
        )
        ids = await self.store.receive("party", [received], cursor=None)
        return await self.case(ids[0])

    async def case(self, case: Case | str) -> Case:
        found = await self.store.case(case if isinstance(case, str) else case.id)
        assert found is not None
        return found

    async def ask(self, case: Case, verb: Verb, reviewer: str, **more: object) -> Case | Refusal:
        """The same decision as it comes from another desk."""
        case = await self.case(case)
        return await self.room.decide(
            Decision(case_id=case.id, version=case.version, verb=verb, reviewer=reviewer, desk="console", **more)  # type: ignore[arg-type]  # a test names what it asks for
        )

    def cards(self, case: Case, group: Group | None = None) -> list[Message]:
        """The messages that now show this case with buttons or without."""
        return [message for message in self.api.shown(group or self.staff) if f"/case_{case.id}" in message.text]

    async def card(self, case: Case, group: Group | None = None, *, saying: str = "") -> Message:
        """The card of this case, once it is drawn and says this."""
        home = group or (self.safety if case.on_safety_desk else self.staff)
        found = await self.api.until(
            lambda: [message for message in self.cards(case, home) if saying in message.text],
        )
        assert len(found) == 1, [message.text for message in found]
        return found[0]

    async def kept(self, case: Case) -> Card:
        """What the store knows of the case's card, once it does: a card can be seen just before it is remembered."""
        while True:
            for card in await self.store.cards("telegram"):
                if card.case_id == case.id:
                    return card
            await asyncio.sleep(0.005)

    async def drawn(self, case: Case) -> None:
        """Wait until the store knows that the card shows the case as it now is."""
        wanted = (await self.case(case)).changed_at
        while True:
            if (await self.kept(case)).drawn_at == wanted:
                return
            await asyncio.sleep(0.005)

    async def press(self, who: str, message: Message, *buttons: str) -> str:
        """Press one button after another, each once it is shown; what the presser is told at the last."""
        told = ""
        for button in buttons:
            await self.api.until(partial(_has, message, button))
            told = await asyncio.wait_for((await self.api.press(self.people[who], message, button)).answered(), 20)
        return told

    async def say(self, who: str, text: str, *, group: Group | None = None, reply_to: Message | None = None) -> str:
        """Write in the staff chat, and what the bot says to it."""
        said = await self.api.say(self.people[who], group or self.staff, text, reply_to=reply_to)
        told = await self.api.until(lambda: [m for m in self.api.shown(said.chat) if m.reply_to is said])
        return told[0].text

    async def audited(self, kind: str) -> list[dict[str, object]]:
        return [event.detail for event in await self.store.audit_events("system") if event.kind == kind]


def _has(message: Message, button: str) -> bool:
    return button in message.buttons


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi.running() as api:
        yield api


@pytest.fixture
def people(api: BotApi, reviewers: dict[str, Reviewer]) -> dict[str, User]:
    return {person.id: api.user(person.name) for person in reviewers.values()}


@pytest.fixture
def named(reviewers: dict[str, Reviewer], people: dict[str, User]) -> dict[str, Reviewer]:
    """The reviewers, with their Telegram accounts."""
    return {name: replace(person, telegram_id=people[name].id) for name, person in reviewers.items()}


@pytest.fixture
async def store(
    tmp_path: Path, clock: Clock, accounts: dict[str, Account], named: dict[str, Reviewer]
) -> AsyncIterator[Store]:
    address = f"sqlite:///{tmp_path / 'bot.db'}"
    lay_out(address)
    store = Store.open(address, now=clock.time)
    await store.seed(accounts.values(), named.values())
    yield store
    await store.close()


@pytest.fixture
async def office(  # noqa: PLR0913, PLR0917 - a fixture names what it is made of
    api: BotApi,
    store: Store,
    clock: Clock,
    accounts: dict[str, Account],
    named: dict[str, Reviewer],
    people: dict[str, User],
    referral: Referral,
    mention: Mention,
    verdict: Verdict,
) -> Office:
    loaded = config.load(ROOT / "config.yaml")
    limits = loaded.value.limits.model_copy(update={"quiet_hours": None})
    settings = loaded.value.model_copy(update={"limits": limits, "rules": Rules(shipped=False)})
    pipeline = Pipeline(
        store=store,
        files=Files(loaded=replace(loaded, value=settings), accounts=accounts, reviewers=named),
        publishers={},
        now=clock.time,
        owner="test",
    )
    reported: list[tuple[str, str]] = []

    async def intake(url: str, reviewer: str) -> Case | str:
        reported.append((url, reviewer))
        return "The server cannot find that post." if url.endswith("missing") else await made.open_case()

    async def pause(scope: str, reviewer: str, reason: str) -> tuple[str, ...]:
        return await store.pause(scope, actor=reviewer, reason=reason)

    async def resume(scope: str, reviewer: str) -> None:
        await store.resume(scope, actor=reviewer)

    async def release(rule: str, reviewer: str) -> Refusal | None:
        if Role.ADMIN not in named[reviewer].roles:
            return Refusal(code="no_right", message="Only an admin may release a rule.")
        found = await store.release(rule, actor=reviewer)
        return None if found else Refusal(code="not_now", message=f"The brake has not stopped a rule {rule}.")

    room = Room(
        store=store,
        accounts=accounts,
        reviewers=named,
        policies=settings.policies,
        referral=referral,
        now=clock.time,
        decide=pipeline.decide,
        intake=intake,
        pause=pause,
        resume=resume,
        release=release,
        vitals=quiet(store, clock.time),
    )
    clock.now += timedelta(seconds=1)
    made = Office(
        api=api,
        store=store,
        room=room,
        clock=clock,
        people=people,
        staff=api.group("Staff", *(people[name] for name in IN_STAFF)),
        safety=api.group("Safety", *(people[name] for name in IN_SAFETY)),
        mention=mention,
        verdict=verdict,
        reported=reported,
    )
    return made
