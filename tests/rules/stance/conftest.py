"""A small invented way of speaking, and the place of a word in a text."""

from __future__ import annotations

from typing import Protocol

import pytest

from bot.rules.lexicon import Lexicon
from bot.rules.stance import Context, Stance

CONTEXT = Context(
    second_person=("you", "your"),
    openers=("hey", "what a"),
    reporting=("called {up to 1}(?:me|her)", "said"),
    reporting_after=("is a vile thing to say",),
    reporting_danger=("told me",),
    own_voice=("i", "as i"),
    negating=("not (?:a )?",),
    supposing=("if someone said (?:you are a )?",),
    asking=("do you think (?:she is a )?",),
    about_self=("i am {up to 2}",),
)


class Place(Protocol):
    """A text with the place of `git` in it."""

    def __call__(self, text: str) -> tuple[str, int, int]: ...


def _place(text: str) -> tuple[str, int, int]:
    start = text.index("git")
    return text, start, start + 3


@pytest.fixture
def place() -> Place:
    return _place


@pytest.fixture(scope="session")
def stance() -> Stance:
    return Stance(CONTEXT, Lexicon({}, ()))


@pytest.fixture(scope="session")
def silent() -> Stance:
    """Of a language that gives no phrases."""
    return Stance(Context(), Lexicon({}, ()))
