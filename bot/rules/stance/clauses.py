"""The sentence and the few words around a match in which what turns its meaning is looked for."""

from __future__ import annotations

from functools import lru_cache

import regex

NEARBY = 80
"""Characters before a match that are looked at, within its sentence."""

_CLAUSE_END = regex.compile(r"[,;()\u2013\u2014]|\s-+\s")
_SENTENCE_END = regex.compile(r"[.!?\n]")


def sentence(text: str, start: int, end: int) -> str:
    """The sentence, or at most a few lines of it, in which these characters stand."""
    since, until = sentence_span(text, start, end)
    return text[since:until]


def sentence_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Where that begins and ends."""
    ends = _SENTENCE_END.search(text, end, end + 2 * NEARBY)
    since = max(_sentence_start(text, start), start - 2 * NEARBY)
    return since, ends.start() if ends else min(len(text), end + 2 * NEARBY)


def clause_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The same for the clause: the sentence up to marks that set something else apart."""
    since, until = sentence_span(text, start, end)
    first = max((mark.end() for mark in _CLAUSE_END.finditer(text, since, start)), default=since)
    ends = _CLAUSE_END.search(text, end, until)
    return first, ends.start() if ends else until


def before(text: str, start: int) -> str:
    """What stands before a match in the same sentence, shortly before it at most."""
    return text[since(text, start) : start]


@lru_cache(maxsize=64)
def since(text: str, start: int) -> int:
    """Where that begins; kept for a while, because every manner asks."""
    return max(_sentence_start(text, start), start - NEARBY)


def _sentence_start(text: str, start: int) -> int:
    first = max(0, start - 3 * NEARBY)
    find = text.rfind
    return max(find(".", first, start), find("!", first, start), find("?", first, start), find("\n", first, start)) + 1
