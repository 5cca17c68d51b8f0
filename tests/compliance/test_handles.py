"""Two handles are the same when they name the same account, and never when they only look alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.compliance.handles import MOST, normal, read


@pytest.mark.parametrize(
    "text",
    [
        "@ann@fernwick.example",
        "ann@fernwick.example",
        "@Ann@Fernwick.Example",
        "  @ann@fernwick.example ",
        "https://fernwick.example/@ann",
        "https://fernwick.example/@Ann/",
    ],
)
def test_ways_of_writing_one_account(text: str) -> None:
    assert normal(text) == "@ann@fernwick.example"


@pytest.mark.parametrize("text", ["@\u0430nn@fernwick.example", "@ann@fernwick.exampl", "@ann_@fernwick.example"])
def test_what_only_looks_alike_is_another_or_none(text: str) -> None:
    assert normal(text) != "@ann@fernwick.example"


def test_server_with_foreign_letters_has_one_name() -> None:
    assert normal("@ann@bücher.example") == normal("@ann@xn--bcher-kva.example") == "@ann@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "text", ["", "ann", "@ann", "@ann@", "@@x", "Ann Archer", "@ann@a b", "@ann@..", "https://x/ann"]
)
def test_what_is_no_handle_is_none(text: str) -> None:
    assert normal(text) is None


def test_file_is_read_from_its_first_column_without_heading_empty_lines_and_repetitions() -> None:
    found = read('\ufeffHandle,since\r\n@Ann@x.example,2026\r\n\r\nann@x.example\r\n"@ben@x.example",\r\nnobody\r\n')
    assert found.handles == ("@ann@x.example", "@ben@x.example")
    assert found.wrong == ((6, "nobody"),)


def test_too_many_are_told() -> None:
    assert read("\n".join(f"@a{n}@x.example" for n in range(MOST))).too_many is False
    found = read("\n".join(f"@a{n}@x.example" for n in range(MOST + 1)))
    assert (len(found.handles), found.too_many) == (MOST, True)


@given(st.text())
def test_no_file_breaks_the_reading(text: str) -> None:
    found = read(text)
    assert all(normal(handle) == handle for handle in found.handles)
