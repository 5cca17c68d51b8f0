"""What is put on record of signing in besides the sessions themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_refusals_and_links_are_on_record_without_a_word_of_who_it_was(scene: Scene) -> None:
    people = scene.store.people
    await people.refused("passkey", "unknown")
    await people.refused("link", "used", reviewer="ann")
    await people.link_made("cat", actor="ben")
    events = [event for event in await scene.store.audit_events("system") if event.kind.startswith("person.")]
    assert [(event.kind, event.actor, event.detail) for event in events] == [
        ("person.sign_in_refused", "bot", {"way": "passkey", "why": "unknown"}),
        ("person.sign_in_refused", "ann", {"way": "link", "why": "used"}),
        ("person.link_made", "ben", {"for": "cat"}),
    ]
    assert await scene.store.verify() == []
