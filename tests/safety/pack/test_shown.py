"""Every letter is shown as it is or spelt out, and Typst's own fonts have all that is shown."""

from __future__ import annotations

import re
import sys
import unicodedata

import typst
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.pack.shown import shown


def test_letters_stay_and_what_would_not_be_seen_is_named() -> None:
    assert shown("Ärger über Łódź, шум, שלום مرحبا €5 – “so”…") == "Ärger über Łódź, шум, שלום مرحبا €5 – “so”…"
    assert (
        shown("a\u202eb\u200b\U0001f600\x00") == "a[right-to-left override]b[zero width space][grinning face][U+0000]"
    )
    assert shown("e\u0301") == "é"
    assert shown("one\r\ntwo\tthree") == "one\ntwo three"


def test_a_long_text_is_cut_and_said_to_be() -> None:
    assert shown("x" * 30, 10) == f"{'x' * 10} … [20 more characters, which are in the originals]"


@given(st.text())
def test_nothing_that_turns_or_hides_is_left(text: str) -> None:
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", shown(text))


def test_the_fonts_have_every_letter_that_is_shown() -> None:
    letters = [chr(number) for number in range(sys.maxunicode + 1) if shown(chr(number)) == chr(number)]
    assigned = [letter for letter in letters if unicodedata.category(letter) not in {"Cn", "Mn"} and letter != "\n"]
    source = b'#set document(title: "Letters")\n#set text(lang: "en")\n= Letters\n#sys.inputs.letters'
    given_ones = {"letters": "\n".join(assigned)}
    assert typst.compile(source, sys_inputs=given_ones, pdf_standards=["ua-1"], ignore_system_fonts=True)
    assert len(letters) - len(assigned) <= 1 + sum(unicodedata.category(letter) in {"Cn", "Mn"} for letter in letters)
