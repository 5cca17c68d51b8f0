"""Turns what a rule says of its circumstances into conditions, cheapest first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.rules import author
from bot.rules.conditions import (
    EXCUSES,
    EXCUSES_OF_DANGER,
    NO_PERSON,
    Addressed,
    AimedAt,
    All,
    Any,
    InField,
    InParent,
    InSentence,
    InText,
    Near,
    Not,
    Phrases,
    SaidIn,
    ToSomebody,
)
from bot.rules.lexicon import BadPattern
from bot.rules.matchers import spaced
from bot.rules.stance import Manner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.rules import language
    from bot.rules.conditions import RuleCondition
    from bot.rules.language import RuleSection, When
    from bot.rules.lexicon import Lexicon

Keys = tuple[str | int, ...]
"""Where in a rule something stands: `("when", "not", "near")`."""


class Compiling:
    """Compiles the conditions of one rule. What cannot be compiled is told to `refuse`, with its place in the rule."""

    def __init__(self, lexicon: Lexicon, where: Mapping[str, str], refuse: Callable[[Keys, BadPattern], None]) -> None:
        self._lexicon = lexicon
        self._where = where
        self._refuse = refuse

    def conditions(self, section: RuleSection, *, danger: bool, of_person: bool) -> tuple[RuleCondition, ...]:
        """All that must hold where the words of this rule stand.

        `danger` says that it escalates, which decides what excuses it. `of_person` says that it is about no
        characteristic: what it finds is abuse of a person, and not of a policy or an institution.
        """
        return tuple(self._all(section, danger=danger, of_person=of_person))

    def _all(self, section: RuleSection, *, danger: bool, of_person: bool) -> Iterator[RuleCondition]:
        if section.fields:
            yield InField(section.fields)
        if section.near:
            yield from self._near(section.near, ("near",))
        if section.addressed:
            yield Addressed()
        if section.unless:
            yield from (Not(each) for each in self._phrases(InSentence, section.unless, ("unless",)))
        if section.when:
            yield self._when(section.when, ("when",))
        excuses = (EXCUSES_OF_DANGER if danger else EXCUSES) - set(section.even_when)
        yield from (Not(SaidIn(manner)) for manner in Manner if manner in excuses)
        if of_person and not danger:
            yield Not(AimedAt(NO_PERSON))

    def _when(self, when: When, at: Keys) -> RuleCondition:
        found = [*self._combined(when, at), *self._about_words(when, at), *self._about_author(when)]
        return found[0] if len(found) == 1 else All(found)

    def _combined(self, when: When, at: Keys) -> Iterator[RuleCondition]:
        for key, kind in (("all", All), ("any", Any)):
            inner = [self._when(each, (*at, key, index)) for index, each in enumerate(getattr(when, key))]
            if inner:
                yield kind(inner)
        if when.not_:
            yield Not(self._when(when.not_, (*at, "not")))

    def _about_words(self, when: When, at: Keys) -> Iterator[RuleCondition]:
        if when.near:
            yield from self._near(when.near, (*at, "near"))
        for wanted, condition in ((when.addressed, Addressed()), (when.to_somebody, ToSomebody())):
            if wanted is not None:
                yield condition if wanted else Not(condition)
        for key, kind in (("sentence", InSentence), ("text", InText), ("parent", InParent)):
            yield from self._phrases(kind, getattr(when, key), (*at, key))
        if when.said:
            yield Any([SaidIn(manner) for manner in when.said])
        if when.aimed_at:
            yield AimedAt(when.aimed_at)

    def _about_author(self, when: When) -> Iterator[RuleCondition]:
        if when.author:
            yield from author.conditions(when.author)
        if when.authors:
            yield author.SeveralAuthors(when.authors.at_least, timedelta(minutes=when.authors.within_minutes))

    def _near(self, near: language.Near, at: Keys) -> list[RuleCondition]:
        return [Near(phrases, near.within) for phrases in self._compiled(near.words, at)]

    def _phrases(
        self, kind: Callable[[Phrases], RuleCondition], written: tuple[str, ...], at: Keys
    ) -> list[RuleCondition]:
        return [kind(phrases) for phrases in self._compiled(written, at)]

    def _compiled(self, written: tuple[str, ...], at: Keys) -> Iterator[Phrases]:
        """The phrases as one pattern; none when there are none, or when they are refused."""
        if not written:
            return
        try:
            sources = [spaced(self._lexicon.pattern(phrase, self._where, literal=True)) for phrase in written]
        except BadPattern as bad:
            self._refuse(at, bad)
            return
        yield Phrases("|".join(sources), written)
