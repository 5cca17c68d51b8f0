"""Changes of rules are read by all who review, decided by admins, and can be taken back at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.files import Files
from bot.model import Role
from bot.rules.language import Amended
from bot.store import Revision, RevisionState
from tests.fakes.office import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.review.console.conftest import Console


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Files of this test's own, since what goes live is written to them."""
    return Files.read(write_files(tmp_path / "files"))


@pytest.fixture(autouse=True)
async def started(console: Console) -> None:
    """What is in the files is live."""
    await console.texts.start()


async def drafted(console: Console, by: str = "mara", **changes: object) -> Revision:
    """A draft that amends a rule."""
    rule = console.rules.room.written.rules["made-up-insult"]
    amended = Amended.model_validate(changes or {"state": "shadow"})
    saved = await console.rules.save(await console.rules.with_rule(rule, amended), by=by, why="Too wide.")
    assert isinstance(saved, Revision), saved
    return saved


async def test_what_waits_and_what_is_live_is_read_by_all_who_review(console: Console) -> None:
    await drafted(console)
    for person in ("tom", "wyn", "nadia", "mara"):
        async with console.signed_in(person) as browser:
            page = (await browser.get("/rules/changes")).text
        assert (
            page.index("Waiting for a second admin")
            < page.index("The rule made-up-insult")
            < page.index("made-up.yaml")
        )
    async with console.signed_in("rosa") as browser:
        assert (await browser.get("/rules/changes")).status_code == 403


async def test_a_change_shows_who_why_and_what_differs_behind_the_veil(console: Console) -> None:
    draft = await drafted(console)
    async with console.signed_in("tom") as browser:
        page = (await browser.get(f"/rules/changes/{draft.id}")).text
    assert "Written by Mara Bright" in page
    assert "Why: Too wide." in page
    assert "<ins>    state: shadow</ins>" in page
    assert '<details class="veil" data-keep="differences">' in page
    assert "Make it live" not in page
    assert "Take it back" not in page


async def test_whoever_wrote_a_change_does_not_review_it(console: Console) -> None:
    draft = await drafted(console)
    async with console.signed_in("mara") as browser:
        assert "Make it live" not in (await browser.get(f"/rules/changes/{draft.id}")).text
        answer = await browser.post(f"/rules/changes/{draft.id}/review")
    assert answer.status_code == 403
    assert "another admin must review it" in answer.text


async def test_link_that_an_admin_made_does_not_make_that_admin_two(console: Console) -> None:
    draft = await drafted(console, by="ada")
    async with console.signed_in("ada") as ada, console.let_in("mara", ada) as mara:
        answer = await mara.post(f"/rules/changes/{draft.id}/review")
        assert answer.status_code == 403
        assert "one person could have written it and review it too" in answer.text
        saved = await mara.post(f"/rules/changes/{draft.id}/restore", data={"why": "Once more."})
        assert saved.status_code < 400, saved.text
    again = next(iter((await console.office.store.revisions.drafts()).values()))
    assert (again.written_by, again.let_in_by) == ("mara", frozenset({"ada"}))


@pytest.mark.parametrize("what", ["effect", "review", "withdraw", "restore"])
async def test_auditors_and_approvers_decide_nothing(console: Console, what: str) -> None:
    draft = await drafted(console)
    for person in ("tom", "wyn"):
        async with console.signed_in(person) as browser:
            answer = await browser.post(f"/rules/changes/{draft.id}/{what}", data={"why": "x"})
            assert answer.status_code == 403, answer.text
    assert (await console.rules.standing(draft.name))[1] == draft


async def test_reviewer_sees_the_effect_before_deciding(console: Console) -> None:
    draft = await drafted(console)
    async with console.signed_in("ada") as browser:
        page = (await browser.post(f"/rules/changes/{draft.id}/effect")).text
    assert "Every example of every rule holds." in page
    assert "Make it live" in page


async def test_reviewer_is_told_when_a_draft_bears_on_rules_about_danger(console: Console) -> None:
    calm = await drafted(console)
    rule = console.rules.room.written.rules["made-up-threat"]
    proposal = await console.rules.with_rule(rule, Amended(state="off", why="It rings for dogs."))
    grave = await console.rules.save(proposal, by="mara", why="It rings for dogs.")
    assert isinstance(grave, Revision)
    async with console.signed_in("ada") as browser:
        assert "It bears on rules that guard people" in (await browser.get(f"/rules/changes/{grave.id}")).text
        assert "It bears on rules that guard people" not in (await browser.get(f"/rules/changes/{calm.id}")).text


async def test_a_draft_that_was_overtaken_says_so(console: Console) -> None:
    first = await drafted(console)
    await drafted(console, by="ada", state="off")
    async with console.signed_in("ada") as browser:
        answer = await browser.post(f"/rules/changes/{first.id}/review")
    assert answer.status_code == 409
    assert "Somebody else was first." in answer.text


async def test_an_earlier_change_comes_back_with_one_press_and_a_reason(console: Console) -> None:
    first = await drafted(console)
    assert isinstance(await console.texts.review(first.id, by="ada"), Revision)
    second = await drafted(console, state="off")
    assert isinstance(await console.texts.review(second.id, by="ada"), Revision)
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/rules/changes/{first.id}")).text
        assert "revision 1, was live" in page
        answer = await browser.post(
            f"/rules/changes/{first.id}/restore", data={"why": "Off was too much."}, follow_redirects=True
        )
    assert "Drafted anew." in answer.text
    _, draft = await console.rules.standing(first.name)
    assert draft is not None
    assert draft.text == first.text


async def test_a_withdrawn_draft_stays_in_the_history(console: Console) -> None:
    draft = await drafted(console)
    async with console.signed_in("mara") as browser:
        page = await browser.post(f"/rules/changes/{draft.id}/withdraw", follow_redirects=True)
    assert "Taken back." in page.text
    assert "revision 1, withdrawn" in page.text


async def test_a_revision_of_a_response_is_none_of_the_rules(console: Console) -> None:
    live = await console.office.store.revisions.live()
    response = next(each for (kind, _), each in live.items() if kind == "response")
    async with console.signed_in("mara") as browser:
        for answer in (
            await browser.get(f"/rules/changes/{response.id}"),
            await browser.post(f"/rules/changes/{response.id}/restore", data={"why": "x"}),
        ):
            assert answer.status_code == 404


@pytest.mark.parametrize("act", ["review", "withdraw", "restore", "effect"])
async def test_session_that_the_provider_narrowed_decides_no_draft(console: Console, act: str) -> None:
    draft = await drafted(console, by="ada")
    async with console.narrowed("mara", Role.APPROVER) as browser:
        answer = await browser.post(f"/rules/changes/{draft.id}/{act}", data={"why": "Because."})
    assert answer.status_code == 403
    found = await console.office.store.revisions.get(draft.id)
    assert found is not None
    assert found.state is RevisionState.DRAFT


@pytest.mark.parametrize("act", ["review", "withdraw"])
async def test_draft_of_a_rule_is_not_decided_on_the_page_of_a_response(console: Console, act: str) -> None:
    draft = await drafted(console, by="ada")
    async with console.signed_in("mara") as browser:
        answer = await browser.post(f"/responses/sexism-space/{act}", data={"revision": draft.id})
    assert answer.status_code == 404
    found = await console.office.store.revisions.get(draft.id)
    assert found is not None
    assert found.state is RevisionState.DRAFT
