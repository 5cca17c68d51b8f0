"""One judgement told step by step, as lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.telling import LEFT_OUT, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rules import Explanation
    from bot.rules.telling import Attempt


def told(explanation: Explanation, *, rules: int, ours: str) -> Iterator[str]:
    """The lines of an explanation: how it was read, which of so many rules found their words, what came of each.

    `ours` is the handle of an account of ours, for the advice how to try the text as said to it.
    """
    telling = tell(explanation, rules=rules)
    for reading in telling.readings:
        how = "  and with disguises undone" if reading.undone else f"The {reading.field}, as it was read"
        yield f"{how}: “{reading.text}”"
    if telling.left_out:
        yield f"  {LEFT_OUT}"
    yield ""
    yield telling.found
    for attempt in telling.attempts:
        yield from _attempt(attempt)
    yield ""
    if telling.to_nobody:
        yield f"This was judged as a post that answers nobody. To see it said to you, write {ours} before it."
    yield from telling.outcome
    yield from telling.shadows


def _attempt(attempt: Attempt) -> Iterator[str]:
    """One rule at one place, condition by condition."""
    facts = f"{attempt.rule}: {attempt.policy}, severity {attempt.severity}"
    facts += "" if attempt.state == "live" else f", {attempt.state}"
    yield f"{'✓' if attempt.holds else '✗'} {attempt.title or attempt.rule} ({facts})"
    yield f"    found “{attempt.words}” in the {attempt.field}"
    for step in attempt.steps:
        yield f"    {'and' if step.holds else 'but'} {step.told}"
    yield "    so it holds" if attempt.holds else "    so it does not hold"
