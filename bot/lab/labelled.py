"""Reads texts that people have labelled as abusive or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.lab.csv_rows import Row, rows
from bot.lab.opening import STDIN, damage, opened
from bot.yaml_file import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NEEDED = ("text", "label")
_LABELS = {"0": False, "0.0": False, "1": True, "1.0": True}


class Labelled(NamedTuple):
    """A text with what people say of it."""

    id: str
    """As the file gives it, else its line."""
    text: str
    abusive: bool
    category: str
    source: str
    """As the file gives it, else the file's own name."""


def read(paths: Iterable[Path]) -> Iterator[Labelled | Problem]:
    """Every labelled text in order; for each row or file that cannot be read, what is wrong and where."""
    for path in paths:
        try:
            with opened(path) as file:
                stem = "standard input" if path == STDIN else path.name.split(".")[0]
                for row in rows(file, NEEDED):
                    yield row if isinstance(row, Problem) else _labelled(row, file.name, stem)
        except OSError as error:
            yield damage(str(path), None, error)


def _labelled(row: Row, name: str, stem: str) -> Labelled | Problem:
    line, cells = row
    label = _LABELS.get(cells.get("label", "").strip())
    if label is None:
        return Problem(
            name, line, "label", f"expected 0 (not abusive) or 1 (abusive), not “{cells.get('label', '')[:20]}”"
        )
    return Labelled(
        id=cells.get("id", "") or str(line),
        text=cells.get("text", ""),
        abusive=label,
        category=cells.get("category", ""),
        source=cells.get("source", "") or stem,
    )
