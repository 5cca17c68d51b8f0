"""The body's own system acknowledges by a signature, and by nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.compliance.handing import SIGNATURE, sign
from tests.compliance.test_handing import SECRET
from tests.fakes.wall import ORIGIN, a_wall

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.wall import Wall


@pytest.fixture
async def sent(tmp_path: Path) -> AsyncIterator[Wall]:
    """A wall whose office has handed No. 1 over."""
    async with a_wall(tmp_path, handover={"secret_env": "BODY_SECRET", "folder": "out"}) as wall:
        wall.behind.secret = SECRET
        await wall.store.hand_over(await wall.arrived(), actor="greta")
        await wall.store.note_sent(1, sha256="x")
        yield wall


async def say(wall: Wall, number: int = 1, *, path: int = 1, secret: str = SECRET, minutes: int = 0) -> int:
    body = json.dumps({"number": number, "reference": "SB-17"}).encode()
    wall.comms.clock.pass_(minutes=-minutes)
    signature = sign(body, secret, at=wall.comms.clock.now())
    wall.comms.clock.pass_(minutes=minutes)
    transport = httpx.ASGITransport(app=wall.behind.desk.app())
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        answer = await client.post(f"/handover/{path}/acknowledged", content=body, headers={SIGNATURE: signature})
    return answer.status_code


async def reference(wall: Wall) -> str | None:
    found = await wall.store.handed_over(1)
    assert found is not None
    return found.reference


async def test_signed_word_acknowledges_and_may_be_repeated(sent: Wall) -> None:
    assert [await say(sent), await say(sent)] == [204, 204]
    assert await reference(sent) == "SB-17"


async def test_forged_replayed_or_misdirected_word_does_nothing(sent: Wall) -> None:
    assert await say(sent, secret="guessed") == 401
    assert await say(sent, minutes=6) == 401
    assert await say(sent, number=2) == 422
    assert await say(sent, number=7, path=7) == 404
    assert await reference(sent) is None


async def test_what_is_no_acknowledgement_is_refused(sent: Wall) -> None:
    transport = httpx.ASGITransport(app=sent.behind.desk.app())
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        for body in (b"[]", b"{}", b"x"):
            headers = {SIGNATURE: sign(body, SECRET, at=sent.comms.clock.now())}
            assert (await client.post("/handover/1/acknowledged", content=body, headers=headers)).status_code == 422
        assert (await client.post("/handover/1/acknowledged", content=b"x" * 5_000)).status_code == 413
        assert (await client.get("/handover/1/acknowledged")).status_code == 405
        for path in ("/handover/", f"/handover/{'9' * 5000}/acknowledged", "/handover/x/acknowledged"):
            assert (await client.post(path, content=b"{}")).status_code == 404


async def test_without_a_hand_over_there_is_no_such_address(wall: Wall) -> None:
    assert await say(wall) == 403
