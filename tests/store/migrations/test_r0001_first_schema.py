"""The eight refusals of the database itself: raw SQL, the program by-passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Event, State
from tests.store.by_hand import columns_of
from tests.store.rows import case_row, decision, draft, incident_of, publication, refuse

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.rows import Insert
    from tests.store.scene import Scene


async def of_two(scene: Scene) -> Case:
    """A claimed case of the account that asks for two approvals."""
    received = scene.received(account="leader", approvals_required=2)
    (case_id,) = await scene.receive(received)
    case = await scene.approve(await scene.approve(await scene.case(case_id), "ann"), "ben")
    return await scene.claim(case)


# The row that the rest of this file spoils, one thing at a time.


async def test_a_publication_of_what_was_approved_is_taken(scene: Scene, put: Insert) -> None:
    put("publications", **publication(await scene.claimed()))


# 1. Without a decision, or on another kind of decision


async def test_no_publication_without_a_decision(scene: Scene, put: Insert) -> None:
    case = await scene.claimed()
    for missing in (None, "nobody's"):
        with refuse():
            put("publications", **publication(case, decision_id=missing))


@pytest.mark.parametrize("kind", ["dismiss", "escalate", "refer"])
async def test_no_publication_on_a_ruling_that_is_not_an_approval(scene: Scene, put: Insert, kind: str) -> None:
    case = await scene.claimed()
    put("decisions", **decision(case, kind=kind, draft_id=None))
    for said in ("approve", kind):
        with refuse():
            put("publications", **publication(case, decision_id="x-by-hand", decision_kind=said))


# 2. On another case's or draft's approval, or with another text


async def test_no_publication_on_another_cases_approval(scene: Scene, put: Insert) -> None:
    case, other = await scene.claimed("1"), await scene.claimed("2")
    assert other.approvals
    with refuse():
        put("publications", **publication(case, decision_id=other.approvals[0].decision_id))
    with refuse():
        put("publications", **publication(other, case_id=case.id))


async def test_no_publication_on_the_approval_of_an_earlier_draft(scene: Scene, put: Insert) -> None:
    before = await scene.approve(await scene.opened())
    case = await scene.change(before, Event.UNDONE, "ann")
    case = await scene.claim(await scene.approve(case))
    with refuse():
        put("publications", **publication(case, decision_id=before.approvals[0].decision_id))
    with refuse():
        put("publications", **publication(before))


async def test_no_publication_of_another_text_or_for_another_account(scene: Scene, put: Insert) -> None:
    case = await scene.claimed()
    for other in ({"text_sha256": "f" * 64}, {"account_id": "leader"}, {"reviewer_id": "ben"}):
        with refuse():
            put("publications", **publication(case, **other))


# 3. One approval where two are asked for; two by the same person


async def test_no_publication_on_one_approval_where_two_are_asked_for(scene: Scene, put: Insert) -> None:
    case = await of_two(scene)
    second = {"second_decision_id": case.approvals[1].decision_id, "second_reviewer_id": "ben"}
    for other in ({}, {"approvals_required": 1}, {**second, "second_reviewer_id": None}):
        with refuse():
            put("publications", **publication(case, **other))
    put("publications", **publication(case, **second))


async def test_two_approvals_are_of_two_people(scene: Scene, put: Insert) -> None:
    case = await of_two(scene)
    first_decision = case.approvals[0].decision_id
    for decision_id in (first_decision, case.approvals[1].decision_id):
        with refuse():
            put("publications", **publication(case, second_decision_id=decision_id, second_reviewer_id="ann"))


async def test_nobody_approves_a_draft_twice(scene: Scene, put: Insert) -> None:
    received = scene.received(account="leader", approvals_required=2)
    (case_id,) = await scene.receive(received)
    case = await scene.approve(await scene.case(case_id), "ann")
    for replacing in (False, True):
        with refuse():
            put("decisions", replacing=replacing, **decision(case))


async def test_a_case_asks_for_as_many_approvals_as_its_account(scene: Scene, put: Insert) -> None:
    case = await scene.dismissed()
    row = case_row(scene, case, id="c-by-hand", account_id="leader", state="open", version=1, outcome=None)
    with refuse("at least as many approvals"):
        put("cases", **row)


# 4. Once


async def test_a_case_has_one_live_publication(scene: Scene, put: Insert) -> None:
    case = await scene.claimed()
    await scene.intend(case)
    for replacing in (False, True):
        with refuse():
            put("publications", replacing=replacing, **publication(case))


async def test_a_case_has_one_live_publication_even_where_each_approval_is_used_in_another_place(
    scene: Scene, put: Insert
) -> None:
    case = await scene.approve(await scene.opened(account="leader", approvals_required=2), "ann")
    case = await scene.claim(await scene.approve(case, "ben"))
    await scene.intend(case)
    second, first = case.approvals
    turned = {"decision_id": first.decision_id, "reviewer_id": first.reviewer_id}
    turned |= {"second_decision_id": second.decision_id, "second_reviewer_id": second.reviewer_id}
    with refuse():
        put("publications", **publication(case, idempotency_key="another", **turned))


async def test_a_case_has_one_live_publication_by_its_index_where_all_else_is_gone(scene: Scene) -> None:
    case = await of_two(scene)
    await scene.intend(case)
    second, first = case.approvals
    turned = {"decision_id": first.decision_id, "reviewer_id": first.reviewer_id}
    turned |= {"second_decision_id": second.decision_id, "second_reviewer_id": second.reviewer_id}
    row = publication(case, idempotency_key="another", incident_id=incident_of(scene, case.id), **turned)
    on = "" if scene.address.startswith("sqlite") else " ON publications"
    with scene.by_hand() as connection:
        for trigger in ("publications_stay", "publications_use_a_decision_once"):
            connection.execute(f"DROP TRIGGER {trigger}{on}")
        connection.execute("DROP INDEX one_reply_standing_per_incident")
        with refuse(r"publications\.case_id|one_live_publication_per_case"):
            connection.execute(
                f"INSERT INTO publications ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608  ours
                list(row.values()),
            )


async def test_a_decision_and_a_key_are_used_once(scene: Scene, put: Insert) -> None:
    case, other = await scene.claimed("1"), await scene.claimed("2")
    await scene.intend(case)
    with scene.by_hand() as connection:
        (key,) = connection.execute("SELECT idempotency_key FROM publications").fetchone()
        connection.execute("UPDATE publications SET state = 'failed'")
    with refuse():
        put("publications", **publication(case))
    for replacing in (False, True):
        with refuse():
            put("publications", replacing=replacing, **publication(other, idempotency_key=key))


async def test_two_decisions_cannot_change_places_to_publish_again(scene: Scene, put: Insert) -> None:
    case = await of_two(scene)
    await scene.intend(case)
    with scene.by_hand() as connection:
        connection.execute("UPDATE publications SET state = 'failed'")
    one, two = case.approvals
    swapped = {"decision_id": two.decision_id, "reviewer_id": two.reviewer_id}
    with refuse():
        put(
            "publications",
            **publication(case, **swapped, second_decision_id=one.decision_id, second_reviewer_id=one.reviewer_id),
        )


# 5. Nothing is said to an escalation


async def test_no_draft_on_an_escalated_verdict(scene: Scene, put: Insert) -> None:
    case = await scene.opened(kind="escalate")
    for verdict in ("respond", "escalate"):
        with refuse():
            put("drafts", **draft(case, verdict=verdict))
    with refuse():
        put("decisions", **decision(case, draft_id="d-by-hand"))


@pytest.mark.parametrize("state", [state for state in State if state not in {State.ESCALATED, State.CLOSED}])
async def test_an_escalated_verdict_stands_at_escalated_or_closed(scene: Scene, put: Insert, state: State) -> None:
    case = await scene.opened(kind="escalate")
    with scene.by_hand() as connection, refuse():
        connection.execute("UPDATE cases SET state = ?, version = version + 1", [state.value])
    with refuse():
        put("cases", **case_row(scene, case, id="c-by-hand", state=state.value))


# 6. One open case a mention


@pytest.mark.parametrize("kind", ["respond", "escalate"])
async def test_a_mention_has_one_live_case_of_each_verdict(scene: Scene, put: Insert, kind: str) -> None:
    case = await scene.opened(kind=kind)
    for replacing in (False, True):
        for other in ({"id": "c-by-hand"}, {}):
            with refuse():
                put("cases", replacing=replacing, **case_row(scene, case, **other))


async def test_an_escalation_beside_a_case_is_one_and_lets_nothing_be_published(scene: Scene, put: Insert) -> None:
    case = await scene.claimed()
    row = case_row(scene, case, id="c-by-hand", verdict="escalate", state="escalated", version=1)
    put("cases", **row | {"owner": None, "claimed_until": None})
    for replacing in (False, True):
        with refuse():
            put("cases", replacing=replacing, **row | {"id": "c-again", "owner": None, "claimed_until": None})
    with refuse("escalated now"):
        put("publications", **publication(case))


async def test_no_publication_is_repeated_beside_an_escalation(scene: Scene, put: Insert) -> None:
    case = await scene.claimed()
    await scene.intend(case)
    row = case_row(scene, case, id="c-by-hand", verdict="escalate", state="escalated", version=1)
    put("cases", **row | {"owner": None, "claimed_until": None})
    with scene.by_hand() as connection, refuse("escalated now"):
        connection.execute("UPDATE publications SET attempts = attempts + 1")


# 7. What a case is never changes


@pytest.mark.parametrize(
    "change",
    ["approvals_required = 2", "account_id = 'leader'", "verdict = 'escalate'", "id = 'another'", "opened_at = ''"],
)
async def test_what_a_case_is_never_changes(scene: Scene, change: str) -> None:
    await scene.intend(await scene.claimed())
    with scene.by_hand(foreign_keys=False) as connection, refuse():
        connection.execute(f"UPDATE cases SET {change}")  # noqa: S608 - a test


# 8. The audit is only added to


async def test_an_audit_event_is_never_changed_or_removed(scene: Scene) -> None:
    await scene.opened()
    await scene.opened("2")
    with scene.by_hand() as connection:
        before = connection.execute("SELECT * FROM audit_events").fetchall()
        columns = columns_of(connection, "audit_events")
        for column in columns:
            with refuse("never changed"):
                connection.execute(f"UPDATE audit_events SET {column} = {column}")  # noqa: S608 - a test
        with refuse("never removed"):
            connection.execute("DELETE FROM audit_events WHERE seq = 2")
        for verb in ("INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"):
            for old in before:
                with refuse("only ever added"):
                    connection.execute(f"{verb} INTO audit_events VALUES (?,?,?,?,?,?,?,?,?)", old)
        assert connection.execute("SELECT * FROM audit_events").fetchall() == before


async def test_an_audit_event_joins_its_chain_at_the_end(scene: Scene, put: Insert) -> None:
    await scene.opened()
    last = (await scene.store.audit_events("party"))[-1]
    row = {"stream": "party", "at": "", "kind": "", "actor": "", "detail": "{}", "digest": "d"}
    for seq, prev in ((last.seq + 2, last.digest), (last.seq + 1, "another")):
        with refuse("only ever added"):
            put("audit_events", seq=seq, prev=prev, **row)
    put("audit_events", seq=last.seq + 1, prev=last.digest, **row)
