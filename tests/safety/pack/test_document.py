"""The PDF is tagged, says what it must, and takes a stranger's words for words, whatever they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.safety.pack.document import Picture, Sheet, printed

if TYPE_CHECKING:
    from pathlib import Path


def words_of(pdf: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in pdf.pages).replace("\u200b", "")


def test_hostile_words_stand_in_it_as_words_and_what_cannot_be_shown_is_spelt_out(pack: Path) -> None:
    words = " ".join(words_of(PdfReader(pack / "pack.pdf")).split())
    for said in (
        '#eval("1 + 1")',
        "*bold*",
        "`raw`",
        "#set page(fill: red)",
        "[grinning face]",
        "[right-to-left override]",
    ):
        assert said in words
    assert "[U+0000]" in words
    assert "// no comment /* nor this" in words


def test_it_is_tagged_titled_and_in_english(pack: Path) -> None:
    pdf = PdfReader(pack / "pack.pdf")
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]  # as the format has it
    assert root["/Lang"] == "en-GB"  # type: ignore[index]
    assert pdf.metadata
    assert (pdf.metadata.title or "").startswith("Evidence pack")
    assert b"pdfuaid:part" in (pack / "pack.pdf").read_bytes() or pdf.xmp_metadata is not None


def test_course_of_conduct_gathers_all_cases_of_an_author_in_order(pack: Path) -> None:
    words = " ".join(words_of(PdfReader(pack / "pack.pdf")).split())
    course = words.partition("Course of conduct")[2].partition("Cases Case 1")[0]
    assert "2 cases" in course
    assert course.index("Case 1: the post was written") < course.index("Case 2: the post was written")
    assert "Case 2: looked at again: it was no longer there" in course


def test_what_is_missing_and_why_is_said_and_the_pictures_are_in_grey(pack: Path) -> None:
    pdf = PdfReader(pack / "pack.pdf")
    words = " ".join(words_of(pdf).split())
    assert "Not had: The server answered 503." in words
    assert "This file cannot be shown as a picture." in words
    assert "a photo #of a house" in words
    assert sum(len(page.images.keys()) for page in pdf.pages) == 2


def sheet(text: str) -> Sheet:
    author = {"handle": text, "uri": text, "display_name": text, "bio": text, "created_at": None}
    wordings = [{"version": 1, "at": "2026-11-20T10:00:00+00:00", "text": text}]
    case = {
        "number": 1,
        "id": "c1",
        "policy": text,
        "clause": text,
        "severity": 2,
        "author": author,
        "text": text,
        "content_warning": text,
        "url": text,
        "written_at": "2026-11-20T10:00:00+00:00",
        "wordings": wordings,
        "addressed": [text],
        "in_answer_to": {"author": text, "text": text, "url": text},
        "matched": [{"rule": "r", "policy": "p", "words": text}],
    }
    return Sheet(case=case, captures=[], pictures=[Picture(exhibit="1.1", described=text, file="")])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_no_text_breaks_the_pdf(text: str) -> None:
    assert printed([sheet(text)], [], [None], party=text).startswith(b"%PDF")


def test_a_post_of_ten_thousand_characters_is_cut_and_said_to_be() -> None:
    words = json.dumps("x" * 10_000)
    assert printed([sheet(words)], [], [None], party="A party").startswith(b"%PDF")
