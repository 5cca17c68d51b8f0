"""What may be used once and only for a while: the challenges and states of a sign-in that is under way.

They stand in the browser's own signed cookie, so that nobody can fill our memory by asking for many; here only those
that came back are remembered, until they would be too old anyway.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

SECONDS = 5 * 60


class Once:
    """One kind of such tokens. `name` is its place in the cookie; `clock` counts seconds."""

    def __init__(self, name: str, clock: Callable[[], float]) -> None:
        self._name = name
        self._clock = clock
        self._used: dict[str, float] = {}

    def make(self, request: Request, **beside: str) -> str:
        """A fresh token for this browser, in place of its last one; `beside` is kept with it."""
        token = secrets.token_urlsafe(32)
        request.session[self._name] = {"token": token, "at": self._clock(), **beside}
        return token

    def take(self, request: Request) -> dict[str, str] | None:
        """What was made for this browser, used up by it; `None` when there is nothing, or it is old or used."""
        kept = request.session.pop(self._name, None)
        now = self._clock()
        self._used = {token: at for token, at in self._used.items() if now - at <= SECONDS}
        if kept is None or now - kept["at"] > SECONDS or kept["token"] in self._used:
            return None
        self._used[kept["token"]] = now
        return {key: value for key, value in kept.items() if key != "at"}
