"""Referrals behind the wall: taken in once, read on record, and carried along a clock that never runs back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from bot.store.audit import Entry, append
from bot.store.compliance import conduct
from bot.store.compliance.keeping import blank
from bot.store.compliance.records import KindOfReferral, Outcome, Overtaken, PassedBox, Referral, Unopened
from bot.store.compliance.tables import STREAM, boxes, referrals, unopened
from bot.store.encoding import sha256
from bot.store.loading import chunks
from bot.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, RowMapping

    from bot.store.engine import Transaction


def take_in(tx: Transaction, passed: PassedBox, *, look: bool, erased: bool) -> int | None:
    """Keeps what was in a box, unless the box was received before; the number it has, `None` where nothing is kept.

    `look`: whether its author may be looked for on the list of suspended members. `erased`: whether it came before, in
    a time that a restored backup does not know, and was erased then for somebody: then it takes up a number, and has
    no content, so that every referral after it is again the one that the body's system knows by its number.
    """
    known = tx.connection.execute(select(boxes.c.id).where(boxes.c.id == passed.id)).first()
    if known is not None:
        return tx.connection.execute(select(referrals.c.number).where(referrals.c.box_id == passed.id)).scalar()
    box = {"id": passed.id, "sealed_sha256": passed.sealed_sha256, "received_at": tx.now}
    tx.connection.execute(insert(boxes), [box])
    tx.connection.execute(delete(unopened).where(unopened.c.id == passed.id))
    detail: dict[str, object] = {"box": passed.id, "sealed_sha256": passed.sealed_sha256}
    entry = conduct.entry_of(tx.connection, passed.author) if look and passed.abusive else None
    if entry is None and not passed.referred and not erased:
        append(tx, [Entry(stream=STREAM, kind="box.dropped", detail=detail)])
        return None
    kind = KindOfReferral.REFERRAL if passed.referred else KindOfReferral.CONDUCT
    number = int(tx.connection.execute(select(func.coalesce(func.max(referrals.c.number), 0) + 1)).scalar_one())
    row = {
        "number": number,
        "box_id": passed.id,
        "kind": kind.value,
        "content": "" if erased else passed.content,
        "content_sha256": sha256(passed.content),
        "author": None if erased else passed.author,
        "policy": passed.policy,
        "abusive": passed.abusive,
        "passed_at": passed.passed_at,
        "received_at": tx.now,
        "version": 1,
    }
    tx.connection.execute(insert(referrals), [row])
    detail |= {"kind": kind.value, "content_sha256": row["content_sha256"], "policy": passed.policy}
    append(tx, [Entry(stream=STREAM, kind="referral.received", case_id=str(number), detail=detail)])
    if erased:
        blank(tx, [number], actor="bot", detail={"why": "it was erased before"})
    elif entry is not None:
        conduct.found(tx, number, entry)
    return number


def note_unopened(tx: Transaction, box_id: str, *, sealed_sha256: str, why: str) -> None:
    """Remembers that a box could not be opened; once for a box and a reason."""
    known = tx.connection.execute(select(unopened.c.why).where(unopened.c.id == box_id)).scalar_one_or_none()
    if known == why:
        return
    row = {"id": box_id, "sealed_sha256": sealed_sha256, "why": why, "since": tx.now}
    changed = {"sealed_sha256": sealed_sha256, "why": why}
    tx.connection.execute(
        upsert(tx.connection, unopened).values(row).on_conflict_do_update(index_elements=["id"], set_=changed)
    )
    detail = {"box": box_id, "sealed_sha256": sealed_sha256, "why": why}
    append(tx, [Entry(stream=STREAM, kind="box.unopened", detail=detail)])


def all_unopened(connection: Connection) -> list[Unopened]:
    """The boxes that could not be opened, the first first."""
    rows = connection.execute(select(unopened).order_by(unopened.c.since, unopened.c.id))
    return [Unopened(id=row.id, sealed_sha256=row.sealed_sha256, why=row.why, since=row.since) for row in rows]


def received(connection: Connection, ids: Collection[str]) -> set[str]:
    """Which of these boxes were received."""
    query = select(boxes.c.id)
    return {found for part in chunks(ids) for found in connection.execute(query.where(boxes.c.id.in_(part))).scalars()}


def everything(connection: Connection, *, done: bool) -> list[Referral]:
    """The referrals that have an outcome, the latest first; or those that have none, the oldest first."""
    query = select(referrals).where(referrals.c.outcome.is_not(None) if done else referrals.c.outcome.is_(None))
    query = query.order_by(referrals.c.outcome_at.desc() if done else referrals.c.number)
    return [_referral(row) for row in connection.execute(query).mappings()]


def one(connection: Connection, number: int) -> Referral | None:
    """The referral of that number."""
    row = connection.execute(select(referrals).where(referrals.c.number == number)).mappings().one_or_none()
    return None if row is None else _referral(row)


def note_reading(tx: Transaction, number: int, *, actor: str) -> None:
    """Puts on record that somebody read a referral: each time, whoever it was."""
    append(tx, [Entry(stream=STREAM, kind="referral.read", actor=actor, case_id=str(number))])


def acknowledge(tx: Transaction, number: int, *, version: int, actor: str) -> Referral:
    """Notes that somebody took it on. Raises Overtaken."""
    values = {"acknowledged_at": tx.now, "acknowledged_by": actor}
    return _go_on(tx, number, version, values, Entry(stream=STREAM, kind="referral.acknowledged", actor=actor))


def conclude(tx: Transaction, number: int, *, version: int, actor: str, outcome: Outcome) -> Referral:
    """Notes what became of it, which acknowledges it too, where nobody has. Raises Overtaken."""
    before = one(tx.connection, number)
    values: dict[str, object] = {"outcome": outcome.value, "outcome_at": tx.now, "outcome_by": actor}
    if before is not None and before.acknowledged_at is None:
        values |= {"acknowledged_at": tx.now, "acknowledged_by": actor}
    detail = {"outcome": outcome.value}
    entry = Entry(stream=STREAM, kind="referral.concluded", actor=actor, detail=detail)
    return _go_on(tx, number, version, values, entry)


def _go_on(tx: Transaction, number: int, version: int, values: dict[str, object], entry: Entry) -> Referral:
    query = update(referrals).where(referrals.c.number == number, referrals.c.version == version)
    query = query.where(referrals.c.outcome.is_(None))
    if entry.kind == "referral.acknowledged":
        query = query.where(referrals.c.acknowledged_at.is_(None))
    found = tx.connection.execute(query.values(version=version + 1, **values)).rowcount
    after = one(tx.connection, number)
    if after is None:
        raise LookupError(f"There is no referral {number}.")
    if found != 1:
        raise Overtaken(after)
    detail = {**entry.detail, "version": after.version}
    append(tx, [Entry(stream=STREAM, kind=entry.kind, actor=entry.actor, case_id=str(number), detail=detail)])
    return after


def _referral(row: RowMapping) -> Referral:
    known = {**row, "kind": KindOfReferral(row["kind"]), "outcome": row["outcome"] and Outcome(row["outcome"])}
    return Referral(**known)
