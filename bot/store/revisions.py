"""Revisions of responses and rule packs: drafted, reviewed, live, found in a file; each step with its audit event.

The audit holds the name of the file and the digest of its text, and none of its words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)

from bot.store.answers import (
    Fared,
    Revision,
    RevisionState,
    TextKind,
)
from bot.store.audit import SYSTEM, Entry, append
from bot.store.encoding import from_json, sha256, to_json
from bot.store.errors import Overtaken
from bot.store.tables import Foreign, Moment, cases, drafts, metadata, only_where, publications
from bot.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select

    from bot.store.answers import Written
    from bot.store.engine import Database, Transaction

    Name = tuple[TextKind, str]
    """Which text: its kind, and the name of its file."""

revisions = Table(
    "revisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("base", Integer),
    Column("text", Text, nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("written_by", Text, ForeignKey("reviewers.id")),
    Column("written_at", Moment, nullable=False),
    Column("why", Foreign, nullable=False),
    Column("second_reviewer", Boolean, nullable=False),
    Column("reviewed_by", Text, ForeignKey("reviewers.id")),
    Column("reviewed_at", Moment),
    Column("ended_at", Moment),
    Column("case_id", Text, ForeignKey("cases.id")),
    Column("let_in_by", Text, nullable=False, server_default="[]"),
    UniqueConstraint("kind", "name", "number"),
    only_where("state = 'live'", "one_live_revision", "kind", "name"),
    only_where("state = 'draft'", "one_draft_revision", "kind", "name"),
    Index("revisions_by_case", "case_id"),
)

text_files = Table(
    "text_files",
    metadata,
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("text_sha256", Text, nullable=False),
    PrimaryKeyConstraint("kind", "name"),
)
"""What each file read like when it was last read or written."""

OUT = ("published", "unconfirmed", "retracted")
"""States of a publication whose reply was posted, or may have been."""
REFUSED = ("dismissed", "refused")
"""Outcomes of a case whose last proposal was not wanted."""
STANDING = (RevisionState.DRAFT.value, RevisionState.LIVE.value)


class Revisions:
    """The part of the store that keeps texts. Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(self, revision_id: str) -> Revision | None:
        """The revision of that id."""
        return await self._db.read(_one, select(revisions).where(revisions.c.id == revision_id))

    async def history(self, kind: TextKind, name: str) -> list[Revision]:
        """Every revision of a text, the newest first."""
        query = select(revisions).where(revisions.c.kind == kind.value, revisions.c.name == name)
        return await self._db.read(_all, query.order_by(revisions.c.number.desc()))

    async def live(self, kind: TextKind | None = None) -> dict[Name, Revision]:
        """What is live, by kind and name, in the order of the names."""
        return _by_name(await self._db.read(_all, _in_state(RevisionState.LIVE, kind)))

    async def drafts(self, kind: TextKind | None = None) -> dict[Name, Revision]:
        """What waits for a review, by kind and name, in the order of the names."""
        return _by_name(await self._db.read(_all, _in_state(RevisionState.DRAFT, kind)))

    async def of_case(self, case_id: str) -> list[Revision]:
        """The revisions that came from a mistake on that case, the first first."""
        query = select(revisions).where(revisions.c.case_id == case_id)
        return await self._db.read(_all, query.order_by(revisions.c.written_at, revisions.c.id))

    async def running(self) -> dict[Name, str]:
        """The SHA-256 of what is live, by kind and name."""
        return await self._db.read(_running)

    async def in_files(self) -> dict[Name, str]:
        """The SHA-256 of each file as it was last read or written; those that were never on the disk are left out."""
        return await self._db.read(_in_files)

    async def fared(self, since: datetime) -> dict[str, Fared]:
        """What became of the drafts made since then, by the id of the response that they came from."""
        return await self._db.read(_fared, since)

    async def draft(self, written: Written, *, seen: str | None) -> Revision:
        """Keeps a text as a draft. It takes the place of the draft that its writer had `seen`.

        `seen` is the id of the draft that waited, else of what was live, when the writer began; `None` for a new name.
        Raises Overtaken when something else stands there by now.
        """
        return await self._db.write(_draft, written, seen=seen)

    async def review(self, revision_id: str, *, by: str) -> Revision:
        """Makes a draft live, and what was live past.

        Raises Overtaken when it is no draft any more, or when something else is live than when it was written.
        """
        return await self._db.write(_review, revision_id, by=by)

    async def withdraw(self, revision_id: str, *, by: str) -> Revision:
        """Takes a draft back. Raises Overtaken when it is no draft any more."""
        return await self._db.write(_withdraw, revision_id, by=by)

    async def found(
        self, texts: Mapping[Name, str], *, gone: Collection[Name] = (), by: str = "bot", why: str
    ) -> list[Revision]:
        """Makes live what was found in files that were changed by hand, and past what has no file any more.

        `by` is who had the files read. A text that is live already is passed over.
        """
        return await self._db.write(_found, texts, gone=gone, by=by, why=why)

    async def note_files(self, digests: Mapping[Name, str | None]) -> None:
        """Remembers what files read like, by SHA-256; `None` for one that is not there."""
        await self._db.write(_note_files, digests)


def _draft(tx: Transaction, written: Written, *, seen: str | None) -> Revision:
    kind, name = written.kind, written.name
    standing = {revision.state: revision for revision in _standing(tx.connection, kind, name)}
    live, draft = standing.get(RevisionState.LIVE), standing.get(RevisionState.DRAFT)
    newest = draft or live
    if (newest.id if newest else None) != seen:
        raise Overtaken(newest)
    if draft is not None:
        _end(tx, draft, RevisionState.WITHDRAWN, actor=written.by)
    row = _row(tx, kind, name, written.text, base=live) | {
        "state": RevisionState.DRAFT.value,
        "written_by": written.by,
        "why": written.why,
        "second_reviewer": written.second_reviewer,
        "case_id": written.case_id,
        "let_in_by": to_json(sorted(written.let_in_by)),
    }
    return _insert(tx, row, "drafted", actor=written.by)


def _review(tx: Transaction, revision_id: str, *, by: str) -> Revision:
    draft, live = _waiting(tx, revision_id)
    if draft.base != (live.number if live else None):
        raise Overtaken(live)
    if live is not None:
        _end(tx, live, RevisionState.PAST)
    values = {"state": RevisionState.LIVE.value, "reviewed_by": by, "reviewed_at": tx.now}
    tx.connection.execute(update(revisions).where(revisions.c.id == draft.id).values(values))
    _tell(tx, draft, "reviewed", actor=by)
    return _again(tx, draft.id)


def _withdraw(tx: Transaction, revision_id: str, *, by: str) -> Revision:
    draft, _ = _waiting(tx, revision_id)
    _end(tx, draft, RevisionState.WITHDRAWN, actor=by)
    return _again(tx, draft.id)


def _found(tx: Transaction, texts: Mapping[Name, str], *, gone: Collection[Name], by: str, why: str) -> list[Revision]:
    live = _by_name(_all(tx.connection, _in_state(RevisionState.LIVE, None)))
    made = []
    for (kind, name), text in texts.items():
        before = live.get((kind, name))
        if before is not None and before.text == text:
            continue
        if before is not None:
            _end(tx, before, RevisionState.PAST)
        row = _row(tx, kind, name, text, base=before) | {
            "state": RevisionState.LIVE.value,
            "why": why,
            "second_reviewer": False,
        }
        made.append(_insert(tx, row, "found", actor=by))
    for absent in gone:
        if absent in live:
            _end(tx, live[absent], RevisionState.PAST)
            _tell(tx, live[absent], "gone", actor=by)
    digests: dict[Name, str | None] = {name: sha256(text) for name, text in texts.items()}
    _note_files(tx, digests | dict.fromkeys(gone))
    return made


def _note_files(tx: Transaction, digests: Mapping[Name, str | None]) -> None:
    for (kind, name), digest in digests.items():
        if digest is None:
            here = text_files.c.kind == kind.value, text_files.c.name == name
            tx.connection.execute(delete(text_files).where(*here))
            continue
        statement = upsert(tx.connection, text_files).values(kind=kind.value, name=name, text_sha256=digest)
        tx.connection.execute(
            statement.on_conflict_do_update(index_elements=["kind", "name"], set_={"text_sha256": digest})
        )


def _waiting(tx: Transaction, revision_id: str) -> tuple[Revision, Revision | None]:
    """The draft of that id, and what is live under its name. Raises Overtaken when it does not wait any more."""
    revision = _one(tx.connection, select(revisions).where(revisions.c.id == revision_id))
    if revision is None:
        raise Overtaken(None)
    standing = {each.state: each for each in _standing(tx.connection, revision.kind, revision.name)}
    live = standing.get(RevisionState.LIVE)
    if revision.state is not RevisionState.DRAFT:
        raise Overtaken(standing.get(RevisionState.DRAFT, live))
    return revision, live


def _row(tx: Transaction, kind: TextKind, name: str, text: str, *, base: Revision | None) -> dict[str, object]:
    """What a new revision has in any case."""
    last = select(func.max(revisions.c.number)).where(revisions.c.kind == kind.value, revisions.c.name == name)
    return {
        "id": tx.new_id(),
        "kind": kind.value,
        "name": name,
        "number": (tx.connection.execute(last).scalar() or 0) + 1,
        "base": base.number if base else None,
        "text": text,
        "text_sha256": sha256(text),
        "written_at": tx.now,
    }


def _insert(tx: Transaction, row: dict[str, object], event: str, *, actor: str) -> Revision:
    tx.connection.execute(insert(revisions).values(row))
    revision = _again(tx, str(row["id"]))
    _tell(tx, revision, event, actor=actor)
    return revision


def _end(tx: Transaction, revision: Revision, state: RevisionState, *, actor: str | None = None) -> None:
    """What stands no longer stands; a draft that is taken back has an event of its own."""
    values = {"state": state.value, "ended_at": tx.now}
    tx.connection.execute(update(revisions).where(revisions.c.id == revision.id).values(values))
    if state is RevisionState.WITHDRAWN and actor is not None:
        _tell(tx, revision, "withdrawn", actor=actor)


def _tell(tx: Transaction, revision: Revision, event: str, *, actor: str) -> None:
    detail = {
        "revision": revision.id,
        "name": revision.name,
        "number": revision.number,
        "revision_sha256": revision.text_sha256,
        "case": revision.case_id,
        **({"let_in_by": sorted(revision.let_in_by)} if event == "drafted" and revision.let_in_by else {}),
    }
    append(tx, [Entry(stream=SYSTEM, kind=f"{revision.kind}.{event}", actor=actor, detail=detail)])


def _fared(connection: Connection, since: datetime) -> dict[str, Fared]:
    last = (
        select(drafts.c.case_id, func.max(drafts.c.revision).label("revision"))
        .where(drafts.c.response.is_not(None), drafts.c.created_at >= since)
        .group_by(drafts.c.case_id)
        .subquery()
    )
    proposed = (
        select(drafts.c.case_id, drafts.c.response)
        .join(last, (last.c.case_id == drafts.c.case_id) & (last.c.revision == drafts.c.revision))
        .subquery()
    )
    posted = drafts.alias()
    edited = posted.c.response.is_(None)
    out = (
        select(proposed.c.response, edited, func.count())
        .join(publications, publications.c.case_id == proposed.c.case_id)
        .join(posted, posted.c.id == publications.c.draft_id)
        .where(publications.c.state.in_(OUT))
        .group_by(proposed.c.response, edited)
    )
    unwanted = (
        select(proposed.c.response, func.count())
        .join(cases, cases.c.id == proposed.c.case_id)
        .where(cases.c.outcome.in_(REFUSED))
        .group_by(proposed.c.response)
    )
    told: dict[str, Fared] = {}
    for response, by_hand, number in connection.execute(out):
        before = told.get(response, Fared())
        told[response] = replace(before, used=before.used + number, edited=before.edited + (number if by_hand else 0))
    for response, number in connection.execute(unwanted):
        told[response] = replace(told.get(response, Fared()), refused=number)
    return told


def _standing(connection: Connection, kind: TextKind, name: str) -> list[Revision]:
    here = revisions.c.kind == kind.value, revisions.c.name == name, revisions.c.state.in_(STANDING)
    return _all(connection, select(revisions).where(*here))


def _in_state(state: RevisionState, kind: TextKind | None) -> Select[tuple[object, ...]]:
    query = select(revisions).where(revisions.c.state == state.value)
    if kind is not None:
        query = query.where(revisions.c.kind == kind.value)
    return query.order_by(revisions.c.kind, revisions.c.name)


def _by_name(found: Iterable[Revision]) -> dict[Name, Revision]:
    return {(revision.kind, revision.name): revision for revision in found}


def _running(connection: Connection) -> dict[Name, str]:
    columns = revisions.c.kind, revisions.c.name, revisions.c.text_sha256
    rows = connection.execute(select(*columns).where(revisions.c.state == RevisionState.LIVE.value))
    return {(TextKind(kind), name): digest for kind, name, digest in rows}


def _in_files(connection: Connection) -> dict[Name, str]:
    return {(TextKind(row.kind), row.name): row.text_sha256 for row in connection.execute(select(text_files))}


def _again(tx: Transaction, revision_id: str) -> Revision:
    """The revision as it now is."""
    return _revision(tx.connection.execute(select(revisions).where(revisions.c.id == revision_id)).one())


def _one(connection: Connection, query: Select[tuple[object, ...]]) -> Revision | None:
    row = connection.execute(query).one_or_none()
    return None if row is None else _revision(row)


def _all(connection: Connection, query: Select[tuple[object, ...]]) -> list[Revision]:
    return [_revision(row) for row in connection.execute(query)]


def _revision(row: Row[tuple[object, ...]]) -> Revision:
    plain = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's documented name for it
    read = {
        "kind": TextKind(row.kind),
        "state": RevisionState(row.state),
        "let_in_by": frozenset(from_json(row.let_in_by)),
    }
    return Revision(**(plain | read))
