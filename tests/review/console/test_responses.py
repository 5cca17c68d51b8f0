"""The pages on which responses are read: by policy, with how they fared, as they look, with their history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Reason, Verb
from bot.store import Revision, TextKind

if TYPE_CHECKING:
    from tests.review.console.conftest import Console

ONE = "/responses/sexism-space"
NAME = "sexism-space.yaml"
KIND = TextKind.RESPONSE


async def drafted(writing: Console, old: str, new: str, by: str = "ada", case_id: str | None = None) -> Revision:
    assert writing.texts is not None
    live = (await writing.texts.store.revisions.live())[KIND, NAME]
    text = live.text.replace(old, new, 1)
    draft = await writing.texts.draft(KIND, NAME, text, by=by, why="It sounded <cold>.", seen=live.id, case_id=case_id)
    assert isinstance(draft, Revision), draft
    return draft


async def test_responses_stand_by_policy_and_those_of_several_first(writing: Console) -> None:
    async with writing.signed_in("tom") as browser:
        page = (await browser.get("/responses")).text
    headings = [
        page.index(words) for words in ("More than one policy", "Ableism <span", "Racism <span", "Sexism <span")
    ]
    assert headings == sorted(headings)
    assert "to anyone · 6 wordings" in page
    assert "New response" not in page


async def test_list_counts_what_was_used_edited_before_and_refused(writing: Console) -> None:
    office = writing.office
    case = await office.opened()
    assert case.draft is not None
    response = case.draft.response
    await office.decide(case, Verb.DISMISS, reason=Reason.NOT_ANSWERED)
    edited = await office.decide(await office.opened(), Verb.EDIT, text="Please argue the point, and not her.")
    await office.decide(edited, Verb.APPROVE)  # type: ignore[arg-type]
    office.clock.pass_(minutes=5)
    await office.publish()
    async with writing.signed_in("ada") as browser:
        page = (await browser.get(f"/responses/{response}")).text
    assert "used 1 time · edited before 1 · refused 1" in page


async def test_page_of_a_response_shows_each_wording_as_it_looks_and_how_long_it_can_get(writing: Console) -> None:
    async with writing.signed_in("tom") as browser:
        page = (await browser.get(ONE)).text
    assert "Wording 6" in page
    assert "@sam@social.example" in page
    assert "with the longest name" in page
    assert f"@{'m' * 30}@" in page
    assert "anyone" in page
    assert "Found in the file" in page
    assert f"{ONE}/edit" not in page


async def test_draft_is_shown_with_what_it_changes_and_the_case_that_it_came_from(writing: Console) -> None:
    case = await writing.office.opened()
    await drafted(writing, "Sexism, to anyone", "Contempt, to anyone", case_id=case.id)
    async with writing.signed_in("tom") as browser:
        listed = (await browser.get("/responses")).text
        page = (await browser.get(f"{ONE}/draft")).text
    assert "Waits for a review" in listed
    assert "a draft waits" in listed
    assert "It sounded &lt;cold&gt;." in page
    assert "<del>Sexism, </del><ins>Contempt, </ins>" in page
    assert f'href="/case/{case.id}"' in page
    assert "Make it live" not in page


async def test_case_of_the_safety_desk_is_not_named_to_whom_it_does_not_exist_for(writing: Console) -> None:
    case = await writing.office.opened("I will zark you tonight.")
    await drafted(writing, "Sexism, to anyone", "Contempt, to anyone", case_id=case.id)
    async with writing.signed_in("tom") as browser:
        assert case.id not in (await browser.get(f"{ONE}/draft")).text
    async with writing.signed_in("nadia") as browser:
        assert case.id in (await browser.get(f"{ONE}/draft")).text


async def test_history_tells_every_revision_with_its_people_and_what_it_changed(writing: Console) -> None:
    assert writing.texts is not None
    draft = await drafted(writing, "Sexism, to anyone", "Contempt, to anyone")
    await writing.texts.review(draft.id, by="mara")
    async with writing.signed_in("tom") as browser:
        page = (await browser.get(f"{ONE}/history")).text
    assert page.index("Revision 2") < page.index("Revision 1 ")
    assert "Reviewed by Mara Bright" in page
    assert "Found in the file" in page
    assert "Bring it back" not in page


@pytest.mark.parametrize("path", ["/responses/nonsense", "/responses/nonsense/history", "/responses/nonsense/draft"])
async def test_response_that_is_not_there_is_a_clear_page(writing: Console, path: str) -> None:
    async with writing.signed_in("ada") as browser:
        answer = await browser.get(path)
    assert answer.status_code == 404
    assert "There is no such response" in answer.text


async def test_draft_that_waits_no_more_leads_to_what_is_live(writing: Console) -> None:
    async with writing.signed_in("tom") as browser:
        answer = await browser.get(f"{ONE}/draft", follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, ONE)


async def test_file_that_was_changed_by_hand_is_told_on_the_list(writing: Console) -> None:
    assert writing.texts is not None
    path = writing.texts.folders.path(KIND, NAME)
    assert path is not None
    path.write_text(f"# looked at\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    async with writing.signed_in("tom") as reader, writing.signed_in("ada") as admin:
        told, acted = (await reader.get("/responses")).text, (await admin.get("/responses")).text
    assert f"not read since: {NAME}" in told
    assert "Read the files again" not in told
    assert "Read the files again" in acted


async def test_case_leads_to_the_response_of_its_draft_and_from_there_to_its_form(writing: Console) -> None:
    case = await writing.office.opened()
    assert case.draft is not None
    async with writing.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
        assert f'href="/responses/{case.draft.response}?case={case.id}"' in page
        page = (await browser.get(f"/responses/{case.draft.response}?case={case.id}")).text
    assert f'href="/responses/{case.draft.response}/edit?case={case.id}"' in page
