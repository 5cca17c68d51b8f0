"""The report as one page that needs nothing else: read on a phone, printed on A4, without a script."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.evenness import overlap
from bot.naming import policy_name
from bot.report.figures import NONE
from bot.report.office import WORDS, quarters
from bot.report.sheet import rates
from bot.report.told import ENOUGH_READINGS
from bot.suppression import LEAST
from bot.web.charts import lying_bars, standing_bars

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bot.report.making import Made
    from bot.report.told import Report, TableTold

DRAWN = ("reply_policy", "safety_policy")
"""Tables that have a chart."""
LONGEST_CHART = 12
WHOLE = 10
"""From so many hundredths on a tenth says nothing."""
HOUR, DAY = 60, 1440
"""In minutes."""


def page(made: Made) -> str:
    """The report as HTML."""
    environment = Environment(
        loader=PackageLoader("bot.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        capitalized=capitalized, code=in_words, day=day, overlap=overlap, percent=percent, rates=rates, span=span
    )
    found = {each.table.name: each for each in made.report.tables}
    style = files("bot.report").joinpath("templates", "report.css").read_text(encoding="utf-8")
    return environment.get_template("report.html").render(
        made=made,
        found=found,
        judged=found["judged"],
        charts=_charts(made.report),
        removed=_removed(found["replied_post"]),
        least=LEAST,
        enough=ENOUGH_READINGS,
        quarters=quarters(made.period),
        ages=WORDS,
        style=Markup(style),  # noqa: S704  our own file
    )


def capitalized(text: str) -> str:
    """With a capital first letter, and nothing else changed."""
    return text[:1].upper() + text[1:]


def day(at: date) -> str:
    """`1 November 2026`."""
    return f"{at.day} {at:%B %Y}"


def percent(share: float) -> str:
    """A share between 0 and 1 in hundredths, small ones with a tenth: `12 %`, `3.4 %`; never broken between lines."""
    hundredths = 100 * share
    return f"{hundredths:.{0 if hundredths >= WHOLE else 1}f}\N{NO-BREAK SPACE}%"


def span(minutes: int) -> str:
    """How long, in the largest unit that says enough: `under a minute`, `12 min`, `3 h`, `2 days`."""
    if minutes < 1:
        return "under a minute"
    if minutes < 2 * HOUR:
        return f"{minutes} min"
    return f"{minutes // HOUR} h" if minutes < 2 * DAY else f"{timedelta(minutes=minutes).days} days"


def in_words(code: str) -> str:
    """A row's code as one reads it: `personal abuse`, `no clause`."""
    return "no clause" if code == NONE else policy_name(code)


def _charts(report: Report) -> Mapping[str, Markup | None]:
    """A drawing of what each table tells, where it tells anything."""
    drawn: dict[str, Markup | None] = {"by_base": None}
    tables = {each.table.name: each for each in report.tables}
    for name in DRAWN:
        told = sorted(((each.n, code) for code, each in tables[name].rows.items() if each.n), reverse=True)
        shown = told[:LONGEST_CHART]
        drawn[name] = None
        if shown:
            words = [in_words(code) for _, code in shown]
            sentence = f"The most, {shown[0][0]:,}, under {words[0]}. The table below has the same numbers."
            bars = {"Cases": [n for n, _ in shown]}
            drawn[name] = lying_bars(name.replace("_", "-"), tables[name].table.title, sentence, words, bars)
    known = {key: each.n or 0 for key, each in report.by_base.items()}
    if len(known) > 1 and any(known.values()):
        sentence = "Where nothing stands, nothing is told. The table below has the same numbers."
        drawn["by_base"] = standing_bars(
            "by-base", "Abusive posts and cases", sentence, list(known), {"Cases": list(known.values())}
        )
    return drawn


def _removed(posts: TableTold) -> float | None:
    """The share of answered posts that were removed; `None` where that is not told."""
    gone, there = posts.rows["gone"], posts.rows["there"]
    if gone.n is None or there.n is None or gone.or_more or there.or_more:
        return None
    return gone.n / (gone.n + there.n)
