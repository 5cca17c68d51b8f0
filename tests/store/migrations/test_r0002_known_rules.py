"""A database of the first revision is brought on with everything in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import Store
from tests.store.older import back_to
from tests.store.rows import refuse
from tests.store.scene import START

if TYPE_CHECKING:
    from tests.store.rows import Insert
    from tests.store.scene import Scene


async def test_what_was_judged_before_is_counted_by_its_days(scene: Scene) -> None:
    await scene.receive(scene.received("1", "ignore"), scene.received("2", "record"))
    scene.clock.forward(days=1)
    await scene.receive(scene.received("3"))
    await scene.store.close()
    with scene.by_hand() as connection:
        back_to(connection, "0001")
    store = Store.open(scene.address, now=scene.clock)
    assert await store.check() == []
    assert (await store.stats(START, safety=True)).mentions == 3
    assert await store.braked() == {}
    await store.close()
    with scene.by_hand() as connection:
        counted = connection.execute("SELECT day, n FROM judged_counts ORDER BY day").fetchall()
    assert counted == [("2026-11-20", 2), ("2026-11-21", 1)]


async def test_a_rule_is_stopped_as_it_reads_or_not_at_all(scene: Scene, put: Insert) -> None:
    row = {"id": "r", "digest": "d", "escalates": False, "known_since": "", "held_before": 0, "judged_before": 0}
    with refuse():
        put("known_rules", **row, braked_at="2026-11-20", because="")
