"""What a person referred to a platform is reported there by the bot: sent, tried again, given up, its receipt kept.

Nothing is reported that nobody decided on, and no report is sent more than twice: one too many costs a moderator a
glance, one too few may leave a threat standing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import ReportState
from bot.ports import Fault, PlatformError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.model import Account, DecidedReport
    from bot.ports import Reporter
    from bot.store import Store

CLAIM = timedelta(minutes=4)
"""How long one report may take before it counts as broken off: longer than all time-outs on its way together."""
BACK_OFF = timedelta(seconds=30)
"""Before another attempt; doubled each time."""
LONGEST_BACK_OFF = timedelta(hours=1)
ATTEMPTS = 20
"""For about thirteen hours: a server's bad night."""
MOST_DOUBTFUL = 2
"""How often a report is sent of which nobody can tell whether it arrived; so it arrives twice at most."""
BY_HAND = "Report it by hand."


@dataclass(frozen=True, kw_only=True)
class Referring:
    """Carries reports, one at a time."""

    store: Store
    accounts: Mapping[str, Account]
    reporters: Mapping[str, Reporter]
    """By account id, for the accounts that report."""
    now: Callable[[], datetime]
    owner: str
    """This process, in the claims that it makes."""
    changed: Callable[[], None] = lambda: None
    """Called after each change, so that desks redraw. Returns at once."""
    tell: Callable[[str], None] = lambda _text: None
    """Says a sentence to staff. Returns at once."""
    ring: Callable[[str], None] = lambda _text: None
    """Says a sentence to the safety desk alone. Returns at once."""

    async def report_due(self, account_id: str) -> bool:
        """Carry one report of an account a step further, and say whether there was one to carry.

        Claim, send, write the receipt: a crash between any two is settled by the next call. An account that is not
        live now keeps its reports until it is.
        """
        report = await self.store.platform_reports.next_due(account_id, self.now(), owner=self.owner)
        reporter = self.reporters.get(account_id)
        if report is None or (reporter is None and account_id in self.accounts):
            return False
        if reporter is None:
            await self._end(report, ReportState.REFUSED, "no_account", "Its account has left the configuration.")
        elif not report.mention_uri:
            await self._end(report, ReportState.REFUSED, "not_kept", "The post is not kept any more.")
        elif report.doubtful >= MOST_DOUBTFUL:
            await self._end(report, ReportState.UNCLEAR, "interrupted", "It was interrupted while it was sent.")
        else:
            await self._send(report, reporter)
        self.changed()
        return True

    async def _send(self, report: DecidedReport, reporter: Reporter) -> None:
        claimed = await self.store.platform_reports.claim(report, owner=self.owner, until=self.now() + CLAIM)
        if claimed is None:
            return  # Another process was first.
        try:
            receipt = await reporter.report(claimed)
        except PlatformError as error:
            await self._not_sent(claimed, error)
        else:
            # It has arrived: whatever stops us now, the receipt must be stored.
            ended = self.store.platform_reports.end(claimed, ReportState.SENT, receipt=receipt)
            await asyncio.shield(ended)

    async def _not_sent(self, report: DecidedReport, error: PlatformError) -> None:
        """Again later, never, or nobody knows: then it is sent once more, and after that a person asks."""
        if error.fault is Fault.UNKNOWN:
            report = replace(report, doubtful=report.doubtful + 1)
        if report.doubtful >= MOST_DOUBTFUL and error.fault is Fault.UNKNOWN:
            await self._end(report, ReportState.UNCLEAR, error.code, str(error))
        elif error.fault is Fault.PERMANENT or report.attempts >= ATTEMPTS:
            state = ReportState.UNCLEAR if report.doubtful else ReportState.REFUSED
            await self._end(report, state, error.code, str(error))
        else:
            pause = min(BACK_OFF * 2 ** (report.attempts - 1), LONGEST_BACK_OFF)
            due_at = max(error.retry_at or self.now(), self.now() + pause)
            await self.store.platform_reports.postpone(report, due_at, code=error.code)

    async def _end(self, report: DecidedReport, state: ReportState, code: str, why: str) -> None:
        """Write down that it was given up, and say so to those whose case it is."""
        if not await self.store.platform_reports.end(report, state, code=code):
            return
        case = await self.store.case(report.case_id)
        say = self.ring if case is None or case.on_safety_desk else self.tell
        if state is ReportState.UNCLEAR:
            say(f"It is not known whether the report on case {report.case_id} reached the platform. Ask there. {why}")
        else:
            say(f"The post of case {report.case_id} was not reported to the platform. {BY_HAND} {why}")
