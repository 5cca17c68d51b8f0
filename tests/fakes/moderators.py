"""A platform's moderators behind their port: they take reports, or something goes wrong on the way to them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.model import ReportReceipt
from bot.ports import Fault, PlatformError
from tests.fakes.network import Crash, Trouble

if TYPE_CHECKING:
    from bot.model import DecidedReport
    from tests.fakes.network import Clock


@dataclass
class Moderators:
    """A reporter for every account; obeys the troubles that were ordered, one an attempt."""

    clock: Clock
    reports: list[DecidedReport] = field(default_factory=list)
    """Those that arrived."""
    troubles: deque[Trouble | PlatformError] = field(default_factory=deque)

    async def report(self, report: DecidedReport) -> ReportReceipt:
        trouble = self.troubles.popleft() if self.troubles else None
        if isinstance(trouble, PlatformError):
            raise trouble
        match trouble:
            case Trouble.REFUSED_CONNECTION:
                raise PlatformError(Fault.TRANSIENT, "The server refused the connection.", code="unreachable")
            case Trouble.REJECTED:
                raise PlatformError(Fault.PERMANENT, "The server refused the report.", code="refused")
            case Trouble.LOST_REQUEST:
                raise PlatformError(Fault.UNKNOWN, "The request was lost.", code="timed_out")
            case Trouble.CRASH_BEFORE:
                raise Crash
        self.reports.append(report)
        if trouble is Trouble.LOST_ANSWER:
            raise PlatformError(Fault.UNKNOWN, "The answer was lost.", code="timed_out")
        if trouble is Trouble.CRASH_AFTER:
            raise Crash
        return ReportReceipt(native_id=str(len(self.reports)), at=self.clock.now(), forwarded=True)

    async def close(self) -> None:
        pass
