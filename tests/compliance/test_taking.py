"""Each box is kept once, whatever breaks off on either side, and a bad one holds up no other."""

from __future__ import annotations

import asyncio
import base64
import gzip
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.compliance.taking import CHANGED, SWAPPED, OutboxError
from bot.model import State
from bot.safety.wall import UNKNOWN, Passed, new_keys, open_box, seal
from bot.store import Outgoing
from bot.web.outbox import AT_ONCE
from tests.fakes.office import RUDE
from tests.fakes.wall import PRIVATE, PUBLIC, TOKEN, URL, a_wall, pass_on

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.wall import Wall


NONSENSE = base64.b64encode(b"x" * 99).decode()


class Meddling(httpx.AsyncBaseTransport):
    """Something on the way that changes what passes through it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._client.request(request.method, request.url, headers=request.headers)
        said = answer.json()
        for box in said["boxes"]:
            box["sealed"] = box["sealed"][:40] + "AAAA" + box["sealed"][44:]
        return httpx.Response(answer.status_code, json=said)


async def boxes(wall: Wall) -> list[str]:
    return [box.id for box in await wall.comms.store.outbox.waiting(100)]


async def test_referral_is_sealed_taken_opened_and_stands_in_the_queue(wall: Wall) -> None:
    case = await wall.referred()
    assert (case.state, case.outcome) == (State.CLOSED, "referred")
    assert await wall.taking.run_once() == 1
    [referral] = await wall.store.waiting()
    passed = Passed.model_validate_json(referral.content or "")
    assert passed.mention.text == "You florp, the lot of you."
    assert passed.ground is not None
    assert passed.ground.clause == wall.comms.files.config.policies.clauses["personal_abuse"].clause
    assert [(match.rule, match.words) for match in passed.matches] == [("made-up-insult", "florp")]
    assert (referral.author, referral.policy) == ("@sam@tidewater.example", "personal_abuse")
    assert await boxes(wall) == []
    assert (await wall.comms.store.verify(), await wall.store.verify()) == ([], [])


async def test_both_chains_name_the_same_digest_of_the_box(wall: Wall) -> None:
    case = await wall.referred()
    await wall.taking.run_once()
    [sent] = [event for event in await wall.comms.store.trail(case.id) if event.kind == "case.referred"]
    [came] = [event for event in await wall.store.audit_events() if event.kind == "referral.received"]
    assert sent.detail["sealed_sha256"] == came.detail["sealed_sha256"]
    assert sent.detail["outbox"] == came.detail["box"] == case.id


async def test_box_whose_taking_was_not_heard_of_is_offered_again_and_kept_once(wall: Wall) -> None:
    await wall.referred()
    wall.cut.append("/taken")
    with pytest.raises(OutboxError, match="cannot be reached"):
        await wall.taking.run_once()
    assert await wall.taking.run_once() == 0
    assert len(await wall.store.waiting()) == 1


async def test_answer_with_the_boxes_that_is_lost_loses_nothing(wall: Wall) -> None:
    await wall.referred()
    wall.cut.append("/boxes")
    with pytest.raises(OutboxError):
        await wall.taking.run_once()
    assert await wall.taking.run_once() == 1


async def test_two_takers_at_once_keep_it_once(wall: Wall) -> None:
    for _ in range(3):
        await wall.referred()
    await asyncio.gather(wall.taking.run_once(), wall.taking.run_once())
    assert [each.number for each in await wall.store.waiting()] == [1, 2, 3]
    assert (await wall.store.verify(), await boxes(wall)) == ([], [])


async def test_boxes_that_cannot_be_opened_hold_up_no_other_and_wait(wall: Wall) -> None:
    for number in range(AT_ONCE + 2):
        await pass_on(wall.comms.store, Outgoing(id=f"bad{number:02}", kind="mention", sealed=NONSENSE))
    await wall.referred()
    assert await wall.taking.run_once() == 1
    unopened = await wall.store.unopened()
    assert len(unopened) == AT_ONCE + 2
    assert "sealed for another key" in unopened[0].why
    assert len(await boxes(wall)) == AT_ONCE + 2
    before = len(await wall.store.audit_events())
    await wall.taking.run_once()
    assert len(await wall.store.audit_events()) == before


async def test_box_whose_post_has_another_shape_waits_and_the_one_behind_it_is_taken(wall: Wall) -> None:
    """As a newer bot may write it. `run_once` goes on, and so does the office, at each start anew."""
    await wall.referred()
    [first] = await wall.comms.store.outbox.waiting(1)
    content = open_box(first.sealed, PRIVATE).model_copy(update={"id": "odd"})
    version = content.versions[0]
    other = version.model_copy(update={"evidence": version.evidence.replace('"author":', '"writer":')})
    odd = seal(content.model_copy(update={"versions": (other,)}), PUBLIC)
    await pass_on(wall.comms.store, Outgoing(id="odd", kind="mention", sealed=odd))
    wall.comms.clock.pass_(minutes=1)
    await wall.referred("You florp, once more.")
    assert await wall.taking.run_once() == 2
    [shut] = await wall.store.unopened()
    assert (shut.id, shut.why, await boxes(wall)) == ("odd", UNKNOWN, ["odd"])


async def test_box_that_was_changed_on_its_way_is_not_opened(wall: Wall) -> None:
    await wall.referred()
    whole = wall.taking.client
    async with httpx.AsyncClient(transport=Meddling(whole)) as wall.taking.client:
        assert await wall.taking.run_once() == 0
    [shut] = await wall.store.unopened()
    assert shut.why == CHANGED
    wall.taking.client = whole
    assert await wall.taking.run_once() == 1
    assert await wall.store.unopened() == []


async def test_box_in_the_place_of_another_is_not_opened(wall: Wall) -> None:
    await wall.referred()
    [box] = await wall.comms.store.outbox.waiting(1)
    await pass_on(wall.comms.store, Outgoing(id="another", kind="referral", sealed=box.sealed))
    await wall.taking.run_once()
    [shut] = await wall.store.unopened()
    assert (shut.id, shut.why) == ("another", SWAPPED)
    assert len(await wall.store.waiting()) == 1


async def test_wrong_key_is_told_before_anything_is_tried(wall: Wall) -> None:
    await wall.referred()
    wall.taking.keys = (new_keys()[0],)
    with pytest.raises(OutboxError, match="seals for a key that is not ours"):
        await wall.taking.run_once()
    assert await wall.store.unopened() == []


async def test_box_for_yesterdays_key_is_opened_as_long_as_that_is_kept(wall: Wall) -> None:
    await wall.referred()
    wall.taking.keys = (new_keys()[0], PRIVATE)
    assert await wall.taking.run_once() == 1


async def test_forged_token_gets_nothing_and_takes_nothing(wall: Wall) -> None:
    await wall.referred()
    wall.taking.token = TOKEN + "x"
    with pytest.raises(OutboxError, match="refuses our token"):
        await wall.taking.run_once()
    assert len(await boxes(wall)) == 1


async def test_answer_of_another_program_is_told(wall: Wall) -> None:
    wall.taking.client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, text="<html>")))
    with pytest.raises(OutboxError, match="a shape that we do not know"):
        await wall.taking.run_once()
    await wall.taking.client.aclose()


async def test_answer_that_is_packed_or_too_large_is_not_read(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.compliance.taking.LARGEST_ANSWER", 1024 * 1024)
    packed = {"Content-Encoding": "gzip, gzip"}
    for body, headers, why in (
        (gzip.compress(gzip.compress(b"{}")), packed, "a packed answer"),
        (bytes(1024 * 1024 + 1), {}, "more than 1 MB"),
    ):
        answer = httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))
        wall.taking.client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _, answer=answer: answer))
        with pytest.raises(OutboxError, match=why):
            await wall.taking.run_once()
        await wall.taking.client.aclose()


async def test_what_a_restored_backup_does_not_know_is_taken_again(wall: Wall, tmp_path: Path) -> None:
    await wall.referred()
    await wall.taking.run_once()
    (tmp_path / "restored").mkdir()
    async with a_wall(tmp_path / "restored") as empty:
        wall.taking.store = empty.store
        assert await wall.taking.run_once() == 0
        assert await wall.taking.restore() == 1
        assert len(await empty.store.waiting()) == 1


async def test_box_that_the_other_side_says_was_taken_comes_within_the_hour(wall: Wall) -> None:
    await wall.taking.restore_when_due()
    case = await wall.referred()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert (await wall.taking.client.post(f"{URL}/boxes/{case.id}/taken", headers=headers)).status_code == 204
    await wall.taking.restore_when_due()
    assert (await wall.taking.run_once(), await wall.store.waiting()) == (0, [])
    wall.comms.clock.pass_(minutes=60)
    await wall.taking.restore_when_due()
    assert len(await wall.store.waiting()) == 1


async def test_mention_that_nobody_referred_leaves_nothing_but_that_it_came(tmp_path: Path) -> None:
    async with a_wall(tmp_path, referral={"pass_abusive": True}) as wall:
        await wall.comms.receive(wall.comms.network.say(RUDE), wall.comms.network.say("Good morning."))
        assert await wall.taking.run_once() == 1
        assert await wall.store.waiting() == []
        [event] = [event for event in await wall.store.audit_events() if event.stream == "compliance"]
        assert event.kind == "box.dropped"
        assert "sam" not in str(event.detail)
