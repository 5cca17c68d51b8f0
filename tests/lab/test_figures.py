from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lab.figures import Figures, share, wilson


@pytest.mark.parametrize(
    ("held", "of", "low", "high"),
    # From R: prop.test(x, n, correct = FALSE), and Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_intervals_are_those_of_the_literature(held: int, of: int, low: float, high: float) -> None:
    assert wilson(held, of) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 10**6).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_share_lies_within_its_interval(counts: tuple[int, int]) -> None:
    low, high = wilson(*counts)
    assert 0 <= low <= share(*counts) + 1e-12
    assert share(*counts) - 1e-12 <= high <= 1


def test_figures_follow_from_the_counts() -> None:
    figures = Figures(tp=30, fp=10, tn=50, fn=20)
    assert figures.as_dict() == pytest.approx(
        {
            "n": 110, "tp": 30, "fp": 10, "tn": 50, "fn": 20,
            "accuracy": 80 / 110, "precision": 0.75, "recall": 0.6, "f1": 2 / 3, "fpr": 1 / 6,
        }
    )  # fmt: skip
    assert figures.intervals()["recall"] == wilson(30, 50)
    assert figures.intervals()["fpr"] == wilson(10, 60)


def test_nothing_has_figures_of_nought() -> None:
    assert set(Figures().as_dict().values()) == {0}
    assert wilson(0, 0) == (0, 0)


def test_each_text_is_counted_where_it_belongs_and_counts_add_up() -> None:
    one, other = Figures(), Figures()
    for figures, label, flagged in [(one, True, True), (one, False, True), (other, True, False), (other, False, False)]:
        figures.add(label=label, flagged=flagged)
    one.take(other)
    assert one == Figures(tp=1, fp=1, tn=1, fn=1)
