"""Somebody who is erased stands in no file of the office; neither a backup nor a box offered anew brings them back."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from bot.compliance.contents import contents_of
from bot.compliance.erasure import counts, erase, memory_of, said
from bot.compliance.office import open_office
from bot.privacy.memory import BadMemoryError
from bot.store import NotErasedError
from bot.store.compliance import ComplianceStore, Outcome
from tests.commands.test_compliance_subjects import box
from tests.compliance.test_keeping import dropped, keeping_of
from tests.fakes.databases import only_sqlite
from tests.fakes.office import ABUSE
from tests.fakes.wall import PRIVATE, TOKEN, Wall, a_wall
from tests.privacy.test_erasure import unreadable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.compliance.erasure import Erased

SAM, VIC = "@sam@tidewater.example", "@vic@tidewater.example"
DROP = {"secret_env": "BODY_SECRET", "folder": "out"}
FILE: dict[str, Any] = {"database": "sqlite:///bot.db"}
"""Where the store of the other side of the wall lies."""


@asynccontextmanager
async def a_file(folder: Path, **changes: Any) -> AsyncIterator[Wall]:
    """A wall whose office's database is a file, as its configuration says."""
    async with a_wall(folder, **FILE, **changes) as wall:
        yield wall


async def erased(wall: Wall, who: str = SAM) -> Erased:
    office = wall.behind
    return await erase(wall.store, office.memory, office.loaded, known=[who], names=[], actor="greta")


async def concluded(wall: Wall, text: str = ABUSE, **facts: str) -> int:
    number = await wall.arrived(text, **facts)
    await wall.store.conclude(number, version=1, actor="hugo", outcome=Outcome.WARNING)
    return number


def naming(wall: Wall, *words: bytes) -> list[str]:
    """Which files of the office hold these words."""
    files = [path for path in wall.behind.loaded.path.parent.rglob("*") if path.is_file()]
    return sorted(path.name for path in files if any(word in path.read_bytes().lower() for word in words))


async def back_from(wall: Wall, copy: Path) -> None:
    """Put the copy in the place of the office's database."""
    await wall.store.close()
    database = copy.parent / "bot.db"
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    shutil.move(copy, database)
    wall.behind.store = wall.taking.store = ComplianceStore.open(f"sqlite:///{database}", now=wall.comms.clock.now)


def copied(wall: Wall) -> Path:
    """A copy of the office's database, as it stands."""
    folder = wall.behind.loaded.path.parent
    wall.store._db.backend.backup(folder / "copy.db")  # noqa: SLF001  the office has no command for it
    return folder / "copy.db"


@only_sqlite
async def test_no_file_of_the_office_holds_them_any_more(tmp_path: Path) -> None:
    async with a_file(tmp_path, handover=DROP) as wall:
        await dropped(wall)
        assert naming(wall, b"sam@tidewater") == ["1.json", "bot.db-wal"]
        done = await erased(wall)
        assert naming(wall, b"sam@tidewater", b"florp") == []
        assert done.left == ("No. 1: the body's own system has it, and keeps a record of its own: tell them.",)
        assert done.as_dict()["referrals"] == 1
        assert "tidewater" not in str(done.as_dict())
        assert await wall.store.verify() == []


@only_sqlite
async def test_what_stays_is_said_by_number_and_what_is_by_hand_by_its_file(tmp_path: Path) -> None:
    async with a_file(tmp_path) as wall:
        await concluded(wall)
        waits = await wall.arrived("You florp again.")
        notes = wall.behind.loaded.path.parent / "notes.txt"
        notes.write_text(f"ring {SAM}", encoding="utf-8")
        done = await erased(wall)
        assert counts(done.receipt.found) == {
            "referrals": 1,
            "entries_on_the_list": 0,
            "referrals_that_stay": 1,
            "referrals_of_others_that_stay": 0,
        }
        [why, by_hand] = done.left
        assert why.startswith(f"No. {waits}: an open procedure is not erased, because legal claims need it (UK GDPR")
        assert by_hand == f"{notes} names them: take that out by hand."


async def test_file_that_cannot_be_read_is_named_and_ends_nothing(tmp_path: Path) -> None:
    async with a_wall(tmp_path) as wall:
        await concluded(wall)
        odd = unreadable(wall.behind.loaded.path.with_name("compliance.env.bak"))
        done = await erased(wall)
        assert done.left == (f"{odd} cannot be read (Permission denied): look by hand whether it names them.",)
        assert done.as_dict()["referrals"] == 1


async def test_what_cannot_be_searched_is_said(tmp_path: Path) -> None:
    async with a_wall(tmp_path) as wall:
        await wall.store.note_unopened("b1", sealed_sha256="x", why="It does not open.")
        assert (await erased(wall)).left == ("Boxes that could not be opened: 1. Nobody can tell whom they name.",)


async def test_where_all_is_open_it_is_refused(tmp_path: Path) -> None:
    async with a_wall(tmp_path) as wall:
        await wall.arrived()
        with pytest.raises(NotErasedError, match=r"No\. 1: an open procedure"):
            await erased(wall)
        assert wall.behind.memory.all() == []


@only_sqlite
async def test_a_restored_backup_brings_nobody_back(tmp_path: Path) -> None:
    async with a_file(tmp_path) as wall:
        await concluded(wall)
        await concluded(wall, by="vic")
        copy = copied(wall)
        await erased(wall)
        await back_from(wall, copy)
        assert "sam@tidewater" in str(await wall.store.concluded())
        await keeping_of(wall).erase_again()
        assert {each.number: each.author for each in await wall.store.concluded()} == {1: None, 2: VIC}
        assert naming(wall, b"sam@tidewater") == []
        kinds = [each.kind for each in await wall.store.audit_events()]
        await keeping_of(wall).erase_again()
        assert [each.kind for each in await wall.store.audit_events()] == kinds


@only_sqlite
async def placed(wall: Wall, number: int) -> str:
    """The id of a hold that one of the team placed on the page."""
    async with wall.signed_in("greta") as browser:
        await browser.post(f"/referral/{number}/hold", data={"reason": "A court asked for it."})
    return (await wall.store.holds())[number].id


@only_sqlite
async def test_a_hold_that_a_restored_backup_does_not_know_is_placed_again_before_any_clock_looks(
    tmp_path: Path,
) -> None:
    async with a_file(tmp_path) as wall:
        number = await concluded(wall)
        copy = copied(wall)
        hold = await placed(wall, number)
        await back_from(wall, copy)
        assert await wall.store.holds() == {}
        wall.comms.clock.pass_(days=9_999)
        await keeping_of(wall).run()
        [again] = (await wall.store.holds()).values()
        assert (again.id, again.placed_by) == (hold, "greta")
        assert "a backup was restored from before this hold" in again.reason
        with pytest.raises(NotErasedError, match=rf"No\. {number}: a legal hold keeps it"):
            await erased(wall)
        [kept] = await wall.store.concluded()
        assert kept.author == SAM
        assert await wall.store.verify() == []


@only_sqlite
async def test_a_hold_that_was_lifted_is_not_placed_again(tmp_path: Path) -> None:
    async with a_file(tmp_path) as wall:
        number = await concluded(wall)
        copy = copied(wall)
        hold = await placed(wall, number)
        async with wall.signed_in("hugo") as browser:
            await browser.post(f"/referral/{number}/lift", data={"hold": hold})
        await back_from(wall, copy)
        wall.comms.clock.pass_(days=9_999)
        await keeping_of(wall).run()
        assert (await wall.store.holds(), (await wall.store.concluded())[0].content) == ({}, None)


@only_sqlite
async def test_a_hold_on_a_box_that_is_offered_anew_is_placed_again_once_it_came(tmp_path: Path) -> None:
    async with a_file(tmp_path) as wall:
        copy = copied(wall)
        hold = await placed(wall, await concluded(wall))
        await back_from(wall, copy)
        await keeping_of(wall).run()
        assert await wall.store.holds() == {}
        assert await wall.taking.restore() == 1
        await keeping_of(wall).run()
        assert [each.id for each in (await wall.store.holds()).values()] == [hold]


async def test_hold_is_noted_by_the_clocks_where_the_page_could_not(tmp_path: Path) -> None:
    async with a_wall(tmp_path) as wall:
        office, number = wall.behind, await concluded(wall)
        office.memory = memory_of(office.loaded, {})
        office.memory.path.mkdir()
        hold = await placed(wall, number)
        with pytest.raises(BadMemoryError, match="cannot be used"):
            await keeping_of(wall).run()
        office.memory.path.rmdir()
        await keeping_of(wall).run()
        assert [(each.id, each.lifted) for each in office.memory.holds()] == [(hold, False)]


@only_sqlite
async def test_neither_does_a_box_that_is_offered_anew(tmp_path: Path) -> None:
    async with a_file(tmp_path) as wall:
        copy = copied(wall)
        await concluded(wall)
        await concluded(wall, by="vic")
        await erased(wall)
        await back_from(wall, copy)
        await keeping_of(wall).erase_again()
        assert await wall.taking.restore() == 2
        assert [(each.number, each.author) for each in await wall.store.waiting()] == [(1, None), (2, VIC)]
        assert naming(wall, b"sam@tidewater") == []
        assert await wall.taking.restore() == 0


async def test_page_of_one_that_came_anew_and_was_erased_can_be_read(tmp_path: Path) -> None:
    async with a_wall(tmp_path) as wall:
        await wall.store.take_in(box("b1", SAM, "You florp."), erased=True)
        async with wall.signed_in("greta") as browser:
            for path in ("/", "/referral/1"):
                text = (await browser.get(path)).raise_for_status().text
                assert "No. 1" in text
                assert "tidewater" not in text


async def test_what_is_referred_of_them_later_is_a_new_fact(tmp_path: Path) -> None:
    async with a_wall(tmp_path) as wall:
        await concluded(wall)
        await erased(wall)
        await wall.arrived("You florp again.")
        [new] = await wall.store.waiting()
        assert new.author == SAM


async def test_running_office_does_it_before_anybody_reads_and_without_its_key_does_not_start(tmp_path: Path) -> None:
    environment = {"ERASURE_KEY": "0123456789abcdef0123456789abcdef"}
    async with a_wall(tmp_path, privacy={"key_env": "ERASURE_KEY"}) as wall:
        office = wall.behind
        office.memory = memory_of(office.loaded, environment)
        await concluded(wall)
        await erased(wall)
        keys = {"COMPLIANCE_KEY": PRIVATE, "OUTBOX_TOKEN": TOKEN}
        with pytest.raises(BadMemoryError, match="ERASURE_KEY must hold the key of"):
            open_office(office.loaded, keys)
        office.memory = memory_of(office.loaded, {"ERASURE_KEY": "another key of forty signs or nearly so"})
        with pytest.raises(BadMemoryError, match="ERASURE_KEY does not hold the key that"):
            await office.run(asyncio.Event())


async def test_what_would_be_left_is_said_beforehand_in_the_same_words(tmp_path: Path) -> None:
    async with a_wall(tmp_path) as wall:
        await concluded(wall)
        await wall.arrived("You florp again.")
        before = said(await wall.store.subjects.trace([SAM], reader=contents_of))
        assert list((await erased(wall)).left)[: len(before)] == before
