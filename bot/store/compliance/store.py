"""The one door to the compliance team's database: every query and every write behind the wall, as coroutines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from bot.store import audit, trails
from bot.store.compliance import conduct, handovers, holds, keeping, referrals, restored, staff
from bot.store.compliance.subjects import Subjects
from bot.store.compliance.tables import BEHIND_THE_WALL
from bot.store.engine import Database, exists
from bot.store.people import People
from bot.store.verify import chains

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from bot.model import AuditEvent, Reviewer
    from bot.store.answers import AuditSought, ChainHead
    from bot.store.compliance.records import (
        Conduct,
        HandedOver,
        LegalHold,
        Outcome,
        PassedBox,
        Referral,
        RemovalReceipt,
        Suspended,
        Switch,
        Terms,
        Unopened,
    )
    from bot.store.erasing import RememberedHold
    from bot.store.records import AuditFault


class ComplianceStore:
    """What the compliance team knows. Each writing method is one transaction, with its audit event or events.

    Every method may raise StoreError.
    """

    def __init__(self, database: Database) -> None:
        self._db = database
        self.people = People(database)
        """Who is signed in, and by what."""
        self.subjects = Subjects(database)
        """Whom the database tells of: found, and erased."""

    @classmethod
    def open(cls, url: str, *, now: Callable[[], datetime], exclusive: bool = False) -> Self:
        """Opens the database, made or upgraded if need be. Raises StoreError, also for one of the bot's."""
        return cls(Database(url, now=now, exclusive=exclusive, lineage=BEHIND_THE_WALL))

    @staticmethod
    def exists(url: str) -> bool:
        """Whether there is a database at the address already. Raises StoreError when that cannot be told."""
        return exists(url)

    async def close(self) -> None:
        """Waits for what is under way and lets go of the file."""
        await self._db.close()

    async def seed(self, people: Iterable[Reviewer], *, only_missing: bool = False) -> None:
        """Stores the people of the configuration; those no longer named stay, inactive and signed out.

        `only_missing`, for a command beside a running office, leaves everybody as they are who is stored already.
        """
        await self._db.write(staff.seed, list(people), only_missing=only_missing)

    # What comes over the wall

    async def take_in(self, passed: PassedBox, *, look: bool = False, erased: bool = False) -> int | None:
        """Keeps what was in a box, once; the number it has, `None` where nothing is kept. Safe to repeat.

        `look`: whether its author may be looked for on the list of suspended members, which must be switched on too.
        `erased`: that it came before, and was erased for somebody: then it has its number, and no content.
        """
        return await self._db.write(referrals.take_in, passed, look=look, erased=erased)

    async def note_unopened(self, box_id: str, *, sealed_sha256: str, why: str) -> None:
        """Remembers that a box could not be opened, until it can."""
        await self._db.write(referrals.note_unopened, box_id, sealed_sha256=sealed_sha256, why=why)

    async def unopened(self) -> list[Unopened]:
        """The boxes that could not be opened, the first first."""
        return await self._db.read(referrals.all_unopened)

    async def received(self, ids: Collection[str]) -> set[str]:
        """Which of these boxes were received."""
        return await self._db.read(referrals.received, ids)

    # Referrals

    async def waiting(self) -> list[Referral]:
        """The referrals that have no outcome yet, the oldest first."""
        return await self._db.read(referrals.everything, done=False)

    async def concluded(self) -> list[Referral]:
        """The referrals that have an outcome, the latest first."""
        return await self._db.read(referrals.everything, done=True)

    async def read(self, number: int, *, actor: str) -> Referral | None:
        """The referral of that number, for somebody to read, which is put on record; `None` when there is none."""
        found = await self._db.read(referrals.one, number)
        if found is not None:
            await self._db.write(referrals.note_reading, number, actor=actor)
        return found

    async def acknowledge(self, number: int, *, version: int, actor: str) -> Referral:
        """Notes that somebody took it on. Raises Overtaken."""
        return await self._db.write(referrals.acknowledge, number, version=version, actor=actor)

    async def conclude(self, number: int, *, version: int, actor: str, outcome: Outcome) -> Referral:
        """Notes what became of it. Raises Overtaken."""
        return await self._db.write(referrals.conclude, number, version=version, actor=actor, outcome=outcome)

    # Keeping

    async def purge(self, terms: Terms) -> list[int]:
        """Blanks what was passed, once its time after the outcome is over; the numbers. Dates and outcome stay.

        What is not concluded, or kept by a legal hold, stays whole at any age.
        """
        purged = await self._db.write(keeping.purge, terms)
        await self._db.apart(self._db.backend.scrub)  # also for what somebody's reading put off the last time
        return purged

    async def copies_over(self, numbers: Collection[int], terms: Terms) -> list[int]:
        """Of these referrals those of which no copy may lie in the folder of the hand-over any more."""
        return await self._db.read(keeping.copies_over, numbers, terms, self._db.now())

    async def hold(self, number: int, reason: str, *, actor: str) -> LegalHold | None:
        """Keeps a referral from every clock and every erasure; the hold that stands. `None` where nothing is kept."""
        return await self._db.write(holds.place, number, reason, actor=actor)

    async def lift(self, hold: str, *, actor: str) -> bool:
        """Lets the clock go on, and forgets the reason; False where no hold of that id stands."""
        return await self._db.write(holds.lift, hold, actor=actor)

    async def holds_again(
        self, remembered: Collection[RememberedHold], *, digest: Callable[[str], str]
    ) -> list[RememberedHold]:
        """Places again the holds that a restored backup lost; what is to be remembered anew."""
        return await self._db.write(restored.holds_again, remembered, digest=digest)

    async def holds(self) -> dict[int, LegalHold]:
        """The holds that stand, by the number of their referral."""
        return await self._db.read(holds.standing)

    # Handing over

    async def hand_over(self, number: int, *, actor: str) -> bool:
        """Asks that a referral be handed over; False where that was asked before, or nothing of it is kept."""
        return await self._db.write(handovers.ask, number, actor=actor)

    async def handed_over(self, number: int) -> HandedOver | None:
        """How its handing over stands; `None` where nobody has asked for it."""
        return await self._db.read(handovers.of_referral, number)

    async def handovers_due(self) -> list[Referral]:
        """What is to be sent now, the first asked for first."""
        numbers = await self._db.read(handovers.due, self._db.now())
        found = [await self._db.read(referrals.one, number) for number in numbers]
        return [each for each in found if each is not None]

    async def note_sent(self, number: int, *, sha256: str) -> None:
        """Notes that it arrived; `sha256` is the digest of what was sent."""
        await self._db.write(handovers.sent, number, sha256=sha256)

    async def note_not_sent(self, number: int, *, why: str) -> None:
        """Notes that it did not arrive; it is tried again."""
        await self._db.write(handovers.failed, number, why=why)

    async def note_answered(self, number: int, *, reference: str) -> bool:
        """Notes that the body's system has acknowledged it; False for what was never sent. Safe to repeat."""
        return await self._db.write(handovers.answered, number, reference=reference)

    # Suspended members

    async def switch_list(self, *, on: bool, actor: str) -> None:
        """Switches the list of suspended members on or off, on record; once on, it is looked for in what waits."""
        await self._db.write(conduct.switch, on=on, actor=actor)

    async def list_switched(self) -> Switch | None:
        """Who switched the list the last time; `None` when nobody ever has, and it is off."""
        return await self._db.read(conduct.switched)

    async def suspended(self) -> list[Suspended]:
        """The list, by handle."""
        return await self._db.read(conduct.entries)

    async def suspend(self, handles: Iterable[str], *, actor: str) -> int:
        """Puts handles on the list that are not there, and looks for them in what waits; how many were new."""
        return await self._db.write(conduct.add, list(handles), actor=actor)

    async def remove_entry(self, entry: str, *, actor: str) -> RemovalReceipt | None:
        """Takes a handle off the list, with every match that nobody has confirmed; `None` where it is not there."""
        return await self._removed(await self._db.write(conduct.remove_entry, entry, actor=actor))

    async def conduct(self) -> dict[int, Conduct]:
        """The matches that stand, by the number of their referral."""
        return await self._db.read(conduct.of_referrals)

    async def confirm(self, number: int, *, actor: str) -> Conduct | None:
        """Counts one person's confirmation of the match at that referral; `None` where none stands there."""
        return await self._db.write(conduct.confirm, number, actor=actor)

    async def remove_match(self, number: int, *, actor: str) -> RemovalReceipt | None:
        """Removes a wrong match; what nobody had referred is blanked with it. `None` where none stands there."""
        return await self._removed(await self._db.write(conduct.remove_match, number, actor=actor))

    async def _removed(self, receipt: RemovalReceipt | None) -> RemovalReceipt | None:
        """Clears what was removed from wherever the database still holds it, as far as it can."""
        if receipt is not None:
            await self._db.apart(self._db.backend.scrub)
        return receipt

    # Audit

    async def note(self, kind: str, *, actor: str, detail: Mapping[str, object] | None = None) -> None:
        """Appends an audit event that is not a referral's. No personal data."""
        entry = audit.Entry(stream=audit.SYSTEM, kind=kind, actor=actor, detail=detail or {})
        await self._db.write(audit.append, [entry])

    async def trail(self, number: int) -> list[AuditEvent]:
        """The audit events of a referral, in order."""
        return await self._db.read(audit.trail, str(number))

    async def audit_events(self) -> list[AuditEvent]:
        """Every event, in the order of its chain."""
        return await self._db.read(audit.events)

    async def audit_page(self, sought: AuditSought, *, limit: int = 50) -> list[AuditEvent]:
        """The events that are asked for, the latest first and no more than `limit`."""
        return await self._db.read(trails.page, sought, limit=limit)

    async def chain_heads(self) -> list[ChainHead]:
        """The last event of each chain, by name."""
        return await self._db.read(trails.heads)

    async def verify(self) -> list[AuditFault]:
        """Recomputes the chains; empty when they are whole."""
        return await self._db.read(chains)

    async def check(self) -> list[str]:
        """What is wrong with the database, each in a sentence; empty when nothing is."""
        return await self._db.apart(self._db.backend.check)
