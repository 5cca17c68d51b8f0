"""Blanks what was passed once its time is over; number, dates, outcome and digests stay, so that figures stay whole."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select, update

from bot.store.audit import Entry, append
from bot.store.compliance.records import KindOfReferral
from bot.store.compliance.tables import STREAM, conduct, handovers, holds, referrals
from bot.store.loading import chunks

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from bot.store.compliance.records import Terms
    from bot.store.engine import Transaction

HELD = select(holds.c.referral).where(holds.c.lifted_at.is_(None))
"""The numbers that a legal hold keeps."""


def purge(tx: Transaction, terms: Terms) -> list[int]:
    """Blanks what has had an outcome for its time, unless a hold keeps it; the numbers, in order."""
    referred = referrals.c.kind == KindOfReferral.REFERRAL.value
    matched = select(conduct.c.id).where(conduct.c.referral == referrals.c.number, conduct.c.removed_at.is_(None))
    over = or_(
        and_(referred, referrals.c.outcome_at <= tx.now - timedelta(days=terms.referral_days)),
        and_(~referred, referrals.c.outcome_at <= tx.now - timedelta(days=terms.conduct_days)),
        # A wrong match takes with it what nobody had referred; a hold that stood then has put that off to here.
        and_(~referred, ~matched.exists()),
    )
    ended = referrals.c.outcome.is_not(None), referrals.c.content.is_not(None), referrals.c.number.not_in(HELD)
    query = select(referrals.c.number).where(*ended, over).order_by(referrals.c.number)
    numbers = list(tx.connection.execute(query).scalars())
    blank(tx, numbers, actor="bot", detail={"why": "its time is over"})
    # What arrived here after what was passed had gone, as from a body's system that answered late.
    forget_words(tx, select(referrals.c.number).where(referrals.c.content.is_(None)))
    return numbers


def blank(tx: Transaction, numbers: Collection[int], *, actor: str, detail: Mapping[str, object]) -> None:
    """Takes out of these referrals who wrote what, and what the body's system calls it; an audit event for each."""
    for part in chunks(numbers):
        of_them = referrals.c.number.in_(part)
        blanked = {"content": None, "author": None, "version": referrals.c.version + 1}
        tx.connection.execute(update(referrals).where(of_them).values(blanked))
        forget_words(tx, part)
    entries = [
        Entry(stream=STREAM, kind="referral.erased", actor=actor, case_id=str(number), detail=detail)
        for number in numbers
    ]
    append(tx, entries)


def forget_words(tx: Transaction, numbers: Collection[int] | Select[tuple[int]]) -> None:
    """Takes out of these referrals what the body's system calls them, and what it said: names may stand in it."""
    said = or_(handovers.c.reference.is_not(None), handovers.c.trouble != "")
    words = update(handovers).where(handovers.c.referral.in_(numbers), said)
    tx.connection.execute(words.values(reference=None, trouble=""))


def copies_over(connection: Connection, numbers: Collection[int], terms: Terms, now: datetime) -> list[int]:
    """Of these referrals those of which no copy may lie in the folder of the hand-over any more.

    What was passed is blanked here, or the body's system has acknowledged it long enough ago, and no hold keeps it.
    """
    answered = and_(handovers.c.answered_at <= now - timedelta(days=terms.copy_days), handovers.c.referral.not_in(HELD))
    query = select(handovers.c.referral).join(referrals, referrals.c.number == handovers.c.referral)
    query = query.where(or_(referrals.c.content.is_(None), answered))
    return sorted(
        number
        for part in chunks(numbers)
        for number in connection.execute(query.where(handovers.c.referral.in_(part))).scalars()
    )
