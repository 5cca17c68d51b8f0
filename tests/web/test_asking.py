"""A terminal asks the running bot itself how it is, and believes nothing else."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from starlette.responses import PlainTextResponse

from bot.web.asking import NOT_RUNNING, UNKNOWN, how_it_is
from bot.web.listener import Listener
from tests.fakes.terminal import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def answering(body: str, status: int = 200) -> AsyncIterator[int]:
    listener = Listener(PlainTextResponse(body, status_code=status), port=0, setting="server.health_port")
    serving = asyncio.create_task(listener.run())
    try:
        yield listener.port
    finally:
        serving.cancel()
        await asyncio.wait([serving])


@pytest.mark.parametrize(
    ("body", "code", "expected"),
    [
        ({"status": "ok", "up_seconds": 3}, 200, ("ok", ())),
        ({"status": "ill", "reasons": ["publish: it fails"]}, 503, ("ill", ("publish: it fails",))),
        (
            {"status": "safe mode", "reasons": ["safe mode: config.yaml:1: x"]},
            503,
            ("safe mode", ("safe mode: config.yaml:1: x",)),
        ),
    ],
)
async def test_it_says_what_the_page_says(
    body: dict[str, object], code: int, expected: tuple[str, tuple[str, ...]]
) -> None:
    async with answering(json.dumps(body), code) as port:
        assert await asyncio.to_thread(how_it_is, port) == expected


@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", "{}", '"ok"', '{"status": "ok", "reasons": 1}'])
async def test_another_program_at_that_port_says_nothing_about_the_bot(body: str) -> None:
    async with answering(body) as port:
        assert (await asyncio.to_thread(how_it_is, port))[0] == UNKNOWN


def test_nobody_at_that_port_means_that_it_does_not_run() -> None:
    assert how_it_is(free_port()) == (NOT_RUNNING, ())
    assert how_it_is(0)[0] == UNKNOWN
