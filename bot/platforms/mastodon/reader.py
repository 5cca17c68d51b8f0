"""Reading from one server with one account's token. It can only GET; what it raises is a PlatformError."""

from __future__ import annotations

import asyncio
import hashlib
import json
import zlib
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

import httpx
import msgspec
import stamina

from bot.model import Measure, Original
from bot.platforms.mastodon import entities
from bot.platforms.mastodon.entities import Context, NotUnderstoodError, Unread
from bot.platforms.mastodon.faults import WATCH_SCOPES, asked_back, number, rate_limited, reading, refused, troubled
from bot.ports import Fault, PlatformError

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime

    from bot.model import Account

    Query = Sequence[tuple[str, str]]

T = TypeVar("T")

DEADLINE = 30.0
"""Seconds for one question, however slowly the answer drips in."""
TIMEOUT = httpx.Timeout(15.0, connect=5.0, pool=None)
LARGEST = 32 * 1024 * 1024
"""Bytes of one answer that are read: more than a thread of thousands."""
MEASURED = 256 * 1024 * 1024
"""Bytes of what is too large to be kept that are read to their end for a digest."""
MEASURING = 120.0
"""Seconds for that."""
PIECE = 256 * 1024
"""Bytes that are unpacked at once."""
ATTEMPTS = 3
AGENT = "not-in-our-name"
KEPT_HEADERS = frozenset(
    {"date", "server", "content-type", "content-length", "content-language", "etag", "last-modified", "x-request-id"}
)
"""Of an answer, what says when and by what it was made; never a cookie, nor how much we may still ask."""
WORTH_ANOTHER_TRY = frozenset({"timed_out", "unreachable", "server_error"})


class TooMuchError(Exception):
    """An answer goes on and on; the message says beyond what."""


class Reader:
    """One account's questions to its server. Repeats what may work the second time; never follows a redirect."""

    def __init__(
        self,
        account: Account,
        token: str,
        *,
        now: Callable[[], datetime],
        scopes: str = WATCH_SCOPES,
        deadline: float = DEADLINE,
    ) -> None:
        self.account = account
        self.remaining: int | None = None
        """How many more questions the server will answer in this window; `None` when it does not say."""
        self.resets_at: datetime | None = None
        self._now = now
        self._scopes = scopes
        self._deadline = deadline
        self._key = {"Authorization": f"Bearer {token}"}
        self._client = httpx.AsyncClient(
            base_url=account.server,
            headers={"User-Agent": AGENT, "Accept": "application/json", "Accept-Encoding": "gzip"},
            timeout=TIMEOUT,
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4),
            verify=certificates(),
            follow_redirects=False,
        )

    async def one(self, path: str, kind: type[T], query: Query = (), *, public: bool = False) -> T:
        """One entity. What is `public` is asked for without the token, and so needs no scope of it."""
        answer = await self.ask(path, query, public=public)
        return self._read(path, answer, lambda body: entities.one(body, kind))

    async def known(self, path: str, kind: type[T], query: Query = ()) -> T | None:
        """As `one`; `None` where the server has no such thing, or does not show it to us."""
        try:
            return await self.one(path, kind, query)
        except PlatformError as error:
            if error.code == "not_found":
                return None
            raise

    async def many(self, path: str, kind: type[T], query: Query = ()) -> list[T | Unread]:
        """A list of entities in the server's order, with a note in the place of each that cannot be understood."""
        return self._read(path, await self.ask(path, query), lambda body: entities.many(body, kind))

    async def context(self, native_id: str) -> Context:
        """What stands above and below a post."""
        path = f"/api/v1/statuses/{native_id}/context"
        return self._read(path, await self.ask(path), entities.context)

    async def ask(self, path: str, query: Query = (), *, public: bool = False) -> Original:
        """The answer as it came, whatever it holds; of one that is too large its measure. Bounded tries and time."""
        async for attempt in stamina.retry_context(
            on=_worth_another_try,
            attempts=ATTEMPTS,
            timeout=self._deadline,
            wait_initial=0.2,
            wait_max=2.0,
            wait_jitter=0.3,
        ):
            with attempt:
                return await self._ask(path, query, {} if public else self._key)
        raise AssertionError(path)  # pragma: no cover - the last attempt returns or raises

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    async def _ask(self, path: str, query: Query, key: dict[str, str]) -> Original:
        doing = reading(path)
        try:
            async with asyncio.timeout(self._deadline) as until:
                asked = self._client.build_request("GET", path, params=httpx.QueryParams(list(query)), headers=key)
                answer = await self._client.send(asked, stream=True)
                try:
                    original = await original_of(answer, LARGEST, self._now, until)
                finally:
                    await answer.aclose()
        except TooMuchError as error:
            raise self._error("malformed", doing, f"sent an answer that is {error}.") from None
        except (TimeoutError, httpx.TimeoutException):
            raise self._error("timed_out", doing, "did not answer in time. It will be asked again.") from None
        except httpx.DecodingError:
            raise self._error("not_json", doing, "sent an answer that cannot be unpacked.") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            why = f"cannot be reached ({type(error).__name__}: {error}). It will be asked again."
            raise self._error("unreachable", doing, why) from None
        self._note_limit(answer)
        if answer.is_success:
            return original
        raise self._fault(answer, original.body, doing)

    def _note_limit(self, answer: httpx.Response) -> None:
        self.remaining = number(answer.headers.get("x-ratelimit-remaining", ""))
        self.resets_at = asked_back(answer.headers, self._now())

    def _fault(self, answer: httpx.Response, body: bytes, doing: str) -> PlatformError:
        code = answer.status_code
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            return rate_limited(self.account, self.resets_at, doing=doing)
        if code >= HTTPStatus.INTERNAL_SERVER_ERROR or code < HTTPStatus.OK:
            return troubled(self.account, code, Fault.TRANSIENT, doing=doing)
        return refused(self.account, code, _said(body), doing=doing, scopes=self._scopes)

    def _read(self, path: str, answer: Original, decode: Callable[[bytes], T]) -> T:
        doing = f"Reading {path}"
        if answer.too_large:
            why = f"sent more than {LARGEST // 1024 // 1024} MiB, which is not read."
            raise self._error("malformed", doing, why)
        try:
            read = decode(answer.body)
        except NotUnderstoodError as error:
            raise self._error("malformed", doing, f"sent something that is not understood: {error}.") from None
        except json.JSONDecodeError:
            why = (
                "sent something that is not JSON: is `server` the address of a Mastodon server, or is it under repair?"
            )
            raise self._error("not_json", doing, why) from None
        entities.keep(answer.body, read, answer)
        return read

    def _error(self, code: str, doing: str, why: str) -> PlatformError:
        return PlatformError(
            Fault.TRANSIENT, f"{doing} for {self.account.handle}: {self.account.server} {why}", code=code
        )


async def original_of(
    answer: httpx.Response, largest: int, now: Callable[[], datetime], until: asyncio.Timeout, *, url: str = ""
) -> Original:
    """An answer as it came, with those of its headers that say something about it; `url`: where it was asked for.

    Of what is larger than `largest` bytes only the digest and the size are had, for which `until` is put off.
    Raises TooMuchError, and httpx's errors.
    """
    body, size, digest = bytearray(), 0, hashlib.sha256()
    async for part in _unpacked(answer):
        digest.update(part)
        size += len(part)
        if size <= largest:
            body += part
        elif body:
            body.clear()
            until.reschedule(asyncio.get_running_loop().time() + MEASURING)
        if size > MEASURED:
            raise TooMuchError(f"larger than {MEASURED // 1024 // 1024} MiB")
    headers = ((name.lower(), value) for name, value in answer.headers.multi_items())
    return Original(
        body=bytes(body),
        url=url or str(answer.url),
        received_at=now(),
        media_type=answer.headers.get("content-type", "").partition(";")[0].strip().lower(),
        headers=tuple((name, value) for name, value in headers if name in KEPT_HEADERS),
        too_large=Measure(sha256=digest.hexdigest(), size=size) if size > largest else None,
    )


async def _unpacked(answer: httpx.Response) -> AsyncIterator[bytes]:
    """The body in small pieces, unpacked where it was packed once: some servers do that whatever they were asked for.

    httpx would unpack each part whole, through as many layers as the server names: of 658 bytes it makes 300 MB.
    Raises httpx.DecodingError.
    """
    packing = answer.headers.get("content-encoding", "").strip().lower()
    if packing in {"", "identity"}:
        async for part in answer.aiter_raw():
            yield part
        return
    if packing not in {"gzip", "x-gzip"}:
        raise httpx.DecodingError("packed in another way than once with gzip")
    unpacking, begun = zlib.decompressobj(zlib.MAX_WBITS | 16), False
    async for part in answer.aiter_raw():
        begun, rest = True, part
        try:
            while piece := unpacking.decompress(rest, PIECE):
                yield piece
                rest = unpacking.unconsumed_tail
        except zlib.error as error:
            raise httpx.DecodingError(str(error)) from None
        if unpacking.unused_data:
            raise httpx.DecodingError("something follows what was packed")
    if begun and not unpacking.eof:
        raise httpx.DecodingError("cut off")


def _worth_another_try(error: Exception) -> bool:
    return isinstance(error, PlatformError) and error.code in WORTH_ANOTHER_TRY


def _said(body: bytes) -> str | None:
    """The reason that a server gives beside a refusal."""
    try:
        said = msgspec.json.decode(body, type=dict[str, object])
    except msgspec.DecodeError:
        return None
    words = said.get("error_description") or said.get("error")
    return words if isinstance(words, str) else None


@cache
def certificates() -> ssl.SSLContext:
    """Whom we believe to be who they say.

    Read once: it takes longer than all else that a client needs, and each account has clients.
    """
    return httpx.create_ssl_context()
