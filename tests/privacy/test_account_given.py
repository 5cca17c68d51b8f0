"""Whoever asks is told everything that is held on them, and nothing of anybody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.model import Case, Parent, Reason, Verb
from bot.privacy.account_given import COLLEAGUE, SOMEBODY, account_given, as_page
from bot.store import ReplyWish, digest_of
from tests.fakes.office import ABUSE, RUDE, THREAT, Office
from tests.fakes.wall import REFERRAL

if TYPE_CHECKING:
    from pathlib import Path

SAM = "@sam@tidewater.example"


async def account_of(office: Office, who: str = SAM, *, safety: bool = False) -> dict[str, Any]:
    found = await office.store.subjects.trace([who], ["Sam"])
    held = await office.store.subjects.holdings(found, safety=safety)
    return account_given(office.files.config, found, held, now=office.clock.now())


async def an_evening(office: Office) -> None:
    """Sam was answered, recorded and dismissed, and somebody answers him."""
    await office.approved(f"{ABUSE} @pat@tidewater.example agrees", parent=None)
    await office.publish()
    await office.receive(office.network.say(RUDE))
    case = await office.opened(
        ABUSE, by="pat", parent=Parent(uri="https://x.example/1", author=SAM, text="Sam's words")
    )
    await office.decide(case, Verb.DISMISS, reason=Reason.NOT_ANSWERED)
    await office.store.hand_over("Mara Bright knows sam@tidewater.example; ask @pat@tidewater.example.", actor="tom",
                                 safety=False)  # fmt: skip


async def test_everything_about_them_is_in_it(tmp_path: Path) -> None:
    office = await Office.open(tmp_path, privacy={"notice": "https://fernwick.example/privacy"})
    await an_evening(office)
    account = await account_of(office)
    assert account["person"]["handles"] == [SAM]
    assert account["notice"] == "https://fernwick.example/privacy"
    answered, recorded = account["posts"]
    assert answered["versions"][0]["said"]["text"] == f"{ABUSE} @pat@tidewater.example agrees"
    assert answered["versions"][0]["because_of"] == ["florp"]
    assert answered["profile"]["bio"] == "Fernwick Party supporter"
    [case] = answered["cases"]
    assert case["state"] == "published"
    assert case["replies"][0]["text"].startswith(SAM)
    assert [decision["decided"] for decision in case["decisions"]] == ["approve"]
    assert (recorded["versions"][0]["verdict"], recorded["cases"]) == ("record", [])
    assert len(account["posts_of_others_that_name_you"]) == 1
    await office.store.close()


async def test_nobody_else_is_in_it(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    await an_evening(office)
    account = await account_of(office)
    told = json.dumps(account)
    for person in office.files.config.reviewers:
        assert person.name not in told
    assert account["notes"] == [f"{COLLEAGUE} knows sam@tidewater.example; ask {SOMEBODY}."]
    assert told.count("pat@") == 1  # in their own words, which are theirs
    await office.store.close()


async def test_what_may_touch_somebodys_safety_is_left_out_and_counted(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    await office.receive(office.network.say(THREAT), office.network.say(RUDE))
    account = await account_of(office)
    assert (len(account["posts"]), account["left_out"]) == (1, 1)
    assert "zark" not in json.dumps(account)
    assert len((await account_of(office, safety=True))["posts"]) == 2
    await office.store.close()


async def test_what_was_passed_on_to_the_disciplinary_body_is_its_own_to_tell(tmp_path: Path) -> None:
    office = await Office.open(tmp_path, referral=REFERRAL)
    case = await office.opened()
    assert isinstance(await office.decide(case, Verb.REFER, "tom", reason=Reason.DISCIPLINARY), Case)
    account = await account_of(office, safety=True)
    assert (account["posts"], account["left_out"]) == ([], 0)
    assert "florp" not in json.dumps(account)
    assert "ask that body" in as_page(account)
    await office.store.close()


async def test_page_reads_the_same_and_hostile_words_are_words(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    await office.receive(office.network.say(f"{RUDE} <script>alert(1)</script>"))
    page = as_page(await account_of(office))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "Your posts: 1" in page
    await office.store.close()


async def test_somebody_unknown_is_told_so(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    account = await account_of(office, "@nobody@tidewater.example")
    assert (account["posts"], account["notes"]) == ([], [])
    assert "Your posts: 0" in as_page(account)
    await office.store.close()


async def test_words_that_went_with_somebody_else_are_told_to_be_gone(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    await office.receive(office.network.say(f"{RUDE} says @pat@tidewater.example"))
    await office.store.subjects.erase(
        ["@pat@tidewater.example"], actor="mara", digest=str, remember=lambda _erasure: None
    )
    account = await account_of(office)
    assert account["posts"][0]["profile"] is None
    assert "named somebody who was erased" in as_page(account)
    await office.store.close()


async def test_protected_person_is_told_what_she_wishes_and_where_to_read_what_is_hers_alone(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    her, people = "@ada@fernwick.example", office.store.protected
    assert (await account_of(office, her))["protected_person"] is None
    await people.open_link(await people.make_link(her, actor="nadia"))
    await people.choose(digest_of(her), reply=ReplyWish.ASK_ME, shown=False, weekly=True, mail="ada@post.example")
    await people.support(digest_of(her), "It is not you.", actor="mara")
    account = await account_of(office, her)
    now = office.clock.now().isoformat()
    assert account["protected_person"] == {
        "consent_given_at": now,
        "consent_withdrawn_at": None,
        "replies": "ask_me",
        "shown_what_was_said": False,
        "told_of_the_week": True,
        "address_for_letters_given_at": now,
        "told_by_letter_until": None,
        "messages_of_support_written_at": [now],
    }
    page = as_page(account)
    assert "Replies: ask me." in page
    for said in (json.dumps(account), page):
        assert [word for word in ("ada@post", "It is not you", "mara", "Mara") if word in said] == []
    await office.store.close()
