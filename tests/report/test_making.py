"""A report is made from what the chains hold, and the audit says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.report.sealing import MADE, sealed
from bot.report.told import Number

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


async def test_a_month_that_is_not_over_is_a_preview(month: Month) -> None:
    from bot.report.making import make  # noqa: PLC0415 - the fixture's own way waits for the month's end
    from bot.report.outline import frame_of  # noqa: PLC0415
    from tests.report.conftest import NOVEMBER  # noqa: PLC0415

    office = month.office
    made = await make(office.store, NOVEMBER, frame_of(office.files.config), party="F", now=office.clock.now())
    assert made.preview
