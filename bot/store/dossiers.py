"""Everything that was captured of one case, for a pack: captures, their place in the chain, exhibits, audit events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from bot.store import loading
from bot.store.audit import event_of
from bot.store.captures import exhibit_of, facts_of
from bot.store.encoding import from_json, mention_from
from bot.store.tables import audit_events, captures, cases, exhibits, mention_versions, mentions, written
from bot.vault import CannotOpenError, NoKeyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, RowMapping

    from bot.model import AuditEvent, Case, Mention
    from bot.store.records import Exhibit
    from bot.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An exhibit with what its digests were made of."""

    exhibit: Exhibit
    facts: Mapping[str, object]
    """As they stand in the digest of the facts."""
    facts_sha256: str
    blanked: bool
    """Whether its bytes, and where it came from, were erased since."""
    unopened: str
    """Why its bytes are not here although they were captured and not erased; empty when they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A capture with all that its digest was made of; times are text, as the digest has them."""

    id: str
    seq: int
    at: str
    kind: str
    mention: str
    mention_version: int
    said: str
    tool: str
    prev: str
    digest: str
    holds: tuple[Held, ...]
    audit: tuple[AuditEvent, ...]
    """The events that name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A case and what was captured of its post, the first first; nothing of how it read when it was sealed."""

    case: Case
    wordings: Mapping[int, Mention]
    """The post in each of its versions that is kept, by number."""
    captures: tuple[Captured, ...]


def of_case(connection: Connection, case_id: str, vault: Vault) -> Dossier | None:
    """The dossier of a case, with plain bytes; `None` when there is no such case on this side of the wall.

    What no key opens, and what is not as it was captured, comes without its bytes and says so: it must keep nobody from
    the others. Raises NoKeyError where no key is given at all.
    """
    asked = connection.execute(loading.ROWS.where(cases.c.id == case_id)).mappings().one_or_none()
    case = loading.one(connection, case_id)
    if asked is None or case is None or loading.behind_the_wall(asked):
        return None
    mention = select(cases.c.mention_id).where(cases.c.id == case_id).scalar_subquery()
    of_post = and_(captures.c.mention_id == mention, loading.readable(asked, captures.c.mention_version))
    rows = connection.execute(select(captures).where(of_post).order_by(captures.c.seq))
    found = rows.mappings().all()
    held = defaultdict(list)
    query = select(exhibits, captures.c.mention_version).join(captures, captures.c.id == exhibits.c.capture_id)
    query = query.where(of_post).order_by(captures.c.seq, exhibits.c.number)
    for row in connection.execute(query).mappings():
        held[row["capture_id"]].append(_held(row, vault))
    named = _events(connection, {written(row["at"]) for row in found}, {row["id"] for row in found})
    versions = select(mention_versions.c.version, mention_versions.c.evidence)
    kept = versions.where(
        mention_versions.c.mention_id == mention,
        mention_versions.c.evidence.is_not(None),
        loading.readable(asked, mention_versions.c.version),
    )
    return Dossier(
        case=case,
        wordings={version: mention_from(text) for version, text in connection.execute(kept)},
        captures=tuple(
            Captured(
                id=row["id"],
                seq=row["seq"],
                at=written(row["at"]),
                kind=row["kind"],
                mention=row["mention_id"],
                mention_version=row["mention_version"],
                said=row["said"],
                tool=row["tool"],
                prev=row["prev"],
                digest=row["digest"],
                holds=tuple(held[row["id"]]),
                audit=tuple(named[row["id"]]),
            )
            for row in found
        ),
    )


def _held(row: RowMapping, vault: Vault) -> Held:
    unopened = ""
    try:
        exhibit = exhibit_of(row, vault)
    except NoKeyError:
        raise
    except CannotOpenError as error:
        exhibit, unopened = exhibit_of(row, None), str(error)
    return Held(
        exhibit=exhibit,
        facts=facts_of(row),
        facts_sha256=row["facts_sha256"],
        blanked=row["url"] is None,
        unopened=unopened,
    )


def _events(connection: Connection, moments: set[str], capture_ids: set[str]) -> dict[str, list[AuditEvent]]:
    """The audit events that name these captures, by capture; each was written at the moment of its capture."""
    named: dict[str, list[AuditEvent]] = defaultdict(list)
    query = select(audit_events).where(audit_events.c.kind == "evidence.captured", audit_events.c.at.in_(moments))
    for row in connection.execute(query.order_by(audit_events.c.stream, audit_events.c.seq)).mappings():
        capture = from_json(row["detail"])["capture"]
        if capture in capture_ids:
            named[capture].append(event_of(row))
    return named


def cases_of_author(connection: Connection, case_id: str) -> list[str]:
    """Every case of the author of a case on this side of the wall, the first first; itself once they were blanked."""
    author = (
        select(mentions.c.author_uri)
        .join(cases, cases.c.mention_id == mentions.c.id)
        .where(cases.c.id == case_id)
        .scalar_subquery()
    )
    query = loading.ROWS.where(mentions.c.author_uri == author).order_by(cases.c.opened_at, cases.c.id)
    rows = connection.execute(query).mappings()
    return [str(row["id"]) for row in rows if not loading.behind_the_wall(row)] or [case_id]
