"""Messages of support: to whom one can be written now, and what none may say.

They are from the team and signed by nobody else. What is written is kept for its person alone: nobody here reads it
again, whoever wrote it neither, and nobody is told whether it was read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.responses import LINK, handles
from bot.store import Put, Wish, digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.files import Files
    from bot.store import Store

MOST_CHARACTERS = 600
LATELY = timedelta(days=28)
WHY_NOT = {
    Put.FULL: "Nothing was kept: as many messages as we let wait are waiting for them already.",
    Put.NOT_WISHED: "Nothing was kept: they take no messages of support now.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Supported:
    """A protected person, as somebody who would write to them sees them."""

    person: str
    """The digest of their handle."""
    name: str
    handle: str
    why_not: str
    """Why nobody can write to them now, in words; empty when one can."""
    lately: int
    """How many messages were written to them in the last 28 days, by whomever."""


@dataclass(frozen=True, kw_only=True)
class Support:
    """Where messages of support are written."""

    store: Store
    files: Files

    async def people(self) -> list[Supported]:
        """Every protected person, in the order of the configuration."""
        wishes = await self.store.protected.wishes()
        written = await self.store.protected.support_lately(LATELY)
        return [
            Supported(
                person=(person := digest_of(each.handle)),
                name=each.name,
                handle=each.handle,
                why_not=_why_not(wishes.get(person)),
                lately=written.get(person, 0),
            )
            for each in self.files.config.protected
        ]

    async def write(self, person: str, text: str, *, by: str) -> str:
        """Put a message into somebody's queue; why it was not kept, in words, empty when it was."""
        if person not in {digest_of(each.handle) for each in self.files.config.protected}:
            return "Nothing was kept: that is nobody who is protected here."
        if faults := tuple(self.faults(text)):
            return f"Nothing was kept. {' '.join(faults)}"
        return WHY_NOT.get(await self.store.protected.support(person, text, actor=by), "")

    def faults(self, text: str) -> Iterator[str]:
        """What must be otherwise before it may be kept, each as a sentence."""
        if not text.strip() or len(text) > MOST_CHARACTERS:
            yield f"A message has words, and at most {MOST_CHARACTERS} characters."
        yield from self.files.abuse_in(text)
        if found := handles(text):
            yield f"“{found[0]}” is somebody’s handle: it names nobody, least of all who attacked them."
        if LINK.search(text):
            yield "It has a link: who was attacked should not have to wonder where one leads."
        named = {
            part for person in self.files.reviewers.values() for part in person.name.split() if len(part) > 1
        } & set(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text))
        if named:
            yield f"“{min(named)}” is the name of somebody who works here: it is signed by all of us."


def _why_not(wish: Wish | None) -> str:
    if wish is None or (wish.given_at is None and wish.withdrawn_at is None):
        return "has not said yes on a page of their own"
    if wish.withdrawn_at is not None:
        return "has taken their consent back"
    if not wish.own_page:
        return "has no page of their own"
    return "" if wish.support else "wishes no messages"
