"""A conference week: one process has the desk, one watches and two publish, all on one PostgreSQL database."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.app import CannotStartError
from bot.duties import Duty
from bot.model import Case, Decision, Refusal, State, Verb
from bot.store import Revision, StoreError, TextKind
from tests.fakes.databases import needs_postgresql, server
from tests.fakes.office import ABUSE, THREAT
from tests.fakes.sayings import judged
from tests.fakes.town import Town, cases_in, town, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from structlog.typing import EventDict

    from bot.app import App

pytestmark = needs_postgresql
WATCH, PUBLISH, DESK = (frozenset({duty}) for duty in Duty)
AUTHORS = 12


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What the processes log, which would otherwise be drawn on a terminal."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
async def conference(tmp_path: Path) -> AsyncIterator[Town]:
    unbraked = {"shipped": False, "packs": ["packs"], "brake": {"share": 1.0, "least_matches": 10_000}}
    texts = {"second_reviewer": False}
    async with town(tmp_path, database=server().new_database(), rules=unbraked, texts=texts) as made:
        yield made


async def approve_all(app: App) -> None:
    for opened in await cases_in(app.store, State.OPEN, number=AUTHORS):
        case: Case | Refusal = opened
        for reviewer in ("mara", "tom")[: opened.approvals_required]:
            assert isinstance(case, Case), case
            case = await app.room.decide(
                Decision(case_id=case.id, version=case.version, verb=Verb.APPROVE, reviewer=reviewer, desk="console")
            )


async def test_what_one_watches_another_shows_and_a_third_posts_and_nothing_twice(conference: Town) -> None:
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(conference.bot(duties=DESK))
        for duties in (WATCH, PUBLISH, PUBLISH):
            await stack.enter_async_context(conference.bot(duties=duties))
        posts = [
            conference.say(
                ABUSE, by=f"sam{number}", to="@party@fernwick.example" if number % 2 else "@deputy@parlour.example"
            )
            for number in range(AUTHORS)
        ]
        await approve_all(desk)
        await cases_in(desk.store, State.PUBLISHED, number=AUTHORS)
        assert sorted(reply["in_reply_to"] for reply in conference.replies()) == sorted(post.uri for post in posts)
        assert await desk.store.verify() == []


async def test_alarm_that_a_watcher_sees_rings_at_the_desk(conference: Town) -> None:
    class Board:
        name = "console"
        told: list[tuple[str, bool]] = []  # noqa: RUF012  one board for one test

        async def refresh(self) -> None:
            pass

        async def tell(self, text: str, *, safety: bool = False) -> None:
            self.told.append((text, safety))

    board = Board()
    async with conference.bot(duties=DESK, desk=board), conference.bot(duties=WATCH):
        conference.say(THREAT)

        async def rang() -> bool:
            return any(safety for _text, safety in board.told)

        await until(rang)


async def test_what_goes_live_at_the_desk_is_judged_by_a_watcher_without_a_restart(conference: Town) -> None:
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(conference.bot(duties=DESK))
        watcher = await stack.enter_async_context(conference.bot(duties=WATCH))
        pack = (await desk.store.revisions.live())[TextKind.RULES, "packs/made-up.yaml"]
        text = pack.text.replace("[florp]", "[florp, flarp]")
        draft = await desk.texts.draft(pack.kind, pack.name, text, by="mara", why="A new word.", seen=pack.id)
        assert isinstance(draft, Revision), draft
        assert not judged(watcher.files.rulebook, "You flarp.").abusive
        await desk.texts.review(draft.id, by="mara")

        async def follows() -> bool:
            return judged(watcher.files.rulebook, "You flarp.").abusive

        await until(follows)
        conference.say("You flarp, the lot of you.")
        await cases_in(desk.store, State.OPEN)
        late = await stack.enter_async_context(conference.bot(duties=PUBLISH))
        assert judged(late.files.rulebook, "You flarp.").abusive


async def test_second_desk_is_refused_and_told_how_to_help(conference: Town) -> None:
    async with conference.bot():
        with pytest.raises(StoreError, match="--role publish"):
            async with conference.bot():
                pass


async def test_helper_with_other_files_than_the_desk_is_refused(conference: Town) -> None:
    with pytest.raises(CannotStartError, match="Start the desk first"):
        async with conference.bot(duties=WATCH):
            pass
    async with conference.bot(duties=DESK):
        conference.config.write_text(
            conference.config.read_text(encoding="utf-8").replace("mode: live", "mode: dry_run", 1), encoding="utf-8"
        )
        with pytest.raises(CannotStartError, match="other shipped rules"):
            async with conference.bot(duties=PUBLISH):
                pass


async def test_desk_that_starts_with_other_files_stops_its_helpers(conference: Town, logged: list[EventDict]) -> None:
    async with AsyncExitStack() as stack:
        async with conference.bot(duties=DESK):
            helper = conference.bot(duties=PUBLISH)
            await helper.__aenter__()
        conference.config.write_text(
            conference.config.read_text(encoding="utf-8").replace("mode: live", "mode: dry_run", 1), encoding="utf-8"
        )
        await stack.enter_async_context(conference.bot(duties=DESK))

        async def stopped() -> bool:
            return any(entry["event"] == "bot.place_lost" for entry in logged)

        await until(stopped)
        with pytest.raises(CannotStartError, match="other shipped rules"):
            await helper.__aexit__(None, None, None)
