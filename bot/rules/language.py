"""The shape of a rule pack: what a person who writes rules may write in its YAML file.

The words of a rule are written plainly; disguises are undone in the text before a rule sees it. In `phrases` and
`patterns`, `{name}` stands for any entry of a list, `{up to 3}` for at most three other words in the same clause, and
a space for whatever may stand between two words of one sentence. A pattern is besides a regular expression of the
`regex` library, in lower case; it holds for whole words only. A word such as `idiot~noun`
stands for all its forms, as the pack's `inflections` give them.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from bot.config import Id, Section
from bot.rules.compiled import RuleState
from bot.rules.disguise import Signs
from bot.rules.lexicon import Ending
from bot.rules.stance import Context, Manner

Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
"""The name of a list or a template."""
Text = Annotated[str, Field(min_length=1)]
Texts = tuple[Text, ...]
Script = Literal[
    "Arabic", "Armenian", "Bengali", "Cyrillic", "Devanagari", "Georgian", "Greek", "Han", "Hangul", "Hebrew", "Latin",
    "Thai",
]  # fmt: skip
Aimed = Literal["you", "account", "protected", "person", "group", "institution", "policy", "idea"]


class Part(Section):
    """A part of a rule pack; what is said of its keys here goes into the JSON Schema."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Near(Part):
    """Another word that must stand close by, on either side."""

    words: Annotated[Texts, Field(min_length=1)]
    within: Annotated[int, Field(ge=1, le=20)] = 6
    """Words between the two, at most."""


class AuthorIs(Part):
    """What must be so of the author. All that is given must hold; what is not known of an account does not."""

    younger_than_days: Annotated[int, Field(ge=1)] | None = None
    """Age of the account when it wrote."""
    followers_below: Annotated[int, Field(ge=1)] | None = None
    strikes_at_least: Annotated[int, Field(ge=1)] | None = None
    """Earlier abusive mentions that no reviewer has ruled not to be abuse."""
    claims: tuple[Literal["supporter", "member"], ...] = ()
    """Claims to be one of us; any of these will do."""
    renamed: bool | None = None
    """Whether the account was seen under another handle before."""


class Authors(Part):
    """Abuse by several people within a time: a pile-on."""

    at_least: Annotated[int, Field(ge=2, le=1_000)]
    """Different authors of abusive mentions of the same account, this one among them."""
    within_minutes: Annotated[int, Field(ge=1, le=1_440)]


class When(Part):
    """A condition. Whatever stands in one must all be so; `all`, `any` and `not` combine further ones."""

    all: tuple[When, ...] = ()
    any: tuple[When, ...] = ()
    not_: When | None = Field(default=None, alias="not")
    near: Near | None = None
    addressed: bool | None = None
    """Whether the words are said to somebody: `you` before them, or standing alone as a form of address."""
    to_somebody: bool | None = None
    """Whether the post answers another or names anybody's handle, rather than speaking to nobody."""
    sentence: Texts = ()
    """Phrases of which one stands in the same sentence."""
    text: Texts = ()
    """Phrases of which one stands anywhere in the post."""
    parent: Texts = ()
    """Phrases of which one stands in the post that is answered."""
    said: tuple[Manner, ...] = ()
    """How the words are meant, in one of these manners."""
    aimed_at: tuple[Aimed, ...] = ()
    """Whom or what the words are said of, one of these."""
    author: AuthorIs | None = None
    authors: Authors | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("is empty; a condition needs at least one key")
        return self


class Said(Part):
    """An example with its circumstances, for rules whose conditions ask for more than the text."""

    text: Text
    parent: str | None = None
    """The post that it answers."""
    bio: str = ""
    account_days: Annotated[int, Field(ge=0)] | None = None
    """Age of the author's account."""
    followers: Annotated[int, Field(ge=0)] | None = None
    strikes: Annotated[int, Field(ge=0)] = 0
    renamed: bool = False
    mentions: Texts = ()
    authors: Annotated[int, Field(ge=1)] = 1
    """People who abused the same account within the last minute, this author among them."""


Example = Annotated[Said, BeforeValidator(lambda given: {"text": given} if isinstance(given, str) else given)]
"""A text alone, or a text with its circumstances."""


class Amended(Part):
    """What a party changes in a rule that stands in another file, such as a shipped one."""

    state: RuleState | None = None
    why: str = ""
    """Why it is changed. Must be said where a rule that escalates is turned down."""
    without: Texts = ()
    """Words, phrases and patterns of the rule that no longer count."""
    unless: Texts = ()
    """Further phrases that make it something else when they stand in the same sentence."""
    matches: tuple[Example, ...] = ()
    """Further texts in which it must hold."""
    ignores: tuple[Example, ...] = ()
    """Further near misses."""


class RuleSection(Part):
    """One rule with its own examples."""

    id: Id
    title: str = ""
    """What it finds, in words that can be read aloud: `Tells somebody to leave the country they live in`."""
    why: str = ""
    """Why it is here, and where it comes from if it comes from a published list."""
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
    fields: tuple[Literal["text", "content_warning", "display_name", "poll", "media", "emoji"], ...] = ()
    """Where the words must stand; none given means anywhere that the author wrote."""
    near: Near | None = None
    addressed: bool = False
    """Holds only where the words are said to somebody: short for `when: {addressed: true}`."""
    unless: Texts = ()
    """Phrases that make it something else when they stand in the same sentence."""
    when: When | None = None
    """What else must be so."""
    even_when: tuple[Manner, ...] = ()
    """Manners that do not excuse the words here, though they do as a rule: see `conditions.EXCUSES`."""
    concern: bool = False
    """Whether it finds somebody who needs looking after, and no abuse: only for policies that escalate."""
    any_language: bool = False
    """Whether it also holds where the text is in a language without a pack: only for words that mean nothing else."""
    matches: Annotated[tuple[Example, ...], Field(min_length=1)]
    """Texts in which it must hold."""
    ignores: Annotated[tuple[Example, ...], Field(min_length=1)]
    """Near misses: texts that a careless rule would catch."""


class Pack(Part):
    """A file of rules in one language. Lists, templates and context are shared by all files of that language."""

    lang: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    script: Script = "Latin"
    """What the language is written in; texts mostly in a script that no pack has are not read."""
    lists: dict[Name, Texts] = Field(default_factory=dict)
    templates: dict[Name, Texts] = Field(default_factory=dict)
    inflections: dict[Name, tuple[Ending, ...]] = Field(default_factory=dict)
    """What `~` and the name stand for behind a word: `idiot~noun`. The first ending that fits counts."""
    masked: Texts = ()
    """Words that people write with asterisks."""
    respelt: dict[Text, Texts] = Field(default_factory=dict)
    """Words, and other ways to write them that sound or look the same; each is always read as that word."""
    emoji: Signs = Field(default_factory=Signs)
    """What emoji stand for."""
    context: Context | None = None
    additions: dict[Name, Texts] = Field(default_factory=dict)
    """By the name of a list that stands in another file: what is added to it."""
    left_out: dict[Name, Texts] = Field(default_factory=dict)
    """By the name of a list that stands in another file: entries of it that no longer count."""
    amended: dict[Id, Amended] = Field(default_factory=dict)
    """By the id of a rule that stands in another file: what is changed in it."""
    rules: tuple[RuleSection, ...] = ()
