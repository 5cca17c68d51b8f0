"""Addresses are found, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from bot.rules.disguise.addresses import HIDDEN, may_hide, without_sites


@pytest.mark.parametrize("text", ["see https://a.example/x y", "hi @ann@b.example there", "🇬🇧 here", "www.a.example"])
def test_an_address_is_found(text: str) -> None:
    assert may_hide(text)
    assert HIDDEN.search(text)


def test_a_site_is_blanked_to_the_end_of_its_path_and_keeps_its_length() -> None:
    assert without_sites("see moron.co.uk/kill, yes") == "see                 , yes"


def test_a_stop_without_a_space_is_no_site() -> None:
    assert without_sites("what a moron.You go") == "what a moron.You go"
