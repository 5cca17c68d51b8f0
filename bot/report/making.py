"""Makes a report out of the store, and notes in the audit that it was made, of which period and from which chains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bot.report.figures import KINDS, Fold
from bot.report.office import from_plain, plain
from bot.report.outline import frame_from
from bot.report.periods import period_of
from bot.report.sealing import AGES, MADE, Seals, new_salt, seals
from bot.report.told import Report, report
from bot.store.audit import SYSTEM
from bot.store.encoding import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.ages import Ages
    from bot.report.outline import Frame
    from bot.report.periods import Period
    from bot.report.told import Figures
    from bot.store import ChainHead, Store


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
    ages: tuple[Ages, ...] = ()
    """What the compliance office told of itself, by quarter; empty where nothing was given."""


class OtherBaseError(ValueError):
    """Some of the period was reported in base periods of another length; the message says what to do."""


async def make(
    store: Store, period: Period, frame: Frame, *, party: str, now: datetime, ages: tuple[Ages, ...] = ()
) -> Made:
    """The report of a period from all that the chains hold now, and `ages` as the compliance office has told them.

    Raises NoSuchPeriodError for one too short, and OtherBaseError.
    """
    await store.evenness.note_counts()
    fold = Fold(period, frame.base)
    heads = await store.chain_heads()
    await _refuse_another_base(store, heads, period, frame)
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
    made = Made(
        period=period,
        frame=frame,
        report=report(figures, frame),
        seals=found,
        made_at=now,
        party=party,
        preview=preview,
        ages=ages,
    )
    await store.note(MADE, actor="bot", detail=_noted(made, salt))
    return made


async def _refuse_another_base(store: Store, heads: Iterable[ChainHead], period: Period, frame: Frame) -> None:
    """What the months hid, their quarter would give away, were it counted as one; and the other way round."""
    async for _, events in store.audit_told([head for head in heads if head.stream == SYSTEM], {MADE}):
        for _, _, _, detail in events:
            made = from_json(detail)
            base, first, last = made["frame"]["base"], made["from"], made["to"]
            apart = last < period.first.isoformat() or first > period.last.isoformat()
            if made["preview"] or apart or base == frame.base:
                continue
            raise OtherBaseError(
                f"A report from {first} to {last} was made of each {base}, and report.base now says {frame.base}: small"
                f" numbers could be worked out from the two. Set report.base to {base} again. A {frame.base} of which"
                " nothing was reported yet may be the first with another."
            )


def _noted(made: Made, salt: str) -> Mapping[str, object]:
    """All from which an auditor with the figures can write the same report again."""
    return {
        "from": made.period.first.isoformat(),
        "to": made.period.last.isoformat(),
        "preview": made.preview,
        "party": made.party,
        "made_on": made.made_at.date().isoformat(),
        "frame": made.frame.plain(),
        "salt": salt,
        "figures": made.seals.figures,
        "heads": dict(made.seals.heads),
        AGES: plain(made.ages),
    }


def made_again(noted: Mapping[str, Any], figures: Figures) -> Made:
    """The report as it was made, from what the audit says of its making and from the full figures.

    Raises KeyError, TypeError and ValueError for an event of another shape.
    """
    frame = frame_from(noted["frame"])
    return Made(
        period=period_of(date.fromisoformat(noted["from"]), date.fromisoformat(noted["to"])),
        frame=frame,
        report=report(figures, frame),
        seals=Seals(figures=noted["figures"], heads=noted["heads"]),
        made_at=datetime.fromisoformat(noted["made_on"]),
        party=noted["party"],
        preview=noted["preview"],
        ages=from_plain(noted.get(AGES, [])),
    )
