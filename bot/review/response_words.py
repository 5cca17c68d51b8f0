"""Responses in words, for whoever reads them without YAML: to whom they speak, and what a revision changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.review.difference import Change, Piece, changes
from bot.review.words import policy_words
from bot.texts import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

AUDIENCES = {
    "in_group": "somebody who says they are one of us",
    "space": "anyone",
    "target": "the person attacked, in private",
    "correction": "somebody whom we answered by mistake",
}
VOICES = {"party": "the party's own account", "leader": "an account that belongs to a person", "any": "any account"}
STATES = {"draft": "waits for a review", "live": "live", "past": "was live", "withdrawn": "was withdrawn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """One thing that reads otherwise than before."""

    what: str
    pieces: tuple[Piece, ...] = ()
    """Word by word; empty where `what` says it all."""


def altered(before: Sheet | None, after: Sheet) -> tuple[Altered, ...]:
    """What a revision changed, from top to bottom; of a new response all that it says."""
    return tuple(_altered(before or Sheet(audience="", voice=""), after))


def _altered(before: Sheet, after: Sheet) -> Iterator[Altered]:
    for what, old, new in (
        ("Title", before.title, after.title),
        ("Policies", _policies(before), _policies(after)),
        ("Speaks to", AUDIENCES.get(before.audience, before.audience), AUDIENCES.get(after.audience, after.audience)),
        ("Said by", VOICES.get(before.voice, before.voice), VOICES.get(after.voice, after.voice)),
        ("Kept for authors with strikes", str(before.min_strikes), str(after.min_strikes)),
    ):
        if old != new:
            yield Altered(what=what, pieces=changes(old, new))
    for index, wording in enumerate(after.variants):
        what = f"Wording {index + 1}"
        if index >= len(before.variants):
            yield Altered(what=f"{what}, new", pieces=(Piece(wording, Change.ADDED),))
        elif wording != before.variants[index]:
            yield Altered(what=what, pieces=changes(before.variants[index], wording))
        if (index in after.retired) is not (index in before.retired):
            yield Altered(what=f"{what} is {'no longer used' if index in after.retired else 'used again'}.")
    for index in range(len(after.variants), len(before.variants)):
        yield Altered(what=f"Wording {index + 1}, taken out", pieces=(Piece(before.variants[index], Change.REMOVED),))


def _policies(sheet: Sheet) -> str:
    return ", ".join(policy_words(policy) for policy in sheet.policies)
