"""A report is made from what the chains hold, and the audit says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from bot.report.making import OtherBaseError, make
from bot.report.outline import frame_of
from bot.report.periods import Length, Period
from bot.report.sealing import MADE, sealed
from bot.report.told import Number
from tests.report.conftest import NOVEMBER

if TYPE_CHECKING:
    from tests.report.conftest import Month


async def test_a_month_is_told_as_it_was(month: Month) -> None:
    made = await month.make()
    told = {each.table.name: each for each in made.report.tables}
    assert dict(told["judged"].rows) == {"recorded": Number(12), "reply": Number(24), "safety": Number(12)}
    assert told["judged"].total == Number(48)
    assert told["reply_outcome"].total == Number(24)
    assert not made.preview


async def test_that_it_was_made_is_an_event_with_the_salt_that_the_report_lacks(month: Month) -> None:
    heads = {head.stream: [head.stream, head.seq, head.digest] for head in await month.office.store.chain_heads()}
    made = await month.make()
    [event] = [event for event in await month.office.store.audit_events("system") if event.kind == MADE]
    assert event.detail["figures"] == made.seals.figures
    assert event.detail["heads"] == dict(made.seals.heads)
    salt = str(event.detail["salt"])
    assert made.seals.heads["party"] == sealed(heads["party"], salt)
    assert salt not in repr(made)


async def test_two_reports_of_the_same_figures_do_not_look_alike(month: Month) -> None:
    one, two = await month.make(), await month.make()
    assert one.report == two.report
    assert one.seals.figures != two.seals.figures
    assert not set(one.seals.heads.values()) & set(two.seals.heads.values())


async def test_what_was_reported_by_the_month_is_not_reported_by_the_quarter_as_one(month: Month) -> None:
    """Else the quarter would tell what one of its months hid."""
    await month.make()
    store, now = month.office.store, datetime(2027, 4, 1, tzinfo=UTC)
    frame = replace(frame_of(month.office.files.config), base=Length.QUARTER)
    with pytest.raises(OtherBaseError, match="from 2026-11-01 to 2026-11-30 was made of each month"):
        await make(store, Period(date(2026, 10, 1), Length.QUARTER), frame, party="F", now=now)
    assert [event.kind for event in await store.audit_events("system")].count(MADE) == 1
    await make(store, Period(date(2027, 1, 1), Length.QUARTER), frame, party="F", now=now)
    await make(store, Period(date(2026, 10, 1), Length.QUARTER), replace(frame, base=Length.MONTH), party="F", now=now)


async def test_a_preview_binds_no_base(month: Month) -> None:
    store, now = month.office.store, month.office.clock.now()
    frame = frame_of(month.office.files.config)
    await make(store, NOVEMBER, frame, party="F", now=now)
    autumn, later = Period(date(2026, 10, 1), Length.QUARTER), datetime(2027, 1, 1, tzinfo=UTC)
    made = await make(store, autumn, replace(frame, base=Length.QUARTER), party="F", now=later)
    assert not made.preview


async def test_a_month_that_is_not_over_is_a_preview(month: Month) -> None:
    office = month.office
    made = await make(office.store, NOVEMBER, frame_of(office.files.config), party="F", now=office.clock.now())
    assert made.preview
