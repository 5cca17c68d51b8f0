"""What admins do to responses in the console; whatever goes wrong, what they typed comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from bot.model import Case, Role, Verb
from bot.store import Revision, RevisionState, TextKind
from bot.texts import Sheet, sheet_of, spelt
from tests.fakes.office import THREAT

if TYPE_CHECKING:
    import httpx

    from tests.review.console.conftest import Console

KIND = TextKind.RESPONSE
NAME = "sexism-space.yaml"
ONE = "/responses/sexism-space"
WHY = "It sounded cold."


@dataclass
class Editor:
    """An admin's browser, and the response that they edit."""

    console: Console
    browser: httpx.AsyncClient

    async def standing(self) -> Revision:
        revisions = self.console.office.store.revisions
        return (await revisions.drafts()).get((KIND, NAME)) or (await revisions.live())[KIND, NAME]

    async def form(self, **changes: object) -> dict[str, object]:
        newest = await self.standing()
        sheet = sheet_of(newest.text)
        return {
            "seen": newest.id,
            "title": sheet.title,
            "policies": list(sheet.policies),
            "audience": sheet.audience,
            "voice": sheet.voice,
            "min_strikes": str(sheet.min_strikes),
            "wording": [*sheet.variants, ""],
            "retired": [str(index) for index in sheet.retired],
            "why": WHY,
            "act": "save",
            **changes,
        }

    async def save(self, path: str = f"{ONE}/edit", **changes: object) -> httpx.Response:
        return await self.browser.post(path, data=await self.form(**changes), follow_redirects=True)

    async def press(self, what: str, **fields: str) -> httpx.Response:
        return await self.browser.post(f"{ONE}/{what}", data=fields, follow_redirects=True)

    async def live(self) -> Sheet:
        return sheet_of((await self.console.office.store.revisions.live())[KIND, NAME].text)


async def test_response_is_changed_reviewed_by_another_and_live(writing: Console) -> None:
    async with writing.signed_in("ada") as one, writing.signed_in("mara") as other:
        ada, mara = Editor(writing, one), Editor(writing, other)
        wordings = list((await ada.live()).variants)
        wordings[0] = "Speak of what she did. This is not what we expect here. $code_link"
        page = await ada.save(wording=[*wordings, "A new one. This is not what we expect here. $code_link"])
        assert page.url.path == f"{ONE}/draft"
        assert "Kept as a draft" in page.text
        assert "another admin makes it live: Mara Bright." in page.text
        assert "Make it live</button>" not in page.text
        draft = (await ada.standing()).id
        assert "You wrote it" in (await ada.press("review", revision=draft)).text
        assert "Make it live</button>" in (await other.get(f"{ONE}/draft")).text
        page = await mara.press("review", revision=draft)
        assert (page.url.path, "Live. Replies are chosen by it" in page.text) == (ONE, True)
        assert len((await ada.live()).variants) == 7
    assert writing.office.files.responses.get("sexism-space").variants[0] == wordings[0]
    assert writing.texts is not None
    path = writing.texts.folders.path(KIND, NAME)
    assert path is not None
    assert wordings[0] in " ".join(path.read_text(encoding="utf-8").split())


@pytest.mark.parametrize("way_round", [False, True])
async def test_link_that_an_admin_made_does_not_make_that_admin_two(writing: Console, *, way_round: bool) -> None:
    async with writing.signed_in("ada") as one, writing.let_in("mara", one) as other:
        first, second = (other, one) if way_round else (one, other)
        await Editor(writing, first).save(title="Not like this")
        draft = (await Editor(writing, one).standing()).id
        answer = await second.post(f"{ONE}/review", data={"revision": draft}, follow_redirects=True)
        assert "one person could have written it and review it too" in answer.text
        assert ("Let a third admin review it" if way_round else "Sign in by yourself") in answer.text
        async with writing.signed_in("mara") as alone:
            page = await alone.post(f"{ONE}/review", data={"revision": draft}, follow_redirects=True)
            assert ("You wrote it" if way_round else "Live. Replies are chosen by it") in page.text
    live = (await writing.office.store.revisions.live())[KIND, NAME]
    assert (live.id == draft) is not way_round


async def test_earlier_text_is_not_brought_back_by_one_person_with_two_sign_ins(writing: Console) -> None:
    async with writing.signed_in("ada") as one, writing.signed_in("mara") as two, writing.let_in("mara", one) as other:
        ada, mara = Editor(writing, one), Editor(writing, other)
        await ada.save(title="Not like this")
        await two.post(f"{ONE}/review", data={"revision": (await ada.standing()).id})
        await mara.press("restore", number="1", seen=(await ada.standing()).id)
        draft = await ada.standing()
        assert (draft.state, draft.let_in_by) == (RevisionState.DRAFT, frozenset({"ada"}))
        assert "Let a third admin review it" in (await ada.press("review", revision=draft.id)).text


async def test_what_is_wrong_stands_under_its_wording_and_nothing_typed_is_lost(writing: Console) -> None:
    async with writing.signed_in("ada") as browser:
        ada = Editor(writing, browser)
        wordings = list((await ada.live()).variants)
        page = await ada.save(
            title="Typed <title>", wording=[*wordings, "You florp! $code_link"], why="Typed why", policies=["sexism"]
        )
    assert page.status_code == 422
    assert 'id="fault-6"' in page.text
    assert "has an exclamation mark" in page.text
    assert "You florp! $code_link</textarea>" in page.text
    assert 'value="Typed &lt;title&gt;"' in page.text
    assert 'value="Typed why"' in page.text
    assert await writing.office.store.revisions.drafts() == {}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("min_strikes", "two", "expected a whole number"),
        ("title", "", "title"),
        ("policies", [], "policies"),
        ("policies", ["threat"], "is escalated and never answered"),
        ("audience", "everyone", "expected in_group, space, target or correction"),
        ("why", "", "Say in a sentence why"),
    ],
)
async def test_each_mistake_in_the_form_is_said_in_words(
    writing: Console, field: str, value: object, said: str
) -> None:
    async with writing.signed_in("ada") as browser:
        editor = Editor(writing, browser)
        fields = await editor.form(title="Other")
        page = await browser.post(f"{ONE}/edit", data=fields | {field: value})
    assert page.status_code == 422
    assert said in page.text


async def test_wording_cannot_be_taken_out_but_retired(writing: Console) -> None:
    async with writing.signed_in("ada") as one, writing.signed_in("mara") as other:
        ada, mara = Editor(writing, one), Editor(writing, other)
        wordings = list((await ada.live()).variants)
        emptied = await ada.save(wording=[wordings[0], "", *wordings[2:]])
        assert emptied.status_code == 422
        assert "cannot be taken out" in emptied.text
        few = await ada.save(retired=["1"])
        assert "at least 6 are needed" in few.text
        wordings.append("A new one. This is not what we expect here. $code_link")
        await ada.save(retired=["1"], wording=wordings)
        page = await mara.press("review", revision=(await ada.standing()).id)
        assert "no longer used" in page.text
        assert (await ada.live()).variants == tuple(wordings)
    assert writing.office.files.responses.get("sexism-space").in_use == (0, 2, 3, 4, 5, 6)


async def test_second_of_two_admins_is_shown_both_and_may_then_save_over_it(writing: Console) -> None:
    async with writing.signed_in("ada") as one, writing.signed_in("mara") as other:
        ada, mara = Editor(writing, one), Editor(writing, other)
        seen = (await ada.standing()).id
        await ada.save(title="Ada's title")
        page = await mara.save(title="Mara's title", seen=seen, why="Mara's reason")
        assert page.status_code == 409
        assert "Somebody else was first" in page.text
        assert "<del>Ada&#39;s </del><ins>Mara&#39;s </ins>title" in page.text
        assert 'value="Mara&#39;s title"' in page.text
        theirs = (await ada.standing()).id
        assert f'name="seen" value="{theirs}"' in page.text
        await mara.save(title="Mara's title", seen=theirs)
        assert sheet_of((await ada.standing()).text).title == "Mara's title"
        states = [each.state for each in await writing.office.store.revisions.history(KIND, NAME)]
        assert states == [RevisionState.DRAFT, RevisionState.WITHDRAWN, RevisionState.LIVE]


async def test_review_of_a_draft_that_was_replaced_meanwhile_shows_the_newer_one(writing: Console) -> None:
    async with writing.signed_in("ada") as one, writing.signed_in("mara") as other:
        ada, mara = Editor(writing, one), Editor(writing, other)
        await ada.save(title="First title")
        first = (await ada.standing()).id
        await ada.save(title="Second title")
        page = await mara.press("review", revision=first)
        assert page.status_code == 409
        assert "Somebody else was first" in page.text
        assert "Second title" in page.text
        assert (await ada.live()).title.startswith("Sexism")


async def test_preview_shows_how_it_would_look_and_keeps_nothing(writing: Console) -> None:
    async with writing.signed_in("ada") as browser:
        ada = Editor(writing, browser)
        wordings = [*(await ada.live()).variants, "Look at this one. It is not what we expect here. $code_link"]
        page = await ada.save(act="preview", wording=wordings)
        assert "How it would look" in page.text
        assert "@sam@social.example Look at this one." in page.text
        more = await ada.save(act="add", title="Still typing")
        assert (more.text.count("New wording"), 'value="Still typing"' in more.text) == (2, True)
    assert await writing.office.store.revisions.drafts() == {}


async def test_new_response_is_drafted_reviewed_and_has_its_own_file(writing: Console) -> None:
    fields = {
        "id": "calm",
        "title": "Calm",
        "policies": ["sexism"],
        "audience": "space",
        "voice": "any",
        "min_strikes": "1",
        "wording": ["Speak of what she did. $code_link", "", ""],
        "why": "Nothing fitted.",
        "act": "save",
    }
    async with writing.signed_in("ada") as ada, writing.signed_in("mara") as mara:
        taken = await ada.post("/new-response", data=fields | {"id": "sexism-space"})
        assert (taken.status_code, "is taken" in taken.text) == (422, True)
        nameless = await ada.post("/new-response", data=fields | {"id": ""})
        assert (nameless.status_code, "give it a short name" in nameless.text) == (422, True)
        escaping = await ada.post("/new-response", data=fields | {"id": "../config"})
        assert escaping.status_code in {404, 422}
        page = await ada.post("/new-response", data=fields, follow_redirects=True)
        assert page.url.path == "/responses/calm/draft"
        [draft] = (await writing.office.store.revisions.drafts()).values()
        assert "New response" in (await mara.get("/responses/calm")).text
        await mara.post("/responses/calm/review", data={"revision": draft.id})
    assert writing.office.files.responses.get("calm").min_strikes == 1
    assert writing.texts is not None
    path = writing.texts.folders.path(KIND, "calm.yaml")
    assert path is not None
    assert path.read_text(encoding="utf-8") == draft.text


async def test_earlier_text_is_brought_back_through_a_second_admin(writing: Console) -> None:
    async with writing.signed_in("ada") as one, writing.signed_in("mara") as other:
        ada, mara = Editor(writing, one), Editor(writing, other)
        before = await ada.live()
        await ada.save(title="Worse", wording=[*before.variants, "A new one. $code_link"])
        live = (await ada.standing()).id
        await mara.press("review", revision=live)
        assert "Bring it back" in (await other.get(f"{ONE}/history")).text
        page = await mara.press("restore", number="1", seen=live, why="")
        assert "Back to revision 1." in page.text
        await ada.press("review", revision=(await ada.standing()).id)
        back = await ada.live()
        assert (back.title, back.variants[:6], back.retired) == (before.title, before.variants, frozenset({6}))
        stale = await ada.press("restore", number="2", seen=live)
        assert (stale.status_code, "Somebody else was first" in stale.text) == (409, True)


async def test_draft_is_withdrawn(writing: Console) -> None:
    async with writing.signed_in("ada") as browser:
        ada = Editor(writing, browser)
        await ada.save(title="Worse")
        draft = (await ada.standing()).id
        page = await ada.press("withdraw", revision=draft)
        assert "Withdrawn." in page.text
        assert (await ada.press("withdraw", revision=draft)).status_code == 409


async def test_file_changed_by_hand_is_shown_and_read_again(writing: Console) -> None:
    assert writing.texts is not None
    path = writing.texts.folders.path(KIND, NAME)
    assert path is not None
    async with writing.signed_in("ada") as one, writing.signed_in("mara") as other:
        ada, mara = Editor(writing, one), Editor(writing, other)
        await ada.save(title="From the console")
        by_hand = path.read_text(encoding="utf-8").replace("Sexism, to anyone", "By hand, to anyone")
        path.write_text(by_hand, encoding="utf-8")
        page = await mara.press("review", revision=(await ada.standing()).id)
        assert page.status_code == 409
        assert "changed on the disk" in page.text
        assert "<ins>&#34;By hand, </ins>" in page.text
        read = await other.post("/read-files", follow_redirects=True)
        assert f"Live now: {NAME}" in read.text
        assert (await ada.live()).title.startswith("By hand")
        path.write_text("id: [", encoding="utf-8")
        wrong = await other.post("/read-files", follow_redirects=True)
        assert wrong.status_code == 422
        assert "What ran before runs on" in wrong.text
        assert NAME in wrong.text
    assert path.read_text(encoding="utf-8") == "id: ["


async def test_admin_alone_is_told_what_to_do(writing: Console) -> None:
    people = writing.room.reviewers
    for person in [each for each in people if each != "ada"]:
        del people[person]  # type: ignore[attr-defined]  # a dictionary
    async with writing.signed_in("ada") as browser:
        page = await Editor(writing, browser).save(title="Alone")
    assert "there is no other admin" in page.text
    assert "texts.second_reviewer: false" in page.text


async def test_only_admins_change_responses(writing: Console) -> None:
    async with writing.signed_in("ada") as one, writing.signed_in("tom") as other:
        ada, tom = Editor(writing, one), Editor(writing, other)
        await ada.save(title="From an admin")
        draft = (await ada.standing()).id
        answers = [
            await other.get(f"{ONE}/edit"),
            await other.get("/new-response"),
            await tom.save(title="From another"),
            await other.post("/new-response", data={"id": "calm"}),
            await tom.press("review", revision=draft),
            await tom.press("withdraw", revision=draft),
            await tom.press("restore", number="1"),
            await other.post("/read-files"),
        ]
        assert [answer.status_code for answer in answers] == [403] * 8
        assert (await other.post("/response-length?audience=space", data={"text": "x"})).status_code == 422
    assert (await ada.standing()).id == draft


async def test_admin_whose_role_was_taken_away_in_mid_page_changes_nothing(writing: Console) -> None:
    people = writing.room.reviewers
    async with writing.signed_in("ada") as one, writing.signed_in("mara") as other:
        ada, mara = Editor(writing, one), Editor(writing, other)
        await ada.save(title="From an admin")
        draft = (await ada.standing()).id
        people["mara"] = replace(people["mara"], roles=frozenset({Role.APPROVER}))  # type: ignore[index]  # a dictionary
        answers = [
            await mara.press("review", revision=draft),
            await mara.press("withdraw", revision=draft),
            await mara.press("restore", number="1", seen=draft),
            await mara.save(title="From somebody else"),
            await other.post("/read-files"),
        ]
        assert [answer.status_code for answer in answers] == [403] * 5
        assert (await ada.standing()).id == draft


async def test_case_keeps_the_draft_that_it_was_opened_with(writing: Console) -> None:
    case = await writing.office.opened()
    assert case.draft is not None
    assert writing.texts is not None
    assert case.draft.response is not None
    [pages] = [each for each in await _live(writing) if each.name == f"{case.draft.response}.yaml"]
    sheet = sheet_of(pages.text)
    colons = tuple(text.replace("Not in our name, ", "Not in our name: ") for text in sheet.variants)
    short = replace(sheet, variants=colons)
    draft = await writing.texts.draft(KIND, pages.name, spelt(short, pages.text), by="ada", why=WHY, seen=pages.id)
    assert isinstance(draft, Revision), draft
    await writing.texts.review(draft.id, by="mara")
    assert (await writing.office.now(case)).draft == case.draft
    approved = await writing.office.decide(case, Verb.APPROVE)
    assert isinstance(approved, Case)
    assert approved.draft == case.draft
    other = await writing.office.opened(by="len")
    assert other.draft is not None
    assert "Not in our name:" in other.draft.text


async def _live(writing: Console) -> list[Revision]:
    return list((await writing.office.store.revisions.live(KIND)).values())


async def test_response_that_came_from_a_mistake_links_to_its_case(writing: Console) -> None:
    case = await writing.office.opened()
    async with writing.signed_in("ada") as browser:
        form = (await browser.get(f"{ONE}/edit?case={case.id}")).text
        assert f'name="case" value="{case.id}"' in form
        assert 'name="case" value=""' in (await browser.get(f"{ONE}/edit?case=nothing")).text
        page = await Editor(writing, browser).save(title="Better", case=case.id)
        assert f'href="/case/{case.id}"' in page.text
    [revision] = await writing.office.store.revisions.of_case(case.id)
    assert revision.written_by == "ada"


async def test_length_and_mistakes_are_told_while_it_is_typed(writing: Console) -> None:
    address = "/response-length?audience=space"
    async with writing.signed_in("ada") as browser:
        counted = (await browser.post(address, data={"text": "Please. $code_link"})).json()
        length = 30 + 1 + 1 + len("Please. ") + 23
        words = f"{length} of 300 characters"
        assert counted == {"length": length, "limit": 300, "words": words, "refusals": [], "advice": []}
        wrong = (await browser.post(address, data={"text": "Not in our name, you florp! $code_link"})).json()
        assert [words.split()[0] for words in wrong["refusals"]] == ["speaks", "has", "“florp”"]
        unfilled = (await browser.post(address, data={"text": "$nonsense"})).json()
        assert "is not a name that may stand here" in unfilled["refusals"][0]
        assert (await browser.post(address, data={"text": ""})).json()["refusals"] == []
        assert (await browser.post("/response-length?audience=x", data={"text": "x"})).status_code == 422


async def test_draft_names_no_case_that_its_writer_may_not_see(writing: Console) -> None:
    threat = await writing.office.opened(THREAT)
    for case_id in (threat.id, "nosuch"):
        async with writing.signed_in("ada") as browser:
            editor = Editor(writing, browser)
            answer = await browser.post(f"{ONE}/edit", data=await editor.form(case=case_id, why=f"Because {case_id}."))
            assert answer.status_code in {303, 409}
            assert (await editor.standing()).case_id is None


@pytest.mark.parametrize("name", ["a: b", "[", "../x", "/etc/x", "foo\naudience: space"])
@pytest.mark.parametrize("act", ["preview", "save"])
async def test_name_of_a_new_response_is_plain(writing: Console, name: str, act: str) -> None:
    form = {"id": name, "act": act, "title": "T", "policies": "racism", "audience": "space", "wording": "W", "why": "w"}
    async with writing.signed_in("ada") as browser:
        answer = await browser.post("/new-response", data=form)
    assert answer.status_code == 422
    assert "small letters, digits" in answer.text


async def test_number_that_no_revision_has_is_no_fault_of_ours(writing: Console) -> None:
    async with writing.signed_in("ada") as browser:
        assert (await browser.post(f"{ONE}/restore", data={"number": "9" * 5000})).status_code == 404
