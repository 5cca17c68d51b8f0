"""What staff can read besides cases: what was left alone, what was recorded, what was not understood, and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, case, distinct, func, or_, select, true

from bot.model import State, VerdictKind
from bot.store.encoding import from_json, mention_from, verdict_from
from bot.store.figures import withheld
from bot.store.records import (
    LeftAlone,
    Malformed,
    RecordedMention,
    Stats,
    Totals,
)
from bot.store.tables import (
    cases,
    decisions,
    judged_counts,
    malformed,
    mention_versions,
    mentions,
    publications,
    rule_counts,
    seen,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select

_WAITING = (State.OPEN.value, State.ESCALATED.value, State.UNCONFIRMED.value, State.FAILED.value)
_CURRENT = and_(mention_versions.c.mention_id == mentions.c.id, mention_versions.c.version == mentions.c.version)
_WITHOUT_CASE = ~select(cases.c.id).where(cases.c.mention_id == mentions.c.id).exists()


def left_alone(connection: Connection, limit: int = 100) -> list[LeftAlone]:
    """Ignored mentions, the latest first."""
    query = select(seen).order_by(seen.c.at.desc(), seen.c.uri_sha256).limit(limit)
    return [
        LeftAlone(
            at=row.at,
            account=row.account_id,
            text=row.text or "",
            lang=row.lang,
            read=row.read,
            reasons=tuple(from_json(row.reasons)),
        )
        for row in connection.execute(query)
    ]


def recorded(connection: Connection, limit: int = 100) -> list[RecordedMention]:
    """Abusive mentions that never had a case, the latest first, until their content is purged."""
    query = (
        select(mention_versions.c.evidence, mention_versions.c.judgement, mentions.c.seen_at)
        .join(mentions, _CURRENT)
        .where(_WITHOUT_CASE, mention_versions.c.evidence.is_not(None))
        .order_by(mentions.c.seen_at.desc(), mentions.c.id.desc())
        .limit(limit)
    )
    return [
        RecordedMention(mention=mention_from(row.evidence), verdict=verdict_from(row.judgement), at=row.seen_at)
        for row in connection.execute(query)
    ]


def not_understood(connection: Connection, limit: int = 100) -> list[Malformed]:
    """What came from a platform and could not be understood, the latest first."""
    query = select(malformed).order_by(malformed.c.at.desc(), malformed.c.id.desc()).limit(limit)
    return [Malformed(at=row.at, account=row.account_id, sentence=row.sentence) for row in connection.execute(query)]


def stats(connection: Connection, since: datetime, now: datetime, *, safety: bool) -> Stats:
    """Figures since a moment; `safety`: whether cases of the safety desk count."""
    shown = true() if safety else ~withheld()
    of_mention = select(cases.c.id).where(cases.c.mention_id == mentions.c.id)
    told = true() if safety else or_(_WITHOUT_CASE, of_mention.where(shown).exists())
    as_staff_know_it = true() if safety else ~of_mention.where(withheld()).exists()

    def one(query: Select[int]) -> int:
        return connection.execute(query).scalar_one()

    def by_name(query: Select[str, int]) -> dict[str, int]:
        return {str(name): n for name, n in connection.execute(query)}

    ignored = one(select(func.count()).select_from(seen).where(seen.c.at >= since))
    kept = one(select(func.count()).select_from(mentions).where(mentions.c.seen_at >= since, told))
    opened = and_(cases.c.opened_at >= since, shown)
    ended = func.coalesce(cases.c.outcome, cases.c.state)
    language = func.coalesce(seen.c.lang, "und")
    oldest = _oldest(connection, shown)
    return Stats(
        since=since,
        mentions=ignored + kept,
        ignored=ignored,
        recorded=one(select(func.count()).select_from(mentions).where(mentions.c.seen_at >= since, _WITHOUT_CASE)),
        not_read=by_name(select(language, func.count()).where(seen.c.at >= since, ~seen.c.read).group_by(language)),
        cases=by_name(select(ended, func.count()).where(opened).group_by(ended)),
        escalated=one(select(func.count()).select_from(cases).where(opened, _escalated())) if safety else None,
        posted=one(
            select(func.count())
            .select_from(publications)
            .join(cases, cases.c.id == publications.c.case_id)
            .where(publications.c.posted_at >= since, shown)
        ),
        policies=by_name(
            select(mention_versions.c.policy, func.count())
            .join(mentions, _CURRENT)
            .where(mentions.c.seen_at >= since, mention_versions.c.abusive, as_staff_know_it)
            .group_by(mention_versions.c.policy)
        ),
        rules=by_name(_rule_counts(since, "live")) if safety else {},
        shadow=by_name(_rule_counts(since, "shadow")) if safety else {},
        decisions=by_name(_decisions(since).join(cases, cases.c.id == decisions.c.case_id).where(shown)),
        oldest_open=None if oldest is None else now - oldest,
    )


def totals(connection: Connection) -> Totals:
    """Figures since the database was made."""
    posted = select(func.count()).select_from(publications).where(publications.c.posted_at.is_not(None))
    refused = select(func.count()).select_from(decisions).where(decisions.c.kind == "dismiss")
    unfinished = select(cases.c.state, func.count()).where(cases.c.state != State.CLOSED.value)
    return Totals(
        judged=int(connection.execute(select(func.coalesce(func.sum(judged_counts.c.n), 0))).scalar_one()),
        posted=connection.execute(posted).scalar_one(),
        refused=connection.execute(refused).scalar_one(),
        cases={state: n for state, n in connection.execute(unfinished.group_by(cases.c.state))},  # noqa: C416 - a row is not a pair to mypy
        oldest=_oldest(connection, true()),
        oldest_of_staff=_oldest(connection, ~withheld()),
        incidents=connection.execute(_incidents()).scalar_one(),
    )


def _incidents() -> Select[int]:
    waiting = and_(cases.c.state == State.OPEN.value, mentions.c.incident_id.is_not(None))
    number = func.count(distinct(mentions.c.incident_id))
    return select(number).select_from(cases).join(mentions, mentions.c.id == cases.c.mention_id).where(waiting)


def _oldest(connection: Connection, shown: ColumnElement[bool]) -> datetime | None:
    """Since when the oldest case waits for a person, or the oldest question about a reply."""
    waiting = select(func.min(cases.c.opened_at)).where(cases.c.state.in_(_WAITING), shown)
    asked = select(func.min(cases.c.asked_at)).where(cases.c.asked_at.is_not(None), shown)
    since = (connection.execute(query).scalar_one() for query in (waiting, asked))
    return min((at for at in since if at is not None), default=None)


def _escalated() -> ColumnElement[bool]:
    by_reviewer = select(decisions.c.id).where(decisions.c.case_id == cases.c.id, decisions.c.kind == "escalate")
    return or_(cases.c.verdict == VerdictKind.ESCALATE.value, by_reviewer.exists())


def _rule_counts(since: datetime, state: str) -> Select[str, int]:
    return (
        select(rule_counts.c.rule, func.sum(rule_counts.c.n))
        .where(rule_counts.c.day >= since.date().isoformat(), rule_counts.c.state == state)
        .group_by(rule_counts.c.rule)
    )


def _decisions(since: datetime) -> Select[str, int]:
    name = case(
        (decisions.c.kind == "approve", decisions.c.kind), else_=func.coalesce(decisions.c.reason, decisions.c.kind)
    )
    return select(name, func.count()).where(decisions.c.at >= since).group_by(name)
