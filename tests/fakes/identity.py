"""A real OpenID Connect provider on loopback, in a process of its own, and a person who signs in there."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 30.0


@dataclass(frozen=True)
class Identity:
    """The provider; `issuer` is its address."""

    issuer: str

    async def press(self, address: str, who: str, *, deny: bool = False) -> str:
        """Sign in there as somebody; where the browser is then led to."""
        async with httpx.AsyncClient() as browser:
            said = {"action": "deny"} if deny else {"sub": who}
            answer = await browser.post(address, data=said)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]


@contextmanager
def running_identity(*people: dict[str, object]) -> Iterator[Identity]:
    """The provider with these people, each with a `sub` and what else is said of them; it is gone afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
    ]
    for person in people:
        command += ["--user-claims", json.dumps(person)]
    environment = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as provider:  # noqa: S603  our own command
        try:
            _await(f"http://127.0.0.1:{port}/.well-known/openid-configuration")
            yield Identity(f"http://127.0.0.1:{port}")
        finally:
            provider.kill()


def _await(address: str) -> None:
    """Until it answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            httpx.get(address).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(address)
