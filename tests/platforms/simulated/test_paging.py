from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.simulated.fields import Fields
from bot.platforms.simulated.ids import LocalIds
from bot.platforms.simulated.paging import Pages
from bot.platforms.simulated.people import Refused


def page(items: list[str], **parameters: str) -> Pages[str]:
    return Pages(items, str, LocalIds(), Fields(list(parameters.items())), (3, 5))


TEN = [str(number) for number in range(95, 105)]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ["104", "103", "102"]),
        ({"limit": "99"}, ["104", "103", "102", "101", "100"]),
        ({"limit": "0"}, ["104"]),
        ({"max_id": "100"}, ["99", "98", "97"]),
        ({"since_id": "95"}, ["104", "103", "102"]),
        ({"min_id": "95"}, ["98", "97", "96"]),
        ({"min_id": "95", "max_id": "97"}, ["96"]),
        ({"min_id": "rubbish"}, ["97", "96", "95"]),
        ({"min_id": "104"}, []),
    ],
)
def test_pages_are_chosen_as_documented_and_are_newest_first(parameters: dict[str, str], expected: list[str]) -> None:
    assert list(page(TEN, **parameters).items) == expected


def test_the_link_header_leads_both_ways_and_keeps_what_was_asked() -> None:
    fields = Fields([("types[]", "mention"), ("limit", "2"), ("min_id", "96")])
    link = Pages(TEN, str, LocalIds(), fields, (3, 5)).link("http://x/api")
    assert link == {
        "Link": '<http://x/api?types[]=mention&limit=2&max_id=97>; rel="next", '
        '<http://x/api?types[]=mention&limit=2&min_id=98>; rel="prev"'
    }


def test_an_empty_page_has_no_links() -> None:
    assert page([]).link("http://x") == {}


def test_a_limit_that_is_no_number_is_refused() -> None:
    with pytest.raises(Refused):
        page(TEN, limit="many")


@given(st.integers(0, 40), st.integers(1, 5))
def test_following_max_id_reads_everything_backwards(count: int, limit: int) -> None:
    items = [str(number) for number in range(1, count + 1)]
    read: list[str] = []
    last: dict[str, str] = {}
    while (found := page(items, limit=str(limit), **last)).items:
        read += found.items
        last = {"max_id": found.items[-1]}
    assert read == items[::-1]
