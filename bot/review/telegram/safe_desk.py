"""The Telegram desk of a bot that could not start: says so once in each chat, and answers whatever is asked there."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from bot.review.telegram.cards import plain
from bot.review.telegram.line import ElsewhereError, Line, LineError, LostError, MovedError, RejectedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.review.telegram.line import Heard

LOG = structlog.stdlib.get_logger(__name__)
LONGEST_WAIT = 60.0
"""Seconds between two attempts when Telegram cannot be reached."""
NOTHING = "Safe mode: nothing can be decided or posted. /status says why."


@dataclass(kw_only=True)
class SafeDesk:
    """Decides nothing, and has nothing to decide with."""

    token: str = field(repr=False)
    chats: set[int]
    why: Callable[[], str]
    """What is wrong now and what to do."""
    asked: Callable[[], None]
    """Called when somebody asks how it stands: perhaps they have just mended it."""
    told: set[int]
    """The chats that have been told already."""
    base_url: str | None = None
    """Another Bot API server than Telegram's own."""

    async def run(self) -> None:
        """Tell, then listen, until cancelled; or until another program turns out to be listening: then a bot runs."""
        line, failures = Line.alone(self.token, base_url=self.base_url), 0
        try:
            while True:
                try:
                    await line.open()
                    for chat in self.chats - self.told:
                        await self._tell(line, chat)
                    for heard in await line.hear():
                        await self._answer(line, heard)
                    failures = 0
                except ElsewhereError as error:
                    LOG.error("telegram.conflict", why=str(error))  # noqa: TRY400  the trace adds nothing
                    return
                except LineError as error:
                    failures += 1
                    LOG.warning("telegram.unreachable", why=str(error))
                    await asyncio.sleep(min(2.0**failures, LONGEST_WAIT))
        finally:
            await line.close()

    async def _tell(self, line: Line, chat: int) -> None:
        """Say what is wrong. A chat that the bot may not write to is not tried twice. Raises DownError."""
        try:
            await line.send(chat, plain(self.why()))
        except MovedError as moved:
            self.chats.add(moved.chat_id)
        except (LostError, RejectedError) as error:
            LOG.warning("telegram.not_said", why=str(error))
        self.told.add(chat)

    async def _answer(self, line: Line, heard: Heard) -> None:
        if heard.chat_id not in self.chats:
            return
        with contextlib.suppress(LineError):  # Whoever asked may ask again.
            if heard.press_id:
                await line.answer(heard.press_id, NOTHING, alert=True)
            elif heard.text.startswith("/status"):
                await line.send(heard.chat_id, plain(self.why()), answers=heard.message_id)
                self.asked()
            else:
                await line.send(heard.chat_id, plain(NOTHING), answers=heard.message_id)
