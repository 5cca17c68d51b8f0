"""What the console writes into rule packs reads as if a person had written it."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.rules.language import Amended, Said
from bot.texts.packs import ListEdit, content_of, with_list_changed, with_own_list, with_rule_amended

OWN = """\
# Words of our own.
lang: en
lists:
  pest: [gnat, wasp]  # from the by-election
  other: [moth]
"""


def test_words_of_an_own_list_change_and_the_rest_of_the_file_stays() -> None:
    after = with_own_list(OWN, ListEdit(lang="en", name="pest", add=("tick", "gnat"), remove=("wasp",)))
    assert after == OWN.replace("[gnat, wasp]", "[gnat, tick]")


def test_words_for_a_list_of_another_file_are_added_and_left_out_in_a_new_file() -> None:
    edit = ListEdit(lang="en", name="pest", add=("tick", "gnat", "{moths}"), remove=("wasp", "not there"))
    text = with_list_changed(None, edit, entries=["gnat", "wasp"])
    assert text.startswith("# Written by the console: what this party changes in the list “pest”")
    said = yaml.safe_load(text)
    assert said == {"lang": "en", "additions": {"pest": ["tick", "{moths}"]}, "left_out": {"pest": ["wasp"]}}


def test_what_was_added_can_be_taken_back_and_what_was_left_out_be_put_back() -> None:
    first = ListEdit(lang="en", name="pest", add=("tick",), remove=("wasp",))
    text = with_list_changed(None, first, entries=["gnat", "wasp"])
    back = ListEdit(lang="en", name="pest", add=("wasp",), remove=("tick",))
    assert yaml.safe_load(with_list_changed(text, back, entries=["gnat", "wasp"])) == {"lang": "en"}


def test_an_amendment_is_written_whole_and_replaces_the_one_before() -> None:
    by = Amended(state="shadow", why="Too wide: buses.", ignores=(Said(text="off"), Said(text="b", bio="c")))
    text = with_rule_amended(None, "go-back", by, lang="en")
    amended = {"state": "shadow", "why": "Too wide: buses.", "ignores": ["off", {"text": "b", "bio": "c"}]}
    assert content_of(text, Path("x.yaml")) == {"lang": "en", "amended": {"go-back": amended}}
    again = with_rule_amended(text, "go-back", Amended(unless=("by bus",)), lang="en")
    assert content_of(again, Path("x.yaml"))["amended"] == {"go-back": {"unless": ["by bus"]}}
    assert "amended" not in with_rule_amended(again, "go-back", Amended(), lang="en")


def test_what_is_no_pack_has_no_content() -> None:
    assert content_of("- a", Path("x.yaml")) == {}
    assert content_of("a: [", Path("x.yaml")) == {}
