"""An office whose bot has read a few mentions, and a terminal in it."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
import pytest
import yaml
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.files import Files
from bot.store import Revision, TextKind
from bot.texts import Texts
from tests.fakes.databases import ON_POSTGRESQL, copy
from tests.fakes.office import ABUSE, FAIR, RUDE, THREAT, Office, write_files
from tests.fakes.town import point_at

if TYPE_CHECKING:
    from pathlib import Path

TOKENS = {
    "PARTY_TOKEN": "party-token-that-nobody-may-see",
    "LEADER_TOKEN": "leader-token-that-nobody-may-see",
    "DEPUTY_TOKEN": "deputy-token-that-nobody-may-see",
    "TELEGRAM_TOKEN": "7100000001:telegram-token-that-nobody-may-see",
}

NOWHERE = "http://127.0.0.1:9"
"""Where nobody listens: no test asks a server on the real network."""


def inside(group: click.Group) -> dict[str, click.Command]:
    """The commands of a group, by their names."""
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """Where commands are typed: in the folder of the configuration, with every token in the environment."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    def type(self, *words: str, given: bytes | str | None = None, **environment: str | None) -> Result:
        """Type a command; the configuration is named unless the test names one."""
        named = () if "--config" in words else ("--config", str(self.config))
        result = CliRunner().invoke(main, [*words, *named], input=given, env={**TOKENS, **environment})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def json(self, *words: str) -> Any:
        """What a command says with `--json`."""
        result = self.type(*words, "--json")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    def case(self, state: str = "open") -> str:
        """Id of the case in that state."""
        [found] = [case["id"] for case in self.json("queue") if case["state"] == state]
        return str(found)


def stop_a_rule(terminal: Terminal) -> None:
    """The made-up insult is new, holds in each of five mentions, and is stopped."""

    async def receive() -> None:
        office = await Office.open(terminal.folder, files=Files.read(terminal.config))
        office.clock.at = datetime.now(UTC)
        await office.store.note_rules(office.files.rule_texts())
        said = [office.network.say(ABUSE, by=f"angry{number}") for number in range(4 + 5)]
        await office.receive(*said[4:])  # The addresses of the first four were read yesterday.
        await office.store.close()

    asyncio.run(receive())


def change_a_response(terminal: Terminal, old: str, new: str) -> None:
    """An admin changes the response `sexism-space` in the console of a party with one admin."""

    async def change() -> None:
        office = await Office.open(terminal.folder, files=Files.read(terminal.config))
        texts = Texts(store=office.store, files=office.files, second_reviewer=False)
        await texts.start()
        live = (await office.store.revisions.live())[TextKind.RESPONSE, "sexism-space.yaml"]
        text = live.text.replace(old, new)
        draft = await texts.draft(live.kind, live.name, text, by="mara", why="It was cold.", seen=live.id)
        assert isinstance(draft, Revision), draft
        await texts.review(draft.id, by="mara")
        await office.store.close()

    asyncio.run(change())


@pytest.fixture(scope="session")
def yesterday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything in it, made once: an open case, a threat, one mention recorded, one left alone."""
    folder = tmp_path_factory.mktemp("yesterday")
    point_at(write_files(folder), dict.fromkeys(("fernwick.example", "parlour.example"), NOWHERE))

    async def receive() -> None:
        office = await Office.open(folder)
        office.clock.at = datetime.now(UTC)
        said = [office.network.say(text, by=by) for text, by in ((ABUSE, "sam"), (THREAT, "vic"), (RUDE, "len"))]
        await office.receive(*said, office.network.say(FAIR, by="dot"))
        await office.store.close()

    asyncio.run(receive())
    return folder


@pytest.fixture
def terminal(yesterday: Path, tmp_path: Path) -> Terminal:
    """A terminal in a copy of that folder."""
    terminal = Terminal(folder=shutil.copytree(yesterday, tmp_path / "office"))
    if ON_POSTGRESQL:
        address = yaml.safe_load(terminal.config.read_text(encoding="utf-8"))["database"]
        written = terminal.config.read_text(encoding="utf-8").replace(address, copy(address))
        terminal.config.write_text(written, encoding="utf-8")
    return terminal
