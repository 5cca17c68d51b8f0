"""Where somebody is told of their week is known to nobody but the letter, and each week is told once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.store import ReplyWish
from tests.store.scene import START
from tests.store.test_wishes import HER, page_of

if TYPE_CHECKING:
    from tests.store.scene import Scene

BOX = "imogen@post.example"
SOON = START + timedelta(days=2)


async def wish(scene: Scene, mail: str | None = BOX, **more: Any) -> None:
    wishes: dict[str, Any] = {"reply": ReplyWish.FOR_ME, "shown": True, "weekly": True, **more}
    await scene.store.protected.choose(HER, mail=mail, **wishes)


async def test_an_empty_address_keeps_the_one_that_was_given_and_none_takes_it_back(scene: Scene) -> None:
    page = await page_of(scene)
    await wish(scene)
    await wish(scene, "")
    scene.clock.time = SOON
    letter = await scene.store.protected.claim_letter(HER, START, SOON)
    assert letter is not None
    assert letter.address == BOX
    await wish(scene, None)
    wishes = await scene.store.protected.of_page(page)
    assert wishes is not None
    assert wishes.mail_since is None
    assert await scene.store.protected.due(SOON) == []


async def test_the_week_that_ended_before_the_address_was_given_is_not_told(scene: Scene) -> None:
    await page_of(scene)
    await wish(scene)
    assert await scene.store.protected.due(START - timedelta(hours=1)) == []
    assert await scene.store.protected.due(SOON) == [HER]


async def test_who_wishes_no_digest_is_told_of_none(scene: Scene) -> None:
    await page_of(scene)
    await wish(scene)
    await wish(scene, "", weekly=False)
    assert await scene.store.protected.due(SOON) == []


async def test_a_claim_is_one_process_s_until_it_is_given_back_or_lapses(scene: Scene) -> None:
    await page_of(scene)
    await wish(scene)
    people = scene.store.protected
    assert await people.claim_letter(HER, START, SOON) is not None
    assert (await people.claim_letter(HER, START, SOON), await people.due(SOON)) == (None, [])
    await people.let_go(HER)
    assert await people.claim_letter(HER, START, SOON) is not None
    scene.clock.forward(minutes=10)
    assert await people.claim_letter(HER, START, SOON) is not None
    await people.told(HER, SOON)
    scene.clock.forward(hours=1)
    assert await people.claim_letter(HER, START, SOON) is None
    assert await people.due(SOON + timedelta(days=7)) == [HER]


async def test_the_audit_has_neither_the_address_nor_the_link_that_stops(scene: Scene) -> None:
    await page_of(scene)
    await wish(scene)
    letter = await scene.store.protected.claim_letter(HER, START, SOON)
    assert letter is not None
    await scene.store.protected.told(HER, SOON)
    assert await scene.store.protected.stop_mail(letter.stop)
    assert not await scene.store.protected.stop_mail(letter.stop)
    said = str(await scene.store.audit_events("system"))
    assert [word for word in (BOX, letter.stop, "imogen") if word in said] == []
    assert await scene.store.verify() == []
