"""What a desk is told of itself: who is on and what is open when a shift begins, and the digest of the morning.

Counts, ages and case ids; no word by or about anybody of the public, but for what a colleague wrote into a note.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.model import State
from bot.review.condition import name_of_scope, waiting, wrongs
from bot.review.words import age_of, case_count, moment, name_of, policy_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.attention import Attention
    from bot.model import Case
    from bot.review.room import Room
    from bot.store import Handover

DAY = timedelta(days=1)
MOST = 15
"""Cases that one message names."""
OPEN = frozenset({State.OPEN, State.FAILED, State.UNCONFIRMED})


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """Looks at the store, and says each thing once, also where several processes could."""

    room: Room
    attention: Attention

    async def shift(self, *, safety: bool) -> str:
        """What a desk is told now, because a shift of its rota has begun; empty when none has, or it was told."""
        now = self.room.now()
        rota = self.attention.safety if safety else self.attention.staff
        turns = rota.turns_at(now)
        if not turns:
            return ""
        began = max(turn.start for turn in turns)
        last = await self.room.store.announce("shift:safety" if safety else "shift:staff", began)
        if last is None:
            return ""
        until = min(turn.end for turn in turns).astimezone(ZoneInfo(rota.zone))
        notes = await self.room.store.handed_over(last if last < began else began - DAY, safety=safety)
        states = {State.ESCALATED} if safety else OPEN
        cases = await self.room.store.cases(states=states, safety=safety)
        return "\n".join(
            (
                f"A shift begins: {self.attention.names(rota.on(now))}, until {until:%H:%M}.",
                *self.notes(notes),
                *self._open(cases, now),
            )
        )

    async def relief(self) -> str:
        """What the safety desk is told now, because nobody has taken over what the last shift left; or nothing.

        Told again as often as an escalation rings, until somebody has.
        """
        watch = await self.room.watch()
        if watch.began is None:
            return ""
        every = timedelta(minutes=self.attention.files.config.schedule.ring_minutes)
        told = watch.began + (self.room.now() - watch.began) // every * every
        if await self.room.store.announce("relief", told) is None:
            return ""
        now, before = self.room.names(watch.relieving), self.room.names(watch.staying)
        left = f"{case_count(len(watch.left))} of the last shift, the first {watch.left[0]}"
        return f"{now}, please say “I have it” (/takeover): {left}. Until then these are on as well: {before}."

    async def digest(self) -> str:
        """The digest of this morning for staff; empty when it was told already."""
        now = self.room.now()
        today = now.astimezone(ZoneInfo(self.attention.staff.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        if await self.room.store.announce("digest", today) is None:
            return ""
        stats = await self.room.store.stats(now - DAY, safety=False)
        found = await self.room.vitals()
        ended = ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in sorted(stats.cases.items()))
        came = f"{stats.mentions} mentions came: {stats.ignored} left alone, {stats.recorded} recorded"
        since = found.oldest_of_staff
        notes = await self.room.store.handed_over(now - DAY, safety=False)
        return "\n".join(
            (
                "Good morning. The last 24 hours:",
                f"{came}.",
                f"Replies posted: {stats.posted}.{f' Cases: {ended}.' if ended else ''}",
                f"Waiting now: {waiting(found, safety=False)}, the oldest for {age_of(since, now)}."
                if since
                else "Nothing waits.",
                *(f"Paused: {name_of_scope(scope, self.room.accounts)}." for scope in found.paused),
                *(rule.sentence for rule in (await self.room.store.braked()).values()),
                *(f"Failing: {each}" for each in wrongs(found, self.room.accounts)),
                *self.notes(notes),
            )
        )

    def notes(self, notes: Sequence[Handover]) -> tuple[str, ...]:
        """Each hand-over note with who wrote it and when."""
        now, people = self.room.now(), self.room.reviewers
        return tuple(f"Hand-over by {name_of(note.by, people)}, {moment(note.at, now)}: {note.text}" for note in notes)

    def _open(self, cases: Sequence[Case], now: datetime) -> tuple[str, ...]:
        """What is open, the oldest first."""
        if not cases:
            return ("Nothing waits here.",)
        more = (f"and {len(cases) - MOST} more",) if len(cases) > MOST else ()
        named = (
            f"• case {case.id}: {policy_words(case.verdict.policy)}, for {age_of(case.opened_at, now)}"
            for case in cases[:MOST]
        )
        return f"{len(cases)} {'waits' if len(cases) == 1 else 'wait'}, the oldest first:", *named, *more
