"""Somebody who is erased stands in no file of ours, and no restored backup brings them back."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.model import Original, Reason, Verb
from bot.privacy.erasure import BEHIND_THE_WALL, again, age_out, erase
from bot.privacy.memory import Memory
from bot.privacy.owned_files import backups_folder
from bot.store import ReplyWish, digest_of
from tests.fakes.databases import only_sqlite
from tests.fakes.network import EVENING
from tests.fakes.office import ABUSE, FAIR, RUDE, Office
from tests.fakes.wall import a_wall
from tests.store.by_hand import sqlite_hand

if TYPE_CHECKING:
    from bot.privacy.erasure import Erased

SAM = "@sam@tidewater.example"
ADA, BOX, KIND = "@ada@fernwick.example", "ada@post.example", "What was said to you is not who we are."


async def an_evening(office: Office) -> None:
    """Sam was answered, and recorded, and others were too."""
    case = await office.approved()
    await office.publish()
    await office.decide(await office.now(case), Verb.RETRACT)
    await office.publish()
    await office.receive(office.network.say(RUDE), office.network.say(FAIR))
    other = await office.opened(ABUSE, by="pat")
    await office.decide(other, Verb.DISMISS, reason=Reason.NOT_ANSWERED)


async def erased(office: Office, who: str = SAM) -> Erased:
    memory = Memory.of(office.files.loaded, {})
    return await erase(office.store, memory, office.files.loaded, known=[who], names=[], actor="mara")


def naming_sam(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path.relative_to(folder)) for path in files if b"sam@tidewater" in path.read_bytes().lower()]


def unreadable(path: Path) -> Path:
    """Make that a file which nobody may read, not even root, where the system has one."""
    shut = Path("/proc/sys/vm/compact_memory")
    if shut.exists():
        path.symlink_to(shut)
    else:
        path.touch(mode=0)
    return path


async def test_no_file_of_ours_holds_them_any_more(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    await an_evening(office)
    done = await erased(office)
    assert done.left == ()
    assert naming_sam(tmp_path) == []
    assert await office.store.verify() == []
    assert done.as_dict()["cases"] == 1
    assert "tidewater" not in str(done.as_dict())
    await office.store.close()
    assert naming_sam(tmp_path) == []


async def test_every_receipt_says_that_the_compliance_team_must_be_asked_whoever_was_erased(tmp_path: Path) -> None:
    """Of somebody who was referred and of somebody who never wrote: else it would tell who was."""
    async with a_wall(tmp_path) as wall:
        await wall.referred()
        assert BEHIND_THE_WALL in (await erased(wall.comms)).left
        assert (await erased(wall.comms, "@nobody@tidewater.example")).left == (BEHIND_THE_WALL,)


async def test_what_people_must_take_away_by_hand_is_named(tmp_path: Path) -> None:
    office = await Office.open(tmp_path, exempt={"journalists": [SAM]})
    await office.receive(office.network.say(RUDE))
    (tmp_path / "notes.txt").write_text(f"ring {SAM}", encoding="utf-8")
    left = (await erased(office)).left
    assert [sentence.partition(" names")[0] for sentence in left if "by hand" in sentence] == [
        str(tmp_path / "config.yaml"),
        str(tmp_path / "notes.txt"),
    ]
    await office.store.close()


async def test_replies_that_stand_in_public_are_counted_on_the_receipt(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    await office.approved()
    await office.publish()
    assert (await erased(office)).left == (
        "Replies of ours that name them stand in public: 1. Take them down in the console.",
    )
    await office.store.close()


@only_sqlite
async def test_evidence_that_nobody_can_search_is_named_and_keeps_nobody(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    kept = Original(body=b"{}", url="https://fernwick.example/1", received_at=office.clock.at)
    await office.receive(replace(office.network.say(RUDE, by="len"), original=kept))
    hand = sqlite_hand(str(tmp_path / "bot.db"), foreign_keys=True)
    hand.execute("UPDATE exhibits SET body = x'50'")
    hand.close()
    [left] = (await erased(office)).left
    assert "could not be searched" in left
    await office.store.close()


@only_sqlite
async def test_a_restored_backup_brings_nobody_back(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    await an_evening(office)
    await office.store.backup(tmp_path / "copy.db")
    await erased(office)
    await office.store.close()
    for name in ("bot.db-wal", "bot.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.move(tmp_path / "copy.db", tmp_path / "bot.db")
    assert naming_sam(tmp_path) == ["bot.db"]
    await office.restart()
    memory = Memory.of(office.files.loaded, {})
    assert await again(office.store.subjects, memory) == 1
    assert naming_sam(tmp_path) == []
    assert await office.store.verify() == []
    assert await again(office.store.subjects, memory) == 0
    await office.store.close()


async def a_protected_person(office: Office) -> None:
    """Ada wishes to be told of her week by mail, and a message of support waits for her."""
    people = office.store.protected
    await people.open_link(await people.make_link(ADA, actor="nadia"))
    await people.choose(digest_of(ADA), reply=ReplyWish.FOR_ME, shown=True, weekly=True, mail=BOX)
    await people.support(digest_of(ADA), KIND, actor="mara")


def holding(folder: Path, *words: str) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word.encode() in path.read_bytes() for word in words)]


async def test_what_only_a_protected_person_was_told_goes_with_her(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    await a_protected_person(office)
    done = await erased(office, ADA)
    receipt = done.as_dict()
    assert (receipt["messages_of_support"], receipt["addresses_for_the_week"]) == (1, 1)
    assert done.left == ()
    assert await office.store.protected.messages(digest_of(ADA)) == []
    assert (await office.store.protected.wishes())[digest_of(ADA)].mail_since is None
    assert await office.store.verify() == []
    await office.store.close()
    assert holding(tmp_path, KIND, BOX) == []


async def test_words_that_name_somebody_go_with_them(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    await an_evening(office)
    await a_protected_person(office)
    await office.store.protected.support(digest_of(ADA), "Sam of sam@tidewater.example is not worth it.", actor="mara")
    await erased(office)
    assert [each.text for each in await office.store.protected.messages(digest_of(ADA))] == [KIND]
    await office.store.close()


@only_sqlite
async def test_a_restored_backup_brings_no_address_back_though_no_handle_stands_in_it(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    await a_protected_person(office)
    await office.store.backup(tmp_path / "copy.db")
    await erased(office, ADA)
    await office.store.close()
    for name in ("bot.db-wal", "bot.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.move(tmp_path / "copy.db", tmp_path / "bot.db")
    assert holding(tmp_path, KIND, BOX) == ["bot.db"]
    await office.restart()
    memory = Memory.of(office.files.loaded, {})
    assert await again(office.store.subjects, memory) == 1
    assert holding(tmp_path, KIND, BOX) == []
    assert await office.store.verify() == []
    office.clock.pass_(hours=1)
    await a_protected_person(office)
    assert await again(office.store.subjects, memory) == 0
    assert len(await office.store.protected.messages(digest_of(ADA))) == 1
    await office.store.close()


async def test_a_memory_that_was_lost_is_written_anew_from_the_database(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    await erased(office)
    memory = Memory.of(office.files.loaded, {})
    noted = memory.all()
    memory.path.unlink()
    assert await again(office.store.subjects, memory) == 0
    assert memory.all() == noted
    await office.store.close()


async def test_backups_in_our_folder_age_out_and_no_others(tmp_path: Path) -> None:
    office = await Office.open(tmp_path, retention={"backup_days": 30})
    folder = backups_folder(office.files.loaded)
    folder.mkdir()
    for name, days in (("old.db", 31), ("new.db", 29)):
        (folder / name).write_text("copy")
        made = (EVENING - timedelta(days=days)).timestamp()
        os.utime(folder / name, (made, made))
    assert age_out(office.files.loaded, EVENING) == [folder / "old.db"]
    assert [path.name for path in folder.iterdir()] == ["new.db"]
    await office.store.close()
