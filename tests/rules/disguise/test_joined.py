"""Words run together are cut; words and names that merely contain others are not."""

from __future__ import annotations

import pytest

from bot.rules.disguise.joined import LONGEST, Joined, humps

JOINED = Joined(["immigrants", "hate", "ban", "muslims", "scumbags", "cunt", "cock", "rapist", "send", "dick"], "en")


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ("ihateimmigrants", "i hate immigrants"),
        ("banallmuslims", "ban all muslims"),
        ("massivescumbags", "massive scumbags"),
        ("sendthemback", "send them back"),
    ],
)
def test_joined_words_are_cut(letters: str, words: str) -> None:
    assert JOINED.cut(letters) == words


@pytest.mark.parametrize(
    "word", ["scunthorpe", "therapist", "cockburn", "dickinson", "cockermouth", "cocktails", "hatred"]
)
def test_a_word_or_a_name_is_not_cut(word: str) -> None:
    assert JOINED.cut(word) is None


def test_words_that_no_rule_knows_are_not_cut() -> None:
    assert JOINED.cut("lovelyweathertoday") is None


def test_what_is_too_long_or_makes_no_words_is_not_cut() -> None:
    assert JOINED.cut("hate" * LONGEST) is None
    assert JOINED.cut("hatezqxv") is None


def test_camel_case_shows_where_words_begin() -> None:
    assert humps("so #SendThemBack, IHateThem and BBCNews") == [
        (4, 16, "send them back"),
        (18, 27, "i hate them"),
        (32, 39, "bbc news"),
    ]


@pytest.mark.parametrize("text", ["mOrOn", "xBcDe", "plain words", "UPPER CASE", "xRay"])
def test_letters_of_mixed_case_are_no_words(text: str) -> None:
    assert humps(text) == []
