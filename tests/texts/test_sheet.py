"""A filled form becomes the YAML that a person would have written, and no wording loses its place."""

from __future__ import annotations

from dataclasses import replace
from difflib import ndiff

import pytest

from bot.texts.sheet import Sheet, brought_back, misplaced, new_text, sheet_of, spelt
from bot.yaml_file import BadFile
from tests.fakes.office import ROOT

RESPONSES = sorted((ROOT / "responses").glob("*.yaml"))
TEXT = """\
# For the leader alone.
id: calm
title: "Calm"   # read aloud in the office
policies: [sexism, racism]
audience: space
variants:
  # the first is the oldest
  - >-
    Speak of what she did,
    please. $code_link
  - "Another wording. $code_link"
"""


def touched(before: str, after: str) -> list[str]:
    return [line for line in ndiff(before.splitlines(), after.splitlines()) if line[:2] in {"- ", "+ "}]


@pytest.mark.parametrize("path", RESPONSES, ids=lambda path: path.stem)
def test_form_that_nobody_changed_leaves_the_file_as_it_is(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert spelt(sheet_of(text), text) == text


def test_sheet_says_what_the_file_says() -> None:
    assert sheet_of(TEXT) == Sheet(
        title="Calm",
        policies=("sexism", "racism"),
        audience="space",
        variants=("Speak of what she did, please. $code_link", "Another wording. $code_link"),
    )


def test_each_change_touches_its_own_line_alone() -> None:
    sheet = sheet_of(TEXT)
    for changed, lines in (
        (
            replace(sheet, title="Calmer"),
            ['- title: "Calm"   # read aloud in the office', '+ title: "Calmer" # read aloud in the office'],
        ),
        (replace(sheet, policies=("racism",)), ["- policies: [sexism, racism]", "+ policies: [racism]"]),
        (replace(sheet, audience="in_group"), ["- audience: space", "+ audience: in_group"]),
        (replace(sheet, voice="leader"), ["+ voice: leader"]),
        (replace(sheet, min_strikes=2), ["+ min_strikes: 2"]),
        (replace(sheet, retired=frozenset({1})), ["+ retired: [2]"]),
        (
            replace(sheet, variants=(sheet.variants[0], "Third. $code_link")),
            ['-   - "Another wording. $code_link"', "+   - >-", "+     Third. $code_link"],
        ),
    ):
        after = spelt(changed, TEXT)
        assert sorted(touched(TEXT, after)) == sorted(lines)
        assert sheet_of(after) == changed


def test_wording_that_is_used_again_is_no_longer_named_as_retired() -> None:
    retired = spelt(replace(sheet_of(TEXT), retired=frozenset({0, 1})), TEXT)
    assert "retired: [1, 2]" in retired
    assert "retired: [1]" in spelt(replace(sheet_of(retired), retired=frozenset({0})), retired)
    assert spelt(sheet_of(TEXT), retired) == TEXT


def test_new_response_is_written_like_the_shipped_ones() -> None:
    sheet = replace(sheet_of(TEXT), voice="party", title="New: one")
    text = new_text("calm-new", sheet, lang="en")
    assert text == (
        'id: calm-new\ntitle: "New: one"\npolicies: [sexism, racism]\naudience: space\nlang: en\nvoice: party\n'
        "variants:\n  - >-\n    Speak of what she did, please. $code_link\n  - >-\n    Another wording. $code_link\n"
    )
    assert sheet_of(text) == sheet


def test_wording_that_is_taken_out_or_moved_is_told() -> None:
    sheet = sheet_of(TEXT)
    first, second = sheet.variants
    assert misplaced(TEXT, TEXT) is None
    assert (
        misplaced(TEXT, spelt(replace(sheet, variants=(first, "Mended. $code_link", "New. $code_link")), TEXT)) is None
    )
    shorter = TEXT[: TEXT.index('  - "Another')]
    assert "retire one instead" in str(misplaced(TEXT, shorter))
    swapped = spelt(replace(sheet, variants=(second, first)), TEXT)
    assert "variants[0]: stood in place 2 before" in str(misplaced(TEXT, swapped))
    between = spelt(replace(sheet, variants=(first, "Between. $code_link", second)), TEXT)
    assert "variants[2]: stood in place 2 before" in str(misplaced(TEXT, between))


def test_earlier_text_comes_back_with_what_came_after_it_in_its_place_and_retired() -> None:
    sheet = sheet_of(TEXT)
    later = spelt(replace(sheet, title="Later", variants=(*sheet.variants, "Third. $code_link")), TEXT)
    back = sheet_of(brought_back(TEXT, later))
    assert (back.title, back.variants[:2], back.variants[2:]) == ("Calm", sheet.variants, ("Third. $code_link",))
    assert back.retired == {2}
    assert brought_back(TEXT, TEXT) == TEXT
    assert misplaced(later, brought_back(TEXT, later)) is None


@pytest.mark.parametrize("text", ["id: calm", "- a list"])
def test_text_that_is_no_response_has_no_sheet(text: str) -> None:
    with pytest.raises(ValueError, match="no response"):
        sheet_of(text)


def test_text_that_is_no_yaml_has_none_either() -> None:
    with pytest.raises(BadFile):
        sheet_of("id: [")
