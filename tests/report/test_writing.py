"""A report is left in a folder as three files of the same figures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.report.writing import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.report.conftest import Month


async def test_three_files_are_left_in_a_new_folder(month: Month, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "report"
    write(await month.make(), folder)
    assert sorted(path.name for path in folder.iterdir()) == ["report.csv", "report.html", "report.json"]
    assert json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert "<h1" in (folder / "report.html").read_text(encoding="utf-8")
