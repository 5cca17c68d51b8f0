"""How the bot is can be told whatever happens to its database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.model import Verb
from bot.pulse import Pulse
from bot.store import StoreError
from tests.fakes.office import THREAT
from tests.fakes.quiet import QuietLoops, QuietTroubles, quiet

if TYPE_CHECKING:
    from tests.fakes.office import Office


class Broken:
    """A store that answers with an error, or not at all."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error

    async def totals(self) -> None:
        if self.error is None:
            await asyncio.Event().wait()
        raise self.error or AssertionError


async def test_what_waits_and_what_fails_is_counted(office: Office) -> None:
    case = await office.opened()
    await office.store.pause("leader", actor="mara")
    troubles = QuietTroubles(now={"poll:leader": "The token was revoked."}, faults={"poll:leader": 3})
    loops = QuietLoops(troubles=troubles)
    found = await quiet(office.store, office.clock.now, loops)()
    assert (found.cases, found.oldest, found.paused) == ({"open": 1}, case.opened_at, ("leader",))
    assert (found.troubles, found.faults) == (troubles.now, troubles.faults)
    assert found.awake


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StoreError("bot.db: The disk is full."), "bot.db: The disk is full."),
        (OSError("words that nobody chose"), "OSError"),
        (None, "it did not answer in time"),
    ],
)
async def test_database_that_does_not_work_is_said_and_the_rest_is_told(
    office: Office, error: Exception | None, words: str
) -> None:
    loops: Any = QuietLoops(polled={"party": office.clock.now()}, troubles=QuietTroubles(faults={"publish": 1}))
    store: Any = Broken(error)
    pulse = Pulse(
        store=store, loops=loops, now=office.clock.now, started_at=office.clock.now(), poll_seconds=15, accounts=()
    )
    found = await pulse.take(answer_within=0.01)
    assert (found.store, found.awake) == (words, False)
    assert (found.polled, found.faults) == (loops.polled, {"publish": 1})


async def test_how_long_escalations_waited_is_counted_with_the_figures_alone(office: Office) -> None:
    case = await office.opened(THREAT)
    office.clock.pass_(minutes=3)
    await office.decide(case, Verb.ACKNOWLEDGE, "nadia")
    take = quiet(office.store, office.clock.now)
    found = (await take()).acknowledged
    assert found is not None
    assert found.worst == timedelta(minutes=3)
    assert (await take(figures=False)).acknowledged is None
