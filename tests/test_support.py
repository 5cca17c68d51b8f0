"""A message of support says nothing that hurts, names nobody, and goes to those alone who take it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bot.store import ReplyWish, digest_of
from bot.support import MOST_CHARACTERS, Support
from tests.fakes.office import Office
from tests.fakes.strangers import PUBLIC
from tests.public.test_choices import HER, PROTECTED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

WHO = digest_of(HER)
WORDS = "What was said to you is not who we are. You need not answer it."


@asynccontextmanager
async def supporting(folder: Path, *, opened: bool = True) -> AsyncIterator[tuple[Office, Support]]:
    office = await Office.open(folder, protected=PROTECTED, public=PUBLIC)
    link = await office.store.protected.make_link(HER, actor="nadia")
    if opened:
        await office.store.protected.open_link(link)
        await office.store.protected.choose(WHO, reply=ReplyWish.FOR_ME, shown=True, weekly=False)
    yield office, Support(store=office.store, files=office.files)
    await office.store.close()


async def test_kind_words_are_kept_for_her(tmp_path: Path) -> None:
    async with supporting(tmp_path) as (office, support):
        assert await support.write(WHO, WORDS, by="tom") == ""
        assert [each.text for each in await office.store.protected.messages(WHO)] == [WORDS]
        [person] = await support.people()
        assert (person.why_not, person.lately) == ("", 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Whoever called you a florp is wrong.", "“florp” would itself count as personal abuse"),
        ("Do not mind @sam@tidewater.example.", "“@sam@tidewater.example” is somebody’s handle"),
        ("Read this: https://fernwick.example/help", "It has a link"),
        ("We are with you. Mara", "“Mara” is the name of somebody who works here"),
        (" \n", "A message has words"),
        ("a" * (MOST_CHARACTERS + 1), "at most 600 characters"),
    ],
    ids=["abuse", "handle", "link", "staff", "nothing", "too long"],
)
async def test_what_a_message_may_not_say_is_named_and_nothing_is_kept(tmp_path: Path, text: str, why: str) -> None:
    async with supporting(tmp_path) as (office, support):
        refused = await support.write(WHO, text, by="tom")
        assert refused.startswith("Nothing was kept.")
        assert why in refused
        assert await office.store.protected.messages(WHO) == []


async def test_who_has_not_said_yes_or_takes_none_is_named_as_such_and_gets_none(tmp_path: Path) -> None:
    async with supporting(tmp_path, opened=False) as (office, support):
        people, seen = office.store.protected, []
        seen.append((await support.people())[0].why_not)
        await people.choose(WHO, reply=ReplyWish.FOR_ME, shown=True, weekly=False)
        seen.append((await support.people())[0].why_not)
        await people.open_link(await people.make_link(HER, actor="nadia"))
        await people.choose(WHO, reply=ReplyWish.FOR_ME, shown=True, weekly=False, support=False)
        seen.append((await support.people())[0].why_not)
        assert "take no messages of support now" in await support.write(WHO, WORDS, by="tom")
        await people.withdraw(WHO)
        seen.append((await support.people())[0].why_not)
        assert seen == [
            "has not said yes on a page of their own",
            "has no page of their own",
            "wishes no messages",
            "has taken their consent back",
        ]


async def test_nobody_else_can_be_written_to(tmp_path: Path) -> None:
    async with supporting(tmp_path) as (_, support):
        assert "nobody who is protected here" in await support.write(digest_of("@bo@x.example"), WORDS, by="tom")
