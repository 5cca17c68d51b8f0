from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Original
from bot.platforms.mastodon.decode import mention_of
from bot.platforms.mastodon.entities import (
    Notification,
    NotUnderstoodError,
    Status,
    Unread,
    context,
    keep,
    many,
    one,
)
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


ANSWER = Original(body=b"", url="https://fernwick.example/api", received_at=datetime(2026, 11, 20, tzinfo=UTC))


def kept(body: bytes, read: object) -> list[Original]:
    """What each post that was read is said to have been."""
    keep(body, read, ANSWER)
    posts = read if isinstance(read, list) else [read]
    found = [post.status if isinstance(post, Notification) else post for post in posts]
    return [post.original for post in found if isinstance(post, Status) and isinstance(post.original, Original)]


def test_each_post_keeps_the_bytes_in_which_it_came() -> None:
    one_post = (
        b'{ "id":"1","uri":"https://x.example/1", "account":{"id":"9","acct":"sam"},\n'
        b'"created_at":"2026-11-20T10:00:00Z","odd":1.00}'
    )
    page = b'[{"id":"n1","type":"mention","status":' + one_post + b'},{"id":7},5,{"id":"n3","type":"follow"}]'
    (original,) = kept(page, many(page, Notification))
    assert (original.body, original.exact) == (one_post, True)
    page = b"[" + one_post + b", 3 ]"
    assert [each.body for each in kept(page, many(page, Status))] == [one_post]
    assert [each.body for each in kept(one_post, one(one_post, Status))] == [one_post]


def test_a_post_that_names_its_own_original_does_not_choose_it() -> None:
    body = encoded(status_json() | {"original": {"body": "a lie"}})
    assert mention_of(one(body, Status), account(PARTY, "https://fernwick.example")).original is None
    (original,) = kept(body, one(body, Status))
    assert original.body == body


def test_the_bytes_are_the_server_s_own_also_where_they_are_no_text() -> None:
    body = b"[" + encoded(status_json()).replace(b"Hello", b"Hel\xfflo") + b"]"
    (original,) = kept(body, many(body, Status))
    assert (original.exact, original.body) == (True, body[1:-1])


def test_where_posts_cannot_be_told_apart_by_their_place_each_is_written_anew_and_says_so() -> None:
    body = encoded({"ancestors": [{"id": 2}, status_json("1")], "descendants": []})
    read = context(body)
    keep(body, read, ANSWER)
    original = read.ancestors[0].original
    assert isinstance(original, Original)
    assert not original.exact
    assert json.loads(original.body)["account"]["username"] == "sam"
