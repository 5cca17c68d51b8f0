"""Where each desk has drawn each case, so that cards can be redrawn after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, or_, select

from bot.model import Case, State
from bot.store.incidents import behind, fronts
from bot.store.loading import ROWS, chunks, many
from bot.store.records import Card
from bot.store.tables import cards, cases, mentions
from bot.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Row

    from bot.store.engine import Transaction

_other = mentions.alias()
_SHOWN = tuple(state.value for state in State if state not in {State.PUBLISHED, State.RETRACTED, State.CLOSED})


def of_desk(connection: Connection, desk: str) -> list[Card]:
    """Every card of a desk, in the order of their cases."""
    query = select(cards).where(cards.c.desk == desk).order_by(cards.c.case_id, cards.c.chat_id)
    return [_card(row) for row in connection.execute(query)]


def stale(connection: Connection, desk: str) -> list[tuple[Case, tuple[Card, ...]]]:
    """Cases to draw, oldest first, each with the cards that it has on this desk.

    They are the unfinished ones without a card, and all with a card drawn before their last change. An incident has one
    card: a case that another one shows is left out, and a card that it still has is given to that one.
    """
    left = _left_behind(connection, desk)
    also = fronts(connection, left, desk)
    others = select(func.count()).where(_other.c.incident_id == mentions.c.incident_id).scalar_subquery()
    query = (
        ROWS.outerjoin(cards, and_(cards.c.case_id == cases.c.id, cards.c.desk == desk))
        .where(
            or_(
                and_(cards.c.case_id.is_(None), or_(cases.c.state.in_(_SHOWN), cases.c.asked_at.is_not(None))),
                cards.c.drawn_at != cases.c.changed_at,
                and_(~cards.c.stub, cards.c.posts != others),
                cases.c.id.in_(list(also.values())),
            ),
            cases.c.id.not_in(behind(desk)),
        )
        .distinct()
        .order_by(cases.c.opened_at, cases.c.id)
    )
    found = many(connection, query)
    drawn = _by_case(connection, desk, [case.id for case in found])
    for incident, front in also.items():
        drawn.setdefault(front, []).extend(left[incident])
    return [(case, tuple(drawn.get(case.id, ()))) for case in found]


def keep(tx: Transaction, card: Card) -> None:
    """Remembers a card, in place of the one that the case had in this chat; a message is the card of one case."""
    tx.connection.execute(
        delete(cards).where(
            cards.c.desk == card.desk,
            cards.c.chat_id == card.chat_id,
            cards.c.message_id == card.message_id,
            cards.c.case_id != card.case_id,
        )
    )
    row = {
        "desk": card.desk,
        "case_id": card.case_id,
        "chat_id": card.chat_id,
        "message_id": card.message_id,
        "drawn_at": card.drawn_at,
        "stub": card.stub,
        "posts": card.posts,
    }
    tx.connection.execute(
        upsert(tx.connection, cards)
        .values(row)
        .on_conflict_do_update(index_elements=["desk", "case_id", "chat_id"], set_=row)
    )


def drop(tx: Transaction, card: Card) -> None:
    """Forgets a card."""
    tx.connection.execute(
        delete(cards).where(cards.c.desk == card.desk, cards.c.case_id == card.case_id, cards.c.chat_id == card.chat_id)
    )


def _left_behind(connection: Connection, desk: str) -> dict[str, list[Card]]:
    """The cards of cases that another case of their incident shows now, by incident."""
    query = (
        select(cards, mentions.c.incident_id)
        .join(cases, cases.c.id == cards.c.case_id)
        .join(mentions, mentions.c.id == cases.c.mention_id)
        .where(cards.c.desk == desk, cases.c.id.in_(behind(desk)))
        .order_by(cards.c.case_id, cards.c.chat_id)
    )
    found: dict[str, list[Card]] = {}
    for row in connection.execute(query):
        found.setdefault(row.incident_id, []).append(_card(row))
    return found


def _by_case(connection: Connection, desk: str, case_ids: Collection[str]) -> dict[str, list[Card]]:
    found: dict[str, list[Card]] = {}
    for part in chunks(case_ids):
        query = select(cards).where(cards.c.desk == desk, cards.c.case_id.in_(part)).order_by(cards.c.chat_id)
        for row in connection.execute(query):
            found.setdefault(row.case_id, []).append(_card(row))
    return found


def _card(row: Row[tuple[object, ...]]) -> Card:
    return Card(
        case_id=row.case_id,
        desk=row.desk,
        chat_id=row.chat_id,
        message_id=row.message_id,
        drawn_at=row.drawn_at,
        stub=row.stub,
        posts=row.posts,
    )
