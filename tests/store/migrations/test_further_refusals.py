"""What the database refuses besides the eight: each makes one of them, or the evidence, harder to get round."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

from bot.model import TRANSITIONS, Event, Proposal, Reason, State
from bot.store.migrations import r0013_right_of_reply
from tests.store.by_hand import another, columns_of
from tests.store.rows import case_row, decision, draft, publication, refuse

if TYPE_CHECKING:
    from tests.store.rows import Insert
    from tests.store.scene import Scene


async def test_an_approval_is_of_the_newest_draft_of_an_open_case(scene: Scene, put: Insert) -> None:
    case = await scene.opened()
    newer = await scene.change(case, Event.REWORDED, "ann", proposal=Proposal(text="Otherwise.", response=None))
    with refuse("newest draft"):
        put("decisions", **decision(case))
    closed = await scene.change(newer, Event.DISMISSED, "ann", decides="dismiss", reason=Reason.IRONY)
    with refuse("newest draft"):
        put("decisions", **decision(closed))


async def test_only_a_named_person_decides(scene: Scene, put: Insert) -> None:
    case = await scene.opened()
    for name in ("bot", "nobody"):
        with refuse("named person"):
            put("decisions", **decision(case, reviewer_id=name))


async def test_no_publication_unless_the_case_is_claimed(scene: Scene, put: Insert) -> None:
    with refuse("claimed"):
        put("publications", **publication(await scene.approve(await scene.opened())))


async def test_no_publication_once_the_mention_has_a_newer_version(scene: Scene, put: Insert) -> None:
    case = await scene.claimed()
    await scene.receive(scene.received(said={"text": "you lot are lovely"}, edits=case.id))
    with refuse("mention as it stands"):
        put("publications", **publication(case))


async def test_only_a_live_account_publishes(scene: Scene, put: Insert) -> None:
    case = await scene.claimed()
    with scene.by_hand() as connection:
        connection.execute("UPDATE accounts SET mode = 'dry_run'")
    with refuse("live account"):
        put("publications", **publication(case))


async def test_a_case_moves_only_along_the_table(scene: Scene) -> None:
    text = inspect.getsource(r0013_right_of_reply)
    for state, target in {(state, target) for (state, _), target in TRANSITIONS.items() if state is not target}:
        assert f"'{state}>{target}'" in text
    await scene.opened()
    allowed = {target for (state, _), target in TRANSITIONS.items() if state is State.OPEN}
    with scene.by_hand() as connection:
        for state in set(State) - allowed:
            with refuse():
                connection.execute("UPDATE cases SET version = version + 1, state = ?", [state.value])


async def test_no_case_is_approved_or_published_by_a_stroke_of_the_pen(scene: Scene) -> None:
    case = await scene.opened()
    with scene.by_hand() as connection, refuse("lacks approvals"):
        connection.execute("UPDATE cases SET version = 2, state = 'approved'")
    await scene.intend(await scene.claim(await scene.approve(case)))
    with scene.by_hand() as connection, refuse("by its publication"):
        connection.execute(
            "UPDATE cases SET version = version + 1, state = 'published', owner = NULL, claimed_until = NULL"
        )


@pytest.mark.parametrize("table", ["cases", "drafts", "decisions", "publications", "mentions", "mention_versions"])
async def test_nothing_that_was_decided_is_removed(scene: Scene, table: str) -> None:
    await scene.published()
    for foreign_keys in (True, False):
        with scene.by_hand(foreign_keys=foreign_keys) as connection, refuse("never removed"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a test


@pytest.mark.parametrize(
    ("table", "free"),
    [
        ("drafts", {"text"}),
        ("decisions", {"note"}),
        ("mention_versions", {"evidence", "judgement"}),
        ("publications", {"state", "visibility", "attempts", "looks", "native_id", "url", "posted_at"}),
    ],
)
async def test_what_was_decided_is_never_rewritten(scene: Scene, table: str, free: set[str]) -> None:
    await scene.published()
    with scene.by_hand(foreign_keys=False) as connection:
        columns = set(columns_of(connection, table))
        for column in columns - free:
            with refuse():
                connection.execute(f"UPDATE {table} SET {column} = ?", [another(connection, table, column)])  # noqa: S608 - a test
        for column in free & {"text", "note", "evidence", "judgement"}:
            with refuse("only"):
                connection.execute(f"UPDATE {table} SET {column} = 'another'")  # noqa: S608 - a test


async def test_a_publication_goes_only_forward(scene: Scene) -> None:
    await scene.published()
    with scene.by_hand() as connection:
        for state in ("intended", "failed", "unconfirmed"):
            with refuse():
                connection.execute("UPDATE publications SET state = ?, posted_at = NULL", [state])


async def test_a_case_begins_at_the_beginning(scene: Scene, put: Insert) -> None:
    closed = case_row(scene, await scene.dismissed(), id="c-by-hand", outcome=None, reason=None)
    for other in ({"state": "failed", "version": 1}, {"state": "open", "version": 4}):
        with refuse("begins open"):
            put("cases", **closed | other)
    put("cases", **closed | {"state": "open", "version": 1})


@pytest.mark.parametrize("change", ["version = 5", "version = 1", "state = 'escalated'", "mention_version = 0"])
async def test_a_case_counts_its_changes(scene: Scene, change: str) -> None:
    await scene.change(await scene.opened(), Event.REWORDED, "ann", proposal=Proposal(text="So.", response=None))
    with scene.by_hand(foreign_keys=False) as connection, refuse("rises by one"):
        connection.execute(f"UPDATE cases SET {change}")  # noqa: S608 - a test


async def test_a_publication_is_not_repeated_for_an_edited_mention_or_without_a_claim(scene: Scene) -> None:
    repeat = "UPDATE publications SET attempts = attempts + 1"
    case = await scene.claimed()
    await scene.intend(case)
    with scene.by_hand() as connection:
        connection.execute(repeat)
    await scene.receive(scene.received(said={"text": "sorry"}, edits=case.id))
    with scene.by_hand() as connection, refuse("tried again only"):
        connection.execute(repeat)
    other = await scene.claimed("2")
    await scene.intend(other)
    await scene.change(other, Event.POSTPONED)
    with scene.by_hand() as connection, refuse("tried again only"):
        connection.execute(f"{repeat} WHERE case_id = '{other.id}'")


@pytest.mark.parametrize("table", ["mentions", "mention_versions"])
async def test_evidence_is_not_replaced(scene: Scene, table: str) -> None:
    await scene.opened()
    for foreign_keys in (True, False):
        for verb in ("INSERT", "INSERT OR REPLACE"):
            with scene.by_hand(foreign_keys=foreign_keys) as connection, refuse():
                connection.execute(f"{verb} INTO {table} SELECT * FROM {table}")  # noqa: S608 - a test


@pytest.mark.parametrize("change", ["version = 0", "uri_sha256 = ''", "id = 'another'"])
async def test_a_mention_is_what_it_is(scene: Scene, change: str) -> None:
    await scene.opened()
    with scene.by_hand(foreign_keys=False) as connection, refuse("never changes"):
        connection.execute(f"UPDATE mentions SET {change}")  # noqa: S608 - a test


async def test_the_end_of_a_chain_is_not_forgotten(scene: Scene) -> None:
    await scene.opened()
    with scene.by_hand() as connection, refuse("never removed"):
        connection.execute("DELETE FROM audit_heads")


async def test_a_draft_of_another_version_of_the_mention_is_refused(scene: Scene, put: Insert) -> None:
    case = await scene.opened()
    for other in ({"mention_version": 2}, {"revision": 5}, {"text": None}, {"account_id": "leader"}):
        with scene.by_hand() as connection, refuse():
            row = draft(case, **other)
            names = ", ".join(row)
            connection.execute(
                f"INSERT INTO drafts ({names}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608 - a test
                list(row.values()),
            )
