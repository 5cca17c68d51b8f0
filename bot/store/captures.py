"""Writes and reads evidence: captures, each chained to the one before it, and the exhibits that they hold.

The digest of a capture is the SHA-256 of its canonical JSON (keys sorted, no spaces, UTF-8) with the keys `at`,
`exhibits`, `id`, `kind`, `mention`, `mention_version`, `prev`, `said`, `seq` and `tool`. An exhibit stands in it with
`facts_sha256`, `kind`, `number`, `sha256` and `size`; the facts are `exact`, `headers`, `media_type`, `missing`,
`received_at`, `server_time` and `url`. So the chain can be recomputed also when bytes and addresses were blanked.
`prev` of the first is the SHA-256 of `captures`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from bot import __version__
from bot.model import ExhibitKind, Found, Measure
from bot.store.audit import SYSTEM, Entry, append
from bot.store.encoding import clean, from_json, sha256, to_json
from bot.store.loading import ROWS, behind_the_wall, readable
from bot.store.records import Exhibit
from bot.store.tables import captures, cases, exhibits, written
from bot.vault import LARGEST, CannotOpenError, NoKeyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, RowMapping

    from bot.store.engine import Transaction
    from bot.vault import Vault

TOOL = f"not-in-our-name {__version__}"
ORIGIN = sha256("captures")
_AT_ONCE = 20
"""Exhibits that are sealed anew in one transaction, so that nobody waits long for their turn to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A capture that is about to be written."""

    mention_id: str
    mention_version: int
    account_id: str
    """Through which account it was seen."""
    kind: str
    """`received`, `surroundings` or `look`."""
    found: Sequence[Found] = ()
    said: str = ""
    """A sentence besides, without anything personal."""

    @property
    def complete(self) -> bool:
        """Whether no later attempt may bring more."""
        return not any(found.again for found in self.found)


def add(tx: Transaction, new: Sequence[Capture]) -> None:
    """Writes captures with their exhibits and audit events, in order, in the caller's transaction."""
    if not new:
        return
    last = tx.connection.execute(select(captures.c.seq, captures.c.digest).order_by(captures.c.seq.desc()).limit(1))
    seq, digest = last.one_or_none() or (0, ORIGIN)
    rows, held, entries = [], [], []
    for capture in new:
        seq += 1
        row: dict[str, object] = {
            "id": tx.new_id(),
            "seq": seq,
            "mention_id": capture.mention_id,
            "mention_version": capture.mention_version,
            "account_id": capture.account_id,
            "kind": capture.kind,
            "at": tx.now,
            "tool": TOOL,
            "said": capture.said,
            "complete": capture.complete,
            "prev": digest,
        }
        holds = [_exhibit(tx, str(row["id"]), number, found) for number, found in enumerate(capture.found, start=1)]
        digest = digest_of(row, holds)
        rows.append(row | {"digest": digest})
        held += holds
        detail = {"mention": capture.mention_id, "capture": row["id"], "seq": seq, "capture_sha256": digest}
        entries.append(Entry(stream=capture.account_id, kind="evidence.captured", detail=detail))
    tx.connection.execute(insert(captures), rows)
    if held:
        tx.connection.execute(insert(exhibits), held)
    append(tx, entries)


def digest_of(capture: RowMapping | dict[str, object], holds: Sequence[RowMapping | dict[str, object]]) -> str:
    """The digest of a capture, from its row and those of its exhibits."""
    names = ("facts_sha256", "kind", "number", "sha256", "size")
    return sha256(
        to_json(
            {
                "at": _moment(capture["at"]),
                "exhibits": [{name: row[name] for name in names} for row in holds],
                "id": capture["id"],
                "kind": capture["kind"],
                "mention": capture["mention_id"],
                "mention_version": capture["mention_version"],
                "prev": capture["prev"],
                "said": capture["said"],
                "seq": capture["seq"],
                "tool": capture["tool"],
            }
        )
    )


def of_case(connection: Connection, case_id: str, vault: Vault | None, *, only: str | None = None) -> list[Exhibit]:
    """Every exhibit of a case, in the order of capture, with its plain bytes, or `only` the one of that id.

    None of a post, as it then read, that is behind the wall; without a vault they come without their bytes. Raises
    CannotOpenError.
    """
    asked = connection.execute(ROWS.where(cases.c.id == case_id)).mappings().one_or_none()
    if asked is None or behind_the_wall(asked):
        return []
    columns = exhibits.columns if vault else WITHOUT_BYTES
    query = (
        select(*columns, captures.c.at, captures.c.mention_version)
        .join(captures, captures.c.id == exhibits.c.capture_id)
        .join(cases, cases.c.mention_id == captures.c.mention_id)
        .where(cases.c.id == case_id, readable(asked, captures.c.mention_version))
        .order_by(captures.c.seq, exhibits.c.number)
    )
    if only is not None:
        query = query.where(exhibits.c.id == only)
    return [exhibit_of(row, vault) for row in connection.execute(query).mappings()]


def _exhibit(tx: Transaction, capture_id: str, number: int, found: Found) -> dict[str, object]:
    original, missing = found.original, found.missing
    body = None if original is None else original.body
    measure = None if body is None else Measure.of(body)
    too_large = original and (original.too_large or (measure if len(original.body) > LARGEST else None))
    if too_large:  # More than the vault would open again.
        body, measure = None, None
        missing = f"It was too large to be kept: {too_large.size:,} bytes, of SHA-256 {too_large.sha256}."
    row: dict[str, object] = {
        "id": tx.new_id(),
        "capture_id": capture_id,
        "number": number,
        "kind": found.kind.value,
        "url": clean(original.url) if original else "",
        "media_type": clean(original.media_type) if original else "",
        "headers": clean(to_json(original.headers)) if original else "[]",
        "received_at": original.received_at if original else tx.now,
        "server_time": original.server_time if original else None,
        "exact": original.exact if original else True,
        "missing": clean(missing),
        "size": measure.size if measure else too_large.size if too_large else 0,
        "sha256": measure.sha256 if measure else None,
        "body": tx.vault.seal(body) if body is not None else None,
    }
    return row | {"facts_sha256": sha256(to_json(facts_of(row)))}


def altered(capture: RowMapping, holds: Sequence[RowMapping], *, purged: bool) -> str:
    """What is wrong with a capture and its exhibits, both as they lie in the database; empty when nothing is.

    Of the bytes it looks only whether they are there: who reads them compares them with their digest.
    """
    if digest_of(capture, holds) != capture["digest"]:
        return "what it says, or the digests of its exhibits, were altered"
    for row in holds:
        if None in {row["url"], row["headers"]}:
            if not purged:
                return f"exhibit {row['number']} is blank, and no event says that it was purged"
        elif sha256(to_json(facts_of(row))) != row["facts_sha256"]:
            return f"where exhibit {row['number']} came from, or when, was altered"
        if row["sha256"] is not None and not row["has_body"] and not purged:
            return f"the bytes of exhibit {row['number']} are gone, and no event says that they were purged"
    return ""


WITHOUT_BYTES = tuple(column for column in exhibits.columns if column.name != "body")
"""The columns of an exhibit that are read where its bytes are not wanted."""


def opened(exhibit_id: str, kept: bytes, digest: str | None, vault: Vault) -> bytes:
    """The plain bytes of an exhibit, as they were captured. Raises CannotOpenError, also where they are not those."""
    body = vault.open(kept)
    if Measure.of(body).sha256 != digest:
        raise CannotOpenError(f"The bytes of exhibit {exhibit_id} are not those that were captured: they were altered.")
    return body


def facts_of(row: RowMapping | dict[str, object]) -> dict[str, object]:
    """Where an exhibit came from, and when, as its digest has it."""
    times = {name: _moment(row[name]) for name in ("received_at", "server_time")}
    names = ("headers", "media_type", "missing", "url")
    return {"exact": bool(row["exact"]), **{name: row[name] for name in names}, **times}


def _moment(value: object) -> object:
    """A time as the database writes it, whether it has done so yet or not."""
    return written(value) if isinstance(value, datetime) else value


def exhibit_of(row: RowMapping, vault: Vault | None) -> Exhibit:
    """The exhibit of a row that has the version of its mention besides, without a vault without its bytes.

    Raises CannotOpenError, also where its bytes were altered, or are gone though it was not erased.
    """
    body = None
    if vault is not None and row["body"] is not None:
        body = opened(row["id"], row["body"], row["sha256"], vault)
    elif vault is not None and row["sha256"] is not None and row["url"] is not None:
        raise CannotOpenError(f"The bytes of exhibit {row['id']} are gone, and it was not erased: it was altered.")
    return Exhibit(
        id=row["id"],
        capture=row["capture_id"],
        number=row["number"],
        kind=ExhibitKind(row["kind"]),
        mention_version=row["mention_version"],
        url=row["url"] or "",
        media_type=row["media_type"],
        headers=tuple((name, value) for name, value in from_json(row["headers"] or "[]")),
        captured_at=row["received_at"],
        server_time=row["server_time"],
        exact=row["exact"],
        missing=row["missing"],
        size=row["size"],
        sha256=row["sha256"],
        body=body,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """How far sealing anew has come."""

    after: str | None = ""
    """The id of the exhibit after which to go on, `None` when all are done."""
    left: tuple[str, ...] = ()
    """Those so far that no key opens, or that were altered, and that are as they were."""


def rotate(tx: Transaction, done: Rotated) -> Rotated:
    """Seals the next few exhibits anew. Raises NoKeyError."""
    after, left = done.after or "", list(done.left)
    query = select(exhibits.c.id, exhibits.c.body, exhibits.c.sha256)
    query = query.where(exhibits.c.id > after, exhibits.c.body.is_not(None))
    rows = tx.connection.execute(query.order_by(exhibits.c.id).limit(_AT_ONCE)).all()
    for row in rows:
        try:
            anew = tx.vault.seal(opened(row.id, row.body, row.sha256, tx.vault))
        except NoKeyError:
            raise
        except CannotOpenError:
            left.append(row.id)
            continue
        tx.connection.execute(update(exhibits).where(exhibits.c.id == row.id).values(body=anew))
    if rows:
        return Rotated(after=str(rows[-1].id), left=tuple(left))
    detail = {"encrypted": tx.vault.encrypts, "left": left}
    append(tx, [Entry(stream=SYSTEM, kind="evidence.rotated", detail=detail)])
    return Rotated(after=None, left=tuple(left))
