"""What the bot does to a case by itself, and by no one's decision: stored first, then told where somebody must know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model import Event, Side
from bot.store import Change

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.model import Case, Receipt
    from bot.store import Received, Store
    from bot.weighing import Weighing


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Takes a case a step on, with its audit event."""

    store: Store
    weighing: Weighing
    tell: Callable[[str], None]
    """Says a sentence to staff. Returns at once."""

    async def take(  # noqa: PLR0913  every keyword is a field of Change, spelt out so that types are checked
        self,
        case: Case,
        event: Event,
        *,
        note: str = "",
        outcome: str | None = None,
        owner: str | None = None,
        claimed_until: datetime | None = None,
        due_at: datetime | None = None,
        receipt: Receipt | None = None,
        looked: bool = False,
        successor: Received | None = None,
    ) -> Case:
        """The case as it is after this event; raises Stale when a person was first. A reply that fails is told."""
        changed = await self.store.advance(
            Change(
                case_id=case.id,
                version=case.version,
                event=event,
                actor="bot",
                note=note,
                outcome=outcome,
                owner=owner,
                claimed_until=claimed_until,
                due_at=due_at,
                receipt=receipt,
                looked=looked,
                successor=successor,
                side=self.weighing.side(case) if event is Event.PUBLISHED else Side.NONE,
            )
        )
        if event is Event.FAILED:
            self.tell(f"The reply of case {case.id} was not posted. {note}")
        return changed
