"""Open pages are woken, told what is theirs to know, and let go when the console closes."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from bot.review.console.live import NOTICE_SECONDS, NOTICES_KEPT, Live


async def test_page_hears_once_of_many_changes_until_the_console_closes() -> None:
    live = Live(lambda: 0.0)
    async with aclosing(live.stream(safety=False)) as stream:
        assert await anext(stream) == "retry: 3000\n\n"
        live.tell("A line.", safety=False)
        live.changed()
        live.changed()
        assert await anext(stream) == "event: changed\ndata: {}\n\n"
        live.close()
        assert [event async for event in stream] == []


async def test_notice_for_the_safety_desk_reaches_nobody_else() -> None:
    live = Live(lambda: 0.0)
    async with aclosing(live.stream(safety=False)) as staff, aclosing(live.stream(safety=True)) as safety:
        await asyncio.gather(anext(staff), anext(safety))
        live.tell("A threat rings.", safety=True)
        assert "changed" in await anext(safety)
        woken = asyncio.ensure_future(anext(staff))
        await asyncio.sleep(0)
        assert not woken.done()
        live.changed()
        assert "changed" in await woken
    assert live.notices(safety=False) == []
    assert live.notices(safety=True) == ["A threat rings."]


async def test_page_that_has_gone_is_forgotten() -> None:
    live = Live(lambda: 0.0)
    stream = live.stream(safety=False)
    await anext(stream)
    await stream.aclose()
    live.changed()
    assert live.readers == 0


def test_notice_that_is_told_again_is_shown_once() -> None:
    live = Live(lambda: 0.0)
    for text in ("a", "b", "a"):
        live.tell(text, safety=False)
    assert live.notices(safety=False) == ["a", "b"]


def test_notices_fade_and_are_few() -> None:
    clock = [0.0]
    live = Live(lambda: clock[0])
    for number in range(NOTICES_KEPT + 3):
        live.tell(str(number), safety=False)
    assert live.notices(safety=False) == [str(number) for number in range(NOTICES_KEPT + 2, 2, -1)]
    clock[0] = NOTICE_SECONDS + 1.0
    assert live.notices(safety=False) == []
