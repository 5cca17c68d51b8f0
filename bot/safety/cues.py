"""Cues that a threat is meant: it names a place, a time, a means or somebody's family, or it is not the first.

Pure, by patterns that anybody can read. A cue is never a verdict: it opens no case and closes none, it only has the
safety team look there first. So a near miss costs a look, and the patterns may be wide. English only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.model import Case, EarlierCase, History

LONGEST = 10_000
"""Characters of one field that are looked through."""
UNSAID = frozenset({"display_name", "emoji"})
"""Fields in which nobody says what they will do."""


class CueKind(StrEnum):
    """What makes a threat more pressing."""

    PLACE = "place"
    TIME = "time"
    MEANS = "means"
    FAMILY = "family"
    REPETITION = "repetition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One cue. `start` and `end` count characters of the original field, end exclusive; it is empty for repetition."""

    kind: CueKind
    field: str = ""
    start: int = 0
    end: int = 0
    text: str = ""


def _any(words: str) -> str:
    """A pattern for any of these words; `+` stands for a space inside one."""
    return f"(?:{'|'.join(words.split()).replace('+', ' ')})"


_YOUR = _any("your ur yer his her their")
_YOU = rf"(?:{_any('you u he she they')}|{_YOUR} \w+)"
_DAY = _any("monday tuesday wednesday thursday friday saturday sunday")
_STAYS = _any("live lives work works sleep sleeps park parks drink drinks go goes")
_HOME = _any(
    "house home place flat street road door doorstep office surgery car garden school work gym church mosque synagogue"
)
_PUBLIC = _any(
    "town+hall council surgery station church mosque synagogue school polling+station hustings count conference rally"
    " market pub"
)
_ROAD = _any("street st road rd avenue ave lane close drive terrace crescent square")
_MOVES = _any("leave leaves get gets come comes walk walks open opens go goes finish finishes")
_THING = _any(
    "knife knives blade machete gun guns shotgun rifle pistol bullet bullets ammo crossbow acid petrol molotov bomb"
    " bombs explosive explosives crowbar baseball+bat hammer axe rope noose poison overdose pills razor"
)
_KIN = _any(
    "wife husband partner girlfriend boyfriend kid kids child children baby son sons daughter daughters boy boys girl"
    " girls mum mom mother dad father parents family sister brother grandkids grandchildren grandson granddaughter"
)
_PATTERNS: dict[CueKind, tuple[str, ...]] = {
    CueKind.PLACE: (
        rf"\bwhere {_YOU} {_STAYS}\b(?: to school)?",
        rf"\b{_any('outside at to near round by on')} {_YOUR} (?:\w+ )?{_HOME}\b",
        rf"\b{_YOUR} (?:home )?{_any('address postcode front+door doorstep number+plate')}\b",
        rf"\b{_any('outside at')} {_any('the this that')} {_PUBLIC}\b",
        rf"\b\d{{1,4}}[a-z]?,? (?:\w+ ){{1,3}}{_ROAD}\b",
        r"\b(?-i:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b",
    ),
    CueKind.TIME: (
        rf"\b{_any('tonight tomorrow tmrw right+now any+minute within+the+hour')}\b",
        rf"\bthis {_any('morning afternoon evening week weekend')}\b",
        rf"\b{_any('on this next by come until before')} {_DAY}\b",
        r"\bat (?:\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|o'?clock)|\d{1,2}[:.]\d\d|noon|midnight)\b",
        r"\bin (?:\d+|two|three|a few|the next few) (?:minutes|hours|days)\b",
        rf"\b(?:when|once|as soon as) {_YOU} {_MOVES}\b",
        r"\bnext time (?:i|we) (?:see|meet)\b",
        r"\b(?:tick tock|counting down|days are numbered|last (?:day|night|weekend|christmas))\b",
    ),
    CueKind.MEANS: (rf"\b{_THING}\b", r"[🔪🔫💣🪓🧨🗡]"),
    CueKind.FAMILY: (rf"\b{_YOUR} (?:\w+ )?{_KIN}\b(?: (?-i:[A-Z][a-z]+)\b)?",),
}
_FOUND = {kind: regex.compile("|".join(each), regex.IGNORECASE) for kind, each in _PATTERNS.items()}


def cues(case: Case, history: History) -> tuple[Cue, ...]:
    """Every cue of a case, in the order of its fields; earlier cases of its author at this target come last."""
    again = tuple(Cue(kind=CueKind.REPETITION, text=past.case_id) for past in _earlier(case, history))
    return (*_written(case), *again)


def kinds(found: Iterable[Cue]) -> tuple[CueKind, ...]:
    """The kinds among these, each once, in the order in which they are named. The more there are, the more pressing."""
    present = {cue.kind for cue in found}
    return tuple(kind for kind in CueKind if kind in present)


def _written(case: Case) -> Iterator[Cue]:
    for name, text in case.mention.fields():
        if name.partition(".")[0] in UNSAID:
            continue
        plain = text[:LONGEST].replace("’", "'")  # as long as the original, so that the places stay
        for kind, pattern in _FOUND.items():
            for match in pattern.finditer(plain):
                start, end = match.span()
                yield Cue(kind=kind, field=name, start=start, end=end, text=text[start:end])


def _earlier(case: Case, history: History) -> Iterator[EarlierCase]:
    """This author's earlier cases at the same target, those that a reviewer ruled *not abuse* left out."""
    target = case.verdict.target
    aim = (target.handle or "").lower() if target else ""
    for past in history.cases:
        before = past.case_id != case.id and past.opened_at <= case.opened_at
        if (
            before
            and not past.cleared
            and past.outcome != "superseded"
            and past.target == (aim or case.mention.account)
        ):
            yield past
