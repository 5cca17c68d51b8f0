from __future__ import annotations

import pytest

from bot.platforms.simulated.faults import Faults


def test_a_fault_strikes_what_it_matches_as_often_as_planned() -> None:
    faults = Faults()
    faults.add("cut", method="post", path="/statuses$", times=2)
    met = [
        faults.strike(method, path) is not None
        for method, path in [
            ("GET", "/api/v1/statuses"),
            ("POST", "/api/v1/statuses/1"),
            ("POST", "/api/v1/statuses"),
            ("POST", "/api/v1/statuses"),
            ("POST", "/api/v1/statuses"),
        ]
    ]
    assert met == [False, False, True, True, False]


def test_the_public_pages_are_spared_unless_named() -> None:
    faults = Faults()
    faults.add("html", times=None)
    assert faults.strike("GET", "/") is None
    assert faults.strike("GET", "/api/v1/instance") is not None


def test_the_oldest_fault_strikes_first_and_clearing_ends_them() -> None:
    faults = Faults()
    first, second = faults.add("status", status=500), faults.add("status", status=502, times=None)
    assert [faults.strike("GET", "/api/x") for _ in range(3)] == [first, second, second]
    assert faults.clear(second.number) == 1
    assert second.cleared.is_set()
    assert faults.strike("GET", "/api/x") is None
    assert faults.clear() == 1
    assert faults.planned() == ()


def test_an_unknown_trouble_is_refused() -> None:
    with pytest.raises(ValueError, match="earthquake"):
        Faults().add("earthquake")
