from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lab.csv_rows import Row, rows
from bot.lab.opening import opened
from bot.yaml_file import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.conftest import Wrote


def read(path: Path, *needed: str) -> list[Row | Problem]:
    with opened(path) as file:
        return list(rows(file, needed))


def texts(found: list[Row | Problem]) -> list[str]:
    return [each.cells["text"] for each in found if isinstance(each, Row)]


def said(found: list[Row | Problem]) -> list[tuple[int | None, str]]:
    return [(each.line, each.message) for each in found if isinstance(each, Problem)]


def test_each_row_knows_the_line_on_which_it_begins(wrote: Wrote) -> None:
    path = wrote("a.csv", '\ufeffid,text\r\n1,one\r\n\r\n2,"two\nlines, ""quoted"""\n3,three\n')
    assert read(path, "text") == [
        Row(2, {"id": "1", "text": "one"}),
        Row(4, {"id": "2", "text": 'two\nlines, "quoted"'}),
        Row(6, {"id": "3", "text": "three"}),
    ]


def test_missing_cells_at_the_end_are_absent(wrote: Wrote) -> None:
    assert read(wrote("a.csv", "text,category\nalone\n"), "text") == [Row(2, {"text": "alone"})]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"id,text\n1,hello\n", 1, "there is no column label; the first line names: id, text"),
        (b"", None, "the file is empty"),
        ("id,text,label\n1,hello,0\n".encode("utf-16"), 1, "not in UTF-8"),
        ("id,text,label\n1,hello,0\n".encode("utf-16-le"), 1, "not in UTF-8 (perhaps UTF-16)"),
        (b'"id,text,label\n1,hello,0\n', 1, "the file ends inside a quoted cell that begins here"),
    ],
    ids=["no label", "empty", "UTF-16", "UTF-16 without a mark", "open quotation"],
)
def test_file_whose_first_line_is_of_no_use_is_one_problem(
    wrote: Wrote, content: bytes, line: int | None, words: str
) -> None:
    [(at, message)] = said(read(wrote("a.csv", content), "text", "label"))
    assert at == line
    assert message.startswith(words)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (b"caf\xe9", "not in UTF-8"),
        (b"\xed\xa0\x80", "not in UTF-8"),
        (b"well, actually", "2 cells where the first line names 1"),
        (b'"ab"c', "a quoted cell goes on after its closing quotation mark"),
    ],
    ids=["latin-1", "surrogate", "bare comma", "bare quotation mark"],
)
def test_bad_row_is_named_in_its_place_and_the_rest_goes_on(wrote: Wrote, row: bytes, words: str) -> None:
    found = read(wrote("a.csv", b"text\nbefore\n" + row + b"\nafter\n"), "text")
    assert texts(found) == ["before", "after"]
    [(line, message)] = said(found)
    assert line == 3
    assert message.startswith(words)


def test_quotation_that_never_ends_swallows_no_more_than_a_cell_may_hold(wrote: Wrote) -> None:
    path = wrote("a.csv", 'text\n"open\n' + "a line of words\n" * 20_000)
    found = read(path, "text")
    [(line, message)] = said(found)
    assert line == 2
    assert "131,072" in message
    assert len(texts(found)) > 11_000


def test_nul_in_a_cell_is_only_a_character(wrote: Wrote) -> None:
    assert texts(read(wrote("a.csv", b"text\na\0b\n"), "text")) == ["a\0b"]


def test_file_cut_in_the_middle_gives_its_first_half(wrote: Wrote) -> None:
    packed = gzip.compress("".join(["text\n", *(f"row {n} {n * 7919 % 1000}\n" for n in range(50_000))]).encode())
    found = read(wrote("a.csv.gz", packed[: len(packed) // 2]), "text")
    whole = texts(found)
    assert len(whole) > 1_000
    assert whole == [f"row {n} {n * 7919 % 1000}" for n in range(len(whole))]
    assert said(found)[-1][1].startswith("the file ends or is damaged here")


@given(st.binary(max_size=400))
def test_no_bytes_at_all_are_an_exception(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.csv"
    path.write_bytes(b"text\n" + content)
    for each in read(path, "text"):
        assert isinstance(each, Row | Problem)
