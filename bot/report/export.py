"""Reads an export of the audit, event by event, and says where a chain does not agree with itself.

Needs neither configuration nor database: an auditor has the file, and nobody to trust.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from bot.store.audit import origin
from bot.store.encoding import from_json, sha256, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Line(msgspec.Struct):
    """One event, as `audit export` writes it."""

    stream: str
    seq: int
    at: str
    kind: str
    actor: str
    case: str | None
    detail: msgspec.Raw
    prev: str
    digest: str

    def computed(self) -> str:
        """Its digest, made anew from all the rest."""
        said = {
            "stream": self.stream,
            "seq": self.seq,
            "at": self.at,
            "kind": self.kind,
            "actor": self.actor,
            "case_id": self.case,
            "detail": from_json(bytes(self.detail).decode()),
            "prev": self.prev,
        }
        return sha256(to_json(said))


class NoExportError(ValueError):
    """A line that is no audit event; the message says which."""


@dataclass(slots=True)
class Chains:
    """Checks the events one after another, as they stand in the file."""

    heads: dict[str, tuple[int, set[str]]] = field(default_factory=dict)
    """The last number of each chain, and the digests that the next event may carry."""
    events: int = 0

    def fault(self, line: Line) -> str | None:
        """What is wrong with this event, or with what should stand before it; `None` when nothing is."""
        self.events += 1
        last, digests = self.heads.get(line.stream, (0, {origin(line.stream)}))
        computed = line.computed()
        # Both digests are good for the next event, so that an altered one is a fault of this event alone.
        self.heads[line.stream] = (line.seq, {computed, line.digest})
        if line.seq != last + 1:
            return f"event {last + 1} is missing: the next one there is {line.seq}"
        if line.prev not in digests:
            return "it does not carry the digest of the event before it"
        return None if computed == line.digest else "its content does not match its digest"


def lines(text: Iterable[bytes]) -> Iterator[Line]:
    """The events of an export, in order; empty lines are passed over. Raises NoExportError."""
    read = msgspec.json.Decoder(Line).decode
    for number, each in enumerate(text, start=1):
        if not each.strip():
            continue
        try:
            yield read(each)
        except msgspec.MsgspecError as error:
            message = f"line {number} is no audit event as `audit export` writes it: {error}"
            raise NoExportError(message) from error
