"""An office with a month behind it, and the export that its auditor gets."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest

from bot.ages import Ages
from bot.model import Reason, Verb
from bot.report.making import Made, make
from bot.report.outline import frame_of
from bot.report.periods import Length, Period
from tests.fakes.databases import copy, once_for_all
from tests.fakes.office import ABUSE, RUDE, THREAT, Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.model import Case
    from tests.fakes.network import Clock, Network

NOVEMBER = Period(date(2026, 11, 1), Length.MONTH)
AUTUMN = Period(date(2026, 10, 1), Length.QUARTER)
TOLD = (Ages(quarter="2026-Q4", acknowledgement=4, outcome=None),)


@dataclass
class Month:
    """A month of the office, reported."""

    office: Office

    async def make(
        self, period: Period = NOVEMBER, *, party: str = "The Fernwick Party", ages: tuple[Ages, ...] = ()
    ) -> Made:
        """The report, made on the first day after it."""
        while self.office.clock.now().date() <= period.last:
            self.office.clock.pass_(minutes=24 * 60)
        frame = frame_of(self.office.files.config)
        return await make(self.office.store, period, frame, party=party, now=self.office.clock.now(), ages=ages)

    async def export(self) -> list[bytes]:
        """Its lines."""
        text = "".join([part async for part in self.office.store.audit_lines()])
        return [line.encode() for line in text.splitlines(keepends=True)]


async def live_through(office: Office, times: int = 12) -> None:
    """So many of each: dismissed, answered, recorded, escalated, one after the other on days of their own."""
    for number in range(times):
        case = await office.opened(ABUSE, by=f"sam{number}")
        await office.decide(case, Verb.DISMISS, "mara", reason=Reason.IRONY)
        answered: Case = await office.opened(f"{ABUSE} {number}", by=f"kev{number}")
        await office.decide(answered, Verb.APPROVE, "mara")
        await office.receive(office.network.say(RUDE, by=f"len{number}"), office.network.say(THREAT, by=f"vic{number}"))
        office.clock.pass_(minutes=90)
        await office.publish()


@cache
def _lived() -> tuple[str, Clock, Network]:
    """A database with a month in it that nobody has open, what time it is there, and its network."""

    async def make(folder: Path) -> tuple[str, Clock, Network]:
        office = await Office.open(folder)
        await live_through(office)
        await office.store.close()
        return office.database, office.clock, office.network

    return once_for_all(make)


@pytest.fixture
async def month(office: Office, tmp_path: Path) -> Month:
    """Lived through, and not reported yet."""
    address, clock, network = _lived()
    office.database = copy(address, tmp_path)
    office.clock, office.network = deepcopy((clock, network))
    await office.restart()
    return Month(office)


def again(lines: list[bytes]) -> Iterator[bytes]:
    """The export, opened anew."""
    return iter(lines)
