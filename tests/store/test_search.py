"""A search finds what stands in the rows, as it stands there, for those for whom it exists; and nothing erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Author, Event
from bot.store import Terms

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def ids(scene: Scene, words: str, *, safety: bool = False) -> list[str]:
    return [case.id for case in await scene.store.search(words, safety=safety)]


async def test_words_are_found_in_the_post_the_handle_the_draft_and_the_id(scene: Scene) -> None:
    bee = Author(uri="https://other.example/u/bee", handle="@bee_keeper@other.example", bio="apiary")
    case = await scene.opened("1", said={"text": "the ferrets of Harbour Lane", "author": bee}, reply="@bee Enough.")
    await scene.opened("2")
    for words in ("ferrets of", "FERRETS", "bee_keeper", "@bee Enough", case.id):
        assert await ids(scene, words) == [case.id], words
    assert await ids(scene, "ferrets Harbour") == []


async def test_names_of_keys_and_the_rest_of_the_evidence_are_not_found(scene: Scene) -> None:
    await scene.opened("1")
    for words in ("native_id", "author", "mastodon", "hello"):
        assert await ids(scene, words) == []


@pytest.mark.parametrize("words", ['she said "no"', "50 % off", "a_b", "back\\slash", "line\nbreak", "Größe", "it's"])
async def test_signs_that_a_pattern_or_json_would_obey_are_only_signs(scene: Scene, words: str) -> None:
    case = await scene.opened("1", said={"text": f"before {words} after"})
    await scene.opened("2", said={"text": "50 x off, a.b, axb, she said no, backslash, linebreak"})
    assert await ids(scene, words) == [case.id]


async def test_percent_and_underscore_do_not_find_everything(scene: Scene) -> None:
    await scene.opened("1")
    assert await ids(scene, "%%%") == []
    assert await ids(scene, "___") == []


async def test_latest_case_comes_first_whatever_became_of_it(scene: Scene) -> None:
    closed = await scene.dismissed("1")
    scene.clock.forward(minutes=1)
    opened = await scene.opened("2")
    assert await ids(scene, "vermin") == [opened.id, closed.id]
    assert [case.id for case in await scene.store.search("vermin", safety=False, limit=1, offset=1)] == [closed.id]


async def test_cases_of_the_safety_desk_are_found_by_those_for_whom_they_exist(scene: Scene) -> None:
    threat = await scene.opened("1", "escalate")
    passed = await scene.escalated_by_reviewer("2")
    assert await ids(scene, "vermin") == []
    assert set(await ids(scene, "vermin", safety=True)) == {threat.id, passed.id}


async def test_reading_that_is_for_the_safety_desk_does_not_betray_itself(scene: Scene) -> None:
    case = await scene.published("1")
    scene.clock.forward(minutes=1)
    threat = scene.received("1", "escalate", said={"text": "I know your street", "edited_at": scene.clock()})
    await scene.receive(threat)
    assert case.id not in await ids(scene, "your street")


async def test_erased_words_cannot_be_found(scene: Scene) -> None:
    case = await scene.change(await scene.opened("1"), Event.DISMISSED, "ann", decides="dismiss")
    assert await ids(scene, "vermin") == await ids(scene, "Not in our") == await ids(scene, "@al@") == [case.id]
    later = scene.clock.forward(days=400)
    await scene.store.purge(later, Terms(ignored_days=1, recorded_days=1, closed_case_days=30))
    assert await ids(scene, "vermin") == await ids(scene, "Not in our") == await ids(scene, "@al@") == []


async def test_five_thousand_words_find_nothing_and_break_nothing(scene: Scene) -> None:
    await scene.opened("1")
    assert await ids(scene, "vermin " * 5_000) == []
