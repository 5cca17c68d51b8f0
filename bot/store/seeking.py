"""Finding the cases behind a figure: the same conditions, asked for the cases themselves.

A figure counts those too that were sealed for the compliance team; by what they say they are found by nobody here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, literal, or_, select

from bot.store.asking import characteristic_of, protected_in, rules_of
from bot.store.figures import own_words, ruling, standing
from bot.store.loading import ROWS, many, on_safety_desk, sealed_away
from bot.store.tables import cases, decisions, drafts, mention_versions, mentions, publications

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Column, ColumnElement, Connection

    from bot.model import Case
    from bot.store.answers import Sought


def seek(connection: Connection, sought: Sought, *, limit: int) -> tuple[list[Case], int]:
    """The cases that are asked for, the latest first and no more than `limit`, and how many there are in all."""
    found = ROWS.where(*_conditions(connection, sought))
    number = select(func.count()).select_from(found.with_only_columns(cases.c.id).subquery())
    if sought.before is not None:
        at, case_id = sought.before
        found = found.where(or_(cases.c.opened_at < at, and_(cases.c.opened_at == at, cases.c.id < case_id)))
    latest = found.order_by(cases.c.opened_at.desc(), cases.c.id.desc()).limit(limit)
    return many(connection, latest), connection.execute(number).scalar_one()


def _conditions(connection: Connection, sought: Sought) -> Iterator[ColumnElement[bool]]:
    if not sought.safety:
        yield ~on_safety_desk()
    if _of_content(sought):
        yield or_(~sealed_away, on_safety_desk())  # Being found would tell what they say.
    yield from _when(sought)
    judgement = mention_versions.c.judgement
    equal: dict[ColumnElement[Any], str | None] = {
        standing: sought.standing,
        # Not the bare columns: SQLite would begin with these, and read every version of every mention.
        func.coalesce(mention_versions.c.policy, ""): sought.policy,
        func.coalesce(mentions.c.account_id, ""): sought.account,
        characteristic_of(judgement): sought.characteristic,
        protected_in(judgement): sought.protected,
    }
    yield from (column == value for column, value in equal.items() if value is not None)
    if sought.rule is not None:
        held, rule, condition = rules_of(connection)
        yield (
            select(literal(1))
            .select_from(held)
            .where(rule == sought.rule, condition)
            .correlate(mention_versions)
            .exists()
        )
    if sought.response is not None:
        first = and_(drafts.c.case_id == cases.c.id, drafts.c.revision == 1, drafts.c.response == sought.response)
        yield select(literal(1)).where(first).exists()
    if sought.edited:
        yield own_words


def _of_content(sought: Sought) -> bool:
    """Whether what is asked for stands in the post, in what was found in it, or in our reply."""
    said = (sought.policy, sought.characteristic, sought.protected, sought.rule, sought.response)
    return sought.edited or sought.answered or any(value is not None for value in said)


def _when(sought: Sought) -> Iterator[ColumnElement[bool]]:
    """Opened, decided or answered between the two moments."""
    if sought.answered:
        of_case = and_(publications.c.case_id == cases.c.id, publications.c.posted_at.is_not(None))
        yield select(literal(1)).where(of_case, *_between(publications.c.posted_at, sought)).exists()
    elif sought.ruling is not None:
        of_case = and_(decisions.c.case_id == cases.c.id, ruling == sought.ruling)
        yield select(literal(1)).where(of_case, *_between(decisions.c.at, sought)).exists()
    else:
        yield from _between(cases.c.opened_at, sought)


def _between(column: Column[datetime], sought: Sought) -> Iterator[ColumnElement[bool]]:
    if sought.since is not None:
        yield column >= sought.since
    if sought.until is not None:
        yield column < sought.until
