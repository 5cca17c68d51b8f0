"""Nobody has seen a post that was not shown to them, and an edited one is another."""

from __future__ import annotations

from collections.abc import Callable

from bot.model import Case
from bot.review.console.shown import MOST, Shown

MakeCase = Callable[..., Case]


def test_post_is_shown_to_a_person_at_one_version(make_case: MakeCase) -> None:
    shown, case = Shown(), make_case()
    assert not shown.to("mara", case)
    shown.note("mara", case)
    assert shown.to("mara", case)
    assert not shown.to("tom", case)
    assert not shown.to("mara", make_case(mention_version=2))
    assert shown.to("mara", make_case(version=7))


def test_what_was_shown_longest_ago_is_forgotten_first(make_case: MakeCase) -> None:
    shown, first, second = Shown(), make_case(), make_case(id="c2")
    shown.note("mara", first)
    shown.note("mara", second)
    shown.note("mara", first)
    for number in range(MOST - 1):
        shown.note("tom", make_case(id=f"t{number}"))
    assert shown.to("mara", first)
    assert not shown.to("mara", second)
