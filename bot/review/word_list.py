"""A list of words as a CSV file: written out, and read back with what each of its lines would do, before it is done."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

COLUMN = "word"
MOST_ROWS = 20_000
"""Lines of one file: more than any list may hold."""
LONGEST_WORD = 200
_BRACES = re.compile(r"\{(?:up to \d|[a-z][a-z_]*)\}")
_NAME = re.compile(r"\{([a-z][a-z_]*)\}")
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"PK\x03\x04": "a spreadsheet"}
"""How files begin that are no CSV in UTF-8, and what they are."""


class BadCsv(Exception):  # noqa: N818  the file is at fault, and the name says so
    """A file cannot be read as a list of words. `str()` says why, and what to do."""


class Fate(StrEnum):
    """What would become of a line."""

    ADDED = "would be added"
    THERE = "is there already"
    TWICE = "stands twice in the file"
    REFUSED = "is refused"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file."""

    line: int
    word: str
    fate: Fate
    why: str = ""
    """For a line that is refused."""


def written(entries: Iterable[str]) -> str:
    """The list as CSV: one column, with its name in the first line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([COLUMN])
    writer.writerows([entry] for entry in entries)
    return out.getvalue()


def read(raw: bytes, *, there: Collection[str], lists: Collection[str]) -> list[Row]:
    """What each line of a file would do to a list on which these entries stand. Raises BadCsv.

    `lists` are the names that a word in braces may have. Empty lines are passed over.
    """
    known, seen, rows = set(there), set[str](), list[Row]()
    for line, word in _words(_text(raw)):
        if len(rows) == MOST_ROWS:
            raise BadCsv(
                f"The file has more than {MOST_ROWS:,} words, and no list may hold more. Nothing was read of it."
            )
        why = refused(word, lists)
        fate = Fate.REFUSED if why else Fate.TWICE if word in seen else Fate.THERE if word in known else Fate.ADDED
        seen.add(word)
        rows.append(Row(line, word[:LONGEST_WORD], fate, why))
    if not rows:
        raise BadCsv(f"The file has no words. It has a column called “{COLUMN}”, or one word on each line.")
    return rows


def _text(raw: bytes) -> str:
    for mark, kind in _MARKS.items():
        if raw.startswith(mark):
            raise BadCsv(f"The file is {kind}, not CSV in UTF-8. Save it as “CSV UTF-8” and choose it again.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadCsv(f"Line {line} is not in UTF-8. Save the file as “CSV UTF-8” and choose it again.") from None


def _words(text: str) -> Iterator[tuple[int, str]]:
    """Each word with its line. Raises BadCsv."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    place: int | None = None
    try:
        for cells in reader:
            if place is None:
                place, named = _column(cells)
                if named:
                    continue
            if len(cells) > place and cells[place].strip():
                yield reader.line_num, unicodedata.normalize("NFC", cells[place].strip())
    except csv.Error as error:
        raise BadCsv(f"Line {reader.line_num} is no CSV ({error}). Look at its quotes.") from None


def _column(cells: list[str]) -> tuple[int, bool]:
    """Which column has the words, and whether the line names it. Raises BadCsv."""
    names = [cell.strip().lower() for cell in cells]
    if COLUMN in names:
        return names.index(COLUMN), True
    if len(cells) > 1:
        shown = ", ".join(f"“{cell[:40]}”" for cell in cells[:5])
        raise BadCsv(f"No column is called “{COLUMN}”: the first line has {shown}. Name the column with the words so.")
    return 0, False


FORMULA = "=+-@"
UNSEEN = frozenset({"Cc", "Cf", "Cs"})
JOINERS = "\u200c\u200d"
"""Unseen, and needed where scripts and emoji join their signs."""


def refused(word: str, lists: Collection[str]) -> str:
    """Why a word cannot stand on a list, wherever it was typed; empty when it can. `lists` is as for `read`."""
    if len(word) > LONGEST_WORD:
        return f"it is longer than {LONGEST_WORD} characters"
    if word[0] in FORMULA:
        return "it begins with a sign that a spreadsheet would take for a formula"
    if any(unicodedata.category(char) in UNSEEN and char not in JOINERS for char in word):
        return "it has a character that nobody sees"
    unknown = [name for name in _NAME.findall(word) if name not in lists]
    if unknown:
        return f"there is no list “{unknown[0]}”"
    if "{" in _BRACES.sub("", word) or "}" in _BRACES.sub("", word):
        return "a brace that names no list"
    return "a “~” with no word before it" if re.search(r"(?<!\S)~", word) else ""
