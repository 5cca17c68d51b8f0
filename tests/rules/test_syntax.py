"""A pattern is read as what it may stand for; what is not understood may stand for anything."""

from __future__ import annotations

import pytest

from bot.rules.syntax import GAP, MAYBE_APART, NOTHING, Anything, Choice, Repeat, Sequence, Strings, read


def words(*each: str) -> Strings:
    return Strings(frozenset(each))


@pytest.mark.parametrize(
    ("pattern", "tree"),
    [
        ("git", words("git")),
        ("gits?", Sequence((words("git"), words("s", "")))),
        ("(?:git|half-wit|you're)", words("git", "half wit", "you re", "youre")),
        (r"(?:git|half\-wit)", words("git", "half wit")),
        ("(git)+", Repeat(words("git"), 1, None)),
        ("a{2,3}", Repeat(words("a"), 2, 3)),
        ("(?:a+|b)", Choice((Repeat(words("a"), 1, None), words("b")))),
        (" ", GAP),
        (r"\s*", MAYBE_APART),
        (r"[^\w.]{1,3}", GAP),
        ("[ ,]+", GAP),
        ("[ao]", words("a", "o")),
        ("[a-z]", Anything(empty=False)),
        (r"\p{L}", Anything(empty=False)),
        ("(?=git)", NOTHING),
        (r"\(\(\(git", Sequence((words("((("), words("git")))),
        (r"\(\(git", Sequence((GAP, GAP, words("git")))),
        ("G", Anything(empty=False)),
        ("é", words("é")),
        ("(?i)git", Anything(empty=True)),
        ("(?P=name)", Anything(empty=True)),
        ("[[:alpha:]]", Anything(empty=True)),
        (r"\N{DIGIT ONE}", Anything(empty=True)),
    ],
)
def test_a_pattern_becomes_a_tree(pattern: str, tree: object) -> None:
    assert read(pattern)[0] == tree


@pytest.mark.parametrize("pattern", ["(git", "[git", "git)", "(?:git"])
def test_a_bracket_without_its_other_half_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="bracket"):
        read(pattern)
