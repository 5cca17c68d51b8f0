"""No small count can be worked out, by whoever knows the algorithm by heart and has time to try every table."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suppression import LEAST, SPREAD, Told, tell, tell_grid

TABLES = st.lists(st.integers(0, 60), min_size=2, max_size=8).map(
    lambda counts: dict(zip("abcdefgh", counts, strict=False))
)


@pytest.mark.parametrize(
    ("rows", "greatest", "fixed"),
    [("ab", 60, ""), ("abc", 44, ""), ("abcd", 24, ""), ("abc", 44, "a"), ("abcd", 26, "a")],
)
def test_of_all_tables_that_would_be_told_alike_no_hidden_row_is_the_same_in_each(
    rows: str, greatest: int, fixed: str
) -> None:
    """Exhaustive: every table with a total up to `greatest` is told, and those that look alike are held together."""
    alike: defaultdict[tuple[object, ...], list[dict[str, int]]] = defaultdict(list)
    for counts in product(range(greatest + 1), repeat=len(rows)):
        total = sum(counts)
        if not LEAST <= total <= greatest:
            continue
        cells = dict(zip(rows, counts, strict=True))
        known = tuple(cells[row] for row in fixed)
        told = tell(cells, fixed=fixed) if min(known, default=LEAST) >= LEAST else None
        if told is not None:
            alike[total, known, told.together, tuple(told.rows.items())].append(cells)
    assert len(alike) > 20
    for (_, _, together, _), tables in alike.items():
        for row in together:  # type: ignore[attr-defined]  # the names of rows
            assert len({cells[row] for cells in tables}) >= SPREAD


@given(cells=TABLES)
def test_what_is_told_is_true_and_never_small(cells: dict[str, int]) -> None:
    told = tell(cells)
    if sum(cells.values()) < LEAST:
        return  # Then not even the total is told.
    assert told is not None
    assert all(cells[row] == n >= LEAST for row, n in told.rows.items())
    assert set(told.rows) | set(told.together) == set(cells)
    assert not set(told.rows) & set(told.together)
    assert len(told.together) != 1


@given(cells=TABLES)
def test_what_is_told_elsewhere_is_told_here_or_nothing_is(cells: dict[str, int]) -> None:
    told = tell(cells, fixed="a")
    assert told is None or told.rows.get("a") == cells["a"]


def test_a_table_without_small_numbers_is_told_whole() -> None:
    assert tell({"a": 10, "b": 200}) == Told(rows={"a": 10, "b": 200})


def test_a_small_number_takes_the_next_greater_one_with_it() -> None:
    assert tell({"a": 3, "b": 40, "c": 21}) == Told(rows={"b": 40}, together=("a", "c"))


def test_zero_is_as_telling_as_one() -> None:
    assert tell({"a": 0, "b": 30}) == Told(rows={}, together=("a", "b"))


def test_nines_that_add_up_to_nines_are_not_left_to_be_guessed() -> None:
    told = tell({"a": 9, "b": 9, "c": 50, "d": 70})
    assert told is not None
    assert set(told.together) == {"a", "b", "c"}


def test_a_grid_is_told_whole_or_not_at_all() -> None:
    assert tell_grid({"a/x": 10, "a/y": 11}) == {"a/x": 10, "a/y": 11}
    assert tell_grid({"a/x": 9, "a/y": 110}) is None
    assert tell_grid({}) is None
