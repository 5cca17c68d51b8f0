"""What a server's answer means for us: each kind of trouble told apart, with words for staff and no secret in them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from bot.ports import Fault, PlatformError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.model import Account

WATCH_SCOPES = "read:notifications read:statuses"
POST_SCOPES = "write:statuses read:statuses read:accounts read:follows read:search"
REPORT_SCOPES = "write:reports read:statuses read:search"
SAID_AT_MOST = 200
"""Of a server's own words, as many characters as are quoted to staff."""
LONGEST_PAUSE = timedelta(hours=1)
_NUMBER = re.compile(r"[0-9]{1,10}")
"""As long as a header may say one: seconds since 1970, until the year 2286."""
_READING = (
    (re.compile(r"/notifications"), "Reading mentions"),
    (re.compile(r"/context$"), "Reading a thread"),
    (re.compile(r"/accounts/[^/]+/statuses$"), "Reading an account's posts"),
    (re.compile(r"/statuses"), "Looking at a post"),
    (re.compile(r"/search$"), "Looking for a post"),
    (re.compile(r"/relationships$"), "Asking who has blocked us"),
    (re.compile(r"/verify_credentials$"), "Asking whose the token is"),
    (re.compile(r"/instance$"), "Asking what the server allows"),
)
"""What is read, by the path of the question, as staff would say it."""


def reading(path: str) -> str:
    """What a question of ours is for, in words for staff; a path would say nothing to them."""
    return next((words for form, words in _READING if form.search(path)), "Asking")


def refused(account: Account, code: int, said: str | None, *, doing: str, scopes: str) -> PlatformError:
    """The error for an answer of 3xx or 4xx other than *too many requests*; `said` is the server's reason."""
    whose = f"{doing} for {account.handle}"
    quoted = f" It said: {_short(said)}" if said else ""
    if code == HTTPStatus.UNAUTHORIZED:
        return PlatformError(
            Fault.PERMANENT,
            f"{whose}: {account.server} no longer accepts the token. Make a new one there (Preferences, Development), "
            "put it into the environment variable that `token_env` names, and start again.",
            code="token_revoked",
        )
    if code == HTTPStatus.FORBIDDEN and "scope" in (said or "").lower():
        return PlatformError(
            Fault.PERMANENT,
            f"{whose}: the token lacks a scope. It needs: {scopes}. Change the application on {account.server} "
            "(Preferences, Development), renew its token, and start again.",
            code="scope_missing",
        )
    if code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return PlatformError(Fault.PERMANENT, f"{whose}: {account.server} has no such thing.", code="not_found")
    if HTTPStatus.MULTIPLE_CHOICES <= code < HTTPStatus.BAD_REQUEST:
        return PlatformError(
            Fault.PERMANENT,
            f"{whose}: {account.server} sends us on to another address, and a token is not carried there. "
            "Put the server's own address into `server` in the configuration.",
            code="refused",
        )
    return PlatformError(Fault.PERMANENT, f"{whose}: {account.server} refused ({code}).{quoted}", code="refused")


def rate_limited(account: Account, retry_at: datetime | None, *, doing: str) -> PlatformError:
    """The error for *too many requests*: nothing was done."""
    when = f" It may be asked again at {retry_at:%H:%M:%S} UTC." if retry_at else ""
    return PlatformError(
        Fault.TRANSIENT,
        f"{doing} for {account.handle}: {account.server} was asked too often.{when}",
        code="rate_limited",
        retry_at=retry_at,
    )


def troubled(account: Account, code: int, fault: Fault, *, doing: str) -> PlatformError:
    """The error for an answer of 5xx, or another that makes no sense."""
    outcome = "It is not known whether it acted." if fault is Fault.UNKNOWN else "It will be asked again."
    return PlatformError(
        fault, f"{doing} for {account.handle}: {account.server} is in trouble ({code}). {outcome}", code="server_error"
    )


def asked_back(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When a server wants to be asked again, by our own clock; `None` when it does not say in a way that we can read.

    Mastodon gives a moment, older servers seconds since 1970, proxies a number of seconds. Moments are measured against
    the server's own `Date`, so that a clock that is wrong on either side does not matter.
    """
    if after := headers.get("retry-after", ""):
        seconds = number(after)
        pause = _until(after, headers, now) if seconds is None else timedelta(seconds=seconds)
    else:
        pause = _until(headers.get("x-ratelimit-reset", ""), headers, now)
    return None if pause is None else now + min(max(pause, timedelta(seconds=1)), LONGEST_PAUSE)


def number(spelt: str) -> int | None:
    """The number that a header gives in plain digits; `None` for anything else, and for more digits than make sense."""
    return int(spelt) if _NUMBER.fullmatch(spelt) else None


def _until(moment: str, headers: Mapping[str, str], now: datetime) -> timedelta | None:
    end = _moment(moment)
    return None if end is None else end - (_moment(headers.get("date", "")) or now)


def _moment(spelt: str) -> datetime | None:
    seconds = number(spelt)
    if seconds is not None:
        return datetime.fromtimestamp(seconds, UTC)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(spelt)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _short(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= SAID_AT_MOST else f"{line[:SAID_AT_MOST]}…"
