"""Where a report stands is said in one sentence, and what will be sent before anybody presses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import PlatformReport, ReportReceipt, ReportState, ReportText
from bot.review.report_words import report_view, standing
from tests.fakes.cases import case
from tests.fakes.network import EVENING
from tests.safety.test_reporting import reporting

LATER = EVENING + timedelta(minutes=30)


def report(state: ReportState, **facts: object) -> PlatformReport:
    text = ReportText(words="Look.")
    return PlatformReport(case_id="c1", text=text, state=state, decided_at=EVENING, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stands", "words"),
    [
        (report(ReportState.DUE, due_at=EVENING), "about to report"),
        (
            report(ReportState.DUE, due_at=LATER, attempts=1, code="rate_limited"),
            "asked too often. The bot tries again",
        ),
        (report(ReportState.SENDING, attempts=1), "is reporting"),
        (report(ReportState.REFUSED, code="scope_missing"), "may not report; `check` says"),
        (report(ReportState.REFUSED, code="strange"), "the server refused it. Report it by hand."),
        (report(ReportState.UNCLEAR, code="timed_out"), "Ask its moderators."),
    ],
)
def test_each_state_is_told_with_what_to_do(stands: PlatformReport, words: str) -> None:
    assert words in standing(stands, case(), EVENING)


def test_receipt_is_told_with_whom_it_was_passed_on_to() -> None:
    receipt = ReportReceipt(native_id="77", at=EVENING, forwarded=True)
    told = standing(report(ReportState.SENT, receipt=receipt), case(), EVENING)
    assert told == (
        "Reported to the platform at 18:30 UTC as number 77, and passed on to tidewater.example without a name."
    )
    here = ReportReceipt(native_id="77", at=EVENING, forwarded=False, rules_taken=False)
    told = standing(report(ReportState.SENT, receipt=here), case(), EVENING)
    assert "passed on" not in told
    assert "`check` lists them" in told


def test_what_will_be_sent_is_what_is_sent() -> None:
    view = report_view(case(), reporting(personal_abuse=("4", "5")))
    text = reporting(personal_abuse=("4", "5")).text(case())
    assert view is not None
    assert text is not None
    assert (view.words, view.rules, view.server, view.onward) == (
        text.words,
        "rules 4 and 5",
        "fernwick.example",
        "tidewater.example",
    )
    assert report_view(case(), None) is None
