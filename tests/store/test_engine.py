"""Every transaction whole, whatever becomes of who waits for it, and every error in plain words."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from bot.store import Store, StoreError
from bot.store.engine import Database
from tests.store.scene import Clock, Scene, scene_in

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.engine import Transaction


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("bot.db", "not an address"),
        ("postgresql://user:hunter2@host/bot", "holds a password"),
        ("postgresql://user@host", "names no database"),
        ("mysql://user:hunter2@host/bot", "mysql, which is not supported"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("sqlite:////nowhere/at/all/bot.db", "Check its folder"),
    ],
)
def test_an_address_that_cannot_serve_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as refused:
        Store.open(url, now=Clock())
    assert "hunter2" not in str(refused.value)


async def test_an_error_never_holds_the_content_of_a_row(scene: Scene) -> None:
    case = await scene.claimed(said={"text": "secret words"})
    with pytest.raises(StoreError) as refused:
        await scene.change(case, "published", note="secret note")  # type: ignore[arg-type]  # the word of the event
    shown = f"{refused.value!r} {refused.value.__cause__!r} {refused.value.__cause__}"
    assert "secret" not in shown


async def test_cancelling_the_task_does_not_cut_a_transaction_in_half(tmp_path: Path) -> None:
    scene = await scene_in(tmp_path)
    database = Database(scene.address, now=scene.clock, exclusive=False)
    begun, go_on = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> None:
        tx.connection.exec_driver_sql("INSERT INTO pauses VALUES ('one', 'ann', '2026-11-20T10:00:00+00:00', '')")
        begun.set()
        go_on.wait(timeout=60)
        tx.connection.exec_driver_sql("INSERT INTO pauses VALUES ('two', 'ann', '2026-11-20T10:00:00+00:00', '')")

    task = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert set(await scene.store.paused()) == set()
    go_on.set()
    await database.close()
    assert set(await scene.store.paused()) == {"one", "two"}
    await scene.store.close()


async def test_a_closed_store_says_that_it_is_closed(tmp_path: Path) -> None:
    scene = await scene_in(tmp_path)
    await scene.store.close()
    with pytest.raises(StoreError, match="The store is closed"):
        await scene.store.paused()
    await scene.store.close()


async def test_closing_waits_for_what_is_under_way(tmp_path: Path) -> None:
    scene = await scene_in(tmp_path)
    task = asyncio.create_task(scene.receive(*(scene.received(str(number)) for number in range(300))))
    await asyncio.sleep(0)
    await scene.store.close()
    assert len(await task) == 300
