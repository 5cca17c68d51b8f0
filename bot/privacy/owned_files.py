"""The files that belong to this installation, and a search through their bytes for somebody who should be gone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bot import config

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.config import Config
    from bot.store import Person
    from bot.yaml_file import Loaded

PIECE, OVERLAP, EDGE = 2**20, 2**12, 2**3
"""Bytes of a file that are searched at once, of the piece before that are searched again, and that tell words apart."""
BACKUPS = "backups"
"""The folder beside the configuration into which `db backup` copies by itself."""


def database_files(loaded: Loaded[Config]) -> list[Path]:
    """The bot's database with its journals; none where it is on a server."""
    return files_of_database(config.database_address(loaded))


def files_of_database(address: str) -> list[Path]:
    """The database at this address with its journals; none where it is on a server."""
    if not address.startswith("sqlite:"):
        return []
    path = Path(address.removeprefix("sqlite:///"))
    return [each for end in ("", "-wal", "-shm", "-journal") if (each := path.with_name(path.name + end)).is_file()]


def backups_folder(loaded: Loaded[Config]) -> Path:
    """Where copies lie that age out."""
    return loaded.path.resolve().parent / BACKUPS


def owned_files(loaded: Loaded[Config]) -> list[Path]:
    """Every file beside the configuration or the database, and in the folders of responses, rules and backups."""
    folder = loaded.path.resolve().parent
    flat = {folder, *(path.parent for path in database_files(loaded))}
    deep = (
        config.responses_folder(loaded),
        config.console_folder(loaded),
        *config.pack_folders(loaded),
        backups_folder(loaded),
    )
    return files_in(flat, deep)


def files_in(flat: Iterable[Path], deep: Iterable[Path]) -> list[Path]:
    """Every file that lies in one of the folders, in those of `deep` at any depth; a folder of these may be missing."""
    found = {path for place in flat for path in place.iterdir() if path.is_file()}
    found |= {path for place in deep if place.is_dir() for path in place.rglob("*") if path.is_file()}
    return sorted(found)


def naming(person: Person, paths: Iterable[Path]) -> Iterator[Path]:
    """Those of the files whose bytes hold a handle or an address of this person, or of something that they wrote."""
    texts = [person.needles.identifying.pattern, *(rf"{re.escape(post)}(?![\w-])" for post in sorted(person.posts))]
    sought = re.compile("|".join(texts).encode(), re.IGNORECASE)
    for path in paths:
        with path.open("rb") as file:
            if _holds(file, sought):
                yield path


def _holds(file: BinaryIO, sought: re.Pattern[bytes]) -> bool:
    """Whether it stands in the file, read piece by piece: to map a journal that is cut meanwhile ends the process."""
    kept, piece = b"", file.read(PIECE)
    while piece:
        after, text = file.read(PIECE), kept + piece
        # What begins or ends at a border may go on beyond it: it stands whole in the piece before or behind.
        first, last = (EDGE if kept else 0), len(text) - (EDGE if after else 0)
        if any(first <= found.start() and found.end() <= last for found in sought.finditer(text)):
            return True
        kept, piece = text[-OVERLAP:], after
    return False
