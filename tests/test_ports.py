from __future__ import annotations

import inspect
from dataclasses import fields

import pytest

from bot.ports import Desk, Fault, Page, PlatformError, Presence, Publisher, Sighting, Watcher
from tests.fakes.network import EVENING


def test_platform_error_says_what_it_knows_of_the_world() -> None:
    error = PlatformError(Fault.TRANSIENT, "The server is busy.", code="rate_limited", retry_at=EVENING)
    assert str(error) == "The server is busy."
    assert (error.fault, error.code, error.retry_at) == (Fault.TRANSIENT, "rate_limited", EVENING)
    assert PlatformError(Fault.UNKNOWN, "Lost.", code="timed_out").retry_at is None


def test_what_an_error_means_is_one_of_three_and_one_of_them_is_not_knowing() -> None:
    assert set(Fault) == {"permanent", "transient", "unknown"}


def test_page_leaves_nothing_to_do_unless_it_says_so() -> None:
    page = Page(mentions=(), cursor=None)
    assert (page.more, page.gone, page.malformed) == (False, (), ())


def test_sighting_of_what_is_not_there_holds_no_mention() -> None:
    sighting = Sighting(uri="https://x.example/1", presence=Presence.GONE)
    assert sighting.mention is None
    assert not sighting.answered


@pytest.mark.parametrize("port", [Watcher, Desk])
def test_what_reads_or_shows_has_no_way_to_post(port: type) -> None:
    names = {name for name, _ in inspect.getmembers(port, inspect.isfunction) if not name.startswith("_")}
    assert not names & {"publish", "retract", "post", "send"}


def test_publisher_takes_an_approved_reply_and_nothing_else() -> None:
    [_, reply] = inspect.signature(Publisher.publish).parameters.values()
    assert reply.annotation == "ApprovedReply"
    assert len(fields(Page)) == 5
