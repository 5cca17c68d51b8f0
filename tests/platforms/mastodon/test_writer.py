"""Whatever comes of a call says whether it may have acted."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
from mastodon.errors import MastodonAPIError, MastodonIllegalArgumentError

from bot.platforms.mastodon.writer import Writer
from bot.ports import Fault, PlatformError
from tests.platforms.mastodon.conftest import POST, clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.platforms.mastodon.conftest import Scripted


@pytest.fixture
async def writer(scripted: Scripted) -> AsyncIterator[Writer]:
    writer = Writer(scripted.account(), "a-token", now=clock, scopes=POST, thread="post", timeout=(0.5, 0.5))
    yield writer
    await writer.close()


@pytest.mark.parametrize(
    ("raised", "fault"),
    [
        (ValueError("Invalid visibility value!"), Fault.PERMANENT),
        (MastodonIllegalArgumentError("Illegal request."), Fault.PERMANENT),
        (MastodonAPIError("Mastodon API returned error", 422, "Unprocessable", None), Fault.PERMANENT),
        (MastodonAPIError("Mastodon API returned error", 408, "Request Timeout", None), Fault.UNKNOWN),
        (RuntimeError("a bug"), Fault.UNKNOWN),
    ],
)
async def test_whatever_the_library_raises_says_whether_it_may_have_acted(
    writer: Writer, raised: Exception, fault: Fault
) -> None:
    def fails(_client: object) -> None:
        raise raised

    with pytest.raises(PlatformError) as caught:
        await writer.write("Posting", fails)
    assert caught.value.fault is fault


async def test_a_call_behind_one_that_never_ends_is_provably_not_made(writer: Writer) -> None:
    end = threading.Event()
    first = asyncio.create_task(writer.write("Posting", lambda _client: end.wait()))
    second = asyncio.create_task(writer.write("Posting", lambda _client: end.wait()))
    with pytest.raises(PlatformError) as stuck:
        await first
    with pytest.raises(PlatformError) as waiting:
        await second
    end.set()
    assert (stuck.value.fault, waiting.value.fault) == (Fault.UNKNOWN, Fault.TRANSIENT)


async def test_missing_scope_is_told_with_those_that_this_writer_needs(writer: Writer, scripted: Scripted) -> None:
    scripted.say("/api/v1/statuses/1", {"error": "This action is outside the authorized scopes"}, status=403)
    with pytest.raises(PlatformError) as caught:
        await writer.write("Deleting", lambda client: client.status_delete("1"))
    assert (caught.value.fault, caught.value.code) == (Fault.PERMANENT, "scope_missing")
    assert POST in str(caught.value)
