"""What a person referred to the platform is reported there: once, or twice where nobody can tell, or given up aloud."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Case, Reason, ReportState, Verb
from bot.ports import Fault, PlatformError
from bot.referring import ATTEMPTS, CLAIM, Referring
from tests.fakes.moderators import Moderators
from tests.fakes.network import Crash, Trouble
from tests.fakes.office import ABUSE, THREAT, Office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bot.model import Account, PlatformReport

REPORTS = {"rules": {"threat": ["1"], "personal_abuse": ["2", "3"]}}


@dataclass
class House:
    """An office whose every account may report, and the moderators to whom it does."""

    office: Office
    moderators: Moderators
    told: list[str] = field(default_factory=list)
    rung: list[str] = field(default_factory=list)
    owner: str = "1"

    def referring(self, *, accounts: Mapping[str, Account] | None = None, reports: bool = True) -> Referring:
        known = self.office.files.accounts if accounts is None else accounts
        return Referring(
            store=self.office.store,
            accounts=known,
            reporters=dict.fromkeys(known, self.moderators) if reports else {},
            now=self.office.clock.now,
            owner=self.owner,
            tell=self.told.append,
            ring=self.rung.append,
        )

    async def referred(self, text: str = ABUSE, *, by: str = "mara", reason: Reason = Reason.PLATFORM) -> Case:
        case = await self.office.decide(await self.office.opened(text), Verb.REFER, by, reason=reason)
        assert isinstance(case, Case)
        return case

    async def carry(self) -> None:
        """Everything that is due."""
        for account in self.office.files.accounts:
            while await self.referring().report_due(account):
                pass

    async def report(self, case: Case) -> PlatformReport:
        return (await self.office.store.platform_reports.of([case.id]))[case.id]

    async def kinds(self, case: Case) -> list[str]:
        """What the audit says of the report, in order."""
        trail = await self.office.store.trail(case.id)
        return [event.kind.partition(".")[2] for event in trail if event.kind.startswith("platform_report.")]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    office = await Office.open(tmp_path, reports=REPORTS)
    yield House(office, Moderators(office.clock))
    assert await office.store.verify() == []
    await office.store.close()


# ── What is reported ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_a_person_referred_is_reported_once_and_its_receipt_is_kept(house: House) -> None:
    case = await house.referred()
    assert (await house.report(case)).state is ReportState.DUE
    assert house.moderators.reports == []
    await house.carry()
    await house.carry()
    [sent] = house.moderators.reports
    assert (sent.case_id, sent.mention_uri, sent.account) == (case.id, case.mention.uri, case.account)
    report = await house.report(case)
    assert report.state is ReportState.SENT
    assert report.receipt is not None
    assert (report.receipt.native_id, report.receipt.forwarded) == ("1", True)
    assert await house.kinds(case) == ["intended", "sent"]


async def test_report_that_was_decided_by_a_clock_ahead_is_sent(house: House) -> None:
    house.office.clock.pass_(days=30)
    case = await house.office.opened()
    assert isinstance(await house.office.decide(case, Verb.REFER, reason=Reason.PLATFORM), Case)
    house.office.clock.pass_(days=-30)
    await house.carry()
    assert (await house.report(case)).state is ReportState.SENT


async def test_report_says_the_policy_and_no_name_of_anybody(house: House) -> None:
    await house.referred()
    await house.carry()
    [sent] = house.moderators.reports
    assert "personal abuse" in sent.text.words
    assert sent.text.rules == ("2", "3")
    names = {word for person in house.office.files.reviewers.values() for word in (person.id, *person.name.split())}
    handles = {part for account in house.office.files.accounts.values() for part in account.handle.split("@") if part}
    said = set(sent.text.words.lower().replace(".", " ").replace(",", " ").split())
    assert said & {word.lower() for word in {*names, *handles, "florp"}} == set()


async def test_audit_of_a_report_holds_codes_and_digests_alone(house: House) -> None:
    case = await house.referred()
    await house.carry()
    events = [event for event in await house.office.store.trail(case.id) if "platform_report" in event.detail]
    assert [event.actor for event in events] == ["mara", "bot", "bot"]
    said = repr([event.detail for event in events])
    for words in (case.mention.uri, case.mention.author.handle, "tidewater", ABUSE, "personal abuse", "'1'"):
        assert words not in said


@pytest.mark.parametrize("reason", [Reason.POLICE, Reason.DISCIPLINARY])
async def test_no_other_referral_is_reported(house: House, reason: Reason) -> None:
    case = await house.referred(reason=reason)
    await house.carry()
    assert house.moderators.reports == []
    assert await house.office.store.platform_reports.of([case.id]) == {}


async def test_threat_that_safety_refers_is_reported_with_the_rule_for_threats(house: House) -> None:
    case = await house.referred(THREAT, by="nadia")
    await house.carry()
    [sent] = house.moderators.reports
    assert (sent.case_id, sent.text.rules) == (case.id, ("1",))


async def test_pause_holds_no_report_back_for_it_says_nothing_in_public(house: House) -> None:
    await house.office.store.pause("all", actor="mara")
    await house.referred()
    await house.carry()
    assert len(house.moderators.reports) == 1


# ── What goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_crash_between_the_decision_and_the_sending_loses_nothing(house: House) -> None:
    case = await house.referred()
    await house.office.restart()
    house.owner = "2"
    await house.carry()
    assert [report.case_id for report in house.moderators.reports] == [case.id]
    assert (await house.report(case)).state is ReportState.SENT


@pytest.mark.parametrize(
    ("crash", "arrived"), [(Trouble.CRASH_BEFORE, 1), (Trouble.CRASH_AFTER, 2)], ids=["before", "after"]
)
async def test_crash_while_it_is_sent_sends_it_once_more_and_no_oftener(
    house: House, crash: Trouble, arrived: int
) -> None:
    case = await house.referred()
    house.moderators.troubles.append(crash)
    with pytest.raises(Crash):
        await house.carry()
    house.owner = "2"
    house.office.clock.pass_(seconds=CLAIM.total_seconds() + 1)
    await house.carry()
    assert len(house.moderators.reports) == arrived
    assert (await house.report(case)).state is ReportState.SENT


async def test_report_that_is_being_sent_is_left_to_who_sends_it(house: House) -> None:
    case = await house.referred()
    reports = house.office.store.platform_reports
    report = await reports.next_due(case.account, house.office.clock.now(), owner="1")
    assert report is not None
    assert await reports.claim(report, owner="1", until=house.office.clock.now() + CLAIM) is not None
    assert await reports.claim(report, owner="1", until=house.office.clock.now() + CLAIM) is None
    await house.carry()
    assert house.moderators.reports == []


@pytest.mark.parametrize("lost", [Trouble.LOST_REQUEST, Trouble.LOST_ANSWER])
async def test_report_whose_outcome_nobody_knows_is_sent_twice_at_most_and_then_a_person_asks(
    house: House, lost: Trouble
) -> None:
    case = await house.referred()
    house.moderators.troubles.extend([lost, lost, lost])
    for _ in range(10):
        await house.carry()
        house.office.clock.pass_(hours=2)
    assert len(house.moderators.reports) == (2 if lost is Trouble.LOST_ANSWER else 0)
    assert (await house.report(case)).state is ReportState.UNCLEAR
    [said] = house.told
    assert case.id in said
    assert "not known" in said


async def test_report_that_got_through_the_second_time_has_its_receipt(house: House) -> None:
    case = await house.referred()
    house.moderators.troubles.append(Trouble.LOST_REQUEST)
    await house.carry()
    house.office.clock.pass_(minutes=1)
    await house.carry()
    report = await house.report(case)
    assert (report.state, report.attempts, report.doubtful) == (ReportState.SENT, 2, 1)
    assert house.told == []


async def test_server_that_cannot_be_reached_is_tried_again_until_morning_and_then_given_up(house: House) -> None:
    case = await house.referred()
    house.moderators.troubles.extend([Trouble.REFUSED_CONNECTION] * ATTEMPTS)
    began = house.office.clock.now()
    while (await house.report(case)).state is ReportState.DUE:
        await house.carry()
        house.office.clock.pass_(minutes=1)
    report = await house.report(case)
    assert (report.state, report.attempts, report.code) == (ReportState.REFUSED, ATTEMPTS, "unreachable")
    assert timedelta(hours=10) < house.office.clock.now() - began < timedelta(hours=15)
    assert len(house.told) == 1


async def test_server_that_asks_to_wait_is_left_in_peace_for_so_long(house: House) -> None:
    await house.referred()
    later = house.office.clock.now() + timedelta(minutes=50)
    house.moderators.troubles.append(PlatformError(Fault.TRANSIENT, "Wait.", code="rate_limited", retry_at=later))
    await house.carry()
    house.office.clock.pass_(minutes=49)
    await house.carry()
    assert house.moderators.reports == []
    house.office.clock.pass_(minutes=2)
    await house.carry()
    assert len(house.moderators.reports) == 1


async def test_refusal_is_told_on_the_desk_with_what_to_do(house: House) -> None:
    case = await house.referred()
    error = PlatformError(Fault.PERMANENT, "The token lacks a scope.", code="scope_missing")
    house.moderators.troubles.append(error)
    await house.carry()
    report = await house.report(case)
    assert (report.state, report.code) == (ReportState.REFUSED, "scope_missing")
    assert house.told == [
        f"The post of case {case.id} was not reported to the platform. Report it by hand. The token lacks a scope."
    ]


async def test_what_goes_wrong_with_a_threat_is_told_to_the_safety_desk_alone(house: House) -> None:
    await house.referred(THREAT, by="nadia")
    house.moderators.troubles.append(Trouble.REJECTED)
    await house.carry()
    assert house.told == []
    assert len(house.rung) == 1


async def test_report_waits_while_its_account_is_not_live(house: House) -> None:
    case = await house.referred()
    assert not await house.referring(reports=False).report_due(case.account)
    assert (await house.report(case)).state is ReportState.DUE
    await house.carry()
    assert len(house.moderators.reports) == 1


async def test_report_of_an_account_that_has_left_is_given_up_aloud(house: House) -> None:
    case = await house.referred()
    assert await house.referring(accounts={}).report_due(case.account)
    assert (await house.report(case)).code == "no_account"
    assert len(house.told) == 1


# ── Where the bot does not report ────────────────────────────────────────────────────────────────────────────────────


async def test_without_reports_in_the_configuration_a_referral_is_the_note_that_it_was(tmp_path: Path) -> None:
    office = await Office.open(tmp_path)
    case = await office.decide(await office.opened(), Verb.REFER, reason=Reason.PLATFORM)
    assert isinstance(case, Case)
    assert (case.outcome, case.reason) == ("referred", Reason.PLATFORM)
    assert await office.store.platform_reports.of([case.id]) == {}
    await office.store.close()
