"""Texts go live through a second person, one of a name at a time, and never change afterwards; by-passed or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.store import TextKind, Written
from tests.store.rows import refuse

if TYPE_CHECKING:
    from tests.store.rows import Insert
    from tests.store.scene import Scene

NAME = "calm.yaml"


async def drafted(scene: Scene, text: str = "id: calm", *, seen: str | None = None, second: bool = True) -> str:
    written = Written(
        kind=TextKind.RESPONSE, name=NAME, text=text, by="ann", why="It sounded cold.", second_reviewer=second
    )
    return (await scene.store.revisions.draft(written, seen=seen)).id


async def live(scene: Scene) -> str:
    return (await scene.store.revisions.review(await drafted(scene), by="ben")).id


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revisions SET text = 'id: cold'",
        "UPDATE revisions SET text_sha256 = 'x'",
        "UPDATE revisions SET written_by = 'ben'",
        "UPDATE revisions SET written_by = NULL",
        "UPDATE revisions SET why = 'another reason'",
        "UPDATE revisions SET name = 'other.yaml'",
        "UPDATE revisions SET number = 9",
        "UPDATE revisions SET second_reviewer = NOT second_reviewer",
        "DELETE FROM revisions",
    ],
)
async def test_text_its_writer_and_its_reason_never_change(scene: Scene, statement: str) -> None:
    await live(scene)
    with scene.by_hand() as connection, refuse():
        connection.execute(statement)


@pytest.mark.parametrize("reviewer", ["NULL", "'ann'"])
async def test_nothing_goes_live_without_a_reviewer_other_than_its_writer(scene: Scene, reviewer: str) -> None:
    await drafted(scene)
    with scene.by_hand() as connection, refuse():
        connection.execute(f"UPDATE revisions SET state = 'live', reviewed_by = {reviewer}, reviewed_at = '2026'")  # noqa: S608


async def test_writer_may_review_only_where_the_configuration_said_so_when_it_was_drafted(scene: Scene) -> None:
    revision = await drafted(scene, second=False)
    assert (await scene.store.revisions.review(revision, by="ann")).reviewed_by == "ann"


async def test_what_is_past_or_withdrawn_never_comes_back(scene: Scene) -> None:
    first = await live(scene)
    second = await drafted(scene, "id: calmer", seen=first)
    await scene.store.revisions.withdraw(second, by="ann")
    third = await drafted(scene, "id: calmest", seen=first)
    await scene.store.revisions.review(third, by="ben")
    for state, revision in (("live", first), ("draft", first), ("live", second), ("draft", second)):
        with scene.by_hand() as connection, refuse():
            connection.execute("UPDATE revisions SET state = ?, ended_at = NULL WHERE id = ?", (state, revision))


async def test_second_live_revision_of_a_name_is_refused(scene: Scene, put: Insert) -> None:
    await live(scene)
    row = {"kind": "response", "name": NAME, "number": 2, "text": "id: cold", "text_sha256": "x", "why": "by hand"}
    row |= {"id": "by-hand", "state": "live", "written_at": "2026", "second_reviewer": False}
    with refuse():
        put("revisions", **row)
    with refuse():
        put("revisions", **(row | {"name": "other.yaml", "written_by": "ann", "number": 1}))
    put("revisions", **(row | {"name": "other.yaml", "number": 1}))


async def test_revision_is_never_replaced(scene: Scene) -> None:
    await live(scene)
    with scene.by_hand() as connection, refuse():
        connection.execute("INSERT INTO revisions SELECT * FROM revisions")


async def test_reviewer_of_what_is_live_never_changes(scene: Scene) -> None:
    await live(scene)
    with scene.by_hand() as connection, refuse():
        connection.execute("UPDATE revisions SET state = 'past', ended_at = '2026', reviewed_by = 'cat'")
