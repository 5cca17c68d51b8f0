"""The second way to the safety team: real mail and a real webhook on loopback, and what is done when none answers."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from bot.files import Files
from bot.model import Refusal, Verb
from bot.ports import PlatformError
from bot.review.ring import BadWayError, RingDesk, ways
from tests.fakes.office import ABUSE, ROOT, THREAT, Office, write_files
from tests.review.test_briefing import briefing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message as Letter
    from pathlib import Path

    from bot.model import Case

UMA = {"id": "uma", "name": "Uma Fenn", "roles": ["safety"]}
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
NIGHT_AND_DAY = {"days": WEEK, "start": "00:00", "end": "00:00", "people": ["uma"]}


class Mailbox(Message):
    """What came by mail."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Letter] = []

    def handle_message(self, message: Letter) -> None:
        self.letters.append(message)


@pytest.fixture
def mail() -> Iterator[tuple[str, Mailbox]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield f"mailto://127.0.0.1:{port}?from=bot@fernwick.example&to=nadia@fernwick.example&mode=insecure", box
    server.stop()


@contextmanager
def webhook(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server that takes JSON and answers with this status."""
    came: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"json://127.0.0.1:{server.server_address[1]}/ring", came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def desk(office: Office, **addresses: str) -> RingDesk:
    people = {person: ways(given, "RING") for person, given in addresses.items()}
    return RingDesk(room=briefing(office).room, attention=office.pipeline.attention, people=people)


async def acknowledge(office: Office, case: Case) -> None:
    assert not isinstance(await office.decide(case, Verb.ACKNOWLEDGE, "nadia"), Refusal)


async def test_threat_rings_by_mail_and_by_a_webhook_at_once_and_without_a_word_of_it(
    office: Office, mail: tuple[str, Mailbox]
) -> None:
    address, box = mail
    with webhook() as (hook, came):
        ringing = desk(office, nadia=f"{address}\n{hook}")
        case = await office.opened(THREAT)
        await ringing.refresh()
        (letter,), (posted,) = box.letters, came
    text = letter.as_string()
    assert letter["To"] == "nadia@fernwick.example"
    for told in (text, json.dumps(posted)):
        assert case.id in told
        assert "zark" not in told
        assert case.mention.author.handle not in told


async def test_it_rings_once_in_its_time_and_again_until_somebody_acknowledges(office: Office) -> None:
    with webhook() as (hook, came):
        ringing = desk(office, nadia=hook)
        case = await office.opened(THREAT)
        for minutes, times in ((0, 1), (9, 1), (1, 2), (10, 3)):
            office.clock.pass_(minutes=minutes)
            await ringing.refresh()
            assert len(came) == times
        await acknowledge(office, case)
        office.clock.pass_(hours=5)
        await ringing.refresh()
        assert len(came) == 3


async def test_nothing_rings_for_a_case_of_the_staff_desk(office: Office) -> None:
    with webhook() as (hook, came):
        ringing = desk(office, nadia=hook)
        await office.opened(ABUSE)
        await ringing.refresh()
        assert came == []


async def test_who_is_on_is_rung_first_and_then_everybody(tmp_path: Path) -> None:
    example = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["reviewers"]
    office = await Office.open(tmp_path, reviewers=[*example, UMA], shifts={"safety": [NIGHT_AND_DAY]})
    with webhook() as (hers, to_uma), webhook() as (other, to_nadia):
        ringing = desk(office, nadia=other, uma=hers)
        await office.opened(THREAT)
        await ringing.refresh()
        assert (len(to_uma), len(to_nadia)) == (1, 0)
        office.clock.pass_(minutes=10)
        await ringing.refresh()
        assert (len(to_uma), len(to_nadia)) == (2, 1)
    await office.store.close()


async def test_a_way_that_fails_does_not_hinder_the_other(office: Office) -> None:
    with webhook(500) as (broken, tried), webhook() as (working, came):
        await office.opened(THREAT)
        await desk(office, nadia=f"{broken} {working}").refresh()
        assert tried
        assert len(came) == 1


async def test_where_nobody_could_be_rung_it_is_told_and_tried_again(office: Office) -> None:
    with webhook(500) as (broken, came):
        ringing = desk(office, nadia=broken)
        await office.opened(THREAT)
        for times in (1, 2):
            with pytest.raises(PlatformError, match="Nobody of the safety team could be rung"):
                await ringing.refresh()
            assert len(came) == times


async def test_after_a_restart_it_rings_anew(office: Office) -> None:
    with webhook() as (hook, came):
        await office.opened(THREAT)
        await desk(office, nadia=hook).refresh()
        await desk(office, nadia=hook).refresh()
        assert len(came) == 2


def test_an_address_that_is_none_is_refused_without_being_repeated() -> None:
    with pytest.raises(BadWayError, match="address 2 in NADIA_RING") as refused:
        ways("json://127.0.0.1/ring s3cret-word", "NADIA_RING")
    assert "s3cret" not in str(refused.value)


async def test_no_address_is_logged(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    with webhook(500) as (broken, _):
        await office.opened(THREAT)
        with pytest.raises(PlatformError):
            await desk(office, nadia=f"{broken}?token=s3cret-word").refresh()
    told = capsys.readouterr()
    assert "s3cret" not in told.out + told.err


def child_pack(folder: Path) -> None:
    """A rule that finds a child who writes."""
    (folder / "packs" / "child.yaml").write_text(
        "lang: en\nrules:\n  - {id: made-up-child, policy: child, severity: 2, concern: true, words: [wibble],"
        " matches: [I wibble], ignores: [I wobble]}\n",
        encoding="utf-8",
    )


async def with_a_lead(folder: Path) -> Office:
    """Uma is on night and day; Nadia leads on safeguarding."""
    example = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["reviewers"]
    path = write_files(folder, reviewers=[*example, UMA], shifts={"safety": [NIGHT_AND_DAY]})
    child_pack(folder)
    return await Office.open(folder, files=Files.read(path))


async def test_child_is_rung_to_the_safeguarding_lead_first_and_to_everybody_afterwards(tmp_path: Path) -> None:
    office = await with_a_lead(tmp_path)
    with webhook() as (hers, to_uma), webhook() as (other, to_nadia):
        ringing = desk(office, nadia=other, uma=hers)
        case = await office.opened("I wibble.")
        await ringing.refresh()
        assert (len(to_uma), len(to_nadia)) == (0, 1)
        assert "Child" in str(to_nadia[0])
        await office.pipeline.expire_and_remind()
        assert office.sayings[-1].endswith("For Nadia Sorrel first, who leads on safeguarding.")
        office.clock.pass_(minutes=10)
        await ringing.refresh()
        assert (len(to_uma), len(to_nadia)) == (1, 2)
        await office.pipeline.expire_and_remind()
        assert office.sayings[-1].endswith("On now: Uma Fenn.")
    assert case.on_safety_desk
    await office.store.close()


async def test_threat_that_comes_beside_a_child_rings_whoever_is_on_about_the_threat_alone(tmp_path: Path) -> None:
    office = await with_a_lead(tmp_path)
    with webhook() as (hers, to_uma), webhook() as (other, to_nadia):
        child, threat = await office.opened("I wibble.", by="kit"), await office.opened(THREAT)
        await desk(office, nadia=other, uma=hers).refresh()
        assert (child.id in str(to_nadia), threat.id in str(to_nadia)) == (True, False)
        assert (child.id in str(to_uma), threat.id in str(to_uma)) == (False, True)
    await office.store.close()


async def test_where_the_lead_cannot_be_reached_everybody_else_is_rung_at_once(tmp_path: Path) -> None:
    office = await with_a_lead(tmp_path)
    with webhook() as (hers, to_uma), webhook(500) as (broken, tried):
        await office.opened("I wibble.")
        await desk(office, nadia=broken, uma=hers).refresh()
        assert (len(to_uma), len(tried)) == (1, 1)
    await office.store.close()


async def test_who_has_not_been_relieved_is_rung_as_well(tmp_path: Path) -> None:
    example = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["reviewers"]
    days, nights = (
        {**NIGHT_AND_DAY, "start": "08:00", "end": "18:00"},
        {**NIGHT_AND_DAY, "start": "18:00", "end": "08:00"},
    )
    shifts = {"safety": [days, {**nights, "people": ["nadia"]}]}
    office = await Office.open(tmp_path, reviewers=[*example, UMA], shifts=shifts)
    office.clock.at = office.clock.at.replace(hour=17, minute=0)
    with webhook() as (hers, to_uma), webhook() as (other, to_nadia):
        ringing = desk(office, nadia=other, uma=hers)
        held = await office.opened(THREAT)
        held_by_uma = await office.decide(held, Verb.ACKNOWLEDGE, "uma")
        assert not isinstance(held_by_uma, Refusal)
        office.clock.pass_(hours=2)
        await office.opened(f"{THREAT} Really.", by="vic")
        await ringing.refresh()
        assert (len(to_uma), len(to_nadia)) == (1, 1)
    await office.store.close()


async def test_ring_tells_how_many_cues_there_are_the_most_pressing_first_and_none_of_the_words(office: Office) -> None:
    with webhook() as (hook, came):
        plain = await office.opened("I will zark you.", by="old")
        cued = await office.opened("I will zark you tonight, with a machete.", by="new")
        await desk(office, nadia=hook).refresh()
    told = json.dumps(came)
    assert f"Threat (2 cues: time, means): case {cued.id}" in told
    assert told.index(cued.id) < told.index(plain.id)
    assert "machete" not in told
