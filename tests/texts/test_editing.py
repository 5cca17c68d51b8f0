"""A changed file reads as if a person had changed it: what was not touched stands as it stood."""

from __future__ import annotations

from difflib import ndiff
from typing import TYPE_CHECKING

import pytest
import yaml

from bot.rules.pack_files import SHIPPED
from bot.texts.editing import phrase, prose, rewritten
from tests.fakes.office import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from ruamel.yaml.comments import CommentedMap

WRITTEN = sorted([*(ROOT / "responses").glob("*.yaml"), *SHIPPED.rglob("*.yaml"), ROOT / "config.yaml"])
PACK = """\
# Words of our own.   Two spaces stay.
lang: en
lists:
  # Asked for by the office.
  beasts:
    [vermin, "two words", # an odd place for a note
     parasites]
  others: {a: [{b: 1}, {c: 2}]}   # brackets within brackets

rules:
- id: first  # not indented
  words: ['florp', "blimp"]
  title:  Spaced out
"""


def nothing(_content: CommentedMap) -> None:
    pass


def changes(before: str, after: str) -> list[str]:
    return [line for line in ndiff(before.splitlines(), after.splitlines()) if line[:2] in {"- ", "+ "}]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_every_shipped_file_stays_as_it_is_when_nothing_changes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert rewritten(text, nothing) == text


def test_comments_quotes_order_and_brackets_that_were_not_touched_stay() -> None:
    assert rewritten(PACK, nothing) == PACK

    def change(content: CommentedMap) -> None:
        content["rules"][0]["words"].append("flarp")

    after = rewritten(PACK, change)
    assert changes(PACK, after) == ["-   words: ['florp', \"blimp\"]", "+   words: ['florp', \"blimp\", flarp]"]


def test_line_ends_of_another_system_stay() -> None:
    text = PACK.replace("\n", "\r\n")

    def change(content: CommentedMap) -> None:
        content["lang"] = "cy"

    assert rewritten(text, change) == text.replace("lang: en", "lang: cy")


def test_list_in_brackets_that_grows_is_broken_into_lines_and_its_neighbours_are_not() -> None:
    text = (SHIPPED / "en" / "attacks.yaml").read_text(encoding="utf-8")

    def change(content: CommentedMap) -> None:
        content["lists"]["beasts"].append("wasps")

    after = rewritten(text, change)
    touched = changes(text, after)
    assert len(touched) == 6, touched
    assert all(line[2:].startswith(("  beasts:", "    ")) for line in touched)
    assert max(len(line) for line in after.splitlines()) <= max(len(line) for line in text.splitlines())
    meant = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  plain strings, lists and mappings
    meant["lists"]["beasts"].append("wasps")
    assert yaml.load(after, Loader=yaml.BaseLoader) == meant  # noqa: S506  as above


def test_wording_is_folded_as_in_the_shipped_files() -> None:
    path = ROOT / "responses" / "leader-in-group.yaml"
    text = path.read_text(encoding="utf-8")
    words = " ".join(["Please argue the way that you would like others to argue with you."] * 3)

    def change(content: CommentedMap) -> None:
        content["variants"][1] = prose(words)
        content["variants"].append(prose("One line:\nand another. $code_link"))

    after = rewritten(text, change)
    variants = yaml.safe_load(after)["variants"]
    assert (variants[1], variants[-1]) == (words, "One line:\nand another. $code_link")
    assert max(len(line) for line in after.splitlines()) <= 122
    assert "  - >-\n    Please argue the way" in after
    assert after.endswith("  - |-\n    One line:\n    and another. $code_link\n")
    untouched = text[: text.index("  - >-\n    If you are on my side")]
    assert after.startswith(untouched)


@pytest.mark.parametrize(
    "text", ["ends with a space ", "two  spaces", "x" * 300, "# no comment", "- no: list", "", "é🐀"]
)
def test_whatever_is_written_means_what_it_says(text: str) -> None:
    def change(content: CommentedMap) -> None:
        content["variants"][0] = prose(text)
        content["title"] = phrase(text, content["title"])

    after = yaml.safe_load(rewritten('title: "Old"\nvariants:\n  - old\n', change))
    assert after == {"title": text, "variants": [text]}


def test_short_text_keeps_the_quotes_of_the_one_before() -> None:
    def change(content: CommentedMap) -> None:
        content["title"] = phrase("New", content["title"])
        content["lang"] = phrase("cy", content["lang"])

    assert rewritten('title: "Old"\nlang: en\n', change) == 'title: "New"\nlang: cy\n'


def test_text_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(ValueError, match="no YAML mapping"):
        rewritten("- a list\n", nothing)
