"""Writing for one account through Mastodon.py: one call at a time, each outcome told apart."""

from __future__ import annotations

import asyncio
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

import requests
from mastodon import Mastodon
from mastodon.errors import (
    MastodonAPIError,
    MastodonNetworkError,
    MastodonNotFoundError,
    MastodonRatelimitError,
)
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from bot.platforms.mastodon.faults import rate_limited, refused, troubled
from bot.platforms.mastodon.reader import AGENT
from bot.ports import Fault, PlatformError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.model import Account

T = TypeVar("T")

TIMEOUT = (5.0, 20.0)
"""Seconds to connect, and to wait for an answer. Mastodon.py's own default is five minutes."""
NEVER_LEFT = (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError)
"""No connection was made, so no request was sent."""


class Writer:
    """One account's calls that change something. Nothing here repeats by itself; what it raises is a PlatformError."""

    def __init__(
        self,
        account: Account,
        token: str,
        *,
        now: Callable[[], datetime],
        scopes: str,
        thread: str,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        """`scopes` are those that the calls need, in words for staff; `thread` begins the name of its thread."""
        self.account = account
        self._now = now
        self._scopes = scopes
        self._timeout = timeout
        self._client = Mastodon(
            access_token=token,
            api_base_url=account.server,
            ratelimit_method="throw",
            request_timeout=timeout,  # type: ignore[arg-type]  # handed on to requests, which takes the pair
            version_check_mode="none",
            user_agent=AGENT,
            session=_session(),
        )
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"{thread}-{account.id}")

    async def write(self, doing: str, call: Callable[[Mastodon], T]) -> T:
        """Call Mastodon.py in a thread of its own, one call at a time: the client is not safe to share.

        An answer that drips in for ever is not waited for. A call that has not begun by then never will.
        """
        calling = self._thread.submit(self._told_apart, doing, call)
        try:
            async with asyncio.timeout(2 * sum(self._timeout)):
                return await asyncio.wrap_future(calling)
        except TimeoutError:
            if calling.cancelled():
                why = f"an earlier call to {self.account.server} is still under way. Nothing was sent."
                message = f"{doing} for {self.account.handle}: {why}"
                raise PlatformError(Fault.TRANSIENT, message, code="timed_out") from None
            raise self.unknown(doing, "timed_out", "did not answer in time") from None

    def unknown(self, doing: str, code: str, why: str) -> PlatformError:
        """The error for what may or may not have been done."""
        whose = f"{doing} for {self.account.handle}: {self.account.server} {why}."
        return PlatformError(Fault.UNKNOWN, f"{whose} It is not known whether it acted.", code=code)

    def permanent(self, doing: str, why: str, *, code: str = "refused") -> PlatformError:
        """The error for what was not done, and will not be."""
        return PlatformError(Fault.PERMANENT, f"{doing} for {self.account.handle}: {why}", code=code)

    async def close(self) -> None:
        """Let go of connections, once a call that is under way has been answered."""
        await asyncio.to_thread(self._thread.shutdown)
        self._client.session.close()

    def _told_apart(self, doing: str, call: Callable[[Mastodon], T]) -> T:
        try:
            return call(self._client)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must be said whether the request may have acted
            raise self._fault(doing, error) from None

    def _fault(self, doing: str, error: Exception) -> PlatformError:
        if isinstance(error, MastodonRatelimitError):
            return rate_limited(self.account, self._retry_at(), doing=doing)
        if isinstance(error, MastodonNetworkError):
            return self._network_fault(doing, error)
        if isinstance(error, MastodonAPIError):
            return self._api_fault(doing, error)
        if isinstance(error, ValueError) and not isinstance(error, requests.RequestException):
            return self.permanent(doing, f"it was not sent, for it cannot be sent as it is ({type(error).__name__}).")
        return self.unknown(doing, "malformed", f"gave an answer that is not understood ({type(error).__name__})")

    def _network_fault(self, doing: str, error: MastodonNetworkError) -> PlatformError:
        causes = tuple(_causes(error))
        if any(isinstance(cause, NEVER_LEFT) for cause in causes):
            where = f"{doing} for {self.account.handle}: {self.account.server} cannot be reached."
            return PlatformError(
                Fault.TRANSIENT, f"{where} Nothing was sent; it will be tried again.", code="unreachable"
            )
        if any(isinstance(cause, requests.TooManyRedirects) for cause in causes):
            return refused(self.account, HTTPStatus.FOUND, None, doing=doing, scopes=self._scopes)
        if any(isinstance(cause, requests.exceptions.InvalidHeader | UnicodeError) for cause in causes):
            return self.permanent(doing, "it was not sent, for the request cannot carry it as it is.")
        if any(isinstance(cause, requests.Timeout) for cause in causes):
            return self.unknown(doing, "timed_out", "did not answer in time")
        return self.unknown(doing, "unreachable", "broke off without an answer")

    def _api_fault(self, doing: str, error: MastodonAPIError) -> PlatformError:
        code = next((part for part in error.args[1:2] if isinstance(part, int)), None)
        said = next((part for part in error.args[3:4] if isinstance(part, str)), None)
        if code is None:
            return self.unknown(doing, "not_json", "sent something that is not JSON")
        if isinstance(error, MastodonNotFoundError):
            return refused(self.account, HTTPStatus.NOT_FOUND, said, doing=doing, scopes=self._scopes)
        if code >= HTTPStatus.INTERNAL_SERVER_ERROR or code == HTTPStatus.REQUEST_TIMEOUT:
            return troubled(self.account, code, Fault.UNKNOWN, doing=doing)
        return refused(self.account, code, said, doing=doing, scopes=self._scopes)

    def _retry_at(self) -> datetime | None:
        """By our own clock; Mastodon.py has already set off the server's clock against this machine's."""
        reset: float | None = getattr(self._client, "ratelimit_reset", None)
        return None if reset is None else self._now() + timedelta(seconds=max(1.0, reset - time.time()))


def _session() -> requests.Session:
    """A new connection for each request, and no redirects.

    On a kept connection that the server has closed meanwhile, a request breaks off and nobody knows whether it arrived;
    a refused new one is proof that it did not. A redirected POST would arrive as a GET.
    """
    session = requests.Session()
    session.headers["Connection"] = "close"
    session.max_redirects = 0
    return session


def _causes(error: BaseException) -> list[BaseException]:
    """The error and everything inside it: what it was raised from, its `reason`, and errors among its arguments."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        item = waiting.pop()
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            waiting += [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]
    return found
