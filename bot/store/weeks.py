"""A week of a protected person in figures: what was aimed at them, and what became of it; no word and no author."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.model import State
from bot.store.strikes import cleared
from bot.store.tables import cases, mentions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What was aimed at somebody in a week, in figures; what a person has ruled to be no abuse is left out."""

    posts: int
    people: int
    """Who wrote them, as far as that is still kept."""
    replies: int
    """How many posts have a public reply that stands."""
    referred: int
    """How many were handed to the platform, the police or the party's own body."""
    gone: int
    """How many are not there any more, whoever removed them: few servers tell."""


def week(connection: Connection, person: str, since: datetime, until: datetime) -> Week:
    """What was aimed at somebody after `since` and up to `until`."""
    at = func.coalesce(mentions.c.arrived_at, mentions.c.seen_at)
    query = (
        select(mentions.c.id, mentions.c.author_uri, mentions.c.gone_at, cases.c.state, cases.c.outcome)
        .outerjoin(cases, cases.c.mention_id == mentions.c.id)
        .where(mentions.c.aim == person, at > since, at <= until, ~cleared)
    )
    rows = connection.execute(query).all()
    return Week(
        posts=len({row.id for row in rows}),
        people=len({row.author_uri for row in rows if row.author_uri}),
        replies=len({row.id for row in rows if row.state == State.PUBLISHED.value}),
        referred=len({row.id for row in rows if row.outcome == "referred"}),
        gone=len({row.id for row in rows if row.gone_at is not None}),
    )
