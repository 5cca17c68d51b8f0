"""What gives a person away in a text: their handle, their addresses, and their names where they stand as words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import false, or_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Column, ColumnElement

SHORTEST_NAME = 4
"""A shorter name, or one word of it, is everybody's."""
_IDENTIFIER = re.compile(r"https?://[^\s\"'<>\\]+|@?[\w.-]+@[\w-]+(?:\.[\w-]+)+(?::\d+)?")
"""What may be a handle or an address, in any text."""
_PROFILE = re.compile(r"https?://[^/]+/(?:@|users/|u/)[^/@]+")
"""The beginning of a post's address that is its author's own, as Mastodon and its kin write it."""
_ESCAPED = r"\\[nrt]"
"""A line break or tab within a text that stands in JSON: its letter is none of the word behind it."""
_ENDS = r"(?![\w-]|\.\w|:\d)"
"""Behind a handle or an address: the name goes no further, and no port makes another server of it."""
_WORD = re.compile(r"\w+(?:[’'-]\w+)*")
_LONGEST_NAME = 4
"""Words."""


def plain(identifier: str) -> str:
    """A handle or an address as it is compared: without the first @, in small letters."""
    return identifier.strip().removeprefix("@").lower()


def identifiers_in(text: str) -> Iterator[str]:
    """Everything in a text that may be a handle or an address, as it is compared; an address by its profile too."""
    for found in _IDENTIFIER.findall(re.sub(_ESCAPED, " ", text)):
        known = plain(found.rstrip(".,;:!?)"))
        yield known
        if match := _PROFILE.match(known):
            yield match[0]


def names_in(text: str) -> Iterator[str]:
    """Every run of up to four words, in small letters."""
    words = [word.lower() for word in _WORD.findall(text)]
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST_NAME, len(words)) + 1):
            yield " ".join(words[start:end])


@dataclass(frozen=True, kw_only=True)
class Needles:
    """How a person is found in texts. Everything is in small letters."""

    handles: frozenset[str]
    """Without the first @."""
    addresses: frozenset[str]
    """Of the person; an address that begins with one of these is theirs too."""
    names: frozenset[str] = field(default=frozenset())
    """Looked for in what staff wrote alone: strangers bear the same."""

    @classmethod
    def of(cls, handles: Iterable[str], uris: Iterable[str], names: Iterable[str] = ()) -> Needles:
        """The needles for these handles, with or without the @, addresses and names."""
        known = frozenset(plain(handle) for handle in handles if handle)
        profiles = {
            f"{host}/{way}{name}"
            for name, _, host in (handle.partition("@") for handle in known)
            if host
            for way in ("@", "users/", "u/")
        }
        short = {name for handle in known if len(name := handle.partition("@")[0]) >= SHORTEST_NAME}
        return cls(
            handles=known,
            addresses=frozenset(profiles | {plain(uri) for uri in uris if uri}),
            names=frozenset(short | {spaced for name in names if len(spaced := _spaced(name)) >= SHORTEST_NAME}),
        )

    @cached_property
    def identifying(self) -> re.Pattern[str]:
        """Matches a handle or an address of theirs, and no longer one that only begins or ends like it."""
        handles = [rf"(?:(?<![\w.@-])|(?<={_ESCAPED}))@?{re.escape(handle)}{_ENDS}" for handle in sorted(self.handles)]
        addresses = [rf"{re.escape(address)}{_ENDS}" for address in sorted(self.addresses)]
        return re.compile("|".join([*handles, *addresses]) or r"(?!)", re.IGNORECASE)

    @cached_property
    def _naming(self) -> re.Pattern[str]:
        spelt = (r"\W+".join(map(re.escape, name.split())) for name in sorted(self.names))
        return re.compile(
            "|".join(rf"(?:(?<!\w)|(?<={_ESCAPED})){name}(?!\w)" for name in spelt) or r"(?!)", re.IGNORECASE
        )

    def identify(self, text: str | None) -> bool:
        """Whether the text holds a handle or an address of theirs."""
        return text is not None and self.identifying.search(text) is not None

    def name(self, text: str | None) -> bool:
        """Whether the text holds one, or a name of theirs."""
        return self.identify(text) or (text is not None and self._naming.search(text) is not None)

    def may_stand_in(self, *columns: Column[str]) -> ColumnElement[bool]:
        """For a query: rows outside of this condition hold no handle or address of theirs."""
        found = (column.ilike(f"%{_literal(each)}%", escape="\\") for each in self._all for column in columns)
        return or_(false(), *found)  # of somebody who is known by a digest alone nothing is looked for in texts

    @cached_property
    def _all(self) -> list[str]:
        """Without those that hold a shorter one: whatever has the longer has that too."""
        every = sorted(self.handles | self.addresses, key=len)
        return [each for place, each in enumerate(every) if not any(short in each for short in every[:place])]


def _spaced(name: str) -> str:
    return " ".join(_WORD.findall(name.lower()))


def _literal(text: str) -> str:
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, "\\" + sign)
    return text
