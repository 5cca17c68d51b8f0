"""Tells abuse from speaking of abuse: quoted, reported, denied or supposed words; and whether somebody is spoken to.

What these ways of speaking sound like belongs to a language, so the phrases come from its packs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from bot.rules.matchers import Lexicon, spaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.rules.language import Context

QUOTE_CUE = 100
"""Characters before and after a quotation in which somebody may be said to have said it."""
NEARBY = 80

_QUOTATION = regex.compile(
    r"\"(?P<q>[^\"\n]{1,400})\""
    r"|(?<!\w)'(?P<q>(?:[^'\n]|(?<=\w)'(?=\w)){1,400})'(?!\w)"
    r"|(?m:^)[ ]?>(?P<q>[^\n]{1,400})"
)
_WORDS_BETWEEN = 3
"""Between a reporting phrase and words that are not in quotation marks: “called her a complete …”."""
_SENTENCE_END = regex.compile(r"[.!?\n]")
_ALONE_BEFORE = r"(?:^|[.!?\n,;:-]|\s{3,}|[^\w\s'\"])\s*"
_ALONE_AFTER = regex.compile(r"[^\w\n]*(?:$|[\n.!?,;]|\s{3,})|\s*[^\w\s'\"(-]")


class Voice:
    """How one language speaks of abuse and to people, compiled from its packs' phrases."""

    def __init__(self, context: Context, lexicon: Lexicon) -> None:
        def compiled(sources: Iterable[str], before: str = "", after: str = "") -> regex.Pattern[str] | None:
            inner = "|".join(spaced(lexicon.pattern(source, {})) for source in sources)
            return regex.compile(rf"(?<!\w){before}(?:{inner}){after}") if inner else None

        self._second = compiled(context.second_person, after=r"(?!\w)")
        self._reporting = compiled(context.reporting, after=r"(?!\w)")
        self._danger = compiled(context.reporting_danger, after=r"(?!\w)")
        self._after = compiled(context.reporting_after, after=r"(?!\w)")
        self._own = compiled(context.own_voice, after=r"\W*$")
        self._about_self = compiled(context.about_self, after=r"\W{0,3}$")
        self._denying = compiled(context.denying, after=r"\W{0,3}$")
        openers = "|".join(spaced(lexicon.pattern(source, {})) for source in context.openers)
        self._alone = regex.compile(rf"{_ALONE_BEFORE}(?:(?:{openers})\W+){{0,2}}$")

    def speaks_to(self, text: str, start: int, end: int) -> bool:
        """Whether somebody is spoken to in these words or shortly before them, in the same sentence."""
        if self._second is None:
            return False
        return self._second.search(text, max(_sentence_start(text, start), start - NEARBY), end) is not None

    def addressed(self, text: str, start: int, end: int) -> bool:
        """Whether the words are a form of address: they stand alone, or right after `you`."""
        clause = text[max(_sentence_start(text, start), start - NEARBY) : start]
        if self._alone.search(text[max(0, start - NEARBY) : start]) and _ALONE_AFTER.match(text, end):
            return True
        words = clause.replace(",", " , ").split()[-4:]
        return self._second is not None and self._second.search(" ".join(words)) is not None

    def reported(self, text: str, start: int, end: int, *, danger: bool) -> bool:
        """Whether somebody else's words are passed on. With `danger`, only when that is said outright."""
        cue = self._danger if danger else self._reporting
        if cue is None:
            return False
        for opens, closes in _quotations(text, start, end):
            if self._by_another(cue, text[max(0, opens - QUOTE_CUE) : opens]):
                return True
            behind = text[closes : closes + QUOTE_CUE]
            if self._by_another(cue, behind) or (not danger and self._after and self._after.search(behind)):
                return True
        before = text[max(_sentence_start(text, start), start - NEARBY) : start]
        said = text[start:end]
        return any(
            self._leads_to(before[match.end() :], said, danger=danger) and not self._says_own(before, match)
            for match in cue.finditer(before)
        )

    def denied(self, text: str, start: int) -> bool:
        """Whether the words right before take back, or only suppose, what is said."""
        before = text[max(_sentence_start(text, start), start - NEARBY) : start]
        return self._denying is not None and self._denying.search(before) is not None

    def about_self(self, text: str, start: int, end: int) -> bool:
        """Whether the author says it of themselves, and speaks to nobody."""
        before = text[max(_sentence_start(text, start), start - NEARBY) : start]
        spoken = self._about_self is not None and self._about_self.search(before) is not None
        return spoken and not self.speaks_to(text, start, end)

    def _by_another(self, cue: regex.Pattern[str], before: str) -> bool:
        """Whether a reporting phrase stands there that is not the author speaking for themselves."""
        return any(not self._says_own(before, match) for match in cue.finditer(before))

    def _says_own(self, before: str, cue: regex.Match[str]) -> bool:
        return self._own is not None and self._own.search(before[: cue.start()]) is not None

    def _leads_to(self, between: str, said: str, *, danger: bool) -> bool:
        """Whether a reporting phrase reaches the words said so far behind it.

        “He said taxes fall, you …” reports the taxes alone; “he wrote: …” reports all that follows.
        """
        if not danger:
            if between.lstrip().startswith(":"):
                return True
            between = between.lstrip(",- ")
        told, _, last = between.rpartition(",")
        turns = told.strip() and self._second is not None and self._second.match((last + said).lstrip())
        return not turns and len(between.split()) <= _WORDS_BETWEEN


def sentence(text: str, start: int, end: int) -> str:
    """The sentence, or at most a few lines of it, in which these characters stand."""
    ends = _SENTENCE_END.search(text, end, end + 2 * NEARBY)
    return text[max(_sentence_start(text, start), start - 2 * NEARBY) : ends.start() if ends else end + 2 * NEARBY]


def _sentence_start(text: str, start: int) -> int:
    return max(text.rfind(mark, max(0, start - 3 * NEARBY), start) for mark in ".!?\n") + 1


def _quotations(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Quotations around these characters."""
    since = max(0, start - 500)
    for quotation in _QUOTATION.finditer(text, since, min(len(text), end + 500)):
        if quotation.start() < start and end <= quotation.end():
            yield quotation.span()
