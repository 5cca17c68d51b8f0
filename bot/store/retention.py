"""Blanks personal data whose time is over; digests and counts stay, so that the audit stays whole."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select, update

from bot.model import Event, State
from bot.store import outbox
from bot.store import support as support_of
from bot.store.advance import apply
from bot.store.audit import SYSTEM, Entry, append
from bot.store.cases import ENDED
from bot.store.holds import held_mentions
from bot.store.loading import ROWS, chunks, on_safety_desk
from bot.store.records import Change, Purged
from bot.store.tables import (
    captures,
    cards,
    cases,
    decisions,
    drafts,
    exhibits,
    handovers,
    malformed,
    mention_versions,
    mentions,
    rejoinders,
    seen,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.store.engine import Transaction
    from bot.store.records import Terms

_ENDED = [state.value for state in ENDED]


def purge(tx: Transaction, now: datetime, terms: Terms) -> Purged:
    """Blanks what is older than its term, with an audit event that names what was blanked by our own ids.

    What a legal hold keeps is left as it is, whatever its age.
    """
    ignored = tx.connection.execute(
        update(seen)
        .where(
            seen.c.at <= now - timedelta(days=terms.ignored_days),
            or_(seen.c.text.is_not(None), seen.c.reasons != "[]"),
        )
        .values(text=None, reasons="[]")
    ).rowcount
    misread = tx.connection.execute(
        delete(malformed).where(malformed.c.at <= now - timedelta(days=terms.recorded_days))
    ).rowcount
    _give_up(tx, now - timedelta(days=terms.failed_days))
    recorded = _recorded(tx.connection, now - timedelta(days=terms.recorded_days))
    closed = _closed(tx.connection, now, terms)
    blank_mentions(tx, [*recorded, *closed.keys()])
    case_ids = [case_id for ids in closed.values() for case_id in ids]
    blank_cases(tx, case_ids)
    notes = _blank_handovers(tx, now - timedelta(days=terms.handover_days or terms.closed_case_days))
    support = support_of.older_than(tx.connection, now - timedelta(days=terms.support_days))
    support_of.blank(tx, support)
    outbox.blank(tx, now - outbox.KEPT)
    if ignored or misread or recorded or closed or notes or support:
        detail = {"ignored": ignored, "malformed": misread, "mentions": [*recorded, *closed], "cases": case_ids}
        detail |= {"handovers": notes, "support_blanked": support}
        append(tx, [Entry(stream=SYSTEM, kind="retention.purged", detail=detail)])
    return Purged(ignored=ignored, recorded=len(recorded), cases=len(case_ids), malformed=misread)


def _give_up(tx: Transaction, before: datetime) -> None:
    """Closes the cases whose reply failed and that nobody sent back in all that time; then their own clock begins."""
    query = ROWS.where(cases.c.state == State.FAILED.value, cases.c.changed_at <= before, ~held_mentions())
    for row in tx.connection.execute(query.order_by(cases.c.id)).mappings().all():
        apply(tx, row, Change(case_id=row["id"], version=row["version"], event=Event.EXPIRED, actor="bot"))


def _blank_handovers(tx: Transaction, before: datetime) -> list[str]:
    """Notes that one shift left another; whom they speak of is nobody's to know for longer than a case."""
    old = select(handovers.c.id).where(handovers.c.at <= before, handovers.c.text.is_not(None)).order_by(handovers.c.id)
    ids = list(tx.connection.execute(old).scalars())
    for part in chunks(ids):
        tx.connection.execute(update(handovers).where(handovers.c.id.in_(part)).values(text=None))
    return ids


def _recorded(connection: Connection, before: datetime) -> list[str]:
    """Mentions that never had a case."""
    without_case = ~select(cases.c.id).where(cases.c.mention_id == mentions.c.id).exists()
    query = select(mentions.c.id).where(without_case, _unpurged(), mentions.c.seen_at <= before, ~held_mentions())
    return list(connection.execute(query).scalars())


def _closed(connection: Connection, now: datetime, terms: Terms) -> dict[str, list[str]]:
    """Mentions all of whose cases ended before their term, with the ids of the cases; safety's have their own."""
    other = now - timedelta(days=terms.closed_case_days)
    safety = now - timedelta(days=terms.safety_case_days or terms.closed_case_days)
    unfinished = cases.c.state.not_in(_ENDED)
    query = (
        select(mentions.c.id, func.max(cases.c.changed_at), func.count().filter(on_safety_desk()))
        .join(cases, cases.c.mention_id == mentions.c.id)
        .join(
            mention_versions,
            (mention_versions.c.mention_id == cases.c.mention_id)
            & (mention_versions.c.version == cases.c.mention_version),
        )
        .where(_unpurged(), ~held_mentions())
        .group_by(mentions.c.id)
        .having(func.max(cases.c.changed_at) <= max(other, safety), func.count().filter(unfinished) == 0)
    )
    found: dict[str, list[str]] = {
        mention: []
        for mention, changed_at, of_safety in connection.execute(query)
        if changed_at <= (safety if of_safety else other)
    }
    for part in chunks(found):
        ids = select(cases.c.mention_id, cases.c.id).where(cases.c.mention_id.in_(part)).order_by(cases.c.id)
        for mention, case_id in connection.execute(ids):
            found[mention].append(case_id)
    return found


def _unpurged() -> ColumnElement[bool]:
    return mentions.c.purged_at.is_(None)


def blank_mentions(tx: Transaction, mention_ids: Collection[str]) -> None:
    """Takes out of these mentions who wrote them and what they said; the caller's audit event names them."""
    for part in chunks(mention_ids):
        tx.connection.execute(
            update(mention_versions)
            .where(mention_versions.c.mention_id.in_(part))
            .values(evidence=None, judgement=None)
        )
        tx.connection.execute(
            update(mentions)
            .where(mentions.c.id.in_(part))
            .values(author_uri=None, author_handle=None, conversation=None, aim=None, purged_at=tx.now)
        )
        blank_exhibits(tx, part)


def blank_exhibits(tx: Transaction, mention_ids: Sequence[str]) -> None:
    """What was captured goes with the mention; its digests stay, so that the chain of captures is still whole."""
    theirs = select(captures.c.id).where(captures.c.mention_id.in_(mention_ids))
    tx.connection.execute(
        update(exhibits).where(exhibits.c.capture_id.in_(theirs)).values(url=None, headers=None, body=None)
    )


def blank_cases(tx: Transaction, case_ids: Collection[str]) -> None:
    """Takes out of these cases every word of theirs; the caller's audit event names them."""
    for part in chunks(case_ids):
        tx.connection.execute(update(drafts).where(drafts.c.case_id.in_(part)).values(text=None))
        tx.connection.execute(
            update(decisions).where(decisions.c.case_id.in_(part), decisions.c.note != "").values(note="")
        )
        tx.connection.execute(update(cases).where(cases.c.id.in_(part)).values(note=""))
        tx.connection.execute(
            update(rejoinders).where(rejoinders.c.case_id.in_(part), rejoinders.c.words.is_not(None)).values(words=None)
        )
        tx.connection.execute(delete(cards).where(cards.c.case_id.in_(part)))
