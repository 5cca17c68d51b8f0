"""The report's figures counted from the rows, without the program: what the fold over events must come to."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from typing import TYPE_CHECKING

from bot.report.figures import KINDS, Fold
from bot.report.periods import Length, Period

if TYPE_CHECKING:
    from datetime import date

    from bot.store import Store

_CASES = """
SELECT c.verdict, c.state, c.outcome, c.reason, c.gone_at, c.acknowledged_by, c.mistaken,
  EXISTS (SELECT 1 FROM publications p WHERE p.case_id = c.id AND p.posted_at IS NOT NULL)
FROM cases c
"""
_WAITING = {"open", "approved", "publishing"}
COMPARED = ("judged", "reply_outcome", "safety_outcome", "reply_dismissed", "replied_after", "replied_post")


async def folded(store: Store, year: date) -> dict[str, dict[str, int]]:
    """The tables of a whole year, from the events."""
    fold = Fold(Period(year.replace(month=1, day=1), Length.YEAR), Length.YEAR)
    async for _, events in store.audit_told(await store.chain_heads(), KINDS):
        for event in events:
            fold.take(*event)
    fold.end_of_chain()
    [base] = fold.plain().values()
    return {name: base["tables"][name] for name in COMPARED if name in base["tables"]}


def counted(database: str) -> dict[str, dict[str, int]]:
    """The same tables, from the rows of an SQLite file that holds one year."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        recorded = "SELECT count(*) FROM mention_versions WHERE version = 1 AND kind = 'record'"
        found["judged"]["recorded"] = connection.execute(recorded).fetchone()[0]
        for row in connection.execute(_CASES):
            _count(found, *row)
    return {
        name: {row: n for row, n in sorted(cells.items()) if n} for name, cells in found.items() if any(cells.values())
    }


def _count(  # noqa: PLR0913, PLR0917 - the columns of a row
    found: defaultdict[str, Counter[str]],
    verdict: str,
    state: str,
    outcome: str | None,
    reason: str | None,
    gone_at: str | None,
    acknowledged_by: str | None,
    mistaken: bool,  # noqa: FBT001 - as below
    replied: bool,  # noqa: FBT001 - as above
) -> None:
    if verdict == "escalate":
        found["judged"]["safety"] += 1
        taken = "acknowledged" if acknowledged_by else "waiting"
        found["safety_outcome"][outcome or taken] += 1
        return
    found["judged"]["reply"] += 1
    safety = state == "escalated" or (state == "closed" and acknowledged_by is not None)
    ended = "not_posted" if state in {"failed", "unconfirmed"} else "waiting" if state in _WAITING else outcome or state
    became = "replied" if replied else "safety" if safety else ended
    found["reply_outcome"][became] += 1
    if became == "dismissed":
        found["reply_dismissed"][reason or "none"] += 1
    if replied:
        after = (
            "mistake"
            if mistaken
            else "taken_down"
            if state == "retracted"
            else "corrected"
            if outcome == "corrected"
            else "stands"
        )
        found["replied_after"][after] += 1
        found["replied_post"]["gone" if gone_at else "there"] += 1
