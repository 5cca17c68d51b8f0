from __future__ import annotations

import gzip
import tracemalloc
from typing import TYPE_CHECKING

import msgspec
import pytest

from bot.model import Measure
from bot.platforms.mastodon import reader as reader_module
from bot.platforms.mastodon.entities import Profile, Status
from bot.platforms.mastodon.reader import Reader
from bot.ports import Fault, PlatformError
from tests.platforms.mastodon.conftest import PARTY, clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.platforms.mastodon.conftest import Network, Scripted

OWN = "/api/v1/accounts/verify_credentials"


@pytest.fixture
async def reader(network: Network) -> AsyncIterator[Reader]:
    reader = Reader(network.account(PARTY), network.world.grant(PARTY, "read"), now=clock, deadline=0.3)
    yield reader
    await reader.close()


async def trouble(reader: Reader) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        await reader.one(OWN, Profile)
    return caught.value


async def test_a_passing_error_is_got_over(network: Network, reader: Reader) -> None:
    network.host(PARTY).faults.add("status", status=502, times=2)
    assert (await reader.one(OWN, Profile)).acct == "party"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("status", 500, "server_error"),
        ("status", 503, "server_error"),
        ("status", 520, "server_error"),
        ("html", 200, "not_json"),
        ("malformed", 200, "malformed"),
        ("cut", 200, "unreachable"),
        ("hang", 200, "timed_out"),
    ],
)
async def test_each_trouble_is_told_apart(network: Network, reader: Reader, fault: str, status: int, code: str) -> None:
    network.host(PARTY).faults.add(fault, status=status, times=None)
    error = await trouble(reader)
    assert (error.code, error.fault) == (code, Fault.TRANSIENT)
    assert PARTY in str(error)


async def test_too_many_requests_are_not_repeated_and_say_when(network: Network, reader: Reader) -> None:
    fault = network.host(PARTY).faults.add("status", status=429, reset_after=60, times=None)
    before = clock()
    error = await trouble(reader)
    assert (error.code, fault.met) == ("rate_limited", 1)
    assert error.retry_at is not None
    assert 50 < (error.retry_at - before).total_seconds() < 70


async def test_a_server_that_is_down_is_unreachable(network: Network, reader: Reader) -> None:
    door = network.host(PARTY).door
    assert door is not None
    door.refuse()
    assert (await trouble(reader)).code == "unreachable"


async def test_a_revoked_token_and_a_missing_scope_are_told_apart(network: Network) -> None:
    token = network.world.grant(PARTY, "read:statuses")
    reader = Reader(network.account(PARTY), token, now=clock)
    assert (await trouble(reader)).code == "scope_missing"
    network.world.revoke(token)
    error = await trouble(reader)
    assert (error.code, error.fault) == ("token_revoked", Fault.PERMANENT)
    await reader.close()


async def test_no_error_tells_the_token(network: Network) -> None:
    token = network.world.grant(PARTY, "read:statuses")
    reader = Reader(network.account(PARTY), token, now=clock)
    for fault in ("html", "cut"):
        network.host(PARTY).faults.add(fault, times=3)
        error = await trouble(reader)
        assert token not in f"{error!s}{error!r}{error.__context__!r}"
    assert token not in repr(reader)
    await reader.close()


async def test_a_redirect_is_not_followed_and_the_token_not_carried_on(scripted: Scripted) -> None:
    scripted.say(OWN, {}, status=301, headers={"Location": f"{scripted.address}/elsewhere"})
    reader = Reader(scripted.account(), "a-token", now=clock)
    error = await trouble(reader)
    assert error.fault is Fault.PERMANENT
    assert "`server`" in str(error)
    assert [path for path, _ in scripted.asked] == [OWN]
    await reader.close()


async def test_what_is_public_is_asked_for_without_the_token(scripted: Scripted) -> None:
    scripted.say("/public", {"id": "1", "acct": "sam"})
    reader = Reader(scripted.account(), "a-token", now=clock)
    await reader.one("/public", Profile, public=True)
    await reader.one("/public", Profile)
    assert scripted.keys == [None, "Bearer a-token"]
    await reader.close()


async def test_json_of_another_kind_is_told_from_a_web_page(scripted: Scripted) -> None:
    scripted.say("/list", {"error": "no"})
    scripted.say("/context", [])
    reader = Reader(scripted.account(), "a-token", now=clock)
    with pytest.raises(PlatformError) as caught:
        await reader.many("/list", Status)
    assert caught.value.code == "malformed"
    await reader.close()


async def test_how_many_questions_are_left_is_noted(scripted: Scripted) -> None:
    scripted.say("/x", {}, headers={"X-RateLimit-Remaining": "17"})
    reader = Reader(scripted.account(), "a-token", now=clock)
    await reader.ask("/x")
    assert reader.remaining == 17
    await reader.close()


@pytest.mark.parametrize("said", ["²", "9" * 20])
async def test_numbers_that_make_no_sense_hinder_no_question(scripted: Scripted, said: str) -> None:
    headers = dict.fromkeys(("X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"), said)
    scripted.say("/x", {}, status=429, headers=headers)
    reader = Reader(scripted.account(), "a-token", now=clock)
    with pytest.raises(PlatformError) as caught:
        await reader.ask("/x")
    assert (caught.value.code, caught.value.retry_at, reader.remaining) == ("rate_limited", None, None)
    await reader.close()


async def test_an_answer_that_is_too_large_is_measured_and_not_read(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "LARGEST", 1000)
    many = [{"id": str(number)} for number in range(100)]
    scripted.say("/api/v1/notifications", many)
    reader = Reader(scripted.account(), "a-token", now=clock)
    answer = await reader.ask("/api/v1/notifications")
    assert (answer.body, answer.too_large) == (b"", Measure.of(msgspec.json.encode(many)))
    with pytest.raises(PlatformError, match="which is not read") as caught:
        await reader.many("/api/v1/notifications", Status)
    assert caught.value.code == "malformed"
    await reader.close()


PACKED = {"Content-Encoding": "gzip"}


async def test_server_that_packs_its_answers_is_read(scripted: Scripted) -> None:
    scripted.say("/many", gzip.compress(msgspec.json.encode(list(range(100_000)))), headers=PACKED)
    scripted.say("/nothing", b"", headers=PACKED)
    reader = Reader(scripted.account(), "a-token", now=clock)
    assert msgspec.json.decode((await reader.ask("/many")).body) == list(range(100_000))
    assert (await reader.ask("/nothing")).body == b""
    await reader.close()


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0)),
        ("br", b"\x0b\x01\x80{}\x03"),
        ("gzip", b"{}"),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-1]),
        ("gzip", gzip.compress(b"{}", mtime=0) + b"more"),
    ],
)
async def test_what_is_packed_in_another_way_is_told(scripted: Scripted, packing: str, body: bytes) -> None:
    scripted.say(OWN, body, headers={"Content-Encoding": packing})
    reader = Reader(scripted.account(), "a-token", now=clock)
    with pytest.raises(PlatformError, match="cannot be unpacked"):
        await reader.one(OWN, Profile)
    await reader.close()


async def test_few_bytes_that_unpack_to_many_never_stand_in_memory_together(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "LARGEST", 1024 * 1024)
    many = bytes(64 * 1024 * 1024)
    scripted.say(OWN, gzip.compress(many), headers=PACKED)
    reader = Reader(scripted.account(), "a-token", now=clock)
    tracemalloc.start()
    answer = await reader.ask(OWN)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (answer.body, answer.too_large) == (b"", Measure.of(many))
    assert most < 8 * 1024 * 1024
    await reader.close()
