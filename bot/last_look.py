"""The last look before posting: does the post stand as it was when its reply was approved, and may it be answered?"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model import Event, Visibility
from bot.ports import PlatformError, Presence
from bot.responses import length

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.model import Case, Mention
    from bot.ports import Publisher, Sighting

OPEN = frozenset({Visibility.PUBLIC, Visibility.UNLISTED})
"""What everybody may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """Why a reply is not posted, in words for staff, and what becomes of its case."""

    event: Event
    note: str


async def last_look(case: Case, publishers: Mapping[str, Publisher]) -> Mention | Hindrance:
    """The post as it now is, perhaps edited, or what forbids an answer. Raises PlatformError when nobody can tell.

    `publishers` are those of the accounts that may have answered it, by account id.
    """
    others = [publisher for name, publisher in publishers.items() if name != case.account]
    sighting, elsewhere = await asyncio.gather(
        publishers[case.account].look(case.mention), _answered_by(others, case.mention)
    )
    if sighting.presence is Presence.GONE:
        return Hindrance(event=Event.WITHDRAWN, note="The post was deleted.")
    if sighting.presence is Presence.UNREACHABLE or sighting.mention is None:
        note = sighting.why or "This account cannot see the post, or its author has blocked it."
        return Hindrance(event=Event.FAILED, note=note)
    if sighting.answered or elsewhere:
        return Hindrance(event=Event.WITHDRAWN, note="An account of ours has already answered this post.")
    edited = sighting.mention.digest != case.mention.digest
    unfit = None if edited else _unfit_because(case, sighting.mention, sighting)
    return Hindrance(event=Event.FAILED, note=unfit) if unfit else sighting.mention


def _unfit_because(case: Case, now: Mention, sighting: Sighting) -> str | None:
    """Why the reply cannot be posted as it was approved, as a sentence; `None` when it can."""
    if case.mention.visibility in OPEN and now.visibility not in OPEN:
        return f"Its author has narrowed who can see the post since: it is for {now.visibility} now."
    long, most = length(case.draft.text, case.mention.platform) if case.draft else 0, sighting.character_limit
    if most is not None and long > most:
        return f"The reply has {long} characters, and the server takes no more than {most} now. Shorten it."
    return None


async def _answered_by(others: list[Publisher], mention: Mention) -> bool:
    """Whether one of these accounts has answered the post; one whose server does not tell holds nothing up."""

    async def answered(publisher: Publisher) -> bool:
        with suppress(PlatformError):
            return await publisher.has_answered(mention)
        return False

    return any(await asyncio.gather(*map(answered, others)))
