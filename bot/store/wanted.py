"""What evidence is still wanting around mentions that have a case, and what later looks at them saw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select

from bot.model import ExhibitKind, Mention, Original, VerdictKind
from bot.store.captures import Capture, opened
from bot.store.encoding import mention_from, sha256
from bot.store.loading import chunks
from bot.store.tables import captures, cases, exhibits, mention_versions, mentions
from bot.vault import CannotOpenError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from bot.vault import Vault

YOUNG = timedelta(days=1)
"""A case that has not changed for longer waits for no evidence any more."""
PAUSE = timedelta(minutes=5)
"""After the first attempt; after each other one it is twice as long, so that a day of trouble costs no evidence."""
ATTEMPTS = 7
"""After these the pause, of a good five hours, grows no more."""
SEEN_AGAIN = timedelta(hours=6)
"""How often it is noted that a post still stands as it did."""
_NEWEST = (mention_versions.c.mention_id == mentions.c.id) & (mention_versions.c.version == mentions.c.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanting:
    """A mention around which something is still to be captured."""

    mention_id: str
    mention_version: int
    mention: Mention
    """With its original, where that was kept."""
    kinds: frozenset[ExhibitKind]

    @property
    def key(self) -> tuple[str, int]:
        """What tells it apart."""
        return self.mention_id, self.mention_version


def wanting(connection: Connection, account_id: str, *, now: datetime, vault: Vault, limit: int) -> list[Wanting]:
    """The mentions of an account's cases that wait for captures, those of escalations first, then the oldest."""
    young = select(cases.c.id).where(cases.c.mention_id == mentions.c.id, cases.c.changed_at >= now - YOUNG)
    of_this = and_(
        captures.c.mention_id == mentions.c.id,
        captures.c.mention_version == mentions.c.version,
        captures.c.kind == "surroundings",
    )
    tried = select(func.count(captures.c.id)).where(of_this).correlate(mentions).scalar_subquery()
    too_soon = (
        (tried >= attempts) & (captures.c.at > now - PAUSE * 2 ** (attempts - 1)) for attempts in range(1, ATTEMPTS + 1)
    )
    enough = of_this & or_(captures.c.complete, *too_soon)
    query = (
        select(mentions.c.id, mention_versions.c.version, mention_versions.c.evidence)
        .join(mention_versions, _NEWEST)
        .where(
            young.exists(),
            mentions.c.account_id == account_id,
            mention_versions.c.evidence.is_not(None),
            ~select(captures.c.id).where(enough).exists(),
        )
        .order_by(
            young.where(cases.c.verdict == VerdictKind.ESCALATE.value).exists().desc(),
            mentions.c.seen_at,
            mentions.c.id,
        )
        .limit(limit)
    )
    return [_wanting(connection, row, vault) for row in connection.execute(query).mappings().all()]


def _wanting(connection: Connection, row: RowMapping, vault: Vault) -> Wanting:
    """What was had is not asked for again, nor what was too large to be kept.

    Of media nobody can tell which, so one that is missing asks for all.
    """
    unmeasured = case((exhibits.c.size == 0, exhibits.c.missing), else_="")
    held = select(exhibits.c.kind, unmeasured).join(captures, captures.c.id == exhibits.c.capture_id)
    held = held.where(captures.c.mention_id == row["id"], captures.c.mention_version == row["version"])
    had = connection.execute(held.order_by(captures.c.seq)).all()
    last = {ExhibitKind(kind): missing for kind, missing in had}
    failed = {ExhibitKind(kind) for kind, missing in had if missing}
    got = {kind for kind, missing in last.items() if not missing} - (failed & {ExhibitKind.MEDIA})
    mention = mention_from(row["evidence"])
    post = _post(connection, row, vault)
    if post is None:
        got -= {ExhibitKind.POST}
    return Wanting(
        mention_id=row["id"],
        mention_version=row["version"],
        mention=replace(mention, original=post),
        kinds=frozenset(ExhibitKind) - got,
    )


def _post(connection: Connection, row: RowMapping, vault: Vault) -> Original | None:
    """The post as it was received, for the addresses in it; `None` where it was not kept, or cannot be opened.

    What cannot be opened is asked for anew: one post whose key is lost must hold up no other.
    """
    query = (
        select(exhibits.c.id, exhibits.c.url, exhibits.c.received_at, exhibits.c.body, exhibits.c.sha256)
        .join(captures, captures.c.id == exhibits.c.capture_id)
        .where(captures.c.mention_id == row["id"], captures.c.mention_version == row["version"])
        .where(exhibits.c.kind == ExhibitKind.POST.value, exhibits.c.body.is_not(None))
        .order_by(captures.c.seq.desc())
        .limit(1)
    )
    kept = connection.execute(query).one_or_none()
    if kept is None:
        return None
    try:
        body = opened(kept.id, kept.body, kept.sha256, vault)
        return Original(body=body, url=kept.url or "", received_at=kept.received_at)
    except CannotOpenError:
        return None


def news(connection: Connection, account_id: str, presences: Mapping[str, str], now: datetime) -> list[Capture]:
    """The looks at posts with a case that are worth a note: what they say is new, or the last note is old."""
    by_digest = {sha256(uri): presence for uri, presence in presences.items()}
    found: list[Capture] = []
    for part in chunks(by_digest):
        with_case = select(cases.c.id).where(cases.c.mention_id == mentions.c.id)
        query = select(mentions.c.id, mentions.c.version, mentions.c.uri_sha256)
        rows = connection.execute(query.where(mentions.c.uri_sha256.in_(part), with_case.exists())).all()
        last = _last_looks(connection, [row.id for row in rows])
        for row in rows:
            presence, (said, at) = by_digest[row.uri_sha256], last.get(row.id, ("", None))
            if presence != said or at is None or now - at >= SEEN_AGAIN:
                look = Capture(mention_id=row.id, mention_version=row.version, account_id=account_id, kind="look")
                found.append(replace(look, said=presence))
    return found


def _last_looks(connection: Connection, mention_ids: Sequence[str]) -> dict[str, tuple[str, datetime]]:
    query = select(captures.c.mention_id, captures.c.said, captures.c.at)
    looks = query.where(captures.c.mention_id.in_(mention_ids), captures.c.kind == "look").order_by(captures.c.seq)
    return {mention: (said, at) for mention, said, at in connection.execute(looks)}
