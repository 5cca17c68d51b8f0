"""Disguises are undone, and every reading knows the way back."""

# ruff: noqa: RUF001  look-alike letters are what is tested

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.disguise import MOST_SPACED, MOST_TRIED, Disguises, fold
from bot.rules.disguise.undoing import MOST_ODD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WORDS = ("scumbag", "blast", "moron", "asshole", "kill", "you", "idiot", "fuck", "a")
DISGUISES = Disguises(WORDS, ["fuck", "moron"])


def read(text: str) -> list[str]:
    return [reading.text for reading in DISGUISES.readings(text)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("m0r0n", "moron"),
        ("kiII", "kill"),
        ("m*r*n", "moron"),
        ("f**k", "fuck"),
        ("f***", "fuck"),
        ("k1ll", "kill"),
        ("1d1ot", "idiot"),
        ("mooooron", "moron"),
        ("assshole", "asshole"),
        ("a$$hole", "asshole"),
        ("@sshole", "asshole"),
        ("b|@st", "blast"),
        ("bl\u200b@st", "blast"),
        ("b🅛@st", "blast"),
        ("m-o-r-o-n", "moron"),
        ("m o r o n", "moron"),
        ("mor-on", "moron"),
        ("k i l l y o u", "kill you"),
        ("(m0r0n!)", "(moron!)"),
    ],
)
def test_a_disguised_word_is_uncovered(text: str, word: str) -> None:
    assert read(f"oh {text}, no")[-1] == f"oh {word}, no"


@pytest.mark.parametrize(
    "text",
    ["https://a.example/moron/x", "www.moron.example", "@moron@b.example", "@moron", "moron.co.uk/kill", "x.moron.org"],
)
def test_addresses_of_pages_and_people_are_not_words(text: str) -> None:
    assert "moron" not in "".join(read(f"see {text} there"))


def test_a_sentence_that_ends_without_a_space_is_no_address() -> None:
    assert "moron" in read("what a moron.You should go")[0]


def test_flags_are_not_letters() -> None:
    assert read("🇬🇧 idiot")[0].split() == ["idiot"]


def test_text_turned_round_by_an_override_is_read_as_it_shows() -> None:
    readings = DISGUISES.readings("so \u202enorom\u202c there")
    turned = readings[1]
    assert [reading.for_danger for reading in readings[:2]] == [True, False]
    assert turned.text == "so moron there"
    start = turned.text.index("moron")
    assert turned.span(start, start + 5) == (4, 9)


@pytest.mark.parametrize("written", ["norom", "moron"])
def test_in_its_own_order_a_word_that_is_known_only_as_it_shows_is_read_as_it_shows(written: str) -> None:
    own = DISGUISES.readings(f"so \u202e{written}\u202c there")[0]
    assert own.for_danger
    assert own.text == "so moron there"
    assert own.span(3, 8) == (4, 9)


@pytest.mark.parametrize(
    "text", ["long-term plan", "A.B.C. is a firm", "soooo good", "24/7 in 2026", "it's 5pm", "e-mail"]
)
def test_ordinary_text_is_read_once(text: str) -> None:
    assert [reading.for_danger for reading in DISGUISES.readings(text)].count(False) == 1


def test_a_repaired_word_leads_back_to_all_of_its_disguise() -> None:
    text = "Ünd du m * o * r * o * n!"
    reading = DISGUISES.readings(text)[-1]
    start = reading.text.index("moron")
    since, until = reading.span(start, start + 5)
    assert text[since:until] == "m * o * r * o * n"


def read_for_danger(text: str) -> list[str]:
    return [
        reading.text
        for reading in Disguises([*WORDS, "i", "will", "ill", "im"], []).readings(text)
        if reading.for_danger
    ]


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("I.\nwill.\nkill.\nyou.", "i will kill you."),
        ("I\n\nwill\n\nkill\n\nyou", "i will kill you"),
        ("I.will.kill.you", "i will kill you"),
        ("I... will... kill! you", "i will kill you"),
        ("so I will. Kill. You.", "so i will kill you."),
        ("somebody said that I will\nkill you", "somebody said that i will kill you"),
        ("1 w1ll k1ll y0u", "i will kill you"),
        ("1'll k1ll you", "ill kill you"),
        ("1m k1ll", "im kill"),
        ("oh. l will", "oh i will"),
    ],
)
def test_for_danger_a_sentence_cut_up_is_put_together(text: str, bold: str) -> None:
    assert read_for_danger(text) == [bold]


@pytest.mark.parametrize(
    "text",
    ["We met on Tuesday. The bus was late again. Nothing came of it.", "In 1 of 3 wards.", "Prop 1 will kill them",
     "There is 1 bus and 1 train", "We lost it all. Badly. That is how it went here."],
)  # fmt: skip
def test_for_danger_ordinary_text_is_read_as_it_stands(text: str) -> None:
    assert read_for_danger(text) == []


def test_a_text_of_more_disguises_than_are_looked_at_says_so() -> None:
    assert DISGUISES.readings("m0r0n " * MOST_TRIED)[0].whole
    assert not DISGUISES.readings("m0r0n " * (MOST_TRIED + 1))[0].whole
    assert not DISGUISES.readings("x y z words " * (MOST_SPACED + 1))[0].whole


@pytest.mark.parametrize(
    "text", [" " * 65_536, "\n" * 65_536, "." * 65_536, ". \n" * 21_845, "1 " * 32_768, "a.\n" * 21_845]
)
def test_a_text_of_nothing_but_stops_is_read(text: str) -> None:
    assert DISGUISES.readings(text)


@given(
    text=st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from("mor0n1* .-\n\u200b\u202e\u0301ａＡ")), max_size=60
    )
)
def test_every_span_lies_in_the_original(text: str) -> None:
    for reading in DISGUISES.readings(text):
        for place in range(len(reading.text)):
            start, end = reading.span(place, place + 1)
            assert 0 <= start < end <= len(text)


FULL_WIDTH = {ord(letter): ord(letter) + 0xFEE0 for letter in "moronMORON"}
CYRILLIC = str.maketrans("oOmM", "оОмМ")
DIGITS = str.maketrans("oO", "00")
STEPS: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "full width": lambda word: word.translate(FULL_WIDTH),
    "look-alikes": lambda word: word.translate(CYRILLIC),
    "digits": lambda word: word.translate(DIGITS),
    "marks": lambda word: "".join(f"{letter}\u0336\u0301" for letter in word),
    "unseen": "\u200b".join,
    "isolated": lambda word: f"\u2066{word}\u2069",
}
APART: dict[str, Callable[[Iterable[str]], str]] = {
    "": "".join,
    "spaces": " ".join,
    "dots": ".".join,
    "stars": "*".join,
    "emoji": "🌟".join,
    "dashes": "—".join,
}


@given(steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=5), apart=st.sampled_from(sorted(APART)))
def test_a_stack_of_disguises_is_undone_and_leads_back_to_the_whole_word(steps: list[str], apart: str) -> None:
    word = APART[apart]("moron")
    for step in steps:
        word = STEPS[step](word)
    text = f"ünd you {word}, oh"
    spans = [
        reading.span(found.start(), found.end())
        for reading in DISGUISES.readings(text)
        for found in re.finditer("moron", reading.text)
    ]
    seen = [place for place, char in enumerate(text) if fold(char).isalnum() and 8 <= place < 8 + len(word)]
    assert any(start <= seen[0] and seen[-1] < end for start, end in spans)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("you moorn", "you moron"),
        ("you mor0n", "you moron"),
        ("you idoits", "you idiot"),
        ("you m*ron", "you moron"),
        ("m🌟ron you", "moron you"),
        ("#KillYouAll", "#kill you all"),
        ("#YouAreAMoron", "#you are a moron"),
        ("mor\u200boNs, YOU\u200dRsELF", "morons, yourself"),
        ("you\nmoron", "you moron"),
        ("u/moron_99 said", "           said"),
        ("🇫🇺🇨🇰 you 🇬🇧", "fuck you   "),
        ("phvck you", "fuck you"),
        ("you @sshole", "you asshole"),
        ("🇫\u200b🇺🇨\u2060🇰 you", "fuck you"),
    ],
)
def test_in_a_language_with_a_list_of_words_slips_are_undone(text: str, read_as: str) -> None:
    disguises = Disguises([*WORDS, "all"], ["fuck", "moron"], lang="en", respelt={"fuck": ["phvck"]})
    assert disguises.readings(text.replace("idoits", "idoit"))[-1].text == read_as


@pytest.mark.parametrize("text", ["a RIOt in Leeds", "at the HuSTinGs", "your cu🔥ts and his cut🔥s"])
def test_an_ordinary_word_is_no_disguise_of_another(text: str) -> None:
    disguises = Disguises([*WORDS, "cunts"], ["cunts"], lang="en")
    assert not any(word in disguises.readings(text)[-1].text for word in ("cunts", "ri ot", "hu "))


def test_words_that_excuse_are_uncovered_but_never_guessed_from_a_slip() -> None:
    disguises = Disguises(WORDS, [], lang="en", excuses=["said"])
    assert disguises.readings("he s a i d, he saidd, you m0ron")[-1].text == "he said, he saidd, you moron"


def test_a_text_of_more_odd_words_than_are_looked_at_says_so() -> None:
    disguises = Disguises(WORDS, [], lang="en")
    odd = " ".join(
        f"{first}{second}{third}qx" for first in "zxvkj" for second in "abcdefghijkl" for third in "qwrtpsdfg"
    )
    assert odd.count(" ") > MOST_ODD
    assert not disguises.readings(odd)[0].whole


@pytest.mark.parametrize("text", ["in Båstad", "in BasTad", "on the bastaD"])
def test_a_word_with_accents_or_one_hump_is_a_name_and_no_slip(text: str) -> None:
    readings = Disguises(["bastard"], [], lang="en").readings(text)
    assert readings[0].text == fold(text)
    assert not any("bastard" in reading.text for reading in readings)


@pytest.mark.parametrize("text", ["you bastad", "you BASTAD", "you Bastad", "you bAsTaD"])
def test_a_slip_in_other_capitals_stays_one(text: str) -> None:
    assert Disguises(["bastard"], [], lang="en").readings(text)[-1].text == "you bastard"


LOOKS = {"m": "mмⓜｍ𝗆M", "o": "oоο0ｏ𝗈O", "r": "rｒ𝗋R", "n": "nｎ𝗇N"}


@given(
    letters=st.tuples(*(st.sampled_from(LOOKS[letter]) for letter in "moron")),
    between=st.sampled_from(["", "\u200b", "\u0336", "\u2060", " ", ".", "-", "*", "\u200d"]),
    times=st.integers(1, 5),
)
def test_any_disguise_of_a_known_word_is_uncovered(letters: tuple[str, ...], between: str, times: int) -> None:
    stretched = times if times > 2 and not between.isprintable() else 1
    word = between.join([*letters[:-1], letters[-1] * stretched])
    assert any("moron" in reading for reading in read(f"you {word}!"))
