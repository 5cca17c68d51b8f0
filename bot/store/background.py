"""What bears on a page of mentions, all of it as it was at one moment: one read instead of one for each question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store import brakes, history, incidents, wishes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime, timedelta

    from sqlalchemy import Connection

    from bot.brake import BrakedRule
    from bot.model import EarlierAbuse, History
    from bot.store.records import Standing, Thread
    from bot.store.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Of whom and of what some mentions speak."""

    authors: Collection[str] = ()
    """By `uri`."""
    strikes_since: datetime
    """What arrived before is no strike any more."""
    accounts: Collection[str] = ()
    """Whose crowds are asked for."""
    crowds_since: datetime
    largest_crowd: int = 1_000
    conversations: Collection[str] = ()
    targets: Collection[str] = ()
    """By handle, in lower case."""
    incident: timedelta
    """How far back abuse of one target belongs together."""
    voices: Collection[str] = ()
    """The accounts whose wordings are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """The answers. Everybody and everything asked for has an entry, if an empty one, but for `standings`."""

    histories: Mapping[str, History]
    """By author; `names` holds every handle under which they were seen, the latest first, today's among them."""
    crowds: Mapping[str, tuple[EarlierAbuse, ...]]
    """By account, who was abusive to it since then, the last to arrive first; `largest_crowd` of them at most.

    What was left alone, or ruled *not abuse*, is not among it.
    """
    threads: Mapping[str, Thread]
    """By conversation, what we have said, or may yet say, in it."""
    standings: Mapping[str, Standing]
    """By target, for those alone that abuse was aimed at within that time."""
    wordings: Mapping[str, tuple[tuple[str, int], ...]]
    """By voice, (response, variant) of its last hundred drafts, newest first."""
    wishes: Mapping[str, Wish]
    """By the digest of their handle, what every protected person wishes."""
    braked: Mapping[str, BrakedRule]
    """By id, the rules that ran away and wait for an admin."""


def background(connection: Connection, about: About, *, now: datetime) -> Background:
    """What was asked about."""
    return Background(
        histories=history.histories(connection, about.authors, about.strikes_since),
        crowds=history.crowds(connection, about.accounts, about.crowds_since, about.largest_crowd),
        threads=history.threads(connection, about.conversations),
        standings=incidents.standings(connection, about.targets, now=now, within=about.incident),
        wordings={voice: history.wordings(connection, voice) for voice in about.voices},
        wishes=wishes.of_all(connection),
        braked=brakes.braked(connection),
    )
