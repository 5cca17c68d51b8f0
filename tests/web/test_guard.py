"""The guard lets in our own pages' requests and nobody else's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.web.guard import LARGEST_BODY, LARGEST_UPLOAD, SECURITY_HEADERS, Guard

if TYPE_CHECKING:
    from starlette.requests import Request

HOST = "127.0.0.1:8311"


async def ask(
    method: str = "GET", *, host: str = HOST, public: str | None = None, body: bytes = b"", **headers: str
) -> httpx.Response:
    async def hello(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    async def fail(_request: Request) -> PlainTextResponse:
        raise RuntimeError

    routes = [Route(path, hello, methods=["GET", "POST"]) for path in ("/", "/upload", "/upload/other")]
    routes.append(Route("/fail", fail))
    app = Guard(Starlette(routes=routes), public_host=public, uploads=re.compile("/upload"))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
        path = headers.pop("path", "/")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await client.request(method, path, headers={"host": host, **sent}, content=body)


@pytest.mark.parametrize("host", ["127.0.0.1:8311", "localhost", "localhost:1", "[::1]:8311"])
async def test_loopback_names_are_answered(host: str) -> None:
    assert (await ask(host=host)).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "desk.example:81", "[", "", "localhost@x"])
async def test_other_names_are_refused_so_that_rebinding_is_useless(host: str) -> None:
    answer = await ask(host=host, public="desk.example")
    assert answer.status_code == 400
    assert "server.public_url" in answer.text


async def test_the_public_name_is_answered() -> None:
    assert (await ask(host="desk.example", public="desk.example")).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
async def test_post_from_another_site_is_refused(site: str) -> None:
    answer = await ask("POST", sec_fetch_site=site, origin=f"http://{HOST}")
    assert answer.status_code == 403
    assert "another site" in answer.text


async def test_post_from_our_own_page_is_let_in() -> None:
    assert (await ask("POST", sec_fetch_site="same-origin")).status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [(f"http://{HOST}", 200), ("null", 403), ("", 403), ("http://evil.example", 403), (f"http://{HOST}.evil", 403)],
)
async def test_without_word_of_the_site_the_origin_decides(origin: str, status: int) -> None:
    assert (await ask("POST", origin=origin)).status_code == status


async def test_post_with_neither_is_refused() -> None:
    assert (await ask("POST")).status_code == 403


async def test_page_of_another_port_cannot_post_here() -> None:
    assert (await ask("POST", origin="http://127.0.0.1:9999")).status_code == 403


async def test_large_bodies_are_refused_unread() -> None:
    answer = await ask("POST", body=b"x" * (LARGEST_BODY + 1), sec_fetch_site="same-origin")
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/", "/nowhere", "/fail"])
async def test_every_answer_carries_the_headers(path: str) -> None:
    answer = await ask(path=path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/upload", LARGEST_BODY + 1, 200),
        ("/upload", LARGEST_UPLOAD + 1, 413),
        ("/upload/other", LARGEST_BODY + 1, 413),
    ],
)
async def test_only_where_files_are_uploaded_more_is_taken(path: str, size: int, status: int) -> None:
    answer = await ask("POST", path=path, body=b"x" * size, sec_fetch_site="same-origin")
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/%00", "/?q=a%00b"])
async def test_address_with_a_nul_is_refused(path: str) -> None:
    assert (await ask(path=path)).status_code == 400


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        'Application/X-WWW-Form-URLencoded;charset="utf-8"',
    ],
)
async def test_form_as_browsers_send_it_is_let_in(kind: str) -> None:
    assert (await ask("POST", content_type=kind, sec_fetch_site="same-origin")).status_code == 200


@pytest.mark.parametrize("codec", ["punycode", "idna", "undefined", "utf-7", "base64", "utf-8; charset=punycode"])
@pytest.mark.parametrize("path", ["/", "/upload"])
async def test_no_form_is_decoded_as_its_sender_wishes(codec: str, path: str) -> None:
    for kind in (
        f"multipart/form-data; boundary=b; charset={codec}",
        f"multipart/form-data; charset={codec}; boundary=b",
    ):
        answer = await ask("POST", path=path, content_type=kind, sec_fetch_site="same-origin")
        assert answer.status_code == 415
        assert "in UTF-8" in answer.text


@pytest.mark.parametrize(("path", "status"), [("/upload", 200), ("/", 415), ("/upload/other", 415)])
async def test_form_in_parts_is_let_in_only_where_files_are_uploaded(path: str, status: int) -> None:
    for kind in (
        "multipart/form-data; boundary=----WebKitFormBoundaryA1",
        "multipart/form-data; charset=utf-8; boundary=b",
    ):
        assert (await ask("POST", path=path, content_type=kind, sec_fetch_site="same-origin")).status_code == status
