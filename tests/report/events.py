"""Audit events as the fold reads them, written by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
STREAM = "party"
Event = tuple[str, str, str, str | None, str]


def event(kind: str, case: str | None, at: datetime, **detail: object) -> Event:
    """(stream, at, kind, case, detail)."""
    return STREAM, at.isoformat(timespec="microseconds"), kind, case, json.dumps(detail)


@dataclass
class Story:
    """Cases one after another, each told by its events."""

    events: list[Event] = field(default_factory=list)
    number: int = 0

    def case(
        self,
        *then: str,
        at: datetime = NOON,
        minutes: int = 5,
        verdict: str = "respond",
        policy: str | None = "sexism",
        reason: str | None = None,
        attacked: str | None = "account",
    ) -> str:
        """A case that opens and to which these things happen, so many minutes apart."""
        self.number += 1
        case = f"case{self.number}"
        state = "escalated" if verdict == "escalate" else "open"
        opened = {"policy": policy, "verdict": verdict, "attacked": attacked, "platform": "mastodon"}
        self.events.append(event("case.opened", case, at, state=state, outcome=None, stands_for=None, **opened))
        for what in then:
            at += timedelta(minutes=minutes)
            self.events.append(event(f"case.{what}", case, at, **self._after(what, reason)))
        return case

    def recorded(self, *, at: datetime = NOON, policy: str = "sexism") -> None:
        """An abusive post without a case."""
        self.events.append(event("mention.recorded", None, at, policy=policy, attacked=None, platform="mastodon"))

    def _after(self, what: str, reason: str | None) -> dict[str, object]:
        state = {
            "approved": "approved",
            "published": "published",
            "mention_gone": "published",
            "retracted": "retracted",
            "acknowledged": "escalated",
            "escalated": "escalated",
            "failed": "failed",
        }.get(what, "closed")
        detail: dict[str, object] = {
            "state": state,
            "stands_for": reason,
            "outcome": what if state == "closed" else None,
        }
        decides = {"approved": "approve", "dismissed": "dismiss", "referred": "refer", "escalated": "escalate"}.get(
            what
        )
        return detail | ({"decides": decides} if decides else {})
