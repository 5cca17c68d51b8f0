"""Which files are ours, and which of them name somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot import config
from bot.privacy.owned_files import PIECE, backups_folder, database_files, naming, owned_files
from bot.store import Person
from tests.fakes.databases import ON_POSTGRESQL
from tests.fakes.office import Office, write_files

if TYPE_CHECKING:
    from pathlib import Path

AL = Person(handles=frozenset({"al@other.example"}), posts=frozenset({"https://other.example/notes/7"}))


async def test_database_its_journals_texts_and_backups_are_ours(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    loaded = office.files.loaded
    backups_folder(loaded).mkdir()
    (backups_folder(loaded) / "2026-11-20.db").write_text("copy")
    found = {str(path.relative_to(tmp_path)) for path in owned_files(loaded)}
    assert {"config.yaml", "packs/made-up.yaml", "responses/sexism-space.yaml", "backups/2026-11-20.db"} <= found
    names = {path.name for path in database_files(loaded)}
    assert names == (set() if ON_POSTGRESQL else {"bot.db", "bot.db-wal", "bot.db-shm"})
    await office.store.close()


def test_a_file_is_found_by_handle_or_by_the_address_of_a_post(tmp_path: Path) -> None:
    write_files(tmp_path)
    texts = {
        "one": "ask @AL@other.example",
        "two": "https://other.example/notes/7",
        "three": "https://other.example/notes/77 and @real@other.example",
        "four": "",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    loaded = config.load(tmp_path / "config.yaml")
    assert [path.name for path in naming(AL, owned_files(loaded))] == ["one", "two"]


@pytest.mark.parametrize("short_of", [0, 1, 5, 12, 17, 20])
def test_who_stands_across_the_border_of_two_pieces_is_found_and_nobody_else(tmp_path: Path, short_of: int) -> None:
    before = "-" * (PIECE - short_of - 1) + " "
    (tmp_path / "them").write_text(f"{before}@al@other.example {before}", encoding="utf-8")
    (tmp_path / "longer").write_text(f"{before}@al@other.examples {before}", encoding="utf-8")
    (tmp_path / "another").write_text(f"{before[:-1]}.al@other.example {before}", encoding="utf-8")
    assert [path.name for path in naming(AL, sorted(tmp_path.iterdir()))] == ["them"]
