"""The dashboard: what came, what became of it, and how well rules and responses do; each number leads to its cases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bot.review.console.view import sees_safety
from bot.review.words import acknowledged_words, age_of, day_words, policy_words, span_words
from bot.web.charts import lying_bars, standing_bars

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Reviewer
    from bot.review.console.kept import KeptFigures
    from bot.review.console.view import Route, View
    from bot.store import AimFigures, DayFigures, Figures, PolicyFigures

PERIODS = (7, 28, 90)
WEEKS_FROM = 90
"""From so many days on a bar is a week."""
FEW = 5
"""Fewer people than this could be told apart, so that their number is not told."""
MEASURED = 5
"""From so many rulings on a share says something."""
KEPT_DRAWINGS = 12
FIRST_RULES = 12
"""So many rules are shown at once, the others on demand."""
LONGEST_CHART = 10
"""So many policies are drawn; the table has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day, or a week of them."""

    first: str
    last: str
    """As `2026-11-20`; the same as the first for a day."""
    words: str
    ignored: int
    recorded: int
    cases: int
    replies: int

    @property
    def mentions(self) -> int:
        """Posts that were read."""
        return self.ignored + self.recorded + self.cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A row of who is attacked, small numbers folded."""

    name: str
    words: str
    posts: str
    cases: str
    leads: bool
    """Whether the number of cases leads to them: one that is not told must not."""


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """The page of figures."""

    view: View
    kept: KeptFigures

    def routes(self) -> list[Route]:
        """Where it is."""
        return [("GET", "/figures", self.figures)]

    async def figures(self, request: Request, me: Reviewer) -> Response:
        """The figures of the period that the address asks for; of a week when it asks for none that there is."""
        asked = request.query_params.get("days", "")
        days = int(asked) if asked in {str(each) for each in PERIODS} else PERIODS[0]
        counted = await self.kept.of(days, safety=sees_safety(me))
        found = counted.figures
        bars = _bars(found.days)
        vitals = await self.view.room.vitals()
        now = self.view.room.now()
        context = {
            "found": found,
            "days": days,
            "periods": PERIODS,
            "counted_at": f"{counted.at:%H:%M} UTC",
            "since": day_words(found.days[0].day),
            "bars": bars,
            "by": "week" if days >= WEEKS_FROM else "day",
            "charts": _charts(tuple(bars), found.policies, days),
            "total": {name: sum(getattr(bar, name) for bar in bars) for name in ("mentions", "ignored", *_ADDED)},
            "oldest": age_of(found.oldest, now) if found.oldest else "",
            "half": span_words(found.median) if found.median is not None else "",
            "most": span_words(found.nine_in_ten) if found.nine_in_ten is not None else "",
            "at_accounts": [self._account(each) for each in found.accounts],
            "by_use": [_aim(each, policy_words(each.name)) for each in found.characteristics],
            "protected": [(handle, n, _told(n)) for handle, n in found.protected.items()],
            "acknowledged": acknowledged_words(found.acknowledged) if found.acknowledged else "",
            "faults": dict(vitals.faults),
            "measured": MEASURED,
            "first_rules": FIRST_RULES,
            "link": _link(found),
        }
        return await self.view.page(request, me, "figures.html", context)

    def _account(self, figures: AimFigures) -> Aim:
        account = self.view.room.accounts.get(figures.name)
        return _aim(figures, account.handle if account else figures.name)


_ADDED = ("recorded", "cases", "replies")


def _aim(figures: AimFigures, words: str) -> Aim:
    return Aim(
        name=figures.name,
        words=words,
        posts=_told(figures.posts),
        cases=_told(figures.cases),
        leads=figures.cases >= FEW,
    )


def _told(number: int) -> str:
    return f"{number:,}" if number >= FEW else f"fewer than {FEW}"


class _link:  # noqa: N801 - in the template it reads as the function that it is
    """Makes the address of the cases behind a number: opened in the period, unless days are given."""

    def __init__(self, found: Figures) -> None:
        self._first, self._last = found.days[0].day, found.days[-1].day

    def __call__(self, **sought: str) -> str:
        return f"/cases?{urlencode({'from': self._first, 'to': self._last} | sought)}"

    def of(self, bar: Bar, **sought: str) -> str:
        """Of one day or week."""
        return f"/cases?{urlencode({'from': bar.first, 'to': bar.last} | sought)}"


def _bars(days: Sequence[DayFigures]) -> list[Bar]:
    """The days one by one, or put together from the last one back to whole weeks, the first of which may be short."""
    if len(days) < WEEKS_FROM:
        return [_bar([day]) for day in days]
    short = len(days) % 7
    weeks = [days[:short]] if short else []
    weeks += [days[start : start + 7] for start in range(short, len(days), 7)]
    return [_bar(week) for week in weeks]


def _bar(days: Sequence[DayFigures]) -> Bar:
    added = {name: sum(getattr(day, name) for day in days) for name in ("ignored", *_ADDED)}
    return Bar(first=days[0].day, last=days[-1].day, words=day_words(days[0].day), **added)


@lru_cache(maxsize=KEPT_DRAWINGS)
def _charts(bars: tuple[Bar, ...], policies: tuple[PolicyFigures, ...], days: int) -> Mapping[str, object]:
    """The drawings, which the same numbers need not have drawn again."""
    labels = [bar.words for bar in bars]
    by = "week" if days >= WEEKS_FROM else "day"
    period = f"the last {days} days"

    def peak(values: Sequence[int], words: str) -> str:
        highest = max(range(len(values)), key=values.__getitem__)
        if not values[highest]:
            return f"None in {period}."
        return f"{sum(values):,} {words} in {period}; the most, {values[highest]:,}, in the {by} of {labels[highest]}."

    mentions = [bar.mentions for bar in bars]
    cases, recorded = [bar.cases for bar in bars], [bar.recorded for bar in bars]
    abuse = [one + other for one, other in zip(cases, recorded, strict=True)]
    replies = [bar.replies for bar in bars]
    drawn: dict[str, object] = {
        "mentions": standing_bars(
            "mentions", f"Mentions, by {by}", peak(mentions, "mentions"), labels, {"Mentions": mentions}
        ),
        "abuse": standing_bars(
            "abuse",
            f"Cases and recorded posts, by {by}",
            peak(abuse, "cases and recorded posts"),
            labels,
            {"Cases": cases, "Recorded": recorded},
        ),
        "replies": standing_bars(
            "replies", f"Replies, by {by}", peak(replies, "replies"), labels, {"Replies": replies}
        ),
    }
    drawn["policies"] = ""
    if shown := policies[:LONGEST_CHART]:
        first = shown[0]
        drawn["policies"] = lying_bars(
            "policies",
            "Cases and recorded posts, by policy",
            f"The most, {first.cases + first.recorded:,}, under {policy_words(first.policy)}.",
            [policy_words(each.policy) for each in shown],
            {"Cases": [each.cases for each in shown], "Recorded": [each.recorded for each in shown]},
        )
    return drawn
