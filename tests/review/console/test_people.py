"""The page of people: one's own sessions for everybody, all of them for admins, and a rescue that is on record."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.model import Case, Role, State
from bot.store import Passkey
from tests.fakes.authenticator import Authenticator
from tests.review.console.conftest import link_made

if TYPE_CHECKING:
    from bot.store import Session
    from tests.review.console.conftest import Console

FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0"


def now(console: Console) -> datetime:
    return datetime.fromtimestamp(console.seconds[0], UTC)


async def sessions(console: Console, reviewer: str) -> list[Session]:
    living = await console.office.store.people.living(now(console))
    return [session for session in living if session.reviewer == reviewer]


async def test_everybody_sees_names_roles_and_their_own_devices_and_nobody_elses(console: Console) -> None:
    async with console.signed_in("tom", **{"user-agent": FIREFOX}) as tom, console.signed_in("wyn") as wyn:
        page = (await tom.get("/people")).text
        assert "Firefox on Android" in page
        assert "this one" in page
        for person in console.room.reviewers.values():
            assert person.name in page
        assert "/people/link" not in page
        assert "Firefox" not in (await wyn.get("/people")).text


async def test_one_signs_oneself_out_of_a_lost_phone_and_it_is_out_at_its_next_press(console: Console) -> None:
    async with console.signed_in("tom", **{"user-agent": FIREFOX}) as phone, console.signed_in("tom") as desk:
        lost = next(one for one in await sessions(console, "tom") if one.device.startswith("Firefox"))
        answer = await desk.post("/people/end", data={"session": lost.id}, follow_redirects=True)
        assert "That session is ended." in answer.text
        assert "Firefox on Android" not in answer.text
        assert "This session was ended" in (await phone.get("/")).text
        again = await desk.post("/people/end", data={"session": lost.id})
        assert again.status_code == 404
        assert "over already" in again.text
        assert 'data-answer="/people"' in again.text


async def test_signing_out_everywhere_leads_to_the_sign_in_page(console: Console) -> None:
    async with console.signed_in("tom") as phone, console.signed_in("tom") as desk, console.signed_in("mara") as mara:
        answer = await desk.post("/people/end-all", data={"reviewer": "tom"})
        assert answer.headers["location"] == "/sign-in"
        assert (await phone.get("/")).status_code == (await desk.get("/")).status_code == 401
        assert (await mara.get("/")).status_code == 200


async def test_only_an_admin_ends_the_sessions_of_others(console: Console) -> None:
    async with console.signed_in("tom") as tom, console.signed_in("nadia") as nadia, console.signed_in("ada") as ada:
        [hers] = await sessions(console, "nadia")
        for path, fields in (("end", {"session": hers.id}), ("end-all", {"reviewer": "nadia"})):
            answer = await tom.post(f"/people/{path}", data=fields)
            assert answer.status_code == 403
            assert "for an admin" in answer.text
        assert (await nadia.get("/safety")).status_code == 200
        answer = await ada.post("/people/end-all", data={"reviewer": "nadia"}, follow_redirects=True)
        assert "1 session ended." in answer.text
        assert (await nadia.get("/safety")).status_code == 401


async def test_rescue_link_is_made_by_admins_alone_is_on_record_and_opens_once(console: Console) -> None:
    async with console.signed_in("tom") as tom, console.signed_in("ada") as ada, console.browser() as nadia:
        assert (await tom.post("/people/link", data={"reviewer": "nadia"})).status_code == 403
        assert (await ada.post("/people/link", data={"reviewer": "nobody"})).status_code == 404
        page = (await ada.post("/people/link", data={"reviewer": "nadia"})).text
        # It has no address of its own: what its script fetches, and “Show it” leads to, is the page that it is about.
        assert 'data-answer="/people"' in page
        path = page.partition("<code>")[2].partition("</code>")[0].partition("/sign-in/")[2]
        assert (await nadia.post(f"/sign-in/{path}")).status_code == 303
        assert (await nadia.get("/safety")).status_code == 200
        assert (await nadia.post(f"/sign-in/{path}")).status_code == 410
    made = [event for event in await console.office.store.audit_events("system") if event.kind == "person.link_made"]
    assert [(event.actor, event.detail) for event in made] == [("ada", {"for": "nadia"})]


def passkey(console: Console, name: str = "A phone", of: str = "tom") -> Passkey:
    return Passkey(id=f"id-{name}", reviewer=of, public_key="A", sign_count=0, name=name, added_at=now(console))


async def test_own_passkey_is_removed_and_nobody_elses(console: Console) -> None:
    people = console.office.store.people
    await people.add_passkey(passkey(console, "<My> phone"))
    async with console.signed_in("tom") as tom, console.signed_in("wyn") as wyn:
        assert (await wyn.post("/people/remove-passkey", data={"passkey": "id-<My> phone"})).status_code == 404
        page = (await tom.get("/people")).text
        assert "&lt;My&gt; phone" in page
        assert "never used yet" in page
        assert "My&gt; phone" not in (await wyn.get("/people")).text
        answer = await tom.post("/people/remove-passkey", data={"passkey": "id-<My> phone"}, follow_redirects=True)
        assert "signs nobody in any more" in answer.text
        assert "removed a passkey of yours" not in answer.text
    assert await people.passkeys("tom") == []


async def test_admin_sees_everybodys_passkeys_and_removes_one_and_its_owner_is_told(console: Console) -> None:
    people = console.office.store.people
    for name in ("A phone", "A thief’s"):
        await people.add_passkey(passkey(console, name))
    async with console.signed_in("ada") as ada, console.signed_in("tom") as tom, console.signed_in("wyn") as wyn:
        page = (await ada.get("/people")).text
        assert "2 passkeys" in page
        assert 'aria-label="Remove A thief’s of Tom Hallow"' in page
        answer = await ada.post("/people/remove-passkey", data={"passkey": "id-A thief’s"}, follow_redirects=True)
        assert "signs nobody in any more" in answer.text
        assert "A thief’s" not in answer.text
        assert "Ada Moss removed a passkey of yours" in (await tom.get("/people")).text
        assert "removed a passkey" not in (await wyn.get("/people")).text
    assert [one.name for one in await people.passkeys("tom")] == ["A phone"]
    [event] = [one for one in await console.office.store.audit_events("system") if one.kind == "person.passkey_removed"]
    assert (event.actor, event.detail["of"]) == ("ada", "tom")


async def test_signing_somebody_out_everywhere_takes_their_passkeys_along_only_where_that_was_pressed(
    console: Console,
) -> None:
    people = console.office.store.people
    for of in ("tom", "wyn"):
        await people.add_passkey(passkey(console, f"Of {of}", of))
    async with console.signed_in("ada") as ada, console.signed_in("tom"):
        await ada.post("/people/end-all", data={"reviewer": "tom"})
        assert len(await people.passkeys("tom")) == 1
        async with console.signed_in("tom") as tom:
            data = {"reviewer": "tom", "passkeys": "true"}
            answer = await ada.post("/people/end-all", data=data, follow_redirects=True)
            assert "1 session ended. 1 passkey removed." in answer.text
            assert (await tom.get("/")).status_code == 401
    assert await people.passkeys("tom") == []
    assert len(await people.passkeys("wyn")) == 1


async def test_role_that_is_taken_away_in_mid_page_is_gone_at_the_next_press_and_the_words_are_kept(
    console: Console,
) -> None:
    case = await console.office.opened()
    people = console.room.reviewers
    async with console.signed_in("mara") as mara:
        people["mara"] = replace(people["mara"], roles=frozenset({Role.AUDITOR}))  # type: ignore[index]  # a mapping to everyone but this test
        answer = await console.press(mara, case, "edit", text="Words that took ten minutes.")
        assert answer.status_code == 403
        assert "Words that took ten minutes.</textarea>" in answer.text
        assert "Not done." in answer.text
        del people["mara"]  # type: ignore[attr-defined]  # likewise
        answer = await console.press(mara, case, "edit", text="Words that took ten minutes.")
        assert answer.status_code == 401
        assert "no reviewer here any more" in answer.text
        assert "Words that took ten minutes.</textarea>" in answer.text
    found = await console.office.store.case(case.id)
    assert found is not None
    assert found.version == case.version


async def test_session_that_the_provider_narrowed_decides_with_those_roles_alone(console: Console) -> None:
    case, token = await console.office.opened(), "a-token-of-a-test"
    await console.office.store.people.begin(
        hashlib.sha256(token.encode()).hexdigest(),
        reviewer="mara",
        way="provider",
        roles=[Role.ADMIN],
        device="Firefox on Android",
        at=now(console),
        until=now(console) + timedelta(hours=1),
    )
    async with console.browser() as browser:
        browser.cookies.set("console", token)
        page = (await browser.get(f"/case/{case.id}?shown=1")).text
        assert f'action="/case/{case.id}/approve"' not in page
        for verb, fields in (("approve", {}), ("dismiss", {"reason": "fair_criticism"}), ("edit", {"text": "Mine."})):
            assert (await console.press(browser, case, verb, **fields)).status_code == 403
        assert "by the party’s sign-in" in (await browser.get("/people")).text
        assert "as admin" in (await browser.get("/people")).text
    found = await console.office.store.case(case.id)
    assert found is not None
    assert found.version == case.version


async def test_narrowed_session_makes_no_link_or_passkey_that_opens_more(console: Console) -> None:
    case = await console.office.opened()
    async with console.narrowed("mara", Role.ADMIN, Role.AUDITOR) as browser:
        found = re.search(r"/sign-in/([\w-]+)", (await browser.post("/another-device")).text)
        assert (await browser.post("/people/passkey", data={"credential": "{}", "name": "x"})).status_code in {403, 422}
        assert (await browser.post("/people/passkey/options")).status_code == 409
    assert found is not None
    async with console.browser() as phone:
        assert (await phone.post(f"/sign-in/{found[1]}")).status_code == 303
        assert (await console.press(phone, case, "approve")).status_code == 403
    assert not (await console.office.now(case)).approvals


async def test_link_for_oneself_is_on_record_and_does_not_outlive_signing_out_everywhere(console: Console) -> None:
    async with console.signed_in("tom") as tom, console.signed_in("ada") as ada:
        found = re.search(r"/sign-in/([\w-]+)", (await tom.post("/another-device")).text)
        assert found is not None
        assert (await console.office.store.audit_events())[-1].kind == "person.link_made"
        await ada.post("/people/end-all", data={"reviewer": "tom"})
        assert (await tom.get("/")).status_code == 401
        assert (await tom.post(f"/sign-in/{found[1]}")).status_code == 410


async def test_everybody_sees_who_made_a_link_for_whom(console: Console) -> None:
    async with console.signed_in("ada") as ada, console.signed_in("tom") as tom:
        assert "made one for" not in (await tom.get("/people")).text
        await ada.post("/another-device")
        assert "made one for" not in (await tom.get("/people")).text
        await ada.post("/people/link", data={"reviewer": "nadia"})
        seen = (await tom.get("/people")).text
    assert re.search(r"Ada\b.* made one for Nadia\b", seen)


async def for_two(console: Console) -> Case:
    """A case that two different people must approve."""
    mention = console.office.network.say("You florp, the lot of you.", account="deputy")
    await console.office.receive(mention, account="deputy")
    case = await console.office.case_of(mention)
    assert case.approvals_required == 2
    return case


async def approvers(console: Console, case: Case) -> list[str]:
    return [approval.reviewer_id for approval in (await console.office.now(case)).approvals]


@pytest.mark.parametrize("way_round", [False, True])
async def test_link_that_an_admin_made_does_not_give_that_admin_the_second_approval(
    console: Console, *, way_round: bool
) -> None:
    case = await for_two(console)
    async with console.signed_in("mara") as mara, console.browser() as other, console.browser() as phone:
        await other.post(await link_made(mara, reviewer="tom"))
        # The session's own links go through the same hands.
        await phone.post(await link_made(other, "/another-device"))
        first, second = (phone, mara) if way_round else (mara, phone)
        await console.press(first, case, "approve")
        case = await console.office.now(case)
        answer = await console.press(second, case, "approve")
        assert answer.status_code == 403
        assert "one person could give both approvals" in answer.text
        assert ("Let a third person approve it" if way_round else "Sign in by yourself") in answer.text
        assert await approvers(console, case) == (["tom"] if way_round else ["mara"])
        async with console.signed_in("idris" if way_round else "tom") as alone:
            await console.press(alone, case, "approve")
    assert (await console.office.now(case)).state is State.APPROVED
    given = [event for event in await console.office.store.trail(case.id) if "decision" in event.detail]
    assert [event.detail.get("let_in_by") for event in given] == [["mara"] if way_round else None, None]


async def test_principals_own_approval_comes_by_nobody_elses_link(writing: Console) -> None:
    accounts = writing.office.files.accounts
    accounts["leader"] = replace(accounts["leader"], principal_approves=True)  # type: ignore[index]  # a dictionary
    case = await writing.office.opened()
    assert case.principal == "rosa"
    async with writing.signed_in("mara") as mara, writing.browser() as other, writing.signed_in("rosa") as alone:
        await other.post(await link_made(mara, reviewer="rosa"))
        answer = await writing.press(other, case, "approve")
        assert answer.status_code == 403
        assert "own approval is asked for, and this session came by a link of Mara" in unescape(answer.text)
        assert (await writing.office.now(case)).approvals == ()
        await writing.press(alone, case, "approve")
    assert (await writing.office.now(case)).state is State.APPROVED


async def test_wording_saved_anew_asks_both_again_and_who_has_signed_in_alone_counts(console: Console) -> None:
    case = await for_two(console)
    async with console.signed_in("mara") as mara, console.browser() as other, console.signed_in("tom") as alone:
        await other.post(await link_made(mara, reviewer="tom"))
        await console.press(other, case, "approve")
        case = await console.office.now(case)
        assert (await console.press(mara, case, "approve")).status_code == 403
        await console.press(mara, case, "edit", text="Argue with what we do.")
        case = await console.office.now(case)
        await console.press(alone, case, "approve")
        await console.press(mara, await console.office.now(case), "approve")
    assert (await console.office.now(case)).state is State.APPROVED


async def test_two_who_came_in_by_the_links_of_one_admin_may_be_that_admin(console: Console) -> None:
    case = await for_two(console)
    async with console.signed_in("ada") as ada, console.browser() as mara, console.browser() as tom:
        await mara.post(await link_made(ada, reviewer="mara"))
        await tom.post(await link_made(ada, reviewer="tom"))
        await console.press(mara, case, "approve")
        answer = await console.press(tom, await console.office.now(case), "approve")
        assert answer.status_code == 403
        assert "Mara Bright has approved it, and by a sign-in link that Ada Moss made," in answer.text
        assert "let in by Ada Moss" in (await tom.get("/people")).text
    assert await approvers(console, case) == ["mara"]


async def test_passkey_is_no_way_around_who_made_the_link(console: Console) -> None:
    case, device = await for_two(console), Authenticator(console.desk.address)
    async with console.signed_in("mara") as mara, console.browser() as other, console.browser() as later:
        for browser in (other, later):
            browser.base_url = httpx.URL(device.origin)
        await other.post(await link_made(mara, reviewer="tom"))
        made = device.make((await other.post("/people/passkey/options")).text)
        await other.post("/people/passkey", data={"credential": made, "name": "A phone"})
        assert "let in by Mara Bright · never used yet" in (await other.get("/people")).text
        signed = device.sign((await later.post("/passkey/options")).text)
        assert (await later.post("/passkey", data={"credential": signed})).status_code == 303
        await console.press(mara, case, "approve")
        assert (await console.press(later, await console.office.now(case), "approve")).status_code == 403
    assert await approvers(console, case) == ["mara"]
