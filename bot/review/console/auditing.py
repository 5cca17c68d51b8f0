"""The audit: what happened, filtered by its address; one case from end to end; the chains recomputed; an export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.responses import RedirectResponse, StreamingResponse

from bot.model import Role
from bot.review.console.forms import whole_number
from bot.review.console.telling import WORDS, told
from bot.review.console.view import sees_safety
from bot.review.words import moment, name_of
from bot.store import AuditSought
from bot.web.frame import message_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import AuditEvent, Reviewer
    from bot.review.console.verifying import Verifying
    from bot.review.console.view import Route, View

READERS = frozenset({Role.AUDITOR, Role.ADMIN})
PAGE = 50
SEE_OTHER, NO_RIGHT, UNREADABLE = 303, 403, 422
Name = Annotated[str | None, Field(max_length=200), BeforeValidator(lambda value: value or None)]

HIGHEST = 10**15
"""No chain has so many events."""


class Address(BaseModel):
    """What stands behind the question mark; an empty field of the form asks for nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Name = None
    actor: Name = None
    stream: Name = None
    case: Name = None
    day: Annotated[date | None, BeforeValidator(lambda value: value or None)] = None
    """In UTC."""
    before: Annotated[str, Field(max_length=2_000)] = ""
    """Where the page before ended: `chain~number` for each chain that it showed, with spaces between."""

    def sought(self, *, safety: bool) -> AuditSought:
        """The question to the store. Raises ValueError, and OverflowError for the last day that there is."""
        places = (place.rpartition("~") for place in self.before.split())
        return AuditSought(
            safety=safety,
            stream=self.stream,
            kind=self.kind,
            actor=self.actor,
            case_id=self.case,
            since=_midnight(self.day),
            until=_midnight(self.day and self.day + timedelta(days=1)),
            before={stream: _number(number) for stream, _, number in places},
        )


def _number(text: str) -> int:
    """Raises ValueError for what is no number of an event."""
    number = whole_number(text, most=HIGHEST)
    if number is None:
        raise ValueError("a number that no chain reaches")
    return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event, as a list shows it."""

    when: str
    words: str
    chain: str
    number: int | None
    """In its chain; `None` for those from whom events are withheld: a gap would tell of them."""
    case_id: str | None
    where: str
    """The desk on which it was decided, if it was."""


@dataclass(frozen=True, kw_only=True)
class Auditing:
    """The pages for auditors and admins."""

    view: View
    verifying: Verifying

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            ("GET", "/audit", self.audit),
            ("GET", "/audit/case/{case_id}", self.case),
            ("POST", "/audit/verify", self.verify),
            ("POST", "/audit/export", self.export),
        ]

    async def audit(self, request: Request, me: Reviewer) -> Response:
        """The events that the address asks for, the latest first; what verifying has found; the export."""
        if not me.roles & READERS:
            return self._not_yours(request)
        asked = dict(request.query_params)
        try:
            sought = Address.model_validate(asked).sought(safety=sees_safety(me))
        except (ValidationError, ValueError, OverflowError):
            return self._unreadable(request)
        events = await self.view.room.store.audit_page(sought, limit=PAGE)
        room = self.view.room
        context = {
            "lines": [self._line(event, me) for event in events],
            "asked": asked,
            "older": _older(asked, sought, events) if len(events) == PAGE else "",
            "kinds": WORDS,
            "people": room.reviewers,
            "chains": ["system", *room.accounts],
            "whole": sees_safety(me),
            "verified": self._verified(me),
            "under_way": self.verifying.under_way,
        }
        return await self.view.page(request, me, "audit.html", context)

    async def case(self, request: Request, me: Reviewer) -> Response:
        """Everything that ever happened to one case, in order, and who looked at it."""
        if not me.roles & READERS:
            return self._not_yours(request)
        room = self.view.room
        case = await self.view.case(request.path_params["case_id"], me)
        if case is None:
            return self.view.missing(request)
        events = await room.store.trail(case.id)
        looked = dict.fromkeys(name_of(event.actor, room.reviewers) for event in events if event.kind == "case.read")
        context = {
            "path": "/audit",
            "case": case,
            "lines": [self._line(event, me) for event in events],
            "looked": tuple(looked),
        }
        return await self.view.page(request, me, "audit_case.html", context)

    async def verify(self, request: Request, me: Reviewer) -> Response:
        """Begin to recompute every chain; the page shows what was found once it is."""
        if not me.roles & READERS:
            return self._not_yours(request)
        self.verifying.begin(me.id)
        return RedirectResponse("/audit#chains", status_code=SEE_OTHER)

    async def export(self, request: Request, me: Reviewer) -> Response:
        """Every event as JSON lines; that it was exported is the last of them."""
        if not me.roles & READERS:
            return self._not_yours(request)
        if not sees_safety(me):
            return message_page(
                self.view.pages,
                request,
                title="An auditor has to do this",
                text="A chain can be checked only whole, and the whole of it speaks of cases that are the safety"
                " desk's alone.",
                status=NO_RIGHT,
                link=("/audit", "To the audit"),
            )
        store = self.view.room.store
        chains = {head.stream: head.seq for head in await store.chain_heads()}
        await store.note("audit.exported", actor=me.id, detail={"chains": chains})
        name = f"audit-{self.view.room.now():%Y-%m-%d-%H%M}.jsonl"
        return StreamingResponse(
            store.audit_lines(),
            media_type="application/x-ndjson",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _line(self, event: AuditEvent, me: Reviewer) -> Line:
        room, desk = self.view.room, event.detail.get("desk")
        account = room.accounts.get(event.stream)
        return Line(
            when=moment(event.at, room.now()),
            words=told(event, room.reviewers),
            chain=account.handle if account else event.stream,
            number=event.seq if sees_safety(me) else None,
            case_id=event.case_id,
            where=desk if isinstance(desk, str) else "",
        )

    def _verified(self, me: Reviewer) -> Mapping[str, object] | None:
        """What verifying found, for this reader: what a fault is about may be withheld from them."""
        last = self.verifying.last
        if last is None:
            return None
        whole = sees_safety(me)
        return {
            "when": moment(last.at, self.view.room.now()),
            "by": name_of(last.by, self.view.room.reviewers),
            "failed": last.failed,
            "number": sum(head.seq for head in last.heads),
            "heads": last.heads,
            "faults": [(fault.stream, fault.seq, fault.what if whole else "") for fault in last.faults],
        }

    def _not_yours(self, request: Request) -> Response:
        return message_page(
            self.view.pages,
            request,
            title="The audit is for auditors and admins",
            text="What has happened to a case stands on the case itself.",
            status=NO_RIGHT,
            link=("/", "To the queue"),
        )

    def _unreadable(self, request: Request) -> Response:
        return message_page(
            self.view.pages,
            request,
            title="That address asks for nothing here",
            text="Something in it cannot be read. A day is written like 2026-11-20.",
            status=UNREADABLE,
            link=("/audit", "To the audit"),
        )


def _older(asked: Mapping[str, str], sought: AuditSought, events: Iterable[AuditEvent]) -> str:
    places = dict(sought.before) | {event.stream: event.seq for event in events}
    before = " ".join(f"{stream}~{number}" for stream, number in sorted(places.items()))
    return f"/audit?{urlencode({**asked, 'before': before})}"


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)
