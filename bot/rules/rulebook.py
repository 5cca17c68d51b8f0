"""The one door to the rules: a mention goes in, a verdict with its reasons comes out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import regex

from bot import yaml_file
from bot.model import Affiliation, Match, Verdict, VerdictKind
from bot.rules import examples, loading
from bot.rules.conditions import why_not
from bot.rules.disguise import fold
from bot.rules.stance import Stance
from bot.rules.target import target

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from bot import config
    from bot.model import History, Mention
    from bot.rules.language import RuleState
    from bot.rules.loading import Compiled, Language, Rule

MOST_REASONS = 6
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


@dataclass(frozen=True, slots=True)
class _Held:
    """A match, with what the verdict needs of its rule."""

    match: Match
    rule: Rule
    spoken_to: bool


class Rulebook:
    """All rules of one party, compiled. Judging has no effect and the same mention always gets the same verdict."""

    def __init__(self, compiled: Compiled, faults: Counter[int], stance: Stance, lang: str, ours: _Ours) -> None:
        self._compiled = compiled
        self._faults = faults
        self._stance = stance
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
        book = cls(compiled, faults, Stance(party, own, new_account_days), party.lang.split("-")[0].lower(), ours)
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
        language, unread = self._language_of(mention)
        held: dict[tuple[int, str], _Held] = {}
        aside: dict[tuple[int, str], str] = {}
        for field, text in mention.fields():
            self._read(language, field, text, held, aside, steps)
        live = sorted((each for each in held.values() if each.rule.state == "live"), key=_precedence)
        shadow = sorted((each for each in held.values() if each.rule.state == "shadow"), key=_precedence)
        affiliation = self._stance.claim(mention, history)
        reasons = [*unread, *(_said(each) for each in live)]
        reasons += [aside[key] for key in sorted(aside.keys() - held.keys())]
        if not live:
            reasons.append("No rule holds." if not aside else "No other rule holds.")
        return self._verdict(mention, live, shadow, affiliation, tuple(reasons[:MOST_REASONS]), read=not unread)

    def _verdict(
        self,
        mention: Mention,
        live: list[_Held],
        shadow: list[_Held],
        affiliation: Affiliation,
        reasons: tuple[str, ...],
        *,
        read: bool,
    ) -> Verdict:
        shadows = tuple(each.match for each in shadow)
        if not live:
            return Verdict(shadow=shadows, affiliation=affiliation, reasons=reasons, read=read)
        first = live[0]
        kind = VerdictKind.RECORD if first.rule.kind is VerdictKind.RESPOND and not read else first.rule.kind
        return Verdict(
            kind=kind,
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

    def _read(
        self,
        language: Language,
        field: str,
        text: str,
        held: dict[tuple[int, str], _Held],
        aside: dict[tuple[int, str], str],
        steps: list[str],
    ) -> None:
        """Judge one piece of text: its first match for each rule goes to `held`, else why not to `aside`."""
        for number, reading in enumerate(language.disguises.readings(text)):
            if number:
                steps.append(f"The {field} is read once more with its disguises undone.")
            for found in sorted(language.search(reading), key=lambda each: (each.start, -each.end, each.rule)):
                rule, key = self._compiled.rules[found.rule], (found.rule, field)
                if rule.state == "off" or key in held or rule.kind is VerdictKind.IGNORE:
                    continue
                try:
                    reason = why_not(rule, language.voice, reading.text, found.start, found.end)
                except Exception:  # noqa: BLE001  whatever one rule does, the others must still judge
                    self._faults[found.rule] += 1
                    continue
                if reason:
                    aside[key] = f"Rule {rule.id} found its words in the {field}, but {reason}."
                    continue
                start, end = reading.span(found.start, found.end)
                match = Match(
                    rule=rule.id, policy=rule.policy, severity=rule.severity,
                    field=field, start=start, end=end, text=text[start:end],
                )  # fmt: skip
                held[key] = _Held(match, rule, language.voice.speaks_to(reading.text, found.start, found.end))

    def _language_of(self, mention: Mention) -> tuple[Language, list[str]]:
        """The rules that apply, and a sentence when that means that the mention is not read."""
        code = (mention.lang or self._lang).replace("_", "-").split("-")[0].lower()
        language = self._compiled.languages.get(code)
        if language is None:
            return self._compiled.neutral, [f"Not read: there is no rule pack for the language “{code}”."]
        if not mention.text.isascii() and not self._covers_script(mention.text):
            return language, ["Not read: most of it is in a script that no rule pack covers."]
        return language, []

    def _covers_script(self, text: str) -> bool:
        """Whether most letters are such as the packs are written in; look-alikes among them are forgiven."""
        letters = "".join(_LETTERS.findall(text[:_SCRIPT_SAMPLE]))
        if len(self._compiled.script.findall(letters)) * 2 >= len(letters):
            return True
        return sum(1 for letter in fold(letters) if letter.isascii()) >= len(letters) * LOOK_ALIKES


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


def _said(held: _Held) -> str:
    return f"Rule {held.rule.id} ({held.rule.policy}, severity {held.rule.severity}) holds in the {held.match.field}."
