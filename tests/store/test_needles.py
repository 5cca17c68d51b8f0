"""A person is found by their handle, their addresses and their names, and nobody else is."""

from __future__ import annotations

import pytest

from bot.store.needles import Needles, identifiers_in, names_in, plain

AL = Needles.of(["@Al.Bo@other.example"], ["https://other.example/users/al.bo"], ["Al  Böhm!", "Al"])


@pytest.mark.parametrize(
    "text",
    [
        "@al.bo@other.example",
        "ask AL.BO@Other.example.",
        "@al.bo@other.example: you florp",
        '{"handle":"@al.bo@other.example"}',
        r'{"text":"Look\n@al.bo@other.example"}',
        r'{"text":"Look\tal.bo@other.example"}',
        "https://other.example/users/al.bo",
        "https://other.example/users/al.bo/statuses/7",
        "https://other.example/@al.bo/7",
    ],
)
def test_handle_and_addresses_give_them_away(text: str) -> None:
    assert AL.identify(text)
    assert AL.name(text)


def test_a_line_break_that_stands_in_json_hides_nobody() -> None:
    assert AL.name(r'{"note":"Rang\nAl Böhm"}')
    assert "al.bo@other.example" in identifiers_in(r'{"text":"Look\nal.bo@other.example"}')


@pytest.mark.parametrize(
    "text",
    [
        "@real.bo@other.example",
        "@sal.bo@other.example",
        "@al.bo@other.example.org",
        "@al.bo@another.example",
        "@al.bo@other.example:8443",
        "@al@other.example",
        "https://other.example/users/al.bonny",
        "https://other.example/@al.bo-2/7",
        "al.bo",
        "",
        None,
    ],
)
def test_nobody_else_is_taken_for_them(text: str | None) -> None:
    assert not AL.identify(text)


def test_names_count_as_words_where_staff_write_and_short_ones_never() -> None:
    assert AL.name("It was al böhm, again")
    assert AL.name("al.bo rang")
    assert not AL.name("Al rang")
    assert not AL.name("al böhmer")
    assert not AL.identify("Al Böhm")


def test_whatever_may_be_an_identifier_is_found_in_a_text() -> None:
    text = "See @Al.Bo@other.example, and (https://other.example/users/al.bo/statuses/7)."
    assert {"al.bo@other.example", "https://other.example/users/al.bo"} <= set(identifiers_in(text))


def test_every_run_of_up_to_four_words_may_be_a_name() -> None:
    assert list(names_in("Al Böhm rang")) == ["al", "al böhm", "al böhm rang", "böhm", "böhm rang", "rang"]


def test_a_handle_is_compared_without_its_sign_and_its_capitals() -> None:
    assert plain(" @Al@Other.example") == "al@other.example"
