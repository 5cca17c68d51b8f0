"""What was typed comes back with the answer; what only says which page it was is no reason to keep a form."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request

from bot.web.returning import LARGEST, kept


def posted(method: str = "POST", **fields: str) -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": urlencode(fields).encode(), "more_body": False}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    return Request({"type": "http", "method": method, "path": "/case/c1/edit", "headers": headers}, receive)


async def test_typed_words_are_shown_and_the_rest_goes_with_them() -> None:
    found = await kept(posted(version="3", seen="1", text="Two words.", reason="danger"))
    assert found is not None
    assert found.path == "/case/c1/edit"
    assert found.words == (("text", "Two words."),)
    assert found.rest == (("version", "3"), ("seen", "1"), ("reason", "danger"))


async def test_press_without_words_is_not_kept_for_later() -> None:
    assert await kept(posted(version="3", seen="1")) is None
    assert await kept(posted(version="3", text="  ")) is None
    assert await kept(posted("GET", text="Two words.")) is None


async def test_proof_of_a_passkey_is_never_shown_again() -> None:
    assert await kept(posted(credential="{}")) is None


async def test_file_that_is_larger_than_a_form_is_not_given_back() -> None:
    request = posted(text="Two words.")
    headers = [*request.scope["headers"], (b"content-length", str(LARGEST + 1).encode())]
    assert await kept(Request({**request.scope, "headers": headers}, request.receive)) is None
