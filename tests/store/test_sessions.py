"""A session begins, is seen and ends, each with its event; whoever leaves the configuration is signed out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Role
from tests.store.scene import LEADER, PARTY, PEOPLE, QUIET, START

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.store import Session
    from tests.store.scene import Scene

HOURS = timedelta(hours=10)


async def begun(
    scene: Scene, token: str = "a" * 64, reviewer: str = "ann", roles: Collection[Role] | None = None
) -> Session:
    now = scene.clock()
    return await scene.store.people.begin(
        token, reviewer=reviewer, way="link", roles=roles, device="Firefox on Android", at=now, until=now + HOURS
    )


async def kinds(scene: Scene) -> list[tuple[str, str]]:
    events = await scene.store.audit_events("system")
    return [(event.kind, event.actor) for event in events if event.kind.startswith("person.")]


async def test_session_is_found_by_its_token_alone_and_survives_a_restart(scene: Scene) -> None:
    session = await begun(scene, roles=[Role.APPROVER])
    assert session.roles == frozenset({Role.APPROVER})
    assert await scene.store.people.session("a" * 64) == session
    assert await scene.store.people.session("b" * 64) is None
    assert await kinds(scene) == [("person.signed_in", "ann")]
    assert "Firefox" not in str(await scene.store.audit_events("system"))


async def test_ended_session_lives_no_more_and_stays_ended(scene: Scene) -> None:
    session, other = await begun(scene), await begun(scene, "b" * 64)
    scene.clock.forward(minutes=5)
    assert await scene.store.people.end(session.id, actor="ben", at=scene.clock()) == ("ann",)
    assert await scene.store.people.end(session.id, actor="ben", at=scene.clock()) == ()
    found = await scene.store.people.session("a" * 64)
    assert found is not None
    assert found.ended_at == scene.clock()
    assert await scene.store.people.living(scene.clock()) == [other]
    assert (await kinds(scene))[-1] == ("person.session_ended", "ben")
    assert await scene.store.verify() == []


async def test_signing_out_everywhere_ends_ones_own_sessions_alone(scene: Scene) -> None:
    await begun(scene)
    await begun(scene, "b" * 64)
    theirs = await begun(scene, "c" * 64, reviewer="cat")
    assert await scene.store.people.end_all("ann", actor="ann", at=scene.clock()) == 2
    assert await scene.store.people.living(scene.clock()) == [theirs]


async def test_session_whose_time_is_over_is_listed_no_more_and_forgotten_after_a_month(scene: Scene) -> None:
    await begun(scene)
    later = START + HOURS + timedelta(seconds=1)
    assert await scene.store.people.living(later) == []
    assert await scene.store.people.session("a" * 64) is not None
    scene.clock.forward(days=40)
    await begun(scene, "b" * 64)
    assert await scene.store.people.session("a" * 64) is None


async def test_last_seen_comes_first(scene: Scene) -> None:
    first, second = await begun(scene), await begun(scene, "b" * 64)
    scene.clock.forward(minutes=5)
    await scene.store.people.see(first.id, at=scene.clock())
    living = await scene.store.people.living(scene.clock())
    assert living == [replace(first, seen_at=scene.clock()), second]


async def test_whoever_left_the_configuration_is_signed_out_at_the_next_start(scene: Scene) -> None:
    await begun(scene)
    theirs = await begun(scene, "b" * 64, reviewer="cat")
    await scene.store.seed([PARTY, LEADER, QUIET], PEOPLE[1:], only_missing=True)
    assert len(await scene.store.people.living(scene.clock())) == 2
    await scene.store.seed([PARTY, LEADER, QUIET], PEOPLE[1:])
    assert await scene.store.people.living(scene.clock()) == [theirs]
    assert (await kinds(scene))[-1] == ("person.session_ended", "bot")
