"""What surrounds a text is worked out once, when a condition asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import Claim, History, Parent
from bot.rules.affiliation import Claims
from bot.rules.place import Circumstances, Ours
from tests.rules.conftest import _party

if TYPE_CHECKING:
    from tests.rules.conftest import Said


def test_the_whole_post_and_its_parent_are_folded(said: Said) -> None:
    parent = Parent(uri="https://b.example/0", author="@ann@b.example", text="Wh\u00c4t?")
    mention = said("H\u0435llo", content_warning="CW", parent=parent, profile={"bio": "FG member"})
    around = Circumstances(mention, History(), Claims(_party(), (), 30), Ours(frozenset(), frozenset()))
    assert (around.whole, around.parent) == ("cw hello".replace(" ", "\n"), "what?")
    assert around.affiliation is around.affiliation
    assert around.affiliation.claim is Claim.MEMBER


def test_a_post_that_answers_nothing_has_no_parent_text(said: Said) -> None:
    around = Circumstances(said("hello"), History(), Claims(_party(), (), 30), Ours(frozenset(), frozenset()))
    assert around.parent == ""


def test_whoever_is_mentioned_comes_before_a_handle_in_the_text(said: Said) -> None:
    def named(text: str, *addressed: str) -> str | None:
        mention = replace(said(text), addressed=addressed)
        return Circumstances(mention, History(), Claims(_party(), (), 30), Ours(frozenset(), frozenset())).named

    assert named("hello @ann", "@bob@there.example") == "@bob@there.example"
    assert named("hello @ann") == "@ann"
    assert named("write to ann@there.example") is None
