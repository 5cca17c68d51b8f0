"""Ticks as jobs, on a real PostgreSQL: one at a time, none lost, and none kept by a process that is gone."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
import pytest

from bot.duties import Duty
from bot.spread import SCHEMA, Spread
from tests.fakes.databases import needs_postgresql, server
from tests.fakes.town import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = needs_postgresql


@dataclass
class Worker:
    """One process's jobs, and what they made it do."""

    spread: Spread
    done: list[str]
    said: list[tuple[str, bool]]
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    at_work: int = 0
    most_at_once: int = 0


@asynccontextmanager
async def worker(address: str, *duties: Duty) -> AsyncIterator[Worker]:
    async def work(tick: str) -> None:
        one.at_work += 1
        one.most_at_once = max(one.most_at_once, one.at_work)
        await one.go_on.wait()
        one.at_work -= 1
        one.done.append(tick)

    def say(text: str, safety: bool) -> None:  # noqa: FBT001  as a desk's door has it
        one.said.append((text, safety))

    one = Worker(spread=Spread(address, duties, work=work, say=say), done=[], said=[])
    one.go_on.set()
    stop = asyncio.Event()
    async with one.spread.open():
        running = asyncio.create_task(one.spread.run(stop))
        try:
            yield one
        finally:
            stop.set()
            one.go_on.set()
            running.cancel()
            await asyncio.wait([running])


@pytest.fixture
def address() -> str:
    return server().new_database()


async def test_tick_goes_to_whoever_has_its_duty(address: str) -> None:
    async with worker(address, Duty.DESK) as desk, worker(address, Duty.PUBLISH) as publisher:
        desk.spread.hand("publish:leader")
        publisher.spread.hand("desk:console")
        await until(lambda: have(publisher.done, "publish:leader"))
        await until(lambda: have(desk.done, "desk:console"))
        assert (desk.done, publisher.done) == (["desk:console"], ["publish:leader"])


async def test_sentence_goes_to_the_desk(address: str) -> None:
    async with worker(address, Duty.DESK) as desk, worker(address, Duty.PUBLISH) as publisher:
        publisher.spread.say("The server is down.", False)  # noqa: FBT003  as a desk's door has it
        publisher.spread.say("Escalated.", True)  # noqa: FBT003  as above
        await until(lambda: have(desk.said, ("Escalated.", True)))
        assert sorted(desk.said) == [("Escalated.", True), ("The server is down.", False)]


async def test_no_two_work_on_the_same_tick_and_a_wake_meanwhile_is_not_lost(address: str) -> None:
    async with worker(address, *Duty) as first, worker(address, Duty.PUBLISH) as second:
        first.go_on.clear()
        second.go_on.clear()
        first.spread.hand("publish:leader")
        await until(lambda: busy(first, second, 1))
        for _ in range(3):
            second.spread.hand("publish:leader")
            await until(lambda: waiting(address, 1))
        assert first.at_work + second.at_work == 1
        first.go_on.set()
        second.go_on.set()
        await until(lambda: ended(first, second, 2))
        assert max(first.most_at_once, second.most_at_once) == 1
        await until(lambda: waiting(address, 0))


async def test_job_of_a_process_that_is_gone_is_given_to_another(address: str) -> None:
    async with worker(address, *Duty) as alive:
        with psycopg.connect(address, autocommit=True, options=f"-c search_path={SCHEMA}") as connection:
            gone = connection.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
            ).fetchone()
            assert gone is not None
            connection.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status, worker_id) VALUES"
                " ('publish', 'tick', 'publish:leader', '{\"name\": \"publish:leader\"}', 'doing', %s)",
                gone,
            )
        await until(lambda: have(alive.done, "publish:leader"))


async def test_name_that_nobody_gave_is_a_mistake_that_shows(address: str) -> None:
    with pytest.raises(KeyError):
        Spread(address, Duty, work=asyncio.sleep, say=print).hand("nonsense")  # type: ignore[arg-type]  # never called


async def test_jobs_go_on_after_the_server_has_restarted(address: str) -> None:
    async with worker(address, *Duty) as one:
        one.spread.hand("nudge")
        await until(lambda: have(one.done, "nudge"))
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        one.spread.hand("purge")
        await until(lambda: have(one.done, "purge"))


async def have(things: list[object] | list[str] | list[tuple[str, bool]], thing: object) -> bool:
    return thing in things


async def busy(first: Worker, second: Worker, number: int) -> bool:
    return first.at_work + second.at_work == number


async def ended(first: Worker, second: Worker, number: int) -> bool:
    return len(first.done) + len(second.done) == number


async def waiting(address: str, number: int) -> bool:
    async with await psycopg.AsyncConnection.connect(address, options=f"-c search_path={SCHEMA}") as connection:
        cursor = await connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return await cursor.fetchone() == (number,)
