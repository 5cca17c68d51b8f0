"""What a clause says its words of: somebody spoken to, a person, a group, or a thing that cannot be abused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.rules.stance.clauses import since
from bot.rules.stance.cues import Cue, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rules.lexicon import Lexicon
    from bot.rules.stance.address import Address
    from bot.rules.stance.context import Context

WORDS_BETWEEN = 2
"""Between a noun and its verb: “the bill before us is …”."""
_VERB_WITHIN = 40


class AimKind(StrEnum):
    """What something is said of."""

    YOU = "you"
    PERSON = "person"
    GROUP = "group"
    INSTITUTION = "institution"
    POLICY = "policy"
    IDEA = "idea"


@dataclass(frozen=True, slots=True)
class Aim:
    """What a clause says its words of."""

    kind: AimKind
    words: str
    """Those that show it."""


class Aiming:
    """How one language points at people and things."""

    def __init__(self, context: Context, lexicon: Lexicon, address: Address) -> None:
        """Raises BadPattern for a list that is missing."""
        self._address = address
        things = {
            AimKind.INSTITUTION: context.institutions,
            AimKind.POLICY: context.policies,
            AimKind.IDEA: context.ideas,
        }
        people = {AimKind.PERSON: context.persons, AimKind.GROUP: context.groups}
        self._being = Cue(context.being, lexicon)
        self._things = [(kind, Cue(nouns, lexicon)) for kind, nouns in things.items()]
        self._subjects = [*self._things, *((kind, Cue(nouns, lexicon)) for kind, nouns in people.items())]
        self._ends = [(kind, Cue(nouns, lexicon, after=r"$")) for kind, nouns in things.items()]

    def aimed_at(self, text: str, start: int, end: int) -> Aim | None:
        """What the words are said of; `None` when nothing shows it. Of several, the one that stands nearest."""
        thing = self._thing(text, start, end)
        if thing is not None:
            return thing
        first = since(text, start)
        nearest = max(self._candidates(text[first:end]), default=None, key=lambda found: found[0])
        if nearest is not None:
            return nearest[1]
        return Aim(AimKind.YOU, shown(text[start:end])) if self._address.addressed(text, start, end) else None

    def _thing(self, text: str, start: int, end: int) -> Aim | None:
        """The thing that the words themselves name last (“kill this bill”), or stand before (“… of a bill”)."""
        for kind, noun in self._ends:
            found = noun.search(text[start:end])
            if found is not None:
                return Aim(kind, shown(found[0]))
        for kind, noun in self._things:
            follows = noun.following(text, end) if text[end : end + 1] == " " else None
            if follows is not None:
                return Aim(kind, follows)
        return None

    def _candidates(self, clause: str) -> Iterator[tuple[int, Aim]]:
        for you in self._address.second_person.all(clause):
            yield you.start(), Aim(AimKind.YOU, shown(you[0]))
        for kind, noun in self._subjects:
            for found in noun.all(clause):
                verb = self._being.search(clause, found.end(), found.end() + _VERB_WITHIN)
                if verb is not None and len(clause[found.end() : verb.start()].split()) <= WORDS_BETWEEN:
                    yield found.start(), Aim(kind, shown(clause[found.start() : verb.end()]))
