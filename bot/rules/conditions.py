"""The conditions under which a rule holds where its words stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.stance import Manner, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    import regex

    from bot.rules.loading import Rule
    from bot.rules.stance import Stance

_AROUND = 200
"""Characters on either side in which a word that must be near is looked for."""


def why_not(rule: Rule, stance: Stance, text: str, start: int, end: int) -> str | None:
    """Which condition the words between `start` and `end` do not meet, as half a sentence; `None` when all are met.

    A rule that escalates asks less: what is merely denied or said of oneself may still be a threat.
    """
    return next((words for words, fails in _CONDITIONS if fails(rule, stance, text, start, end)), None)


def _lacks_near(rule: Rule, _stance: Stance, text: str, start: int, end: int) -> bool:
    return rule.near is not None and not _near(rule.near, rule.within, text, start, end)


def _not_addressed(rule: Rule, stance: Stance, text: str, start: int, end: int) -> bool:
    return rule.addressed and not stance.addressed(text, start, end)


def _excused(rule: Rule, _stance: Stance, text: str, start: int, end: int) -> bool:
    return rule.unless is not None and rule.unless.search(sentence(text, start, end)) is not None


def _reported(rule: Rule, stance: Stance, text: str, start: int, end: int) -> bool:
    return any(stance.manner(each, text, start, end, danger=rule.danger) for each in (Manner.QUOTED, Manner.REPORTED))


def _turned(rule: Rule, stance: Stance, text: str, start: int, end: int) -> bool:
    turns = (each for each in Manner if each not in {Manner.QUOTED, Manner.REPORTED, Manner.OF_SELF})
    return not rule.danger and any(stance.manner(each, text, start, end, danger=False) for each in turns)


def _of_self(rule: Rule, stance: Stance, text: str, start: int, end: int) -> bool:
    return not rule.danger and stance.manner(Manner.OF_SELF, text, start, end, danger=False) is not None


_CONDITIONS: tuple[tuple[str, Callable[[Rule, Stance, str, int, int], bool]], ...] = (
    ("what must stand near them does not", _lacks_near),
    ("they are not said to anybody", _not_addressed),
    ("the sentence makes them something else", _excused),
    ("they are reported, not said", _reported),
    ("they are denied or only supposed", _turned),
    ("the author says them of themselves", _of_self),
)


def _near(near: regex.Pattern[str], within: int, text: str, start: int, end: int) -> bool:
    """Whether one of the words stands within so many words of these, on either side."""
    before = text[max(0, start - _AROUND) : start].split()[-within:]
    after = text[end : end + _AROUND].split()[:within]
    return any(near.search(" ".join(words)) is not None for words in (before, after))
