"""The brake on rules: which rules the bot knows and since when they read so, which of them ran away, who let them go.

How many mentions there were since an edit is what was counted since that day, less what was counted that day before.
In whose mentions a rule held stands with the mentions that it found, and is kept nowhere else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from bot.brake import PAST, BrakedRule, Firing, runs_away
from bot.store.audit import SYSTEM, Entry, append
from bot.store.encoding import to_json, verdict_from
from bot.store.loading import chunks
from bot.store.tables import day_of, judged_counts, known_rules, mention_versions, mentions, rule_counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from bot import config
    from bot.store.engine import Transaction
    from bot.store.records import RuleText


def note_rules(tx: Transaction, rules: Sequence[RuleText]) -> tuple[str, ...]:
    """Remembers how every rule reads; the ids of those that were edited, or are new, since the last time.

    The rules that came with the program are not new to a database that knew no rule before.
    """
    known = {row.id: row for row in tx.connection.execute(select(known_rules))}
    today = day_of(tx.now)
    held = _held(tx.connection, today, today, live_only=True)
    judged = _judged(tx.connection, today, today)
    new: list[dict[str, object]] = []
    edited: list[str] = []
    for rule in rules:
        before = known.get(rule.id)
        if before is not None and before.digest == rule.digest:
            continue
        row: dict[str, object] = {"id": rule.id, "digest": rule.digest, "escalates": rule.escalates}
        began_with = not known and rule.shipped
        row |= _on_trial(None if began_with else tx.now, held.get(rule.id, 0), judged)
        if before is None:
            new.append(row | {"known_since": tx.now, "because": ""})
        else:
            edited.append(rule.id)
            tx.connection.execute(update(known_rules).where(known_rules.c.id == rule.id).values(row))
    if new:
        tx.connection.execute(insert(known_rules), new)
    gone = sorted(known.keys() - {rule.id for rule in rules})
    names = [str(row["id"]) for row in new]
    if edited or new:
        detail: dict[str, object] = {"edited": edited, "new": names if known else len(names), "gone": gone}
        append(tx, [Entry(stream=SYSTEM, kind="rules.changed", detail=detail)])
    return (*edited, *names)


def brake(tx: Transaction, limits: config.Brake) -> tuple[BrakedRule, ...]:
    """Turns to shadow each rule that was edited and runs away, with an audit event; those rules."""
    found = []
    for row, firing in _suspects(tx.connection, tx.now, limits):
        because = runs_away(firing, limits, tx.now)
        if because is None:
            continue
        values = {"braked_at": tx.now, "braked_digest": row.digest, "because": because}
        tx.connection.execute(update(known_rules).where(known_rules.c.id == row.id).values(values))
        rule = BrakedRule(rule=row.id, at=tx.now, because=because, escalates=row.escalates, edited=False)
        detail = {"rule": row.id, "digest": row.digest, "because": because, "authors": firing.authors}
        detail |= {"judged": firing.judged}
        kind = "rule.braked" if rule.shadowed else "rule.suspected"
        append(tx, [Entry(stream=SYSTEM, kind=kind, detail=detail)])
        found.append(rule)
    return tuple(found)


def braked(connection: Connection) -> dict[str, BrakedRule]:
    """The rules that wait for an admin, by id, the first to run away first."""
    query = select(known_rules).where(known_rules.c.braked_at.is_not(None))
    return {
        row.id: BrakedRule(
            rule=row.id,
            at=row.braked_at,
            because=row.because,
            escalates=row.escalates,
            edited=row.digest != row.braked_digest,
        )
        for row in connection.execute(query.order_by(known_rules.c.braked_at, known_rules.c.id))
    }


def release(tx: Transaction, rule: str, *, actor: str) -> BrakedRule | None:
    """Lets a rule go on, with an audit event; the rule as it stood, or `None` when it was not braked.

    As it reads it is not braked again; one that was edited meanwhile was never tried so, and is on trial from now on.
    """
    found = braked(tx.connection).get(rule)
    if found is None:
        return None
    today = day_of(tx.now)
    held = _held(tx.connection, today, today, rule=rule, live_only=True)
    trial = _on_trial(tx.now if found.edited else None, held.get(rule, 0), _judged(tx.connection, today, today))
    values = {**trial, "braked_at": None, "braked_digest": None, "because": ""}
    tx.connection.execute(update(known_rules).where(known_rules.c.id == rule).values(values))
    append(tx, [Entry(stream=SYSTEM, kind="rule.released", actor=actor, detail={"rule": rule})])
    return found


def _on_trial(edited_at: datetime | None, held: int, judged: int) -> dict[str, object]:
    """From when on a rule is on trial, `None` for not at all, and what this day's counters say by then."""
    return {"edited_at": edited_at, "held_before": held, "judged_before": judged}


def _suspects(connection: Connection, now: datetime, limits: config.Brake) -> Iterator[tuple[Row[Any], Firing]]:
    """The rules that were edited lately and have held at all often, with their figures."""
    since = now - timedelta(hours=limits.hours)
    counted = _held(connection, day_of(since), day_of(now), live_only=True)
    often = [rule for rule, n in counted.items() if n >= limits.least_matches]
    for part in chunks(often):
        query = select(known_rules).where(
            known_rules.c.id.in_(part), known_rules.c.edited_at >= since, known_rules.c.braked_at.is_(None)
        )
        for row in connection.execute(query).all():
            most = _firing(connection, row, now)
            if runs_away(most, limits, now):  # the authors take longer to count than the mentions
                yield row, replace(most, authors=min(most.authors, _authors(connection, row.id, row.edited_at)))


def _firing(connection: Connection, row: Row[Any], now: datetime) -> Firing:
    """The figures of a rule, as if each mention had another author."""
    first, last = day_of(row.edited_at), day_of(now)
    day = timedelta(days=1)
    # The day on which the rule was first known, like that of its edit, belongs to its history only in part.
    past = max(day_of(row.edited_at - PAST), day_of(row.known_since + day)), day_of(row.edited_at - day)
    return Firing(
        edited_at=row.edited_at,
        authors=_held(connection, first, last, rule=row.id, live_only=True).get(row.id, 0) - row.held_before,
        judged=_judged(connection, first, last) - row.judged_before,
        past_held=_held(connection, *past, rule=row.id).get(row.id, 0),
        past_judged=_judged(connection, *past),
    )


def _held(
    connection: Connection, first: str, last: str, *, rule: str | None = None, live_only: bool = False
) -> dict[str, int]:
    """In how many mentions of these days each rule held, or that one rule."""
    query = select(rule_counts.c.rule, func.sum(rule_counts.c.n)).where(rule_counts.c.day.between(first, last))
    if rule is not None:
        query = query.where(rule_counts.c.rule == rule)
    if live_only:
        query = query.where(rule_counts.c.state == "live")
    return {name: n for name, n in connection.execute(query.group_by(rule_counts.c.rule))}  # noqa: C416 - a row is not a pair to mypy


def _authors(connection: Connection, rule: str, since: datetime) -> int:
    """How many people wrote the mentions, as they were first seen, in which the rule held live since then.

    Those of the same instant are among them, even if they came before the edit.
    """
    query = (
        select(mentions.c.author_uri, mention_versions.c.judgement)
        .join(mention_versions, mention_versions.c.mention_id == mentions.c.id)
        .where(
            mentions.c.seen_at >= since,
            mention_versions.c.version == 1,
            # A first sieve, which both databases read alike; a rule in shadow passes it too.
            mention_versions.c.judgement.contains(to_json(rule), autoescape=True),
        )
    )
    rows = connection.execute(query)
    return len(
        {author for author, judgement in rows if rule in {match.rule for match in verdict_from(judgement).matches}}
    )


def _judged(connection: Connection, first: str, last: str) -> int:
    """How many mentions were judged on these days."""
    query = select(func.coalesce(func.sum(judged_counts.c.n), 0)).where(judged_counts.c.day.between(first, last))
    return int(connection.execute(query).scalar_one())
