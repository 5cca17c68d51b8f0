"""Every answer to strangers has strict headers, sets no cookie, and says nothing of who works here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.public import PublicSite, public_app, public_templates
from bot.web.listener import PortTakenError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

URL = "https://say.fernwick.example"
PAGES = public_templates("Fernwick Party")


async def hello(_request: Request) -> Response:
    return PlainTextResponse("hello")


async def fails(_request: Request) -> Response:
    raise RuntimeError("a secret")


def browser(url: str = URL) -> httpx.AsyncClient:
    app = public_app([Route("/hello", hello), Route("/fails", fails)], pages=PAGES, url=URL)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=url)


@pytest.mark.parametrize("path", ["/hello", "/fails", "/nowhere", "/", "/static/style.css", "/hello/%00"])
async def test_every_answer_is_for_no_search_engine_no_frame_and_no_script(path: str) -> None:
    async with browser() as client:
        answer = await client.get(path)
    policy = answer.headers["content-security-policy"]
    if "%00" not in path:
        assert "script-src" not in policy
        assert "noindex" in answer.headers["x-robots-tag"]
    assert "frame-ancestors 'none'" in policy
    assert answer.headers.get_list("content-security-policy") == [policy]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


async def test_failure_says_so_and_nothing_of_what_failed() -> None:
    async with browser() as client:
        answer = await client.get("/fails")
    assert answer.status_code == 500
    assert "Something is wrong" in answer.text
    assert "secret" not in answer.text


async def test_page_that_is_not_there_is_missing_whatever_is_asked_of_it() -> None:
    async with browser() as client:
        for answer in (await client.get("/nowhere"), await client.delete("/hello", headers={"origin": URL})):
            assert answer.status_code in {404, 405, 413}
            assert "hello" not in answer.text


async def test_other_name_is_refused_with_the_key_to_set() -> None:
    async with browser("https://evil.example") as client:
        answer = await client.get("/hello")
    assert (answer.status_code, "public.url" in answer.text) == (400, True)


async def test_pages_say_whose_they_are_and_lead_to_nothing_of_the_console() -> None:
    async with browser() as client:
        text = (await client.get("/nowhere")).text
    assert "Fernwick Party" in text
    assert "<script" not in text
    assert 'href="/"' not in text
    assert "http" not in text.replace(URL, "")


def test_port_that_is_taken_is_named_by_its_key() -> None:
    site = PublicSite([], pages=PAGES, url=URL, port=0)
    with pytest.raises(PortTakenError, match=r"public\.port"):
        PublicSite([], pages=PAGES, url=URL, port=site.port)
    site.close()
