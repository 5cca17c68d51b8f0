"""A report to a platform in words: what will be sent, before the press, and what became of it, afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model import ReportState
from bot.review.words import listed, moment

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Case, PlatformReport
    from bot.safety.reporting import Reporting

BECAUSE = {
    "scope_missing": "the account's token may not report; `check` says how it gets the scope",
    "token_revoked": "the server no longer accepts the account's token",
    "not_found": "the server cannot find the post any more",
    "not_kept": "the post is not kept here any more",
    "no_account": "its account has left the configuration",
    "rate_limited": "the server was asked too often",
    "unreachable": "the server could not be reached",
    "timed_out": "the server did not answer in time",
    "interrupted": "the bot was interrupted while it sent it",
}
"""Why a report did not get through, by the code of what went wrong."""
REFUSED = "the server refused it"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """What the bot will report if somebody refers the case to the platform."""

    server: str
    onward: str
    """The author's server, to which it is passed on; empty where there is none."""
    words: str
    rules: str
    """Which rules it cites, as `rule 1` or `rules 2 and 3`; empty when it cites none."""


def report_view(case: Case, reporting: Reporting | None) -> ReportView | None:
    """What would be sent; `None` where a person reports by hand."""
    text = reporting.text(case) if reporting else None
    if text is None or reporting is None:
        return None
    return ReportView(
        server=reporting.server(case),
        onward=reporting.goes_on_to(case),
        words=text.words,
        rules=f"rule{'' if len(text.rules) == 1 else 's'} {listed(list(text.rules))}" if text.rules else "",
    )


def standing(report: PlatformReport, case: Case, now: datetime) -> str:
    """Where a report stands, as a sentence."""
    why = BECAUSE.get(report.code, REFUSED)
    match report.state:
        case ReportState.DUE if report.due_at is not None and report.attempts:
            return f"Not reported yet: {why}. The bot tries again at {moment(report.due_at, now)}."
        case ReportState.DUE:
            return "The bot is about to report it to the platform."
        case ReportState.SENDING:
            return "The bot is reporting it to the platform."
        case ReportState.REFUSED:
            return f"It could not be reported to the platform: {why}. Report it by hand."
        case ReportState.UNCLEAR:
            return "It is not known whether the report reached the platform. Ask its moderators."
    return _sent(report, case, now)


def _sent(report: PlatformReport, case: Case, now: datetime) -> str:
    receipt = report.receipt
    if receipt is None:
        return ""
    home = case.mention.author.handle.rpartition("@")[2]
    to_whom = f"to {home}" if home else "to the author's server"
    onward = f", and passed on {to_whom} without a name" if receipt.forwarded else ""
    rules = "" if receipt.rules_taken else " The rules that it cited have other numbers there now: `check` lists them."
    return f"Reported to the platform at {moment(receipt.at, now)} as number {receipt.native_id}{onward}.{rules}"
