"""What is stored at each start, and the stop switch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import Mode, State
from bot.store import Pause, Stale, StoreError
from tests.store.scene import LEADER, PARTY, PEOPLE, START

if TYPE_CHECKING:
    from tests.store.scene import Scene

CONFIGURATION: dict[str, object] = {
    "party": {"name": "Fernwick Greens"},
    "accounts": [{"id": "party", "mode": "dry_run"}, {"id": "leader", "mode": "watch"}],
    "exempt": {"journalists": ["@jo@press.example"]},
    "limits": {"undo_seconds": 60},
}


async def test_seeding_again_changes_people_and_keeps_those_who_left(scene: Scene) -> None:
    case = await scene.dismissed()
    await scene.store.seed([replace(PARTY, handle="@new@fernwick.example")], PEOPLE[1:])
    await scene.receive(cursor="5")
    await scene.store.seed([PARTY, LEADER], PEOPLE[1:])
    assert await scene.store.cursor("party") == "5"
    assert (await scene.store.decisions(case.id))[0].reviewer == "ann"
    with scene.by_hand() as connection:
        active = dict(connection.execute("SELECT id, active FROM reviewers UNION SELECT id, active FROM accounts"))
    assert active == {"ann": 0, "ben": 1, "cat": 1, "party": 1, "leader": 1, "quiet": 0}


async def test_seeding_only_what_is_missing_leaves_the_rest_exactly_as_it_is(scene: Scene) -> None:
    def stored() -> list[object]:
        with scene.by_hand() as connection:
            return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("accounts", "reviewers")]  # noqa: S608 - a test

    await scene.store.seed([LEADER], PEOPLE[:1])
    before = stored()
    changed = [replace(PARTY, mode=Mode.WATCH, handle="@new@fernwick.example"), replace(LEADER, approvals=1)]
    await scene.store.seed(changed, [replace(person, name="X") for person in PEOPLE], only_missing=True)
    assert stored() == before
    await scene.store.seed([replace(PARTY, id="youth")], [replace(PEOPLE[0], id="dan")], only_missing=True)
    with scene.by_hand() as connection:
        active = dict(connection.execute("SELECT id, active FROM reviewers UNION SELECT id, active FROM accounts"))
    assert active == {"ann": 1, "ben": 0, "cat": 0, "dan": 1, "party": 0, "leader": 1, "quiet": 0, "youth": 1}


async def test_nobody_is_called_bot(scene: Scene) -> None:
    with pytest.raises(StoreError):
        await scene.store.seed([PARTY], [replace(PEOPLE[0], id="bot")])


async def test_a_configuration_that_has_not_changed_is_not_noted(scene: Scene) -> None:
    assert await scene.store.configuration_changes(CONFIGURATION) == ("first configuration: 7 settings",)
    for _ in range(2):
        await scene.store.note_configuration(CONFIGURATION)
        assert await scene.store.configuration_changes(CONFIGURATION) == ()
    assert [event.kind for event in await scene.store.audit_events("system")] == ["configuration.stored"]


async def test_each_changed_setting_is_named_with_what_it_was_and_is(scene: Scene) -> None:
    await scene.store.note_configuration(CONFIGURATION)
    changed = CONFIGURATION | {
        "accounts": [{"id": "leader", "mode": "watch"}, {"id": "party", "mode": "live"}],
        "exempt": {"journalists": ["@jo@press.example", "@al@press.example"]},
        "limits": {"undo_seconds": 60, "replies_per_day": 5},
    }
    assert await scene.store.configuration_changes(changed) == (
        'accounts.party.mode: "dry_run" → "live"',
        'exempt.journalists: ["@jo@press.example"] → ["@jo@press.example","@al@press.example"]',
        "limits.replies_per_day: absent → 5",
    )
    await scene.store.note_configuration(changed)
    event = (await scene.store.audit_events("system"))[-1]
    assert event.kind == "configuration.changed"
    noted = event.detail["changed"]
    assert isinstance(noted, dict)
    assert noted["accounts.party.mode"] == ["dry_run", "live"]
    assert noted["limits.replies_per_day"] == [None, 5]
    assert "press.example" not in str(event)


async def test_a_pause_names_what_is_being_posted_and_nothing_is_claimed_from_then_on(scene: Scene) -> None:
    on_its_way = await scene.claimed("1")
    waiting = [await scene.approve(await scene.opened(str(number))) for number in range(2, 6)]
    assert await scene.store.pause("leader", actor="ann") == ()
    assert await scene.store.pause("all", actor="ann") == (on_its_way.id,)
    for case in waiting:
        with pytest.raises(Stale):
            await scene.claim(case)
    assert (await scene.intend(on_its_way)).case_id == on_its_way.id
    await scene.store.resume("all", actor="ann")
    assert (await scene.claim(waiting[0])).state is State.PUBLISHING


async def test_a_pause_is_kept_as_it_was_first_pulled(scene: Scene) -> None:
    await scene.store.pause("all", actor="ann", reason="a storm")
    await scene.store.pause("all", actor="ben")
    await scene.store.pause("party", actor="ben")
    first = Pause(scope="all", by="ann", at=START, reason="a storm")
    assert (await scene.store.paused())["all"] == first
    await scene.store.resume("all", actor="ben")
    await scene.store.resume("all", actor="ben")
    assert set(await scene.store.paused()) == {"party"}
    events = [(event.stream, event.kind, event.actor) for event in await scene.store.audit_events()]
    assert events == [
        ("party", "account.paused", "ben"),
        ("system", "account.paused", "ann"),
        ("system", "account.resumed", "ben"),
    ]
