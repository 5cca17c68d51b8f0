"""Judges one mention: each piece of its text in every reading, each rule that finds its words there.

The automaton names the candidates, a pattern verifies them, and only then are conditions asked, cheapest first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.model import Match, VerdictKind
from bot.rules.conditions import SoundsLike
from bot.rules.place import Place

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterator

    from bot.rules.compiled import Compiled, Language, Rule
    from bot.rules.disguise import Reading
    from bot.rules.place import Circumstances, Condition, Outcome
    from bot.rules.search import Found


_Places = dict[int, list[tuple[int, int]]]
"""Of rules, where in the original text."""


LONG = 4_000
"""Characters from which a text that is not searched to its end goes to a person."""
SHOWN = 200
"""Characters of it that stand for its evidence."""


@dataclass(frozen=True, slots=True)
class Held:
    """A match, with what the verdict needs of its rule."""

    match: Match
    rule: Rule
    spoken_to: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """One place where a rule found its words, and what became of it."""

    rule: Rule
    field: str
    start: int
    end: int
    """In the original text."""
    words: str
    outcomes: tuple[Outcome, ...]
    """Of the conditions asked, in order; the last failed when the rule does not hold."""
    holds: bool


@dataclass(slots=True)
class Judging:
    """What is known of one mention while it is being judged."""

    compiled: Compiled
    faults: Counter[int]
    language: Language
    foreign: bool
    """Whether the mention is declared as another language than the one it is judged as."""
    around: Circumstances
    only: Collection[int] | None = None
    """The rules to be tried, whatever their state; `None` for all that are not off."""
    record: bool = False
    """Whether `readings` and `tried` are kept, for an explanation."""
    held: dict[tuple[int, str], Held] = field(default_factory=dict)
    """By rule and piece of text: its first match."""
    aside: dict[tuple[int, str], str] = field(default_factory=dict)
    """Why a rule that found its words does not hold."""
    unsearched: dict[str, set[int]] = field(default_factory=dict)
    """Pieces of text that were not searched to the end, and for which rules; for none when disguises were left."""
    readings: list[tuple[str, str]] = field(default_factory=list)
    """Every reading of every piece of text."""
    tried: list[Tried] = field(default_factory=list)

    def read_all(self) -> None:
        """Judge every piece of text that the author chose."""
        mention = self.around.mention
        for name, text in mention.fields():
            self.read(name, text)
        if mention.content_warning:
            self._read_across(mention.content_warning, mention.text)

    def _read_across(self, warning: str, text: str) -> None:
        """Judge what begins in the content warning and goes on in the text: by rules that escalate alone."""
        joined = Judging(self.compiled, self.faults, self.language, self.foreign, self.around, self.only)
        joined.read("text", f"{warning} {text}")
        border = len(warning) + 1
        for key, held in joined.held.items():
            end = held.match.end - border
            if held.rule.danger and held.match.start < border and end > 0 and key not in self.held:
                self.held[key] = replace(held, match=replace(held.match, start=0, end=end, text=text[:end]))

    def unread_dangers(self) -> Iterator[Held]:
        """For each long text in which a threat may have been missed: a rule that was to find it, for a person to read.

        Who hides a threat behind thousands of other words must not gain by it. No abuse is held against them for it.
        """
        for name, text in self.around.mention.fields():
            missed = min(self.unsearched.get(name, ()), default=None)
            if missed is None or len(text) < LONG or any(held.rule.danger for held in self.held.values()):
                continue
            rule = self.compiled.rules[missed]
            match = Match(
                rule=rule.id, policy=rule.policy, severity=rule.severity,
                field=name, start=0, end=SHOWN, text=text[:SHOWN], concern=True,
            )  # fmt: skip
            yield Held(match, rule, spoken_to=False)

    def read(self, name: str, text: str) -> None:
        """Judge one piece of text: its first match for each rule is held, else it is noted why not.

        The fullest reading comes first: what excuses the words there, though in disguise, excuses them in the others.
        """
        readings = self.language.disguises.readings(text)
        if self.record:
            self.readings += ((name, reading.text) for reading in readings)
        excused: _Places = {}
        sober = [reading for reading in reversed(readings) if not reading.for_danger]
        for reading in (*sober, *(reading for reading in readings if reading.for_danger)):
            for place, spans in self._read(reading, name, text, excused).items():
                excused.setdefault(place, []).extend(spans)

    def _read(self, reading: Reading, name: str, text: str, excused: _Places) -> _Places:
        """Judge a text as it reads here, but for what is excused already; what is excused here."""
        searched = self.language.search(reading, only=self.only)
        if searched.unsearched or not reading.whole:
            left = [rule for rule in searched.unsearched if self.compiled.rules[rule].state == "live"]
            if left or not reading.whole:
                self.unsearched[name] = self.unsearched.get(name, set()).union(left)
        here: _Places = {}
        for found in sorted(searched.found, key=lambda each: (each.start, -each.end, each.rule)):
            rule = self.compiled.rules[found.rule]
            wanted = self.only is not None or (rule.state != "off" and rule.kind is not VerdictKind.IGNORE)
            if not wanted or (found.rule, name) in self.held or _among(excused, found, reading):
                continue
            if self._try(rule, found, name, text, reading):
                here.setdefault(found.rule, []).append(reading.span(found.start, found.end))
        return here

    def _try(self, rule: Rule, found: Found, name: str, text: str, reading: Reading) -> bool:
        """Ask the conditions of a rule that found its words; whether something there excuses them.

        A rule that fails is counted, and holds nowhere.
        """
        key = (found.rule, name)
        try:
            outcomes = self._outcomes(rule, found, name, reading.text)
        except Exception:  # noqa: BLE001  whatever one rule does, the others must still judge
            self.faults[found.rule] += 1
            if rule.danger:
                self.unsearched.setdefault(name, set()).add(found.rule)
            return False
        holds = outcomes[-1].holds if outcomes else True
        start, end = reading.span(found.start, found.end)
        if self.record:
            self.tried.append(Tried(rule, name, start, end, text[start:end], outcomes, holds))
        if not holds:
            self.aside[key] = outcomes[-1].told
            return outcomes[-1].excuses
        match = Match(
            rule=rule.id, policy=rule.policy, severity=rule.severity,
            field=name, start=start, end=end, text=text[start:end], concern=rule.concern,
        )  # fmt: skip
        spoken_to = self.language.stance.speaks_to(reading.text, found.start, found.end)
        self.held[key] = Held(match, rule, spoken_to)
        return False

    def _outcomes(self, rule: Rule, found: Found, name: str, text: str) -> tuple[Outcome, ...]:
        """What each condition says, up to the first that fails."""
        at = Place(text, found.start, found.end, self.language.stance, self.around, rule.danger, name)
        asked: list[Outcome] = []
        for condition in self._conditions(rule):
            asked.append(condition(at))
            if not asked[-1].holds:
                break
        return tuple(asked)

    def _conditions(self, rule: Rule) -> tuple[Condition, ...]:
        """What must hold; first of all, in a text declared as foreign, that the sentence is in this language."""
        if self.foreign and not (rule.danger or rule.any_language):
            return SoundsLike(self.language.code, self.language.sounds_like), *rule.conditions
        return rule.conditions


def _among(excused: _Places, found: Found, reading: Reading) -> bool:
    """Whether these words, or part of them, were excused in another reading."""
    if found.rule not in excused:
        return False
    start, end = reading.span(found.start, found.end)
    return any(since < end and start < until for since, until in excused[found.rule])
