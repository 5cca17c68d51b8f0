"""One judgement told step by step, for somebody who is not a programmer."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from bot.rules.conditions import TO_NOBODY
from bot.rules.place import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.model import Verdict
    from bot.rules import Explanation
    from bot.rules.judging import Tried

NOTHING_FOUND = "None of the {} rules found its words: nothing in it stands on any of their lists."
_NOT = "they are not "
_NO_EXCUSE = re.compile(r"^none of .* \((\d+) in all\) stands (.+)$")
"""A list of which nothing stands there."""
_THEY = re.compile(r"^they ")
_BLANKED = re.compile(r"@? {3,}")
"""What was left out of a reading; a single @ stays for a person."""
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


def told(explanation: Explanation, *, rules: int, ours: str) -> Iterator[str]:
    """The lines of an explanation: how it was read, which of so many rules found their words, what came of each.

    `ours` is the handle of an account of ours, for the advice how to try the text as said to it.
    """
    yield from _read(explanation)
    yield ""
    found = len({tried.rule.id for tried in explanation.tried})
    yield f"Rules that found their words: {found} of {rules}" if found else NOTHING_FOUND.format(rules)
    for tried in _worth_telling(explanation.tried):
        yield from _tried(tried)
    yield ""
    if any(TO_NOBODY in outcome.told for tried in explanation.tried for outcome in tried.outcomes):
        yield f"This was judged as a post that answers nobody. To see it said to you, write {ours} before it."
    yield from _verdict(explanation.verdict)
    yield from _in_shadow(explanation.tried)


def _read(explanation: Explanation) -> Iterator[str]:
    """Each way in which each piece of text was read."""
    before, left_out = None, False
    for name, text in explanation.readings:
        plain = _BLANKED.sub(" … ", text).strip()
        left_out = left_out or plain != text.strip()
        shown = plain if len(plain) <= _MOST_SHOWN else f"{plain[:_MOST_SHOWN]}…"
        if name != before:
            yield f"The {name.replace('_', ' ')}, as it was read: “{shown}”"
        else:
            yield f"  and with disguises undone: “{shown}”"
        before = name
    if left_out:
        yield "  … stands for a handle, an address or a flag: nobody is judged by a name."


def _worth_telling(tried: Iterable[Tried]) -> list[Tried]:
    """The rules that hold, each where it first does; then those that do not, each once for every reason why."""
    first: dict[object, Tried] = {}
    holding = {each.rule.id for each in tried if each.holds}
    for each in tried:
        if each.holds or each.rule.id not in holding:
            first.setdefault((each.rule.id, each.holds or each.outcomes[-1].told), each)
    return sorted(first.values(), key=lambda each: not each.holds)


def _tried(tried: Tried) -> Iterator[str]:
    """One rule at one place, condition by condition."""
    rule = tried.rule
    facts = f"{rule.id}: {rule.policy}, severity {rule.severity}" + ("" if rule.state == "live" else f", {rule.state}")
    yield f"{'✓' if tried.holds else '✗'} {rule.title or rule.id} ({facts})"
    yield f"    found “{tried.words}” in the {tried.field.replace('_', ' ')}"
    for outcome in _in_short(tried.outcomes, outright=tried.holds):
        told = _NO_EXCUSE.sub(r"none of \1 phrases that would excuse them stands \2", outcome.told)
        told = told if outcome.holds else outcome.told
        yield f"    {'and' if outcome.holds else 'but'} {_THEY.sub('these words ', told)}"
    yield "    so it holds" if tried.holds else "    so it does not hold"


def _in_short(outcomes: Iterable[Outcome], *, outright: bool) -> Iterator[Outcome]:
    """The outcomes, with all the manners in which the words are *not* meant put into one."""
    for usual, several in itertools.groupby(outcomes, key=lambda each: each.holds and each.told.startswith(_NOT)):
        if usual:
            manners = ", ".join(each.told.removeprefix(_NOT) for each in several)
            yield Outcome(holds=True, told=f"they are {'said outright: ' if outright else ''}not {manners}")
        else:
            yield from several


def _in_shadow(tried: Iterable[Tried]) -> Iterator[str]:
    """What the rules that hold in shadow would do."""
    for rule in {each.rule.id: each.rule for each in tried if each.holds and each.rule.state == "shadow"}.values():
        due = _DUE[rule.kind].partition(".")[0]
        yield f"{rule.id} holds, but is in shadow: it only counts. Were it live, its verdict would be {due}."


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
    several = " Of the rules that hold alike, the first by its name counts" if len(verdict.matches) > 1 else ""
    winner = f"{several}: {verdict.matches[0].rule}." if several else ""
    yield f"Verdict: {_DUE[verdict.kind]}{winner}"
