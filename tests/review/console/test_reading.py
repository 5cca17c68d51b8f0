"""What a reader chose holds on every device; what they are spared is hidden from them and never from everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.office import THREAT

if TYPE_CHECKING:
    import httpx

    from tests.review.console.conftest import Console

POLICY = {"policy": "personal_abuse"}


async def in_front(browser: httpx.AsyncClient, case_id: str) -> bool:
    return f'href="/case/{case_id}"' in (await browser.get("/")).text


async def test_choices_hold_on_every_device_of_this_reader_and_of_nobody_else(console: Console) -> None:
    await console.office.opened()
    async with console.signed_in("mara") as desk, console.signed_in("mara") as phone, console.signed_in("tom") as tom:
        assert 'class="veil" data-keep' in (await desk.get("/")).text
        answer = await desk.post("/reading/choose", data={"shown": "true", "grey": "true"}, follow_redirects=True)
        assert "Kept, on every device of yours." in answer.text
        page = (await phone.get("/")).text
        assert '<body class="grey ' in page
        assert "Hide posts until I ask" in page
        assert '<body class="grey ' not in (await tom.get("/")).text
        await phone.post("/reading", data={"show": "false", "back": "/"})
        assert "Always show posts" in (await desk.get("/")).text
        assert '<body class="grey ' in (await desk.get("/")).text


async def test_spared_policy_is_not_in_front_of_them_with_a_line_that_says_so_and_a_way_back(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as mara, console.signed_in("tom") as tom:
        page = (await mara.get(f"/case/{case.id}")).text
        assert "Give me something else" in page
        answer = await mara.post("/reading/spare", data=POLICY, follow_redirects=True)
        assert "Personal abuse is not in front of you for 12 hours" in answer.text
        assert "1 case is not in front of you: personal abuse." in answer.text
        assert not await in_front(mara, case.id)
        assert await in_front(tom, case.id)
        assert (await mara.get(f"/case/{case.id}")).status_code == 200
        assert case.id in (await mara.get("/?policy=personal_abuse")).text
        assert "Personal abuse" in (await mara.get("/reading")).text
        await mara.post("/reading/read-again", data=POLICY)
        assert await in_front(mara, case.id)


async def test_being_spared_ends_by_itself_after_twelve_hours(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as mara:
        await mara.post("/reading/spare", data=POLICY)
        assert not await in_front(mara, case.id)
        console.office.clock.pass_(minutes=12 * 60)
        assert await in_front(mara, case.id)


async def test_what_waits_for_a_person_to_look_or_can_be_undone_stays_in_front(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("tom") as tom, console.signed_in("mara") as mara:
        await tom.get(f"/case/{case.id}?shown=1")
        await console.press(tom, case, "approve")
        await mara.post("/reading/spare", data=POLICY)
        assert await in_front(mara, case.id)


async def test_when_everybody_who_may_approve_is_spared_it_the_admins_are_told_and_no_names(console: Console) -> None:
    case = await console.office.opened()
    people = ["mara", "tom", *(("rosa",) if case.account == "leader" else ())]
    async with console.signed_in("ada") as ada, console.signed_in("nadia") as nadia:
        for number, who in enumerate(people):
            assert "everybody who may approve is spared it" not in (await ada.get("/")).text, number
            async with console.signed_in(who) as browser:
                await browser.post("/reading/spare", data=POLICY)
        page = (await ada.get("/")).text
        assert "Personal abuse: 1 case waits, and everybody who may approve is spared it now." in page
        assert f'href="/case/{case.id}"' in page
        assert "everybody who may approve" not in (await nadia.get("/")).text


async def test_threats_cannot_be_put_aside(console: Console) -> None:
    threat = await console.office.opened(THREAT)
    async with console.signed_in("nadia") as nadia:
        page = (await nadia.get(f"/case/{threat.id}")).text
        assert "Give me something else" not in page
        await nadia.post("/reading/spare", data={"policy": "threat"})
        assert threat.id in (await nadia.get("/safety")).text


async def test_policy_that_is_none_is_refused_in_words(console: Console) -> None:
    async with console.signed_in("mara") as mara:
        answer = await mara.post("/reading/spare", data={"policy": "<b>"})
        assert answer.status_code == 422
        assert "There is no policy &#39;&lt;b&gt;&#39;." in answer.text
        assert (await mara.post("/reading/choose", data={"shown": "perhaps"})).status_code == 422
