"""A backup is whole, and a file that was tampered with is found out."""

from __future__ import annotations

import asyncio
import stat
from typing import TYPE_CHECKING

import pytest

from bot.model import State
from bot.store import Card, Store, StoreError
from tests.fakes.databases import only_sqlite

if TYPE_CHECKING:
    from pathlib import Path

    from tests.store.scene import Scene


pytestmark = only_sqlite


async def test_a_backup_taken_while_the_bot_writes_is_whole(scene: Scene, tmp_path: Path) -> None:
    await scene.opened("first")
    copy = tmp_path / "copy.db"
    pages = [scene.receive(*(scene.received(f"{page}-{n}") for n in range(20))) for page in range(10)]
    await asyncio.gather(*pages, scene.store.backup(copy))
    restored = Store.open(f"sqlite:///{copy}", now=scene.clock)
    assert (await restored.check(), await restored.verify()) == ([], [])
    assert len(await restored.cases(states=[State.OPEN], limit=1000)) % 20 == 1
    await restored.close()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


async def test_a_backup_never_overwrites(scene: Scene, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("yesterday's")
    with pytest.raises(StoreError, match="a file of that name already"):
        await scene.store.backup(copy)
    assert copy.read_text() == "yesterday's"


async def test_a_backup_that_cannot_be_written_says_so(scene: Scene, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the backup cannot be written"):
        await scene.store.backup(tmp_path / "nowhere" / "copy.db")


async def test_a_file_that_only_the_store_has_written_passes(scene: Scene) -> None:
    await scene.published()
    assert await scene.store.check() == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DROP TRIGGER audit_events_kept", "trigger audit_events_kept is missing"),
        ("DROP INDEX one_live_publication_per_case", "index one_live_publication_per_case is missing"),
        ("CREATE TABLE extra (id)", "table extra is not ours"),
        ("UPDATE alembic_version SET version_num = '0000'", "at revision 0000"),
        ("UPDATE cards SET case_id = 'nothing'", "points to nothing in cases"),
    ],
)
async def test_what_was_altered_by_hand_is_named(scene: Scene, statement: str, words: str) -> None:
    case = await scene.opened()
    await scene.store.keep_card(
        Card(case_id=case.id, desk="console", chat_id=1, message_id=1, drawn_at=case.changed_at)
    )
    with scene.by_hand(foreign_keys=False) as connection:
        connection.execute(statement)
    (fault,) = await scene.store.check()
    assert words in fault


async def test_a_trigger_that_was_weakened_is_named(scene: Scene) -> None:
    with scene.by_hand() as connection:
        connection.execute("DROP TRIGGER cases_kept")
        connection.execute("CREATE TRIGGER cases_kept BEFORE DELETE ON cases WHEN 0 BEGIN SELECT 1; END")
    assert await scene.store.check() == ["trigger cases_kept was altered"]
