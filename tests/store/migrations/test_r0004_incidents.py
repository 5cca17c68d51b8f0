"""One reply for an incident, refused by the database itself; and what an older database becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Event, State
from bot.store import Store
from tests.store.older import back_to
from tests.store.rows import incident_of, publication, refuse
from tests.store.scene import aimed

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.rows import Insert
    from tests.store.scene import Scene


async def pile_on(scene: Scene, number: int = 3) -> list[Case]:
    """The cases of an incident of so many posts."""
    found = await scene.receive(*(scene.received(str(n), pile_on=aimed()) for n in range(number)))
    return [await scene.case(case_id) for case_id in found]


async def side_by_side(scene: Scene) -> tuple[Case, Case]:
    """Two claimed cases of one incident, as no program would leave them; the first has its publication."""
    first, second, _ = await pile_on(scene)
    first = await scene.claim(await scene.approve(first))
    await scene.intend(first)
    scene.tamper("UPDATE cases SET state = 'closed', outcome = 'hidden', owner = NULL, claimed_until = NULL")
    scene.tamper("UPDATE cases SET state = 'open', outcome = NULL WHERE id = ?", second.id)
    return first, await scene.claim(await scene.approve(await scene.case(second)))


async def test_a_second_reply_for_an_incident_is_refused(scene: Scene, put: Insert) -> None:
    first, second = await side_by_side(scene)
    assert incident_of(scene, first.id) == incident_of(scene, second.id)
    with refuse():
        put("publications", **publication(second))
    with refuse():
        put("publications", replacing=True, **publication(second))


@pytest.mark.parametrize("state", ["published", "retracted", "unconfirmed"])
async def test_a_reply_that_was_posted_or_may_have_been_or_was_taken_back_counts(
    scene: Scene, put: Insert, state: str
) -> None:
    _, second = await side_by_side(scene)
    posted = None if state == "unconfirmed" else "2026-11-20T10:00:00.000000+00:00"
    scene.tamper("UPDATE publications SET state = ?, posted_at = ?", state, posted)
    with refuse():
        put("publications", **publication(second))


async def test_a_reply_that_failed_does_not_count(scene: Scene, put: Insert) -> None:
    _, second = await side_by_side(scene)
    scene.tamper("UPDATE publications SET state = 'failed'")
    put("publications", **publication(second))


async def test_no_publication_leaves_its_incident_out_or_names_another(scene: Scene, put: Insert) -> None:
    _, second = await side_by_side(scene)
    other = await scene.opened("elsewhere")
    for named in (None, incident_of(scene, other.id), second.id):
        with refuse("names the incident"):
            put("publications", **publication(second, incident_id=named))


async def test_the_incident_of_a_publication_never_changes(scene: Scene) -> None:
    await scene.published("1")
    other = incident_of(scene, (await scene.opened("2")).id)
    for named in (None, other):
        with scene.by_hand() as connection, refuse("never changes"):
            connection.execute("UPDATE publications SET incident_id = ?", [named])


async def test_no_post_leaves_its_incident(scene: Scene) -> None:
    await pile_on(scene)
    for named in (None, incident_of(scene, (await scene.opened("elsewhere")).id)):
        with scene.by_hand() as connection, refuse("joins an incident once"):
            connection.execute("UPDATE mentions SET incident_id = ? WHERE incident_id IS NOT NULL", [named])


async def test_a_post_that_was_answered_joins_no_other_incident(scene: Scene) -> None:
    answered = incident_of(scene, (await scene.published("answered")).id)
    incident = incident_of(scene, (await pile_on(scene))[0].id)
    for named in (incident, "nothing"):
        with scene.by_hand() as connection, refuse("joins an incident once"):
            connection.execute("UPDATE mentions SET incident_id = ? WHERE id = ?", [named, answered])
    with scene.by_hand() as connection:
        connection.execute("UPDATE mentions SET incident_id = id WHERE id = ?", [answered])


async def test_no_second_post_of_an_incident_is_approved(scene: Scene) -> None:
    first, second, _ = await pile_on(scene)
    await scene.approve(first)
    scene.tamper(
        "INSERT INTO decisions (id, case_id, kind, reviewer_id, draft_id, at, note, desk)"
        " VALUES ('x', ?, 'approve', 'ben', ?, '2026-11-20', '', '')",
        second.id,
        second.draft and second.draft.id,
    )
    with scene.by_hand() as connection, refuse("another post of this incident"):
        connection.execute("UPDATE cases SET state = 'approved', version = 2 WHERE id = ?", [second.id])


async def test_what_was_published_before_was_of_an_incident_of_its_own(scene: Scene) -> None:
    case = await scene.published("1")
    retracting = await scene.change(await scene.published("2"), Event.RETRACTION_ASKED, "ann")
    await scene.change(retracting, Event.RETRACTED)
    await scene.store.close()
    with scene.by_hand() as connection:
        back_to(connection, "0003")
    store = Store.open(scene.address, now=scene.clock)
    assert await store.check() == []
    published = await store.case(case.id)
    assert published is not None
    assert published.state is State.PUBLISHED
    assert await store.verify() == []
    await store.close()
    with scene.by_hand() as connection:
        query = "SELECT p.incident_id, c.mention_id FROM publications AS p JOIN cases AS c ON c.id = p.case_id"
        named = connection.execute(query).fetchall()
    assert len(named) == 2
    assert all(incident == mention for incident, mention in named)
