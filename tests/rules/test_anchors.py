"""What a pattern needs stands in every text that it matches."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.anchors import needs, needs_of_word


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("you moron", {(" moron ", " you ")}),
        ("you (?:moron|idiot)", {(" idiot   moron ", " you ")}),
        ("morons?", {(" moron   morons ",)}),
        ("moron|idiot", {(" idiot   moron ",)}),
        ("mo*ron", {("ron ",)}),
        ("mo+ron", {("ron ",)}),
        (r"transphob\w*", {(" transphob",)}),
        ("kill(?:ed|ing)? you", {(" kill   killed   killing ", " you ")}),
        ("you're scum", {(" scum ", " re ", " you "), (" youre ", " scum ")}),
        ("half-wit", {(" half ", " wit ")}),
        ("(?!never )moron", {(" moron ",)}),
        ("(?<=the )moron", {(" moron ",)}),
        (r"[a-z]+ moron\b", {(" moron ",)}),
        (r"(?:\w+[^\w.]{1,3}){0,3}?moron", {(" moron ",)}),
        (r"you (?:\w+[^\w.]{1,3}){0,3}?moron", {(" moron ", " you ")}),
        ("🖕", {("🖕",)}),
        ("you 🖕", {("🖕", " you ")}),
        (r"\(\(\(you\)\)\)", {("(((", ")))", " you ")}),
        (r"\(\(you\)\)", {(" you ",)}),
        (r"\*\*\*+you", {(" you ",)}),
        (r"x\w* ?moron", {(" moron  moron ",)}),
        ("moron|[xy]+", set()),
        (r"\d{4}", set()),
        (r"(?i)moron", set()),
        (r"\x6doron", set()),
        ("Moron", {("oron ",)}),
    ],
)
def test_all_that_must_be_there_is_found(pattern: str, found: set[tuple[str, ...]]) -> None:
    told = {tuple(" ".join(sorted(needed)) for needed in branch) for branch in needs(pattern).branches}
    assert {frozenset(branch) for branch in told} == {frozenset(branch) for branch in found}


@pytest.mark.parametrize("pattern", ["(?:moron", "[moron", "moron)"])
def test_a_bracket_without_its_other_half_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="bracket"):
        needs(pattern)


def test_the_rarest_comes_first() -> None:
    [branch] = needs("you are such a moron").branches
    assert [set(needed) for needed in (branch[0], branch[-1])] == [{" moron "}, {" a "}]


def test_a_word_needs_itself() -> None:
    assert needs_of_word("git").branches == ((frozenset({" git "}),),)
    assert needs_of_word("$").branches == ()


@pytest.mark.parametrize(
    ("pattern", "beyond"),
    [
        ("you (?:are|'re) [a-z'-]+ [^\\w.!?\\n]{1,3}git", False),
        ("(?<=[.!?]) ?git(?=[.!?])", False),
        (r"git\W+you", True),
        ("git. you", True),
        (r"git\. you", True),
        ("git[^a]you", True),
        ("git[.,]you", True),
        ("git[ -~]you", True),
        ("(?i)git", True),
    ],
)
def test_a_pattern_that_may_go_beyond_a_sentence_is_known(pattern: str, *, beyond: bool) -> None:
    assert needs(pattern).beyond is beyond


PIECES = st.sampled_from(
    [
        *("ab", "cd", "e", " ", "(?:fg|hi)", "(?:jk)?", "l?", "m+", "(?!xx)", "[no]", "(?:pq|rs){2}", "t{0,2}", "-"),
        *(r"\w", r"\w*", "(?:u v|wx)", "(?:y |z)?", r"(?:[a-c]+ ){0,2}?", r"[^\w.]{1,2}", r"\b", "(?:ab (?:cd|ef) gh)"),
    ]
)


@given(pieces=st.lists(PIECES, min_size=1, max_size=6), data=st.data())
def test_every_match_has_all_that_one_branch_needs(pieces: list[str], data: st.DataObject) -> None:
    pattern = "".join(pieces)
    text = data.draw(
        st.from_regex(
            re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), fullmatch=True, alphabet=st.characters(max_codepoint=300)
        )
    )
    apart = " " + re.sub(r"[\W_]", " ", text) + " "
    told = needs(pattern).branches
    assert not told or any(all(any(anchor in apart for anchor in needed) for needed in branch) for branch in told)
