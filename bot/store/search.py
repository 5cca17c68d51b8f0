"""Looking for words in cases: a plain search through what their rows hold, so that what was erased cannot be found.

There is no index of words, since one would keep what retention and erasure take out of the rows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, case, cast, false, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from bot.store.loading import ROWS, many, on_safety_desk, sealed_away
from bot.store.tables import cases, drafts, mention_versions, mentions

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from bot.model import Case

ESCAPE = "\\"


def search(connection: Connection, words: str, *, safety: bool, limit: int = 50, offset: int = 0) -> list[Case]:
    """Cases, in whatever state, that hold these words as they stand, the latest first.

    Looked through are the case's id, its author's handle, the post as it stood at the case, and every draft; small and
    capital letters are alike, as far as the database knows them. Without `safety` the safety desk's are left out.
    """
    in_draft = select(drafts.c.case_id).where(_holds(drafts.c.text, words))
    held = or_(
        _holds(cases.c.id, words), _holds(mentions.c.author_handle, words), _in_post(connection, words),
        cases.c.id.in_(in_draft),
    )  # fmt: skip
    query = (
        select(cases.c.id)
        .join(mentions, mentions.c.id == cases.c.mention_id)
        .join(
            mention_versions,
            and_(
                mention_versions.c.mention_id == cases.c.mention_id,
                # Other versions may be for the safety desk alone, and being found would tell what they say.
                mention_versions.c.version == cases.c.mention_version,
            ),
        )
        # Being found would tell what they say. Asked of those alone that hold the words, not of each case there is.
        .where(case((held, or_(~sealed_away, on_safety_desk())), else_=false()))
        .order_by(cases.c.opened_at.desc(), cases.c.id.desc())
    )
    if not safety:
        query = query.where(~on_safety_desk())
    shown = list(connection.execute(query.limit(limit).offset(offset)).scalars())
    found = {each.id: each for each in many(connection, ROWS.where(cases.c.id.in_(shown)))}
    return [found[case_id] for case_id in shown]


def _in_post(connection: Connection, words: str) -> ColumnElement[bool]:
    """Whether the text of the post holds them; the rest of the evidence is names of keys, and says nothing."""
    evidence: ColumnElement[Any] = mention_versions.c.evidence
    if connection.dialect.name == "sqlite":
        text = func.json_extract(evidence, "$.text")
    else:
        text = cast(evidence, JSONB)["text"].astext
    # The whole of it first, which is quick and nearly always enough to say no: as JSON writes the words.
    written = json.dumps(words, ensure_ascii=False)[1:-1]
    return and_(_holds(evidence, written), _holds(cast(text, Text), words))


def _holds(column: ColumnElement[Any], words: str) -> ColumnElement[bool]:
    return column.ilike(f"%{_plain(words)}%", escape=ESCAPE)


def _plain(words: str) -> str:
    """The words with nothing in them that a pattern would obey."""
    for sign in (ESCAPE, "%", "_"):
        words = words.replace(sign, ESCAPE + sign)
    return words
