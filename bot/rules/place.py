"""Where a rule found its words, and everything that its conditions may ask about that place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bot.rules.disguise import fold

if TYPE_CHECKING:
    from bot.model import Affiliation, History, Mention
    from bot.rules.affiliation import Claims
    from bot.rules.stance import Stance

_HANDLE = re.compile(r"(?<!\w)@\w[\w.@-]*")


class Outcome(NamedTuple):
    """Whether a condition holds, and what is the case, as half a sentence that begins after “where”."""

    holds: bool
    told: str
    excuses: bool = False
    """Whether it fails because of what stands there, and not for want of something."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Handles in lower case."""

    own: frozenset[str]
    protected: frozenset[str]
    """Of the people whom we look after."""


@dataclass(frozen=True)
class Circumstances:
    """The mention around a text, for conditions that ask for more than the words. Each answer is worked out once."""

    mention: Mention
    history: History
    claims: Claims
    ours: Ours
    asked: dict[tuple[str, str], Outcome] = field(default_factory=dict, repr=False, compare=False)
    """By phrases and text, whether they stand there: the same of every place, and slow to find in a long text."""

    @cached_property
    def affiliation(self) -> Affiliation:
        """What the author claims to be."""
        return self.claims.claim(self.mention, self.history)

    @cached_property
    def named(self) -> str | None:
        """A handle that the post names; `None` when it names nobody."""
        if self.mention.addressed and self.mention.addressed[0]:
            return self.mention.addressed[0]
        found = _HANDLE.search(self.mention.text)
        return found.group() if found else None

    @cached_property
    def whole(self) -> str:
        """All that the post says, folded."""
        return fold(f"{self.mention.content_warning}\n{self.mention.text}")

    @cached_property
    def parent(self) -> str:
        """What the post that is answered says, folded; empty when none is."""
        return fold(self.mention.parent.text) if self.mention.parent else ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule found its words in a folded text."""

    text: str
    start: int
    end: int
    stance: Stance
    around: Circumstances
    danger: bool
    """Whether the rule escalates."""
    field: str = "text"


class Condition(Protocol):
    """Something that is so, or not, where the words stand."""

    def __call__(self, at: Place, /) -> Outcome:
        """Look; never changes anything."""
