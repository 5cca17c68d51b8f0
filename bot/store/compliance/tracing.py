"""Finds a person behind the wall: what of theirs was passed, whose posts name them, and whether they are on the list.

What a box holds is opened by whoever asks: its shape is none of the store's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bot.store.compliance.holds import standing
from bot.store.compliance.tables import conduct, handovers, referrals, suspended, unopened
from bot.store.needles import plain
from bot.store.tracing import Person

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection, Row

    from bot.store.needles import Needles

_ROUNDS = 3
"""Handle to address to former handle, and once more for an account that moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What matters of a box to finding somebody in it."""

    author: Person
    texts: tuple[str, ...]
    """All else that it says: posts, profiles, captures."""


Reader = Callable[[str], Contents]
"""Reads what was in a box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Where a person stands behind the wall; referrals by their numbers, in order."""

    person: Person
    written: tuple[int, ...] = ()
    """Referrals of what they wrote, as far as that is still there."""
    naming: tuple[int, ...] = ()
    """Referrals of what others wrote that names them: each is about its author, and stays for that."""
    under_way: tuple[int, ...] = ()
    """Of what they wrote, what has no outcome, or a hand-over that has not arrived."""
    held: tuple[int, ...] = ()
    """Of what they wrote, what a legal hold keeps."""
    entries: tuple[str, ...] = ()
    """Their entries on the list of suspended members."""
    entries_needed: tuple[int, ...] = ()
    """The referrals that stay and stand on a match with one of these entries, so that the entry stays with them."""
    noted: tuple[int, ...] = ()
    """Other referrals where the reason of a hold, or what the body's system calls it, names them."""
    handed_over: tuple[int, ...] = ()
    """Of what they wrote, what the body's own system has."""
    unopened: int = 0
    """Boxes that could not be opened: nobody can tell whom they name."""

    @property
    def stays(self) -> tuple[int, ...]:
        """The referrals that are not erased now: legal claims need them."""
        return tuple(sorted({*self.under_way, *self.held, *self.naming}))

    @property
    def goes(self) -> tuple[int, ...]:
        """The referrals that are."""
        return tuple(sorted({*self.written} - {*self.stays}))

    @property
    def going_entries(self) -> tuple[str, ...]:
        """The entries that are."""
        return () if self.entries_needed else self.entries

    @property
    def empty(self) -> bool:
        """Whether there is nothing that could go."""
        return not (self.goes or self.going_entries)


def trace(connection: Connection, known: Iterable[str], names: Iterable[str], reader: Reader) -> Presence:
    """Everything that is held on whoever bears these handles or addresses; `names` are looked for in notes too."""
    authors = {row.number: _author(row.author, reader(row.content)) for row in _kept(connection)}
    person = _person(authors.values(), known, names)
    needles = person.needles
    written = {number for number, author in authors.items() if _same(author, person)}
    others = (row for row in _kept(connection) if row.number not in written)
    naming = {row.number for row in others if any(map(needles.identify, reader(row.content).texts))}
    open_ones = _under_way(connection, written)
    held = written & standing(connection).keys()
    listed = connection.execute(select(suspended.c.id, suspended.c.handle).order_by(suspended.c.id))
    entries = [row.id for row in listed if row.handle and plain(row.handle) in person.handles]
    return Presence(
        person=person,
        written=tuple(sorted(written)),
        naming=tuple(sorted(naming)),
        under_way=tuple(sorted(open_ones)),
        held=tuple(sorted(held)),
        entries=tuple(entries),
        entries_needed=tuple(_standing_on(connection, entries, open_ones | held)),
        noted=tuple(sorted(_noted(connection, needles) - written - naming)),
        handed_over=tuple(sorted(written & _sent(connection))),
        unopened=connection.execute(select(func.count()).select_from(unopened)).scalar_one(),
    )


def _kept(connection: Connection) -> Iterator[Row[Any, Any, Any]]:
    """What is still there of every referral, a few at a time: each may hold pictures."""
    query = select(referrals.c.number, referrals.c.author, referrals.c.content)
    query = query.where(referrals.c.content.is_not(None)).order_by(referrals.c.number)
    with connection.execute(query.execution_options(yield_per=20)) as rows:
        yield from rows


def _author(handle: str | None, contents: Contents) -> Person:
    return replace(contents.author, handles=contents.author.handles | ({plain(handle)} if handle else set()))


def _same(author: Person, person: Person) -> bool:
    return bool(author.handles & person.handles or author.uris & person.uris)


def _person(authors: Collection[Person], known: Iterable[str], names: Iterable[str]) -> Person:
    """Whoever bears these handles or addresses, with all under which they wrote."""
    given = {plain(each) for each in known if each}
    uris = frozenset(each for each in given if "://" in each)
    person = Person(handles=frozenset(given - uris), uris=uris, names=frozenset(names))
    for _ in range(_ROUNDS):
        theirs = [person, *(author for author in authors if _same(author, person))]
        person = Person(
            handles=frozenset().union(*(each.handles for each in theirs)),
            uris=frozenset().union(*(each.uris for each in theirs)),
            names=frozenset().union(*(each.names for each in theirs)),
            posts=frozenset().union(*(each.posts for each in theirs)),
        )
    return person


def _under_way(connection: Connection, numbers: AbstractSet[int]) -> set[int]:
    """Of these referrals those without an outcome, or whose hand-over was asked for and has not arrived."""
    waits = select(referrals.c.number).where(referrals.c.outcome.is_(None))
    going = select(handovers.c.referral).where(handovers.c.sent_at.is_(None))
    return {*connection.execute(waits).scalars(), *connection.execute(going).scalars()} & numbers


def _sent(connection: Connection) -> set[int]:
    return set(connection.execute(select(handovers.c.referral).where(handovers.c.sent_at.is_not(None))).scalars())


def _standing_on(connection: Connection, entries: Collection[str], numbers: Collection[int]) -> list[int]:
    """Of these referrals those that stand on a match with one of the entries."""
    matched = select(conduct.c.referral).where(conduct.c.entry.in_(entries), conduct.c.removed_at.is_(None))
    return sorted(set(connection.execute(matched).scalars()).intersection(numbers))


def _noted(connection: Connection, needles: Needles) -> set[int]:
    """Where somebody here, or the body's system, noted something that names them."""
    noted = {number: [hold.reason] for number, hold in standing(connection).items()}
    query = select(handovers.c.referral, handovers.c.reference, handovers.c.trouble)
    for number, *texts in connection.execute(query):
        noted.setdefault(number, []).extend(text for text in texts if text)
    return {number for number, texts in noted.items() if any(map(needles.name, texts))}
