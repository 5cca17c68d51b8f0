"""A referral reaches the body's own system once, signed, by webhook, mail or file; and its answer comes back."""

from __future__ import annotations

import json
import os
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.compliance.handing import SIGNATURE, Handing, document, is_signed, sign
from bot.compliance.settings import load
from bot.yaml_file import BadFile
from tests.fakes.postbox import postbox
from tests.fakes.wall import a_wall, write_compliance

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.wall import Wall

SECRET = "a secret that both hold"


def way_of(wall: Wall, client: httpx.AsyncClient) -> Handing:
    wall.behind.secret = SECRET
    handing = wall.behind._handing(client)  # noqa: SLF001  as the office makes it
    assert handing is not None
    return handing


@asynccontextmanager
async def handed(where: Path, answers: Any = None, **way: Any) -> AsyncIterator[tuple[Wall, Handing, int]]:
    """A wall whose office hands over so, and the number of what is to be handed over."""
    async with a_wall(where, handover={"secret_env": "BODY_SECRET", **way}) as wall:
        number = await wall.arrived()
        await wall.store.hand_over(number, actor="greta")
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(answers or (lambda _: httpx.Response(500)))
        ) as client:
            yield wall, way_of(wall, client), number


async def test_webhook_gets_one_signed_document_however_often_it_is_tried(tmp_path: Path) -> None:
    got: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        got.append(request)
        if len(got) == 1:
            raise httpx.ReadError("cut off")
        return httpx.Response(503 if len(got) == 2 else 202)

    async with handed(tmp_path, answer, webhook="https://standards.example/in") as (wall, way, number):
        for _ in range(4):
            await way.run_once()
            wall.comms.clock.pass_(minutes=5)
        found = await wall.store.handed_over(number)
        assert found is not None
        assert (found.sent_at is not None, found.attempts, len(got)) == (True, 3, 3)
        [referral] = await wall.store.waiting()
        assert {request.content for request in got} == {document(referral)}
        assert {request.headers["idempotency-key"] for request in got} == {referral.box_id}
        at = wall.comms.clock.now() - timedelta(minutes=10)
        assert is_signed(got[2].content, got[2].headers[SIGNATURE], SECRET, now=at)
        said = json.loads(got[2].content)
        assert (said["number"], said["passed"]["kind"]) == (number, "referral")
        assert "Greta" not in got[2].content.decode()


async def test_trouble_is_told_on_the_page(tmp_path: Path) -> None:
    async with handed(tmp_path, webhook="https://standards.example/in") as (wall, way, number):
        await way.run_once()
        async with wall.signed_in("greta") as browser:
            page = (await browser.get(f"/referral/{number}")).text
            assert "not sent yet. The body&#39;s system answered 500. It is tried again." in page
            assert "/hand-over" not in page


async def test_mail_carries_the_document_and_its_signature(tmp_path: Path) -> None:
    with postbox() as box:
        mail = {"to": "in@standards.example", "sender": "compliance@fernwick.example", "host": "127.0.0.1"}
        through: dict[str, object] = {**mail, "port": box.port, "security": "none"}
        async with handed(tmp_path, mail=through) as (wall, way, number):
            await way.run_once()
            [letter] = box.letters
            body, signature = (attached.get_content() for attached in letter.iter_attachments())
            assert is_signed(body, signature.strip(), SECRET, now=wall.comms.clock.now())
            assert letter["Subject"] == f"Referral No. {number}"
            assert "sam" not in letter.as_string().partition("attachment")[0]


async def test_mail_server_that_is_not_there_is_noted(tmp_path: Path) -> None:
    mail = {"to": "a@b.example", "sender": "c@d.example", "host": "127.0.0.1", "port": 9, "security": "none"}
    async with handed(tmp_path, mail=mail) as (wall, way, number):
        await way.run_once()
        found = await wall.store.handed_over(number)
        assert found is not None
        assert "mail server did not take it" in found.trouble


async def test_file_is_dropped_whole_and_a_file_acknowledges_it(tmp_path: Path) -> None:
    async with handed(tmp_path, folder="out") as (wall, way, number):
        await way.run_once()
        out = tmp_path / "behind" / "out"
        assert sorted(path.name for path in out.iterdir()) == [f"{number}.json", f"{number}.json.signature"]
        signature = (out / f"{number}.json.signature").read_text(encoding="utf-8").strip()
        assert is_signed((out / f"{number}.json").read_bytes(), signature, SECRET, now=wall.comms.clock.now())
        for name, words in ((f"{number}.ack", "SB-17\nmore"), ("99.ack", "?"), ("x.ack", "?")):
            (out / name).write_text(words, encoding="utf-8")
        await way.run_once()
        found = await wall.store.handed_over(number)
        assert found is not None
        assert found.reference == "SB-17"
        assert (out / f"{number}.acknowledged").exists()
        assert (out / "99.ack").exists()


async def test_link_in_the_place_of_an_answer_leads_nowhere(tmp_path: Path) -> None:
    """Whoever may write in the folder could else read, on our page, the first line of any file of ours."""
    async with handed(tmp_path, folder="out") as (wall, way, number):
        await way.run_once()
        out, key = tmp_path / "behind" / "out", tmp_path / "behind" / "compliance.env"
        key.write_text("COMPLIANCE_KEY=zebra\n", encoding="utf-8")
        answer = out / f"{number}.ack"
        for put in (partial(answer.symlink_to, key), partial(answer.hardlink_to, key), partial(os.mkfifo, answer)):
            put()
            await way.run_once()
            found = await wall.store.handed_over(number)
            assert found is not None
            assert (found.answered_at, found.reference) == (None, None)
            answer.unlink()


async def test_hand_over_is_asked_for_by_who_works_there_alone_and_once(tmp_path: Path) -> None:
    async with a_wall(tmp_path, handover={"secret_env": "BODY_SECRET", "folder": "out"}) as wall:
        number = await wall.arrived()
        async with wall.signed_in("ines") as auditor, wall.signed_in("greta") as browser:
            assert (await auditor.post(f"/referral/{number}/hand-over")).status_code == 403
            assert "/hand-over" in (await browser.get(f"/referral/{number}")).text
            assert (await browser.post(f"/referral/{number}/hand-over")).status_code == 303
            assert (await browser.post(f"/referral/{number}/hand-over")).status_code == 409


def test_signature_is_of_one_document_one_moment_and_one_secret(wall: Wall) -> None:
    now = wall.comms.clock.now()
    good = sign(b"body", SECRET, at=now)
    assert is_signed(b"body", good, SECRET, now=now + timedelta(minutes=4))
    assert not is_signed(b"body!", good, SECRET, now=now)
    assert not is_signed(b"body", good, SECRET + "x", now=now)
    assert not is_signed(b"body", good, SECRET, now=now + timedelta(minutes=6))
    for forged in ("", "t=", "t=x,sha256=y", good.replace("t=", "t=1"), good + "0", f"t={'9' * 40},sha256=0"):
        assert not is_signed(b"body", forged, SECRET, now=now)


@pytest.mark.parametrize("ways", [{}, {"folder": "out", "webhook": "https://standards.example/in"}])
def test_exactly_one_way_is_named(tmp_path: Path, ways: dict[str, str]) -> None:
    with pytest.raises(BadFile, match="exactly one of webhook, mail and folder"):
        load(write_compliance(tmp_path, handover={"secret_env": "BODY_SECRET", **ways}))
