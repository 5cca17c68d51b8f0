"""Reporting posts to the moderators of one account's server; it can do nothing else there.

The server passes a report on to the author's own server under a name of its own, so that nobody there learns who
reported; our words go with it. See docs.joinmastodon.org/methods/reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import ReportReceipt
from bot.platforms.mastodon.faults import REPORT_SCOPES
from bot.platforms.mastodon.reader import Reader
from bot.platforms.mastodon.resolving import Resolving
from bot.platforms.mastodon.writer import TIMEOUT, Writer
from bot.ports import PlatformError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mastodon import Mastodon

    from bot.model import Account, DecidedReport
    from bot.platforms.mastodon.entities import Status

ONE_QUESTION = 10.0
"""Seconds for the one question that comes before a report."""
MOST_WORDS = 1_000
"""Characters of its words that every server takes."""


class MastodonReporter:
    """Reports for one account, through a client of its own: the server counts reports apart from posts."""

    def __init__(
        self,
        account: Account,
        token: str,
        *,
        now: Callable[[], datetime],
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self.account = account
        self._now = now
        self._reader = Reader(account, token, now=now, scopes=REPORT_SCOPES, deadline=ONE_QUESTION)
        self._resolving = Resolving(self._reader)
        self._writer = Writer(account, token, now=now, scopes=REPORT_SCOPES, thread="report", timeout=timeout)

    async def report(self, report: DecidedReport) -> ReportReceipt:
        """Report the post with its author, once; a second time only where the first was refused for its rules."""
        doing = f"Reporting the post of case {report.case_id}"
        status = await self._resolving.status(report.mention_uri, report.native_id)
        if status is None:
            why = f"{self.account.server} cannot find the post any more."
            raise self._writer.permanent(doing, why, code="not_found")
        try:
            said = await self._send(doing, status, report, report.text.rules)
        except PlatformError as error:
            # Rules are renumbered, and a threat must not stay unreported for that.
            if error.code != "refused" or not report.text.rules:
                raise
            said, taken = await self._send(doing, status, report, ()), False
        else:
            taken = True
        native_id = getattr(said, "id", None)
        if native_id is None:
            raise self._writer.unknown(doing, "malformed", "said that it took the report, but not under which number")
        return ReportReceipt(
            native_id=str(native_id),
            at=self._now(),
            forwarded=bool(getattr(said, "forwarded", False)),
            rules_taken=taken,
        )

    async def close(self) -> None:
        """Let go of connections, once a report that is under way has been answered."""
        await self._writer.close()
        await self._reader.close()

    async def _send(self, doing: str, status: Status, report: DecidedReport, rules: tuple[str, ...]) -> object:
        def send(client: Mastodon) -> object:
            return client.report(
                status.account.id,
                [status.id],
                comment=report.text.words[:MOST_WORDS],
                forward="@" in status.account.acct,
                category="violation" if rules else "other",
                rule_ids=list(rules) or None,
            )

        return await self._writer.write(doing, send)
