"""Whether a verdict on a text in disguise is the verdict on the text: what is promised, and what fuzzing looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.disguise import fold
from tests.fakes.hostile import GUESSED, LEGIBLE, Disguised

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from bot.model import Match, Verdict
    from tests.fakes.sayings import Saying

MOST_STEPS = 3
ALONE = ("hashtag", "flags for letters")
"""What is done alone: its capitals hold a hashtag together, and a mark on a flag makes it something else."""
LAST = ("lines", "verse")
FOR_FAIR = sorted(GUESSED.keys() - {"lines", "emoji inside", "flags for letters"})
"""A fair critic breaks lines as verse does, writes no word in flags, and cuts off no half of a word with an emoji."""


def steps(random: Random, guesses: Sequence[str]) -> list[str]:
    """Up to three transformations, of which at most one, out of `guesses`, leaves words to be guessed."""
    chosen = random.sample(sorted(LEGIBLE), random.randint(0, MOST_STEPS - 1))
    if not chosen or random.random() < 0.5:
        chosen.insert(random.randint(0, len(chosen)), random.choice(guesses))
    alone = [name for name in chosen if name in ALONE]
    return alone or sorted(chosen, key=lambda name: name in LAST)


def difference(saying: Saying, told: Disguised, verdict: Verdict) -> str | None:
    """What of the verdict the disguise has changed; `None` when the verdict is kept.

    Another rule may hold besides: letters cut apart may look like somebody's name.
    The evidence must be whole words of the author, some of them in disguise where the evidence was before.
    """
    before, first = saying.verdict, saying.verdict.matches[0]
    if verdict.kind is not before.kind:
        return f"{before.kind} became {verdict.kind}"
    if before.policy not in {match.policy for match in verdict.matches}:
        return f"{before.policy} became {verdict.policy}"
    start, end = told.place(first.start, first.end)
    there = [match for match in verdict.matches if match.start < end and start < match.end]
    if not there:
        return "the evidence lies elsewhere"
    if any(told.text[match.start : match.end] != match.text for match in there):
        return "the evidence is not what stands in its place"
    return None if any(_whole(match, told) for match in there) else "the evidence begins or ends within a word"


def _whole(match: Match, told: Disguised) -> bool:
    """Whether the evidence begins and ends where words of the original do."""
    seen, covered, at = [], [], 0
    for place, cell in enumerate(told.cells):
        if fold(cell).strip():
            seen.append(place)
            if match.start < at + len(cell) and at < match.end:
                covered.append(place)
        at += len(cell)
    if not covered:
        return False
    first, last = seen.index(covered[0]), seen.index(covered[-1])
    cut_before = first > 0 and _in_word(told, seen[first - 1], covered[0])
    return not cut_before and not (last + 1 < len(seen) and _in_word(told, covered[-1], seen[last + 1]))


def _in_word(told: Disguised, left: int, right: int) -> bool:
    return any(start <= left and right < end for start, end in told.words)
