"""The files that belong to this installation, and a search through their bytes for somebody who should be gone."""

from __future__ import annotations

import mmap
import re
from pathlib import Path
from typing import TYPE_CHECKING

from bot import config

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.config import Config
    from bot.store import Person
    from bot.yaml_file import Loaded

BACKUPS = "backups"
"""The folder beside the configuration into which `db backup` copies by itself."""


def database_files(loaded: Loaded[Config]) -> list[Path]:
    """The database with its journals; none where it is on a server."""
    address = config.database_address(loaded)
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
    found = {path for place in flat for path in place.iterdir() if path.is_file()}
    found |= {path for place in deep if place.is_dir() for path in place.rglob("*") if path.is_file()}
    return sorted(found)


def naming(person: Person, paths: Iterable[Path]) -> Iterator[Path]:
    """Those of the files whose bytes hold a handle or an address of this person, or of something that they wrote."""
    texts = [person.needles.identifying.pattern, *(rf"{re.escape(post)}(?![\w-])" for post in sorted(person.posts))]
    sought = re.compile("|".join(texts).encode(), re.IGNORECASE)
    for path in paths:
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                continue
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                if sought.search(content):
                    yield path
