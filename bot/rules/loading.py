"""Reads rule packs, compiles them by language, and refuses what a rule's author would regret: all mistakes at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import regex

from bot import yaml_file
from bot.model import VerdictKind
from bot.rules.amending import amended, amendments, lost, turned_down
from bot.rules.compiling import Compiling
from bot.rules.disguise import Disguises, fold
from bot.rules.language import Pack, RuleSection, RuleState
from bot.rules.lexicon import BadPattern, Lexicon
from bot.rules.matchers import (
    Matcher,
    compiled,
    pattern_matcher,
    vocabulary,
    word_matcher,
)
from bot.rules.remembered import Remembered
from bot.rules.search import SEARCH_SECONDS, Search
from bot.rules.sharing import Shared, share
from bot.rules.stance import Context, Stance
from bot.rules.standard import bounded

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from bot import config
    from bot.rules.compiling import Keys
    from bot.rules.place import Condition

SHIPPED = Path(__file__).parent / "packs"
DANGER = frozenset({"threat", "self_harm", "at_risk", "stalking", "doxxing", "child"})
"""Policies that always escalate, whatever the configuration says."""

PROBE = 2_000
"""Length of the texts on which a pattern of the party's own is tried before it is accepted."""
MOST_PROBES = 8
"""Such texts of letters, and of words."""
FEWEST_KNOWN = 3
MOST_KNOWN = 0.5
"""So many words, and so large a share of all, must be known before a text declared as something else is believed."""
_WORD = regex.compile(r"\p{L}{2,}")


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule: what it serves, and the conditions that its words must meet."""

    id: str
    title: str
    policy: str
    severity: int
    state: RuleState
    kind: VerdictKind
    """What is due when it holds."""
    characteristic: str | None
    lang: str
    file: str
    line: int | None
    words: int
    patterns: int
    examples: int
    near_misses: int
    unanchored: int
    """Patterns without a literal word, which are tried on every text."""
    conditions: tuple[Condition, ...]
    """What must hold where its words stand, cheapest first."""
    any_language: bool
    concern: bool
    """Whether it finds somebody who needs looking after, and no abuse."""
    digest: str
    """SHA-256 of all that decides when it holds."""

    @property
    def danger(self) -> bool:
        """Whether it escalates."""
        return self.kind is VerdictKind.ESCALATE


@dataclass(frozen=True, slots=True)
class Language:
    """Everything that judges texts in one language."""

    code: str
    disguises: Disguises
    search: Search
    stance: Stance
    speech: str
    """All that bears on how every text is read, spelt out, so that a change in it shows."""

    def sounds_like(self, folded: str) -> bool:
        """Whether these words may well be of this language: most stand in its rules. Single letters prove nothing."""
        words = _WORD.findall(folded)
        known = sum(self.disguises.knows(word) for word in words)
        return known >= FEWEST_KNOWN and known >= len(words) * MOST_KNOWN


@dataclass(frozen=True, slots=True)
class Example:
    """A rule as it was written and amended, with its examples."""

    place: int
    """Among the compiled rules."""
    section: RuleSection
    pack: yaml_file.Loaded[Pack]
    index: int
    """Among the rules of its file."""
    amended: yaml_file.Loaded[Pack] | None
    """The file that amends it; its examples come last."""


@dataclass(frozen=True)
class Compiled:
    """All packs, ready to judge."""

    rules: tuple[Rule, ...]
    languages: dict[str, Language]
    of_no_language: Callable[[], Language]
    """Makes `neutral`, which few ever need."""
    examples: tuple[Example, ...]
    script: regex.Pattern[str]
    """A letter of any script that a pack is written in."""
    packs: tuple[yaml_file.Loaded[Pack], ...]
    """Every file as it is written, in the order in which they are read."""

    @cached_property
    def neutral(self) -> Language:
        """What is judged where the language has no pack."""
        return self.of_no_language()


def load(
    folders: Sequence[Path],
    policies: config.Policies,
    rules: config.Rules,
    faults: Counter[int],
    cache: Path | None = None,
    *,
    texts: Mapping[Path, str] | None = None,
) -> Compiled:
    """Read and compile all packs. Raises BadFile with every problem of shape, reference or pattern.

    `cache` keeps what is worked out from the packs alone. `texts` are the files of `folders`, instead of the disk's.
    """
    remembered = Remembered(cache)
    problems: list[yaml_file.Problem] = []
    packs = list(_read([SHIPPED], problems)) if rules.shipped else []
    packs += _read(folders, problems, texts)
    if problems:  # what a file that cannot be read would have shared would now be missed everywhere
        raise yaml_file.BadFile(problems)
    shared = share(packs, problems)
    building = _Building(policies, rules, shared, problems, remembered, amendments(packs, problems))
    for pack in packs:
        for index, section in enumerate(pack.value.rules):
            building.add(pack, index, section)
    unknown = sorted(set(rules.states) - building.places.keys())
    for rule_id in unknown:
        near = yaml_file.nearest(rule_id, building.places)
        problems.append(
            yaml_file.Problem("config.yaml", None, f"rules.states.{rule_id}", f"there is no such rule{near}")
        )
    problems += lost(packs, building.places)
    if problems:
        raise yaml_file.BadFile(problems)
    remembered.keep()
    return building.compiled(faults, packs)


def _read(
    folders: Iterable[Path], problems: list[yaml_file.Problem], texts: Mapping[Path, str] | None = None
) -> Iterator[yaml_file.Loaded[Pack]]:
    for folder in folders:
        written = folder.rglob("*") if texts is None else (path for path in texts if path.is_relative_to(folder))
        packs = sorted(path for path in written if path.suffix in yaml_file.SUFFIXES)
        if not packs:
            none = "no rule pack in this folder; the name of one ends in .yaml"
            message = none if folder.is_dir() else "no such folder of rule packs"
            problems.append(yaml_file.Problem(str(folder), None, "", message))
        for path in packs:
            try:
                yield yaml_file.read(path, Pack, texts[path] if texts else None)
            except yaml_file.BadFile as bad:
                problems.extend(bad.problems)


class _Building:
    """Collects rules and matchers, with a problem for whatever cannot be one."""

    def __init__(
        self,
        policies: config.Policies,
        rules: config.Rules,
        shared: dict[str, Shared],
        problems: list[yaml_file.Problem],
        remembered: Remembered,
        amendments: Mapping[str, yaml_file.Loaded[Pack]],
    ) -> None:
        self._remembered = remembered
        self._amendments = amendments
        self._policies = policies
        self._states = rules.states
        self._shared = shared
        self._problems = problems
        self._lexicons = {
            lang: Lexicon(each.lists, each.context.unskipped if each.context else (), each.inflections)
            for lang, each in shared.items()
        }
        self.places: dict[str, int] = {}
        self._written: dict[str, str] = {}
        self._rules: list[Rule] = []
        self._matchers: list[list[Matcher]] = []
        self._words: list[frozenset[str]] = []
        self._excuses: frozenset[str] = frozenset()
        self._examples: list[Example] = []

    def add(self, pack: yaml_file.Loaded[Pack], index: int, section: RuleSection) -> None:
        """Compile one rule, as another file may have amended it."""
        before = len(self._problems)
        by = self._amendments.get(section.id)
        if by is not None:
            section = self._amended(section, by)
        self._refuse(pack, index, section)
        sources = self._sources(pack, index, section)
        conditions = self._conditions(pack, index, section)
        if len(self._problems) > before:
            self.places.setdefault(section.id, -1)
            return
        place = self.places[section.id] = len(self._rules)
        matchers = [replace(matcher, rule=place) for matcher, _ in sources]
        self._rules.append(self._rule(pack, index, section, matchers, conditions))
        self._matchers.append(matchers)
        self._words.append(vocabulary(source for _, source in sources))
        self._excuses |= vocabulary(map(fold, section.unless))
        self._examples.append(Example(place, section, pack, index, by))

    def _amended(self, section: RuleSection, by: yaml_file.Loaded[Pack]) -> RuleSection:
        """The rule as that file amends it; nobody turns down a rule about danger without a word."""
        changes = by.value.amended[section.id]
        if self._due(section) is VerdictKind.ESCALATE and turned_down(section, changes) and not changes.why.strip():
            message = f"rule “{section.id}” guards people against danger: say why it is turned down"
            self._problems.append(by.problem("amended", section.id, "why", message=message))
        return amended(section, changes)

    def _rule(
        self,
        pack: yaml_file.Loaded[Pack],
        index: int,
        section: RuleSection,
        matchers: list[Matcher],
        conditions: tuple[Condition, ...],
    ) -> Rule:
        return Rule(
            id=section.id,
            title=section.title,
            policy=section.policy,
            severity=section.severity,
            state=self._state(section),
            kind=self._due(section),
            characteristic=self._characteristic(section),
            lang=pack.value.lang,
            file=str(pack.path),
            line=pack.line("rules", index),
            words=sum(matcher.is_word for matcher in matchers),
            patterns=sum(not matcher.is_word for matcher in matchers),
            examples=len(section.matches),
            near_misses=len(section.ignores),
            unanchored=sum(not matcher.anchors for matcher in matchers),
            conditions=conditions,
            any_language=section.any_language,
            concern=section.concern,
            digest=_digest(section, matchers, conditions),
        )

    def compiled(self, faults: Counter[int], written: Iterable[yaml_file.Loaded[Pack]]) -> Compiled:
        """Everything added so far, by language."""
        packs = [example.pack.value for example in self._examples]
        codes = sorted({pack.lang for pack in packs})
        scripts = sorted({pack.script for pack in packs}) or ["Latin"]
        return Compiled(
            rules=tuple(self._rules),
            languages={code: self._language(code, faults) for code in codes},
            of_no_language=partial(self._language, "", faults),
            examples=tuple(self._examples),
            script=regex.compile("|".join(rf"\p{{Script={script}}}" for script in scripts)),
            packs=tuple(written),
        )

    def _language(self, code: str, faults: Counter[int]) -> Language:
        """The rules of a language, with those of others that hold in any; of no language, the latter alone."""
        chosen = [
            place for place, rule in enumerate(self._rules) if rule.lang == code or rule.any_language or rule.danger
        ]
        shared = self._shared.get(code) or next(iter(self._shared.values()), Shared())
        lexicon = Lexicon(shared.lists, inflections=shared.inflections)
        words = frozenset().union(*(self._words[place] for place in chosen))
        context = shared.context or Context()
        return Language(
            code=code,
            disguises=Disguises(
                words | {fold(word) for word in context.second_person},
                map(fold, shared.masked),
                shared.emoji,
                code,
                shared.respelt,
                self._excuses | vocabulary(phrase for phrases in context.model_dump().values() for phrase in phrases),
            ),
            search=Search(
                [matcher for place in chosen for matcher in self._matchers[place]],
                faults,
                danger=[place for place in chosen if self._rules[place].danger],
            ),
            stance=Stance(context, lexicon),
            speech=shared.speech,
        )

    def _characteristic(self, section: RuleSection) -> str | None:
        clause = self._policies.clauses.get(section.policy)
        return section.characteristic or (clause.characteristic if clause else None)

    def _due(self, section: RuleSection) -> VerdictKind:
        clause = self._policies.clauses.get(section.policy)
        if section.policy in DANGER or (clause and clause.verdict is VerdictKind.ESCALATE):
            return VerdictKind.ESCALATE
        if clause is None or clause.verdict is VerdictKind.IGNORE:
            return VerdictKind.IGNORE
        too_mild = section.severity < self._policies.respond_from
        return VerdictKind.RECORD if too_mild else clause.verdict

    def _state(self, section: RuleSection) -> RuleState:
        return self._states.get(section.id, section.state)

    def _refuse(self, pack: yaml_file.Loaded[Pack], index: int, section: RuleSection) -> None:
        """What is wrong with a rule as a whole."""
        say = self._problems.append
        if section.id in self.places:
            message = f"there is another rule “{section.id}”, in {self._written[section.id]}; give this one another id"
            say(pack.problem("rules", index, "id", message=message))
        self._written.setdefault(section.id, f"{pack.path}:{pack.line('rules', index, 'id')}")
        if section.policy not in self._policies.clauses and self._state(section) != "off":
            near = yaml_file.nearest(section.policy, self._policies.clauses)
            message = f"rule “{section.id}” serves a policy that policies.clauses in config.yaml does not have{near}"
            message += f"{' There' if near else '; there'} are: {', '.join(self._policies.clauses)}"
            say(pack.problem("rules", index, "policy", message=message))
        if section.concern and self._due(section) is not VerdictKind.ESCALATE:
            message = f"rule “{section.id}” is a concern, so its policy must be one that escalates"
            say(pack.problem("rules", index, "concern", message=message))
        if not (section.words or section.phrases or section.patterns or section.templates):
            message = f"rule “{section.id}” has no words, phrases, patterns or templates, so it can never hold"
            say(pack.problem("rules", index, message=message))

    def _sources(self, pack: yaml_file.Loaded[Pack], index: int, section: RuleSection) -> list[tuple[Matcher, str]]:
        """Each matcher of the rule with the source it came from."""
        found: list[tuple[Matcher, str]] = []
        for kind, at, source in self._entries(pack, index, section):
            try:
                found += self._matchers_of(kind, source, section, pack)
            except BadPattern as bad:
                self._problems.append(pack.problem("rules", index, kind, at, message=f"rule “{section.id}”: {bad}"))
        return found

    def _entries(
        self, pack: yaml_file.Loaded[Pack], index: int, section: RuleSection
    ) -> Iterator[tuple[str, int, str]]:
        """Each word, phrase or pattern of the rule, with the key it stands under and its place there."""
        for kind in ("words", "phrases", "patterns"):
            for at, source in enumerate(getattr(section, kind)):
                yield kind, at, source
        templates = self._shared[pack.value.lang].templates
        for at, name in enumerate(section.templates):
            if name not in templates:
                message = f"rule “{section.id}”: there is no template “{name}”{yaml_file.nearest(name, templates)}"
                self._problems.append(pack.problem("rules", index, "templates", at, message=message))
            for source in templates.get(name, ()):
                yield "templates", at, source

    def _matchers_of(
        self, kind: str, source: str, section: RuleSection, pack: yaml_file.Loaded[Pack]
    ) -> Iterator[tuple[Matcher, str]]:
        """The matchers of one entry, each with its source. Raises BadPattern."""
        lexicon = self._lexicons[pack.value.lang]
        if kind == "words":
            for word in lexicon.words((source,)):
                yield word_matcher(0, word), word
            return
        expanded = lexicon.pattern(source, section.where, literal=kind == "phrases")
        ours = SHIPPED in pack.path.parents
        if not ours:  # the tests compile ours; it is slow, and needed only where anchors are met
            _try_hard(compiled(expanded))
        matcher = pattern_matcher(0, expanded, self._remembered.needs)
        yield replace(matcher, bounded=kind == "phrases" or (ours and bounded(expanded))), expanded

    def _conditions(self, pack: yaml_file.Loaded[Pack], index: int, section: RuleSection) -> tuple[Condition, ...]:
        """What must hold where the rule's words stand."""

        def refuse(at: Keys, bad: BadPattern) -> None:
            self._problems.append(pack.problem("rules", index, *at, message=f"rule “{section.id}”: {bad}"))

        compiling = Compiling(self._lexicons[pack.value.lang], section.where, refuse)
        return compiling.conditions(
            section,
            danger=self._due(section) is VerdictKind.ESCALATE,
            of_person=self._characteristic(section) is None,
        )


def _digest(section: RuleSection, matchers: Iterable[Matcher], conditions: tuple[Condition, ...]) -> str:
    """The same for as long as the rule holds for the same texts: lists and templates are taken in as they are used."""
    found = sorted(matcher.source for matcher in matchers)
    written = section.model_dump_json(include={"severity", "policy", "any_language", "concern"})
    return hashlib.sha256("\n".join([written, *found, repr(conditions)]).encode()).hexdigest()


def _try_hard(pattern: regex.Pattern[str]) -> None:
    """Try a pattern on texts that are hard for a careless one. Raises BadPattern when it takes too long."""
    letters = dict.fromkeys(regex.findall(r"[a-z0-9]", pattern.pattern))
    words = dict.fromkeys(regex.findall(r"[a-z]{2,}", pattern.pattern))
    for piece in (*list(letters)[:MOST_PROBES], *(f"{word} " for word in list(words)[:MOST_PROBES])):
        try:
            pattern.search(f"{piece * (PROBE // len(piece))}! {''.join(letters)}", timeout=SEARCH_SECONDS)
        except TimeoutError:
            raise BadPattern(
                f"takes too long on a text such as “{piece * 3}…”: avoid a repeat within a repeat, such as (a+)+"
            ) from None
