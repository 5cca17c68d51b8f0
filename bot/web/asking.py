"""Asks a bot that may be running, at its health page, how it is."""

from __future__ import annotations

import httpx

from bot.web.listener import LOOPBACK

PATIENCE = 8.0
"""Seconds; the page itself gives the database less."""
NOT_RUNNING, SAFE_MODE, UNKNOWN = "not running", "safe mode", "unknown"


def how_it_is(port: int) -> tuple[str, tuple[str, ...]]:
    """Its status (`ok`, `ill`, `safe mode`, `not running` or `unknown`) and the reasons; `unknown` for a port of 0."""
    if not port:
        return UNKNOWN, ("server.health_port is 0, so nobody knows where to ask",)
    address = f"http://{LOOPBACK}:{port}/readyz"
    try:
        found = httpx.get(address, timeout=PATIENCE, trust_env=False).json()
        return str(found["status"]), tuple(str(reason) for reason in found.get("reasons", ()))
    except httpx.ConnectError:
        return NOT_RUNNING, ()
    except (httpx.HTTPError, ValueError, KeyError, AttributeError, TypeError) as error:
        return UNKNOWN, (f"{address} gave no answer that could be understood ({type(error).__name__})",)
