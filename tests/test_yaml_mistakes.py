"""Whoever writes a rule for the first time is told what to mend, not what a parser expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from bot.yaml_file import BadFile, read

if TYPE_CHECKING:
    from pathlib import Path

RULE = """rules:
  - id: told-to-knit
    title: Tells somebody to knit
    phrases:
      - go and knit
    matches:
      - go and knit something
"""
OUT_OF_LINE = "does not line up with the lines above it"


class Anything(BaseModel):
    rules: list[dict[str, object]]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("    title", "   title", 3, OUT_OF_LINE),
        ("    title", "      title", 3, OUT_OF_LINE),
        ("  - id", "  id", 3, OUT_OF_LINE),
        ("      - go and knit\n", "   - go and knit\n", 5, OUT_OF_LINE),
        ("something\n", "something\n     - knit\n", 8, OUT_OF_LINE),
        ("    matches", "      matches", 6, OUT_OF_LINE),
        ("title: ", "title:", 3, "lacks a colon with a space behind it"),
        ("title: Tells", "title: Rude: tells", 3, "a second “:” on this line"),
        ("- go and knit something", '- "go and knit', 7, "a quotation mark that opens here is not closed"),
        ("- go and knit something", "- 'tis knitting", 7, "an apostrophe opens one too"),
        ("- go and knit something", '- "Knit" she said', 7, "goes on behind a closing quotation mark"),
        ("title: Tells", "title: 'Tells'", 3, "goes on behind a closing quotation mark"),
        ("- go and knit\n", "- {you} knit\n", 5, "text that begins with { must stand in quotes"),
        ("- go and knit something", "- [go] and knit", 7, "text that begins with [ must stand in quotes"),
        ("- go and knit something", "- *go* and knit", 7, "text that begins with * must stand in quotes"),
        ("- go and knit something", "- !go and knit", 7, "text that begins with ! must stand in quotes"),
        ("- go and knit something", "- | go and knit", 7, "text that begins with | must stand in quotes"),
        ("- go and knit something", '- "go \\d"', 7, "a backslash in double quotation marks"),
        (
            "phrases:\n      - go and knit",
            "phrases: [go {up to 1}knit]",
            4,
            "text with braces in it must stand in quotes",
        ),
        ("phrases:\n      - go and knit", "phrases: [go, knit", 5, "begins on line 4 lacks a comma, or its ]"),
    ],
)
def test_a_slip_is_told_with_its_line_and_what_to_do(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in RULE
    (tmp_path / "rules.yaml").write_text(RULE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadFile) as bad:
        read(tmp_path / "rules.yaml", Anything)
    (problem,) = bad.value.problems
    assert (problem.line, says in problem.message) == (line, True), problem
