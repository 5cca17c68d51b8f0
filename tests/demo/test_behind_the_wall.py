"""The demo's office says that its wall is the application's alone, and keeps the list of the evening."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.compliance.office import open_office
from bot.compliance.settings import load
from bot.demo.behind_the_wall import KEY_ENV, TOKEN_ENV, keep_list, raised, write_office
from bot.files import Files
from bot.safety.wall import public_key_of
from tests.fakes.network import EVENING
from tests.fakes.office import write_files

if TYPE_CHECKING:
    from pathlib import Path

SUSPENDED = "@roy@tidewater.example"


async def test_office_keeps_its_list_through_its_own_pages(tmp_path: Path) -> None:
    wall = raised()
    referral = {"compliance_key": wall.public, "outbox_token_env": TOKEN_ENV, "outbox_port": 0}
    files = Files.open(write_files(tmp_path, referral=referral))
    loaded = load(write_office(tmp_path, outbox_port=1, port=0))
    office = open_office(loaded, wall.environment, now=lambda: EVENING, one_process_with=files.config)
    stop, opened = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(office.run(stop, ready=opened.set))
    await opened.wait()
    await keep_list(office, (SUSPENDED,))
    assert office.one_process
    assert [entry.handle for entry in await office.store.suspended()] == [SUSPENDED]
    switch = await office.store.list_switched()
    assert switch is not None
    assert switch.turned_on
    stop.set()
    await running
    await office.store.close()


def test_each_evening_has_keys_of_its_own() -> None:
    wall = raised()
    assert wall.private != raised().private
    assert public_key_of(wall.environment[KEY_ENV]) == wall.public
    assert wall.private not in repr(wall)
