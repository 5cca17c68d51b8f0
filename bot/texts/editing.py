"""Changes a YAML text as a person would: what is not changed keeps its comments, quotes, order and line breaks.

ruamel.yaml writes; where it would lay out anew what nobody touched, such as a long list in brackets, the lines of the
original are kept. What comes out is read again and must mean what was wanted.
"""

from __future__ import annotations

import io
import re
import textwrap
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString, LiteralScalarString

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

NARROWEST = 80
WIDEST = 160
"""Columns. Lists in brackets are as wide as the longest line of the text, within these."""
PROSE = 110
"""Columns of a folded sentence."""
UNBROKEN = 1_000_000
"""Columns: ruamel.yaml breaks no line by itself."""
_UNIT = re.compile(r"(?m)^(?=[ ]*(?:#|- |[\w\"'-]+:|\n))")
_LIST = re.compile(r"( *)(?:- )?[\w\"'-]+: \[[^\n]*\]\n")
_ENTRY = re.compile(r"^( *)([\w-]+:)[^\n]*\n( *)- ", re.MULTILINE)


def rewritten(text: str, change: Callable[[CommentedMap], None]) -> str:
    """The text after a change of its content. Raises ValueError for a text that is no YAML mapping.

    `change` gets what ruamel.yaml read, and alters it in place.
    """
    crlf = "\r\n" in text
    text = text.replace("\r\n", "\n")
    writer = _writer(text)
    content = writer.load(text)
    if not isinstance(content, CommentedMap):
        raise ValueError("The text is no YAML mapping.")  # noqa: TRY004  what is wrong is the text's value
    before = _dumped(writer, content)
    change(content)
    after = _dumped(writer, content)
    longest = max(len(line) for line in text.splitlines())
    width = min(max(longest, NARROWEST), WIDEST)
    merged = "".join(_merged(_units(before), _units(text), _units(after), width))
    result = merged if _meaning(merged) == _meaning(after) else after
    return result.replace("\n", "\r\n") if crlf else result


def prose(text: str) -> str:
    """A sentence or more as an entry of a list: folded into lines, or as it stands where it has line breaks."""
    if "\n" in text:
        literal: str = LiteralScalarString(text)
        return literal
    lines = textwrap.wrap(text, PROSE, break_long_words=False, break_on_hyphens=False)
    folded: str = FoldedScalarString(text)
    if " ".join(lines) == text:  # else it has spaces that wrapping would eat
        ends, at = [], -1
        for line in lines[:-1]:
            at += len(line) + 1
            ends.append(at)
        folded.fold_pos = ends  # type: ignore[attr-defined]  # ruamel's own way to say where lines end
    return folded


def phrase(text: str, instead_of: object) -> str:
    """A short text, in quotes where that in whose place it stands was."""
    quoted: str = DoubleQuotedScalarString(text)
    return quoted if isinstance(instead_of, DoubleQuotedScalarString) else text


def _writer(text: str) -> YAML:
    writer = YAML()
    writer.preserve_quotes = True
    writer.width = UNBROKEN
    first = _ENTRY.search(text)
    offset = max(len(first[3]) - len(first[1]), 0) if first else 2
    writer.indent(mapping=2, sequence=offset + 2, offset=offset)
    return writer


def _dumped(writer: YAML, content: object) -> str:
    out = io.StringIO()
    writer.dump(content, out)
    return out.getvalue()


def _meaning(text: str) -> object:
    try:
        return yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506  it makes plain strings, lists and mappings
    except yaml.YAMLError:
        return None


def _units(text: str) -> list[str]:
    """The text in pieces that a person would see as one: a key or an entry with the lines that go on with it."""
    return [piece for piece in _UNIT.split(text) if piece]


def _merged(before: Sequence[str], original: Sequence[str], after: Sequence[str], width: int) -> Iterator[str]:
    """The original, with what differs between `before` and `after`: a merge of three, in which `after` wins."""
    to_original, to_after = dict(_same(before, original)), dict(_same(before, after))
    meeting = [unit for unit in to_original if unit in to_after]
    last = (-1, -1, -1)
    for unit in (*meeting, len(before)):
        here = (unit, to_original.get(unit, len(original)), to_after.get(unit, len(after)))
        unchanged = before[last[0] + 1 : here[0]] == after[last[2] + 1 : here[2]]
        if unchanged:
            yield from original[last[1] + 1 : here[1]]
        else:
            yield from (_laid_out(new, width) for new in after[last[2] + 1 : here[2]])
        yield from original[here[1] : here[1] + 1]
        last = here


def _same(before: Sequence[str], other: Sequence[str]) -> Iterable[tuple[int, int]]:
    """The numbers of the units that both have, in order; how they are broken into lines does not count."""
    mine, theirs = (["".join(unit.split()) for unit in units] for units in (before, other))
    for block in SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks():
        yield from zip(range(block.a, block.a + block.size), range(block.b, block.b + block.size), strict=True)


def _laid_out(unit: str, width: int) -> str:
    """A list in brackets, broken into lines where it is too long for one."""
    found = _LIST.fullmatch(unit)
    if found is None or len(unit) <= width:
        return unit
    lines = textwrap.wrap(
        unit.strip(),
        width,
        initial_indent=found[1],
        subsequent_indent=f"{found[1]}    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines) + "\n"
