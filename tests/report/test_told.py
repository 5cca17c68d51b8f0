"""What a reader of every month and of their quarter can work out: of no small number anything."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from bot.report.figures import fold
from bot.report.outline import GRIDS, JUDGED, OUTCOMES, Frame, tables
from bot.report.periods import Length, Period
from bot.report.told import Agreement, Number, Report, report
from bot.suppression import LEAST
from tests.report.events import Story

if TYPE_CHECKING:
    from collections.abc import Mapping

FRAME = Frame(
    base=Length.MONTH,
    clauses={"sexism": "1. No sexism.", "racism": "2. No racism.", "abuse": "3. No abuse.", "threat": "4. No threats."},
    of_safety=frozenset({"threat"}),
    platforms=("mastodon", "other"),
)
MONTHS = ("2026-10", "2026-11", "2026-12")
QUARTER = Period(date(2026, 10, 1), Length.QUARTER)


@st.composite
def month(draw: st.DrawFn) -> dict[str, Any]:
    """The full figures of a month: each table divides what its parent's row counts, as the fold's do."""
    found: dict[str, dict[str, int]] = {}
    for table in tables(FRAME):
        total = draw(st.integers(0, 400)) if table.parent is None else found[table.parent[0]].get(table.parent[1], 0)
        cuts = sorted(draw(st.lists(st.integers(0, total), min_size=len(table.rows) - 1, max_size=len(table.rows) - 1)))
        found[table.name] = {
            row: high - low for row, low, high in zip(table.rows, [0, *cuts], [*cuts, total], strict=True)
        }
    replied = found["reply_outcome"]["replied"]
    found["attacked_reply"] = _split(draw, found["reply_attacked"], replied)
    return {"tables": found, "minutes": {"decision": {"12": 30}}}


def _split(draw: st.DrawFn, attacked: Mapping[str, int], replied: int) -> dict[str, int]:
    """Of those who were attacked, in how many cases we replied; together as often as we did."""
    cells: dict[str, int] = {}
    left = replied
    others = sum(attacked.values())
    for name, n in attacked.items():
        others -= n
        low, high = max(0, left - others), min(n, left)
        part = draw(st.integers(low, high))
        cells |= {f"{name}/replied": part, f"{name}/not": n - part}
        left -= part
    return cells


QUARTERS = st.tuples(month(), month(), month()).map(lambda months: dict(zip(MONTHS, months, strict=True)))


def known(found: Report) -> dict[tuple[str, str], int]:
    """Every number that a report tells exactly, by table and row; a total has no row."""
    numbers = {}
    for each in found.tables:
        for row, number in (("", each.total), *each.rows.items()):
            if number.n is not None and not number.or_more:
                numbers[each.table.name, row] = number.n
    for grid in found.grids:
        if grid.cells and not grid.or_more:
            numbers |= {(grid.grid.name, cell): n for cell, n in grid.cells.items()}
            if grid.grid.name == "attacked_reply":  # Its margins are rows of other tables, and so as good as told.
                replied = sum(n for cell, n in grid.cells.items() if cell.endswith("/replied"))
                numbers |= {("reply_outcome", "replied"): replied}
                for side in grid.grid.sides:
                    both = grid.cells[f"{side}/replied"] + grid.cells[f"{side}/not"]
                    numbers |= {("reply_attacked", side): both}
                numbers |= {("judged", "reply"): sum(grid.cells.values())}
    return numbers


def bounds(found: Report) -> dict[tuple[str, str], tuple[int, int]]:
    """Between what each number of a month must lie, by all that adds up: totals, rows, and rows that have tables."""
    numbers = known(found)
    low: dict[tuple[str, str], int] = {}
    high: dict[tuple[str, str], int] = {}
    sums = []
    for each in found.tables:
        name = each.table.name
        total = each.table.parent or (name, "")
        for place in ((name, ""), total, *((name, row) for row in each.table.rows)):
            low[place] = numbers.get(place, low.get(place, 0))
            high[place] = numbers.get(place, high.get(place, 10**6))
        sums += [((name, ""), [total]), (total, [(name, row) for row in each.table.rows])]
    for _ in range(20):
        for total, parts in sums:
            low[total] = max(low[total], sum(low[part] for part in parts))
            high[total] = min(high[total], sum(high[part] for part in parts))
            for part in parts:
                rest = [other for other in parts if other != part]
                low[part] = max(low[part], low[total] - sum(high[other] for other in rest))
                high[part] = min(high[part], high[total] - sum(low[other] for other in rest))
    return {place: (low[place], high[place]) for place in low}


@given(months=QUARTERS)
def test_no_small_number_of_a_month_can_be_worked_out_from_what_adds_up(months: dict[str, Any]) -> None:
    """Every hidden small row keeps room on both sides, so it also keeps it when the quarter is known besides."""
    for key, figures in months.items():
        found = report({key: figures}, FRAME)
        for (name, row), (low, high) in bounds(found).items():
            truth = figures["tables"][name][row] if row else sum(figures["tables"][name].values())
            assert low <= truth <= high
            if truth < LEAST:
                assert high > low, (name, row)
                assert (name, row) not in known(found)


@given(months=QUARTERS)
def test_a_quarter_tells_nothing_that_its_months_do_not(months: dict[str, Any]) -> None:
    """Each of its numbers is computed from the months' alone: so knowing it adds nothing to knowing them."""
    quarter, parts = report(months, FRAME), [report({key: each}, FRAME) for key, each in months.items()]
    for number, each in enumerate(quarter.tables):
        rows = [part.tables[number] for part in parts]
        assert each.total == added([row.total for row in rows])
        assert dict(each.rows) == {row: added([part.rows[row] for part in rows]) for row in each.rows}
    for number, grid in enumerate(quarter.grids):
        cells: Counter[str] = Counter()
        for part in parts:
            cells.update(part.grids[number].cells)
        assert dict(grid.cells) == dict(cells)
    assert [number.n for number in quarter.by_base.values()] == [part.tables[0].total.n for part in parts]


def added(numbers: list[Number]) -> Number:
    """The sum of what is told."""
    told = [number.n for number in numbers if number.n is not None]
    return Number(sum(told), or_more=len(told) < len(numbers)) if told else Number(None)


@given(months=QUARTERS)
def test_a_share_is_of_numbers_that_are_told(months: dict[str, Any]) -> None:
    for grid in report(months, FRAME).grids:
        assert not grid.cells or min(grid.cells.values()) >= LEAST


def test_numbers_of_a_busy_month_are_told() -> None:
    story = Story()
    for _ in range(40):
        story.case("approved", "published")
        story.case("dismissed", policy="racism", reason="irony", attacked="protected")
    found = report(fold(story.events, Period(date(2026, 11, 1), Length.MONTH), Length.MONTH).plain(), FRAME)
    told = {each.table.name: {row: number.n for row, number in each.rows.items() if number.n} for each in found.tables}
    assert told["judged"] == {}
    assert found.tables[0].total == Number(80)
    assert found.waits["decision"].median is None


def test_times_are_told_where_they_are_known_to_be_of_enough() -> None:
    story = Story()
    for _ in range(40):
        story.case("approved", "published", minutes=12)
        story.case("acknowledged", verdict="escalate", policy="threat", minutes=3)
        story.recorded()
    for _ in range(30):
        story.case("dismissed", policy="racism", reason="irony", attacked="protected")
    found = report(fold(story.events, Period(date(2026, 11, 1), Length.MONTH), Length.MONTH).plain(), FRAME)
    assert (found.waits["decision"].median, found.waits["decision"].most) == (12, 12)
    assert found.waits["acknowledgement"].median == 3
    assert found.waits["referral"].median is None
    told = {each.table.name: {row: number.n for row, number in each.rows.items() if number.n} for each in found.tables}
    assert told["judged"] == dict.fromkeys(("recorded", "safety"), 40) | {"reply": 70}
    assert told["reply_outcome"] == {"replied": 40}
    assert told["replied_after"] == told["replied_post"] == {}  # That none came down is not told.


def test_times_of_a_quarter_are_those_of_its_months_that_tell_enough_themselves() -> None:
    """Else the median and the nine in ten would give the number of threats of a month of which none is told."""

    def of(threats: int, minutes: dict[str, int]) -> dict[str, Any]:
        cells = {"judged": {"recorded": 500, "reply": 100, "safety": threats}}
        return {"tables": cells, "minutes": {"acknowledgement": minutes}}

    october, december = of(10, {"2": 9, "30": 1}), of(40, {"5": 40})
    alone = report({"2026-10": october, "2026-12": december}, FRAME).waits["acknowledgement"]
    assert (alone.median, alone.most) == (5, 5)
    for few in range(10):
        november = of(few, {"777": few} if few else {})
        assert report({"2026-11": november}, FRAME).waits["acknowledgement"].median is None
        quarter = report({"2026-10": october, "2026-11": november, "2026-12": december}, FRAME)
        assert quarter.waits["acknowledgement"] == alone


def test_what_the_configuration_no_longer_names_is_among_the_others_whose_row_always_stands() -> None:
    """A row that stood there only because it occurs would tell that it is not zero."""

    def of(**policies: int) -> Mapping[str, Number]:
        cells = {"judged": {"recorded": 100, "reply": 200, "safety": 30}, "reply_policy": policies}
        found = report({"2026-11": {"tables": cells, "minutes": {}}}, FRAME)
        return next(each.rows for each in found.tables if each.table.name == "reply_policy")

    few, none = of(sexism=100, racism=60, abuse=38, ageism=2), of(sexism=100, racism=60, abuse=40)
    assert few.keys() == none.keys()
    assert few["other"] == none["other"] == Number(None)
    assert of(sexism=100, abuse=40, racism=20, none=15, ageism=15, ableism=10)["other"] == Number(25)


def test_words_of_rows_are_all_different() -> None:
    assert len(set(OUTCOMES.values())) == len(OUTCOMES)
    assert len(set(JUDGED.values())) == len(JUDGED)
    assert len({grid.title for grid in GRIDS}) == len(GRIDS)


def test_agreement_is_told_coarsely_and_of_enough_readings_alone() -> None:
    def of(**readings: int) -> Agreement | None:
        return report({"2026-11": {"tables": {"second_reading": readings}, "minutes": {}}}, FRAME).agreement

    assert of(both=20, first=5, second=10, neither=18) == Agreement(kappa=0.4, readings=50)
    assert of(both=10, first=1, second=1, neither=17) is None
    assert of(both=400) is None
