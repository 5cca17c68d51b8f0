from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.mastodon.decode import mention_of
from bot.platforms.mastodon.entities import NotUnderstoodError, Status, Unread, context, many, one
from tests.platforms.mastodon.conftest import PARTY, account, status_json


def encoded(content: object) -> bytes:
    return json.dumps(content).encode()


def test_a_post_as_the_documentation_shows_it_is_read() -> None:
    status = one(encoded(status_json("7")), Status)
    assert (status.id, status.account.acct, status.content) == ("7", "sam@elsewhere.example", "<p>Hello</p>")


def test_a_post_of_a_server_that_says_little_is_read() -> None:
    little = {"id": "1", "uri": "u", "created_at": "2026-11-20T10:00:00Z", "account": {"id": "1", "acct": "sam"}}
    assert one(encoded(little), Status).content is None


def test_one_strange_item_does_not_cost_the_others_of_its_page() -> None:
    page = [status_json("3"), {"id": "2", "uri": 5}, 7, status_json("1")]
    items = many(encoded(page), Status)
    assert [item.id for item in items] == ["3", "2", "?", "1"]
    assert [type(item) for item in items] == [Status, Unread, Unread, Status]


def test_what_is_wrong_with_an_item_is_told_without_its_content() -> None:
    (item,) = many(encoded([status_json("1") | {"content": 3, "spoiler_text": "a secret"}]), Status)
    assert isinstance(item, Unread)
    assert "content" in item.why
    assert "secret" not in item.why


def test_half_a_surrogate_pair_becomes_a_mark() -> None:
    (item,) = many(encoded([status_json("1", content="a\ud83d b")]), Status)
    assert isinstance(item, Status)
    assert item.content == "a\ufffd b"


def test_a_strange_reply_does_not_cost_the_thread() -> None:
    read = context(encoded({"ancestors": [status_json("1")], "descendants": [{"id": 2}, status_json("3")]}))
    assert ([s.id for s in read.ancestors], [s.id for s in read.descendants]) == (["1"], ["3"])


def test_a_web_page_is_not_json() -> None:
    with pytest.raises(json.JSONDecodeError):
        many(b"<!doctype html><title>Busy</title>", Status)


@pytest.mark.parametrize("body", [b"{}", b"[" * 200_000, b'"text"', b"[" + b"9" * 5000 + b",]"])
def test_json_of_another_kind_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstoodError):
        many(body, Status)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.binary())
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    for read in (lambda: one(body, Status), lambda: many(body, Status), lambda: context(body)):
        with contextlib.suppress(NotUnderstoodError, json.JSONDecodeError):
            read()


@given(st.lists(st.dictionaries(st.sampled_from([*status_json(), "account"]), ANYTHING, max_size=4), max_size=3))
def test_every_item_of_a_list_is_read_or_noted_in_its_place(changes: list[dict[str, object]]) -> None:
    page = [status_json(str(number)) | change for number, change in enumerate(changes)]
    items = many(json.dumps(page).encode(), Status)
    assert len(items) == len(page)
    for item, said in zip(items, page, strict=True):
        if isinstance(item, Status):
            assert item.id == said["id"]
            mention_of(item, account(PARTY, "https://fernwick.example"))
