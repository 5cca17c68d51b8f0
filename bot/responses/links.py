"""The right-of-reply link in a reply: a token that nobody can guess, where it stands, and what of it is not counted.

A reply that has a link of its own ends with an invitation and the link, unless its text puts `$appeal_link` elsewhere.
That ending is no part of what the reply says, and of its length: it is the same in every reply. Only the digest of the
token is kept beside the text, which finds the reply again as long as the text is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from functools import cached_property

import regex

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""No character that is taken for another, and none that a network takes for the end of a link."""
TOKEN_CHARACTERS = 22
"""Of 58 characters each: 128 bits."""
LONGEST_TOKEN = "m" * TOKEN_CHARACTERS


def new_token() -> str:
    """A token that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_CHARACTERS))


def digest_of(token: str) -> str:
    """What is kept of a token: SHA-256 of its characters, in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class ReplyLinks:
    """Where the right-of-reply page is, and the words that lead there."""

    address: str
    """Without a slash at its end."""
    invitation: str
    """Before the link at the end of a reply to abuse."""
    contact: str = "To reach a person:"
    """The same at the end of a correction, which admits that we were wrong."""

    def link(self, token: str) -> str:
        """The address of the page for one reply."""
        return f"{self.address}/r/{token}"

    def linked(self, text: str, token: str, *, correction: bool = False) -> str:
        """The text with this link: in the place of whatever link of this kind it has, else at its end."""
        link = self.link(token)
        if self._own.search(text):
            return self._own.sub(lambda _found: link, text)
        return f"{text} {self.contact if correction else self.invitation} {link}"

    def without(self, text: str) -> str:
        """The text without the invitation and the link at its end."""
        return self._ending.sub("", text)

    @cached_property
    def _own(self) -> regex.Pattern[str]:
        return regex.compile(rf"{regex.escape(self.address)}/r/[\w-]+", regex.IGNORECASE)

    @cached_property
    def _ending(self) -> regex.Pattern[str]:
        words = "|".join(
            r"\s+".join(regex.escape(word) for word in invitation.split())
            for invitation in (self.invitation, self.contact)
        )
        return regex.compile(rf"\s*(?:{words})\s+{regex.escape(self.address)}/r/[\w-]+\s*$", regex.IGNORECASE)
