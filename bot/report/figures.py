"""The report's figures as one fold over audit events: from the store for the report, from an export for the auditor.

Figures are kept by base period, the shortest that the party publishes. A case counts in the base period in which it
was opened, as it stood when that period ended: what happens later changes no figure, so the same chains give the same
figures for ever. What a case was before is told by events alone, never by rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.report.periods import Length, Period

OPENED, RECORDED = "case.opened", "mention.recorded"
COUNTED, READ_AGAIN = "mentions.counted", "second_reading.made"
ANSWERED_BACK = "rejoinder.received"
CASE = (
    "approval_added",
    "approved",
    "published",
    "confirmed",
    "dismissed",
    "referred",
    "refused",
    "superseded",
    "incident_answered",
    "expired",
    "withdrawn",
    "rehearsed",
    "escalated",
    "released",
    "acknowledged",
    "failed",
    "denied",
    "unconfirmed",
    "undone",
    "approval_lapsed",
    "reopened",
    "mention_edited",
    "mention_gone",
    "retracted",
    "corrected",
    "retraction_failed",
    "mistaken",
)
KINDS = frozenset({OPENED, RECORDED, COUNTED, READ_AGAIN, ANSWERED_BACK, *(f"case.{event}" for event in CASE)})
"""The kinds of events that figures are made of."""

NONE = "none"
"""Where an event of an older version of the program does not say."""
OTHERS = "others"
_ATTACKED = {"account": "account", "protected": "protected"}
_UNPOSTED = {"failed", "unconfirmed"}
_WAITING = {"open", "approved", "publishing"}
_POSTED = {"case.published", "case.confirmed"}
_MINUTE = 60


class Detail(msgspec.Struct):
    """What of an event's detail figures are made of."""

    policy: str | None = None
    attacked: str | None = None
    platform: str | None = None
    verdict: str | None = None
    state: str | None = None
    outcome: str | None = None
    stands_for: str | None = None
    decides: str | None = None
    day: str | None = None
    counts: list[tuple[str, str, int]] = []
    agreed: str | None = None
    rejoinder_kind: str | None = None


@dataclass(slots=True)
class Base:
    """The figures of one base period: how many, and after how many minutes."""

    tables: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    minutes: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def plain(self) -> dict[str, dict[str, dict[str, int]]]:
        """As JSON, without zeros, in one order."""
        return {
            "tables": {name: _plain(cells) for name, cells in sorted(self.tables.items()) if any(cells.values())},
            "minutes": {name: _plain(cells) for name, cells in sorted(self.minutes.items()) if any(cells.values())},
        }


def _plain(cells: Mapping[str, int] | Mapping[int, int]) -> dict[str, int]:
    return {str(cell): n for cell, n in sorted(cells.items()) if n}


@dataclass(slots=True)
class _Case:
    """A case of the period, as far as its events have told."""

    base: str
    opened: float
    """Seconds."""
    detail: Detail
    state: str
    outcome: str | None = None
    reason: str | None = None
    decided: float | None = None
    acknowledged: float | None = None
    referred: float | None = None
    replied: bool = False
    gone: bool = False
    mistaken: bool = False
    with_safety: bool = False


class Fold:
    """Takes events, those of one chain in order, and counts. Holds no more than the cases that have not ended."""

    def __init__(self, period: Period, base: Length) -> None:
        """Raises NoSuchPeriodError when the period is shorter than the base."""
        parts = period.parts(base)
        self._base_of = {month: part.key for part in parts for month in part.months()}
        self.bases: dict[str, Base] = {part.key: Base() for part in parts}
        self._live: dict[str, _Case] = {}
        self._now: str | None = None
        """The base period in which a case was opened last."""
        self._read = msgspec.json.Decoder(Detail).decode

    def take(self, at: str, kind: str, case_id: str | None, detail: str | bytes | msgspec.Raw) -> None:
        """One event: when, as ISO 8601 in UTC; its kind, its case, and its detail as JSON."""
        if kind not in KINDS:
            return
        base = self._base_of.get(at[:7])
        if kind == COUNTED:
            self._count(self._read(detail))
        elif kind == RECORDED:
            if base is not None:
                self._record(self.bases[base], self._read(detail))
        elif kind == READ_AGAIN:
            if base is not None:
                self.bases[base].tables["second_reading"][self._read(detail).agreed or NONE] += 1
        elif kind == ANSWERED_BACK:
            if base is not None:
                self.bases[base].tables["rejoinders"][self._read(detail).rejoinder_kind or NONE] += 1
        elif case_id is not None:
            self._of_case(base, at, kind, case_id, detail)

    def end_of_chain(self) -> None:
        """The chain is over: its cases stand as they do."""
        for case in self._live.values():
            self._settle(case)
        self._live.clear()

    def plain(self) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
        """The full figures as JSON, by base period: what the report and a recomputation must agree on."""
        return {key: base.plain() for key, base in self.bases.items()}

    def _of_case(self, base: str | None, at: str, kind: str, case_id: str, detail: str | bytes | msgspec.Raw) -> None:
        if kind == OPENED:
            if base != self._now:
                # What was opened before stands as it stood then, and need not be held any longer.
                self.end_of_chain()
                self._now = base
            if base is not None:
                said = self._read(detail)
                self._live[case_id] = _Case(base, _seconds(at), said, said.state or "open")
            return
        case = self._live.get(case_id)
        if case is None:
            return
        if base == case.base:
            self._happened(case, _seconds(at), kind, self._read(detail))
        if base != case.base or case.state == "closed":
            self._settle(self._live.pop(case_id))

    def _happened(self, case: _Case, at: float, kind: str, said: Detail) -> None:
        case.state = said.state or case.state
        case.outcome, case.reason = said.outcome, said.stands_for
        if said.decides and case.decided is None:
            case.decided = at
        case.replied = case.replied or kind in _POSTED
        if kind == "case.escalated":
            case.with_safety = True
        elif kind == "case.released":
            case.with_safety = False
        elif kind == "case.referred":
            case.referred = at
        elif kind == "case.mention_gone":
            case.gone = True
        elif kind == "case.mistaken":
            case.mistaken = True
        ended = case.state == "closed"
        if kind == "case.acknowledged" or (ended and case.detail.verdict == "escalate"):
            case.acknowledged = case.acknowledged or at

    def _record(self, base: Base, said: Detail) -> None:
        base.tables["judged"]["recorded"] += 1
        base.tables["recorded_policy"][said.policy or NONE] += 1
        base.tables["attacked_judged"][f"{_attacked(said)}/recorded"] += 1

    def _settle(self, case: _Case) -> None:
        """Count a case as it stood at the end of its base period."""
        tables, minutes, said = self.bases[case.base].tables, self.bases[case.base].minutes, case.detail
        universe = "safety" if said.verdict == "escalate" else "reply"
        tables["judged"][universe] += 1
        tables[f"{universe}_policy"][said.policy or NONE] += 1
        tables[f"{universe}_platform"][said.platform or NONE] += 1
        tables["attacked_judged"][f"{_attacked(said)}/{universe}"] += 1
        if case.referred is not None:
            minutes["referral"][_minutes(case, case.referred)] += 1
        if universe == "safety":
            outcome = _of_safety(case)
            if case.acknowledged is not None:
                minutes["acknowledgement"][_minutes(case, case.acknowledged)] += 1
        else:
            outcome = _of_reply(case)
            tables["reply_attacked"][_attacked(said)] += 1
            tables["attacked_reply"][f"{_attacked(said)}/{'replied' if case.replied else 'not'}"] += 1
            if case.decided is not None:
                minutes["decision"][_minutes(case, case.decided)] += 1
            if case.replied:
                tables["replied_after"][_after(case)] += 1
                tables["replied_post"]["gone" if case.gone else "there"] += 1
        tables[f"{universe}_outcome"][outcome] += 1
        if outcome == "referred":
            tables[f"{universe}_referred"][case.reason or NONE] += 1
        elif outcome == "dismissed":
            tables[f"{universe}_dismissed"][case.reason or NONE] += 1

    def _count(self, said: Detail) -> None:
        """What was counted of a day in totals, without saying of whom."""
        base = self._base_of.get((said.day or "")[:7])
        if base is None:
            return
        for side, what, n in said.counts:
            table = "side_reply" if what in {"due", "replied"} else "side_judged"
            self.bases[base].tables[table][f"{side}/{what}"] += n


def _attacked(said: Detail) -> str:
    return _ATTACKED.get(said.attacked or "", OTHERS)


def _of_reply(case: _Case) -> str:
    """What became of a case that a reply was due in, as one word; a case has one."""
    if case.replied:
        return "replied"
    if case.with_safety:
        return "safety"
    if case.state in _WAITING:
        return "waiting"
    return "not_posted" if case.state in _UNPOSTED else case.outcome or case.state


def _of_safety(case: _Case) -> str:
    if case.state == "closed":
        return case.outcome or "closed"
    return "acknowledged" if case.acknowledged is not None else "waiting"


def _after(case: _Case) -> str:
    """What became of our reply."""
    if case.mistaken:
        return "mistake"
    if case.state == "retracted":
        return "taken_down"
    return "corrected" if case.outcome == "corrected" else "stands"


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()


def _minutes(case: _Case, at: float) -> int:
    """Whole minutes from the opening; a clock that was set back counts as none."""
    return max(0, int(at - case.opened) // _MINUTE)


def percentile(minutes: Mapping[int, int], share: float) -> int | None:
    """The number of minutes that this share of them do not exceed; `None` where there are none."""
    total = sum(minutes.values())
    reached = 0
    for each, n in sorted(minutes.items()):
        reached += n
        if reached >= share * total:
            return each
    return None


def fold(events: Iterable[tuple[str, str, str, str | None, str | bytes]], period: Period, base: Length) -> Fold:
    """The figures of (stream, at, kind, case, detail), chain after chain. Raises NoSuchPeriodError."""
    found = Fold(period, base)
    before = None
    for stream, at, kind, case_id, detail in events:
        if stream != before:
            found.end_of_chain()
            before = stream
        found.take(at, kind, case_id, detail)
    found.end_of_chain()
    return found
