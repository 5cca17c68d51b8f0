"""Where texts lie on the disk: which file has which name, and how one is written without ever being half there."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot import config
from bot.store import TextKind
from bot.yaml_file import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config import Config
    from bot.yaml_file import Loaded

    Name = tuple[TextKind, str]

NEW_FILE = 0o644
"""What a file may that was not there before: read by all, like those beside it."""


class Folders:
    """The folder `responses/` and those of the party's own rule packs; the shipped packs are not among them.

    A response is called as its file is; a pack by its path from the configuration, or by the whole of it where it lies
    elsewhere.
    """

    def __init__(self, loaded: Loaded[Config]) -> None:
        self._beside = loaded.path.resolve().parent
        self._responses = config.responses_folder(loaded)
        self._packs = (*config.pack_folders(loaded), config.console_folder(loaded))

    def path(self, kind: TextKind, name: str) -> Path | None:
        """Where the text lies or would lie; `None` for a name that no text of that kind can have."""
        path = (self._responses if kind is TextKind.RESPONSE else self._beside) / name
        if path.suffix not in SUFFIXES or ".." in path.parts or self.name(path) != (kind, name):
            return None
        return path

    def name(self, path: Path) -> Name | None:
        """What the text in this file is called; `None` for one that lies in none of these folders."""
        if path.parent == self._responses:
            return TextKind.RESPONSE, path.name
        if not any(path.is_relative_to(folder) for folder in self._packs):
            return None
        inside = path.is_relative_to(self._beside)
        return TextKind.RULES, (path.relative_to(self._beside) if inside else path).as_posix()

    def named(self, written: Mapping[Path, str]) -> dict[Name, str]:
        """The texts of files by their names."""
        return {name: text for path, text in written.items() if (name := self.name(path)) is not None}

    def placed(self, texts: Mapping[Name, str]) -> dict[Path, str]:
        """The texts by their files; those that have no place any more are left out."""
        return {path: text for (kind, name), text in texts.items() if (path := self.path(kind, name)) is not None}


def write(path: Path, text: str) -> None:
    """Put a text in the place of a file, whole or not at all, with the permissions that it had. Raises OSError."""
    path = path.resolve()  # what a link leads to is replaced, and not the link
    descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, fresh)
        else:
            Path(fresh).chmod(NEW_FILE)
        Path(fresh).replace(path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
