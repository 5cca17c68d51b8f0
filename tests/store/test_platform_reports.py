"""A report stands in the store from the decision on, and each step of it is compared before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Event, Reason, ReportReceipt, ReportState, ReportText
from bot.store import StoreError
from bot.store.records import Card, Terms
from tests.store.scene import OWNER

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Case, DecidedReport, PlatformReport
    from tests.store.scene import Scene

TEXT = ReportText(words="Look at this: racism.", rules=("1", "2"))


async def refer(scene: Scene, case: Case, *, reason: Reason = Reason.PLATFORM) -> Case:
    return await scene.change(
        case, Event.REFERRED, "ann", decides="refer", reason=reason, outcome="referred", report=TEXT
    )


async def due(scene: Scene, *, at: datetime | None = None) -> DecidedReport | None:
    return await scene.store.platform_reports.next_due("party", at or scene.clock(), owner=OWNER)


async def claimed(scene: Scene) -> DecidedReport:
    report = await due(scene)
    assert report is not None
    claim = await scene.store.platform_reports.claim(report, owner=OWNER, until=scene.clock.forward(minutes=4))
    assert claim is not None
    return claim


async def kept(scene: Scene, case: Case) -> PlatformReport:
    return (await scene.store.platform_reports.of([case.id]))[case.id]


def receipt(scene: Scene) -> ReportReceipt:
    return ReportReceipt(native_id="77", at=scene.clock(), forwarded=True)


async def test_report_stands_there_with_its_decision_and_the_event_has_its_digest(scene: Scene) -> None:
    case = await refer(scene, await scene.opened())
    report = await due(scene)
    assert report is not None
    assert (report.case_id, report.account, report.text) == (case.id, "party", TEXT)
    assert (report.mention_uri, report.native_id) == (case.mention.uri, case.mention.native_id)
    event = (await scene.store.trail(case.id))[-1]
    assert (event.kind, event.actor, event.detail["platform_report"]) == ("case.referred", "ann", report.id)
    assert event.detail["decision"] == report.decision
    assert await scene.store.platform_reports.accounts_due(scene.clock(), owner=OWNER) == ["party"]


async def test_what_was_referred_elsewhere_cannot_have_a_report(scene: Scene) -> None:
    case = await scene.opened()
    with pytest.raises(StoreError):
        await refer(scene, case, reason=Reason.POLICE)
    assert await scene.case(case) == case
    assert await due(scene) is None


async def test_own_id_of_the_post_is_for_the_server_on_which_it_was_seen(scene: Scene) -> None:
    await refer(scene, await scene.opened(account="leader"))
    report = await scene.store.platform_reports.next_due("leader", scene.clock(), owner=OWNER)
    assert report is not None
    assert report.native_id is None


async def test_claim_is_for_one_and_ends_with_the_receipt(scene: Scene) -> None:
    case = await refer(scene, await scene.opened())
    report = await claimed(scene)
    assert (await kept(scene, case)).state is ReportState.SENDING
    assert await scene.store.platform_reports.end(report, ReportState.SENT, receipt=receipt(scene))
    assert not await scene.store.platform_reports.end(report, ReportState.REFUSED, code="refused")
    now = await kept(scene, case)
    assert (now.state, now.receipt) == (ReportState.SENT, receipt(scene))
    assert await due(scene) is None


async def test_claim_that_did_not_end_counts_as_in_doubt(scene: Scene) -> None:
    await refer(scene, await scene.opened())
    report = await claimed(scene)
    assert report.doubtful == 0
    scene.clock.forward(minutes=1)
    again = await due(scene)
    assert again is not None
    assert (again.attempts, again.doubtful) == (1, 1)


async def test_claim_of_a_process_that_is_gone_is_taken_up_at_once(scene: Scene) -> None:
    await refer(scene, await scene.opened())
    report = await due(scene)
    assert report is not None
    reports = scene.store.platform_reports
    assert await reports.claim(report, owner="another", until=scene.clock().replace(year=2027))
    again = await due(scene)
    assert again is not None
    assert again.doubtful == 1


async def test_postponed_report_is_due_then_and_not_before(scene: Scene) -> None:
    case = await refer(scene, await scene.opened())
    report = await claimed(scene)
    later = scene.clock().replace(hour=20)
    assert await scene.store.platform_reports.postpone(report, later, code="unreachable")
    now = await kept(scene, case)
    assert (now.state, now.due_at, now.code) == (ReportState.DUE, later, "unreachable")
    assert await due(scene) is None
    assert await due(scene, at=later) is not None


async def test_case_with_a_report_is_drawn_anew_when_that_changes(scene: Scene) -> None:
    case = await refer(scene, await scene.opened())
    card = Card(case_id=case.id, desk="telegram", chat_id=-1, message_id=1, drawn_at=case.changed_at, stub=True)
    await scene.store.keep_card(card)
    assert await scene.store.stale_cards("telegram") == []
    report = await claimed(scene)
    await scene.store.platform_reports.end(report, ReportState.SENT, receipt=receipt(scene))
    [(drawn, _)] = await scene.store.stale_cards("telegram")
    assert drawn.changed_at == case.changed_at


async def test_report_of_a_post_that_was_purged_has_no_address_any_more_and_its_receipt_stays(scene: Scene) -> None:
    case = await refer(scene, await scene.opened())
    await scene.store.platform_reports.end(await claimed(scene), ReportState.SENT, receipt=receipt(scene))
    other = await refer(scene, await scene.opened("2"))
    now = scene.clock.forward(days=400)
    await scene.store.purge(now, Terms(ignored_days=1, recorded_days=1, closed_case_days=1, failed_days=1))
    report = await due(scene)
    assert report is not None
    assert (report.case_id, report.mention_uri) == (other.id, "")
    assert (await kept(scene, case)).receipt is not None
    assert await scene.store.verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE platform_reports SET words = 'x'",
        "UPDATE platform_reports SET receipt_id = '78'",
        "UPDATE platform_reports SET forwarded = FALSE",
        (
            "UPDATE platform_reports SET state = 'unclear', receipt_id = NULL, sent_at = NULL, forwarded = NULL, "
            "rules_taken = NULL"
        ),
        "DELETE FROM platform_reports",
    ],
)
async def test_altered_report_or_receipt_is_found(scene: Scene, statement: str) -> None:
    await refer(scene, await scene.opened())
    await scene.store.platform_reports.end(await claimed(scene), ReportState.SENT, receipt=receipt(scene))
    assert await scene.store.verify() == []
    scene.tamper(statement)
    [fault] = await scene.store.verify()
    assert "platform report" in fault.what
