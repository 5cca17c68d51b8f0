"""Even-handedness: posts by the side that their authors claim, in totals by the day, and blind second readings.

A total says how many and never who; it reaches the audit once its day is over, since in an event beside the case it
would be somebody's politics, in a chain from which nothing is erased.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from bot.model import Reason, State, VerdictKind
from bot.store.audit import SYSTEM, Entry, append
from bot.store.loading import ROWS, many, on_safety_desk, sealed_away
from bot.store.tables import (
    audit_events,
    cases,
    day_of,
    decisions,
    mention_versions,
    mentions,
    second_readings,
    side_counts,
)
from bot.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select

    from bot.model import Case, Side
    from bot.store.engine import Database, Transaction
    from bot.store.records import Received

COUNTED, READ_AGAIN = "mentions.counted", "second_reading.made"
ENDED = (State.PUBLISHED, State.RETRACTED, State.CLOSED)
_RULED = ("approve", "dismiss")
"""Decisions that say whether a post is abuse; the others hand it on."""
_DIGITS = 8
"""Of an event's digest by which it is drawn: one in four thousand million."""


def count_sides(tx: Transaction, received: Iterable[Received]) -> None:
    """Counts mentions that were seen for the first time, and notes the totals of days that are over."""
    counts: Counter[tuple[str, str]] = Counter()
    for item in received:
        kind = item.verdict.kind
        counts[item.side.value, "left_alone" if kind is VerdictKind.IGNORE else "abusive"] += 1
        if kind is VerdictKind.RESPOND:
            counts[item.side.value, "due"] += 1
    if counts:
        _add(tx, counts)
        note_counts(tx, before=day_of(tx.now))


def count_reply(tx: Transaction, side: Side) -> None:
    """Counts a reply that is out, by the side that the author of its post claims."""
    _add(tx, {(side.value, "replied"): 1})


def _add(tx: Transaction, counts: Mapping[tuple[str, str], int]) -> None:
    day = day_of(tx.now)
    statement = upsert(tx.connection, side_counts)
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["day", "side", "what"], set_={"n": side_counts.c.n + statement.excluded.n}
        ),
        [{"day": day, "side": side, "what": what, "n": n, "noted": 0} for (side, what), n in sorted(counts.items())],
    )


def note_counts(tx: Transaction, before: str | None = None) -> None:
    """Writes into the audit what was counted and is not in it yet; with `before` of earlier days alone."""
    query = select(side_counts).where(side_counts.c.n > side_counts.c.noted).with_for_update()
    if before is not None:
        query = query.where(side_counts.c.day < before)
    of_day: defaultdict[str, list[list[object]]] = defaultdict(list)
    for row in tx.connection.execute(query.order_by(*side_counts.primary_key)).mappings().all():
        of_day[row["day"]].append([row["side"], row["what"], row["n"] - row["noted"]])
        here = [column == row[column.name] for column in side_counts.primary_key]
        tx.connection.execute(update(side_counts).where(*here).values(noted=row["n"]))
    details = ({"day": day, "counts": counts} for day, counts in of_day.items())
    append(tx, [Entry(stream=SYSTEM, kind=COUNTED, detail=detail) for detail in details])


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """How often the first ruling and the second reading of a case agreed."""

    both: int = 0
    """Both said that it is abuse."""
    first: int = 0
    """Only the first did."""
    second: int = 0
    neither: int = 0
    same_policy: int = 0
    """Of those where both did, how often under the same policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """What a reader says of a case without knowing what was ruled."""

    case_id: str
    reviewer: str
    abusive: bool
    policy: str | None
    """`None` for what is no abuse."""


class Evenness:
    """What of the store even-handedness needs."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def note_counts(self) -> None:
        """Writes into the audit what was counted until now, today too."""
        await self._db.write(note_counts)

    async def to_read_again(self, reviewer: str, share: float, since: datetime) -> Case | None:
        """A case that was drawn and that this person has never had before them; `None` when there is none.

        It has ended since then by a ruling, and its post is still held. Drawn is a case whose first ruling's audit
        event has a digest below that share of all digests: nobody knows while ruling, and an auditor can tell.
        """
        return await self._db.read(_to_read_again, reviewer, share, since)

    async def read_again(self, reading: SecondReading, share: float, since: datetime) -> bool:
        """Keeps a second reading, with its audit event; False when the case is not theirs to read, or no longer."""
        return await self._db.write(_read_again, reading, share, since)

    async def readings(self, since: datetime) -> Readings:
        """How the second readings since then agree with the rulings."""
        return await self._db.read(_readings, since)


def _drawn(reviewer: str, share: float, since: datetime) -> Select[str, str]:
    """Ids of the cases that this person may read again, each with the decision that is read against."""
    first = (
        select(func.min(audit_events.c.seq))
        .where(audit_events.c.case_id == cases.c.id, audit_events.c.kind.in_(_kinds()))
        .correlate(cases)
        .scalar_subquery()
    )
    touched = (
        select(audit_events.c.seq)
        .where(audit_events.c.case_id == cases.c.id, audit_events.c.actor == reviewer)
        .correlate(cases)
        .exists()
    )
    taken = select(second_readings.c.id).where(second_readings.c.case_id == cases.c.id).correlate(cases).exists()
    return (
        select(cases.c.id, func.max(decisions.c.id))
        .join(decisions, decisions.c.case_id == cases.c.id)
        .join(audit_events, audit_events.c.case_id == cases.c.id)
        .join(mentions, mentions.c.id == cases.c.mention_id)
        .where(
            cases.c.changed_at >= since,
            cases.c.state.in_([state.value for state in ENDED]),
            cases.c.verdict == VerdictKind.RESPOND.value,
            decisions.c.kind.in_(_RULED),
            audit_events.c.stream == cases.c.account_id,
            audit_events.c.seq == first,
            _falls_below(share),
            mentions.c.purged_at.is_(None),
            ~sealed_away,
            ~touched,
            ~taken,
        )
        .group_by(cases.c.id)
        .order_by(cases.c.id)
    )


def _kinds() -> list[str]:
    return ["case.approval_added", "case.approved", "case.dismissed"]


def _falls_below(share: float) -> ColumnElement[bool]:
    limit = round(share * 16**_DIGITS)
    if limit >= 16**_DIGITS:
        return audit_events.c.digest >= ""
    return audit_events.c.digest < f"{limit:0{_DIGITS}x}"


def _to_read_again(connection: Connection, reviewer: str, share: float, since: datetime) -> Case | None:
    ids = [row.id for row in connection.execute(_drawn(reviewer, share, since).limit(100))]
    found = many(connection, ROWS.where(cases.c.id.in_(ids), ~on_safety_desk()).order_by(cases.c.id).limit(1))
    return found[0] if found else None


def _read_again(tx: Transaction, reading: SecondReading, share: float, since: datetime) -> bool:
    query = _drawn(reading.reviewer, share, since).where(cases.c.id == reading.case_id)
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        return False
    ruling = row[1]
    ruled = tx.connection.execute(_ruling(ruling)).mappings().one()
    first = ruled["kind"] == "approve" or (ruled["reason"] is not None and Reason(ruled["reason"]).abusive)
    kept = {
        "id": tx.new_id(),
        "case_id": reading.case_id,
        "decision_id": ruling,
        "reviewer_id": reading.reviewer,
        "at": tx.now,
        "abusive": reading.abusive,
        "policy": reading.policy if reading.abusive else None,
        "first_abusive": first,
        "first_policy": ruled["policy"] if first else None,
    }
    tx.connection.execute(insert(second_readings), [kept])
    detail: dict[str, object] = {
        "reading": kept["id"],
        "ruling": ruling,
        "agreed": _agreed(first=first, second=reading.abusive),
        "policy": kept["policy"],
        "first_policy": kept["first_policy"],
    }
    entry = Entry(
        stream=ruled["account_id"], kind=READ_AGAIN, actor=reading.reviewer, case_id=reading.case_id, detail=detail
    )
    append(tx, [entry])
    return True


def _ruling(decision_id: str) -> Select[str, str | None, str | None, str]:
    """What was ruled, and under which policy the case then stood."""
    of_case = (mention_versions.c.mention_id == cases.c.mention_id) & (
        mention_versions.c.version == cases.c.mention_version
    )
    return (
        select(decisions.c.kind, decisions.c.reason, mention_versions.c.policy, cases.c.account_id)
        .join(cases, cases.c.id == decisions.c.case_id)
        .join(mention_versions, of_case)
        .where(decisions.c.id == decision_id)
    )


def _agreed(*, first: bool, second: bool) -> str:
    if first and second:
        return "both"
    return "first" if first else "second" if second else "neither"


def _readings(connection: Connection, since: datetime) -> Readings:
    found: Counter[str] = Counter()
    for row in connection.execute(select(second_readings).where(second_readings.c.at >= since)).mappings():
        agreed = _agreed(first=row["first_abusive"], second=row["abusive"])
        found[agreed] += 1
        found["same_policy"] += agreed == "both" and row["policy"] == row["first_policy"]
    return Readings(**found)
