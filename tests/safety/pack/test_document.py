"""The PDF is tagged, says what it must, and takes a stranger's words for words, whatever they are."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.platforms.simulated.picture import drawn
from bot.safety.pack.document import Picture, Sheet, printed
from bot.safety.pack.pictures import in_grey

if TYPE_CHECKING:
    from collections.abc import Sequence
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


def test_contact_sheet_stands_in_three_columns_under_its_heading_each_caption_under_its_picture() -> None:
    grey = in_grey(drawn("a photo"))
    pictures = [Picture(exhibit=f"1.{number}", described="a photo", file=f"{number}.png") for number in range(1, 5)]
    for length in range(300, 700, 100):
        one = case_of(1, "word " * length, pictures)
        pdf = PdfReader(BytesIO(printed([one], [], [grey, grey, grey, None], party="A party")))
        (page,) = [page for page in pdf.pages if "Contact sheet" in page.extract_text()]
        assert "Exhibit 1.3." in page.extract_text(), "the whole first row stands under the heading"
        told = " ".join(words_of(pdf).split("Exhibit 1.4.")[1].split())
        assert "This file cannot be shown as a picture." in told


def test_table_of_a_case_stays_on_the_page_of_its_post_and_one_that_fits_no_page_is_whole_all_the_same() -> None:
    for length in range(20, 520, 125):
        sheets = [case_of(number, "word " * length) for number in (1, 2)]
        pdf = PdfReader(BytesIO(printed(sheets, [], [], party="A party")))
        (page,) = [page for page in pdf.pages if "Case 2\n" in page.extract_text()]
        assert "Words that rules matched" in page.extract_text(), length
    words = words_of(PdfReader(BytesIO(printed([sheet("word " * 4000)], [], [None], party="A party"))))
    assert "Words that rules matched" in words


def test_looks_that_found_the_same_are_told_at_the_first_and_at_the_last() -> None:
    looks = [
        {
            "seq": seq,
            "at": f"2026-11-{seq:02}T10:00:00+00:00",
            "kind": "look",
            "said": said,
            "tool": "t",
            "exhibits": [],
        }
        for seq, said in ((1, "present"), *((day, "gone") for day in range(2, 20)))
    ]
    words = " ".join(
        words_of(
            PdfReader(BytesIO(printed([replace(sheet("x"), captures=looks, pictures=[])], looks, [], party="A")))
        ).split()
    )
    course = words.partition("Course of conduct")[2].partition("Cases Case 1")[0]
    assert course.count("looked at again") == 3
    assert "it was still there." in course
    assert "2 Nov 2026, 10:00:00 UTC Case 1: looked at again: it was no longer there." in course
    assert "19 Nov 2026, 10:00:00 UTC Case 1: looked at again 17 times since, and found the same each time." in course


def test_account_has_the_day_that_its_server_tells_and_no_midnight() -> None:
    one = sheet("x")
    for told, shown in (
        ("2020-12-24T00:00:00+00:00", "24 Dec 2020"),
        ("2020-12-24T09:30:00+00:00", "24 Dec 2020, 09:30:00 UTC"),
    ):
        one.case["author"]["created_at"] = told
        words = " ".join(words_of(PdfReader(BytesIO(printed([one], [], [None], party="A party")))).split())
        assert f"Account since {shown} Address" in words


def test_it_says_that_a_post_may_be_cut_out_of_a_list_and_which_time_is_which(pack: Path) -> None:
    words = " ".join(words_of(PdfReader(pack / "pack.pdf")).split())
    assert "A post may be an excerpt." in words
    assert "The course of conduct has the time at which they were stored" in words


def case_of(number: int, text: str, pictures: Sequence[Picture] = ()) -> Sheet:
    one = sheet("x")
    return replace(one, case={**one.case, "number": number, "text": text}, pictures=pictures)


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
