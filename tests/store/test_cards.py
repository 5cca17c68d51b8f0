"""Cards are found again after a restart, and redrawn when their case has changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import Case, Event
from bot.store import Card

if TYPE_CHECKING:
    from tests.store.scene import Scene


def card(case: Case, **other: int) -> Card:
    return Card(case_id=case.id, desk="telegram", chat_id=-100, message_id=1, drawn_at=case.changed_at)


async def test_a_card_is_remembered_in_place_of_the_one_before(scene: Scene) -> None:
    case = await scene.opened()
    await scene.store.keep_card(card(case))
    newer = replace(card(case), message_id=2, stub=True)
    await scene.store.keep_card(newer)
    assert await scene.store.cards("telegram") == [newer]
    assert await scene.store.cards("another desk") == []
    await scene.store.drop_card(newer)
    assert await scene.store.cards("telegram") == []


async def test_an_unfinished_case_without_a_card_is_to_be_drawn(scene: Scene) -> None:
    case = await scene.opened("1")
    await scene.dismissed("2")
    await scene.published("3")
    assert await scene.store.stale_cards("telegram") == [(case, ())]
    await scene.store.keep_card(card(case))
    assert await scene.store.stale_cards("telegram") == []
    assert await scene.store.stale_cards("another desk") == [(case, ())]


async def test_a_card_drawn_before_the_last_change_is_to_be_drawn_again(scene: Scene) -> None:
    case = await scene.opened()
    await scene.store.keep_card(card(case))
    now = await scene.change(case, Event.EXPIRED)
    assert await scene.store.stale_cards("telegram") == [(now, (card(case),))]
    await scene.store.keep_card(replace(card(now), stub=True))
    assert await scene.store.stale_cards("telegram") == []


async def test_a_case_shown_in_two_chats_is_drawn_once_for_both(scene: Scene) -> None:
    case = await scene.opened()
    cards = (replace(card(case), chat_id=-200), card(case))
    for one in cards:
        await scene.store.keep_card(one)
    now = await scene.change(case, Event.ESCALATED, "ann", decides="escalate")
    assert await scene.store.stale_cards("telegram") == [(now, cards)]
