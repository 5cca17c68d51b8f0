"""The week by mail: at which address a protected person wishes it, and up to when they were told.

An address stands in this one table and nowhere else: in no audit event, and in no answer of the store but the letter.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, or_, select, update

from bot.store.audit import SYSTEM, Entry, append
from bot.store.persons import in_audit
from bot.store.tables import support_messages, weekly_mails, wishes
from bot.store.weeks import week

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.store.engine import Transaction
    from bot.store.weeks import Week

CLAIMED = timedelta(minutes=10)
"""So long a letter is one process's to send; where that dies, another sends it afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one person is to be told of one week, and where."""

    person: str
    address: str
    stop: str
    """The token of the link that stops these letters, and does nothing else."""
    since: datetime
    until: datetime
    week: Week
    waiting: int
    """Messages of support that they have not read."""


def give(tx: Transaction, person: str, address: str) -> bool:
    """Keeps where a person wishes to be told of the week; the first letter comes at the end of the one that runs.

    Whether it stands in the place of another.
    """
    known = weekly_mails.c.person_sha256 == person
    if tx.connection.execute(select(weekly_mails.c.since).where(known)).first() is None:
        row = {"person_sha256": person, "address": address, "stop": secrets.token_urlsafe(24), "since": tx.now}
        tx.connection.execute(insert(weekly_mails).values(row))
        return False
    values = {"address": address, "since": tx.now, "claimed_until": None, "refused_at": None}
    tx.connection.execute(update(weekly_mails).where(known).values(values))
    return True


def take_back(tx: Transaction, person: str) -> bool:
    """Erases where a person was told of the week; False when that was not kept."""
    return tx.connection.execute(delete(weekly_mails).where(weekly_mails.c.person_sha256 == person)).rowcount == 1


def of_stop(connection: Connection, token: str) -> str | None:
    """Whose letters a link stops; `None` when it stops none any more."""
    query = select(weekly_mails.c.person_sha256).where(weekly_mails.c.stop == token)
    return connection.execute(query).scalar_one_or_none()


def stop(tx: Transaction, token: str) -> bool:
    """Ends the letters by the link that stands in each, and erases the address; False when it ends none."""
    person = of_stop(tx.connection, token)
    if person is None or not take_back(tx, person):
        return False
    append(
        tx,
        [
            Entry(
                stream=SYSTEM, kind="protected.mail_stopped", actor="protected", detail={"person": in_audit(tx, person)}
            )
        ],
    )
    return True


def leave_only(tx: Transaction, people: Collection[str]) -> int:
    """Erases the addresses of whoever is not among these any more; how many."""
    known = tx.connection.execute(select(weekly_mails.c.person_sha256).order_by(weekly_mails.c.person_sha256))
    gone = [person for person in known.scalars() if person not in people]
    for person in gone:
        take_back(tx, person)
    if gone:
        append(
            tx,
            [
                Entry(
                    stream=SYSTEM,
                    kind="protected.mail_forgotten",
                    detail={"people": [in_audit(tx, each) for each in gone]},
                )
            ],
        )
    return len(gone)


def due(connection: Connection, until: datetime, now: datetime) -> list[str]:
    """Who is to be told of the week that ended then, and has not been, nor is being told now."""
    query = select(weekly_mails.c.person_sha256).where(_due(until, now)).order_by(weekly_mails.c.person_sha256)
    return list(connection.execute(query).scalars())


def claim(tx: Transaction, person: str, since: datetime, until: datetime) -> Letter | None:
    """Takes the right to tell this person of the week that ended then; `None` when somebody else has it, or did it."""
    taken = tx.connection.execute(
        update(weekly_mails)
        .where(weekly_mails.c.person_sha256 == person, _due(until, tx.now))
        .values(claimed_until=tx.now + CLAIMED)
    )
    if taken.rowcount != 1:
        return None
    row = tx.connection.execute(select(weekly_mails).where(weekly_mails.c.person_sha256 == person)).one()
    unread = select(func.count()).where(
        support_messages.c.person_sha256 == person,
        support_messages.c.read_at.is_(None),
        support_messages.c.text.is_not(None),
    )
    return Letter(
        person=person,
        address=row.address,
        stop=row.stop,
        since=since,
        until=until,
        week=week(tx.connection, person, since, until),
        waiting=tx.connection.execute(unread).scalar_one(),
    )


def told(tx: Transaction, person: str, until: datetime, *, refused: bool) -> None:
    """Notes that the letter of that week was taken, or `refused` for good: either way it is not sent again."""
    values = {"sent_for": until, "claimed_until": None, "refused_at": tx.now if refused else None}
    tx.connection.execute(update(weekly_mails).where(weekly_mails.c.person_sha256 == person).values(values))
    kind = "protected.mail_refused" if refused else "protected.told_of_week"
    append(tx, [Entry(stream=SYSTEM, kind=kind, detail={"person": in_audit(tx, person), "until": until.isoformat()})])


def let_go(tx: Transaction, person: str) -> None:
    """Gives back the right to tell somebody, because it could not be done now."""
    mine = weekly_mails.c.person_sha256 == person
    tx.connection.execute(update(weekly_mails).where(mine).values(claimed_until=None))


def _due(until: datetime, now: datetime) -> ColumnElement[bool]:
    wished = (
        select(wishes.c.person_sha256)
        .where(wishes.c.person_sha256 == weekly_mails.c.person_sha256, wishes.c.weekly, wishes.c.given_at.is_not(None))
        .exists()
    )
    return (
        wished
        & (weekly_mails.c.since <= until)
        & or_(weekly_mails.c.sent_for.is_(None), weekly_mails.c.sent_for < until)
        & or_(weekly_mails.c.claimed_until.is_(None), weekly_mails.c.claimed_until <= now)
    )
