"""What the pages of rules are given: the rules that the bot judges by now, in words, and a judgement to try."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.model import Author, History, Mention, Parent
from bot.rules.telling import tell
from bot.rules.written import Written

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.files import Files
    from bot.rules import Rulebook
    from bot.rules.telling import Telling

TRIED = "urn:tried"
"""What stands for the address of a text that was only tried."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A text that somebody wants to see judged, with what they say of it."""

    text: str
    bio: str = ""
    handle: str = ""
    to: str = ""
    """Whom it answers, by handle; empty for nobody."""
    parent: str = ""
    """What it answers."""


@dataclass(frozen=True, kw_only=True)
class RuleRoom:
    """The rules as they are judged by, for whoever reads them; nothing here changes anything."""

    files: Callable[[], Files]
    """What the bot works with now; another after a reload."""
    now: Callable[[], datetime]

    @property
    def book(self) -> Rulebook:
        """The rules of now."""
        return self.files().rulebook

    @property
    def written(self) -> Written:
        """The rules of now, in words."""
        return _written(self.book)

    async def explain(self, tried: Sentence) -> Telling:
        """Every step of the judgement of a text. Nothing of it is kept."""
        book = self.book
        said = self.mention(tried.text, self.now())
        author = replace(said.author, handle=tried.handle, bio=tried.bio)
        parent = Parent(uri="", author=tried.to, text=tried.parent) if tried.to or tried.parent else None
        mention = replace(said, author=author, addressed=(tried.to,) if tried.to else (), parent=parent)
        explanation = await asyncio.to_thread(book.explain, mention, History())
        return tell(explanation, rules=len(book.rules))

    def mention(self, text: str, at: datetime, *, lang: str | None = None) -> Mention:
        """A text as if nobody in particular had just written it to the first of our accounts."""
        return Mention(
            uri=TRIED,
            platform="",
            account=self.files().config.accounts[0].id,
            native_id="",
            author=Author(uri="", handle=""),
            text=text,
            created_at=at,
            lang=lang,
        )


@lru_cache(maxsize=1)
def _written(book: Rulebook) -> Written:
    """Worked out once for each set of rules; the one before is let go."""
    return Written(book)
