"""Who is spoken to, and what is a form of address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from bot.rules.stance import Stance
    from tests.rules.stance.conftest import Place


@pytest.mark.parametrize(
    ("text", "addressed"),
    [
        ("git!", True),
        ("   git   ", True),
        ("hey git, listen", True),
        ("what a git", True),
        ("stop lying, git.", True),
        ("you complete git", True),
        ("stop it 🙂 git 🙂", True),
        ("the git command fails", False),
        ("a git repository", False),
        ("you may clone it and then run the git command", False),
    ],
)
def test_a_form_of_address_stands_alone_or_after_you(stance: Stance, place: Place, text: str, addressed: bool) -> None:  # noqa: FBT001  a column of the table
    assert stance.addressed(*place(text)) is addressed


@pytest.mark.parametrize(
    ("text", "spoken_to"),
    [
        ("you are a git", True),
        ("your boss the git", True),
        ("a git", False),
        ("so you say. a git", False),
        ("a git, you know", False),
    ],
)
def test_somebody_is_spoken_to_in_the_words_or_shortly_before(
    stance: Stance, place: Place, text: str, *, spoken_to: bool
) -> None:
    assert stance.speaks_to(*place(text)) is spoken_to


def test_a_language_without_words_for_it_speaks_to_nobody(silent: Stance, place: Place) -> None:
    assert not silent.speaks_to(*place("you git"))
