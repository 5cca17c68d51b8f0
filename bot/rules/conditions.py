"""Conditions about the words of a rule and what stands around them, and the ways to combine conditions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from bot.rules import author
from bot.rules.alternatives import Alternatives
from bot.rules.place import Outcome
from bot.rules.stance import Manner, clause_span, sentence, sentence_span, target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.rules.place import Place

_AROUND = 200
"""Characters on either side in which a word that must be near is looked for."""
_ENDING = re.compile(r"~\w+")
_SLOT = re.compile(r"(?:\{[^}]+\} ?)+")
_MOST_SHOWN = 3
"""Phrases of a condition that a reason names."""

EXCUSES = frozenset(Manner)
"""Manners in which the words of a rule are no abuse, unless the rule says `even_when`."""
EXCUSES_OF_DANGER = frozenset({Manner.QUOTED, Manner.REPORTED})
"""The same for a rule that escalates, and only where somebody else's words are passed on outright."""

NO_PERSON = ("institution", "policy", "idea")
"""What is said of these is criticism, however hard."""

TO_NOBODY = "the post answers nobody and names nobody"

_MANNERS = {
    Manner.QUOTED: "quoted, not said",
    Manner.REPORTED: "reported, not said",
    Manner.NEGATED: "denied",
    Manner.CONDITIONAL: "only supposed",
    Manner.ASKED: "asked",
    Manner.COUNTERED: "spoken against",
    Manner.RECLAIMED: "a group's word for its own",
    Manner.OF_SELF: "said by the author of themselves",
}

_NOT_SAID_IN = {
    manner: Outcome(holds=False, told=f"they are not {told.removesuffix(', not said')}")
    for manner, told in _MANNERS.items()
}


@dataclass(frozen=True)
class Phrases:
    """Phrases of which one is looked for."""

    source: str
    """Any of them, as a regular expression."""
    written: tuple[str, ...]
    """As the rule's author wrote them."""

    @cached_property
    def _any(self) -> Alternatives:
        return Alternatives(self.source)

    @cached_property
    def _missing(self) -> str:
        """What is said where none stands, but for the place."""
        return _shown(self.written)

    def in_(self, text: str, where: str) -> Outcome:
        """Whether one stands in a folded text; `where` says for people which text that is."""
        found = self._any.search(text)
        if found:
            return Outcome(holds=True, told=f"“{found.group().strip()}” stands {where}")
        return Outcome(holds=False, told=f"{self._missing} {where}")

    def near(self, text: str, start: int, end: int) -> Outcome:
        """Whether one stands in the clause of these characters, or reaches into it within their sentence."""
        first, last = clause_span(text, start, end)
        for found in self._any.all(text, *sentence_span(text, start, end)):
            if found.start() < last and first < found.end():
                return Outcome(holds=True, told=f"“{found.group().strip()}” stands in the same clause")
        return Outcome(holds=False, told=f"{self._missing} in the same clause")


class All(msgspec.Struct, frozen=True, tag=True):
    """Every one of these holds."""

    inner: list[RuleCondition]

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        told = []
        for condition in self.inner:
            outcome = condition(at)
            if not outcome.holds:
                return outcome
            told.append(outcome.told)
        return Outcome(holds=True, told=" and ".join(told))


class Any(msgspec.Struct, frozen=True, tag=True):
    """One of these holds."""

    inner: list[RuleCondition]

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        told = []
        for condition in self.inner:
            outcome = condition(at)
            if outcome.holds:
                return outcome
            told.append(outcome.told)
        return Outcome(holds=False, told=" and ".join(told))


class Not(msgspec.Struct, frozen=True, tag=True):
    """This one does not hold."""

    inner: RuleCondition

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        found = self.inner(at)
        return Outcome(holds=not found.holds, told=found.told, excuses=found.holds)


class Near(msgspec.Struct, frozen=True, tag=True):
    """One of these stands within so many words, on either side."""

    phrases: Phrases
    within: int

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        before = at.text[max(0, at.start - _AROUND) : at.start].split()[-self.within :]
        after = at.text[at.end : at.end + _AROUND].split()[: self.within]
        where = f"within {self.within} words of them"
        outcome = self.phrases.in_(" ".join(before), where)
        return outcome if outcome.holds else self.phrases.in_(" ".join(after), where)


class InSentence(msgspec.Struct, frozen=True, tag=True):
    """One of these stands in the same sentence; where somebody may be in danger, it reaches into the same clause."""

    phrases: Phrases

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        if at.danger:
            return self.phrases.near(at.text, at.start, at.end)
        return self.phrases.in_(sentence(at.text, at.start, at.end), "in the same sentence")


class InText(msgspec.Struct, frozen=True, tag=True):
    """One of these stands anywhere in the post."""

    phrases: Phrases

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        outcome = self._in(at.text, at)  # with its disguises undone
        return outcome if outcome.holds else self._in(at.around.whole, at)

    def _in(self, text: str, at: Place) -> Outcome:
        asked = at.around.asked
        key = self.phrases.source, text
        if key not in asked:
            asked[key] = self.phrases.in_(text, "in the post")
        return asked[key]


class InParent(msgspec.Struct, frozen=True, tag=True):
    """One of these stands in the post that is answered."""

    phrases: Phrases

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        return self.phrases.in_(at.around.parent, "in the post that is answered")


class InField(msgspec.Struct, frozen=True, tag=True):
    """The words stand in one of these pieces of text."""

    fields: tuple[str, ...]

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        return Outcome(at.field.split(".")[0] in self.fields, f"they stand in the {at.field.replace('_', ' ')}")


@dataclass(frozen=True, slots=True)
class SoundsLike:
    """The sentence may well be in this language."""

    code: str
    sounds_like: Callable[[str], bool]

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        holds = self.sounds_like(sentence(at.text, at.start, at.end))
        return Outcome(holds, f"the sentence is {'in' if holds else 'hardly'} “{self.code}”")


class Addressed(msgspec.Struct, frozen=True, tag=True):
    """The words are said to somebody."""

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        holds = at.stance.addressed(at.text, at.start, at.end)
        return Outcome(holds, f"they are {'a' if holds else 'no'} form of address")


class ToSomebody(msgspec.Struct, frozen=True, tag=True):
    """The post answers another or names a handle."""

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        mention = at.around.mention
        if mention.parent is not None:
            return Outcome(holds=True, told="the post answers another")
        if at.around.named:
            return Outcome(holds=True, told=f"the post names {at.around.named}")
        return Outcome(holds=False, told=TO_NOBODY)


class SaidIn(msgspec.Struct, frozen=True, tag=True):
    """The words are meant in this manner."""

    manner: Manner

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        shown = at.stance.manner(self.manner, at.text, at.start, at.end, danger=at.danger)
        if shown is None:
            return _NOT_SAID_IN[self.manner]
        told = f"they are {_MANNERS[self.manner]}"
        return Outcome(holds=True, told=f"{told} (“{shown.strip()}”)" if shown.strip() else told)


class AimedAt(msgspec.Struct, frozen=True, tag=True):
    """The words are said of one of these."""

    kinds: tuple[str, ...]

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        aim = at.stance.aimed_at(at.text, at.start, at.end)
        asked = " or ".join(_KINDS[kind] for kind in _KINDS if kind in self.kinds)
        said_of = f"they are said of {_KINDS[aim.kind]} (“{aim.words}”)" if aim else None
        told = said_of or f"nothing shows that they are said of {asked or 'our account'}"
        if aim is not None and aim.kind in self.kinds:
            return Outcome(holds=True, told=told)
        if aim is None or aim.kind == "you":
            ours = at.around.ours
            whom = target(
                at.around.mention, spoken_to=True, characteristic=None, own=ours.own, protected=ours.protected
            )
            if whom.kind in self.kinds:
                return Outcome(holds=True, told=f"they answer {whom.handle or 'one of our accounts'}")
        return Outcome(holds=False, told=told)


RuleCondition: TypeAlias = (
    All | Any | Not | Near | InSentence | InText | InParent | InField | Addressed | ToSomebody | SaidIn | AimedAt
    | author.NewAccount | author.FewFollowers | author.Strikes | author.Claims | author.Renamed | author.SeveralAuthors
)  # fmt: skip
"""Whatever a rule can ask for. It is plain content, and can be kept."""

_KINDS = {
    "you": "whoever is spoken to", "person": "a person", "group": "a group", "institution": "an institution",
    "policy": "a policy", "idea": "an idea",
}  # fmt: skip


def _shown(written: Sequence[str]) -> str:
    """A list as the beginning of “… stands there”, when none of it does. Phrases with slots are hard to read aloud."""
    plain = [phrase for phrase in written if "{" not in phrase] or list(written)
    if all(_SLOT.fullmatch(phrase) for phrase in plain):
        return f"no entry of the {'lists' if len(plain) > 1 else 'list'} {', '.join(plain)} stands"
    named = ", ".join(f"“{_ENDING.sub('', phrase)}”" for phrase in plain[:_MOST_SHOWN])
    more = f" and the like ({len(written)} in all)" if len(written) > len(plain[:_MOST_SHOWN]) else ""
    return f"none of {named}{more} stands" if len(written) > 1 else f"no {named} stands"
