"""A rule that fails its own examples stops the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from tests.rules.conftest import Book

PACK = """lang: en
rules:
  - id: plain
    policy: personal_abuse
    severity: 2
    words: [git]
    addressed: true
    matches: [git!, "{match}"]
    ignores: [digit, "{ignore}"]
"""


@pytest.mark.parametrize(
    ("match", "ignore", "line", "message"),
    [
        ("digits", "gut", 8, "rule “plain” should hold for its example 2 but does not: none of its words were found"),
        ("the git command", "gut", 8, "should hold for its example 2 but does not: they are no form of address"),
        ("no, git!", "oh, git!", 9, "rule “plain” should not hold for its near miss 2 but does"),
    ],
)
def test_the_rule_the_line_and_the_example_are_named(
    book: Book, match: str, ignore: str, line: int, message: str
) -> None:
    with pytest.raises(BadFile) as bad:
        book(PACK.format(match=match, ignore=ignore))
    (problem,) = bad.value.problems
    assert (problem.line, message in problem.message) == (line, True)


def test_a_rule_in_shadow_is_held_to_its_examples_too(book: Book) -> None:
    with pytest.raises(BadFile, match="near miss"):
        book(PACK.format(match="git.", ignore="oh, git!"), plain="shadow")
