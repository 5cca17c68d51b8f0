"""Who works behind the wall, as the configuration names them at each start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from bot.store import sessions
from bot.store.encoding import to_json
from bot.store.tables import reviewers
from bot.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import Reviewer
    from bot.store.engine import Transaction


def seed(tx: Transaction, people: Iterable[Reviewer], *, only_missing: bool = False) -> None:
    """Stores these people; those no longer named stay, inactive and signed out.

    `only_missing` leaves everybody as they are who is stored already: what a running office holds true stays so.
    """
    named = list(people)
    if only_missing:
        for person in named:
            row = {"id": person.id, "name": person.name, "roles": to_json(sorted(person.roles)), "active": True}
            insertion = upsert(tx.connection, reviewers).values(telegram_id=None, **row)
            tx.connection.execute(insertion.on_conflict_do_nothing())
        return
    tx.connection.execute(update(reviewers).values(active=False))
    for person in named:
        row = {"name": person.name, "roles": to_json(sorted(person.roles)), "active": True}
        insertion = upsert(tx.connection, reviewers).values(id=person.id, telegram_id=None, **row)
        tx.connection.execute(insertion.on_conflict_do_update(index_elements=["id"], set_=row))
    sessions.end_those_of_leavers(tx, [person.id for person in named])
