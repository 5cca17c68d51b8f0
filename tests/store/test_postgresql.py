"""Several workers on one server: each transaction as if alone, and every refusal as on SQLite."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from bot.model import Event, State
from bot.store import Stale, Store, StoreError
from tests.fakes.databases import Server, needs_postgresql, server
from tests.store.scene import LEADER, PARTY, PEOPLE, QUIET, Clock, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = needs_postgresql
WORKERS = 4


@pytest.fixture
async def workers() -> AsyncIterator[list[Scene]]:
    """Some processes' worth of stores on one new database, opened at the same moment."""
    address, clock = server().new_database(), Clock()
    opened = [asyncio.to_thread(Store.open, address, now=clock) for _ in range(WORKERS)]
    scenes = [Scene(store=store, clock=clock, address=address) for store in await asyncio.gather(*opened)]
    await scenes[0].store.seed([PARTY, LEADER, QUIET], PEOPLE)
    yield scenes
    for scene in scenes:
        await scene.store.close()


async def test_workers_that_start_together_make_one_schema(workers: list[Scene]) -> None:
    assert [await scene.store.check() for scene in workers] == [[]] * WORKERS


async def test_one_page_received_by_all_workers_at_once_is_stored_once(workers: list[Scene]) -> None:
    page = [workers[0].received(str(number)) for number in range(20)]
    opened = await asyncio.gather(*(scene.receive(*page, cursor="20") for scene in workers))
    assert sorted(map(len, opened)) == [0, 0, 0, 20]
    assert len(await workers[0].store.cases(states=[State.OPEN], limit=100)) == 20
    assert await workers[0].store.verify() == []


async def test_one_chain_grows_by_what_every_worker_adds(workers: list[Scene]) -> None:
    notes = [scene.store.note("bot.started", actor="bot") for scene in workers for _ in range(10)]
    await asyncio.gather(*notes)
    assert len(await workers[0].store.audit_events("system")) >= WORKERS * 10
    assert await workers[0].store.verify() == []


async def test_a_case_is_claimed_by_one_worker_and_the_others_are_told(workers: list[Scene]) -> None:
    case = await workers[0].approve(await workers[0].opened())
    claimed = await asyncio.gather(*(scene.claim(case) for scene in workers), return_exceptions=True)
    assert [type(one) for one in claimed if isinstance(one, BaseException)] == [Stale] * (WORKERS - 1)


async def test_a_second_bot_on_the_same_database_is_refused_until_the_first_has_ended() -> None:
    address, clock = server().new_database(), Clock()
    first = Store.open(address, now=clock, exclusive=True)
    with pytest.raises(StoreError, match="another bot is running on this database"):
        Store.open(address, now=clock, exclusive=True)
    beside = Store.open(address, now=clock)
    assert await beside.paused() == {}
    await beside.close()
    await first.close()
    await Store.open(address, now=clock, exclusive=True).close()


async def test_what_one_claims_is_left_to_it_while_it_lives_and_taken_up_once_it_is_gone(workers: list[Scene]) -> None:
    scene, address, clock = workers[0], workers[0].address, workers[0].clock
    first, second = (Store.open(address, now=clock, helper=True) for _ in range(2))
    case = await scene.approve(await scene.opened())
    until = clock() + timedelta(minutes=2)
    claimed = await scene.change(case, Event.CLAIMED, owner=first.owner, claimed_until=until)
    assert await second.next_due("party", clock(), owner=second.owner) is None
    assert await second.accounts_due(clock(), owner=second.owner) == []
    await first.close()
    assert await second.next_due("party", clock(), owner=second.owner) == claimed
    assert await second.accounts_due(clock(), owner=second.owner) == ["party"]
    await second.close()


async def test_a_place_that_was_lost_with_the_server_is_taken_again_unless_another_was_first() -> None:
    own, clock = Server(), Clock()
    try:
        address = own.new_database()
        desk = Store.open(address, now=clock, exclusive=True)
        assert await desk.stays()
        own.stop()
        with pytest.raises(StoreError, match="cannot be reached"):
            await desk.stays()
        own.start()
        assert await desk.stays()
        with pytest.raises(StoreError, match="another bot is running"):
            Store.open(address, now=clock, exclusive=True)
        own.stop()
        own.start()
        other = Store.open(address, now=clock, exclusive=True)
        assert not await desk.stays()
        await other.close()
        await desk.close()
    finally:
        own.remove()


async def test_a_server_that_was_restarted_is_used_again() -> None:
    own, clock = Server(), Clock()
    try:
        store = Store.open(own.new_database(), now=clock)
        await store.seed([PARTY], PEOPLE)
        own.stop()
        with pytest.raises(StoreError, match=r"cannot be reached|was stopped"):
            await store.pause("all", actor="ann")
        own.start()
        await store.pause("all", actor="ann")
        assert set(await store.paused()) == {"all"}
        await store.close()
    finally:
        own.remove()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DROP TRIGGER audit_events_kept ON audit_events", "trigger audit_events_kept is missing"),
        ("ALTER TABLE cases DISABLE TRIGGER cases_kept", "trigger cases_kept was altered"),
        ("DROP INDEX one_live_publication_per_case", "index one_live_publication_per_case is missing"),
        ("ALTER TABLE cases DROP CONSTRAINT cases_check", "constraint cases_check of cases is missing"),
        ("CREATE TABLE extra (id INTEGER)", "table extra is not ours"),
        (
            "CREATE OR REPLACE FUNCTION cases_kept() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
            "function cases_kept was altered",
        ),
        ("UPDATE alembic_version SET version_num = '0000'", "at revision 0000"),
    ],
)
async def test_what_was_altered_by_hand_is_named(workers: list[Scene], statement: str, fault: str) -> None:
    with closing(psycopg.connect(workers[0].address, autocommit=True)) as connection:
        connection.execute(statement)
    assert [one for one in await workers[0].store.check() if fault in one]


async def test_evidence_is_not_emptied_at_one_stroke(workers: list[Scene]) -> None:
    with (
        closing(psycopg.connect(workers[0].address, autocommit=True)) as connection,
        pytest.raises(psycopg.IntegrityError, match="never removed"),
    ):
        connection.execute("TRUNCATE audit_events")


async def test_a_database_that_is_not_there_is_said_plainly(workers: list[Scene]) -> None:
    with pytest.raises(StoreError, match=r"does not let us in.*does not exist"):
        Store.open(workers[0].address.replace("/db_", "/no_"), now=Clock())


def test_a_database_without_tables_is_not_yet_one_of_ours() -> None:
    address = server().new_database()
    assert not Store.exists(address)
    store = Store.open(address, now=Clock())
    assert Store.exists(address)
    asyncio.run(store.close())


async def test_a_backup_is_left_to_the_servers_own_tools(workers: list[Scene], tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        await workers[0].store.backup(tmp_path / "copy")
