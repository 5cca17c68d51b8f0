"""The memory of erasures: a file of keyed digests that stands apart from the database, so that no restore undoes one.

The compliance office remembers its legal holds there too.
Whoever has the file alone cannot find out whom it is about by trying names: that takes the key, which the environment
holds, or a file beside it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import config, log
from bot.store import Remembered, RememberedHold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config import Config, Privacy
    from bot.yaml_file import Loaded

_CHECK = "the key of this file"
_SHORTEST_KEY = 16


class BadMemoryError(Exception):
    """The memory of erasures cannot be used. The message says why, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """The file, and where its key comes from. Neither is made before the first erasure or hold."""

    path: Path
    given_key: str | None = None
    """From the environment; `None` for a key in a file beside this one."""
    key_env: str | None = None

    @classmethod
    def of(cls, loaded: Loaded[Config], environment: Mapping[str, str]) -> Memory:
        """The one that the configuration names. Raises BadMemoryError when its key should be there, and is not."""
        address = config.database_address(loaded)
        return cls.beside(address, loaded.value.privacy, environment, folder=loaded.path.resolve().parent, name="bot")

    @classmethod
    def beside(
        cls, address: str, settings: Privacy, environment: Mapping[str, str], *, folder: Path, name: str
    ) -> Memory:
        """The one of a database at this address; raises BadMemoryError as `of` does.

        It lies in the folder of the configuration, called by the name, where the database is no file.
        """
        beside = Path(address.removeprefix("sqlite:///")) if address.startswith("sqlite:") else folder / name
        path = folder / settings.memory if settings.memory else beside.with_name(f"{beside.name}.erased")
        key = environment.get(settings.key_env, "").strip() if settings.key_env else None
        if key is not None and len(key) < _SHORTEST_KEY:
            if not path.exists() and not key:
                return cls(path=path, given_key="", key_env=settings.key_env)
            raise BadMemoryError(
                f"{settings.key_env} must hold the key of {path.name}, of {_SHORTEST_KEY} characters at least: it"
                " recognises whoever was erased. Set it to the key that it had; for a first one, make one with:"
                " openssl rand -hex 32"
            )
        if key:
            log.register_secret(key)
        return cls(path=path, given_key=key, key_env=settings.key_env)

    @property
    def key_file(self) -> Path:
        """Where the key is, unless the environment gives it."""
        return self.path.with_name(f"{self.path.name}-key")

    def digest(self, identifier: str) -> str:
        """What recognises a handle, an address or a name. Makes the key if there is none. Raises BadMemoryError."""
        return hmac.new(self._key(), identifier.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def all(self) -> list[Remembered]:
        """Every erasure, the first first; each as it was noted last. Raises BadMemoryError."""
        return self._read()[0]

    def holds(self) -> list[RememberedHold]:
        """The last hold on each box that ever had one, lifted or not. Raises BadMemoryError."""
        return self._read()[1]

    def _read(self) -> tuple[list[Remembered], list[RememberedHold]]:
        if not self.path.exists():
            return [], []
        found: dict[str, Remembered] = {}
        holds: dict[str, RememberedHold] = {}
        for number, line in enumerate(self._lines(), 1):
            try:
                raw = json.loads(line)
                if number == 1:
                    self._check(raw["check"])
                    continue
                if "hold" in raw:
                    holds[raw["box"]] = _remembered_hold(raw)
                    continue
                found[raw["id"]] = _remembered(raw)
            except (ValueError, KeyError, TypeError) as error:
                raise BadMemoryError(
                    f"{self.path}, line {number}: this is no note of an erasure. Restore the file from a copy; whoever"
                    " was erased since would come back with a restored database."
                ) from error
        return list(found.values()), list(holds.values())

    def remember(self, erasure: Remembered) -> None:
        """Notes an erasure, or that it is done; on the disk when it returns. Raises BadMemoryError."""
        note: dict[str, Any] = {
            "id": erasure.id,
            "at": erasure.at.isoformat(),
            "actor": erasure.actor,
            "pending": erasure.pending,
            "digests": sorted(erasure.digests),
        }
        if erasure.until is not None:
            note["until"] = erasure.until.isoformat()
        self._append(note)

    def remember_hold(self, hold: RememberedHold) -> None:
        """Notes that a hold was placed, or lifted; on the disk when it returns. Raises BadMemoryError."""
        at = hold.at.isoformat()
        self._append({"hold": hold.id, "box": hold.box, "at": at, "actor": hold.actor, "lifted": hold.lifted})

    def _append(self, note: dict[str, Any]) -> None:
        lines = [] if self.path.exists() else [{"check": self.digest(_CHECK)}]
        if not lines:
            self.all()
        try:
            with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
                file.writelines(f"{json.dumps(line)}\n" for line in (*lines, note))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._unreachable(error) from error

    def _key(self) -> bytes:
        if self.given_key:
            return self.given_key.encode()
        if self.given_key is not None:
            raise BadMemoryError(
                f"{self.key_env} must hold the key by which whoever is erased is recognised. Make one with:"
                " openssl rand -hex 32"
            )
        try:
            if not self.key_file.exists() and not self.path.exists():
                with os.fdopen(os.open(self.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    file.write(secrets.token_hex(32))
                    file.flush()
                    os.fsync(file.fileno())
            return self.key_file.read_text(encoding="ascii").strip().encode()
        except OSError as error:
            raise self._unreachable(error) from error

    def _check(self, noted: str) -> None:
        if not hmac.compare_digest(self.digest(_CHECK), noted):
            where = self.key_env or self.key_file
            raise BadMemoryError(
                f"{where} does not hold the key that {self.path} was written with, so nobody can tell who was erased."
                f" Put the old key back. If it is lost, move {self.path.name} away: then what was erased comes back"
                " with a restored backup."
            )

    def _lines(self) -> list[str]:
        try:
            return self.path.read_text(encoding="ascii").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> BadMemoryError:
        what = error.strerror if isinstance(error, OSError) else "it is not text"
        return BadMemoryError(
            f"{self.path}: the memory of erasures, or its key beside it, cannot be used ({what}). Check the files and"
            " their rights, or name another under privacy.memory."
        )


def _remembered_hold(raw: dict[str, Any]) -> RememberedHold:
    return RememberedHold(
        id=raw["hold"],
        box=raw["box"],
        at=datetime.fromisoformat(raw["at"]),
        actor=raw["actor"],
        lifted=raw["lifted"],
    )


def _remembered(raw: dict[str, Any]) -> Remembered:
    return Remembered(
        id=raw["id"],
        at=datetime.fromisoformat(raw["at"]),
        actor=raw["actor"],
        digests=frozenset(raw["digests"]),
        pending=raw["pending"],
        until=datetime.fromisoformat(raw["until"]) if "until" in raw else None,
    )
