"""Rules and lists as they are written, in plain sentences: what a rule looks for, what else it asks, what it uses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.rules.amending import amended
from bot.rules.conditions import EXCUSES, EXCUSES_OF_DANGER
from bot.rules.pack_files import SHIPPED
from bot.rules.sharing import names_in, reached, with_changes
from bot.rules.stance import Manner

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from bot.rules.compiled import RuleFacts
    from bot.rules.language import Amended, AuthorIs, Near, Pack, RuleSection, When
    from bot.rules.rulebook import Rulebook
    from bot.yaml_file import Loaded

_MANNERS = {
    Manner.QUOTED: "quoted",
    Manner.REPORTED: "reported",
    Manner.NEGATED: "denied",
    Manner.CONDITIONAL: "only supposed",
    Manner.ASKED: "asked",
    Manner.COUNTERED: "spoken against",
    Manner.RECLAIMED: "a group's word for its own",
    Manner.OF_SELF: "said by the author of themselves",
}
_FIELDS = {
    "text": "the post itself",
    "content_warning": "the content warning",
    "display_name": "the author's name",
    "poll": "a poll",
    "media": "the description of a picture",
    "emoji": "the names of its own emoji",
}
_AIMED = {
    "you": "whoever is spoken to",
    "account": "our account",
    "protected": "a protected person",
    "person": "a person",
    "group": "a group",
    "institution": "an institution",
    "policy": "a policy",
    "idea": "an idea",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that a rule asks for, as a sentence; its words may be words of abuse."""

    told: str
    words: tuple[str, ...] = ()
    """As they are written in the rule."""
    inner: tuple[Clause, ...] = ()
    """What it is made of, where it joins further ones."""


@dataclass(frozen=True, slots=True)
class WrittenList:
    """A named list as it counts, with what other files than its own change in it."""

    name: str
    lang: str
    entries: tuple[str, ...]
    """All that counts."""
    added: tuple[str, ...]
    """Those of them that another file adds."""
    left_out: tuple[str, ...]
    """Entries of its own file that another leaves out."""
    path: Path
    line: int | None
    shipped: bool

    @property
    def takes_in(self) -> tuple[str, ...]:
        """The names of other lists among its entries."""
        return tuple(names_in(self.entries))


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """One rule in words."""

    facts: RuleFacts
    section: RuleSection
    """As it counts, amended or not."""
    amended: Amended | None
    """What another file changes in it."""
    path: Path
    shipped: bool
    looks_for: tuple[Clause, ...]
    """Any one of these is enough."""
    asks: tuple[Clause, ...]
    """All of these must be so besides."""
    lists: tuple[str, ...]
    """Names of the lists that it uses itself."""


class Written:
    """All rules and lists of a rulebook, to be read. What is asked for is worked out once."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book

    @cached_property
    def rules(self) -> Mapping[str, WrittenRule]:
        """Every rule by its id, in the order of the packs."""
        facts = {each.id: each for each in self._book.rules}
        changes = {rule: by for pack in self._book.packs for rule, by in pack.value.amended.items()}
        found = {}
        for pack in self._book.packs:
            templates = {name: texts for (lang, name), texts in self._templates.items() if lang == pack.value.lang}
            for section in pack.value.rules:
                if section.id in facts:
                    by = changes.get(section.id)
                    found[section.id] = _rule(facts[section.id], section, by, pack.path, templates)
        return found

    @cached_property
    def amended_in(self) -> Mapping[str, Path]:
        """The file that amends a rule, by the rule's id."""
        return {rule: pack.path for pack in self._book.packs for rule in pack.value.amended}

    @cached_property
    def lists(self) -> Mapping[tuple[str, str], WrittenList]:
        """Every list by its language and name."""
        return {
            (pack.value.lang, name): self._list(pack, name, entries)
            for pack in self._book.packs
            for name, entries in pack.value.lists.items()
        }

    def _list(self, pack: Loaded[Pack], name: str, entries: tuple[str, ...]) -> WrittenList:
        packs = [each.value for each in self._book.packs if each.value.lang == pack.value.lang]
        added = [word for each in packs for word in each.additions.get(name, ()) if word not in entries]
        left_out = {word for each in packs for word in each.left_out.get(name, ())}
        return WrittenList(
            name=name,
            lang=pack.value.lang,
            entries=with_changes(entries, added=added, left_out=left_out),
            added=tuple(dict.fromkeys(added)),
            left_out=tuple(entry for entry in entries if entry in left_out),
            path=pack.path,
            line=pack.line("lists", name),
            shipped=SHIPPED in pack.path.parents,
        )

    @cached_property
    def users(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """For each list the ids of the rules that use it, also through other lists, in the order of the packs."""
        found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for rule in self.rules.values():
            for name in self._reached(rule.facts.lang, rule.lists):
                found[rule.facts.lang, name].append(rule.facts.id)
        return {key: tuple(ids) for key, ids in found.items()}

    def looked_for(self, rule: WrittenRule) -> frozenset[str]:
        """All that a rule looks for as it is written: its own words, and the entries of all lists that it takes in."""
        reached = self._reached(rule.facts.lang, rule.lists)
        own = frozenset(word for clause in rule.looks_for for word in clause.words)
        return own.union(*(self.lists[rule.facts.lang, name].entries for name in reached))

    def _reached(self, lang: str, names: Iterable[str]) -> Iterator[str]:
        """These lists and all that they take in, each once."""
        return reached(self._entries[lang], names)

    @cached_property
    def _entries(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        found: defaultdict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for (lang, name), one in self.lists.items():
            found[lang][name] = one.entries
        return found

    @cached_property
    def _templates(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        return {
            (pack.value.lang, name): texts for pack in self._book.packs for name, texts in pack.value.templates.items()
        }


def _rule(
    facts: RuleFacts, section: RuleSection, by: Amended | None, path: Path, templates: Mapping[str, tuple[str, ...]]
) -> WrittenRule:
    section = amended(section, by) if by else section
    looks_for = tuple(_looks_for(section, templates))
    asks = tuple(_asks(section, facts))
    used = (section.where.get(name, name) for name in names_in(_all_words((*looks_for, *asks))))
    return WrittenRule(
        facts=facts,
        section=section,
        amended=by,
        path=path,
        shipped=SHIPPED in path.parents,
        looks_for=looks_for,
        asks=asks,
        lists=tuple(dict.fromkeys(used)),
    )


def _looks_for(section: RuleSection, templates: Mapping[str, tuple[str, ...]]) -> Iterator[Clause]:
    if section.words:
        yield Clause(f"{_one_of(section.words, 'word')}, complete and in any form of disguise", section.words)
    if section.phrases:
        yield Clause(_one_of(section.phrases, "phrase"), section.phrases)
    if section.patterns:
        yield Clause(_one_of(section.patterns, "pattern"), section.patterns)
    for name in section.templates:
        texts = templates.get(name, ())
        filled = ", ".join(f"{{{part}}} stands for the list {{{whole}}}" for part, whole in section.where.items())
        used = f"; in it {filled}" if filled else ""
        yield Clause(f"{_one_of(texts, 'phrase')} that rules share under the name {name}{used}", texts)


def _asks(section: RuleSection, facts: RuleFacts) -> Iterator[Clause]:
    """What else must be so, in the order in which it is asked."""
    if section.fields:
        yield Clause(f"They stand in {_listed(_FIELDS[field] for field in section.fields)}.")
    if section.near:
        yield _near(section.near)
    if section.addressed:
        yield Clause("They are said to somebody: after “you”, or alone as a form of address.")
    if section.unless:
        count = len(section.unless)
        told = "This phrase does not stand" if count == 1 else f"None of {count} phrases stands"
        yield Clause(f"{told} in the same {'clause' if facts.danger else 'sentence'}.", section.unless)
    if section.when:
        yield from _when(section.when)
    excuses = (EXCUSES_OF_DANGER if facts.danger else EXCUSES) - set(section.even_when)
    manners = [words for manner, words in _MANNERS.items() if manner in excuses]
    if manners:
        yield Clause(f"They are not {_listed(manners)}.")
    if section.even_when:
        yield Clause(f"It holds even where they are {_listed(_MANNERS[manner] for manner in section.even_when)}.")


def _when(when: When) -> Iterator[Clause]:
    """What a condition says: all of it must be so."""
    yield from (clause for each in when.all for clause in _when(each))
    if when.any:
        yield Clause("One of these is so:", inner=tuple(_joined(each) for each in when.any))
    if when.not_:
        yield Clause("This is not so:", inner=tuple(_when(when.not_)))
    yield from _words_around(when)
    if when.author:
        yield from _author(when.author)
    if when.authors:
        wanted = when.authors
        yield Clause(
            f"At least {wanted.at_least} people abused the same account within {wanted.within_minutes} minutes."
        )


def _words_around(when: When) -> Iterator[Clause]:
    """What a condition says of the words and of what stands around them."""
    if when.near:
        yield _near(when.near)
    if when.addressed is not None:
        yield Clause(f"They are {'a' if when.addressed else 'no'} form of address.")
    if when.to_somebody is not None:
        somebody = "The post answers another, or names a handle."
        yield Clause(somebody if when.to_somebody else "The post answers nobody and names nobody.")
    for words, where in (
        (when.sentence, "in the same sentence"),
        (when.text, "anywhere in the post"),
        (when.parent, "in the post that is answered"),
    ):
        if words:
            yield Clause(f"{_one_of(words, 'phrase')} stands {where}.", words)
    if when.said:
        yield Clause(f"They are {_listed(_MANNERS[manner] for manner in when.said)}.")
    if when.aimed_at:
        yield Clause(f"They are said of {_listed(_AIMED[kind] for kind in when.aimed_at)}.")


def _joined(when: When) -> Clause:
    """A condition as one clause."""
    clauses = tuple(_when(when))
    return clauses[0] if len(clauses) == 1 else Clause("All of these are so:", inner=clauses)


def _author(wanted: AuthorIs) -> Iterator[Clause]:
    if wanted.younger_than_days is not None:
        yield Clause(f"The author's account is younger than {wanted.younger_than_days} days.")
    if wanted.followers_below is not None:
        yield Clause(f"Fewer than {wanted.followers_below} people follow the author.")
    if wanted.strikes_at_least is not None:
        yield Clause(f"The author was abusive at least {wanted.strikes_at_least} times before.")
    if wanted.claims:
        yield Clause(f"The author claims to be a {_listed(wanted.claims)}.")
    if wanted.renamed is not None:
        yield Clause(f"The account was {'' if wanted.renamed else 'never '}seen under another handle before.")


def _near(near: Near) -> Clause:
    return Clause(f"{_one_of(near.words, 'word')} stands within {near.within} words of them.", near.words)


def _one_of(words: tuple[str, ...], noun: str) -> str:
    return f"This {noun}" if len(words) == 1 else f"One of {len(words)} {noun}s"


def _listed(words: Iterable[str]) -> str:
    *most, end = words
    return f"{', '.join(most)} or {end}" if most else end


def _all_words(clauses: Iterable[Clause]) -> Iterator[str]:
    for clause in clauses:
        yield from clause.words
        yield from _all_words(clause.inner)
