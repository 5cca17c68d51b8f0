"""A console that cannot open says the same under every address, to anybody."""

from __future__ import annotations

import httpx
import pytest

from bot.web.closed import closed_app


async def ask(method: str, path: str, host: str = "127.0.0.1:8311") -> httpx.Response:
    app = closed_app(title="Safe mode", text="Nothing is posted.", public_host="desk.fernwick.example")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8311") as client:
        headers = {"host": host, "sec-fetch-site": "same-origin"}
        return await client.request(method, path, headers=headers, content=b"" if method == "POST" else None)


@pytest.mark.parametrize("path", ["/", "/case/abc", "/case/abc/approve", "/sign-in/token"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_every_address_says_it(method: str, path: str) -> None:
    answer = await ask(method, path)
    assert answer.status_code == 503
    assert "Nothing is posted." in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


async def test_it_has_its_style_and_answers_to_its_own_names_alone() -> None:
    assert (await ask("GET", "/static/style.css")).status_code == 200
    assert (await ask("GET", "/", "desk.fernwick.example")).status_code == 503
    assert (await ask("GET", "/", "elsewhere.example")).status_code == 400
