"""Who fails too often waits; nobody waits for somebody else's failures until there are very many."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from bot.web.attempts import MOST_OF_ALL, MOST_OF_ONE, Attempts, address_of
from bot.web.pace import WINDOW_SECONDS


def request(host: str = "127.0.0.1", forwarded: str = "", added: str = "") -> Request:
    headers = [(b"x-forwarded-for", line.encode()) for line in (forwarded, added) if line]
    return Request({"type": "http", "client": (host, 1), "headers": headers})


@pytest.fixture
def seconds() -> list[float]:
    return [0.0]


def test_ten_failures_make_an_address_wait_until_the_first_is_ten_minutes_old(seconds: list[float]) -> None:
    attempts, here, there = Attempts(lambda: seconds[0]), request(forwarded="192.0.2.1"), request(forwarded="192.0.2.2")
    for number in range(MOST_OF_ONE):
        assert attempts.wait(here) == 0
        seconds[0] = number
        attempts.failed(here)
    assert attempts.wait(here) == 10
    assert attempts.wait(there) == 0
    seconds[0] = WINDOW_SECONDS - 60
    assert attempts.wait(here) == 1
    seconds[0] = WINDOW_SECONDS
    assert attempts.wait(here) == 0


def test_very_many_failures_from_everywhere_make_everybody_wait(seconds: list[float]) -> None:
    attempts = Attempts(lambda: seconds[0])
    for number in range(MOST_OF_ALL):
        attempts.failed(request(forwarded=f"2001:db8:0:{number}::1"))
    assert attempts.wait(request(forwarded="192.0.2.9")) > 0
    seconds[0] = WINDOW_SECONDS
    attempts.failed(request(forwarded="192.0.2.9"))
    assert attempts.wait(request(forwarded="192.0.2.9")) == 0


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        (request(), "127.0.0.1"),
        (request(forwarded="203.0.113.5, 192.0.2.1"), "192.0.2.1"),
        (request(forwarded="203.0.113.5", added="192.0.2.1"), "192.0.2.1"),
        (request(forwarded="203.0.113.5", added="198.51.100.9, 192.0.2.1"), "192.0.2.1"),
        (request("192.0.2.7", forwarded="203.0.113.5"), "192.0.2.7"),
    ],
)
def test_only_a_proxy_on_this_machine_is_believed_and_only_its_own_word(asked: Request, address: str) -> None:
    assert address_of(asked) == address
