"""Makes a report out of the store, and notes in the audit that it was made, of which period and from which chains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.report.figures import KINDS, Fold
from bot.report.sealing import MADE, Seals, new_salt, seals
from bot.report.told import Report, report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.report.outline import Frame
    from bot.report.periods import Period
    from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A report with where it comes from."""

    period: Period
    frame: Frame
    report: Report
    seals: Seals
    made_at: datetime
    party: str
    preview: bool
    """Whether the period was not over: nothing that may be published."""


async def make(store: Store, period: Period, frame: Frame, *, party: str, now: datetime) -> Made:
    """The report of a period from all that the chains hold now. Raises NoSuchPeriodError for one too short."""
    await store.evenness.note_counts()
    fold = Fold(period, frame.base)
    heads = await store.chain_heads()
    before = None
    async for stream, events in store.audit_told(heads, KINDS):
        if stream != before:
            fold.end_of_chain()
            before = stream
        for at, kind, case_id, detail in events:
            fold.take(at, kind, case_id, detail)
    fold.end_of_chain()
    figures, salt = fold.plain(), new_salt()
    found, preview = seals(figures, heads, salt), now.date() <= period.last
    await store.note(MADE, actor="bot", detail=_made(period, frame, found, salt, preview=preview))
    return Made(
        period=period,
        frame=frame,
        report=report(figures, frame),
        seals=found,
        made_at=now,
        party=party,
        preview=preview,
    )


def _made(period: Period, frame: Frame, found: Seals, salt: str, *, preview: bool) -> Mapping[str, object]:
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "preview": preview,
        "frame": frame.plain(),
        "salt": salt,
        "figures": found.figures,
        "heads": dict(found.heads),
    }
