"""Every brake on replies says why, where a reviewer reads it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.files import Files
from bot.model import Case, Refusal, State, Verb
from bot.review.card import CaseCard, Measure, present
from tests.fakes.office import ABUSE, Office, write_files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def office_with(folder: Path, **limits: Any) -> AsyncIterator[Office]:
    office = await Office.open(folder, limits=limits)
    yield office
    await office.store.close()


async def shown(office: Office, case: Case) -> CaseCard:
    case = await office.now(case)
    author = case.mention.author.uri
    histories = await office.store.histories([author], since=case.opened_at)
    return present(
        case,
        account=office.files.accounts[case.account],
        clauses=office.files.config.policies.clauses,
        history=histories[author],
        reviewers=office.files.reviewers,
        measure=Measure(limit=500),
        now=office.clock.now(),
    )


async def test_reply_beyond_the_hours_number_waits_and_its_card_says_for_what(tmp_path: Path) -> None:
    async with office_with(tmp_path, replies_per_hour=1) as office:
        await office.approved(by="sam")
        second = await office.approved(by="vic")
        await office.publish()
        assert len(office.network.replies) == 1
        status = (await shown(office, second)).status
        assert status.endswith("unless undone. This account posts no more than 1 replies within an hour.")
        office.clock.pass_(minutes=61)
        await office.publish()
        assert len(office.network.replies) == 2


async def test_an_account_has_limits_of_its_own_and_the_others_keep_theirs(tmp_path: Path) -> None:
    settings = Files.read(write_files(tmp_path / "as it is")).config
    own = [account.model_dump(mode="json") for account in settings.accounts]
    for account in own:
        account["limits"] = {"replies_per_hour": 0} if account["id"] == "leader" else {}
    office = await Office.open(tmp_path, accounts=own)
    leaders = await office.approved(by="sam")
    deputys = office.network.say(ABUSE, by="vic", account="deputy")
    await office.receive(deputys, account="deputy")
    case = await office.case_of(deputys)
    for reviewer in ("mara", "tom"):
        case = await office.decide(case, Verb.APPROVE, reviewer)  # type: ignore[assignment]  # else nothing is posted
    office.clock.pass_(minutes=2)
    await office.publish()
    assert [reply.account for reply in office.network.replies] == ["deputy"]
    assert "no more than 0 replies within an hour" in (await shown(office, leaders)).status
    await office.store.close()


async def test_author_whom_one_account_answered_is_left_alone_by_all_of_them(office: Office) -> None:
    await office.approved(by="sam", account="party")
    await office.publish()
    for account in ("leader", "deputy"):
        mention = office.network.say(ABUSE, by="sam", account=account)
        assert await office.receive(mention, account=account) == ()
    reasons = {kept.verdict.reasons[-1] for kept in await office.store.recorded()}
    assert reasons == {"We answered this author less than 28 days ago."}


async def test_author_below_the_least_reach_is_recorded_with_the_reason(tmp_path: Path) -> None:
    async with office_with(tmp_path, least_reach=100) as office:
        unknown = await office.opened(by="vic")
        assert unknown.draft is not None
        few = office.network.say(ABUSE, by="dot")
        few = office.network.followed_by(few, 7)
        assert await office.receive(few) == ()
        [kept] = await office.store.recorded()
        assert kept.verdict.reasons[-1] == (
            "Its author has 7 of the 100 followers from which on we answer: a reply would only make it known."
        )


async def test_old_mention_and_full_thread_are_recorded_with_the_reason(office: Office) -> None:
    old = office.network.say(ABUSE, by="vic")
    office.clock.pass_(hours=25)
    assert await office.receive(old) == ()
    first = await office.approved(by="sam", thread="https://tidewater.example/t")
    await office.publish()
    assert (await office.now(first)).state is State.PUBLISHED
    assert await office.receive(office.network.say(ABUSE, by="dot", thread="https://tidewater.example/t")) == ()
    reasons = {kept.verdict.reasons[-1] for kept in await office.store.recorded()}
    assert reasons == {"It is more than 24 hours old: too late to set a tone.", "This thread has had its reply."}


async def test_case_that_came_back_to_review_says_why(office: Office) -> None:
    case = await office.approved(by="sam")
    office.clock.pass_(hours=24)
    await office.publish()
    card = await shown(office, case)
    assert card.state is State.OPEN
    assert "It is back in review: The approval is too old." in card.notes


async def test_clock_that_goes_backwards_posts_nothing_early_and_loses_nothing(office: Office) -> None:
    case = await office.approved(by="sam")
    office.clock.pass_(hours=-3)
    await office.publish()
    await office.pipeline.expire_and_remind()
    assert office.network.replies == []
    assert (await office.now(case)).state is State.APPROVED
    undone = await office.decide(await office.now(case), Verb.UNDO)
    assert isinstance(undone, Case)
    assert not isinstance(await office.decide(undone, Verb.APPROVE), Refusal)
    office.clock.pass_(hours=3)
    await office.publish()
    assert len(office.network.replies) == 1
    assert await office.store.verify() == []
