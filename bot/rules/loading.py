"""Compiles rule packs by language, and refuses what a rule's author would regret: all mistakes at once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import regex

from bot import yaml_file
from bot.model import VerdictKind
from bot.rules.amending import amended_twice, lost, turned_down
from bot.rules.compiled import Compiled, Facts, LanguageFacts, Rule
from bot.rules.compiling import Compiling
from bot.rules.disguise import fold
from bot.rules.kept import Kept
from bot.rules.lexicon import BadPattern, Lexicon
from bot.rules.matchers import Matcher, compiled, vocabulary, word_matcher
from bot.rules.pack_files import SHIPPED
from bot.rules.proofs import proof
from bot.rules.remembered import Remembered
from bot.rules.search import SEARCH_SECONDS
from bot.rules.sharing import Shared, names_in, reached, share
from bot.rules.sieve import sifting
from bot.rules.stance import Context
from bot.rules.standard import bounded

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bot import config
    from bot.rules.anchors import Needs
    from bot.rules.compiled import RuleState
    from bot.rules.compiling import Keys
    from bot.rules.conditions import RuleCondition
    from bot.rules.language import Pack, RuleSection
    from bot.rules.pack_files import PackFiles, RuleSource

DANGER = frozenset({"threat", "self_harm", "at_risk", "stalking", "doxxing", "child"})
"""Policies that always escalate, whatever the configuration says."""
HATRED = 3
"""The severity from which a rule is about hatred."""

PROBE = 2_000
"""Length of the texts on which a pattern of the party's own is tried before it is accepted."""
MOST_PROBES = 8
"""Such texts of letters, and of words."""


def load(
    files: PackFiles, policies: config.Policies, rules: config.Rules, faults: Counter[int], cache: Path | None = None
) -> Compiled:
    """Compile all packs, or take what an earlier start made of the same. Raises BadFile with every problem.

    `cache` is a folder that keeps what is worked out from the packs alone.
    """
    texts = (part for path, text in files.texts.items() for part in (str(path), text))
    key = proof(policies.model_dump_json(), rules.model_dump_json(), *texts)
    kept = Kept(cache, "rules", Facts, key)
    facts = None if files.unreadable else kept.read()
    if facts is None:
        facts = _compiled(files, policies, rules, Remembered(cache))
        kept.write(facts)
    return Compiled(facts, files, faults, key)


def _compiled(files: PackFiles, policies: config.Policies, rules: config.Rules, remembered: Remembered) -> Facts:
    """What all packs say together. Raises BadFile with every problem of shape, reference or pattern."""
    packs = files.packs
    problems = list(amended_twice(packs))
    building = _Building(policies, rules, share(packs, problems), problems, remembered)
    for rule in files.rules:
        building.add(rule)
    for pack in packs:
        building.refuse_context(pack)
    for rule_id in sorted(set(rules.states) - building.ids.keys()):
        near = yaml_file.nearest(rule_id, building.ids)
        problems.append(
            yaml_file.Problem("config.yaml", None, f"rules.states.{rule_id}", f"there is no such rule{near}")
        )
    problems += lost(packs, building.ids)
    if problems:
        raise yaml_file.BadFile(problems)
    facts = building.facts()
    remembered.keep()
    return facts


class _Building:
    """Collects rules and matchers, with a problem for whatever cannot be one."""

    def __init__(
        self,
        policies: config.Policies,
        rules: config.Rules,
        shared: dict[str, Shared],
        problems: list[yaml_file.Problem],
        remembered: Remembered,
    ) -> None:
        self._remembered = remembered
        self._policies = policies
        self._states = rules.states
        self._shared = shared
        self._problems = problems
        self._lexicons = {
            lang: Lexicon(each.lists, each.context.unskipped if each.context else (), each.inflections)
            for lang, each in shared.items()
        }
        self.ids: dict[str, str] = {}
        """Where each rule stands, by its id."""
        self._rules: list[Rule] = []
        self._scripts: set[str] = set()
        self._matchers: list[Matcher] = []
        self._words: list[frozenset[str]] = []
        """Of each rule."""
        self._excuses: frozenset[str] = frozenset()
        self._slurs: set[str] = set()

    def add(self, rule: RuleSource) -> None:
        """Compile one rule, as another file may have amended it."""
        before = len(self._problems)
        self._refuse_amendment(rule)
        self._refuse(rule)
        matchers = self._sources(rule)
        conditions = self._conditions(rule)
        if len(self._problems) > before:
            return
        self._rules.append(self._rule(rule, matchers, conditions))
        self._scripts.add(rule.pack.value.script)
        self._matchers += matchers
        self._words.append(vocabulary(matcher.source for matcher in matchers))
        self._excuses |= vocabulary(map(fold, rule.section.unless))
        if rule.section.severity >= HATRED:
            self._slurs.update(rule.section.words)

    def _refuse_amendment(self, rule: RuleSource) -> None:
        """Nobody turns down a rule about danger without a word."""
        if rule.amended is None:
            return
        section, changes = rule.written, rule.amended.value.amended[rule.section.id]
        if self._due(section) is VerdictKind.ESCALATE and turned_down(section, changes) and not changes.why.strip():
            message = f"rule “{section.id}” guards people against danger: say why it is turned down"
            self._problems.append(rule.amended.problem("amended", section.id, "why", message=message))

    def refuse_context(self, pack: yaml_file.Loaded[Pack]) -> None:
        """Name a phrase of its language's ways of speaking that cannot be one."""
        context = pack.value.context
        lexicon = self._lexicons[pack.value.lang]
        for name, phrases in context.model_dump().items() if context else ():
            for at, phrase in enumerate(phrases):
                try:
                    lexicon.pattern(phrase, {})
                except BadPattern as bad:
                    self._problems.append(pack.problem("context", name, at, message=str(bad)))

    def _rule(self, rule: RuleSource, matchers: list[Matcher], conditions: tuple[RuleCondition, ...]) -> Rule:
        section, pack = rule.section, rule.pack
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
            line=pack.line("rules", rule.index),
            words=sum(matcher.is_word for matcher in matchers),
            patterns=sum(not matcher.is_word for matcher in matchers),
            examples=len(section.matches),
            near_misses=len(section.ignores),
            unanchored=sum(not self._needs(matcher).branches for matcher in matchers),
            conditions=conditions,
            any_language=section.any_language,
            concern=section.concern,
            digest=_digest(section, matchers, conditions),
        )

    def _needs(self, matcher: Matcher) -> Needs:
        return matcher.needs(self._remembered.needs)

    def facts(self) -> Facts:
        """Everything added so far."""
        scripts = sorted(self._scripts) or ["Latin"]
        return Facts(
            rules=tuple(self._rules),
            matchers=tuple(self._matchers),
            languages={code: self._language(code) for code in sorted({rule.lang for rule in self._rules} | {""})},
            script="|".join(rf"\p{{Script={script}}}" for script in scripts),
            slurs=frozenset(self._slurs),
        )

    def _language(self, code: str) -> LanguageFacts:
        """The rules of a language, with those of others that hold in any; of no language, the latter alone."""
        chosen = {
            place for place, rule in enumerate(self._rules) if rule.lang == code or rule.any_language or rule.danger
        }
        matchers = [place for place, matcher in enumerate(self._matchers) if matcher.rule in chosen]
        shared = self._shared.get(code) or next(iter(self._shared.values()), Shared())
        context = shared.context or Context()
        phrases = [phrase for each in context.model_dump().values() for phrase in each]
        return LanguageFacts(
            code=code,
            vocabulary=frozenset(map(fold, context.second_person)).union(*(self._words[place] for place in chosen)),
            masked=tuple(map(fold, shared.masked)),
            excuses=self._excuses | vocabulary(phrases),
            respelt=shared.respelt,
            signs=shared.emoji,
            context=context,
            lists={name: shared.lists[name] for name in reached(shared.lists, names_in(phrases))},
            inflections=shared.inflections,
            matchers=tuple(matchers),
            danger=tuple(place for place in sorted(chosen) if self._rules[place].danger),
            sifted=sifting(self._needs(self._matchers[place]) for place in matchers),
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

    def _refuse(self, rule: RuleSource) -> None:
        """What is wrong with a rule as a whole."""
        say, section, pack = self._problems.append, rule.section, rule.pack
        if section.id in self.ids:
            message = f"there is another rule “{section.id}”, in {self.ids[section.id]}; give this one another id"
            say(rule.problem("id", message=message))
        self.ids.setdefault(section.id, f"{pack.path}:{pack.line('rules', rule.index, 'id')}")
        if section.policy not in self._policies.clauses and self._state(section) != "off":
            near = yaml_file.nearest(section.policy, self._policies.clauses)
            message = f"rule “{section.id}” serves a policy that policies.clauses in config.yaml does not have{near}"
            message += f"{' There' if near else '; there'} are: {', '.join(self._policies.clauses)}"
            say(rule.problem("policy", message=message))
        if section.concern and self._due(section) is not VerdictKind.ESCALATE:
            message = f"rule “{section.id}” is a concern, so its policy must be one that escalates"
            say(rule.problem("concern", message=message))
        if not (section.words or section.phrases or section.patterns or section.templates):
            message = f"rule “{section.id}” has no words, phrases, patterns or templates, so it can never hold"
            say(rule.problem(message=message))

    def _sources(self, rule: RuleSource) -> list[Matcher]:
        """Each matcher of the rule."""
        found: list[Matcher] = []
        for kind, at, source in self._entries(rule):
            try:
                found += self._matchers_of(kind, source, rule)
            except BadPattern as bad:
                message = f"rule “{rule.section.id}”: {bad}"
                self._problems.append(rule.problem(kind, at, message=message))
        return found

    def _entries(self, rule: RuleSource) -> Iterator[tuple[str, int, str]]:
        """Each word, phrase or pattern of the rule, with the key it stands under and its place there."""
        for kind in ("words", "phrases", "patterns"):
            for at, source in enumerate(getattr(rule.section, kind)):
                yield kind, at, source
        templates = self._shared[rule.pack.value.lang].templates
        for at, name in enumerate(rule.section.templates):
            if name not in templates:
                message = f"rule “{rule.section.id}”: there is no template “{name}”{yaml_file.nearest(name, templates)}"
                self._problems.append(rule.problem("templates", at, message=message))
            for source in templates.get(name, ()):
                yield "templates", at, source

    def _matchers_of(self, kind: str, source: str, rule: RuleSource) -> Iterator[Matcher]:
        """The matchers of one entry. Raises BadPattern."""
        lexicon = self._lexicons[rule.pack.value.lang]
        if kind == "words":
            for word in lexicon.words((source,)):
                yield word_matcher(rule.place, word)
            return
        expanded = lexicon.pattern(source, rule.section.where, literal=kind == "phrases")
        ours = SHIPPED in rule.pack.path.parents
        if not ours:  # the tests compile ours; it is slow, and needed only where anchors are met
            _try_hard(compiled(expanded))
        quick = kind == "phrases" or (ours and bounded(expanded))
        matcher = Matcher(rule.place, expanded, bounded=quick)
        self._needs(matcher)  # raises what is plainly no pattern
        yield matcher

    def _conditions(self, rule: RuleSource) -> tuple[RuleCondition, ...]:
        """What must hold where the rule's words stand."""
        pack, section = rule.pack, rule.section

        def refuse(at: Keys, bad: BadPattern) -> None:
            self._problems.append(rule.problem(*at, message=f"rule “{section.id}”: {bad}"))

        compiling = Compiling(self._lexicons[pack.value.lang], section.where, refuse)
        return compiling.conditions(
            section,
            danger=self._due(section) is VerdictKind.ESCALATE,
            of_person=self._characteristic(section) is None,
        )


def _digest(section: RuleSection, matchers: Iterable[Matcher], conditions: tuple[RuleCondition, ...]) -> str:
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
