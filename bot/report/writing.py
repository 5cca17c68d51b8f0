"""Writes a report into a folder: the page, the table and the figures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.report.page import page
from bot.report.sheet import as_csv, as_json

if TYPE_CHECKING:
    from pathlib import Path

    from bot.report.making import Made


def write(made: Made, folder: Path) -> None:
    """Leave report.html, report.csv and report.json in the folder, over what was there. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.html").write_text(page(made), encoding="utf-8")
    (folder / "report.csv").write_text(as_csv(made), encoding="utf-8")
    (folder / "report.json").write_text(f"{json.dumps(as_json(made), indent=1)}\n", encoding="utf-8")
