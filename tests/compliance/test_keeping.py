"""The office lets go by itself of what need not be kept: in its store, and in the folder of the hand-over."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.compliance.keeping import Keeping, NotClearedError
from bot.store.compliance import Outcome
from tests.compliance.test_handing import way_of
from tests.fakes.wall import Wall, a_wall

if TYPE_CHECKING:
    from pathlib import Path

DROP = {"secret_env": "BODY_SECRET", "folder": "out"}


def keeping_of(wall: Wall) -> Keeping:
    terms = wall.behind.settings.retention.terms
    office = wall.behind
    return Keeping(store=wall.store, terms=terms, memory=office.memory, folder=office.folder, now=wall.comms.clock.now)


async def dropped(wall: Wall) -> int:
    """A referral that was concluded, and lies in the folder of the hand-over."""
    number = await wall.arrived()
    await wall.store.conclude(number, version=1, actor="greta", outcome=Outcome.WARNING)
    await wall.store.hand_over(number, actor="greta")
    async with httpx.AsyncClient() as client:
        await way_of(wall, client).run_once()
    return number


def names(wall: Wall) -> list[str]:
    assert wall.behind.folder is not None
    return sorted(path.name for path in wall.behind.folder.iterdir())


async def test_office_looks_at_its_start_and_then_every_hour(tmp_path: Path) -> None:
    async with a_wall(tmp_path, retention={"concluded_days": 1}) as wall:
        number = await wall.arrived()
        await wall.store.conclude(number, version=1, actor="greta", outcome=Outcome.WARNING)
        keeping = keeping_of(wall)
        wall.comms.clock.pass_(days=1, minutes=-30)
        await keeping.run_when_due()
        told = []
        for minutes in (59, 1):
            wall.comms.clock.pass_(minutes=minutes)
            await keeping.run_when_due()
            [referral] = await wall.store.concluded()
            told.append(referral.content is None)
    assert told == [False, True]


async def test_running_office_erases_what_has_had_its_time(tmp_path: Path) -> None:
    async with a_wall(tmp_path) as wall:
        number = await wall.arrived()
        await wall.store.conclude(number, version=1, actor="greta", outcome=Outcome.WARNING)
        wall.comms.clock.pass_(days=2192)
        stop, office = asyncio.Event(), wall.behind
        office.outbox_url = "http://127.0.0.1:9"
        async with asyncio.TaskGroup() as group:
            running = group.create_task(office.run(stop))
            while (await wall.store.concluded())[0].content:
                assert not running.done()
                await asyncio.sleep(0)
            stop.set()


async def test_copy_goes_after_it_was_acknowledged_and_nothing_else_that_lies_there(tmp_path: Path) -> None:
    async with a_wall(tmp_path, handover=DROP) as wall:
        number = await dropped(wall)
        assert wall.behind.folder is not None
        for name in ("notes.txt", "01.json", "7.json"):
            (wall.behind.folder / name).write_text("theirs")
        keeping = keeping_of(wall)
        wall.comms.clock.pass_(days=31)
        await keeping.run()
        assert f"{number}.json" in names(wall)
        await wall.store.note_answered(number, reference="SB-17")
        wall.comms.clock.pass_(days=30)
        await keeping.run()
        assert names(wall) == ["01.json", "7.json", "notes.txt"]


async def test_copy_that_was_never_acknowledged_goes_with_what_was_passed(tmp_path: Path) -> None:
    async with a_wall(tmp_path, handover=DROP) as wall:
        await dropped(wall)
        wall.comms.clock.pass_(days=2192)
        await keeping_of(wall).run()
        assert names(wall) == []


async def test_copy_that_cannot_be_removed_is_named(tmp_path: Path) -> None:
    async with a_wall(tmp_path, handover=DROP) as wall:
        number = await dropped(wall)
        assert wall.behind.folder is not None
        copy = wall.behind.folder / f"{number}.json"
        copy.unlink()
        copy.mkdir()
        wall.comms.clock.pass_(days=2192)
        with pytest.raises(NotClearedError, match=rf"{number}\.json: this copy of what was handed over"):
            await keeping_of(wall).run()
