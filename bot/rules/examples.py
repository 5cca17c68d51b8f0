"""Runs the examples that every rule carries: a rule that fails its own is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.conditions import why_not

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rules.loading import Compiled, Example, Language
    from bot.yaml_file import Problem


def failures(compiled: Compiled) -> Iterator[Problem]:
    """Each example that its rule judges wrongly, with file, line and the rule's name."""
    for example in compiled.examples:
        language = compiled.languages[example.pack.value.lang]
        for at, text in enumerate(example.section.matches):
            reason = _fails(compiled, language, example.place, text)
            if reason is not None:
                message = f"rule “{example.section.id}” should hold for its example {at + 1} but does not: {reason}"
                yield _problem(example, "matches", at, message)
        for at, text in enumerate(example.section.ignores):
            if _fails(compiled, language, example.place, text) is None:
                message = f"rule “{example.section.id}” should not hold for its near miss {at + 1} but does"
                yield _problem(example, "ignores", at, message)


def _fails(compiled: Compiled, language: Language, place: int, text: str) -> str | None:
    """Why the rule in this place does not hold for the text, whatever its state; `None` when it does."""
    why: str | None = "none of its words were found"
    for reading in language.disguises.readings(text):
        for found in language.search(reading, only=place).found:
            why = why_not(compiled.rules[place], language.stance, reading.text, found.start, found.end)
            if why is None:
                return None
    return why


def _problem(example: Example, key: str, at: int, message: str) -> Problem:
    return example.pack.problem("rules", example.index, key, at, message=message)
