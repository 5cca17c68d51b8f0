"""Watching goes by the word of the person who is watched, from the moment in which it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Parent
from bot.store import ReplyWish, Wish, digest_of
from bot.watched import Watched, consents
from tests.fakes.network import EVENING
from tests.fakes.office import ABUSE, Office
from tests.public.test_choices import CONSENT, HER, PROTECTED

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("recorded", "wish", "watched"),
    [
        (True, None, True),
        (False, None, False),
        (True, Wish(person="x"), True),
        (False, Wish(person="x"), False),
        (False, Wish(person="x", given_at=EVENING), True),
        (True, Wish(person="x", withdrawn_at=EVENING), False),
    ],
    ids=["recorded", "neither", "recorded, link not used", "link not used", "her own yes", "withdrawn"],
)
async def test_her_own_word_counts_before_what_was_recorded(
    tmp_path: Path, *, recorded: bool, wish: Wish | None, watched: bool
) -> None:
    people = [PROTECTED[0] | {"consent": CONSENT if recorded else None}]
    office = await Office.open(tmp_path, protected=people)
    [person] = office.files.config.protected
    assert consents(person, wish) is watched
    await office.store.close()


async def test_the_list_that_a_watcher_holds_follows_her_word(tmp_path: Path) -> None:
    office = await Office.open(tmp_path, protected=PROTECTED)
    watched = Watched(store=office.store, people=office.files.config.protected)
    held = watched.through("party")
    await watched.refresh()
    assert list(held) == [HER]
    await office.store.protected.make_link(HER, actor="nadia")
    await office.store.protected.withdraw(digest_of(HER))
    await watched.refresh()
    assert list(held) == []
    await office.store.protected.choose(digest_of(HER), reply=ReplyWish.FOR_ME, shown=True, weekly=False)
    await watched.refresh()
    assert list(held) == [HER]
    await office.store.close()


async def test_what_was_on_its_way_when_she_withdrew_is_not_taken_in(tmp_path: Path) -> None:
    office = await Office.open(tmp_path, protected=PROTECTED)
    watched = Watched(store=office.store, people=office.files.config.protected)
    pipeline = office.without(watched=watched)
    said = office.network.say(
        ABUSE, watched_for=HER, parent=Parent(uri="https://x.example/1", author=HER, text="Hello")
    )
    ours = office.network.say(ABUSE, by="pat")
    await office.store.protected.make_link(HER, actor="nadia")
    await office.store.protected.withdraw(digest_of(HER))
    assert await watched.still([said, ours]) == [ours]
    office.pipeline = pipeline
    await office.receive(said, ours)
    assert set(await office.store.known([said.uri, ours.uri])) == {ours.uri}
    await office.store.close()
