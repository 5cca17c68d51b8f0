"""Gets pages and files as any passer-by would: without our token, from our own server, or from where that keeps files.

A stranger's server is never asked: it would learn that somebody here looks, and when.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx

from bot.platforms.mastodon.reader import AGENT, TIMEOUT, TooMuchError, certificates, original_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from bot.model import Original

LARGEST = 16 * 1024 * 1024
"""Bytes of one page or file that are kept."""
DEADLINE = 30.0
"""Seconds for one of them, however slowly it drips in."""
HOPS = 3
"""How often we let ourselves be sent on."""
_VEILED = tuple(
    map(ipaddress.ip_network, ("::/8", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10"))
)
"""In these an address of the older kind stands within a newer one, private ones too; and the old private range."""
_PORTS = {"https": 443, "http": 80}


class NotHadError(Exception):
    """It could not be had; the message says why, without naming anybody. `again`: a later attempt may succeed."""

    def __init__(self, why: str, *, again: bool = False) -> None:
        super().__init__(why)
        self.again = again


class PasserBy:
    """Asks without a token and follows no more than a few redirects, each looked at like the first address."""

    def __init__(self, server: str, *, now: Callable[[], datetime], deadline: float = DEADLINE) -> None:
        """`server` is the address of our own, the only one that may lie in a private network."""
        self._own = _origin(httpx.URL(server))
        self._now = now
        self._deadline = deadline
        self._client = httpx.AsyncClient(
            # As it lies there: what was packed on the way could not be compared with what others have.
            headers={"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity"},
            timeout=TIMEOUT,
            limits=httpx.Limits(max_connections=4, max_keepalive_connections=2),
            verify=certificates(),
            follow_redirects=False,
        )

    async def get(self, address: str, *, strangers: Collection[str] = ()) -> Original:
        """What lies at an address. `strangers` are hosts whose owners are not to notice. Raises NotHadError."""
        try:
            async with asyncio.timeout(self._deadline) as until:
                return await self._get(address, {host.lower() for host in strangers}, until)
        except TooMuchError as error:
            raise NotHadError(f"It is {error}.") from None
        except (TimeoutError, httpx.TimeoutException):
            raise NotHadError("The server did not answer in time.", again=True) from None
        except httpx.DecodingError:
            raise NotHadError("It came packed in a way that is not unpacked here.") from None
        except (httpx.InvalidURL, ValueError):  # a name that is no name says so as it is looked up
            raise NotHadError("Its address cannot be read.") from None
        except (httpx.HTTPError, OSError):
            raise NotHadError("The server could not be reached.", again=True) from None

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    async def _get(self, address: str, strangers: Collection[str], until: asyncio.Timeout) -> Original:
        url = httpx.URL(address)
        for _ in range(1 + HOPS):
            request = await self._request(url, strangers)
            answer = await self._client.send(request, stream=True)
            try:
                if answer.is_redirect:
                    url = url.join(answer.headers.get("location", ""))
                    continue
                _refuse(answer)
                return await original_of(answer, LARGEST, self._now, until, url=str(url))
            finally:
                await answer.aclose()
        raise NotHadError("The server sent us on and on.")

    async def _request(self, url: httpx.URL, strangers: Collection[str]) -> httpx.Request:
        """A request to the address that was looked at, and to no other that the name may mean a moment later."""
        if _origin(url) == self._own:
            return self._client.build_request("GET", url)
        if url.host.lower() in strangers:
            raise NotHadError("It lies on the author's own server, which would learn that somebody here looks.")
        if url.scheme != "https":
            raise NotHadError("Its address is not one that begins with https.")
        address = await _public_address(url.host, url.port or _PORTS["https"])
        host = f"[{address}]" if ":" in address else address
        return self._client.build_request(
            "GET",
            url.copy_with(host=host),
            headers={"Host": url.netloc.decode()},
            extensions={"sni_hostname": url.host},
        )


def _refuse(answer: httpx.Response) -> None:
    """Raises NotHadError for an answer that brings nothing."""
    code = answer.status_code
    if not answer.is_success:
        busy = code >= HTTPStatus.INTERNAL_SERVER_ERROR or code == HTTPStatus.TOO_MANY_REQUESTS
        raise NotHadError(f"The server answered {code}.", again=busy)


async def _public_address(host: str, port: int) -> str:
    """An address that the name means, if all that it means lie in the public network. Raises NotHadError, OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(place[0]) for *_, place in found]
    if not addresses or not all(map(_public, addresses)):
        raise NotHadError("Its address leads into a private network.")
    return addresses[0]


def _public(address: str) -> bool:
    """Whether it can only mean a machine in the public network, also to a Python that knows fewer ranges than ours."""
    place = ipaddress.ip_address(address)
    return place.is_global and not place.is_multicast and not any(place in network for network in _VEILED)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host.lower(), url.port or _PORTS.get(url.scheme)
