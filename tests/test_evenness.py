"""The two measures, held against values that others have published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evenness import kappa, overlap, share


def test_wilson_s_interval_is_the_textbook_s() -> None:
    found = share(81, 263)  # Newcombe 1998, table I
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    found = share(15, 148)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0624, 0.1605)
    found = share(0, 20)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0, 0.1611)


@given(whole=st.integers(1, 10_000), data=st.data())
def test_an_interval_holds_its_share_and_stays_within_bounds(whole: int, data: st.DataObject) -> None:
    found = share(data.draw(st.integers(0, whole)), whole)
    assert 0 <= found.low <= found.rate + 1e-12
    assert found.rate - 1e-12 <= found.high <= 1


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (0, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        share(part, whole)


def test_kappa_is_the_textbook_s() -> None:
    assert kappa(20, 5, 10, 15) == pytest.approx(0.4)
    assert kappa(45, 15, 25, 15) == pytest.approx(0.1304, abs=1e-4)


def test_kappa_of_nothing_and_of_one_word_alone_is_nothing() -> None:
    assert kappa(0, 0, 0, 0) is None
    assert kappa(30, 0, 0, 0) is None


@given(st.integers(1, 500), st.integers(1, 500))
def test_readers_who_always_agree_have_one_and_who_never_do_are_below_chance(yes: int, no: int) -> None:
    assert kappa(yes, 0, 0, no) == pytest.approx(1)
    assert (kappa(0, yes, no, 0) or 0) < 0


def test_intervals_overlap_or_they_do_not() -> None:
    assert overlap([share(20, 100), share(25, 100)])
    assert not overlap([share(20, 1000), share(60, 1000)])
    assert overlap([share(20, 1000)])
