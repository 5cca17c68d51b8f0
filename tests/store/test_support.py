"""A message of support waits for its person alone, who may wish no more of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store import Put, ReplyWish, Terms, digest_of
from bot.store.support import MOST_WAITING
from tests.fakes.databases import ON_POSTGRESQL, only_sqlite
from tests.store.scene import START
from tests.store.test_wishes import HER, IMOGEN, page_of

if TYPE_CHECKING:
    from tests.store.scene import Scene

WORDS = "What was said to you is not what we are."


async def welcoming(scene: Scene, *, support: bool = True) -> None:
    """She has a page, has said yes, and takes messages or not."""
    await page_of(scene)
    await scene.store.protected.choose(HER, reply=ReplyWish.FOR_ME, shown=True, weekly=False, support=support)


async def test_it_waits_until_she_has_read_it_and_stays_to_be_read_again(scene: Scene) -> None:
    await welcoming(scene)
    assert await scene.store.protected.support(HER, WORDS, actor="ann") is Put.KEPT
    [message] = await scene.store.protected.messages(HER)
    assert (message.text, message.at, message.read) == (WORDS, START, False)
    assert not await scene.store.protected.mark_read(digest_of("@bo@fernwick.example"), message.id)
    assert await scene.store.protected.mark_read(HER, message.id)
    assert not await scene.store.protected.mark_read(HER, message.id)
    assert [each.read for each in await scene.store.protected.messages(HER)] == [True]
    assert await scene.store.verify() == []


async def test_newest_stands_first(scene: Scene) -> None:
    await welcoming(scene)
    for words in ("One.", "Two.", "Three."):
        await scene.store.protected.support(HER, words, actor="ann")
        scene.clock.forward(minutes=1)
    assert [each.text for each in await scene.store.protected.messages(HER)] == ["Three.", "Two.", "One."]


async def test_who_wishes_none_or_has_not_said_yes_or_has_no_page_gets_none(scene: Scene) -> None:
    assert await scene.store.protected.support(HER, WORDS, actor="ann") is Put.NOT_WISHED
    await scene.store.protected.make_link(IMOGEN, actor="cat")
    assert await scene.store.protected.support(HER, WORDS, actor="ann") is Put.NOT_WISHED
    await welcoming(scene, support=False)
    assert await scene.store.protected.support(HER, WORDS, actor="ann") is Put.NOT_WISHED
    assert await scene.store.protected.messages(HER) == []


async def test_no_more_than_a_few_wait_for_her(scene: Scene) -> None:
    await welcoming(scene)
    for _ in range(MOST_WAITING):
        assert await scene.store.protected.support(HER, WORDS, actor="ann") is Put.KEPT
    assert await scene.store.protected.support(HER, WORDS, actor="ann") is Put.FULL
    await scene.store.protected.mark_read(HER, (await scene.store.protected.messages(HER))[0].id)
    assert await scene.store.protected.support(HER, WORDS, actor="ann") is Put.KEPT
    assert await scene.store.protected.support_lately(timedelta(days=1)) == {HER: MOST_WAITING + 1}


async def test_words_go_when_their_time_is_over_read_or_not(scene: Scene) -> None:
    await welcoming(scene)
    await scene.store.protected.support(HER, WORDS, actor="ann")
    terms = Terms(ignored_days=7, recorded_days=180, closed_case_days=365, support_days=30)
    await scene.store.purge(scene.clock.forward(days=29), terms)
    assert len(await scene.store.protected.messages(HER)) == 1
    await scene.store.purge(scene.clock.forward(days=1), terms)
    assert await scene.store.protected.messages(HER) == []
    assert await scene.store.verify() == []


@only_sqlite
async def test_with_the_consent_goes_every_byte_of_them(scene: Scene) -> None:
    await welcoming(scene)
    await scene.store.protected.support(HER, WORDS, actor="ann")
    await scene.store.protected.withdraw(HER)
    assert await scene.store.protected.messages(HER) == []
    assert await scene.store.verify() == []
    for file in scene.path.parent.iterdir():
        assert WORDS.encode() not in file.read_bytes(), file.name


async def test_the_audit_says_who_wrote_and_not_what_nor_whether_it_was_read(scene: Scene) -> None:
    await welcoming(scene)
    before = len(await scene.store.audit_events("system"))
    await scene.store.protected.support(HER, WORDS, actor="ann")
    await scene.store.protected.mark_read(HER, (await scene.store.protected.messages(HER))[0].id)
    [event] = (await scene.store.audit_events("system"))[before:]
    assert (event.kind, event.actor) == ("support.written", "ann")
    assert [word for word in (WORDS, "imogen") if word in str(event)] == []


async def test_words_that_were_altered_are_found(scene: Scene) -> None:
    await welcoming(scene)
    await scene.store.protected.support(HER, WORDS, actor="ann")
    with scene.by_hand() as hand:
        hand.execute("DROP TRIGGER support_messages_only_read" + (" ON support_messages" if ON_POSTGRESQL else ""))
        hand.execute("UPDATE support_messages SET text = 'Something else.'")
    [fault] = await scene.store.verify()
    assert "message of support" in fault.what
