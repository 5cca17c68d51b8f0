"""What the store answers is fit to be shown to staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import NoSuchCase, Stale, StoreError

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_a_stale_case_says_how_it_stands_and_nothing_of_its_content(scene: Scene) -> None:
    case = await scene.opened()
    stale = Stale(case)
    assert str(stale) == f"Case {case.id} stands at open, version 1."
    assert stale.case is case


def test_an_unknown_case_is_named() -> None:
    assert str(NoSuchCase("abc")) == "There is no case abc."


def test_answers_are_not_taken_for_faults() -> None:
    assert not issubclass(Stale, StoreError)
    assert not issubclass(NoSuchCase, StoreError)
