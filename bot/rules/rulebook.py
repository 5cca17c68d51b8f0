"""The one door to the rules: a mention goes in, a verdict with its reasons comes out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import regex

from bot import yaml_file
from bot.model import Match, Verdict, VerdictKind
from bot.rules import examples, loading
from bot.rules.affiliation import Claims
from bot.rules.conditions import why_not
from bot.rules.disguise import fold
from bot.rules.stance import sentence, target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from bot import config
    from bot.model import History, Mention
    from bot.rules.language import RuleState
    from bot.rules.loading import Compiled, Language, Rule
    from bot.rules.matchers import Found

MOST_REASONS = 6
MOST_NAMED = 3
"""Rules that one sentence names."""
_LETTERS = regex.compile(r"\p{L}")
_SCRIPT_SAMPLE = 400
LOOK_ALIKES = 0.9
"""A text in which this share of letters looks Latin is disguised, not foreign."""

HATRED = 3
"""The severity from which a rule is about hatred."""


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What `rules list` and `status` tell of one rule."""

    id: str
    policy: str
    severity: int
    state: RuleState
    lang: str
    file: str
    line: int | None
    words: int
    patterns: int
    unanchored: int
    """Patterns without a literal word, which cost time on every text."""
    danger: bool
    """Whether it escalates: it guards people against threats, or against having their address spread."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A match, with what the verdict needs of its rule."""

    match: Match
    rule: Rule
    spoken_to: bool


class Rulebook:
    """All rules of one party, compiled. Judging has no effect and the same mention always gets the same verdict."""

    def __init__(self, compiled: Compiled, faults: Counter[int], claims: Claims, lang: str, ours: _Ours) -> None:
        self._compiled = compiled
        self._faults = faults
        self._claims = claims
        self._lang = lang
        self._ours = ours

    @classmethod
    def load(  # noqa: PLR0913  each is a part of the configuration, and all are named
        cls,
        *,
        packs: Sequence[Path],
        policies: config.Policies,
        rules: config.Rules,
        party: config.Party,
        own: Collection[str],
        protected: Collection[str],
        new_account_days: int = 30,
    ) -> Rulebook:
        """The shipped rules and those in the folders. Raises BadFile with every problem, failed examples among them.

        `own` and `protected` are handles with their servers. An account younger than `new_account_days` is doubted.
        """
        faults: Counter[int] = Counter()
        compiled = loading.load(packs, policies, rules, faults)
        ours = _Ours(_lowered(own), _lowered(protected))
        book = cls(compiled, faults, Claims(party, own, new_account_days), party.lang.split("-")[0].lower(), ours)
        problems = list(examples.failures(compiled))
        if problems:
            raise yaml_file.BadFile(problems)
        return book

    @property
    def slurs(self) -> frozenset[str]:
        """Words that no text of ours may hold: the plain words of rules about hatred."""
        written = (example.section for example in self._compiled.examples)
        return frozenset(word for section in written if section.severity >= HATRED for word in section.words)

    @property
    def rules(self) -> tuple[RuleFacts, ...]:
        """Every rule, in the order of the packs, whatever its state."""
        return tuple(
            RuleFacts(**{name: getattr(rule, name) for name in RuleFacts.__dataclass_fields__})
            for rule in self._compiled.rules
        )

    @property
    def languages(self) -> frozenset[str]:
        """The languages that have a pack."""
        return frozenset(self._compiled.languages)

    @property
    def faults(self) -> Mapping[str, int]:
        """How often each rule was skipped because it failed; empty when all is well."""
        return MappingProxyType({self._compiled.rules[place].id: count for place, count in self._faults.items()})

    def judge(self, mention: Mention, history: History) -> Verdict:
        """What the rules say of a mention, and why. Never raises; a rule that fails is skipped and counted."""
        return self._judge(mention, history, [])

    def explain(self, mention: Mention, history: History) -> list[str]:
        """Each step of one judgement, in words."""
        steps: list[str] = []
        verdict = self._judge(mention, history, steps)
        steps += [*verdict.reasons, f"Verdict: {verdict.kind}."]
        return steps

    def _judge(self, mention: Mention, history: History, steps: list[str]) -> Verdict:
        judging = _Judging(*self._language_of(mention), steps)
        for name, text in mention.fields():
            self._read(judging, name, text)
        live = sorted((each for each in judging.held.values() if each.rule.state == "live"), key=_precedence)
        reasons = [*judging.unread, *self._unsearched(judging), *(_said(each) for each in live)]
        reasons += [judging.aside[key] for key in sorted(judging.aside.keys() - judging.held.keys())]
        if not live:
            reasons.append("No rule holds." if not judging.aside else "No other rule holds.")
        return self._verdict(mention, history, judging, live, tuple(reasons[:MOST_REASONS]))

    def _verdict(
        self, mention: Mention, history: History, judging: _Judging, live: list[_Held], reasons: tuple[str, ...]
    ) -> Verdict:
        shadow = sorted((each for each in judging.held.values() if each.rule.state == "shadow"), key=_precedence)
        shadows = tuple(each.match for each in shadow)
        affiliation = self._claims.claim(mention, history)
        read = not judging.unread
        if not live:
            return Verdict(shadow=shadows, affiliation=affiliation, reasons=reasons, read=read)
        first = live[0]
        answerable = read and not judging.unsearched
        return Verdict(
            kind=first.rule.kind if answerable else _unanswered(first.rule.kind),
            policy=first.rule.policy,
            severity=first.rule.severity,
            matches=tuple(each.match for each in live),
            shadow=shadows,
            target=target(
                mention,
                spoken_to=first.spoken_to,
                characteristic=first.rule.characteristic,
                own=self._ours.own,
                protected=self._ours.protected,
            ),
            affiliation=affiliation,
            reasons=reasons,
            read=read,
        )

    def _read(self, judging: _Judging, field: str, text: str) -> None:
        """Judge one piece of text: its first match for each rule is held, else it is noted why not."""
        language = judging.language
        for number, reading in enumerate(language.disguises.readings(text)):
            if number:
                judging.steps.append(f"The {field} is read once more with its disguises undone.")
            searched = language.search(reading)
            left = [rule for rule in searched.unsearched if self._compiled.rules[rule].state == "live"]
            if left or not reading.whole:
                judging.unsearched[field] = judging.unsearched.get(field, set()).union(left)
            for found in sorted(searched.found, key=lambda each: (each.start, -each.end, each.rule)):
                rule, key = self._compiled.rules[found.rule], (found.rule, field)
                if rule.state == "off" or key in judging.held or rule.kind is VerdictKind.IGNORE:
                    continue
                try:
                    reason = judging.why_not(rule, reading.text, found)
                except Exception:  # noqa: BLE001  whatever one rule does, the others must still judge
                    self._faults[found.rule] += 1
                    if rule.danger:
                        judging.unsearched.setdefault(field, set()).add(found.rule)
                    continue
                if reason:
                    judging.aside[key] = f"Rule {rule.id} found its words in the {field}, but {reason}."
                    continue
                start, end = reading.span(found.start, found.end)
                match = Match(
                    rule=rule.id, policy=rule.policy, severity=rule.severity,
                    field=field, start=start, end=end, text=text[start:end],
                )  # fmt: skip
                spoken_to = language.stance.speaks_to(reading.text, found.start, found.end)
                judging.held[key] = _Held(match, rule, spoken_to)

    def _unsearched(self, judging: _Judging) -> Iterator[str]:
        """A sentence for each piece of text in which a threat may have been missed."""
        for name, places in judging.unsearched.items():
            rules = sorted(self._compiled.rules[place].id for place in places)
            named = ", ".join([*rules[:MOST_NAMED], *(["others"] if len(rules) > MOST_NAMED else [])])
            whom = f" for {named}" if named else ""
            yield f"The {name} could not be searched to its end{whom}: read it yourself. It is not answered."

    def _language_of(self, mention: Mention) -> tuple[Language, bool, list[str]]:
        """The rules that apply, whether the text is declared as something else, and why the mention is not read."""
        code = (mention.lang or self._lang).replace("_", "-").split("-")[0].lower()
        language, ours = self._compiled.languages.get(code), self._compiled.languages.get(self._lang)
        if language is None and ours is not None:
            judged = f"judged as “{ours.code}”, it is at most recorded, unless somebody is in danger"
            return ours, True, [f"Not read: declared as “{code}”, which no rule pack covers; {judged}."]
        if language is None:
            return self._compiled.neutral, False, [f"Not read: there is no rule pack for the language “{code}”."]
        if not mention.text.isascii() and not self._covers_script(mention.text):
            return language, False, ["Not read: most of it is in a script that no rule pack covers."]
        return language, False, []

    def _covers_script(self, text: str) -> bool:
        """Whether most letters are such as the packs are written in; look-alikes among them are forgiven."""
        letters = "".join(_LETTERS.findall(text[:_SCRIPT_SAMPLE]))
        if len(self._compiled.script.findall(letters)) * 2 >= len(letters):
            return True
        return sum(1 for letter in fold(letters) if letter.isascii()) >= len(letters) * LOOK_ALIKES


@dataclass(slots=True)
class _Judging:
    """What is known of one mention while it is being judged."""

    language: Language
    foreign: bool
    """Whether the mention is declared as another language than the one it is judged as."""
    unread: list[str]
    steps: list[str]
    held: dict[tuple[int, str], _Held] = field(default_factory=dict)
    """By rule and piece of text: its first match."""
    aside: dict[tuple[int, str], str] = field(default_factory=dict)
    """Why a rule that found its words does not hold."""
    unsearched: dict[str, set[int]] = field(default_factory=dict)
    """Pieces of text that were not searched to the end, and for which rules; for none when disguises were left."""

    def why_not(self, rule: Rule, text: str, found: Found) -> str | None:
        """Why a rule that found its words does not hold; `None` when it does."""
        ours = not self.foreign or rule.danger or rule.any_language
        if not ours and not self.language.sounds_like(sentence(text, found.start, found.end)):
            return f"the sentence is hardly “{self.language.code}”"
        return why_not(rule, self.language.stance, text, found.start, found.end)


@dataclass(frozen=True, slots=True)
class _Ours:
    """Handles in lower case."""

    own: frozenset[str]
    protected: frozenset[str]


def _lowered(handles: Collection[str]) -> frozenset[str]:
    return frozenset(handle.lower() for handle in handles)


def _precedence(held: _Held) -> tuple[int, int, str, str]:
    """The highest verdict first, then severity, then rule id."""
    return -held.rule.kind.rank, -held.rule.severity, held.rule.id, held.match.field


def _unanswered(kind: VerdictKind) -> VerdictKind:
    return VerdictKind.RECORD if kind is VerdictKind.RESPOND else kind


def _said(held: _Held) -> str:
    return f"Rule {held.rule.id} ({held.rule.policy}, severity {held.rule.severity}) holds in the {held.match.field}."
