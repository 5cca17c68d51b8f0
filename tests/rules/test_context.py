"""Speaking of abuse is told from abusing, in the words that a language's pack gives."""

from __future__ import annotations

import pytest

from bot.rules.context import Voice, sentence
from bot.rules.language import Context
from bot.rules.matchers import Lexicon

VOICE = Voice(
    Context(
        second_person=("you", "your"),
        openers=("hey", "what a"),
        reporting=("called {up to 1}(?:me|her)", "said"),
        reporting_after=("is a vile thing to say",),
        reporting_danger=("told me",),
        own_voice=("i", "as i"),
        denying=("not (?:a )?", "if someone said (?:you are a )?"),
        about_self=("i am {up to 2}",),
    ),
    Lexicon({}, ()),
)
SILENT = Voice(Context(), Lexicon({}, ()))


def place(text: str) -> tuple[str, int, int]:
    start = text.index("git")
    return text, start, start + 3


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ('he said "you git" to us', True),
        ("he said 'you don't know, you git' to us", True),
        ("“you git” is a vile thing to say".replace("“", '"').replace("”", '"'), True),
        ("> you git\nhe said so", True),
        ("he said this:\n> you git", True),
        ("they called her a complete git", True),
        ("they called her and then after a while you git", False),
        ("he said: nobody here will ever vote for a git", True),
        ("he said nobody here will ever vote for a git", False),
        ("he said no, you git", False),
        ("he said, you git", True),
        ('as i said, "you git"', False),
        ("i said git", False),
        ('"you git"', False),
        ("you git", False),
        ("he said so. you git", False),
    ],
)
def test_words_are_reported_when_somebody_else_is_said_to_say_them(text: str, reported: bool) -> None:  # noqa: FBT001  a column of the table
    assert VOICE.reported(*place(text), danger=False) is reported


@pytest.mark.parametrize(
    ("text", "reported"),
    [('he told me "git"', True), ('he said "git"', False), ('"git" is a vile thing to say', False)],
)
def test_danger_is_reported_only_when_that_is_said_outright(text: str, reported: bool) -> None:  # noqa: FBT001  a column of the table
    assert VOICE.reported(*place(text), danger=True) is reported


@pytest.mark.parametrize(
    ("text", "denied"),
    [("you are not a git", True), ("if someone said you are a git", True), ("do not go, git", False)],
)
def test_words_right_before_deny_or_suppose(text: str, denied: bool) -> None:  # noqa: FBT001  a column of the table
    assert VOICE.denied(text, text.index("git")) is denied


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
def test_a_form_of_address_stands_alone_or_after_you(text: str, addressed: bool) -> None:  # noqa: FBT001  a column of the table
    assert VOICE.addressed(*place(text)) is addressed


def test_what_an_author_says_of_themselves_is_not_aimed_at_anybody() -> None:
    assert VOICE.about_self(*place("i am such a git"))
    assert not VOICE.about_self(*place("you know i am such a git"))


def test_a_language_without_phrases_reports_and_denies_nothing() -> None:
    text = 'he said "you are not a git"'
    assert not SILENT.reported(*place(text), danger=False)
    assert not SILENT.denied(text, text.index("git"))
    assert not SILENT.speaks_to(*place(text))


def test_a_sentence_ends_where_its_neighbours_begin() -> None:
    assert sentence("One. Two git three! Four.", 9, 12).strip() == "Two git three"
