"""What one shift leaves the next: notes with their digest in the audit, and each thing announced once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store import Terms
from tests.store.scene import START

if TYPE_CHECKING:
    from tests.store.scene import Scene

NOTE = "Sam of the Gazette rang: call back before nine."


async def test_note_is_kept_for_its_desk_and_the_audit_has_none_of_its_words(scene: Scene) -> None:
    await scene.store.hand_over(NOTE, actor="ann", safety=False)
    await scene.store.hand_over("The school was told.", actor="ann", safety=True)
    [note] = await scene.store.handed_over(START, safety=False)
    assert (note.text, note.by, note.at) == (NOTE, "ann", scene.clock())
    assert [each.text for each in await scene.store.handed_over(START, safety=True)] == ["The school was told."]
    assert await scene.store.handed_over(START + timedelta(days=1), safety=False) == []
    events = [event for event in await scene.store.audit_events("system") if event.kind == "shift.handed_over"]
    assert len(events) == 2
    assert "Gazette" not in str(events)
    assert await scene.store.verify() == []


async def test_note_is_blanked_with_the_cases_and_the_audit_stays_whole(scene: Scene) -> None:
    await scene.store.hand_over(NOTE, actor="ann", safety=False)
    scene.clock.forward(days=31)
    await scene.store.purge(scene.clock(), Terms(ignored_days=7, recorded_days=30, closed_case_days=30))
    assert await scene.store.handed_over(START, safety=False) == []
    with scene.by_hand() as connection:
        assert connection.execute("SELECT count(*) FROM handovers WHERE text IS NOT NULL").fetchone() == (0,)
    assert await scene.store.verify() == []


async def test_each_moment_is_announced_once_and_never_one_before(scene: Scene) -> None:
    later = START + timedelta(hours=8)
    assert await scene.store.announce("shift:staff", START) == START
    assert await scene.store.announce("shift:staff", START) is None
    assert await scene.store.announce("shift:safety", START) == START
    assert await scene.store.announce("shift:staff", later) == START
    assert await scene.store.announce("shift:staff", START) is None


async def test_reading_of_an_account_is_known_to_every_process(scene: Scene) -> None:
    assert await scene.store.read_until() == {}
    for minutes in (1, 2):
        await scene.store.note_reading("party", START + timedelta(minutes=minutes))
    assert await scene.store.read_until() == {"party": START + timedelta(minutes=2)}
