"""Finds a person in the whole database: what they wrote, who quotes them, and what staff noted of them.

Who was left alone is kept without an author, so their posts are found by nothing but what stands in them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, func, or_, select

from bot.store.cases import ENDED
from bot.store.encoding import mention_from, sha256
from bot.store.errors import StoreError
from bot.store.holds import held_mentions
from bot.store.loading import chunks, on_safety_desk
from bot.store.needles import Needles, plain
from bot.store.revisions import revisions
from bot.store.tables import (
    captures,
    cases,
    configurations,
    decisions,
    drafts,
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
    weekly_mails,
)
from bot.vault import CannotOpenError, NoKeyError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Column, Connection

    from bot.vault import Vault

_ENDED = [state.value for state in ENDED]
_ROUNDS = 3
"""Handle to address to former handle, and once more for an account that moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the public, by all that the database calls them."""

    handles: frozenset[str] = frozenset()
    """In small letters, without the first @."""
    uris: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    """Addresses of what they wrote."""
    protected: frozenset[str] = frozenset()
    """Digests by which we know them as a protected person, where their handle is not known any more."""

    @property
    def digests(self) -> frozenset[str]:
        """By which we would know them as a protected person."""
        return self.protected | {sha256(f"@{handle}") for handle in self.handles}

    @property
    def needles(self) -> Needles:
        """What gives them away in a text."""
        return Needles.of(self.handles, self.uris, self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Where a person stands in the database, each place by our own ids."""

    person: Person
    mentions: tuple[str, ...] = ()
    """What they wrote, as far as it still has words."""
    cases: tuple[str, ...] = ()
    """On these mentions."""
    live: tuple[str, ...] = ()
    """Of these cases, those that have not ended, or that ask what becomes of a reply."""
    safety: tuple[str, ...] = ()
    """Of these cases, those that only the safety desk may see."""
    referred: int = 0
    """How many of these cases went to somebody outside, who keeps a record of their own."""
    replies: int = 0
    """How many replies of ours to them stand in public."""
    aimed: tuple[str, ...] = ()
    """What others wrote that is aimed at them or tells who they are: it can only go as a whole."""
    aimed_cases: tuple[str, ...] = ()
    """On these mentions."""
    waiting: tuple[str, ...] = ()
    """Cases of others that name them and have not ended: what they hold can go only afterwards."""
    left_alone: tuple[str, ...] = ()
    misread: tuple[str, ...] = ()
    exhibits: tuple[str, ...] = ()
    """What was captured with posts of others and names them."""
    exhibits_of: tuple[str, ...] = ()
    """The mentions whose exhibits these are."""
    drafts: tuple[str, ...] = ()
    """Of other cases, where a wording names them."""
    decisions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Cases whose note names them."""
    handovers: tuple[str, ...] = ()
    rejoinders: tuple[str, ...] = ()
    """Of other cases, where what was said by a link names them."""
    reasons: tuple[str, ...] = ()
    """Holds whose reason names them."""
    pauses: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    """Messages of support to them, and those to others that name them."""
    letters: tuple[str, ...] = ()
    """The digest under which we keep where to write to them of their week."""
    held: tuple[str, ...] = ()
    """Mentions among all these that a legal hold keeps."""
    unopened: tuple[str, ...] = ()
    """Exhibits that no key opens, or that were altered: nobody can tell whom they name."""
    beyond: tuple[str, ...] = field(default=())
    """Where they stand in what is never changed, each in words."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing that could go."""
        return not any(
            (self.mentions, self.aimed, self.exhibits, self.left_alone, self.misread, self.drafts, self.decisions,
             self.notes, self.handovers, self.rejoinders, self.reasons, self.pauses, self.support, self.letters)
        )  # fmt: skip


def person_of(
    connection: Connection, known: Iterable[str], names: Iterable[str] = (), protected: Iterable[str] = ()
) -> Person:
    """Whoever bears these handles or addresses, with all handles, addresses and names under which they wrote.

    `protected` are digests of handles that are theirs too.
    """
    given = {plain(each) for each in known}
    uris = {each for each in given if "://" in each}
    handles = given - uris
    for _ in range(_ROUNDS):
        condition = or_(
            func.lower(mentions.c.author_handle).in_([f"@{handle}" for handle in handles]),
            func.lower(mentions.c.author_uri).in_(uris),
        )
        found = connection.execute(select(mentions.c.author_handle, mentions.c.author_uri).where(condition).distinct())
        for handle, uri in found:
            handles.add(plain(handle))
            uris.add(plain(uri))
    called, posts = set(names), set[str]()
    ids = connection.execute(select(mentions.c.id).where(func.lower(mentions.c.author_uri).in_(uris))).scalars()
    for part in chunks(list(ids)):
        for evidence in _evidence(connection, part):
            mention = mention_from(evidence)
            called |= {mention.author.display_name} - {""}
            posts |= {mention.uri, mention.url} - {""}
    return Person(
        handles=frozenset(handles),
        uris=frozenset(uris),
        names=frozenset(called),
        posts=frozenset(posts),
        protected=frozenset(protected),
    )


def trace(connection: Connection, person: Person, vault: Vault, *, until: datetime | None = None) -> Trace:
    """Everything in the database that tells of this person; with `until`, what came in later is left out.

    Raises StoreError where no key is there by which evidence could be opened to be searched.
    """
    needles = person.needles
    own = _own(connection, person, until)
    aimed = _naming(connection, needles, own, until)
    captured, unopened = _captured(connection, needles, vault, {*own, *aimed}, until)
    others = _cases_of(connection, {*aimed, *captured.values()})
    waiting = {row.mention_id: row.id for row in others if row.live}
    mine = _cases_of(connection, own)
    aimed = [each for each in aimed if each not in waiting]
    captured = {exhibit: mention for exhibit, mention in captured.items() if mention not in waiting}
    spoken = _rows(connection, drafts, (drafts.c.text,), needles)
    kept = {row.id for row in mine}
    open_cases = {row.id for row in others if row.live}
    return Trace(
        person=person,
        mentions=tuple(own),
        cases=tuple(row.id for row in mine),
        live=tuple(row.id for row in mine if row.live),
        safety=tuple(row.id for row in mine if row.safety),
        referred=sum(row.outcome == "referred" for row in mine),
        replies=sum(row.state == "published" for row in mine),
        aimed=tuple(aimed),
        aimed_cases=tuple(row.id for row in others if row.mention_id in set(aimed)),
        waiting=tuple(sorted(waiting.values())),
        exhibits=tuple(captured),
        exhibits_of=tuple(sorted(set(captured.values()))),
        left_alone=_rows(connection, seen, (seen.c.text, seen.c.reasons), needles),
        misread=_rows(connection, malformed, (malformed.c.sentence,), needles),
        drafts=tuple(_of_others(connection, spoken, kept | open_cases)),
        decisions=_rows(connection, decisions, (decisions.c.note,), needles, names=True),
        notes=_rows(connection, cases, (cases.c.note,), needles, names=True),
        handovers=_rows(connection, handovers, (handovers.c.text,), needles, names=True),
        rejoinders=_rows(connection, rejoinders, (rejoinders.c.words,), needles, names=True),
        reasons=_rows(connection, holds, (holds.c.reason,), needles, names=True),
        pauses=_rows(connection, pauses, (pauses.c.reason,), needles, names=True),
        support=tuple(_support(connection, person, until)),
        letters=tuple(_letters(connection, person, until)),
        held=tuple(_held(connection, sorted({*own, *aimed, *captured.values()}))),
        unopened=tuple(unopened),
        beyond=tuple(_beyond(connection, needles)),
    )


def _own(connection: Connection, person: Person, until: datetime | None) -> list[str]:
    query = select(mentions.c.id).where(
        or_(
            func.lower(mentions.c.author_uri).in_(person.uris),
            func.lower(mentions.c.author_handle).in_([f"@{handle}" for handle in person.handles]),
        )
    )
    if until is not None:
        query = query.where(mentions.c.seen_at <= until)
    return list(connection.execute(query.order_by(mentions.c.id)).scalars())


def _naming(connection: Connection, needles: Needles, own: Collection[str], until: datetime | None) -> list[str]:
    """Mentions of others whose evidence, judgement or thread tells who this person is."""
    columns = mention_versions.c.evidence, mention_versions.c.judgement, mentions.c.conversation
    query = (
        select(mentions.c.id, *columns)
        .join(mention_versions, mention_versions.c.mention_id == mentions.c.id)
        .where(needles.may_stand_in(*columns))
    )
    if until is not None:
        query = query.where(mentions.c.seen_at <= until)
    mine = set(own)
    found = {
        row[0]
        for row in connection.execute(query.execution_options(yield_per=500))
        if row[0] not in mine and any(needles.identify(text) for text in row[1:])
    }
    return sorted(found)


def _captured(
    connection: Connection, needles: Needles, vault: Vault, but: Collection[str], until: datetime | None
) -> tuple[dict[str, str], list[str]]:
    """Exhibits that name this person, each with the mention that it belongs to; those of the given are left out.

    Besides, those that cannot be opened: one of them must keep nobody from being erased.
    """
    query = (
        select(exhibits.c.id, captures.c.mention_id, exhibits.c.url, exhibits.c.headers, exhibits.c.body)
        .join(captures, captures.c.id == exhibits.c.capture_id)
        .where(exhibits.c.url.is_not(None))
        .order_by(exhibits.c.id)
    )
    if until is not None:
        query = query.where(captures.c.at <= until)
    found: dict[str, str] = {}
    unopened: list[str] = []
    with connection.execute(query.execution_options(yield_per=50)) as rows:
        for row in rows:
            if row.mention_id in but:
                continue
            body = ""
            try:
                body = vault.open(row.body).decode("utf-8", "ignore") if row.body is not None else ""
            except NoKeyError as error:
                raise StoreError(
                    f"Evidence cannot be searched for somebody: {error} Give the bot the keys of its evidence."
                ) from error
            except CannotOpenError:
                unopened.append(row.id)
            if any(needles.identify(text) for text in (row.url, row.headers, body)):
                found[row.id] = row.mention_id
    return found, [each for each in unopened if each not in found]


def _cases_of(connection: Connection, mention_ids: Collection[str]) -> list[Any]:
    found: list[Any] = []
    for part in chunks(mention_ids):
        query = (
            select(
                cases.c.id,
                cases.c.mention_id,
                cases.c.state,
                cases.c.outcome,
                or_(cases.c.state.not_in(_ENDED), cases.c.asked_at.is_not(None)).label("live"),
                on_safety_desk().label("safety"),
            )
            .join(
                mention_versions,
                (mention_versions.c.mention_id == cases.c.mention_id)
                & (mention_versions.c.version == cases.c.mention_version),
            )
            .where(cases.c.mention_id.in_(part))
        )
        found += connection.execute(query.order_by(cases.c.id)).all()
    return found


def _rows(
    connection: Connection, table: Table, columns: tuple[Column[str], ...], needles: Needles, *, names: bool = False
) -> tuple[str, ...]:
    """Primary keys of the rows in which one of the columns tells of the person; `names`: by their name, too."""
    [key] = table.primary_key.columns
    query = select(key, *columns)
    # What staff write is little, and a name in it is no pattern that a database knows.
    query = query.where(or_(*(column != "" for column in columns))) if names else query.where(
        needles.may_stand_in(*columns)
    )  # fmt: skip
    tells = needles.name if names else needles.identify
    return tuple(row[0] for row in connection.execute(query.order_by(key)) if any(tells(text) for text in row[1:]))


def _of_others(connection: Connection, draft_ids: Collection[str], but: Collection[str]) -> list[str]:
    """Of these drafts those of cases that are not among the given."""
    found: list[str] = []
    for part in chunks(draft_ids):
        rows = connection.execute(select(drafts.c.id, drafts.c.case_id).where(drafts.c.id.in_(part)))
        found += [draft for draft, case in rows if case not in but]
    return sorted(found)


def _support(connection: Connection, person: Person, until: datetime | None) -> list[str]:
    theirs = select(support_messages.c.id).where(
        support_messages.c.person_sha256.in_(person.digests), support_messages.c.text.is_not(None)
    )
    if until is not None:
        theirs = theirs.where(support_messages.c.at <= until)
    naming = _rows(connection, support_messages, (support_messages.c.text,), person.needles, names=True)
    return sorted({*connection.execute(theirs).scalars(), *naming})


def _letters(connection: Connection, person: Person, until: datetime | None) -> list[str]:
    query = select(weekly_mails.c.person_sha256).where(weekly_mails.c.person_sha256.in_(person.digests))
    if until is not None:
        query = query.where(weekly_mails.c.since <= until)
    return list(connection.execute(query.order_by(weekly_mails.c.person_sha256)).scalars())


def _held(connection: Connection, mention_ids: Collection[str]) -> list[str]:
    found: list[str] = []
    for part in chunks(mention_ids):
        query = select(mentions.c.id).where(mentions.c.id.in_(part), held_mentions())
        found += connection.execute(query.order_by(mentions.c.id)).scalars()
    return found


def _beyond(connection: Connection, needles: Needles) -> list[str]:
    """What keeps a text for ever, because people answer for it: it is named, so that nobody believes it gone."""
    texts = select(revisions.c.name, revisions.c.number, revisions.c.text, revisions.c.why)
    found = [
        f"revision {row.number} of {row.name}, which is never changed"
        for row in connection.execute(texts.where(needles.may_stand_in(revisions.c.text, revisions.c.why)))
        if needles.identify(row.text) or needles.identify(row.why)
    ]
    kept = select(configurations.c.id, configurations.c.snapshot)
    found += [
        f"the configuration as it was noted at start {row.id}"
        for row in connection.execute(kept.where(needles.may_stand_in(configurations.c.snapshot)))
        if needles.identify(row.snapshot)
    ]
    return found


def _evidence(connection: Connection, mention_ids: Collection[str]) -> Iterable[str]:
    query = select(mention_versions.c.evidence).where(
        mention_versions.c.mention_id.in_(mention_ids), mention_versions.c.evidence.is_not(None)
    )
    return connection.execute(query).scalars()
