"""Lists of one language belong to all its files, and another file may add to them or leave out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import History
from bot.rules.sharing import with_changes
from bot.rules.written import Written
from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from tests.rules.conftest import Book, Said

PACK = """
lang: en
lists: {pest: [gnat, wasp]}
rules:
  - id: called-a-pest
    policy: personal_abuse
    severity: 2
    phrases: ["you {pest}"]
    matches: [you gnat]
    ignores: [a tick]
"""
CHANGES = """
lang: en
additions: {pest: [tick, gnat]}
left_out: {pest: [wasp, midge]}
"""


def test_words_are_added_to_a_list_of_another_file_and_left_out_of_it(book: Book, said: Said) -> None:
    rulebook = book(PACK, CHANGES)
    assert rulebook.judge(said("You tick."), History()).abusive
    assert not rulebook.judge(said("You wasp."), History()).abusive
    found = Written(rulebook).lists["en", "pest"]
    assert (found.entries, found.added, found.left_out) == (("gnat", "tick"), ("tick",), ("wasp",))
    assert found.path.name == "0.yaml"


def test_a_change_of_a_list_counts_as_an_edit_of_the_rules_that_use_it(book: Book) -> None:
    (before,), (after,) = book(PACK).rules, book(PACK, CHANGES).rules
    assert before.digest != after.digest


@pytest.mark.parametrize("key", ["additions", "left_out"])
def test_a_list_that_is_not_there_is_named_with_the_nearest(book: Book, key: str) -> None:
    with pytest.raises(BadFile, match="there is no list “pests” in this language; did you mean “pest”"):
        book(PACK, f"lang: en\n{key}: {{pests: [tick]}}")


def test_each_entry_counts_once() -> None:
    assert with_changes(["a", "b"], added=["c", "a", "c"], left_out=["b"]) == ("a", "c")
