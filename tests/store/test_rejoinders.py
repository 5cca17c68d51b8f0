"""What is said by a link is kept once, is ruled on once, and is found by the digest of the link alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Event, Proposal, RejoinderKind, Ruling
from bot.store import Taken, Terms
from bot.store.rejoinders import MOST, MOST_UNREAD

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.scene import Scene

LINK = "ab" * 32
TEXT = "@al@other.example Not in our name. If we got this wrong, tell us: https://say.example/r/x"


async def linked(scene: Scene, name: str = "1") -> Case:
    """An open case whose draft has a link."""
    case = await scene.opened(name)
    return await scene.change(
        case, Event.REWORDED, "ann", proposal=Proposal(text=TEXT, response=None, link_sha256=LINK)
    )


async def answered(scene: Scene, name: str = "1") -> Case:
    """A case whose reply, with a link in it, was posted."""
    case = await scene.claim(await scene.approve(await linked(scene, name)))
    await scene.intend(case)
    return await scene.change(case, Event.PUBLISHED, receipt=scene.receipt())


async def say(scene: Scene, words: str = "not me", kind: RejoinderKind = RejoinderKind.NOT_ME) -> Taken:
    return await scene.store.take_rejoinder(LINK, kind, words, safety=False)


async def test_link_opens_only_once_its_reply_is_out(scene: Scene) -> None:
    case = await linked(scene)
    assert await scene.store.posted_reply(LINK) is None
    assert await say(scene) is Taken.UNKNOWN
    approved = await scene.approve(case)
    assert await scene.store.posted_reply(LINK) is None
    await scene.intend(await scene.claim(approved))
    reply = await scene.store.posted_reply(LINK)
    assert reply is not None
    assert (reply.case_id, reply.account, reply.text, reply.taken_down, reply.full) == (
        case.id,
        "party",
        TEXT,
        False,
        False,
    )


async def test_undone_approval_keeps_the_link_of_its_text(scene: Scene) -> None:
    undone = await scene.change(await scene.approve(await linked(scene)), Event.UNDONE, "ann")
    assert undone.draft is not None
    assert (undone.draft.revision, undone.draft.link_sha256) == (3, LINK)


async def test_link_of_a_reply_that_was_taken_down_still_opens_and_says_so(scene: Scene) -> None:
    case = await scene.change(await answered(scene), Event.RETRACTION_ASKED, "ann")
    await scene.change(case, Event.RETRACTED)
    reply = await scene.store.posted_reply(LINK)
    assert reply is not None
    assert reply.taken_down
    assert await say(scene) is Taken.NEW


async def test_the_very_same_is_kept_once_and_another_choice_or_word_is_another(scene: Scene) -> None:
    case = await answered(scene)
    taken = [await say(scene), await say(scene), await say(scene, "not me!")]
    assert [*taken, await say(scene, kind=RejoinderKind.SORRY)] == [Taken.NEW, Taken.KNOWN, Taken.NEW, Taken.NEW]
    assert len(await scene.store.rejoinders_to(case.id)) == 3
    assert [event.kind for event in await scene.store.trail(case.id)].count("rejoinder.received") == 3


async def test_reply_takes_so_much_unread_and_more_once_that_was_read(scene: Scene) -> None:
    await answered(scene)
    said = [await say(scene, str(number)) for number in range(MOST_UNREAD + 1)]
    assert said == [Taken.NEW] * MOST_UNREAD + [Taken.FULL]
    assert await say(scene, "0") is Taken.KNOWN
    assert await scene.store.take_rejoinder(LINK, RejoinderKind.NOT_ME, "I will come", safety=True) is Taken.NEW
    for each in await scene.store.rejoinders(safety=False):
        await scene.store.rule(each.id, Ruling.STANDS, by="ann")
    assert await say(scene, "0") is Taken.NEW


async def test_reply_takes_no_more_than_so_much_for_ever(scene: Scene) -> None:
    await answered(scene)
    for number in range(MOST):
        assert await say(scene, str(number)) is Taken.NEW
        [waiting] = await scene.store.rejoinders(safety=False)
        await scene.store.rule(waiting.id, Ruling.STANDS, by="ann")
    assert await say(scene, "more") is Taken.FULL


async def test_first_ruling_counts_and_the_audit_has_no_word_of_it(scene: Scene) -> None:
    case = await answered(scene)
    await say(scene, "a zebra said it")
    [waiting] = await scene.store.rejoinders(safety=False)
    assert await scene.store.rule(waiting.id, Ruling.STANDS, by="ann")
    assert not await scene.store.rule(waiting.id, Ruling.MISTAKE, by="ben")
    found = await scene.store.rejoinder(waiting.id)
    assert found is not None
    assert (found.ruling, found.ruled_by, found.ruled_at) == (Ruling.STANDS, "ann", scene.clock())
    assert await scene.store.rejoinders(safety=False) == []
    events = await scene.store.trail(case.id)
    assert [event.kind for event in events[-2:]] == ["rejoinder.received", "rejoinder.ruled"]
    assert "zebra" not in str(events)
    assert await scene.store.verify() == []


async def test_what_waits_is_of_one_desk_or_the_other(scene: Scene) -> None:
    await answered(scene)
    await scene.store.take_rejoinder(LINK, RejoinderKind.NOT_ME, "I will come", safety=True)
    await say(scene)
    assert [each.words for each in await scene.store.rejoinders(safety=True)] == ["I will come"]
    assert [each.words for each in await scene.store.rejoinders(safety=False)] == ["not me"]


async def test_mistake_settles_all_that_waits_about_its_reply(scene: Scene) -> None:
    case = await answered(scene)
    await say(scene, "one")
    await say(scene, "two")
    await scene.change(case, Event.MISTAKEN, "ben")
    assert {(each.ruling, each.ruled_by) for each in await scene.store.rejoinders_to(case.id)} == {
        (Ruling.MISTAKE, "ben")
    }


async def test_mistake_leaves_danger_to_the_safety_desk(scene: Scene) -> None:
    case = await answered(scene)
    await scene.store.take_rejoinder(LINK, RejoinderKind.NOT_ME, "I will come", safety=True)
    await scene.change(case, Event.MISTAKEN, "ben")
    [waiting] = await scene.store.rejoinders(safety=True)
    assert waiting.ruling is None


async def test_words_and_link_go_with_their_case_and_the_books_stay_whole(scene: Scene) -> None:
    case = await answered(scene)
    await say(scene, "a zebra said it")
    now = scene.clock() + timedelta(days=400)
    await scene.store.purge(now, Terms(ignored_days=7, recorded_days=180, closed_case_days=365))
    [left] = await scene.store.rejoinders_to(case.id)
    assert left.words == ""
    assert await scene.store.posted_reply(LINK) is None
    assert await say(scene, "again") is Taken.UNKNOWN
    assert await scene.store.verify() == []


@pytest.mark.parametrize("words", ["\0", "\ud800", "x" * 1000, "<script>alert(1)</script>", "'; DROP TABLE cases; --"])
async def test_hostile_words_are_kept_as_words(scene: Scene, words: str) -> None:
    case = await answered(scene)
    assert await say(scene, words) is Taken.NEW
    assert await say(scene, words) is Taken.KNOWN
    assert len(await scene.store.rejoinders_to(case.id)) == 1
