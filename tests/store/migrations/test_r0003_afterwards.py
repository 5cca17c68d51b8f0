"""What the database refuses of corrections and of a principal's own approval, with the program by-passed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import Event, State
from bot.store import Store, StoreError
from tests.store.older import back_to
from tests.store.rows import case_row, publication, refuse
from tests.store.scene import LEADER, PARTY, PEOPLE, QUIET

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.rows import Insert
    from tests.store.scene import Scene

OWN = replace(PARTY, id="own", handle="@own@fernwick.example", principal="ben", principal_approves=True)
BOTH = replace(LEADER, id="both", handle="@both@fernwick.example", principal_approves=True)


@pytest.fixture
async def own(scene: Scene) -> Case:
    """A case of an account whose principal approves each reply."""
    await scene.store.seed([PARTY, LEADER, QUIET, OWN, BOTH], PEOPLE)
    return await scene.opened(account="own")


async def test_an_older_database_is_brought_on_with_everything_in_it(scene: Scene) -> None:
    case = await scene.published()
    await scene.store.close()
    with scene.by_hand() as connection:
        back_to(connection, "0002")
    store = Store.open(scene.address, now=scene.clock)
    assert await store.case(case.id) == case
    assert [await store.check(), await store.verify()] == [[], []]
    await store.close()


async def test_a_case_keeps_whose_approval_it_needs(scene: Scene, own: Case) -> None:
    assert own.principal == "ben"
    with scene.by_hand() as connection, refuse("never changes"):
        connection.execute("UPDATE cases SET principal_id = NULL")


async def test_no_case_opens_without_what_its_account_asks_for(scene: Scene, own: Case, put: Insert) -> None:
    closed = await scene.change(own, Event.DISMISSED, "ann", decides="dismiss")
    row = case_row(scene, closed, id="c-by-hand", state="open", version=1, outcome=None)
    for other in (None, "ann"):
        with refuse("principal of its account"):
            put("cases", **(row | {"principal_id": other}))


async def test_no_case_is_approved_without_its_principal(scene: Scene, own: Case) -> None:
    with pytest.raises(StoreError, match="lacks the approval of the principal"):
        await scene.approve(own, "ann")
    assert (await scene.approve(own, "ben")).state is State.APPROVED


@pytest.mark.parametrize("order", [("ann", "ben"), ("ben", "ann")])
async def test_one_of_two_approvals_is_the_principals(scene: Scene, own: Case, order: tuple[str, str]) -> None:
    assert own.account == "own"
    case = await scene.opened("2", account="both", approvals_required=2)
    for name in order:
        case = await scene.approve(case, name)
    assert case.state is State.APPROVED


async def test_two_others_are_not_enough(scene: Scene, own: Case) -> None:
    dan = replace(PEOPLE[0], id="dan")
    await scene.store.seed([PARTY, LEADER, QUIET, OWN, BOTH], [*PEOPLE, dan])
    case = await scene.opened("2", account="both", approvals_required=2)
    case = await scene.approve(case, "ann")
    with pytest.raises(StoreError, match="lacks the approval of the principal"):
        await scene.approve(case, "dan")
    assert own.approvals == ()


async def test_no_publication_without_the_approval_of_the_principal(scene: Scene, own: Case, put: Insert) -> None:
    case = await scene.claim(await scene.approve(own, "ben"))
    scene.tamper("UPDATE cases SET principal_id = 'cat' WHERE id = ?", case.id)
    with refuse("needs the approval of the principal"):
        put("publications", **publication(case))


async def asked(scene: Scene) -> Case:
    case = await scene.published()
    await scene.receive(scene.received(said={"text": "I am sorry"}))
    return await scene.case(case)


async def test_a_case_is_corrected_only_when_its_reply_is_down(scene: Scene) -> None:
    case = await scene.change(await asked(scene), Event.CORRECTION_ASKED, "ann")
    closing = "UPDATE cases SET state = 'closed', version = version + 1, asked_at = NULL, outcome = "
    with scene.by_hand() as connection:
        for outcome in ("'corrected'", "'dismissed'"):
            with refuse("taken down"):
                connection.execute(f"{closing}{outcome}")
    corrected = await scene.change(case, Event.CORRECTED, outcome="corrected")
    assert (corrected.state, corrected.outcome, corrected.asked_at) == (State.CLOSED, "corrected", None)
    assert await scene.store.verify() == []


async def test_a_question_stands_only_beside_a_reply(scene: Scene) -> None:
    await scene.opened()
    with scene.by_hand() as connection, refuse("only while it stands"):
        connection.execute("UPDATE cases SET asked_at = '2026-11-20'")


async def test_a_mention_has_one_reply_at_a_time_whichever_case_it_is_of(scene: Scene, put: Insert) -> None:
    case = await scene.published()
    scene.tamper("UPDATE cases SET state = 'closed', outcome = 'dismissed' WHERE id = ?", case.id)
    again = await scene.opened(said={"text": "you lot are rats"})
    again = await scene.claim(await scene.approve(again))
    with refuse("one reply at a time"):
        put("publications", **publication(again))
