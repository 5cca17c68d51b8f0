"""A report needs a person's decision, never changes in what it says, and ends once; by-passed or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.model import Event, Reason, ReportReceipt, ReportState, ReportText
from tests.store.rows import refuse
from tests.store.scene import OWNER

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.rows import Insert
    from tests.store.scene import Scene

TEXT = ReportText(words="Look at this.", rules=("1",))


async def referred(scene: Scene, reason: Reason = Reason.PLATFORM, *, report: ReportText | None = None) -> Case:
    case = await scene.opened()
    return await scene.change(
        case, Event.REFERRED, "ann", decides="refer", reason=reason, outcome="referred", report=report
    )


async def row(scene: Scene, case: Case, **other: object) -> dict[str, object]:
    """The row that would report the case on the newest decision on it."""
    with scene.by_hand() as hand:
        query = "SELECT id FROM decisions WHERE case_id = ? ORDER BY at DESC"
        (decision,) = hand.execute(query, [case.id]).fetchone()
    return {
        "id": "r-by-hand",
        "case_id": case.id,
        "account_id": case.account,
        "decision_id": decision,
        "words": "x",
        "rules": "[]",
        "report_sha256": "y",
        "state": "due",
        "decided_at": "2026",
        "due_at": "2026",
        "attempts": 0,
        "doubtful": 0,
        "code": "",
        **other,
    }


async def test_report_of_a_case_that_a_person_referred_to_the_platform_is_taken(scene: Scene, put: Insert) -> None:
    put("platform_reports", **await row(scene, await referred(scene)))


@pytest.mark.parametrize("reason", [Reason.POLICE, Reason.DISCIPLINARY])
async def test_report_needs_the_decision_for_the_platform(scene: Scene, put: Insert, reason: Reason) -> None:
    spoilt = await row(scene, await referred(scene, reason))
    with refuse("a person referred"):
        put("platform_reports", **spoilt)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"decision_id": "nobody's"},
        {"account_id": "leader"},
        {"state": "sent", "receipt_id": "1", "sent_at": "2026", "forwarded": False, "rules_taken": True},
        {"attempts": 1},
        {"doubtful": 1},
        {"receipt_id": "1"},
    ],
)
async def test_spoilt_report_is_refused(scene: Scene, put: Insert, spoilt: dict[str, Any]) -> None:
    report = await row(scene, await referred(scene), **spoilt)
    with refuse():
        put("platform_reports", **report)


async def test_decision_is_reported_once(scene: Scene, put: Insert) -> None:
    case = await referred(scene, report=TEXT)
    again = await row(scene, case)
    for replacing in (False, True):
        with refuse():
            put("platform_reports", replacing=replacing, **again)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE platform_reports SET words = 'another'",
        "UPDATE platform_reports SET rules = '[]'",
        "UPDATE platform_reports SET report_sha256 = 'x'",
        "UPDATE platform_reports SET account_id = 'leader'",
        "UPDATE platform_reports SET decided_at = '2020'",
        "UPDATE platform_reports SET state = 'sent'",
        "UPDATE platform_reports SET state = 'unclear'",
        "DELETE FROM platform_reports",
    ],
)
async def test_what_was_decided_is_neither_changed_nor_taken_back(scene: Scene, statement: str) -> None:
    await referred(scene, report=TEXT)
    with scene.by_hand() as hand, refuse():
        hand.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        (
            "UPDATE platform_reports SET state = 'due', receipt_id = NULL, sent_at = NULL, forwarded = NULL, "
            "rules_taken = NULL"
        ),
        "UPDATE platform_reports SET receipt_id = '2'",
        "UPDATE platform_reports SET attempts = 0",
    ],
)
async def test_report_that_was_sent_stays_sent(scene: Scene, statement: str) -> None:
    await referred(scene, report=TEXT)
    reports = scene.store.platform_reports
    report = await reports.next_due("party", scene.clock(), owner=OWNER)
    assert report is not None
    report = await reports.claim(report, owner=OWNER, until=scene.clock.forward(minutes=1))
    assert report is not None
    receipt = ReportReceipt(native_id="1", at=scene.clock(), forwarded=True)
    assert await reports.end(report, ReportState.SENT, receipt=receipt)
    with scene.by_hand() as hand, refuse():
        hand.execute(statement)
