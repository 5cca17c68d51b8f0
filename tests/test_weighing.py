from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import Case, Mode, Side, Verb, VerdictKind, Visibility
from bot.ports import Page
from tests.fakes.office import ABUSE, FAIR, RUDE, THREAT, Office

if TYPE_CHECKING:
    from bot.model import Account, Mention
    from bot.store import Received
    from bot.weighing import Weighing


async def weighed(office: Office, *mentions: Mention, account: str = "party") -> list[Received]:
    weighing = office.pipeline.weighing
    known = await office.store.known(mention.uri for mention in mentions)
    facts = await weighing.gather(mentions, account, known)
    return [weighing.weigh(mention, facts, seen_by=account) for mention in mentions]


def exempt_author(mention: Mention, handle: str) -> Mention:
    return replace(mention, author=replace(mention.author, handle=handle))


def with_accounts(office: Office, **modes: Mode) -> Weighing:
    accounts: dict[str, Account] = {
        name: replace(account, mode=modes.get(name, account.mode)) for name, account in office.files.accounts.items()
    }
    return replace(office.pipeline.weighing, files=replace(office.files, accounts=accounts))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (FAIR, VerdictKind.IGNORE),
        (RUDE, VerdictKind.RECORD),
        (ABUSE, VerdictKind.RESPOND),
        (THREAT, VerdictKind.ESCALATE),
        (f"{ABUSE} {THREAT}", VerdictKind.ESCALATE),
    ],
)
async def test_only_what_is_to_be_answered_gets_a_proposal(office: Office, text: str, kind: VerdictKind) -> None:
    [received] = await weighed(office, office.network.say(text))
    assert received.verdict.kind is kind
    assert (received.proposal is not None) == (kind is VerdictKind.RESPOND)


async def test_weighing_stores_nothing(office: Office) -> None:
    mention = office.network.say(ABUSE)
    await weighed(office, mention)
    assert await office.store.known([mention.uri]) == {}
    facts = await office.pipeline.weighing.gather([mention], "party", {})
    assert facts.recent == {"leader": [], "party": []}


async def test_first_in_line_answers_with_as_many_approvals_as_it_asks(office: Office) -> None:
    [to_party] = await weighed(office, office.network.say(ABUSE))
    assert (to_party.account, to_party.approvals_required) == ("leader", 1)
    [to_deputy] = await weighed(office, office.network.say(ABUSE, account="deputy"), account="deputy")
    assert (to_deputy.account, to_deputy.approvals_required) == ("deputy", 2)


async def test_rule_that_the_brake_has_stopped_judges_in_shadow(office: Office) -> None:
    await office.store.note_rules(office.files.rule_texts())
    await office.receive(*(office.network.say(ABUSE, by=f"angry{number}") for number in range(5)))
    [received] = await weighed(office, office.network.say(ABUSE))
    assert (received.verdict.kind, received.proposal) == (VerdictKind.IGNORE, None)
    assert [match.rule for match in received.verdict.shadow] == ["made-up-insult"]
    [threat] = await weighed(office, office.network.say(f"{ABUSE} {THREAT}"))
    assert threat.verdict.kind is VerdictKind.ESCALATE


async def test_exempt_author_is_judged_for_escalation_alone(office: Office) -> None:
    [handle] = office.files.config.exempt.journalists
    for text, kind in ((ABUSE, VerdictKind.IGNORE), (THREAT, VerdictKind.ESCALATE)):
        mention = exempt_author(office.network.say(text), handle.upper())
        [received] = await weighed(office, mention)
        assert received.verdict.kind is kind
        if kind is VerdictKind.IGNORE:
            assert received.verdict.reasons[-1] == "The author is exempt: journalists."
            assert received.verdict.abusive


async def test_account_that_only_watches_is_passed_over(office: Office) -> None:
    weighing = with_accounts(office, leader=Mode.WATCH)
    mention = office.network.say(ABUSE)
    answerer = weighing.answerer(mention, "party")
    assert answerer is not None
    assert answerer.id == "party"


async def test_abuse_is_recorded_where_every_account_only_watches(office: Office) -> None:
    mention = office.network.say(ABUSE)
    weighing = with_accounts(office, **dict.fromkeys(office.files.accounts, Mode.WATCH))
    facts = await weighing.gather([mention], "party", {})
    received = weighing.weigh(mention, facts, seen_by="party")
    assert (received.verdict.kind, received.proposal) == (VerdictKind.RECORD, None)
    assert received.verdict.reasons[-1] == "No account that may answer it is switched to dry_run or live."


@pytest.mark.parametrize("visibility", [Visibility.DIRECT, Visibility.FOLLOWERS])
async def test_what_not_everyone_may_see_is_answered_only_by_the_account_that_saw_it(
    office: Office, visibility: Visibility
) -> None:
    mention = office.network.say(ABUSE, visibility=visibility)
    answerer = office.pipeline.weighing.answerer(mention, "party")
    assert answerer is not None
    assert answerer.id == "party"
    assert with_accounts(office, party=Mode.WATCH).answerer(mention, "party") is None


async def test_next_in_line_comes_after_the_one_that_will_not(office: Office) -> None:
    mention, weighing = office.network.say(ABUSE), office.pipeline.weighing
    following = weighing.answerer(mention, "party", after="leader")
    assert following is not None
    assert following.id == "party"
    assert weighing.answerer(mention, "party", after="party") is None
    assert weighing.answerer(mention, "party", after="nobody") is None


async def test_one_page_counts_its_own_cases_against_the_pile_on(office: Office) -> None:
    root = office.network.say(FAIR, by="imogen")
    allowed = office.files.config.limits.open_cases_per_thread
    crowd = [office.network.say(ABUSE, by=f"angry{n}", thread=root.uri) for n in range(allowed + 5)]
    kinds = [received.verdict.kind for received in await weighed(office, root, *crowd)]
    assert kinds == [VerdictKind.IGNORE, *[VerdictKind.RESPOND] * allowed, *[VerdictKind.RECORD] * 5]


async def test_one_page_never_proposes_a_wording_twice_in_a_thread(office: Office) -> None:
    root = office.network.say(FAIR, by="imogen")
    crowd = [office.network.say(ABUSE, by=f"angry{n}", thread=root.uri) for n in range(3)]
    found = [received.proposal for received in await weighed(office, *crowd)]
    assert len({(proposal.response, proposal.variant) for proposal in found if proposal}) == 3


async def test_crowd_grows_while_a_page_is_weighed_by_those_who_are_abusive(office: Office) -> None:
    await office.opened(by="early")
    [journalist] = office.files.config.exempt.journalists
    page = [
        office.network.say(ABUSE, by="angry"),
        office.network.say(FAIR, by="fair"),
        office.network.say(RUDE, by="rude"),
        exempt_author(office.network.say(ABUSE, by="exempt"), journalist),
        office.network.say(ABUSE, by="angry"),
    ]
    weighing = office.pipeline.weighing
    facts = await weighing.gather(page, "party", {})
    grown = []
    for mention in page:
        weighing.weigh(mention, facts, seen_by="party")
        grown.append([one.author.rpartition("/")[2] for one in facts.crowds["party"]])
    assert grown == [
        ["angry", "early"],
        ["angry", "early"],
        ["rude", "angry", "early"],
        ["rude", "angry", "early"],
        ["angry", "rude", "angry", "early"],
    ]


@pytest.mark.parametrize("size", [1, 2, 7])
async def test_crowd_is_the_same_whatever_the_pages(office: Office, size: int) -> None:
    mentions = []
    for number, text in enumerate([ABUSE, FAIR, RUDE, THREAT, ABUSE, FAIR, RUDE]):
        mentions.append(office.network.say(text, by=f"person{number}"))
        office.clock.pass_(minutes=10)
    for first in range(0, len(mentions), size):
        await office.receive(*mentions[first : first + size])
    last = office.network.say(ABUSE, by="last")
    facts = await office.pipeline.weighing.gather([last], "party", {})
    expected = [(mentions[number].author.uri, mentions[number].created_at) for number in (6, 4, 3, 2, 0)]
    assert [(one.author, one.at) for one in facts.crowds["party"]] == expected


async def test_crowd_reaches_back_a_day_from_what_was_written_last_night(office: Office) -> None:
    await office.opened(by="early")
    office.clock.pass_(hours=23)
    late = office.network.say(ABUSE, by="late")
    office.clock.pass_(hours=9)
    facts = await office.pipeline.weighing.gather([late], "party", {})
    assert [one.author[-5:] for one in facts.crowds["party"]] == ["early"]
    facts = await office.pipeline.weighing.gather([office.network.say(ABUSE, by="now")], "party", {})
    assert facts.crowds["party"] == ()


async def test_post_with_a_date_of_long_ago_does_not_make_the_bot_read_everything(office: Office) -> None:
    await office.opened(by="early")
    office.clock.pass_(days=3)
    old = replace(office.network.say(ABUSE, by="late"), created_at=office.clock.now().replace(year=1980))
    facts = await office.pipeline.weighing.gather([old], "party", {})
    assert facts.crowds["party"] == ()


async def test_threat_in_a_pile_on_is_escalated_all_the_same(office: Office) -> None:
    root = office.network.say(FAIR, by="imogen")
    crowd = [office.network.say(ABUSE, by=f"angry{n}", thread=root.uri) for n in range(5)]
    threat = office.network.say(THREAT, by="vic", thread=root.uri)
    received = await weighed(office, *crowd, threat)
    assert received[-1].verdict.kind is VerdictKind.ESCALATE


async def test_too_old_a_mention_is_recorded_with_the_reason(office: Office) -> None:
    mention = office.network.say(ABUSE)
    office.clock.pass_(hours=office.files.config.limits.answer_within_hours, seconds=1)
    [received] = await weighed(office, mention)
    assert received.verdict.kind is VerdictKind.RECORD
    assert "too late to set a tone" in received.verdict.reasons[-1]


async def test_edit_of_a_live_case_names_that_case(office: Office) -> None:
    case = await office.opened()
    [received] = await weighed(office, office.network.edit(case.mention.uri, f"{ABUSE} And your dog."))
    assert received.edits == case.id
    assert received.proposal is not None


async def test_edit_after_the_case_closed_is_a_matter_of_its_own(office: Office) -> None:
    case = await office.opened()
    await office.pipeline.receive("party", Page(mentions=(), cursor=None, gone=(case.mention.uri,)))
    [received] = await weighed(office, office.network.edit(case.mention.uri, f"{ABUSE} And your dog."))
    assert received.edits is None


async def test_every_wording_is_offered_once_and_then_none(office: Office) -> None:
    case = await office.opened()
    shown = set()
    while case.draft is not None:
        shown.add((case.draft.response, case.draft.variant))
        answer = await office.decide(case, Verb.REWORD)
        if not isinstance(answer, Case):
            break
        case = answer
    drafts = await office.store.drafts(case.id)
    assert len(shown) == len(drafts) > 6


async def test_the_side_that_an_author_claims_goes_along_to_be_counted_and_is_in_no_verdict(office: Office) -> None:
    mention = office.network.say(ABUSE)
    mention = replace(mention, author=replace(mention.author, bio="Harbour Party all my life"))
    [received] = await weighed(office, mention)
    assert received.side is Side.ANOTHER
    assert not hasattr(received.verdict, "side")
    await office.receive(mention)
    assert office.pipeline.weighing.side(await office.case_of(mention)) is Side.ANOTHER
