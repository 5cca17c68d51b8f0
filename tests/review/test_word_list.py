"""A CSV file of words is looked at line by line before anything is done with it."""

from __future__ import annotations

import pytest

from bot.review.word_list import MOST_ROWS, BadCsv, Fate, read, written


def fates(raw: bytes, there: tuple[str, ...] = ("gnat",)) -> list[tuple[int, str, Fate]]:
    return [(row.line, row.word, row.fate) for row in read(raw, there=there, lists=["pest"])]


def test_each_line_is_told_with_its_number() -> None:
    assert fates(b"word\ngnat\n\ntick\ntick\n") == [
        (2, "gnat", Fate.THERE),
        (4, "tick", Fate.ADDED),
        (5, "tick", Fate.TWICE),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfword\r\ntick\r\n",
        b"note;Word\nheard;tick\n",
        b"note\tword\nheard\ttick\n",
        b'"word","note"\n"tick","a, b"\n',
        b"tick",
    ],
)
def test_what_spreadsheets_write_is_read(raw: bytes) -> None:
    assert [word for _, word, _ in fates(raw)] == ["tick"]


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("x" * 201, "longer than 200"),
        ("a\x07b", "nobody sees"),
        ("{pests}", "there is no list “pests”"),
        ("{pest", "a brace that names no list"),
        ("~noun", "no word before it"),
    ],
)
def test_what_cannot_stand_on_a_list_says_why(word: str, why: str) -> None:
    (row,) = read(f"word\n{word}\n".encode(), there=(), lists=["pest"])
    assert row.fate is Fate.REFUSED
    assert why in row.why


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("word\ncafé\n".encode("latin-1"), "Line 2 is not in UTF-8"),
        ("word\ntick\n".encode("utf-16"), "The file is UTF-16"),
        (b"PK\x03\x04\x00", "The file is a spreadsheet"),
        (b"name,note\na,b\n", "No column is called “word”: the first line has “name”, “note”"),
        (b"word\n", "The file has no words"),
        (b"", "The file has no words"),
        (b'word,note\n"a"b",c\n', "Line 2 is no CSV"),
        (b"word\n" + b"".join(b"w%d\n" % number for number in range(MOST_ROWS + 1)), "more than 20,000 words"),
    ],
)
def test_a_file_that_is_no_list_of_words_is_refused_in_a_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(BadCsv, match=sentence):
        read(raw, there=(), lists=())


def test_what_is_written_is_read_again() -> None:
    entries = ["tick", 'the "best", they say', "{pest}", "🦟"]
    assert [word for _, word, fate in fates(written(entries).encode(), ()) if fate is Fate.ADDED] == entries
