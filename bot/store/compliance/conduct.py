"""Suspended members and their conduct: handles compared exactly, matches confirmed by two, everything removable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from bot.store.audit import Entry, append
from bot.store.compliance import holds
from bot.store.compliance.keeping import forget_words
from bot.store.compliance.records import Conduct, KindOfReferral, Outcome, RemovalReceipt, Suspended, Switch
from bot.store.compliance.tables import STREAM, conduct, confirmations, referrals, suspended, switches
from bot.store.tables import audit_heads
from bot.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from bot.store.engine import Transaction

LIST = "suspended"
"""The name of the switch."""
CONFIRMATIONS = 2
"""So many different people confirm a match; the database holds it too."""


def switch(tx: Transaction, *, on: bool, actor: str) -> None:
    """Switches the list on or off, on record; once it is on, everybody on it is looked for in what waits."""
    row = {"turned_on": on, "by": actor, "at": tx.now}
    insertion = upsert(tx.connection, switches).values(name=LIST, **row)
    tx.connection.execute(insertion.on_conflict_do_update(index_elements=["name"], set_=row))
    kind = "suspended.switched_on" if on else "suspended.switched_off"
    append(tx, [Entry(stream=STREAM, kind=kind, actor=actor)])
    if on:
        for each in entries(tx.connection):
            _look_for(tx, each.id, each.handle)


def switched(connection: Connection) -> Switch | None:
    """Who switched the list the last time; `None` when nobody ever has, and it is off."""
    row = connection.execute(select(switches).where(switches.c.name == LIST)).one_or_none()
    return None if row is None else Switch(turned_on=row.turned_on, by=row.by, at=row.at)


def entry_of(connection: Connection, handle: str) -> str | None:
    """The id of the entry with exactly this handle; `None` where there is none, or the list is off."""
    on = switched(connection)
    if not handle or on is None or not on.turned_on:
        return None
    return connection.execute(select(suspended.c.id).where(suspended.c.handle == handle)).scalar_one_or_none()


def entries(connection: Connection) -> list[Suspended]:
    """The list, by handle."""
    query = select(suspended).where(suspended.c.handle.is_not(None)).order_by(suspended.c.handle)
    return [
        Suspended(id=row.id, handle=row.handle, added_at=row.added_at, added_by=row.added_by)
        for row in connection.execute(query)
    ]


def add(tx: Transaction, handles: Iterable[str], *, actor: str) -> int:
    """Puts handles on the list that are not there, and looks for them in what waits; how many were new."""
    known = set(tx.connection.execute(select(suspended.c.handle)).scalars())
    fresh = sorted(set(handles) - known)
    rows = [{"id": tx.new_id(), "handle": handle, "added_at": tx.now, "added_by": actor} for handle in fresh]
    if not rows:
        return 0
    tx.connection.execute(insert(suspended), rows)
    ids = [row["id"] for row in rows]
    append(tx, [Entry(stream=STREAM, kind="suspended.added", actor=actor, detail={"entries": ids})])
    on = switched(tx.connection)
    if on is not None and on.turned_on:
        for row in rows:
            _look_for(tx, str(row["id"]), str(row["handle"]))
    return len(rows)


def _look_for(tx: Transaction, entry: str, handle: str) -> None:
    for number in _waiting_of(tx.connection, handle):
        found(tx, number, entry)


def found(tx: Transaction, number: int, entry: str) -> None:
    """Notes that the author of a referral is on the list; nothing follows before two people have confirmed it."""
    row = {"id": tx.new_id(), "referral": number, "entry": entry, "found_at": tx.now}
    tx.connection.execute(insert(conduct), [row])
    detail = {"conduct": row["id"], "entry": entry}
    append(tx, [Entry(stream=STREAM, kind="conduct.found", case_id=str(number), detail=detail)])


def of_referrals(connection: Connection) -> dict[int, Conduct]:
    """The matches that stand, by the number of their referral."""
    by: dict[str, list[str]] = {}
    for row in connection.execute(select(confirmations).order_by(confirmations.c.at, confirmations.c.reviewer_id)):
        by.setdefault(row.conduct, []).append(row.reviewer_id)
    query = select(conduct).where(conduct.c.removed_at.is_(None))
    return {
        row.referral: Conduct(
            id=row.id,
            referral=row.referral,
            entry=row.entry,
            found_at=row.found_at,
            confirmed_by=tuple(by.get(row.id, ())),
            confirmed_at=row.confirmed_at,
        )
        for row in connection.execute(query)
    }


def confirm(tx: Transaction, number: int, *, actor: str) -> Conduct | None:
    """Counts one person's confirmation, once; the match as it then is, `None` where none stands there."""
    match = of_referrals(tx.connection).get(number)
    if match is None or match.confirmed_at is not None or actor in match.confirmed_by:
        return match
    tx.connection.execute(insert(confirmations), [{"conduct": match.id, "reviewer_id": actor, "at": tx.now}])
    if len(match.confirmed_by) + 1 >= CONFIRMATIONS:
        tx.connection.execute(update(conduct).where(conduct.c.id == match.id).values(confirmed_at=tx.now))
    detail = {"conduct": match.id, "confirmations": len(match.confirmed_by) + 1}
    append(tx, [Entry(stream=STREAM, kind="conduct.confirmed", actor=actor, case_id=str(number), detail=detail)])
    return of_referrals(tx.connection)[number]


def remove_match(tx: Transaction, number: int, *, actor: str) -> RemovalReceipt | None:
    """Removes a wrong match. What nobody had referred is blanked with it. `None` where none stands there.

    Where a legal hold keeps that, it stays until the hold is lifted, and goes with the next look at the clocks.
    """
    match = of_referrals(tx.connection).get(number)
    if match is None:
        return None
    _end(tx, match, actor)
    return _receipt(tx, "conduct.removed", actor, what=match.id, number=number)


def remove_entry(tx: Transaction, entry: str, *, actor: str) -> RemovalReceipt | None:
    """Takes a handle off the list, and every match with it that nobody has confirmed. `None` where it is not there."""
    live = update(suspended).where(suspended.c.id == entry, suspended.c.handle.is_not(None))
    if not tx.connection.execute(live.values(handle=None, removed_at=tx.now, removed_by=actor)).rowcount:
        return None
    for match in of_referrals(tx.connection).values():
        if match.entry == entry and match.confirmed_at is None:
            _end(tx, match, actor)
    return _receipt(tx, "suspended.removed", actor, what=entry, number=None)


def _end(tx: Transaction, match: Conduct, actor: str) -> None:
    ended = update(conduct).where(conduct.c.id == match.id).values(removed_at=tx.now, removed_by=actor)
    tx.connection.execute(ended)
    unreferred = select(referrals).where(
        referrals.c.number == match.referral, referrals.c.kind == KindOfReferral.CONDUCT.value
    )
    row = tx.connection.execute(unreferred).one_or_none()
    if row is None:
        return
    values: dict[str, object] = {"version": row.version + 1}
    if match.referral not in holds.standing(tx.connection):
        values |= {"content": None, "author": None}
        forget_words(tx, [match.referral])
    if row.acknowledged_at is None:
        values |= {"acknowledged_at": tx.now, "acknowledged_by": actor}
    if row.outcome is None:
        values |= {"outcome": Outcome.NOT_OURS.value, "outcome_at": tx.now, "outcome_by": actor}
    tx.connection.execute(update(referrals).where(referrals.c.number == row.number).values(values))


def _receipt(tx: Transaction, kind: str, actor: str, *, what: str, number: int | None) -> RemovalReceipt:
    case_id = None if number is None else str(number)
    append(tx, [Entry(stream=STREAM, kind=kind, actor=actor, case_id=case_id, detail={"removed": what})])
    digest = tx.connection.execute(select(audit_heads.c.digest).where(audit_heads.c.stream == STREAM)).scalar_one()
    return RemovalReceipt(what=what, at=tx.now, by=actor, digest=digest)


def _waiting_of(connection: Connection, handle: str) -> list[int]:
    """The referrals of that author that have no outcome and no match yet, and in which a rule found abuse."""
    matched = select(conduct.c.referral).where(conduct.c.removed_at.is_(None))
    query = select(referrals.c.number).where(
        referrals.c.author == handle,
        referrals.c.abusive,
        referrals.c.outcome.is_(None),
        referrals.c.number.not_in(matched),
    )
    return list(connection.execute(query.order_by(referrals.c.number)).scalars())
