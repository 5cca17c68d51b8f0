"""A token that nobody guesses, a link that stands once in a reply, and an ending that is not counted."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.responses import ReplyLinks, Responses, digest_of, length, measure_of, new_token
from bot.responses.links import ALPHABET, LONGEST_TOKEN, TOKEN_CHARACTERS
from bot.responses.wording import LINK

if TYPE_CHECKING:
    from bot.config import Party, Policies

LINKS = ReplyLinks("https://say.fernwick.example", "If we got this wrong, tell us:")
SHIPPED = Path(__file__).parents[2] / "responses"
TOKEN = "A" * TOKEN_CHARACTERS


def test_token_has_128_bits_and_no_character_that_is_taken_for_another() -> None:
    assert TOKEN_CHARACTERS * math.log2(len(set(ALPHABET))) >= 128
    assert not set(ALPHABET) & set("0OIl-_.")
    tokens = {new_token() for _ in range(1_000)}
    assert len(tokens) == 1_000
    assert all(len(token) == TOKEN_CHARACTERS and set(token) <= set(ALPHABET) for token in tokens)


def test_digest_is_one_way_and_takes_whatever_stands_in_an_address() -> None:
    assert len({digest_of(token) for token in (TOKEN, TOKEN.lower(), "", "\ud800", "é")}) == 5


def test_link_stands_at_the_end_behind_the_invitation() -> None:
    text = "@sam@social.example Be kind. https://fernwick.example/code"
    linked = LINKS.linked(text, TOKEN)
    assert linked == f"{text} If we got this wrong, tell us: https://say.fernwick.example/r/{TOKEN}"
    assert LINKS.without(linked) == text


def test_correction_ends_with_a_way_to_a_person_instead() -> None:
    linked = LINKS.linked("@sam@social.example We were wrong.", TOKEN, correction=True)
    assert linked == f"@sam@social.example We were wrong. To reach a person: {LINKS.link(TOKEN)}"
    assert LINKS.without(linked) == "@sam@social.example We were wrong."
    assert LINKS.linked(linked, TOKEN) == linked


@pytest.mark.parametrize("left", ["B" * TOKEN_CHARACTERS, "short", "B" * 60])
def test_link_of_another_reply_gives_way_to_its_own(left: str) -> None:
    text = f"@sam@social.example Tell us at HTTPS://say.fernwick.example/r/{left}, please."
    assert LINKS.linked(text, TOKEN) == f"@sam@social.example Tell us at {LINKS.link(TOKEN)}, please."


@given(text=st.text(), tokens=st.tuples(st.just(TOKEN), st.text(ALPHABET, min_size=22, max_size=22)))
def test_however_often_it_is_linked_a_reply_has_its_own_link_once(text: str, tokens: tuple[str, str]) -> None:
    first, last = tokens
    linked = LINKS.linked(LINKS.linked(text, first), last)
    assert linked.count(f"{LINKS.address}/r/") == 1
    assert LINKS.link(last) in linked
    assert LINKS.without(linked).split() == text.split()


def test_whole_link_counts_as_one_on_the_network() -> None:
    assert LINK.findall(LINKS.linked("Be kind.", TOKEN)) == [LINKS.link(TOKEN)]


def test_every_shipped_wording_has_room_for_it_and_the_server_for_both(party: Party, policies: Policies) -> None:
    with_links = Responses.load(SHIPPED, party=party, accounts=(), policies=policies, links=LINKS)
    for response in with_links.all:
        for shown in with_links.preview(response.id, "mastodon"):
            private = response.audience == "target"
            assert (LINKS.link(LONGEST_TOKEN) in shown.text) is not private
            assert shown.longest <= measure_of("mastodon").limit
            assert length(shown.stretched, "mastodon") <= 500
