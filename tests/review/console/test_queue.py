"""The queue: what is in it, for whom, in which order, narrowed and a page at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import State, Verb
from tests.fakes.office import ABUSE, THREAT

if TYPE_CHECKING:
    from tests.review.console.conftest import Console


async def test_queue_holds_every_state_that_staff_must_see(console: Console) -> None:
    waiting = await console.office.opened()
    approved = await console.office.opened(by="kim")
    await console.office.decide(approved, Verb.APPROVE)
    async with console.signed_in("mara") as browser:
        page = (await browser.get("/")).text
    assert (
        page.index("Waiting for a decision")
        < page.index(waiting.id)
        < page.index("Approved <")
        < page.index(approved.id)
    )
    assert "s left to undo" in page


async def test_empty_queue_points_to_what_was_left_alone(console: Console) -> None:
    async with console.signed_in("mara") as browser:
        assert "Nothing is waiting." in (await browser.get("/")).text


async def test_card_does_not_repeat_its_heading(console: Console) -> None:
    mention = console.office.network.say(ABUSE)
    await console.office.receive(mention)
    case = await console.office.case_of(mention)
    await console.office.decide(case, Verb.APPROVE)
    await console.office.receive(console.office.network.edit(mention.uri, f"{ABUSE} Or so I think."))
    async with console.signed_in("mara") as browser:
        page = (await browser.get("/")).text
        assert case.id in page
        assert page.count("Waiting for a decision") == 1
        assert "Tick, to dismiss several" in page


async def test_card_of_a_look_alike_says_so(console: Console) -> None:
    await console.office.opened(by="leader")
    async with console.signed_in("mara") as browser:
        assert "Look-alike: the handle resembles @leader" in (await browser.get("/")).text


async def test_nothing_counts_down_while_posting_is_paused(console: Console) -> None:
    case = await console.office.opened()
    await console.office.decide(case, Verb.APPROVE)
    async with console.signed_in("mara") as browser:
        await browser.post("/pause", data={"scope": case.account})
        for path in ("/", f"/case/{case.id}"):
            page = (await browser.get(path)).text
            assert "Approved by Mara Bright; posting is paused." in page
            assert "data-seconds" not in page
            assert "undo window" not in page


async def test_queue_shows_a_pile_on_once_with_its_number(console: Console) -> None:
    first, *others = await console.pile_on()
    async with console.signed_in("mara") as browser:
        page = (await browser.get("/")).text
    assert page.count("Pile-on: 4 posts by 4 people within a minute.") == 1
    assert f'href="/case/{first.id}"' in page
    assert not [case for case in others if case.id in page]


async def test_queue_says_how_long_the_oldest_case_has_waited(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        assert "The oldest case" not in (await browser.get("/")).text
        await console.office.opened(by="kim")
        console.office.clock.pass_(hours=5)
        await console.office.opened(by="lee")
        assert "The oldest case that waits: 5 h." in (await browser.get("/")).text


async def test_views_stand_as_links_with_their_numbers(console: Console) -> None:
    await console.office.opened(by="kim")
    approved = await console.office.opened(by="lee")
    await console.office.decide(approved, Verb.APPROVE)
    async with console.signed_in("mara") as browser:
        page = (await browser.get("/")).text
        for words in ('<a href="/" aria-current="page">All <b>2</b></a>', 'view=approval">For my approval <b>1</b>'):
            assert words in page
        assert 'view=mine">Mine <b>1</b>' in page
        mine = (await browser.get("/?view=mine")).text
        assert approved.id in mine
        assert "Waiting for a decision" not in mine
        assert "Escalated" not in page
        assert (await browser.get("/?view=escalated")).status_code == 404
    async with console.signed_in("nadia") as browser:
        assert '<a href="/safety">Escalated <b>0</b></a>' in (await browser.get("/")).text
        assert (await browser.get("/?view=escalated")).headers["location"] == "/safety"


async def test_queue_is_narrowed_by_its_address_and_says_so(console: Console) -> None:
    kept = await console.office.opened(by="kim")
    async with console.signed_in("mara") as browser:
        for query, there in (
            (f"account={kept.account}&policy=personal_abuse&severity=2", True),
            ("account=nobody", False),
            ("policy=sexism", False),
            ("severity=1", False),
        ):
            page = (await browser.get(f"/?{query}")).text
            assert (f'href="/case/{kept.id}"' in page) is there
            assert "Narrowed to" in page
        for nonsense in ("page=0", "page=x", "page=99999999", "severity=²", "view=drop", "severity=12345"):
            assert (await browser.get(f"/?{nonsense}")).status_code == 200


async def test_long_queue_comes_a_page_at_a_time(console: Console) -> None:
    posts = [console.office.network.say(f"{ABUSE} {n}", by=f"p{n}", thread=f"t{n}") for n in range(43)]
    for post in posts:
        console.office.clock.pass_(minutes=40)
        await console.office.receive(replace(post, created_at=console.office.clock.now()))
    async with console.signed_in("mara") as browser:
        first, second = (await browser.get("/")).text, (await browser.get("/?page=2")).text
    assert (first.count('class="item"'), second.count('class="item"')) == (40, 3)
    assert '<a class="button" href="/?page=2">The next 3 of 43</a>' in first
    assert '<a class="button" href="/">The 40 before</a>' in second
    assert len(first) < 60_000


async def test_who_else_has_a_case_open_stands_on_its_row_and_on_its_page(console: Console) -> None:
    case, threat = await console.office.opened(), await console.office.opened(THREAT, by="kim")
    async with console.signed_in("mara") as mara, console.signed_in("tom") as tom, console.signed_in("nadia") as nadia:
        await tom.get(f"/case/{case.id}")
        assert "Tom Hallow has it open" in (await mara.get("/")).text
        assert "Tom Hallow has it open" in (await mara.get(f"/case/{case.id}")).text
        assert "Tom Hallow and" not in (await tom.get(f"/case/{case.id}")).text
        assert "Mara Bright and Tom Hallow have it open" in (await nadia.get(f"/case/{case.id}")).text
        await tom.get("/")
        assert "Tom Hallow has it open" not in (await mara.get("/")).text
        await nadia.get(f"/case/{threat.id}")
        assert "Nadia Sorrel has it open" not in (await mara.get("/")).text


async def test_reply_that_was_just_approved_can_be_undone_from_the_queue(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser, console.signed_in("tom") as tom:
        await console.press(browser, case, "approve")
        page = (await browser.get("/")).text
        assert f'action="/case/{case.id}/undo" class="undo-bar" data-seconds="30"' in page
        assert "undo-bar" not in (await tom.get("/")).text
        console.office.clock.pass_(seconds=31)
        assert "undo-bar" not in (await browser.get("/")).text
        console.office.clock.pass_(seconds=-21)
        assert 'data-seconds="20"' in (await browser.get("/")).text
        await browser.post(f"/case/{case.id}/undo", data=console.form(await console.office.now(case)))
        assert "undo-bar" not in (await browser.get("/")).text
    assert (await console.office.now(case)).state is State.OPEN


async def test_threat_with_more_cues_stands_higher_on_the_safety_desk(console: Console) -> None:
    plain = await console.office.opened(THREAT.replace(" tonight", ""), by="old")
    cued = await console.office.opened("I will zark you tonight, with a knife.", by="new")
    async with console.signed_in("nadia") as browser:
        page = (await browser.get("/safety")).text
        assert page.index(f"case-{cued.id}") < page.index(f"case-{plain.id}")
        assert "2 cues: time, means" in page
        case = (await browser.get(f"/case/{cued.id}")).text
    assert "It names a time and a means." in case
    assert "<mark>tonight</mark>" in case


async def test_how_long_escalations_waited_is_told_to_the_safety_team_and_auditors_alone(console: Console) -> None:
    office = console.office
    for name, minutes in (("a", 2), ("b", 12)):
        case = await office.opened(f"{THREAT} {name}", by=name)
        office.clock.pass_(minutes=minutes)
        await office.decide(case, Verb.ACKNOWLEDGE, "nadia")
    told = "Of 2 escalations half were acknowledged within 2 min, each within 12 min."
    for who, sees in (("nadia", True), ("wyn", True), ("mara", False), ("ada", False), ("rosa", False)):
        async with console.signed_in(who) as browser:
            assert (told in (await browser.get("/safety")).text) is sees, who
            assert (told in (await browser.get("/figures")).text) is sees, who
