from __future__ import annotations

import pytest
from starlette.requests import Request

from bot.platforms.simulated.fields import Fields, read
from bot.platforms.simulated.people import Refused


def request(body: bytes, kind: str, query: bytes = b"") -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": query,
        "headers": [(b"content-type", kind.encode())],
    }
    return Request(scope, receive)


async def test_a_form_and_a_query_are_read_alike() -> None:
    fields = await read(request(b"status=hi&media_ids[]=1&media_ids[]=2", "application/x-www-form-urlencoded", b"a=b"))
    assert (fields.one("status"), fields.many("media_ids"), fields.one("a")) == ("hi", ["1", "2"], "b")


async def test_json_is_read_with_what_is_nested_in_it() -> None:
    fields = await read(
        request(b'{"status": "hi", "sensitive": true, "poll": {"options": ["a", "b"]}}', "application/json")
    )
    assert (fields.one("status"), fields.true("sensitive"), fields.inner("poll").many("options")) == (
        "hi",
        True,
        ["a", "b"],
    )


@pytest.mark.parametrize("body", [b"{", b"[]"])
async def test_json_that_is_not_an_object_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        await read(request(body, "application/json"))
    assert refused.value.status == 400


def test_a_nested_form_field_is_found_under_its_name() -> None:
    fields = Fields([("poll[options][]", "a"), ("poll[options][]", "b"), ("poll[multiple]", "1")])
    assert fields.inner("poll").many("options") == ["a", "b"]
    assert fields.inner("poll").true("multiple")


def test_what_was_not_sent_is_not_there() -> None:
    fields = Fields([("spoiler_text", "")])
    assert fields.has("spoiler_text")
    assert not fields.has("status")
    assert fields.one("status") is None
