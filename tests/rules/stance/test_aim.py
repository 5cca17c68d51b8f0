"""What is said of a person is told from what is said of a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.rules.stance import Aim, AimKind

if TYPE_CHECKING:
    from bot.rules.stance import Stance
    from tests.rules.stance.conftest import Place


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("you are a git", AimKind.YOU, "you"),
        ("git!", AimKind.YOU, "git"),
        ("he is a git", AimKind.PERSON, "he is"),
        ("he or his aide is a git", None, None),
        ("these two are a git", AimKind.GROUP, "these two are"),
        ("the council is a git", AimKind.INSTITUTION, "the council is"),
        ("your policy is a git", AimKind.POLICY, "policy is"),
        ("your policy is bad and you are a git", AimKind.YOU, "you"),
        ("a git bill", AimKind.POLICY, "bill"),
        ("what a git move", AimKind.IDEA, "move"),
        ("in the bill, a git, bill says", None, None),
        ("the git of the county", None, None),
        ("the council is bad. the git of the county", None, None),
    ],
)
def test_what_the_clause_says_it_of_stands_nearest(
    stance: Stance, place: Place, text: str, kind: AimKind | None, words: str | None
) -> None:
    expected = None if kind is None or words is None else Aim(kind, words)
    assert stance.aimed_at(*place(text)) == expected


def test_what_the_words_end_with_is_what_they_are_said_of(stance: Stance) -> None:
    assert stance.aimed_at("we will kill this bill now", 8, 22) == Aim(AimKind.POLICY, "bill")
