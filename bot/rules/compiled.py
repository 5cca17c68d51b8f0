"""All packs, compiled: facts that are plain content and can be kept, and the languages that judge by them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec
import regex

from bot.model import VerdictKind
from bot.rules.conditions import RuleCondition
from bot.rules.disguise import Disguises, Signs
from bot.rules.lexicon import Ending, Lexicon
from bot.rules.matchers import Matcher
from bot.rules.search import Search
from bot.rules.sieve import Sifting
from bot.rules.stance import Context, Stance

if TYPE_CHECKING:
    from collections import Counter

    from bot.rules.pack_files import PackFiles

RuleState: TypeAlias = Literal["live", "shadow", "off"]
FEWEST_KNOWN = 3
MOST_KNOWN = 0.5
"""So many words, and so large a share of all, must be known before a text declared as something else is believed."""
_WORD = regex.compile(r"\p{L}{2,}")


class RuleFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What `rules list` and `status` tell of one rule."""

    id: str
    title: str
    policy: str
    severity: int
    state: RuleState
    kind: VerdictKind
    """What is due when it holds."""
    lang: str
    file: str
    line: int | None
    words: int
    patterns: int
    examples: int
    near_misses: int
    unanchored: int
    """Patterns without a literal word, which cost time on every text."""
    digest: str
    """SHA-256 of all that decides when it holds, the lists and templates that it uses among them."""

    @property
    def danger(self) -> bool:
        """Whether it escalates: it guards people against threats, or against having their address spread."""
        return self.kind is VerdictKind.ESCALATE


class Rule(RuleFacts, frozen=True, kw_only=True):
    """A compiled rule: what it serves, and the conditions that its words must meet."""

    characteristic: str | None
    conditions: tuple[RuleCondition, ...]
    """What must hold where its words stand, cheapest first."""
    any_language: bool
    concern: bool
    """Whether it finds somebody who needs looking after, and no abuse."""


class LanguageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What judging texts in one language rests on."""

    code: str
    vocabulary: frozenset[str]
    """Words that rules know, folded."""
    masked: tuple[str, ...]
    excuses: frozenset[str]
    """Words that only turn the meaning of others."""
    respelt: dict[str, tuple[str, ...]]
    signs: Signs
    context: Context
    lists: dict[str, tuple[str, ...]]
    """As far as the context names them."""
    inflections: dict[str, tuple[Ending, ...]]
    matchers: tuple[int, ...]
    """Places among all matchers."""
    danger: tuple[int, ...]
    """Rules that escalate, by their places."""
    sifted: Sifting
    speech: str
    """All that bears on how every text is read, spelt out, so that a change in it shows."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What all packs together say."""

    rules: tuple[Rule, ...]
    matchers: tuple[Matcher, ...]
    """Of all rules, each with the place of its own."""
    languages: dict[str, LanguageFacts]
    """By their codes. That of no language has the rules that hold in any."""
    script: str
    """A pattern for a letter of any script that a pack is written in."""
    slurs: frozenset[str]
    """The plain words of rules about hatred."""


class Language:
    """Everything that judges texts in one language."""

    def __init__(self, facts: LanguageFacts, matchers: tuple[Matcher, ...], faults: Counter[int]) -> None:
        """`matchers` are those of all rules; `faults` counts how often each rule, by its place, failed."""
        self.code = facts.code
        self.speech = facts.speech
        self.disguises = Disguises(
            facts.vocabulary, facts.masked, facts.signs, facts.code, facts.respelt, facts.excuses
        )
        self.search = Search([matchers[place] for place in facts.matchers], faults, facts.danger, facts.sifted)
        self.stance = Stance(facts.context, Lexicon(facts.lists, inflections=facts.inflections))

    def sounds_like(self, folded: str) -> bool:
        """Whether these words may well be of this language: most stand in its rules. Single letters prove nothing."""
        words = _WORD.findall(folded)
        known = sum(self.disguises.knows(word) for word in words)
        return known >= FEWEST_KNOWN and known >= len(words) * MOST_KNOWN


class Compiled:
    """All packs, ready to judge."""

    def __init__(self, facts: Facts, files: PackFiles, faults: Counter[int], digest: str) -> None:
        """`files` are what they were compiled from, and `digest` that of all that bears on it.

        `faults` counts how often each rule, by its place, failed.
        """
        self._facts = facts
        self._faults = faults
        self.files = files
        self.digest = digest
        self.rules = facts.rules
        self.slurs = facts.slurs
        self.languages = {code: self._language(code) for code in facts.languages if code}
        self.script = regex.compile(facts.script)

    @cached_property
    def neutral(self) -> Language:
        """What is judged where the language has no pack: few ever need it."""
        return self._language("")

    def _language(self, code: str) -> Language:
        return Language(self._facts.languages[code], self._facts.matchers, self._faults)
