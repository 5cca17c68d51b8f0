"""Somebody else's words that are passed on: quoted, or reported without quotation marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from bot.rules.stance.clauses import NEARBY, before
from bot.rules.stance.cues import Cue, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rules.lexicon import Lexicon
    from bot.rules.stance.address import Address
    from bot.rules.stance.context import Context
    from bot.rules.standard import Match

QUOTE_CUE = 100
"""Characters before and after a quotation in which somebody may be said to have said it."""
LONGEST_QUOTATION = 500
WORDS_BETWEEN = 3
"""Between a reporting phrase and words that are not in quotation marks: “called her a complete …”."""
WORDS_OF_ANOTHER_CLAUSE = 2
"""Between a reporting phrase and the author's own “I”, by which a threat is no longer what was reported."""

_QUOTATION = regex.compile(
    r"\"(?P<q>[^\"\n]{1,400})\""
    r"|(?<!\w)'(?P<q>(?:[^'\n]|(?<=\w)'(?=\w)){1,400})'(?!\w)"
    r"|(?m:^)[ ]?>(?P<q>[^\n]{1,400}(?:\n[ ]?>[^\n]{1,400}){0,9})"
)
_WHO_WROTE = regex.compile(r"(?:^|\n)[^\n]{1,40}:\s*$")
"""A line such as `Hugo:` above one that is quoted."""


class Reporting:
    """How one language passes on what somebody else says.

    Where somebody may be in danger (`danger`), a report counts only when it is said outright, for a threat must not
    hide behind quotation marks.
    """

    def __init__(self, context: Context, lexicon: Lexicon, address: Address) -> None:
        """Raises BadPattern for a list that is missing."""
        self._address = address
        self._usual = Cue(context.reporting, lexicon)
        self._outright = Cue(context.reporting_danger, lexicon)
        self._after = Cue(context.reporting_after, lexicon)
        self._turning = Cue(context.turning, lexicon)
        self._own = Cue(context.own_voice, lexicon, after=r"\W*$")
        self._endorsing = Cue(context.endorsing, lexicon)

    def quoted(self, text: str, start: int, end: int, danger: bool) -> str | None:  # noqa: FBT001  it is asked through a table
        """The words that show a quotation around these to be of somebody else; `None` when nothing does."""
        cue = self._outright if danger else self._usual
        for opens, closes in _quotations(text, start, end):
            behind = text[closes : closes + QUOTE_CUE]
            if self._endorsed(text, closes):
                continue
            ahead = text[max(0, opens - QUOTE_CUE) : opens]
            told = self._by_another(cue, ahead) or self._by_another(cue, behind)
            if told is not None:
                return shown(told)
            remark = None if danger else self._after.search(behind) or _who_wrote(ahead, text[opens:closes])
            if remark is not None:
                return shown(remark[0])
        return None

    def reported(self, text: str, start: int, end: int, danger: bool) -> str | None:  # noqa: FBT001  it is asked through a table
        """The words before these that report them, without quotation marks; `None` when there are none."""
        cue = self._outright if danger else self._usual
        ahead, said = before(text, start), text[start:end]
        if self._endorsed(text, end):
            return None
        for match in cue.all(ahead):
            between = ahead[match.end() :]
            if between.strip() == "," and self._address.addressed(text, start, end):  # “What you just said, you fool.”
                continue
            if self._leads_to(between, said, danger=danger) and not self._says_own(ahead, match):
                return shown(match[0])
        return None

    def _endorsed(self, text: str, end: int) -> bool:
        """Whether the author takes the side of what is passed on: “… and he is right”."""
        return self._endorsing.search(text, end, min(len(text), end + NEARBY)) is not None

    def _by_another(self, cue: Cue, words: str) -> str | None:
        """A reporting phrase that is not the author speaking for themselves."""
        return next((match[0] for match in cue.all(words) if not self._says_own(words, match)), None)

    def _says_own(self, words: str, cue: Match) -> bool:
        return self._own.search(words[: cue.start()]) is not None

    def _leads_to(self, between: str, said: str, *, danger: bool) -> bool:
        """Whether a reporting phrase reaches the words said so far behind it.

        “He said taxes fall, you …” reports the taxes alone; “he wrote: …” reports all that follows. Where somebody may
        be in danger, “report me and I will …” is the author speaking again.
        """
        if not danger:
            if between.lstrip().startswith(":"):
                return True
            between = between.lstrip(",- ")
        elif self._turning.search(between) or (
            len(between.split()) >= WORDS_OF_ANOTHER_CLAUSE and self._own.search(said.partition(" ")[0])
        ):
            return False
        told, _, last = between.rpartition(",")
        turns = told.strip() and self._address.second_person.match((last + said).lstrip())
        return not turns and len(between.split()) <= WORDS_BETWEEN


def _who_wrote(ahead: str, quotation: str) -> Match | None:
    """The line that names who wrote what is quoted, where it is quoted by `>` as in a thread."""
    return _WHO_WROTE.search(ahead) if quotation.lstrip().startswith(">") else None


def _quotations(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Quotations around these characters."""
    since = max(0, start - LONGEST_QUOTATION)
    for quotation in _QUOTATION.finditer(text, since, min(len(text), end + LONGEST_QUOTATION)):
        if quotation.start() < start and end <= quotation.end():
            yield quotation.span()
