"""Somebody presses pause while fifty replies are due: what is on its way is named, and nothing more is begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.model import Decision, State, Verb
from bot.platforms.simulated.faults import Trouble
from bot.review.words import on_its_way
from tests.fakes.office import ABUSE
from tests.fakes.town import cases_in, town, until

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator
    from pathlib import Path

    from structlog.typing import EventDict

    from bot.app import App

DUE = 50


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What the bot logs, which would otherwise be drawn on a terminal."""
    with capture_logs() as entries:
        yield entries


async def claims(app: App) -> int:
    events = [event for account in app.files.accounts for event in await app.store.audit_events(account)]
    return sum(event.kind == "case.claimed" for event in events)


async def test_pause_names_what_is_on_its_way_and_lets_nothing_more_begin(tmp_path: Path) -> None:
    unbraked = {"shipped": False, "packs": ["packs"], "brake": {"share": 1.0, "least_matches": 10_000}}
    limits = {"undo_seconds": 0, "incident_cases": 100_000, "replies_per_hour": 1_000, "replies_per_day": 1_000}
    async with town(tmp_path, rules=unbraked, limits=limits) as fernwick, fernwick.bot() as app:
        await app.pause("all", "mara", "until all fifty are approved")
        for number in range(DUE):
            fernwick.say(ABUSE, by=f"angry{number}", to="@leader@fernwick.example")
        for case in await cases_in(app.store, State.OPEN, number=DUE):
            await app.room.decide(
                Decision(case_id=case.id, version=case.version, verb=Verb.APPROVE, reviewer="mara", desk="console")
            )
        held = fernwick.world.hosts["fernwick.example"].faults.add(
            Trouble.HOLD, method="POST", path="/api/v1/statuses$", times=1
        )
        await app.resume("all", "mara")
        await until(lambda: struck(held.struck))
        late = await app.pause("all", "tom", "stop")
        begun = await claims(app)
        [on_the_way] = await app.store.cases(states={State.PUBLISHING})
        assert late == (on_the_way.id,)
        assert on_the_way.id in on_its_way(late)
        fernwick.world.hosts["fernwick.example"].faults.clear()
        await cases_in(app.store, State.PUBLISHED)
        for _ in range(3):
            app.loops.changed()
            for account in app.files.accounts:
                assert not await app.pipeline.publish_due(account)
        assert await claims(app) == begun
        assert len(await app.store.cases(states={State.APPROVED}, limit=100)) == DUE - begun
        assert len(fernwick.replies()) == begun


async def struck(event: asyncio.Event) -> bool:
    return event.is_set()
