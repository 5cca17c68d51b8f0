"""The office as one process: it takes over real HTTP, says what it lacks, and ends cleanly."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.compliance.office import CannotOpenOfficeError, open_office
from bot.compliance.settings import load
from bot.web.listener import Listener
from bot.web.outbox import outbox_app
from tests.fakes.wall import PRIVATE, PUBLIC, TOKEN, write_compliance

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.wall import Wall

ENVIRONMENT = {"COMPLIANCE_KEY": PRIVATE, "OUTBOX_TOKEN": TOKEN}


def opened(folder: Path, environment: dict[str, str], **changes: Any) -> Any:
    return open_office(load(write_compliance(folder, **changes)), environment)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "COMPLIANCE_KEY must hold the private key"),
        ({**ENVIRONMENT, "COMPLIANCE_KEY": "hello"}, "COMPLIANCE_KEY holds something that is no private key"),
        ({**ENVIRONMENT, "OUTBOX_TOKEN": " "}, "OUTBOX_TOKEN must hold the token"),
    ],
)
def test_what_is_missing_is_named_and_never_shown(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    with pytest.raises(CannotOpenOfficeError, match=words) as caught:
        opened(tmp_path, environment)
    assert "hello" not in str(caught.value)


async def test_office_takes_what_waits_and_gives_out_its_links(
    wall: Wall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await wall.referred()
    outbox = Listener(
        outbox_app(wall.comms.store.outbox, token=TOKEN, public_key=PUBLIC), port=0, setting="referral.outbox_port"
    )
    office, stop = wall.behind, asyncio.Event()
    office.outbox_url = f"http://127.0.0.1:{outbox.port}"
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(outbox.run())
        running = group.create_task(office.run(stop, ready=office.greet))
        while not await wall.store.waiting():
            assert not running.done()
            await asyncio.sleep(0)
        stop.set()
        await running
        serving.cancel()
    links = (tmp_path / "behind" / "compliance-links.txt").read_text(encoding="utf-8")
    assert "Greta Thorn: http://localhost:" in links
    assert "/sign-in/" not in capsys.readouterr().out
    assert (office.trouble, office.name_of("greta"), office.name_of("bot")) == ("", "Greta Thorn", "The office")


async def test_what_waits_is_taken_also_where_nobody_can_say_what_is_held(wall: Wall) -> None:
    await wall.referred()
    whole = outbox_app(wall.comms.store.outbox, token=TOKEN, public_key=PUBLIC)
    whole.routes[:] = [route for route in whole.routes if getattr(route, "path", "") != "/held"]
    outbox, office, stop = Listener(whole, port=0, setting="referral.outbox_port"), wall.behind, asyncio.Event()
    office.outbox_url = f"http://127.0.0.1:{outbox.port}"
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(outbox.run())
        running = group.create_task(office.run(stop))
        while not (office.trouble and await wall.store.waiting()):  # noqa: ASYNC110  as below
            await asyncio.sleep(0)
        stop.set()
        await running
        serving.cancel()
    assert "answered 404 to GET /held" in office.trouble


async def test_outbox_that_cannot_be_reached_is_tried_again(wall: Wall) -> None:
    office, stop = wall.behind, asyncio.Event()
    office.outbox_url = "http://127.0.0.1:9"
    async with asyncio.TaskGroup() as group:
        running = group.create_task(office.run(stop))
        while not office.trouble:  # noqa: ASYNC110  what is waited for is a word, and no event
            await asyncio.sleep(0)
        stop.set()
        await running
    assert "cannot be reached" in office.trouble
