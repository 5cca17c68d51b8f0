"""What a reader chose is kept for them, ends when it is to end, and stands in no audit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store import Choices

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_posts_are_hidden_and_in_colour_until_somebody_chooses(scene: Scene) -> None:
    people = scene.store.people
    assert await people.choices("ann") == Choices(shown=False, grey=False)
    await people.choose("ann", shown=True, grey=True)
    await people.choose("ann", shown=False, grey=True)
    assert await people.choices("ann") == Choices(shown=False, grey=True)
    assert await people.choices("ben") == Choices()


async def test_rehearsal_is_remembered_beside_the_choices(scene: Scene) -> None:
    people = scene.store.people
    await people.rehearsed("ann")
    await people.choose("ann", shown=True, grey=False)
    assert await people.choices("ann") == Choices(shown=True, rehearsed_at=scene.clock())
    assert (await people.choices("ben")).rehearsed_at is None


async def test_policy_is_spared_until_its_time_and_can_be_read_again_before(scene: Scene) -> None:
    people, until = scene.store.people, scene.clock() + timedelta(hours=12)
    before = await scene.store.audit_events()
    await people.spare("ann", "sexism", until=until)
    await people.spare("ann", "racism", until=until)
    await people.spare("ben", "sexism", until=until)
    await people.spare("ann", "racism", until=None)
    assert (await people.choices("ann")).spared == {"sexism": until}
    assert await people.all_spared() == {"sexism": {"ann", "ben"}}
    assert await scene.store.audit_events() == before
    scene.clock.forward(hours=12)
    assert (await people.choices("ann")).spared == {}
    assert await people.all_spared() == {}
    await people.spare("ann", "sexism", until=until + timedelta(hours=24))
    assert list((await people.choices("ann")).spared) == ["sexism"]
