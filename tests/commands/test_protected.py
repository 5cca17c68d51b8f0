from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import yaml

from bot.files import Files
from bot.store import ReplyWish, digest_of
from tests.fakes.office import Office

if TYPE_CHECKING:
    from tests.commands.conftest import Terminal

HER = "@ada@fernwick.example"


def protect(terminal: Terminal, *, public: bool = True) -> None:
    """Ada is protected, by a consent that was recorded for her."""
    settings = yaml.safe_load(terminal.config.read_text(encoding="utf-8"))
    consent = {"given_by": "Ada Quill", "given_on": "2026-11-02", "recorded_by": "Mara Bright"}
    settings["protected"] = [{"name": "Ada Quill", "handle": HER, "watched_through": "party", "consent": consent}]
    if public:
        settings["public"] = {"url": "https://say.fernwick.example", "port": 0}
    terminal.config.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")


def test_a_link_leads_to_the_public_pages(terminal: Terminal) -> None:
    protect(terminal)
    result = terminal.type("protected", "link", HER, "--as", "nadia")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("https://say.fernwick.example/mine/open/")


def test_a_link_is_made_for_protected_people_by_those_who_may_and_where_there_are_pages(terminal: Terminal) -> None:
    protect(terminal, public=False)
    assert "public.url" in terminal.type("protected", "link", HER, "--as", "nadia").stderr
    protect(terminal)
    assert "not under `protected`" in terminal.type("protected", "link", "@bo@x.example", "--as", "mara").stderr
    assert "not a reviewer with one of these roles" in terminal.type("protected", "link", HER, "--as", "tom").stderr


def test_list_says_who_is_watched_and_by_whose_word(terminal: Terminal) -> None:
    protect(terminal)
    assert terminal.json("protected", "list") == [{"handle": HER, "watched": "yes", "consent": "recorded for them"}]

    async def withdraw() -> None:
        office = await Office.open(terminal.folder, files=Files.open(terminal.config))
        await office.store.protected.make_link(HER, actor="nadia")
        await office.store.protected.withdraw(digest_of(HER))
        await office.store.close()

    asyncio.run(withdraw())
    [row] = terminal.json("protected", "list")
    assert (row["watched"], row["consent"].partition(",")[0]) == ("no", "withdrawn")


def test_list_tells_nothing_of_what_somebody_chose(terminal: Terminal) -> None:
    protect(terminal)

    async def choose() -> None:
        office = await Office.open(terminal.folder, files=Files.open(terminal.config))
        await office.store.protected.make_link(HER, actor="nadia")
        await office.store.protected.choose(
            digest_of(HER), reply=ReplyWish.NEVER, shown=True, weekly=True, support=False, mail="ada@post.example"
        )
        await office.store.close()

    asyncio.run(choose())
    listed = terminal.type("protected", "list", "--json").stdout
    assert set(json.loads(listed)[0]) == {"handle", "watched", "consent"}
    assert "post.example" not in listed
