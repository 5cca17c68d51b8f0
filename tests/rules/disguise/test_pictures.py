"""Emoji are read as the words they stand for, in the form that the sentence asks for."""

from __future__ import annotations

import pytest

from bot.rules.disguise.folding import fold
from bot.rules.disguise.pictures import Pictures
from bot.rules.disguise.shape import Sign, Signs

PICTURES = Pictures(
    Signs(
        words=(
            Sign(signs=("🐀", "🐁"), read="rats", one="rat"),
            Sign(signs=("🔪",), read="stab", done="stabbed"),
            Sign(signs=("🧑🏿",), read="tall people", one="tall person", trait="tall"),
            Sign(signs=("👳",), read="hatters", one="hatter", trait="hatted"),
        ),
        one_after=("a", "that"),
        done_after=("be", "were"),
        trait_before=("lives",),
        noun_after=("are", "and", "a"),
    )
)


def read(text: str) -> str:
    folded, last, out = fold(text), 0, ""
    for start, end, words in PICTURES.pieces(folded):
        out, last = out + folded[last:start] + words, end
    return out + folded[last:]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("they are 🐀", "they are rats"),
        ("they are🐀🐀 all", "they are rats all"),
        ("👳🏾 = 🐀", "hatters = rats"),
        ("send 🐀 home", "send rats home"),
        ("a 🐀🐀🐀!", "a rat !"),
        ("I will 🔪 you", "i will stab you"),
        ("should be 🔪🔪", "should be stabbed"),
        ("🧑🏿 lives", "tall lives"),
        ("that 🧑🏿 there", "that tall person there"),
        ("👳🏾‍♂️ and 👳🏽", "hatters and hatters"),
        ("🔪 👳🏾", "stab hatters"),
    ],
)
def test_an_emoji_is_read_as_its_word(text: str, words: str) -> None:
    assert read(text) == words


@pytest.mark.parametrize(
    "text",
    ["well said 🔪", "great speech 🐀", "🐀🐀", "well done 👳🏾", "sharp! 🔪\nnext", "🎉 lovely", "🧑 people", "plain"],
)
def test_an_emoji_that_says_nothing_is_left(text: str) -> None:
    assert read(text) == fold(text)


@pytest.mark.parametrize(
    ("text", "ways"),
    [("m🎉ron", ("mron", "m.ron")), ("🐀bag", ("ratbag", "bag", ".bag")), ("w🎉🎉men", ("wmen", "w.men"))],
)
def test_an_emoji_in_a_word_is_a_letter_or_nothing(text: str, ways: tuple[str, ...]) -> None:
    assert [found[2] for found in PICTURES.hidden(text)] == [ways]


def test_without_signs_nothing_is_read() -> None:
    assert list(Pictures(Signs()).pieces("🐀 a")) == []
