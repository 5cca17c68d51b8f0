"""A listener knows its port at once, says when it is taken, leaves signals alone and stops when told."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.web.listener import Listener, PortTakenError

if TYPE_CHECKING:
    from starlette.requests import Request


async def hello(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


def listener(port: int = 0) -> Listener:
    return Listener(Starlette(routes=[Route("/", hello)]), port=port, setting="desks.console.port")


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
