"""Cues in words: what makes an escalation more pressing, the same on every desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.review.words import listed
from bot.safety.cues import CueKind, kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.safety.cues import Cue

NAMED = {
    CueKind.PLACE: "a place",
    CueKind.TIME: "a time",
    CueKind.MEANS: "a means",
    CueKind.FAMILY: "somebody’s family",
}
NO_VERDICT = "Such cues say where to look first; what they mean, a person judges."


@dataclass(frozen=True, slots=True, kw_only=True)
class CueView:
    """A cue that stands in the post."""

    words: str
    """As the author wrote them."""
    kind: str


def cue_views(found: Iterable[Cue]) -> tuple[CueView, ...]:
    """The cues that stand in the post, in order."""
    return tuple(CueView(words=cue.text, kind=cue.kind.value) for cue in found if cue.field)


def cue_note(found: Sequence[Cue]) -> str:
    """What there is, without a word of the post; empty when there is nothing."""
    told = []
    if named := [NAMED[kind] for kind in kinds(found) if kind in NAMED]:
        told.append(f"It names {listed(named)}.")
    if again := sum(cue.kind is CueKind.REPETITION for cue in found):
        told.append(f"{again} earlier case{'' if again == 1 else 's'} of this author at the same target.")
    return " ".join([*told, NO_VERDICT]) if told else ""


def level_words(names: Sequence[str]) -> str:
    """How pressing it is, for a list or a ring: `2 cues: place, time`; empty for none."""
    return f"{len(names)} cue{'' if len(names) == 1 else 's'}: {', '.join(names)}" if names else ""
