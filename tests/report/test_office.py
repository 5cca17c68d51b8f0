"""What the compliance office tells goes into the report of its quarter, and nothing else does."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bot.ages import Ages
from bot.report.office import NotTakenError, from_plain, plain, taken
from bot.report.periods import Length, Period

YEAR, AUTUMN = Period(date(2026, 1, 1), Length.YEAR), Period(date(2026, 10, 1), Length.QUARTER)
FIRST = Ages(quarter="2026-Q1", acknowledgement=3, outcome=30)
LAST = Ages(quarter="2026-Q4", acknowledgement=4, outcome=None)


def file(ages: Ages, name: str = "told.json") -> tuple[str, bytes]:
    return name, ages.printed().encode()


def test_quarters_of_the_period_are_taken_in_their_order() -> None:
    assert taken([file(LAST), file(FIRST)], YEAR) == (FIRST, LAST)
    assert taken([file(LAST)], AUTUMN) == (LAST,)
    assert taken([], YEAR) == ()


@pytest.mark.parametrize(
    ("files", "period", "said"),
    [
        ([file(FIRST)], AUTUMN, "told.json tells of 2026-Q1, which does not lie in the fourth quarter of 2026."),
        ([file(LAST), file(LAST, "b.json")], YEAR, "b.json and told.json tell of the same quarter, 2026-Q4."),
        ([file(LAST)], Period(date(2026, 11, 1), Length.MONTH), "November 2026 holds no whole quarter."),
        ([("x.json", b"{}")], YEAR, "x.json is not what `compliance figures` prints."),
    ],
)
def test_another_quarter_one_twice_and_what_is_none_are_refused(
    files: list[tuple[str, bytes]], period: Period, said: str
) -> None:
    with pytest.raises(NotTakenError) as caught:
        taken(files, period)
    assert said in str(caught.value)


def test_figures_stand_word_for_word_with_the_digest_of_their_file() -> None:
    assert plain([LAST]) == [{"sha256": LAST.sha256, "figures": LAST.plain()}]
    assert from_plain(json.loads(json.dumps(plain([FIRST, LAST])))) == (FIRST, LAST)
