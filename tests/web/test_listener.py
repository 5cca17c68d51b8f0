"""A listener knows its port at once, says when it is taken, leaves signals alone and stops when told."""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from bot.web.guard import LARGEST_UPLOAD
from bot.web.listener import Listener, PortTakenError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request


async def hello(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def measured(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def page(_request: Request) -> StreamingResponse:
    async def news() -> AsyncIterator[str]:
        for word in ("opened ", "still ", "here"):
            yield word
            await asyncio.sleep(0.3)

    return StreamingResponse(news())


def listener(port: int = 0) -> Listener:
    routes = [Route("/", hello), Route("/measure", measured, methods=["POST"]), Route("/page", page)]
    return Listener(Starlette(routes=routes), port=port, setting="desks.console.port")


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    """A listener that answers; its port."""
    ours = listener()
    running = asyncio.create_task(ours.run())
    await ours.started.wait()
    yield ours.port
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def said(port: int, *sent: bytes) -> bytes:
    """All that is answered to these bytes until the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.writelines(sent)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


async def test_port_is_known_before_it_serves_and_free_after_it_stopped() -> None:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    ours = listener()
    assert ours.port > 0
    stopped: list[str] = []
    running = asyncio.create_task(ours.run(stopping=lambda: stopped.append("said")))
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{ours.port}/")).text == "hello"
        assert {number: signal.getsignal(number) for number in handlers} == handlers
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert stopped == ["said"]
    listener(ours.port).close()


async def test_taken_port_names_the_port_and_the_setting() -> None:
    first = listener()
    with pytest.raises(PortTakenError, match=rf"Port {first.port} on 127.0.0.1 .*desks.console.port"):
        listener(first.port)
    first.close()


@pytest.mark.parametrize("beside", [b"", b"Content-Length: 2\r\n"])
async def test_body_without_a_length_that_counts_is_refused_unread(beside: bytes) -> None:
    head = b"POST /measure HTTP/1.1\r\nHost: localhost\r\n" + beside + b"Transfer-Encoding: chunked\r\n\r\n"
    async with serving() as port:
        answer = await said(port, head)
    assert answer.startswith(b"HTTP/1.1 411 ")
    assert b"says its length beforehand" in answer


async def test_nothing_larger_than_the_largest_file_is_read_to_its_end() -> None:
    async with serving() as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        whole = await client.post("/measure", content=b"x" * LARGEST_UPLOAD)
        assert (whole.status_code, whole.text) == (200, str(LARGEST_UPLOAD))
        head = b"POST /measure HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (LARGEST_UPLOAD * 10)
        answer = await said(port, head, b"x" * (LARGEST_UPLOAD + 1))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"more than 16 MB" in answer


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.listener.HEAD_SECONDS", 0.2)
    monkeypatch.setattr("bot.web.listener.BODY_SECONDS", 0.2)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: loc",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: loc",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc",
    ],
)
async def test_whoever_sends_no_whole_request_is_hung_up_on(sent: bytes) -> None:
    async with serving() as port:
        answer = await said(port, sent)
    assert answer.count(b"HTTP/1.1 200 OK") == sent.count(b"\r\n\r\n")


@pytest.mark.usefixtures("impatient")
async def test_body_that_stays_away_is_not_waited_for() -> None:
    async with serving() as port:
        answer = await said(port, b"POST /measure HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"did not come in time" in answer


@pytest.mark.usefixtures("impatient")
async def test_open_page_outlasts_every_deadline() -> None:
    async with serving() as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert (await client.get("/page")).text == "opened still here"
        assert (await client.get("/")).text == "hello"


async def test_full_listener_says_so_and_another_answers_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.listener.MOST_CONNECTIONS", 3)
    async with serving() as port, serving() as health, httpx.AsyncClient() as client:
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        assert (await client.get(f"http://127.0.0.1:{port}/")).status_code == 503
        assert (await client.get(f"http://127.0.0.1:{health}/")).text == "hello"
        for _, writer in idle:
            writer.close()
            await writer.wait_closed()
        assert (await client.get(f"http://127.0.0.1:{port}/")).text == "hello"
