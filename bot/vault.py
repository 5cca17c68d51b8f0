"""What evidence is kept in: packed, and encrypted with the party's own key where it has named one.

The digest of an exhibit is that of its plain bytes, so that neither packing nor a new key changes it.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN, _ENCRYPTED = b"P", b"E"
LARGEST = 64 * 1024 * 1024
"""Bytes of one thing: no more is put in, and nothing is unpacked to more."""


class BadKeyError(Exception):
    """What is given as a key is none; the message says what one looks like, and never quotes it."""


class CannotOpenError(Exception):
    """What is kept cannot be opened: its key is not among those given, or it was altered."""


class NoKeyError(CannotOpenError):
    """No key at all is there, so that nothing that is encrypted can be opened."""


class Vault:
    """Encrypts under the first of its keys and opens under any; without a key it only packs."""

    def __init__(self, keys: Sequence[str] = (), *, locked: str = "") -> None:
        """Raises BadKeyError. `locked` says why it lets nothing in or out, where a key is needed and not there."""
        self._locked = locked
        try:
            fernets = [Fernet(key) for key in keys]
        except (ValueError, binascii.Error):
            raise BadKeyError(
                "is not a key: each is 44 characters, as `evidence key` makes them; several stand with spaces between, "
                "the newest first"
            ) from None
        self._keys = MultiFernet(fernets) if fernets else None

    @property
    def encrypts(self) -> bool:
        """Whether it has a key."""
        return self._keys is not None

    def seal(self, body: bytes) -> bytes:
        """The bytes as they are to be kept. Raises CannotOpenError where it is locked."""
        self._unlocked()
        packed = zlib.compress(body, 1)
        if self._keys is None:
            return _PLAIN + packed
        # The token is text, by a third longer than what it stands for.
        return _ENCRYPTED + base64.urlsafe_b64decode(self._keys.encrypt(packed))

    def open(self, kept: bytes) -> bytes:
        """The bytes as they were given. Raises CannotOpenError."""
        self._unlocked()
        packed = kept[1:]
        try:
            if kept[:1] == _ENCRYPTED:
                if self._keys is None:
                    raise NoKeyError("It is encrypted, and no key is given.")
                packed = self._keys.decrypt(base64.urlsafe_b64encode(packed))
            unpacking = zlib.decompressobj()
            body = unpacking.decompress(packed, LARGEST)
        except InvalidToken:
            raise CannotOpenError("None of the keys opens it: one is missing, or it was altered.") from None
        except zlib.error:
            raise CannotOpenError("It was altered.") from None
        if not unpacking.eof or unpacking.unused_data:
            raise CannotOpenError("It was altered.")
        return body

    def _unlocked(self) -> None:
        if self._locked:
            raise NoKeyError(self._locked)


def encrypted(kept: bytes) -> bool:
    """Whether what is kept is encrypted."""
    return kept[:1] == _ENCRYPTED


def new_key() -> str:
    """A key that nobody has had before."""
    return Fernet.generate_key().decode()
