"""Texts in the store: drafted, reviewed and found, each step told in the audit by its digest alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Event, Proposal
from bot.store import Fared, Overtaken, RevisionState, TextKind, Written
from tests.store.scene import START

if TYPE_CHECKING:
    from bot.store import Revision
    from tests.store.scene import Scene

CALM = (TextKind.RESPONSE, "calm.yaml")
PACK = (TextKind.RULES, "packs/own.yaml")


def written(text: str, by: str = "ann", *, case_id: str | None = None) -> Written:
    return Written(kind=CALM[0], name=CALM[1], text=text, by=by, why="It sounded cold.", case_id=case_id)


async def found(scene: Scene, text: str = "id: calm") -> Revision:
    [revision] = await scene.store.revisions.found({CALM: text}, why="Found.")
    return revision


async def kinds(scene: Scene) -> list[str]:
    return [event.kind for event in await scene.store.audit_events("system")]


async def test_draft_waits_goes_live_and_what_was_live_is_past(scene: Scene) -> None:
    first, revisions = await found(scene), scene.store.revisions
    draft = await revisions.draft(written("id: calmer"), seen=first.id)
    assert (draft.number, draft.base, draft.state, draft.written_by) == (2, 1, RevisionState.DRAFT, "ann")
    assert (await revisions.live())[CALM].number == 1
    assert list(await revisions.drafts(TextKind.RESPONSE)) == [CALM]
    assert await revisions.drafts(TextKind.RULES) == {}
    scene.clock.forward(hours=1)
    live = await revisions.review(draft.id, by="ben")
    assert (live.state, live.reviewed_by, live.reviewed_at) == (RevisionState.LIVE, "ben", scene.clock())
    assert [(each.number, each.state.value) for each in await revisions.history(*CALM)] == [(2, "live"), (1, "past")]
    assert await revisions.running() == {CALM: live.text_sha256}


async def test_audit_says_who_did_what_by_digest_and_never_a_word_of_it(scene: Scene) -> None:
    first = await found(scene, "id: secretly")
    draft = await scene.store.revisions.draft(written("id: openly"), seen=first.id)
    await scene.store.revisions.withdraw(draft.id, by="ben")
    draft = await scene.store.revisions.draft(written("id: clearly"), seen=first.id)
    await scene.store.revisions.review(draft.id, by="ben")
    await scene.store.revisions.found({PACK: "lang: en"}, gone=[CALM], by="ann", why="Read again.")
    assert await kinds(scene) == [
        "response.found",
        "response.drafted",
        "response.withdrawn",
        "response.drafted",
        "response.reviewed",
        "rules.found",
        "response.gone",
    ]
    events = await scene.store.audit_events("system")
    assert [event.actor for event in events] == ["bot", "ann", "ben", "ann", "ben", "ann", "ann"]
    assert events[-3].detail["revision_sha256"] == draft.text_sha256
    assert not any(word in str(events) for word in ("secretly", "openly", "clearly", "cold"))
    assert await scene.store.verify() == []


async def test_second_of_two_writers_is_told_and_nothing_is_lost(scene: Scene) -> None:
    first = await found(scene)
    theirs = await scene.store.revisions.draft(written("id: theirs"), seen=first.id)
    with pytest.raises(Overtaken) as overtaken:
        await scene.store.revisions.draft(written("id: mine", "ben"), seen=first.id)
    assert overtaken.value.newest == theirs
    mine = await scene.store.revisions.draft(written("id: mine", "ben"), seen=theirs.id)
    states = {each.id: each.state for each in await scene.store.revisions.history(*CALM)}
    assert (states[theirs.id], states[mine.id]) == (RevisionState.WITHDRAWN, RevisionState.DRAFT)
    with pytest.raises(Overtaken) as overtaken:
        await scene.store.revisions.review(theirs.id, by="ben")
    assert overtaken.value.newest == mine


async def test_draft_on_what_is_no_longer_live_does_not_go_live(scene: Scene) -> None:
    first = await found(scene)
    draft = await scene.store.revisions.draft(written("id: calmer"), seen=first.id)
    second = await found(scene, "id: by-hand")
    with pytest.raises(Overtaken) as overtaken:
        await scene.store.revisions.review(draft.id, by="ben")
    assert overtaken.value.newest == second
    assert (await scene.store.revisions.live())[CALM] == second


async def test_file_that_reads_as_what_is_live_makes_no_revision(scene: Scene) -> None:
    await found(scene)
    assert await scene.store.revisions.found({CALM: "id: calm"}, why="Found.") == []
    assert await kinds(scene) == ["response.found"]


async def test_what_has_no_file_any_more_is_past_and_its_name_can_be_used_again(scene: Scene) -> None:
    await found(scene)
    await scene.store.revisions.found({}, gone=[CALM], why="Found.")
    assert await scene.store.revisions.live() == {}
    assert await scene.store.revisions.in_files() == {}
    draft = await scene.store.revisions.draft(written("id: calm"), seen=None)
    assert (draft.number, draft.base) == (2, None)
    assert (await scene.store.revisions.review(draft.id, by="ben")).state is RevisionState.LIVE


async def test_revision_is_found_again_by_the_case_that_it_came_from(scene: Scene) -> None:
    case = await scene.opened()
    draft = await scene.store.revisions.draft(written("id: calm", case_id=case.id), seen=None)
    assert await scene.store.revisions.of_case(case.id) == [draft]
    assert await scene.store.revisions.get(draft.id) == draft
    assert await scene.store.revisions.get("nothing") is None


async def test_it_is_counted_how_often_a_response_was_used_edited_before_and_refused(scene: Scene) -> None:
    await scene.published("1")
    reworded = await scene.change(
        await scene.opened("2"),
        Event.REWORDED,
        "ann",
        proposal=Proposal(text="@al@other.example Please.", response=None),
    )
    claimed = await scene.claim(await scene.approve(reworded))
    await scene.intend(claimed)
    await scene.change(claimed, Event.PUBLISHED, receipt=scene.receipt("2"))
    await scene.dismissed("3")
    await scene.opened("4")
    fared = await scene.store.revisions.fared(START)
    assert fared == {"racism-in-group": Fared(used=2, edited=1, refused=1)}
    assert await scene.store.revisions.fared(scene.clock.forward(days=1)) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revisions SET text = 'id: cold'",
        "UPDATE revisions SET text_sha256 = 'x'",
        "UPDATE revisions SET reviewed_by = 'cat'",
        "UPDATE revisions SET written_by = 'cat'",
        "UPDATE revisions SET number = 7",
        "DELETE FROM revisions",
    ],
)
async def test_verify_finds_a_revision_that_was_altered_behind_the_programs_back(scene: Scene, statement: str) -> None:
    draft = await scene.store.revisions.draft(written("id: calm"), seen=None)
    await scene.store.revisions.review(draft.id, by="ben")
    assert await scene.store.verify() == []
    scene.tamper(statement)
    assert any("revision" in fault.what for fault in await scene.store.verify())
