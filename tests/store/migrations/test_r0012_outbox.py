"""What was sealed can be taken, and nothing else: not changed, not hurried, not withdrawn; by-passed or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.store import Outgoing
from tests.fakes.wall import pass_on
from tests.store.rows import refuse

if TYPE_CHECKING:
    from tests.store.rows import Insert
    from tests.store.scene import Scene

BOX = Outgoing(id="box", kind="mention", sealed="c2VhbGVk")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outbox SET sealed = 'another'",
        "UPDATE outbox SET sealed = NULL",
        "UPDATE outbox SET sealed_sha256 = 'x'",
        "UPDATE outbox SET made_at = '2020'",
        "UPDATE outbox SET kind = 'referral'",
        "UPDATE outbox SET id = 'another'",
        "DELETE FROM outbox",
    ],
)
async def test_box_is_neither_changed_nor_withdrawn(scene: Scene, statement: str) -> None:
    await pass_on(scene.store, BOX)
    with scene.by_hand() as connection, refuse():
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE outbox SET taken_at = NULL", "UPDATE outbox SET taken_at = '2020'", "UPDATE outbox SET sealed = 'new'"],
)
async def test_taken_box_stays_taken(scene: Scene, statement: str) -> None:
    await pass_on(scene.store, BOX)
    await scene.store.outbox.take([BOX.id])
    with scene.by_hand() as connection, refuse():
        connection.execute(statement)


async def test_no_box_takes_the_place_of_another(scene: Scene, put: Insert) -> None:
    await pass_on(scene.store, BOX)
    row = {"id": BOX.id, "kind": "referral", "sealed": "x", "sealed_sha256": "y", "made_at": "2026"}
    for replacing in (False, True):
        with refuse():
            put("outbox", replacing=replacing, **row)


async def test_box_begins_untaken_and_is_of_a_known_kind(put: Insert) -> None:
    row: dict[str, object] = {"id": "b", "kind": "referral", "sealed": "x", "sealed_sha256": "y", "made_at": "2026"}
    with refuse():
        put("outbox", **row, taken_at="2026")
    with refuse():
        put("outbox", **{**row, "kind": "favour"})
