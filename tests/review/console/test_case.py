"""The page of a case: all that a reviewer needs, and who has looked at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Reason, Verb, Verdict, VerdictKind
from bot.store import Received
from tests.fakes.office import ABUSE, FAIR, THREAT

if TYPE_CHECKING:
    from bot.model import Case
    from tests.review.console.conftest import Console


async def test_reported_post_without_a_policy_can_be_written_to_and_then_approved(console: Console) -> None:
    case = await _reported(console)
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
        assert "Reported by a person" in page
        assert "Write a reply</summary>" in page
        assert f'/case/{case.id}/approve"' not in page
        assert f'/case/{case.id}/reword"' not in page
        assert "Reported by a person" in (await browser.get("/")).text
        page = (await console.press(browser, case, "edit", text="Not in our name.")).text
        assert f'/case/{case.id}/approve"' in page


async def _reported(console: Console) -> Case:
    """A case that stands as one does for which a person sent the link and no rule matched."""
    mention = console.office.network.say(FAIR)
    received = Received(
        mention=mention,
        verdict=Verdict(kind=VerdictKind.RESPOND, reasons=("A person reported it.",)),
        account="party",
        approvals_required=1,
        via="intake:mara",
    )
    (case_id,) = await console.office.store.receive("party", [received], cursor=None, owner="1")
    case = await console.office.store.case(case_id)
    assert case is not None
    return case


async def test_case_page_says_everything_of_the_card(console: Console) -> None:
    case = await console.office.opened()
    card = await console.room.card(case)
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
    assert card.reply is not None
    for words in (card.status, card.reply.account, card.evidence[0].rule, card.evidence[0].clause, card.severity):
        assert words in page
    assert "<mark>florp</mark>" in page
    assert "bio:" in page
    assert f"{card.reply.length} of {card.reply.limit} characters" in page
    assert "The case was opened." in page
    assert card.url in page


async def test_reasons_for_not_abuse_stand_apart_from_abuse_not_answered(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
    first, second = page.index("It is not abuse</legend>"), page.index("It is abuse, and we do not answer</legend>")
    for reason in ("not_abuse", "fair_criticism", "quoted", "irony"):
        assert first < page.index(f'value="{reason}"') < second
    for reason in ("not_answered", "low_reach", "answered_elsewhere", "vulnerable"):
        assert second < page.index(f'value="{reason}"')


async def test_abuse_of_a_huge_size_still_gives_a_page(console: Console) -> None:
    mention = console.office.network.say(f"{ABUSE} {'x' * 64_000}")
    await console.office.receive(mention)
    case = await console.office.case_of(mention)
    async with console.signed_in("mara") as browser:
        page = await browser.get(f"/case/{case.id}")
    assert page.status_code == 200
    assert len(page.text) < 60_000


async def test_case_page_leads_to_the_other_posts_of_its_pile_on(console: Console) -> None:
    first, *others = await console.pile_on()
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{first.id}")).text
        assert "Other posts of this pile-on" in page
        assert [page.index(f'href="/case/{case.id}"') for case in others] == sorted(
            page.index(f'href="/case/{case.id}"') for case in others
        )
        chosen = await browser.get(f"/case/{others[1].id}")
        assert f'action="/case/{others[1].id}/approve"' in chosen.text
        alone = await console.office.opened(by="alone", account="deputy", addressed=("@zed@tidewater.example",))
        assert "pile-on" not in (await browser.get(f"/case/{alone.id}")).text


async def test_escalated_post_of_a_pile_on_is_not_listed_beside_the_others(console: Console) -> None:
    first, second, *_ = await console.pile_on()
    await console.office.decide(second, Verb.ESCALATE, reason=Reason.DANGER)
    async with console.signed_in("tom") as browser:
        assert second.id not in (await browser.get(f"/case/{first.id}")).text


async def test_opening_a_case_is_on_record_once_for_a_look_and_folded_into_one_line(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as mara, console.signed_in("tom") as tom:
        await mara.get(f"/case/{case.id}")
        await mara.get(f"/case/{case.id}?shown=1")
        await mara.get(f"/case/{case.id}", headers={"x-live": "1"})
        console.office.clock.pass_(minutes=11)
        await mara.get(f"/case/{case.id}", headers={"x-live": "1"})
        page = (await tom.get(f"/case/{case.id}")).text
    read = [event for event in await console.office.store.trail(case.id) if event.kind == "case.read"]
    assert [event.actor for event in read] == ["mara", "tom"]
    assert "Opened by Mara Bright 18:30 UTC, Tom Hallow 18:41 UTC." in page
    assert page.count('<li><span class="when">') == 1
    assert await console.office.store.verify() == []


async def test_page_that_only_says_that_it_fetches_itself_hides_no_look(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as mara:
        await mara.get(f"/case/{case.id}", headers={"x-live": "1"})
    assert [event.kind for event in await console.office.store.trail(case.id)][-1] == "case.read"


async def test_nothing_is_noted_of_a_case_that_does_not_exist_for_its_reader(console: Console) -> None:
    threat = await console.office.opened(THREAT)
    async with console.signed_in("mara") as mara:
        assert (await mara.get(f"/case/{threat.id}")).status_code == 404
    assert "case.read" not in [event.kind for event in await console.office.store.trail(threat.id)]


async def test_approve_waits_until_the_post_was_shown(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as mara, console.signed_in("tom") as tom:
        page = (await mara.get(f"/case/{case.id}")).text
        assert 'wide" disabled aria-describedby="gate">Approve as' in page
        assert f'href="/case/{case.id}?shown=1#post"' in page
        page = (await mara.get(f"/case/{case.id}?shown=1")).text
        assert "disabled" not in page
        assert f'data-shows="/case/{case.id}/shown" data-version="1" open>' in page
        assert "disabled" in (await tom.get(f"/case/{case.id}")).text
        await tom.post("/reading", data={"show": "true", "back": "/"})
        assert "disabled" not in (await tom.get(f"/case/{case.id}")).text
