"""The door as its users need it: several at once, and a bot that is killed at any moment."""

from __future__ import annotations

import asyncio
import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.model import State
from bot.store import Stale, Store, StoreError
from tests.fakes.databases import only_sqlite
from tests.store.scene import Clock, Scene

if TYPE_CHECKING:
    from asyncio.subprocess import Process

ROOT = Path(__file__).parents[2]
BUSY_BOT = """
import asyncio, sys
from pathlib import Path
from tests.fakes.databases import only_sqlite
from tests.store.scene import scene_in

async def evening():
    scene = await scene_in(Path(sys.argv[1]), exclusive=True)
    page = 0
    while True:
        page += 1
        posts = [scene.received(f"{page}-{n}", "respond" if n % 10 == 0 else "ignore") for n in range(50)]
        first, *_ = await scene.receive(*posts, cursor=str(page))
        case = await scene.claim(await scene.approve(await scene.case(first)))
        await scene.intend(case)
        print(page, first, flush=True)

asyncio.run(evening())
"""


async def busy_bot(folder: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", BUSY_BOT, str(folder), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )


@only_sqlite
@pytest.mark.parametrize("pages", [1, 4, 9])
async def test_a_bot_that_is_killed_while_writing_loses_nothing_and_leaves_nothing_half(
    tmp_path: Path, pages: int
) -> None:
    bot = await busy_bot(tmp_path)
    assert bot.stdout is not None
    said = [(await bot.stdout.readline()).split() for _ in range(pages)]
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    with pytest.raises(StoreError, match="another bot is running"):
        Store.open(url, now=Clock(), exclusive=True)
    bot.kill()
    said += [line.split() for line in (await bot.stdout.read()).splitlines()]
    await bot.wait()
    store = Store.open(url, now=Clock(), exclusive=True)
    scene = Scene(store=store, clock=Clock(), address=url)
    assert int(await store.cursor("party") or 0) >= int(said[-1][0])
    for _, case_id in said:
        case = await scene.case(case_id.decode())
        assert case.state is State.PUBLISHING
        assert await store.reply_of(case.id) is not None
    cases = await store.cases(states=list(State), limit=100_000)
    assert len(cases) == 5 * int(await store.cursor("party") or 0)
    assert (await store.verify(), await store.check()) == ([], [])
    await store.close()


async def test_a_command_and_the_running_bot_work_on_one_file(scene: Scene) -> None:
    command = Store.open(scene.address, now=scene.clock)
    beside = Scene(store=command, clock=scene.clock, address=scene.address)
    pages = [scene.receive(*(scene.received(f"{page}-{n}") for n in range(5))) for page in range(10)]
    pauses = [command.pause(f"account-{number}", actor="ann") for number in range(10)]
    *opened, _ = await asyncio.gather(*pages, asyncio.gather(*pauses))
    for first, *_ in opened:
        case = await beside.case(str(first))
        results = await asyncio.gather(scene.approve(case, "ann"), beside.approve(case, "ben"), return_exceptions=True)
        assert sorted(type(result).__name__ for result in results) == ["Case", "Stale"]
    assert len(await scene.store.paused()) == 10
    assert await command.verify() == []
    await command.close()


async def test_the_loser_is_given_the_case_as_it_now_is(scene: Scene) -> None:
    case = await scene.opened()
    won = await scene.approve(case, "ann")
    with pytest.raises(Stale, match="stands at approved, version 2") as stale:
        await scene.approve(case, "ben")
    assert stale.value.case == won


async def test_what_is_read_is_one_moment_while_others_write(scene: Scene) -> None:
    async def write() -> None:
        for page in range(20):
            await scene.receive(*(scene.received(f"{page}-{n}") for n in range(5)))

    writing = asyncio.create_task(write())
    while not writing.done():
        assert len(await scene.store.cases(states=[State.OPEN])) % 5 == 0
    await writing


def test_every_method_of_an_open_store_is_a_coroutine_and_says_what_it_does() -> None:
    for name, method in inspect.getmembers(Store, inspect.isroutine):
        if not name.startswith("_"):
            waits = inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method)
            assert waits is (name not in {"open", "exists"}), name
            assert inspect.getdoc(method), name
