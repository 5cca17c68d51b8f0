"""What a YAML parser stumbles over, in words for people who never heard of parsers: what is wrong there, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import yaml

CIRCULAR = "an alias (*name) contains itself"
"""Not a parser's words but ours, which stand as they are."""
_SIGNS = "*&!|>%@`"
"""Text that begins with one of these means something else to YAML."""
_LIST_OPEN = "expected ',' or ']'"
_OUT_OF_LINE = (
    "does not line up with the lines above it: keys that belong together begin in the same column, and so do the “-”"
    " of one list"
)

_BEHIND = {
    **dict.fromkeys("'\"", "goes on behind a closing quotation mark; put the whole text in quotes, of the other kind"),
    "}": "text that begins with { must stand in quotes",
    "]": "text that begins with [ must stand in quotes",
}
"""What is wrong where a line goes on behind one of these."""


def told(text: str, error: yaml.MarkedYAMLError) -> tuple[int | None, str]:
    """The line on which something is wrong, counted from 1, and what; `None` where the parser does not say."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return None, f"not readable as YAML: {error.problem}"
    begun = error.context_mark or mark
    problem, lines = error.problem or "", text.split("\n")
    line = lines[mark.line] if mark.line < len(lines) else ""
    if line[mark.column :].startswith("\t"):
        return mark.line + 1, "a tab; YAML is indented with spaces"
    if _LIST_OPEN in problem:
        return mark.line + 1, _open_list(begun.line + 1, lines[begun.line : mark.line + 1])
    sign = lines[begun.line][begun.column : begun.column + 1] if begun.line < len(lines) else ""
    if message := _misbegun(sign, problem, error.context or ""):
        return begun.line + 1, message
    return mark.line + 1, _out_of_place(line, mark.column, problem) or f"not readable as YAML: {problem}"


def _open_list(first: int, lines: list[str]) -> str:
    message = f"the list in [ ] that begins on line {first} lacks a comma, or its ]"
    return message + "; text with braces in it must stand in quotes there" * any("{" in line for line in lines)


def _misbegun(sign: str, problem: str, context: str) -> str:
    """What is wrong with something that begins with this sign and goes wrong later; nothing if it is not the usual."""
    if problem == CIRCULAR:
        return problem
    if "end of stream" in problem and "quoted" in context:
        return "a quotation mark that opens here is not closed; an apostrophe opens one too"
    if "find expected ':'" in problem:
        return "lacks a colon with a space behind it; a key and its value are written “policy: sexism”"
    return f"text that begins with {sign} must stand in quotes" if sign and sign in _SIGNS else ""


def _out_of_place(line: str, column: int, problem: str) -> str:
    """What is wrong with something that may not stand at this place of the line; nothing if it is not the usual."""
    before = line[:column].strip()
    if "unknown escape" in problem:
        return "a backslash in double quotation marks; put the text in single ones"
    if "mapping values are not allowed" in problem:
        second = ": " in before.removeprefix("- ") or not before
        return "a second “:” on this line; text with a colon in it must stand in quotes" if second else _OUT_OF_LINE
    if "did not find expected" not in problem:
        return ""
    return _OUT_OF_LINE if not before else _BEHIND.get(before[-1], "")
