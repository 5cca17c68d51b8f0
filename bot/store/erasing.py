"""Takes a person out of the database, with a receipt; the audit keeps ids and digests, and its chains stay whole.

What they wrote is blanked. What others wrote of them goes as a whole too, since evidence that could be rewritten would
be none. Nothing is done while a case of theirs is under way, or while a hold keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, func, insert, select, update

from bot.model import Event, State
from bot.store import support, weekly
from bot.store.advance import apply
from bot.store.audit import SYSTEM, Entry, append
from bot.store.encoding import from_json, sha256, to_json
from bot.store.loading import ROWS, chunks
from bot.store.needles import identifiers_in, names_in
from bot.store.records import Change
from bot.store.retention import blank_cases, blank_exhibits, blank_mentions
from bot.store.tables import (
    captures,
    cases,
    decisions,
    drafts,
    erasures,
    exhibits,
    handovers,
    holds,
    malformed,
    mention_versions,
    mentions,
    pauses,
    rejoinders,
    seen,
    support_messages,
    wishes,
)
from bot.store.tracing import Person, Trace, person_of, trace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Column, Connection

    from bot.store.engine import Transaction

_ENDS = {State.OPEN: Event.WITHDRAWN, State.APPROVED: Event.WITHDRAWN, State.FAILED: Event.EXPIRED}
"""How a case ends that came back open with somebody who was erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """An erasure as it is remembered: whom it was of, only who holds the key can find out."""

    id: str
    at: datetime
    actor: str
    digests: frozenset[str]
    """Keyed digests of handles, addresses and names."""
    pending: bool = False
    """Whether something was left that could not go yet."""
    until: datetime | None = None
    """Up to when it reaches, where a clock that was ahead had noted something later than `at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedHold:
    """A legal hold of the compliance office as it is remembered: on which box, only who holds the key can find out."""

    id: str
    box: str
    """Keyed digest: a box is the same after any restore."""
    at: datetime
    actor: str
    lifted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an erasure took, without a word of what it was."""

    erasure: Remembered
    trace: Trace
    """By ids; its person is for whoever looks through the files now, and is not to be kept."""

    @property
    def empty(self) -> bool:
        """Whether there was nothing to take."""
        return self.trace.empty


class NotErasedError(Exception):
    """It was refused, and nothing was changed. The message says why, and what to do."""


def refusal(found: Trace) -> str | None:
    """Why this person cannot be erased now, in a sentence; `None` when they can."""
    if found.held:
        return (
            f"A legal hold keeps {len(found.held)} of the records: see `hold list`. Whoever placed it says whether it"
            " still stands; once it is lifted, ask again."
        )
    if found.live:
        return (
            f"These cases are not done: {', '.join(found.live)}. Decide them first, then ask again: nothing that may"
            " still be posted, or that somebody is in danger by, is taken from under the people who work on it."
        )
    return None


def erase(
    tx: Transaction,
    known: Iterable[str],
    names: Iterable[str],
    *,
    actor: str,
    digest: Callable[[str], str],
    remember: Callable[[Remembered], None],
) -> Receipt:
    """Erases whoever bears these handles or addresses; `remember` is called before anything is changed.

    Raises NotErasedError.
    """
    found = trace(tx.connection, person_of(tx.connection, known, names), tx.vault)
    if why := refusal(found):
        raise NotErasedError(why)
    newest = _newest(tx.connection, found)
    erasure = Remembered(
        id=tx.new_id(),
        at=tx.now,
        until=newest if newest and newest > tx.now else None,
        actor=actor,
        digests=frozenset(map(digest, _remembered_by(found.person))),
        pending=bool(found.waiting),
    )
    remember(erasure)
    note(tx, erasure)
    _blank(tx, found, erasure, kind="subject.erased", actor=actor)
    return Receipt(erasure=erasure, trace=found)


def again(tx: Transaction, remembered: Collection[Remembered], *, digest: Callable[[str], str]) -> list[Receipt]:
    """Erases once more whoever came back with a restored backup, or was left until a case of others ended.

    An open case of theirs is withdrawn: it was decided before they were erased, in the time that the backup lost.
    What came in after an erasure is a new fact, and stays.
    """
    if not remembered:
        return []
    protected = set(tx.connection.execute(select(wishes.c.person_sha256)).scalars())
    candidates = {digest(each): each for each in {*_candidates(tx.connection), *protected}}
    receipts = []
    for erasure in sorted(remembered, key=lambda each: each.id):
        plain = {candidates[each] for each in erasure.digests & candidates.keys()}
        identifiers = {each for each in plain if "@" in each or "://" in each}
        until = erasure.until or erasure.at
        person = person_of(tx.connection, identifiers, plain - identifiers - protected, plain & protected)
        found = trace(tx.connection, person, tx.vault, until=until) if plain else Trace(person=Person())
        for case_id in found.live:
            _withdraw(tx, case_id)
        if found.live:
            found = trace(tx.connection, person, tx.vault, until=until)
        found = _without_live(tx.connection, found)
        note(tx, erasure)
        if not found.empty:
            _blank(tx, found, erasure, kind="subject.erased_again", actor="bot")
        left = bool(found.live or found.waiting)
        receipts.append(Receipt(erasure=replace(erasure, pending=left), trace=found))
    return receipts


def _newest(connection: Connection, found: Trace) -> datetime | None:
    """When the newest of what was found came in, by the clock of that time."""
    queries = [
        select(func.max(mentions.c.seen_at)).where(mentions.c.id.in_(part))
        for part in chunks({*found.mentions, *found.aimed})
    ]
    for part in chunks(found.exhibits):
        theirs = select(exhibits.c.capture_id).where(exhibits.c.id.in_(part))
        queries += [select(func.max(captures.c.at)).where(captures.c.id.in_(theirs))]
    moments = (connection.execute(query).scalar() for query in queries)
    return max((moment for moment in moments if moment), default=None)


def remembered(connection: Connection) -> list[Remembered]:
    """Every erasure that the database knows of."""
    return [
        Remembered(id=row.id, at=row.at, actor=row.actor, digests=frozenset(from_json(row.digests)))
        for row in connection.execute(select(erasures).order_by(erasures.c.id))
    ]


def _remembered_by(person: Person) -> Iterator[str]:
    """What the memory of an erasure must recognise: handles, addresses, and the names that staff may have noted.

    And the digest of a handle, since of a protected person nothing else may stand in the database.
    """
    yield from person.handles
    yield from person.uris
    yield from person.needles.names
    yield from person.digests


def _candidates(connection: Connection) -> set[str]:
    """Everything in the database that may be somebody's handle, address or, in what staff wrote, name."""
    found: set[str] = set()
    for handle, uri in connection.execute(select(mentions.c.author_handle, mentions.c.author_uri).distinct()):
        found |= {each for text in (handle, uri) if text for each in identifiers_in(text)}
        found |= {text.lower().removeprefix("@") for text in (handle, uri) if text}
    for column in (mention_versions.c.evidence, seen.c.text, malformed.c.sentence, drafts.c.text):
        for text in _texts(connection, column):
            found.update(identifiers_in(text))
    noted = cases.c.note, decisions.c.note, handovers.c.text, rejoinders.c.words, holds.c.reason, pauses.c.reason
    for column in (*noted, support_messages.c.text):
        for text in _texts(connection, column):
            found.update(identifiers_in(text), names_in(text))
    return found


def _texts(connection: Connection, column: Column[Any]) -> Iterator[str]:
    yield from connection.execute(select(column).where(column != "").execution_options(yield_per=500)).scalars()


def _without_live(connection: Connection, found: Trace) -> Trace:
    """The same without the mentions whose cases cannot end here: being published, or with the safety team."""
    if not found.live:
        return found
    stays = set(connection.execute(select(cases.c.mention_id).where(cases.c.id.in_(found.live))).scalars())
    on_them = set(connection.execute(select(cases.c.id).where(cases.c.mention_id.in_(stays))).scalars())
    return replace(
        found,
        mentions=tuple(each for each in found.mentions if each not in stays),
        cases=tuple(each for each in found.cases if each not in on_them),
    )


def _withdraw(tx: Transaction, case_id: str) -> None:
    row = tx.connection.execute(ROWS.where(cases.c.id == case_id)).mappings().one()
    event = _ENDS.get(State(row["state"]))
    if event is not None:
        apply(tx, row, Change(case_id=case_id, version=row["version"], event=event, actor="bot"))


def note(tx: Transaction, erasure: Remembered) -> None:
    """Has the database remember it too, unless it does."""
    if tx.connection.execute(select(erasures.c.id).where(erasures.c.id == erasure.id)).first() is None:
        row = {"id": erasure.id, "at": erasure.at, "actor": erasure.actor, "digests": to_json(sorted(erasure.digests))}
        tx.connection.execute(insert(erasures).values(row))


def _blank(tx: Transaction, found: Trace, erasure: Remembered, *, kind: str, actor: str) -> None:
    """Takes out what was found, with the audit event that names each place by our own ids."""
    blank_mentions(tx, found.mentions)
    blank_cases(tx, found.cases)
    _blank_what_others_wrote(tx, found)
    _set(tx, seen, found.left_alone, {"text": None, "reasons": "[]"})
    for part in chunks(found.misread):
        tx.connection.execute(delete(malformed).where(malformed.c.id.in_(part)))
    _set(tx, exhibits, found.exhibits, {"url": None, "headers": None, "body": None})
    _set(tx, drafts, found.drafts, {"text": None})
    _set(tx, decisions, found.decisions, {"note": ""})
    _set(tx, cases, found.notes, {"note": ""})
    _set(tx, handovers, found.handovers, {"text": None})
    _set(tx, rejoinders, found.rejoinders, {"words": None})
    _set(tx, pauses, found.pauses, {"reason": ""})
    support.blank(tx, found.support)
    for person in found.letters:
        weekly.take_back(tx, person)
    own = select(holds.c.id).where(holds.c.id.in_(found.reasons), holds.c.lifted_at.is_not(None))
    _set(tx, holds, list(tx.connection.execute(own).scalars()), {"reason": None})
    detail: dict[str, object] = {
        "erasure": erasure.id,
        "mentions": [*found.mentions, *found.aimed],
        "cases": [*found.cases, *found.aimed_cases],
        "drafts": list(found.drafts),
        "handovers": list(found.handovers),
        "exhibits_of": list(found.exhibits_of),
        "rejoinders": list(found.rejoinders),
        "left_alone": len(found.left_alone),
        "notes": len(found.decisions) + len(found.notes),
        "waiting": list(found.waiting),
        "support_blanked": list(found.support),
        "letters": len(found.letters),
    }
    append(tx, [Entry(stream=SYSTEM, kind=kind, actor=actor, detail=detail)])


def _blank_what_others_wrote(tx: Transaction, found: Trace) -> None:
    """The words go, and who wrote them stays: the case was theirs, and counts."""
    aims = [sha256(f"@{handle}") for handle in found.person.handles]
    tx.connection.execute(update(mentions).where(mentions.c.aim.in_(aims)).values(aim=None))
    for part in chunks(found.aimed):
        of_them = mention_versions.c.mention_id.in_(part)
        tx.connection.execute(update(mention_versions).where(of_them).values(evidence=None, judgement=None))
        tx.connection.execute(update(mentions).where(mentions.c.id.in_(part)).values(conversation=None))
        blank_exhibits(tx, part)
    blank_cases(tx, found.aimed_cases)


def _set(tx: Transaction, table: Table, keys: Collection[str], values: dict[str, object]) -> None:
    [key] = table.primary_key.columns
    for part in chunks(keys):
        tx.connection.execute(update(table).where(key.in_(part)).values(values))
