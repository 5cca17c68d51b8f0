"""A backtest as one self-contained page: nothing is loaded from elsewhere, and texts stay veiled until asked for."""

from __future__ import annotations

from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.effect import Change
from bot.lab.backtest_tables import moves, nothing_differs, outcome, policy_rows, rule_rows, rules_of, samples
from bot.lab.tables import percent
from bot.visible import visible

if TYPE_CHECKING:
    from bot.lab.backtest import Changed
    from bot.lab.backtest_tables import Report


def page(report: Report) -> str:
    """The report as HTML."""
    environment = Environment(
        loader=PackageLoader("bot.lab"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, marked=marked, outcome=outcome, rules_of=rules_of, visible=visible)
    rules, tally = rule_rows(report), report.tally
    return environment.get_template("backtest.html").render(
        report=report,
        tally=tally,
        style=files("bot.web").joinpath("static", "style.css").read_text(encoding="utf-8"),
        same=tally.mentions - tally.changes.total(),
        same_rules=nothing_differs(report),
        shadow_rules=[rule for rule in rules if rule.in_shadow and rule.new],
        changes=[(change, tally.changes[change], samples(report, change)) for change in Change],
        shadows=samples(report, None),
        moves=moves(report),
        policies=policy_rows(report),
        moved=[rule for rule in rules if rule.moved],
        unmoved=[rule for rule in rules if not rule.moved],
    )


def marked(changed: Changed) -> list[tuple[str, bool]]:
    """The text in pieces, and whether a rule of either version found its evidence in the piece."""
    spans = [*changed.old.spans, *changed.new.spans]
    places = sorted({0, len(changed.text), *(place for span in spans for place in span)})
    return [
        (visible(changed.text[start:end]), any(first <= start and end <= last for first, last in spans))
        for start, end in pairwise(places)
    ]
