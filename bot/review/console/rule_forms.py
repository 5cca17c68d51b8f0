"""What the forms of the rules' pages may post."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot.review.console.forms import Form

LONGEST_WORD = 200
"""Characters of one word, phrase or near miss in a list of them."""
LONGEST_EXAMPLE = 5_000
MOST_LINES = 5_000
"""Words that one change may hold."""
LONGEST_TRIED = 20_000
"""Characters of a text that somebody tries: more than any platform lets anybody post, but for long servers."""


class TryForm(Form):
    """A text to be judged, and nothing kept of it."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TRIED)]
    bio: Annotated[str, Field(max_length=2000)] = ""
    handle: Annotated[str, Field(max_length=200)] = ""
    to: Annotated[str, Field(max_length=200)] = ""
    parent: Annotated[str, Field(max_length=LONGEST_TRIED)] = ""


def _lines(value: object) -> object:
    """What was typed, one entry a line, each once and without the space around it."""
    if not isinstance(value, str):
        return value
    return tuple(dict.fromkeys(line.strip() for line in value.splitlines() if line.strip()))


Words = Annotated[
    tuple[Annotated[str, Field(max_length=LONGEST_WORD)], ...], Field(max_length=MOST_LINES), BeforeValidator(_lines)
]
Sentences = Annotated[
    tuple[Annotated[str, Field(max_length=LONGEST_EXAMPLE)], ...], Field(max_length=MOST_LINES), BeforeValidator(_lines)
]


class ChangeForm(Form):
    """What every change of rules says beside itself.

    No field is called as something that browsers' forms have, such as `remove` or `matches`: it would hide that.
    """

    press: Literal["effect", "save", "keep"] = "effect"
    """See what it would change, save it as a draft, or keep a draft that cannot run yet."""
    why: Annotated[str, Field(max_length=500)] = ""
    shown: Annotated[str, Field(max_length=64)] = ""
    """SHA-256 of the change whose effect was shown."""
    danger: bool = False
    """Whether it was confirmed that a rule about danger is weakened."""
    case: Annotated[str, Field(max_length=100)] = ""
    """The case on which the mistake showed."""


class ListForm(ChangeForm):
    """Words for a list, one a line."""

    add: Words = ()
    take_out: Words = ()


class AmendForm(ChangeForm):
    """All that is changed in a rule, one entry a line."""

    state: Literal["", "live", "shadow", "off"] = ""
    """Empty for the state that its own file gives."""
    without: Words = ()
    unless: Words = ()
    examples: Sentences = ()
    near_misses: Sentences = ()


class ReviewForm(Form):
    """A draft that is made live or taken back."""

    why: Annotated[str, Field(max_length=500)] = ""
