"""The leadership's rates are of the year, counted once an hour, and looking at them notes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.report.looking import YearRates

if TYPE_CHECKING:
    from tests.report.conftest import Month


async def test_rates_are_of_what_was_counted_and_of_few_nothing_is_said(month: Month) -> None:
    office = month.office
    before = await office.store.height()
    at, found = await YearRates(store=office.store, now=office.clock.now)()
    assert at == office.clock.now()
    assert await office.store.height() == before
    titles = {each.title: dict(each.sides) for each in found}
    due = titles["Answered in public, by who was attacked"]
    told = {words: (each.part, each.whole) for words, each in due.items() if each}
    assert sum(part for part, _ in told.values()) <= 12
    assert sum(whole for _, whole in told.values()) == 24
    assert all(each is None or each.whole >= 10 for sides in titles.values() for each in sides.values())


async def test_rates_are_kept_for_an_hour(month: Month) -> None:
    office = month.office
    rates = YearRates(store=office.store, now=office.clock.now)
    first = await rates()
    office.clock.pass_(minutes=59)
    assert await rates() == first
    office.clock.pass_(minutes=2)
    assert (await rates())[0] > first[0]
