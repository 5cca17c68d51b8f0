"""What a language gives of its ways of speaking: the section `context` of a pack, which all its files share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.config import Section

Phrases = tuple[Annotated[str, Field(min_length=1)], ...]
"""In the pattern language of the packs, in lower case."""


class Context(Section):
    """How this language speaks *of* abuse rather than abusing. Phrases, tried just before or after the words."""

    second_person: Phrases = ()
    """Words for whoever is spoken to."""
    openers: Phrases = ()
    """Words that may stand before a form of address: `hey`, `what a`."""
    unskipped: Phrases = ()
    """Words that `{up to 3}` never skips, because they turn what is said: `not`, `he`, `who`."""
    reporting: Phrases = ()
    """Before a quotation, or right before the words: that somebody else says them."""
    reporting_after: Phrases = ()
    """After a quotation: that it is spoken of."""
    reporting_danger: Phrases = ()
    """The same as `reporting`, for policies that escalate: narrow, because a threat must not hide behind it."""
    turning: Phrases = ()
    """After a reporting phrase, where somebody may be in danger: that the author speaks again (“… and I will …”)."""
    own_voice: Phrases = ()
    """Before a reporting phrase: that the author reports only themselves, which is saying it."""
    about_self: Phrases = ()
    """Right before the words, with nobody spoken to: that the author says them of themselves."""
    like_self: Phrases = ()
    """In the words or right after them: that the author is one of those they name."""
    negating: Phrases = ()
    """Right before the words: that they are denied."""
    negating_after: Phrases = ()
    """Right after the words: the same."""
    supposing: Phrases = ()
    """Right before the words: that they are only supposed, or are what others hold."""
    asking: Phrases = ()
    """Right before the words: that somebody is asked whether, or why, they hold them."""
    scorning: Phrases = ()
    """After words with a question mark: that the question was scorn."""
    opposing: Phrases = ()
    """Right before the words: that the author is against them, or against those who say them."""
    opposing_after: Phrases = ()
    """Right after the words: the same, also that they are spoken of as words."""
    wrongdoers: Phrases = ()
    """Before the words, in the same sentence: whoever does a wrong, whom the words are then said of."""
    endorsing: Phrases = ()
    """Around words of somebody else: that the author shares them, which is saying them."""
    being: Phrases = ()
    """Between what is spoken of and what is said of it: `is`, `are such`."""
    persons: Phrases = ()
    """Words for one person who is spoken of: `he`, `this man`."""
    groups: Phrases = ()
    """Words for several."""
    institutions: Phrases = ()
    """Nouns for what is no person, but is run by some."""
    policies: Phrases = ()
    """Nouns for what is decided or proposed."""
    ideas: Phrases = ()
    """Nouns for what is thought, said or done."""
