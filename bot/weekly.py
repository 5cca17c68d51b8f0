"""Once a week a letter to each protected person who wishes it: what was aimed at them, in figures alone.

No word of a post and no author stands in it, and no way to their own page, whose address is theirs alone. A letter is
claimed, sent, noted: a stop between the last two sends it once more, under the same Message-ID. Twice is better than
never here, for nothing in it is public, and nothing follows from it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from bot.config import WEEKDAYS
from bot.mail import NotTakenError, RefusedError, send
from bot.ports import Fault, PlatformError
from bot.store.encoding import sha256

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.config import MailServer, WeeklyDigest
    from bot.store import Letter, Store

LOG = structlog.get_logger()
AGAIN = timedelta(minutes=10)
"""So long after the mail server failed it is asked again."""
PATIENCE = timedelta(days=1)
"""So long an address may be refused for a while; then the letter of that week is given up."""
DAY_WORDS = dict(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)


@dataclass(frozen=True, kw_only=True)
class Weekly:
    """The letters of the week."""

    store: Store
    settings: WeeklyDigest
    server: MailServer
    password: str = field(repr=False, default="")
    party: str
    time_zone: str
    url: str
    """Where the pages for people outside are, without a slash at its end."""
    now: Callable[[], datetime]

    async def run_once(self) -> None:
        """Send every letter that is due. Raises PlatformError when the mail server takes none."""
        since, until = last_week(self.settings, self.time_zone, self.now())
        for person in await self.store.protected.due(until):
            if (letter := await self.store.protected.claim_letter(person, since, until)) is not None:
                await self._send(letter)

    async def _send(self, letter: Letter) -> None:
        people = self.store.protected
        try:
            await asyncio.to_thread(send, self.server, self.password, self._written(letter))
        except RefusedError as refused:
            if refused.for_good or self.now() - letter.until >= PATIENCE:
                LOG.warning("weekly.refused", why=str(refused))
                await people.told(letter.person, letter.until, refused=True)
            else:
                await people.let_go(letter.person)
        except NotTakenError as trouble:
            await people.let_go(letter.person)
            message = f"The week's letters to protected people wait: {trouble} They are tried again."
            raise PlatformError(Fault.TRANSIENT, message, code="unreachable", retry_at=self.now() + AGAIN) from trouble
        else:
            await people.told(letter.person, letter.until)

    def _written(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self.server.sender, letter.address
        message["Subject"] = "Your week"
        message["Date"] = format_datetime(self.now())
        domain = self.server.sender.rpartition("@")[2].rstrip(">")
        message["Message-ID"] = f"<{sha256(f'{letter.stop} {letter.until.isoformat()}')[:40]}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        stop = f"{self.url}/mine/stop/{letter.stop}"
        message["List-Unsubscribe"] = f"<{stop}>"
        message.set_content(letter_text(letter, party=self.party, time_zone=self.time_zone, stop=stop))
        return message


def last_week(settings: WeeklyDigest, time_zone: str, now: datetime) -> tuple[datetime, datetime]:
    """From when to when the last whole week ran, by the party's clock: from letter to letter, at or before `now`."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    last = today - timedelta(days=(today.weekday() - WEEKDAYS.index(settings.day)) % len(WEEKDAYS))
    if datetime.combine(last, settings.at, zone).astimezone(UTC) > now:
        last -= timedelta(weeks=1)
    # Each end by the clock on the wall, so that no hour falls between two weeks when the clocks change.
    since, until = (datetime.combine(day, settings.at, zone) for day in (last - timedelta(weeks=1), last))
    return since.astimezone(UTC), until.astimezone(UTC)


def letter_text(letter: Letter, *, party: str, time_zone: str, stop: str) -> str:
    """What the letter says."""
    zone, week = ZoneInfo(time_zone), letter.week
    since, until = (moment.astimezone(zone) for moment in (letter.since, letter.until))
    span = f"{since:%A %-d %B, %H:%M}, to {until:%A %-d %B %Y, %H:%M}"
    figures = (
        f"Abusive posts aimed at you: {week.posts}\n"
        f"Answered in public: {week.replies}\n"
        f"Referred to the platform, the police or the party's disciplinary body: {week.referred}\n"
        f"Not there any more, whoever removed them: {week.gone}\n\n"
        "The record is kept. You need not look at any of it, nor answer."
        if week.posts
        else "Nothing abusive was aimed at you that we saw."
    )
    waiting = f"\nMessages of support that wait on your page: {letter.waiting}\n" if letter.waiting else ""
    return (
        f"Your week, {span}.\n\n{figures}\n{waiting}\n"
        "More stands on your own page. Its address is yours alone, and so it is not in this letter; if you have it no"
        f" longer, ask {party} for a new link.\n\n"
        f"No more of these letters, with one press and without signing in:\n{stop}\n\n"
        "Written by a program; nobody reads what is sent back to it. It counts, and repeats nothing.\n"
    )
