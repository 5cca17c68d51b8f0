"""One judgement told step by step, for somebody who is not a programmer."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from bot.rules.place import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.model import Verdict
    from bot.rules import Explanation
    from bot.rules.judging import Tried

_NOT = "they are not "
_MOST_SHOWN = 300
"""Characters of a reading that are shown."""
_WHOM = {
    "account": "the account that is answered",
    "protected": "a protected person",
    "person": "a person",
    "group": "a group",
}
_DUE = {
    "ignore": "ignore. It is no abuse by these rules.",
    "record": "record. It is abuse, and no reply is due.",
    "respond": "respond. It is abuse, and a reply may be proposed; a named person decides.",
    "escalate": "escalate. It goes to the safety team and is never answered in public.",
}


def told(explanation: Explanation, *, rules: int) -> Iterator[str]:
    """The lines of an explanation: how it was read, which of so many rules found their words, what came of each."""
    yield from _read(explanation)
    yield ""
    found = len({tried.rule.id for tried in explanation.tried})
    yield f"Rules that found their words: {found or 'none'} of {rules}"
    for tried in sorted(explanation.tried, key=lambda each: not each.holds):
        yield from _tried(tried)
    yield ""
    yield from _verdict(explanation.verdict)


def _read(explanation: Explanation) -> Iterator[str]:
    """Each way in which each piece of text was read."""
    before = None
    for name, text in explanation.readings:
        shown = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
        if name != before:
            yield f"The {name.replace('_', ' ')}, in plain small letters: “{shown}”"
        else:
            yield f"  also read, disguises undone:   “{shown}”"
        before = name


def _tried(tried: Tried) -> Iterator[str]:
    """One rule at one place, condition by condition."""
    rule = tried.rule
    facts = f"{rule.id}: {rule.policy}, severity {rule.severity}" + ("" if rule.state == "live" else f", {rule.state}")
    yield f"{'✓' if tried.holds else '✗'} {rule.title or rule.id} ({facts})"
    place = f"in the {tried.field.replace('_', ' ')}, characters {tried.start + 1} to {tried.end}"
    yield f"    found “{tried.words}” {place}"
    for outcome in _in_short(tried.outcomes):
        yield f"    {'as it must be' if outcome.holds else 'but'}: {outcome.told}"
    yield "    so it holds" if tried.holds else "    so it does not hold"


def _in_short(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes, with all the manners in which the words are *not* meant put into one."""
    for usual, several in itertools.groupby(outcomes, key=lambda each: each.holds and each.told.startswith(_NOT)):
        if usual:
            manners = ", ".join(each.told.removeprefix(_NOT) for each in several)
            yield Outcome(holds=True, told=f"they are said outright: not {manners}")
        else:
            yield from several


def _verdict(verdict: Verdict) -> Iterator[str]:
    """What comes of it all."""
    for reason in verdict.reasons:
        if reason.startswith("Not read"):
            yield reason
    if verdict.target is not None:
        about = f", for their {verdict.target.characteristic}" if verdict.target.characteristic else ""
        yield f"Aimed at: {verdict.target.handle or _WHOM[verdict.target.kind]}{about}"
    claim = verdict.affiliation
    if claim.evidence:
        shown = f"{'; '.join(claim.evidence)} (confidence {claim.confidence:.2f})"
        yield f"The author claims to be a {claim.claim}: {shown}"
    for doubt in claim.doubts:
        yield f"Doubt about the author: {doubt}"
    winner = f" The strongest rule is {verdict.matches[0].rule}." if len(verdict.matches) > 1 else ""
    yield f"Verdict: {_DUE[verdict.kind]}{winner}"
