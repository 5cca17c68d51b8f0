"""The figures of the dashboard, summed by the database: only what exists for those who ask is ever counted.

A number that staff may read is never made of one that they may not, so that no difference of two tells of a case of the
safety desk.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, case, func, literal, or_, select, true, type_coerce

from bot.model import Reason, State, VerdictKind
from bot.store.acknowledging import acknowledged
from bot.store.answers import (
    AimFigures,
    DayFigures,
    Figures,
    PolicyFigures,
    ResponseFigures,
    RuleFigures,
)
from bot.store.asking import characteristic_of, protected_in, rules_of, seconds_between
from bot.store.tables import (
    cases,
    day_of,
    decisions,
    drafts,
    malformed,
    mention_versions,
    mentions,
    publications,
    rule_counts,
    seen,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection, Select

WAITING = (State.OPEN.value, State.FAILED.value, State.UNCONFIRMED.value, State.ESCALATED.value)
NOT_ABUSE = [reason.value for reason in Reason if not reason.abusive]
_UNRULED = ("expired", "withdrawn", "superseded", "incident_answered")
"""Outcomes that no person has chosen."""
_REFUSED = ("dismissed", "refused")

standing = func.coalesce(cases.c.outcome, cases.c.state)
ruling = case(
    (decisions.c.kind == "approve", decisions.c.kind), else_=func.coalesce(decisions.c.reason, decisions.c.kind)
)
"""A decision as the figures name it."""
_own = drafts.alias("own")
own_words = select(literal(1)).where(_own.c.case_id == cases.c.id, _own.c.written_by.is_not(None)).exists()
"""Whether a reviewer wrote words of their own for a case."""
_OF_CASE = and_(
    mention_versions.c.mention_id == cases.c.mention_id, mention_versions.c.version == cases.c.mention_version
)
_REFUSED_BY_A_PERSON = cases.c.outcome.in_(_REFUSED)
_RULED = or_(
    cases.c.outcome.is_not(None) & cases.c.outcome.not_in(_UNRULED),
    cases.c.outcome.is_(None) & (cases.c.state != State.OPEN.value) & (cases.c.verdict != VerdictKind.ESCALATE.value),
)
"""Whether a person has ruled on a case: it is past review, and neither time nor the author took it from them."""


def figures(connection: Connection, since: datetime, until: datetime, *, safety: bool) -> Figures:
    """The figures from one midnight, in UTC, to another; `safety`: whether cases of the safety desk count."""
    shown = true() if safety else ~withheld()
    opened = and_(cases.c.opened_at >= since, cases.c.opened_at < until, shown)
    days = _days_from(since, until)
    recorded = _recorded(connection, since, until)
    aimed = _aimed(connection, opened)
    waiting = _by_name(connection, _counted(cases.c.state).where(cases.c.state.in_(WAITING), shown))
    decided, median, nine_in_ten = _waited(connection, opened)
    cases_of_abuse = [each for each in aimed if each.abusive]
    escalated = select(func.count()).select_from(cases).where(opened, withheld())
    misread = select(func.count()).select_from(malformed).where(malformed.c.at >= since, malformed.c.at < until)
    return Figures(
        since=since,
        days=_by_day(connection, days, recorded, opened, shown),
        policies=_by_policy(connection, recorded, aimed, opened),
        waiting=waiting,
        oldest=_oldest(connection, shown),
        standing=_by_name(connection, _counted(standing).where(opened)),
        decisions=_by_name(
            connection,
            _counted(ruling)
            .join(cases, cases.c.id == decisions.c.case_id)
            .where(decisions.c.at >= since, decisions.c.at < until, shown),
        ),
        not_read=_by_name(
            connection,
            _counted(func.coalesce(seen.c.lang, "und")).where(seen.c.at >= since, seen.c.at < until, ~seen.c.read),
        ),
        escalated=connection.execute(escalated).scalar_one(),
        accounts=_aims(recorded, cases_of_abuse, "account_id"),
        characteristics=_aims(recorded, cases_of_abuse, "characteristic"),
        protected=_summed((each.protected, each.n) for each in aimed),
        rules=_rules(connection, opened),
        responses=_responses(connection, opened),
        decided=decided,
        median=median,
        nine_in_ten=nine_in_ten,
        retried=_retried(connection, since, until, shown),
        malformed=connection.execute(misread).scalar_one(),
        live=_held(connection, since, until, "live") if safety else {},
        shadow=_held(connection, since, until, "shadow") if safety else {},
        acknowledged=acknowledged(connection, since, until) if safety else None,
    )


def withheld() -> ColumnElement[bool]:
    """As `loading.on_safety_desk`, of the case's own columns alone, which is much cheaper.

    What that one asks besides, whether the post is judged a threat as it now reads, can be so of a case with another
    verdict only while it stands on the safety desk; from there it is released only when it is not so, or ends there.
    """
    return or_(
        cases.c.verdict == VerdictKind.ESCALATE.value,
        cases.c.state == State.ESCALATED.value,
        (cases.c.state == State.CLOSED.value) & cases.c.acknowledged_by.is_not(None),
    )


def _counted(name: ColumnElement[Any]) -> Select[Any, int]:
    return select(name, func.count()).group_by(name)


def _by_name(connection: Connection, query: Select[Any, int]) -> dict[str, int]:
    return {str(name): n for name, n in connection.execute(query)}


def _summed(pairs: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    found = Counter[str]()
    for name, n in pairs:
        if name is not None:
            found[name] += n
    return dict(found.most_common())


def _days_from(since: datetime, until: datetime) -> list[datetime]:
    return [since + timedelta(days=number) for number in range((until - since).days)]


def _day(moment: ColumnElement[Any]) -> ColumnElement[str]:
    return func.substr(type_coerce(moment, Text), 1, 10, type_=Text)


def _by_day(
    connection: Connection,
    days: list[datetime],
    recorded: list[Any],
    opened: ColumnElement[bool],
    shown: ColumnElement[bool],
) -> tuple[DayFigures, ...]:
    if not days:
        return ()
    counts = [
        select(func.count()).where(seen.c.at >= day, seen.c.at < day + timedelta(days=1)).scalar_subquery()
        for day in days
    ]
    ignored = connection.execute(select(*counts)).one()
    noted = _summed((each.day, each.n) for each in recorded)
    begun = _by_name(connection, _counted(_day(cases.c.opened_at)).where(opened))
    posted = publications.c.posted_at
    out = _by_name(
        connection,
        _counted(_day(posted))
        .join(cases, cases.c.id == publications.c.case_id)
        .where(posted >= days[0], posted < days[-1] + timedelta(days=1), shown),
    )
    return tuple(
        DayFigures(day=name, ignored=n, recorded=noted.get(name, 0), cases=begun.get(name, 0), replies=out.get(name, 0))
        for name, n in zip(map(day_of, days), ignored, strict=True)
    )


def _recorded(connection: Connection, since: datetime, until: datetime) -> list[Any]:
    """Abusive posts without a case, by day, policy, account and characteristic."""
    columns = (
        _day(mentions.c.seen_at).label("day"),
        mention_versions.c.policy,
        mentions.c.account_id,
        characteristic_of(mention_versions.c.judgement).label("characteristic"),
    )
    without_case = ~select(cases.c.id).where(cases.c.mention_id == mentions.c.id).exists()
    current = and_(mention_versions.c.mention_id == mentions.c.id, mention_versions.c.version == mentions.c.version)
    query = (
        select(*columns, func.count().label("n"))
        .join_from(mentions, mention_versions, current)
        .where(mentions.c.seen_at >= since, mentions.c.seen_at < until, mention_versions.c.abusive, without_case)
    )
    return list(connection.execute(query.group_by(*columns)))


def _aimed(connection: Connection, opened: ColumnElement[bool]) -> list[Any]:
    """Cases by policy, account, characteristic and protected person, and whether they are abuse."""
    columns = (
        mention_versions.c.policy,
        mention_versions.c.abusive,
        mentions.c.account_id,
        characteristic_of(mention_versions.c.judgement).label("characteristic"),
        protected_in(mention_versions.c.judgement).label("protected"),
    )
    query = (
        select(*columns, func.count().label("n"))
        .join_from(cases, mention_versions, _OF_CASE)
        .join(mentions, mentions.c.id == cases.c.mention_id)
        .where(opened)
    )
    return list(connection.execute(query.group_by(*columns)))


def _aims(recorded: list[Any], cases_of_abuse: list[Any], name: str) -> tuple[AimFigures, ...]:
    opened = _summed((getattr(each, name), each.n) for each in cases_of_abuse)
    posts = _summed((getattr(each, name), each.n) for each in [*recorded, *cases_of_abuse])
    return tuple(AimFigures(name=each, posts=n, cases=opened.get(each, 0)) for each, n in posts.items())


def _by_policy(
    connection: Connection, recorded: list[Any], aimed: list[Any], opened: ColumnElement[bool]
) -> tuple[PolicyFigures, ...]:
    found: dict[str | None, Counter[str]] = defaultdict(Counter)
    for each in recorded:
        found[each.policy]["recorded"] += each.n
    for each in aimed:
        found[each.policy]["cases"] += each.n
    answered = (
        select(mention_versions.c.policy, func.count())
        .join_from(cases, mention_versions, _OF_CASE)
        .join(publications, publications.c.case_id == cases.c.id)
        .where(opened, publications.c.posted_at.is_not(None))
        .group_by(mention_versions.c.policy)
    )
    for policy, n in connection.execute(answered):
        found[policy]["replies"] = n
    frequent = sorted(found.items(), key=lambda item: (-item[1]["recorded"] - item[1]["cases"], item[0] or ""))
    return tuple(PolicyFigures(policy=policy, **counts) for policy, counts in frequent)


def _oldest(connection: Connection, shown: ColumnElement[bool]) -> datetime | None:
    """Since when the oldest case waits for a person, or the oldest question about a reply."""
    waiting = select(func.min(cases.c.opened_at)).where(cases.c.state.in_(WAITING), shown)
    asked = select(func.min(cases.c.asked_at)).where(shown)
    since = (connection.execute(query).scalar_one() for query in (waiting, asked))
    return min((at for at in since if at is not None), default=None)


def _waited(connection: Connection, opened: ColumnElement[bool]) -> tuple[int, timedelta | None, timedelta | None]:
    """How many cases a person has decided on, and how long half of them, and nine in ten, waited for it at most."""
    first = (
        select(seconds_between(cases.c.opened_at, func.min(decisions.c.at)).label("seconds"))
        .join_from(cases, decisions, decisions.c.case_id == cases.c.id)
        .where(opened)
        .group_by(cases.c.id, cases.c.opened_at)
        .subquery()
    )
    number = func.count().over().label("number")
    place = func.row_number().over(order_by=first.c.seconds).label("place")
    ranked = select(first.c.seconds, place, number).subquery()
    half, most = (ranked.c.number + 1) // 2, (9 * ranked.c.number + 9) // 10
    query = select(ranked.c.number, ranked.c.place, ranked.c.seconds).where(
        or_(ranked.c.place == half, ranked.c.place == most)
    )
    rows = connection.execute(query.order_by(ranked.c.place)).all()
    if not rows:
        return 0, None, None
    return rows[0].number, timedelta(seconds=rows[0].seconds), timedelta(seconds=rows[-1].seconds)


def _rules(connection: Connection, opened: ColumnElement[bool]) -> tuple[RuleFigures, ...]:
    """Each rule once for a case, however often it holds in the post."""
    held, rule, condition = rules_of(connection)
    each = (
        select(
            cases.c.id,
            rule.label("rule"),
            func.max(case((_RULED, 1), else_=0)).label("ruled"),
            func.max(case((_REFUSED_BY_A_PERSON, 1), else_=0)).label("refused"),
            func.max(case((_REFUSED_BY_A_PERSON & cases.c.reason.in_(NOT_ABUSE), 1), else_=0)).label("not_abuse"),
        )
        .select_from(cases)
        .join(mention_versions, _OF_CASE)
        .join(held, condition)
        .where(opened, mention_versions.c.judgement.is_not(None))
        .group_by(cases.c.id, rule)
        .subquery()
    )
    number = func.count().label("cases")
    sums = (func.sum(each.c[name]).label(name) for name in ("ruled", "refused", "not_abuse"))
    query = select(each.c.rule, number, *sums).group_by(each.c.rule).order_by(number.desc(), each.c.rule)
    return tuple(
        RuleFigures(rule=row.rule, cases=row.cases, ruled=row.ruled, refused=row.refused, not_abuse=row.not_abuse)
        for row in connection.execute(query)
    )


def _responses(connection: Connection, opened: ColumnElement[bool]) -> tuple[ResponseFigures, ...]:
    number = func.count().label("proposed")
    query = (
        select(
            drafts.c.response,
            number,
            func.sum(case((own_words, 1), else_=0)).label("edited"),
            func.sum(case((_REFUSED_BY_A_PERSON, 1), else_=0)).label("refused"),
        )
        .join_from(cases, drafts, and_(drafts.c.case_id == cases.c.id, drafts.c.revision == 1))
        .where(opened, drafts.c.response.is_not(None))
        .group_by(drafts.c.response)
        .order_by(number.desc(), drafts.c.response)
    )
    return tuple(
        ResponseFigures(response=row.response, proposed=row.proposed, edited=row.edited, refused=row.refused)
        for row in connection.execute(query)
    )


def _retried(connection: Connection, since: datetime, until: datetime, shown: ColumnElement[bool]) -> int:
    """Attempts to post that were not the first, among what was intended then."""
    again = func.coalesce(func.sum(publications.c.attempts - 1), 0)
    query = (
        select(again)
        .join_from(publications, cases, cases.c.id == publications.c.case_id)
        .where(publications.c.intended_at >= since, publications.c.intended_at < until, shown)
    )
    return int(connection.execute(query).scalar_one())


def _held(connection: Connection, since: datetime, until: datetime, state: str) -> dict[str, int]:
    number = func.sum(rule_counts.c.n)
    query = select(rule_counts.c.rule, number).where(
        rule_counts.c.day >= day_of(since), rule_counts.c.day < day_of(until), rule_counts.c.state == state
    )
    rows = connection.execute(query.group_by(rule_counts.c.rule).order_by(number.desc(), rule_counts.c.rule))
    return {rule: int(n) for rule, n in rows}
