"""The shape of a rule pack: what a person who writes rules may write in its YAML file.

The words of a rule are written plainly; disguises are undone in the text before a rule sees it. In `phrases` and
`patterns`, `{name}` stands for any entry of a list, `{up to 3}` for at most three other words in the same clause, and
a space for whatever may stand between two words of one sentence. A pattern is besides a regular expression of the
`regex` library, in lower case; it holds for whole words only.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.config import Id, Section
from bot.rules.stance import Context

Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
"""The name of a list or a template."""
Text = Annotated[str, Field(min_length=1)]
Texts = tuple[Text, ...]
Script = Literal[
    "Arabic", "Armenian", "Bengali", "Cyrillic", "Devanagari", "Georgian", "Greek", "Han", "Hangul", "Hebrew", "Latin",
    "Thai",
]  # fmt: skip
RuleState = Literal["live", "shadow", "off"]


class Near(Section):
    """Another word that must stand close by, on either side."""

    words: Annotated[Texts, Field(min_length=1)]
    within: Annotated[int, Field(ge=1, le=20)] = 6
    """Words between the two, at most."""


class RuleSection(Section):
    """One rule with its own examples."""

    id: Id
    policy: Id
    severity: Annotated[int, Field(ge=1, le=4)]
    state: RuleState = "live"
    characteristic: str | None = None
    """The protected characteristic that the words are about; absent means the policy's own, if it has one."""
    words: Texts = ()
    """Single words, each complete; `{name}` takes in a list."""
    phrases: Texts = ()
    """Words in a row."""
    patterns: Texts = ()
    templates: tuple[Name, ...] = ()
    """Patterns that several rules share, with lists of the rule's own filled in through `where`."""
    where: dict[Name, Name] = Field(default_factory=dict)
    """For templates: the list that a name in braces stands for in this rule."""
    near: Near | None = None
    addressed: bool = False
    """Holds only where the words are said to somebody: `you` before them, or standing alone as a form of address."""
    unless: Texts = ()
    """Phrases that make it something else when they stand in the same sentence."""
    any_language: bool = False
    """Whether it also holds where the text is in a language without a pack: only for words that mean nothing else."""
    matches: Annotated[Texts, Field(min_length=1)]
    ignores: Annotated[Texts, Field(min_length=1)]
    """Near misses: texts that a careless rule would catch."""


class Pack(Section):
    """A file of rules in one language. Lists, templates and context are shared by all files of that language."""

    lang: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    script: Script = "Latin"
    """What the language is written in; texts mostly in a script that no pack has are not read."""
    lists: dict[Name, Texts] = Field(default_factory=dict)
    templates: dict[Name, Texts] = Field(default_factory=dict)
    masked: Texts = ()
    """Words that people write with asterisks."""
    context: Context | None = None
    rules: tuple[RuleSection, ...] = ()
