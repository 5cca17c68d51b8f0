"""The sentence and the few words around a match in which what turns its meaning is looked for."""

from __future__ import annotations

import regex

NEARBY = 80
"""Characters before a match that are looked at, within its sentence."""

_SENTENCE_END = regex.compile(r"[.!?\n]")


def sentence(text: str, start: int, end: int) -> str:
    """The sentence, or at most a few lines of it, in which these characters stand."""
    ends = _SENTENCE_END.search(text, end, end + 2 * NEARBY)
    return text[max(_sentence_start(text, start), start - 2 * NEARBY) : ends.start() if ends else end + 2 * NEARBY]


def before(text: str, start: int) -> str:
    """What stands before a match in the same sentence, shortly before it at most."""
    return text[since(text, start) : start]


def since(text: str, start: int) -> int:
    """Where that begins."""
    return max(_sentence_start(text, start), start - NEARBY)


def _sentence_start(text: str, start: int) -> int:
    return max(text.rfind(mark, max(0, start - 3 * NEARBY), start) for mark in ".!?\n") + 1
