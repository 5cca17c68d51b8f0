"""A text on its own: how long a platform finds it, whom it names, and what no reply should say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How a platform counts a text."""

    limit: int
    longest_handle: str
    link: int | None = None
    """What every link counts; `None`: its own length."""
    local_handles: bool = False
    """Whether a handle counts without its server."""


FEDIVERSE = Measure(limit=300, longest_handle=f"@{'m' * 30}@{'m' * 50}.social.example", link=23, local_handles=True)
"""Mastodon allows 500, and names of 30; 300 is our own choice, so that a reply is short and fits elsewhere too."""
MEASURES: Mapping[str, Measure] = {"mastodon": FEDIVERSE, "simulated": FEDIVERSE}
STRICTEST = Measure(limit=300, longest_handle=f"@{'m' * 40}")
"""For a platform from outside, of which we know nothing: every character counts."""

LINK = regex.compile(r"https?://\S*[^\s.,;:!?)\]}'\"»]")
HANDLE = regex.compile(r"(?<![\w/@])(@\w(?:[\w.-]*\w)?)(@\w(?:[\w.-]*\w)?(?::\d+)?)?")
UNFILLED = regex.compile(r"\$\{?[A-Za-z_]\w*\}?")
UNSEEN = regex.compile(r"[^\P{Cc}\n]|[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_GRAPHEME = regex.compile(r"\X")
_WORD = regex.compile(r"[\w'’-]+")
_NEVER = regex.compile(r"(?!)")
CAPITALS = regex.compile(r"(?<!\w)\p{Lu}{2,}(?!\w)")
ACRONYMS = frozenset({"BBC", "EU", "LGBT", "LGBTQ", "MEP", "MP", "MS", "MSP", "NHS", "UK", "UN"})
OUR_NAME = regex.compile(
    r"\b(?:(?:in|not) our name|one of us|in (?:our|this) party|(?:our|this) party is|if you support (?:us|me))\b",
    regex.IGNORECASE,
)
"""Words that only an in-group response may say: they speak for *us*."""
STATUS = regex.compile(
    r"\b(?:your membership|fellow (?:members?|supporters?)"
    r"|you(?:['’](?:re|ve been|ll be)| are| were| have been| will be)"
    r" (?:(?:an? |one of our )?(?:\w+ )?(?:members?|supporters?)|suspended|expelled|banned))\b",
    regex.IGNORECASE,
)
"""Says in public what somebody is to the party: a fact about their politics that is not ours to publish."""
UNWISE: tuple[tuple[regex.Pattern[str], str], ...] = tuple(
    (regex.compile(pattern, regex.IGNORECASE | regex.DOTALL), message)
    for pattern, message in (
        (
            r"\b(?:members?|membership|supporters?|suspen\w+|expel\w*|expuls\w+|disciplin\w+|sanction\w*|banned)\b",
            "names a status or a penalty; a reply says neither what the author is nor what may happen to them",
        ),
        (
            r"\b(?:police|courts?|lawyers?|solicitors?|prosecut\w+|illegal\w*|crimes?|criminals?|legal action)\b",
            "speaks of the law; a reply does not threaten",
        ),
        (r"\byou(?:['’]re| are) an?\b", "says what the person is; speak of the words and of whom they hurt"),
        (r"\byour (?:sister|mother|wife|daughter)s?\b", "brings in the author's family"),
        (r"\?.*\?", "asks more than one question"),
        (r"!", "has an exclamation mark"),
        (r"(?![©®™#*\d])\p{Emoji}", "has a pictogram"),
    )
)
"""Refused in a file; a reviewer who writes their own words is told, and decides."""


def measure_of(platform: str) -> Measure:
    """How that platform counts; the strictest way for one that we do not know."""
    return MEASURES.get(platform, STRICTEST)


def length(text: str, platform: str) -> int:
    """How long a text is as the platform counts, in graphemes, to be held against `measure_of(platform).limit`."""
    measure = measure_of(platform)
    if measure.link is not None:
        text = LINK.sub("x" * measure.link, text)
    if measure.local_handles:
        text = HANDLE.sub(r"\1", text)
    return len(_GRAPHEME.findall(text))


def handles(text: str) -> list[str]:
    """Every handle in a text, in lower case; an `@` inside a link is none."""
    return [found[0].lower() for found in HANDLE.finditer(LINK.sub(" ", text))]


def addressed(text: str, handle: str) -> str:
    """The text with this handle in it: put in front unless it stands there already."""
    return text if handle.lower() in handles(text) else f"{handle} {text}"


def without(text: str, handle: str) -> str:
    """What a reply itself says: no links, and not the handle it answers, which its author chose."""
    said = HANDLE.sub(lambda found: " " if found[0].lower() == handle.lower() else found[0], LINK.sub(" ", text))
    return said.strip()


def words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation."""
    return _WORD.findall(text.casefold())


class Lint:
    """What no reply should say, in this party: its slurs, and the capitals that are only its name."""

    def __init__(self, *, slurs: Collection[str], names: Iterable[str]) -> None:
        self._slurs = _any_of(slurs)
        self._capitals = ACRONYMS | set(CAPITALS.findall(" ".join(names)))

    def repeats(self, text: str, phrases: Iterable[str] = ()) -> bool:
        """Whether a text has a slur in it, or one of these phrases, whole."""
        plain = " ".join(words(text))
        return bool(self._slurs.search(plain) or _any_of(phrases).search(plain))

    def unwise(self, text: str) -> Iterator[str]:
        """What a text should not do, each without its subject: “has an exclamation mark”."""
        for pattern, message in UNWISE:
            if pattern.search(text):
                yield message
        shouted = next((word for word in CAPITALS.findall(text) if word not in self._capitals), None)
        if shouted:
            yield f"has capitals for emphasis (“{shouted}”)"


def _any_of(phrases: Iterable[str]) -> regex.Pattern[str]:
    """A pattern that finds any of these phrases, whole, in lower-case words joined by single spaces."""
    plain = sorted({" ".join(words(phrase)) for phrase in phrases} - {""})
    return regex.compile(r"(?<!\w)\L<phrases>(?!\w)", phrases=plain) if plain else _NEVER
