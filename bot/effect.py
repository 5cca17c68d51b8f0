"""What an edit of the rules would change, before it is made: examples that would fail, texts judged otherwise.

The texts are those that the bot keeps anyway. They are judged in another process, so that the bot goes on meanwhile,
and first by the rules alone that the edit touches: by all rules only where one of these holds.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.crew import in_order
from bot.model import History
from bot.rules import Rulebook
from bot.rules.amending import ORDER
from bot.rules.written import Written
from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from bot.model import Match, Mention, Verdict
    from bot.rules.written import WrittenRule
    from bot.yaml_file import Problem

    Parts = Mapping[str, Any]
    """What a `Rulebook` is made of, by the names of its arguments."""

SAMPLES = 20
"""Texts of each kind of change that are shown."""
NOBODY = History()
"""Of a past text nothing else is asked than what it says; what a rule makes of authors, its own examples show."""


class Change(StrEnum):
    """What may become of a mention under the new rules, when it is not the same as before."""

    NEWLY = "newly flagged"
    NO_LONGER = "no longer flagged"
    VERDICT = "another verdict"
    POLICY = "another policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastText:
    """A text that the bot keeps."""

    mention: Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A text that would be judged otherwise."""

    text: PastText
    change: Change
    matches: tuple[Match, ...]
    """What flags it: by the new rules, or by the old ones where it is no longer flagged."""
    before: str
    """The verdict, as one word."""
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an edit would change."""

    problems: tuple[str, ...] = ()
    """Why the rules could not be used at all; when there are any, nothing else was looked at."""
    failing: tuple[str, ...] = ()
    """The examples that would be judged wrongly, each with its rule."""
    rules: tuple[str, ...] = ()
    """The rules that would hold for other words than before, or in another state; those added and gone among them."""
    weakened: tuple[str, ...] = ()
    """Rules about danger among them that would hold, or be acted on, more seldom."""
    judged: int = 0
    """Past texts that were looked at."""
    counts: Mapping[Change, int] = field(default_factory=dict)
    samples: tuple[Changed, ...] = ()
    """Some of the texts, the newest first."""

    @property
    def sound(self) -> bool:
        """Whether the edited rules can run: they can be read, and hold for their own examples."""
        return not self.problems and not self.failing


async def effect(old: Parts, new: Parts, texts: Sequence[PastText]) -> Effect:
    """What becomes of these texts, the newest first, and of all examples, when the new rules take the old ones' place.

    Raises WorkerFailedError or BrokenProcessPool when the other process could not do it.
    """
    return await asyncio.to_thread(_beside, partial(comparing, old, new), texts)


def _beside(build: Callable[[], Callable[[Sequence[PastText]], Effect]], texts: Sequence[PastText]) -> Effect:
    """The effect, found in one other process."""
    (found,) = in_order([texts], build, workers=2)
    return found


def comparing(old: Parts, new: Parts) -> Callable[[Sequence[PastText]], Effect]:
    """What compares by these two sets of rules; the old ones are known to be sound."""
    before = Rulebook(**old)
    try:
        after = Rulebook(**new)
    except BadFile as bad:
        problems = tuple(map(_told, bad.problems))
        return lambda _texts: Effect(problems=problems)
    rules, weaker = touched(before, after), weakened(Written(before), Written(after))
    alike = before.speech == after.speech
    failing = tuple(map(_told, _failures(before, after, rules) if alike else after.failures()))

    def compare(texts: Sequence[PastText]) -> Effect:
        found = [each for each in (_changed(before, after, text, rules if alike else None) for text in texts) if each]
        kinds = [each.change for each in found]
        return Effect(
            failing=failing,
            rules=rules,
            weakened=weaker,
            judged=len(texts),
            counts={kind: kinds.count(kind) for kind in Change if kind in kinds},
            samples=tuple(each for kind in Change for each in _of(kind, found)[:SAMPLES]),
        )

    return compare


def touched(old: Rulebook, new: Rulebook) -> tuple[str, ...]:
    """The rules that are not the same in both, in the order of the new ones, then those that are gone."""
    before, after = ({rule.id: (rule.digest, rule.state) for rule in book.rules} for book in (old, new))
    edited = [rule for rule, facts in after.items() if before.get(rule) != facts]
    return (*edited, *(rule for rule in before if rule not in after))


def _failures(old: Rulebook, new: Rulebook, rules: Collection[str]) -> list[Problem]:
    """The examples that fail among those of the rules that are touched, or whose examples are others than before."""
    before, after = (
        {rule: (each.section.matches, each.section.ignores) for rule, each in Written(book).rules.items()}
        for book in (old, new)
    )
    chosen = {rule for rule, said in after.items() if rule in rules or before.get(rule) != said}
    return new.failures(of=chosen) if chosen else []


def weakened(old: Written, new: Written) -> tuple[str, ...]:
    """The rules about danger that are gone, turned down, excused by more, or that look for less than before."""
    return tuple(rule.facts.id for rule in old.rules.values() if rule.facts.danger and _weaker(rule, old, new))


def _weaker(rule: WrittenRule, old: Written, new: Written) -> bool:
    after = new.rules.get(rule.facts.id)
    if after is None or not after.facts.danger:
        return True
    if ORDER.index(after.facts.state) < ORDER.index(rule.facts.state):
        return True
    if set(after.section.unless) - set(rule.section.unless):
        return True
    return bool(old.looked_for(rule) - new.looked_for(after))


def changed(old: Verdict, new: Verdict) -> Change | None:
    """What becomes of a mention; `None` when it is flagged as before, or as little."""
    if old.abusive != new.abusive:
        return Change.NEWLY if new.abusive else Change.NO_LONGER
    if old.kind is not new.kind:
        return Change.VERDICT
    return Change.POLICY if old.policy != new.policy else None


def _changed(old: Rulebook, new: Rulebook, text: PastText, rules: Collection[str] | None) -> Changed | None:
    """What becomes of a text when only these rules differ; `None` for them when all may."""
    mention = text.mention
    if rules is not None and not any(book.holding(mention, NOBODY, rules) for book in (old, new)):
        return None
    before, after = old.judge(mention, NOBODY), new.judge(mention, NOBODY)
    change = changed(before, after)
    if change is None:
        return None
    matches = before.matches if change is Change.NO_LONGER else after.matches
    return Changed(text=text, change=change, matches=matches, before=str(before.kind), after=str(after.kind))


def _of(kind: Change, found: Iterable[Changed]) -> list[Changed]:
    return [each for each in found if each.change is kind]


def _told(problem: Problem) -> str:
    """A mistake, with the name of its file and not the whole way to it."""
    name = Path(problem.file).name
    place = name if problem.line is None else f"{name}, line {problem.line}"
    return ": ".join(part for part in (place, problem.message) if part)
