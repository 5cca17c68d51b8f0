"""A small invented way of speaking, and the place of a word in a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from bot.model import History
from bot.rules.lexicon import Lexicon
from bot.rules.stance import Context, Stance

if TYPE_CHECKING:
    from bot.rules import Rulebook
    from tests.rules.conftest import Said

CONTEXT = Context(
    second_person=("you", "your"),
    openers=("hey", "what a"),
    reporting=("called {up to 1}(?:me|her)", "said"),
    reporting_after=("is a vile thing to say",),
    reporting_danger=("told me",),
    turning=("and",),
    own_voice=("i", "as i"),
    negating=("not (?:a )?",),
    supposing=("if someone said (?:you are a )?",),
    asking=("do you think (?:she is a )?",),
    about_self=("i am {up to 2}",),
    unskipped=("they", "not"),
    like_self=("like me", "and proud"),
    negating_after=("no such thing", "nope(?=[.!]|$)"),
    scorning=("nonsense",),
    opposing=("sick of hearing",),
    opposing_after=("is a slur",),
    wrongdoers=("(?:anyone who|people who) {up to 1}(?:hurts?|bully)",),
    endorsing=("amen", "he is right", "so do i"),
    being=("is", "are"),
    persons=("he", "she"),
    groups=("they", "these"),
    institutions=("the council",),
    policies=("bill", "policy"),
    ideas=("move", "idea"),
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


class English(Protocol):
    """Why none of the shipped rules that found their words in a text holds; `None` when one holds."""

    def __call__(self, text: str) -> str | None: ...


@pytest.fixture
def english(shipped: Rulebook, said: Said) -> English:
    def why_not(text: str) -> str | None:
        verdict = shipped.judge(said(text, addressed=("@mp@parliament.example",)), History())
        return None if verdict.abusive else " ".join(verdict.reasons)

    return why_not
