"""What a rule pack may say about disguises of its language."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.config import Section

Text = Annotated[str, Field(min_length=1)]
Texts = tuple[Text, ...]


class Sign(Section):
    """Emoji that stand for a word."""

    signs: Annotated[Texts, Field(min_length=1)]
    read: Text
    """The word. Of people it is the plural, of a deed what somebody does."""
    one: Text | None = None
    """After `a` and the like: `black person`."""
    trait: Text | None = None
    """Before words such as `lives`: `black`."""
    done: Text | None = None
    """After `be` and the like: `stabbed`."""


class Signs(Section):
    """Emoji that stand for words, and the words around them that tell in which form they are read."""

    words: tuple[Sign, ...] = ()
    one_after: Texts = ()
    done_after: Texts = ()
    trait_before: Texts = ()
    noun_after: Texts = ()
    """Words that cannot end a clause: an emoji right after one of them is part of the sentence, not a flourish."""

    def with_those_of(self, other: Signs) -> Signs:
        """What two files say, together."""
        return Signs(
            words=self.words + other.words,
            one_after=self.one_after + other.one_after,
            done_after=self.done_after + other.done_after,
            trait_before=self.trait_before + other.trait_before,
            noun_after=self.noun_after + other.noun_after,
        )
