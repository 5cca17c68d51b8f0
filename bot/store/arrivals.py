"""Takes abusive posts that have just arrived into the incident that they are part of, or makes one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.model import State
from bot.store.advance import close_others
from bot.store.audit import Entry, append
from bot.store.incidents import LONGEST, answered, counts, digest_of, members, speaks, takes_more
from bot.store.tables import cases, mentions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement, RowMapping

    from bot.store.engine import Transaction
    from bot.store.records import PileOn

_FURTHEST = 1_000
"""So many posts are looked back over, at most, for others that are aimed at the same target."""


class Arrivals:
    """What has arrived in one transaction, by whom it is aimed at."""

    def __init__(self, tx: Transaction, stream: str) -> None:
        """`stream` is that of the account through which the posts were seen."""
        self._tx = tx
        self._stream = stream
        self._found: dict[str, tuple[PileOn, list[str]]] = {}

    def note(self, mention_id: str, pile_on: PileOn | None) -> None:
        """A stored mention is abuse that is aimed at somebody; nothing when it is not."""
        if pile_on is not None:
            self._found.setdefault(digest_of(pile_on.handle), (pile_on, []))[1].append(mention_id)

    def settle(self) -> list[str]:
        """Let each find its incident, once all are written; the ids of cases that look otherwise now."""
        changed: list[str] = []
        for digest, (pile_on, mention_ids) in self._found.items():
            self._tx.connection.execute(
                update(mentions)
                .where(mentions.c.id.in_(mention_ids), mentions.c.incident_id.is_(None))
                .values(aim=digest, arrived_at=self._tx.now)
            )
            changed += self._gather(digest, pile_on)
        self._found.clear()
        return changed

    def _gather(self, digest: str, pile_on: PileOn) -> list[str]:
        chain, incident = self._chain(digest, pile_on.within)
        if incident is not None and not takes_more(self._tx.connection, incident, self._tx.now):
            incident = None
        kind = "incident.joined" if incident else "incident.formed"
        if incident is None:
            counted = [row["id"] for row in chain if row["counts"]]
            if len(counted) < pile_on.cases:
                return []
            # One that has a reply cannot join another: it lends the incident its name. A second such one stays apart.
            incident = next((row["id"] for row in chain if row["speaks"]), counted[0])
        joining = [row["id"] for row in chain if not row["speaks"] or row["id"] == incident]
        if not joining:
            return []
        self._tx.connection.execute(update(mentions).where(mentions.c.id.in_(joining)).values(incident_id=incident))
        append(self._tx, [Entry(stream=self._stream, kind=kind, detail={"incident": incident, "mentions": joining})])
        return self._told(incident)

    def _chain(self, digest: str, within: timedelta) -> tuple[list[RowMapping], str | None]:
        """The posts that still stand alone, the earliest first, each soon after the one before; and what they follow.

        Soon enough after a post of an incident they follow that incident.
        """
        before = self._before(digest)
        chain: list[RowMapping] = []
        last = self._tx.now
        for row in self._alone(digest, before["arrived_at"] if before else self._tx.now - LONGEST):
            if last - row["arrived_at"] > within:
                return chain[::-1], None
            last = row["arrived_at"]
            chain.append(row)
        follows = before is not None and last - before["arrived_at"] <= within
        return chain[::-1], before["incident_id"] if before and follows else None

    def _before(self, digest: str) -> RowMapping | None:
        """The last post aimed at the same target that is part of an incident."""
        query = select(mentions.c.incident_id, mentions.c.arrived_at).where(
            mentions.c.aim == digest, mentions.c.incident_id.is_not(None)
        )
        return self._tx.connection.execute(query.order_by(mentions.c.arrived_at.desc()).limit(1)).mappings().first()

    def _alone(self, digest: str, since: datetime) -> Sequence[RowMapping]:
        query = (
            select(
                mentions.c.id,
                mentions.c.arrived_at,
                _has(counts).label("counts"),
                _has(speaks).label("speaks"),
            )
            .where(mentions.c.aim == digest, mentions.c.arrived_at >= since, mentions.c.incident_id.is_(None))
            .order_by(mentions.c.arrived_at.desc(), mentions.c.id.desc())
            .limit(_FURTHEST)
        )
        return self._tx.connection.execute(query).mappings().all()

    def _told(self, incident: str) -> list[str]:
        """Where the incident has had its reply nothing in it waits; else a card has another number to tell."""
        query = select(cases.c.id).join(mentions, mentions.c.id == cases.c.mention_id)
        reply = query.where(mentions.c.incident_id == incident, answered).limit(1)
        answer = self._tx.connection.execute(reply).scalar_one_or_none()
        if answer is not None:
            return close_others(self._tx, incident, answered=answer)
        return [row["id"] for row in members(self._tx.connection, incident, {State.OPEN})][:1]


def _has(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(cases.c.id).where(cases.c.mention_id == mentions.c.id, condition).exists()
