"""Open pages are woken, told what is theirs to know, and let go when the console closes."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from bot.review.console.live import NOTICE_SECONDS, NOTICES_KEPT, OPEN_SECONDS, Live


async def test_page_hears_once_of_many_changes_until_the_console_closes() -> None:
    live = Live(lambda: 0.0)
    async with aclosing(live.stream(who="mara", safety=False)) as stream:
        assert await anext(stream) == "retry: 3000\n\n"
        live.tell("A line.", safety=False)
        live.changed()
        live.changed()
        assert await anext(stream) == "event: changed\ndata: {}\n\n"
        live.close()
        assert [event async for event in stream] == []


async def test_notice_for_the_safety_desk_reaches_nobody_else() -> None:
    live = Live(lambda: 0.0)
    everybody, team = live.stream(who="mara", safety=False), live.stream(who="nadia", safety=True)
    async with aclosing(everybody) as staff, aclosing(team) as safety:
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
    stream = live.stream(who="mara", safety=False)
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


async def test_who_has_a_case_open_is_told_to_the_others_and_ends_with_the_page() -> None:
    live = Live(lambda: 0.0)
    onlooker = live.stream(who="tom", safety=False, name=str.upper)
    async with aclosing(onlooker):
        await anext(onlooker)
        mara = live.stream(who="mara", safety=False, case=("c1", False))
        await anext(mara)
        assert await anext(onlooker) == 'event: who\ndata: {"c1": ["MARA"]}\n\n'
        assert live.has_open("mara") == {"c1"}
        assert live.openings(safety=False, but="mara") == {}
        await mara.aclose()
        assert await anext(onlooker) == "event: who\ndata: {}\n\n"
        assert live.has_open("mara") == frozenset()


async def test_page_that_opens_later_hears_at_once_who_has_what_open() -> None:
    live = Live(lambda: 0.0)
    live.opens("mara", "c1", safety=False)
    async with aclosing(live.stream(who="tom", safety=False)) as stream:
        await anext(stream)
        assert await anext(stream) == 'event: who\ndata: {"c1": ["mara"]}\n\n'


def test_case_without_a_script_counts_as_open_for_some_minutes_or_until_its_reader_goes_elsewhere() -> None:
    seconds = [0.0]
    live = Live(lambda: seconds[0])
    live.opens("mara", "c1", safety=False)
    live.opens("tom", "c1", safety=False)
    assert live.openings(safety=False, but="") == {"c1": ["mara", "tom"]}
    live.goes_elsewhere("tom")
    live.goes_elsewhere("tom")
    assert live.openings(safety=False, but="") == {"c1": ["mara"]}
    seconds[0] = OPEN_SECONDS
    assert live.openings(safety=False, but="") == {}


def test_open_safety_case_is_known_to_those_for_whom_it_exists() -> None:
    live = Live(lambda: 0.0)
    live.opens("nadia", "threat", safety=True)
    assert live.openings(safety=False, but="") == {}
    assert live.openings(safety=True, but="") == {"threat": ["nadia"]}


async def test_stream_ends_at_the_next_news_once_its_reader_is_signed_out() -> None:
    live, inside = Live(lambda: 0.0), [True]

    async def still() -> bool:
        return inside[0]

    async with aclosing(live.stream(who="tom", safety=False, still=still)) as stream:
        await anext(stream)
        live.changed()
        assert "changed" in await anext(stream)
        inside[0] = False
        live.changed()
        assert [event async for event in stream] == []
    assert live.readers == 0
