"""Takes a person out of the office's database, with a receipt.

An open procedure stays, what a hold keeps, and what somebody else wrote: nobody ends what others have to answer for.
What was erased is remembered by keyed digests of handles and of boxes: a box is the same after any restore, also where
it is offered anew and gets another number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.store.audit import Entry, append
from bot.store.compliance import conduct
from bot.store.compliance.holds import standing
from bot.store.compliance.keeping import blank
from bot.store.compliance.tables import STREAM, referrals, suspended
from bot.store.compliance.tracing import Presence
from bot.store.erasing import NotErasedError, Remembered, note
from bot.store.loading import chunks
from bot.store.needles import plain
from bot.store.tables import reviewers
from bot.store.tracing import Person

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.store.engine import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an erasure took, without a word of what it was."""

    erasure: Remembered
    found: Presence
    """Its person is for whoever looks through the files now, and is not to be kept."""

    @property
    def empty(self) -> bool:
        """Whether there was nothing to take."""
        return self.found.empty


def box_mark(box_id: str) -> str:
    """What an erasure remembers of a box, before it is digested: nobody's handle has a space in it."""
    return f"box {box_id}"


def refusals(found: Presence) -> list[str]:
    """What of somebody is not erased now, and why, in sentences."""
    said = []
    if found.under_way:
        said.append(
            f"{_numbers(found.under_way)}: an open procedure is not erased, because legal claims need it (UK GDPR,"
            " Article 17(3)(e)). Ask again once it has an outcome, and a hand-over that was asked for has arrived."
        )
    if found.held:
        said.append(
            f"{_numbers(found.held)}: a legal hold keeps it, because legal claims need it (UK GDPR, Article 17(3)(e))."
            " Ask again once it is lifted."
        )
    if found.naming:
        said.append(
            f"{_numbers(found.naming)}: somebody else wrote it, and it names them. It stays with the procedure about"
            " its author (UK GDPR, Article 17(3)(e)), and goes when the time of that is over."
        )
    if found.entries_needed:
        said.append(
            f"{_numbers(found.entries_needed)} stands on a match with the list of suspended members, so the entry there"
            " stays with it."
        )
    return said


def erase(
    tx: Transaction,
    look: Callable[[Connection], Presence],
    *,
    actor: str,
    digest: Callable[[str], str],
    remember: Callable[[Remembered], None],
) -> Receipt:
    """Erases whomever `look` finds; `remember` is called before anything is changed.

    Raises NotErasedError where something is held on them, and nothing of it may go.
    """
    found = look(tx.connection)
    if found.empty and (why := refusals(found)):
        raise NotErasedError("\n".join(why))
    newest = _newest(tx.connection, found.going_entries)
    erasure = Remembered(
        id=tx.new_id(),
        at=tx.now,
        until=newest if newest and newest > tx.now else None,
        actor=actor,
        digests=frozenset(map(digest, [*found.person.handles, *map(box_mark, _boxes(tx.connection, found.goes))])),
    )
    remember(erasure)
    note(tx, erasure)
    _take(tx, found, erasure, kind="person.erased", actor=actor)
    return Receipt(erasure=erasure, found=found)


def again(tx: Transaction, remembered: Collection[Remembered], *, digest: Callable[[str], str]) -> list[Receipt]:
    """Erases once more what came back with a restored backup; what a hold keeps there goes once that is lifted.

    A referral that is open there was concluded in the time that the backup lost: its outcome is noted anew by people.
    """
    if not remembered:
        return []
    kept = select(referrals.c.number, referrals.c.box_id).where(referrals.c.content.is_not(None))
    boxes = {digest(box_mark(row.box_id)): row.number for row in tx.connection.execute(kept)}
    receipts = []
    for erasure in sorted(remembered, key=lambda each: each.id):
        back = {boxes[mark] for mark in erasure.digests & boxes.keys()}
        held = back & standing(tx.connection).keys()
        found = Presence(
            person=Person(),
            written=tuple(sorted(back)),
            held=tuple(sorted(held)),
            entries=tuple(_entries_back(tx.connection, erasure, digest)),
        )
        note(tx, erasure)
        if not found.empty:
            _take(tx, found, erasure, kind="person.erased_again", actor="bot")
        receipts.append(Receipt(erasure=replace(erasure, pending=bool(held)), found=found))
    return receipts


def _take(tx: Transaction, found: Presence, erasure: Remembered, *, kind: str, actor: str) -> None:
    """Takes out what goes, with the audit events that name each place by our own ids.

    They are not called as the bot's are: whoever checks a chain knows those by what they say.
    """
    blank(tx, found.goes, actor=actor, detail={"erasure": erasure.id})
    for entry in found.going_entries:
        conduct.remove_entry(tx, entry, actor=_somebody(tx.connection, erasure.actor, entry))
    detail = {"erasure": erasure.id, "referrals": list(found.goes), "entries": list(found.going_entries)}
    append(tx, [Entry(stream=STREAM, kind=kind, actor=actor, detail=detail)])


def _somebody(connection: Connection, actor: str, entry: str) -> str:
    """Who removes an entry: whoever erased; where a restored backup does not know them, who had put it on the list."""
    if connection.execute(select(reviewers.c.id).where(reviewers.c.id == actor)).first() is not None:
        return actor
    return str(connection.execute(select(suspended.c.added_by).where(suspended.c.id == entry)).scalar_one())


def _entries_back(connection: Connection, erasure: Remembered, digest: Callable[[str], str]) -> list[str]:
    """The entries of whoever was erased that were on the list by then; a later one is a new fact, and stays."""
    query = select(suspended.c.id, suspended.c.handle).where(suspended.c.added_at <= (erasure.until or erasure.at))
    rows = connection.execute(query.order_by(suspended.c.id))
    return [row.id for row in rows if row.handle and digest(plain(row.handle)) in erasure.digests]


def _newest(connection: Connection, entries: Collection[str]) -> datetime | None:
    """When the newest of these entries was put on the list, by the clock of that time."""
    newest = select(func.max(suspended.c.added_at)).where(suspended.c.id.in_(entries))
    return connection.execute(newest).scalar()


def _boxes(connection: Connection, numbers: Collection[int]) -> list[str]:
    query = select(referrals.c.box_id)
    return [
        box
        for part in chunks(numbers)
        for box in connection.execute(query.where(referrals.c.number.in_(part))).scalars()
    ]


def _numbers(numbers: Collection[int]) -> str:
    return "No. " + ", No. ".join(map(str, numbers))
