"""The cases behind a number: a list that the address alone decides, page by page, each filter with a way to drop it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.review.console.view import ruling_words, sees_safety
from bot.review.words import day_words, policy_words
from bot.store import Sought
from bot.web.frame import message_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Case, Reviewer
    from bot.review.console.view import Route, View

PAGE = 50
UNREADABLE = 422
Name = Annotated[str, Field(max_length=300)]


class Address(BaseModel):
    """What stands behind the question mark; a name that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: Annotated[date | None, Field(alias="from")] = None
    last: Annotated[date | None, Field(alias="to")] = None
    """In UTC; the last day counts."""
    answered: bool = False
    """The days are those of the reply."""
    policy: Name | None = None
    state: Name | None = None
    """An outcome, or a state."""
    ruling: Name | None = None
    """A reason, or the kind of a decision; the days are those of the decision."""
    account: Name | None = None
    characteristic: Name | None = None
    person: Name | None = None
    """A protected person's handle."""
    rule: Name | None = None
    response: Name | None = None
    edited: bool = False
    before: Annotated[str | None, Field(pattern=r"^[^~]+~[\w-]+$", max_length=100)] = None
    """The last case of the page before: when it opened, and its id."""

    def sought(self, *, safety: bool) -> Sought:
        """The question to the store. Raises ValueError when the page before does not read."""
        at, _, case_id = (self.before or "").partition("~")
        return Sought(
            safety=safety,
            since=_midnight(self.first),
            until=_midnight(self.last and self.last + timedelta(days=1)),
            answered=self.answered,
            policy=self.policy,
            standing=self.state,
            ruling=self.ruling,
            account=self.account,
            characteristic=self.characteristic,
            protected=self.person,
            rule=self.rule,
            response=self.response,
            edited=self.edited,
            before=(_moment(at), case_id) if self.before else None,
        )


@dataclass(frozen=True, kw_only=True)
class Past:
    """Every case that was ever opened, as far as it exists for the reader."""

    view: View

    def routes(self) -> list[Route]:
        """Where it is."""
        return [("GET", "/cases", self.cases)]

    async def cases(self, request: Request, me: Reviewer) -> Response:
        """The cases that the address asks for, the latest first."""
        asked = dict(request.query_params)
        try:
            address = Address.model_validate(asked)
            sought = address.sought(safety=sees_safety(me))
        except (ValidationError, ValueError, OverflowError) as error:
            return self._unreadable(request, error)
        found, number = await self.view.room.store.seek(sought, limit=PAGE)
        context = {
            "rows": await self.view.rows(found, me),
            "number": number,
            "filters": [(words, _without(asked, *names)) for words, *names in self._filters(address)],
            "older": _older(asked, found) if len(found) == PAGE else "",
            "here": f"/cases?{urlencode(asked)}" if asked else "/cases",
        }
        return await self.view.page(request, me, "cases.html", context)

    def _unreadable(self, request: Request, error: Exception) -> Response:
        words = "The page before"
        if isinstance(error, ValidationError):
            first = error.errors()[0]
            words = ".".join(str(part) for part in first["loc"])
        return message_page(
            self.view.pages,
            request,
            title="That address asks for nothing here",
            text=f"{words}: it cannot be read. A day is written like 2026-11-20; go back to the figures and follow a"
            " number from there.",
            status=UNREADABLE,
            link=("/figures", "To the figures"),
        )

    def _filters(self, address: Address) -> Iterator[tuple[str, ...]]:
        """Each filter in words, and the names in the address that make it."""
        if address.first or address.last:
            yield _days(address), "from", "to"
        account = self.view.room.accounts.get(address.account or "")
        words = {
            "answered": "Answered" if address.answered else None,
            "policy": _named("Policy: ", address.policy, policy_words),
            "state": _named("Stands: ", address.state, policy_words),
            "ruling": _named("Ruled: ", address.ruling, ruling_words),
            "account": _named("Written to ", account.handle if account else address.account),
            "characteristic": _named("Uses: ", address.characteristic, policy_words),
            "person": _named("Aimed at ", address.person),
            "rule": _named("Rule: ", address.rule),
            "response": _named("Response: ", address.response),
            "edited": "In a reviewer's own words" if address.edited else None,
        }
        yield from ((told, name) for name, told in words.items() if told is not None)


def _named(before: str, value: str | None, words: Callable[[str], str] = str) -> str | None:
    return None if value is None else f"{before}{words(value)}"


def _days(address: Address) -> str:
    did = "Answered" if address.answered else "Decided" if address.ruling else "Opened"
    first, last = (day_words(day.isoformat()) if day else "" for day in (address.first, address.last))
    if first == last:
        return f"{did} on {first}"
    return " ".join([did, *([f"from {first}"] if first else []), *([f"to {last}"] if last else [])])


def _without(asked: Mapping[str, str], *names: str) -> str:
    rest = {name: value for name, value in asked.items() if name not in {*names, "before"}}
    return f"/cases?{urlencode(rest)}" if rest else "/cases"


def _older(asked: Mapping[str, str], found: list[Case]) -> str:
    last = found[-1]
    return f"/cases?{urlencode({**asked, 'before': f'{last.opened_at.isoformat()}~{last.id}'})}"


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


def _moment(text: str) -> datetime:
    """Raises ValueError, for a time without a zone too."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC)
