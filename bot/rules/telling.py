"""One judgement put into words, step by step, for somebody who is no programmer: for a terminal or for a page."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.rules.conditions import TO_NOBODY
from bot.rules.place import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.model import Verdict
    from bot.rules.compiled import RuleState
    from bot.rules.judging import Tried
    from bot.rules.rulebook import Explanation

NOTHING_FOUND = "None of the {} rules found its words: nothing in it stands on any of their lists."
LEFT_OUT = "… stands for a handle, an address or a flag: nobody is judged by a name."
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


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which a piece of text was read."""

    field: str
    """In words: `content warning`."""
    text: str
    """As much of it as is shown."""
    undone: bool
    """Whether it is the text with disguises undone, and not the plainest reading."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one condition said, to follow “and” where it holds and “but” where it does not."""

    holds: bool
    told: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One place where a rule found its words, and why it holds there or does not."""

    rule: str
    title: str
    policy: str
    severity: int
    state: RuleState
    words: str
    """What the author wrote there."""
    field: str
    """In words."""
    steps: tuple[Step, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """A judgement in words, in the order in which it is read."""

    readings: tuple[Reading, ...]
    left_out: bool
    """Whether a reading has the sign for what was left out of it."""
    found: str
    """How many rules found their words."""
    attempts: tuple[Attempt, ...]
    """The rules that hold, each where it first does; then those that do not, each once for every reason why."""
    to_nobody: bool
    """Whether it mattered that the text was judged as a post that answers nobody."""
    outcome: tuple[str, ...]
    """What comes of it all, a sentence each; the verdict stands last but for what rules in shadow would do."""
    shadows: tuple[str, ...]
    """What the rules that hold in shadow would do."""


def tell(explanation: Explanation, *, rules: int) -> Telling:
    """The words for an explanation: how it was read, which of so many rules found their words, what came of each."""
    readings = tuple(_readings(explanation))
    found = len({tried.rule.id for tried in explanation.tried})
    return Telling(
        readings=readings,
        left_out=any(_BLANKED.search(text) for _, text in explanation.readings),
        found=f"Rules that found their words: {found} of {rules}" if found else NOTHING_FOUND.format(rules),
        attempts=tuple(_attempt(tried) for tried in _worth_telling(explanation.tried)),
        to_nobody=any(TO_NOBODY in outcome.told for tried in explanation.tried for outcome in tried.outcomes),
        outcome=tuple(_verdict(explanation.verdict)),
        shadows=tuple(_in_shadow(explanation.tried)),
    )


def _readings(explanation: Explanation) -> Iterator[Reading]:
    """Each way in which each piece of text was read."""
    before = None
    for name, text in explanation.readings:
        plain = _BLANKED.sub(" … ", text).strip()
        shown = plain if len(plain) <= _MOST_SHOWN else f"{plain[:_MOST_SHOWN]}…"
        yield Reading(name.replace("_", " "), shown, undone=name == before)
        before = name


def _worth_telling(tried: Iterable[Tried]) -> list[Tried]:
    """The rules that hold, each where it first does; then those that do not, each once for every reason why."""
    first: dict[object, Tried] = {}
    holding = {each.rule.id for each in tried if each.holds}
    for each in tried:
        if each.holds or each.rule.id not in holding:
            first.setdefault((each.rule.id, each.holds or each.outcomes[-1].told), each)
    return sorted(first.values(), key=lambda each: not each.holds)


def _attempt(tried: Tried) -> Attempt:
    """One rule at one place, condition by condition."""
    rule = tried.rule
    return Attempt(
        rule=rule.id,
        title=rule.title,
        policy=rule.policy,
        severity=rule.severity,
        state=rule.state,
        words=tried.words,
        field=tried.field.replace("_", " "),
        steps=tuple(_steps(tried)),
        holds=tried.holds,
    )


def _steps(tried: Tried) -> Iterator[Step]:
    for outcome in _in_short(tried.outcomes, outright=tried.holds):
        told = _NO_EXCUSE.sub(r"none of \1 phrases that would excuse them stands \2", outcome.told)
        told = told if outcome.holds else outcome.told
        yield Step(outcome.holds, _THEY.sub("these words ", told))


def _in_short(outcomes: Iterable[Outcome], *, outright: bool) -> Iterator[Outcome]:
    """The outcomes, with all the manners in which the words are *not* meant put into one."""
    for usual, several in itertools.groupby(outcomes, key=lambda each: each.holds and each.told.startswith(_NOT)):
        if usual:
            manners = ", ".join(each.told.removeprefix(_NOT) for each in several)
            yield Outcome(holds=True, told=f"they are {'said outright: ' if outright else ''}not {manners}")
        else:
            yield from several


def _in_shadow(tried: Iterable[Tried]) -> Iterator[str]:
    for rule in {each.rule.id: each.rule for each in tried if each.holds and each.rule.state == "shadow"}.values():
        due = _DUE[rule.kind].partition(".")[0]
        yield f"{rule.id} holds, but is in shadow: it only counts. Were it live, its verdict would be {due}."


def _verdict(verdict: Verdict) -> Iterator[str]:
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
