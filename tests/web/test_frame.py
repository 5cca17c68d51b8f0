"""The frame escapes everything, refuses a missing name, and serves its own files only."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from jinja2 import UndefinedError
from starlette.applications import Starlette
from starlette.routing import Mount, Route

import bot.web
from bot.web.frame import message_page, static, templates

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PAGES = templates("bot.web", words={"loud": str.upper})
FILES = Path(bot.web.__file__).parent / "static"


async def get(path: str) -> httpx.Response:
    async def page(request: Request) -> Response:
        return message_page(PAGES, request, title="<i>T", text="<b>x", status=418, link=("/", "Back"))

    app = Starlette(routes=[Route("/page", page), Mount("/static", static())])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1") as client:
        return await client.get(path)


async def test_message_says_one_thing_and_escapes_it() -> None:
    answer = await get("/page")
    assert answer.status_code == 418
    assert "&lt;b&gt;x" in answer.text
    assert "<b>x" not in answer.text


def test_missing_name_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError):
        PAGES.env.from_string("{{ nothing }}").render()


def test_words_become_filters() -> None:
    assert PAGES.env.from_string("{{ 'a' | loud }}").render() == "A"


@pytest.mark.parametrize("name", ["style.css", "live.js", "icon.svg"])
async def test_files_may_be_kept_for_a_while(name: str) -> None:
    answer = await get(f"/static/{name}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"].startswith("private")


@pytest.mark.parametrize("path", ["/static/../frame.py", "/static/%2e%2e/frame.py", "/static/"])
async def test_nothing_else_is_served(path: str) -> None:
    assert (await get(path)).status_code in {404, 405}


def test_nothing_is_fetched_from_anywhere_else() -> None:
    for file in FILES.iterdir():
        assert not re.search(r"url\(|https?://(?!www\.w3\.org/2000/svg)|@import", file.read_text(encoding="utf-8"))
