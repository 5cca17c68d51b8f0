"""What the database refuses of rejoinders, mistakes and corrections, with the program by-passed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import Event, RejoinderKind, Ruling, VerdictKind
from bot.store import Store
from tests.store.older import back_to
from tests.store.rows import case_row, publication, refuse
from tests.store.test_rejoinders import LINK, answered, linked

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.rows import Insert
    from tests.store.scene import Scene


async def corrected(scene: Scene, name: str = "1") -> tuple[Case, Case]:
    """A reply that was a mistake, and the case that corrects it."""
    case = await scene.change(await answered(scene, name), Event.MISTAKEN, "ann")
    verdict = replace(case.verdict, kind=VerdictKind.RESPOND)
    successor = scene.received(mention=case.mention, verdict=verdict, account="party", correction=True)
    closed = await scene.change(case, Event.CORRECTED, outcome="corrected", successor=successor)
    known = await scene.store.known([case.mention.uri])
    return closed, await scene.case(known[case.mention.uri].case_id or "")


def rejoinder(case: Case, **other: object) -> dict[str, object]:
    return {
        "id": "r-by-hand",
        "case_id": case.id,
        "kind": "sorry",
        "words": "sorry",
        "words_sha256": "x",
        "safety": False,
        "at": "2026-11-20T10:00:00.000000+00:00",
        **other,
    }


async def test_an_older_database_is_brought_on_with_everything_in_it(scene: Scene) -> None:
    case = await scene.published()
    await scene.store.close()
    with scene.by_hand() as connection:
        back_to(connection, "0012")
    store = Store.open(scene.address, now=scene.clock)
    assert await store.case(case.id) == case
    assert [await store.check(), await store.verify()] == [[], []]
    await store.close()


async def test_rejoinder_needs_a_reply_that_went_out_and_begins_without_a_ruling(scene: Scene, put: Insert) -> None:
    case = await scene.opened("2")
    with refuse("to a reply of ours"):
        put("rejoinders", **rejoinder(case))
    posted = await answered(scene)
    with refuse("to a reply of ours"):
        put("rejoinders", **rejoinder(posted, ruling="stands", ruled_by="ann", ruled_at="2026"))
    put("rejoinders", **rejoinder(posted))
    with refuse():
        put("rejoinders", **rejoinder(posted, kind="not_me"), replacing=True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rejoinders SET words = 'I am guilty'",
        "UPDATE rejoinders SET words_sha256 = 'y'",
        "UPDATE rejoinders SET kind = 'not_me'",
        "UPDATE rejoinders SET safety = NOT safety",
        "UPDATE rejoinders SET at = '2020'",
        "UPDATE rejoinders SET ruling = 'stands'",
        "UPDATE rejoinders SET ruling = NULL, ruled_by = NULL, ruled_at = NULL",
        "UPDATE rejoinders SET ruled_by = 'ben'",
        "DELETE FROM rejoinders",
    ],
)
async def test_rejoinder_never_changes_and_keeps_its_ruling(scene: Scene, statement: str) -> None:
    await answered(scene)
    await scene.store.take_rejoinder(LINK, RejoinderKind.SORRY, "sorry", safety=False)
    [waiting] = await scene.store.rejoinders(safety=False)
    await scene.store.rule(waiting.id, Ruling.ACCEPTED, by="ann")
    with scene.by_hand() as connection, refuse():
        connection.execute(statement)


async def test_nothing_but_an_apology_is_accepted(scene: Scene, put: Insert) -> None:
    put("rejoinders", **rejoinder(await answered(scene), kind="not_me"))
    with scene.by_hand() as connection, refuse():
        connection.execute("UPDATE rejoinders SET ruling = 'accepted', ruled_by = 'ann', ruled_at = '2026'")


async def test_link_in_a_draft_never_changes(scene: Scene) -> None:
    await linked(scene)
    with scene.by_hand() as connection, refuse():
        connection.execute("UPDATE drafts SET text = NULL, link_sha256 = 'another'")


async def test_mistake_needs_a_reply_and_is_never_taken_back(scene: Scene) -> None:
    case = await scene.opened()
    with scene.by_hand() as connection, refuse("a mistake is of a reply"):
        connection.execute("UPDATE cases SET mistaken = TRUE")
    await scene.change(case, Event.WITHDRAWN, outcome="withdrawn")
    closed, correction = await corrected(scene, "2")
    assert closed.mistaken
    with scene.by_hand() as connection, refuse("stays one"):
        connection.execute("UPDATE cases SET mistaken = FALSE WHERE id = ?", [closed.id])
    with scene.by_hand() as connection, refuse("a mistake is of a reply"):
        connection.execute("UPDATE cases SET correction = FALSE WHERE id = ?", [correction.id])


async def test_correction_without_a_mistake_is_refused(scene: Scene, put: Insert) -> None:
    case = await scene.dismissed()
    row = case_row(scene, case, id="c-by-hand", state="open", version=1, outcome=None)
    with refuse("follows a mistake"):
        put("cases", **(row | {"correction": True}))
    with refuse("follows a mistake"):
        put("cases", **(row | {"mistaken": True}))


async def test_correction_by_another_account_is_refused(scene: Scene, put: Insert) -> None:
    _, correction = await corrected(scene)
    closed = await scene.change(correction, Event.EXPIRED, outcome="expired")
    row = case_row(scene, closed, id="c-by-hand", state="open", version=1, outcome=None, account_id="leader")
    with refuse():
        put("cases", **(row | {"correction": True, "approvals_required": 2}))


async def test_no_other_reply_is_published_after_a_mistake(scene: Scene, put: Insert) -> None:
    closed, correction = await corrected(scene)
    await scene.change(correction, Event.EXPIRED, outcome="expired")
    await scene.receive(scene.received(mention=replace(closed.mention, text="vermin, I say again")))
    another = (await scene.store.known([closed.mention.uri]))[closed.mention.uri].case_id or ""
    claimed = await scene.claim(await scene.approve(await scene.case(another)))
    with refuse("gets a correction and no other reply"):
        put("publications", **publication(claimed))


async def test_correction_is_published_on_an_approval_of_its_own(scene: Scene) -> None:
    _, correction = await corrected(scene)
    assert correction.correction
    claimed = await scene.claim(await scene.approve(correction, "ben"))
    reply = await scene.intend(claimed)
    assert reply.approved_by == ("ben",)
    posted = await scene.change(claimed, Event.PUBLISHED, receipt=scene.receipt("901"))
    assert posted.publication is not None
    assert await scene.store.verify() == []


async def test_what_was_taken_down_is_taken_up_again_only_for_a_mistake(scene: Scene) -> None:
    case = await scene.change(await scene.published(), Event.RETRACTION_ASKED, "ann")
    await scene.change(case, Event.RETRACTED)
    with scene.by_hand() as connection, refuse("only to correct a mistake"):
        connection.execute("UPDATE cases SET version = version + 1, state = 'closed', outcome = 'dismissed'")
