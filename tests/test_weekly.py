"""Once a week who wishes it is told of their week by mail, in figures alone, and one press ends that."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import MailServer, WeeklyDigest
from bot.model import Verb
from bot.ports import PlatformError
from bot.privacy.owned_files import owned_files
from bot.store import ReplyWish, digest_of
from bot.weekly import DAY_WORDS, Weekly, last_week
from tests.fakes.office import ABUSE, Office
from tests.fakes.postbox import postbox
from tests.fakes.strangers import ADDRESS, PUBLIC
from tests.public.test_choices import HER, PROTECTED, at_her

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.postbox import Postbox

BOX = "ada@post.example"
WHO = digest_of(HER)
LONDON = "Europe/London"


@asynccontextmanager
async def letters(folder: Path) -> AsyncIterator[tuple[Office, Weekly, Postbox]]:
    """An office with somebody who wishes her week by mail, on the first Monday after it opened."""
    office = await Office.open(folder, protected=PROTECTED, public=PUBLIC)
    with postbox() as box:
        weekly = Weekly(
            store=office.store,
            settings=WeeklyDigest(),
            server=MailServer(sender="no-reply@fernwick.example", host="127.0.0.1", port=box.port, security="none"),
            party="The Fernwick Party",
            time_zone=LONDON,
            url=ADDRESS,
            now=office.clock.now,
        )
        await office.store.protected.make_link(HER, actor="nadia")
        await wish(office)
        yield office, weekly, box
    await office.store.close()


async def wish(office: Office, **more: Any) -> None:
    wishes: dict[str, Any] = {"reply": ReplyWish.FOR_ME, "shown": True, "weekly": True, "mail": BOX, **more}
    await office.store.protected.choose(WHO, **wishes)


def to_monday(office: Office, *, weeks: int = 0) -> None:
    """The clock at half past nine on a Monday, the next one or one after it."""
    now = office.clock.at.astimezone(ZoneInfo(LONDON))
    days = (7 - now.weekday()) % 7 or 7
    office.clock.at = (now.replace(hour=9, minute=30) + timedelta(days=days, weeks=weeks)).astimezone(UTC)


async def test_letter_counts_and_has_no_word_of_any_post_and_nobody_s_name(tmp_path: Path) -> None:
    async with letters(tmp_path) as (office, weekly, box):
        answered = await at_her(office)
        await office.decide(answered, Verb.APPROVE)
        office.clock.pass_(seconds=office.files.config.limits.undo_seconds + 1)
        await office.publish()
        await at_her(office, by="vic")
        to_monday(office)
        await weekly.run_once()
        [letter] = box.letters
        text = letter.get_content()
        assert "Abusive posts aimed at you: 2" in text
        assert "Answered in public: 1" in text
        said = letter.as_string()
        hidden = [ABUSE, "florp", "sam", "vic", "Ada", HER, WHO, "mara", "/mine/open"]
        assert [each for each in hidden if each in said] == []
        assert letter["To"] == BOX


async def test_each_week_is_told_once_whoever_asks_and_the_next_one_again(tmp_path: Path) -> None:
    async with letters(tmp_path) as (office, weekly, box):
        await weekly.run_once()
        assert box.letters == []  # the week in which she asked for it has not ended
        to_monday(office)
        for _ in range(3):
            await weekly.run_once()
        assert len(box.letters) == 1
        assert "Nothing abusive was aimed at you" in box.letters[0].get_content()
        to_monday(office)
        await weekly.run_once()
        assert len({letter["Message-ID"] for letter in box.letters}) == 2


async def test_what_another_process_has_claimed_is_left_to_it_until_that_must_be_dead(tmp_path: Path) -> None:
    async with letters(tmp_path) as (office, weekly, box):
        to_monday(office)
        week = last_week(weekly.settings, LONDON, office.clock.now())
        assert await office.store.protected.claim_letter(WHO, *week) is not None
        assert await office.store.protected.claim_letter(WHO, *week) is None
        await weekly.run_once()
        assert box.letters == []
        office.clock.pass_(minutes=10)
        await weekly.run_once()
        assert len(box.letters) == 1


async def test_server_that_is_away_is_told_of_and_tried_again(tmp_path: Path) -> None:
    async with letters(tmp_path) as (office, weekly, box):
        to_monday(office)
        away = replace(weekly, server=weekly.server.model_copy(update={"port": 9}))
        with pytest.raises(PlatformError, match="letters to protected people wait") as caught:
            await away.run_once()
        assert BOX not in str(caught.value)
        assert caught.value.retry_at is not None
        await weekly.run_once()
        assert len(box.letters) == 1


async def test_refused_address_is_not_written_to_again_that_week_and_her_page_can_say_so(tmp_path: Path) -> None:
    async with letters(tmp_path) as (office, weekly, box):
        to_monday(office)
        box.refusing = "550 no such mailbox"
        await weekly.run_once()
        box.refusing = ""
        await weekly.run_once()
        assert box.letters == []
        assert (await office.store.protected.wishes())[WHO].mail_refused_at == office.clock.now()
        to_monday(office)
        await weekly.run_once()
        assert (await office.store.protected.wishes())[WHO].mail_refused_at is None


async def test_address_that_is_refused_for_a_while_is_tried_for_a_day(tmp_path: Path) -> None:
    async with letters(tmp_path) as (office, weekly, box):
        to_monday(office)
        box.refusing = "451 come again"
        await weekly.run_once()
        assert (await office.store.protected.wishes())[WHO].mail_refused_at is None
        office.clock.pass_(hours=24)
        await weekly.run_once()
        assert (await office.store.protected.wishes())[WHO].mail_refused_at is not None


@pytest.mark.parametrize("ending", ["withdrawn", "no address", "stopped", "not protected"])
async def test_who_wishes_it_no_more_gets_none_and_no_file_has_the_address(tmp_path: Path, ending: str) -> None:
    async with letters(tmp_path) as (office, weekly, box):
        people = office.store.protected
        to_monday(office)
        await weekly.run_once()
        stop = re.search(rf"{ADDRESS}/mine/stop/(\S+)", box.letters.pop().get_content())
        assert stop is not None
        if ending == "withdrawn":
            await people.withdraw(WHO)
        elif ending == "no address":
            await wish(office, mail=None)
        elif ending == "stopped":
            assert await people.stop_mail(stop[1])
        else:
            assert await people.write_only_to([]) == 1
        to_monday(office)
        await weekly.run_once()
        assert box.letters == []
        assert not await people.stops(stop[1])
        assert await office.store.verify() == []
        assert [each.name for each in owned_files(office.files.loaded) if BOX.encode() in each.read_bytes()] == []


async def test_waiting_messages_of_support_are_counted(tmp_path: Path) -> None:
    async with letters(tmp_path) as (office, weekly, box):
        link = await office.store.protected.make_link(HER, actor="nadia")
        await office.store.protected.open_link(link)
        await office.store.protected.support(WHO, "You are not alone in this.", actor="mara")
        to_monday(office)
        await weekly.run_once()
        assert "Messages of support that wait on your page: 1" in box.letters[0].get_content()
        assert "alone in this" not in box.letters[0].get_content()


@given(
    now=st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  the strategy asks for naive ends
    day=st.sampled_from(list(DAY_WORDS)),
    hour=st.integers(0, 23),
)
def test_weeks_follow_each_other_without_a_gap_whatever_the_clocks_do(now: datetime, day: Any, hour: int) -> None:
    settings = WeeklyDigest.model_validate({"day": day, "at": f"{hour:02}:30"})
    since, until = last_week(settings, LONDON, now)
    assert since < until <= now < until + timedelta(days=7, hours=1)
    assert last_week(settings, LONDON, since) == (last_week(settings, LONDON, until - timedelta(hours=1))[0], since)
