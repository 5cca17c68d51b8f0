"""What is held on one person, read for them to see: their posts, what was thought of these, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.store.encoding import mention_from, verdict_from
from bot.store.loading import ROWS, behind_the_wall, chunks
from bot.store.support import of_person
from bot.store.tables import (
    captures,
    cases,
    decisions,
    drafts,
    exhibits,
    handovers,
    mention_versions,
    mentions,
    publications,
    rejoinders,
    weekly_mails,
    wishes,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Mention, Verdict
    from bot.store.tracing import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCase:
    """A case on one of their posts; nobody who worked on it is in it."""

    id: str
    opened_at: datetime
    changed_at: datetime
    state: str
    outcome: str | None
    reason: str | None
    decided: tuple[tuple[datetime, str, str | None], ...]
    """When, what and why, in order."""
    replies: tuple[tuple[str, datetime | None, str | None], ...]
    """The text of each reply that was or may have been posted, when, and where it stands."""
    mistaken: bool
    """Whether our reply was ruled a mistake."""
    rejoinders: tuple[tuple[datetime, str, str, str | None], ...]
    """What was said to our reply by its link: when, what was chosen, the words, and what a person ruled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPost:
    """One of their posts, in each of its versions."""

    seen_at: datetime
    versions: tuple[tuple[datetime, Mention, Verdict], ...]
    """When each was captured, what it said, and what the rules found; the first first.

    None where the words went with the erasure of somebody whom they named.
    """
    cases: tuple[HeldCase, ...]
    captured: int
    """How many pieces of evidence were captured with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aimed:
    """A post of somebody else that is aimed at them or names them: of its words they are told nothing."""

    seen_at: datetime
    policy: str | None
    severity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWish:
    """What they wish as a protected person; of what is written to them alone, when and no more."""

    reply: str
    shown: bool
    weekly: bool
    given_at: datetime | None
    withdrawn_at: datetime | None
    letters_since: datetime | None
    """When they gave an address for the week's letters; it is theirs, and shown to nobody here."""
    told_until: datetime | None
    """The end of the week of which the last letter told."""
    messages: tuple[datetime, ...]
    """When each message of support was written that still has words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """All of it."""

    posts: tuple[HeldPost, ...]
    aimed: tuple[Aimed, ...]
    notes: tuple[str, ...]
    """What staff noted, on their cases or with their name; staff may be named in it."""
    left_out: int
    """Posts that are left out because a case of them is the safety desk's."""
    wish: HeldWish | None = None
    """`None` for somebody who has never been given a link to a page of their own."""


def holdings(connection: Connection, found: Trace, *, safety: bool) -> Holdings:
    """What is held on the person of a trace; without `safety` no post of which a case is the safety desk's.

    What was sealed for the disciplinary body is in nobody's account but that body's own, and is not counted here.
    """
    hidden: set[str] = set()
    if not safety:
        hidden = {row for part in chunks(found.safety) for row in _mentions_of(connection, part)}
    walled = {
        row["mention_id"]
        for part in chunks(found.cases)
        for row in connection.execute(ROWS.where(cases.c.id.in_(part))).mappings()
        if behind_the_wall(row)
    } - hidden
    shown = [each for each in found.mentions if each not in hidden | walled]
    on_them = set(_cases_on(connection, shown))
    return Holdings(
        posts=tuple(_posts(connection, shown)),
        aimed=tuple(_aimed(connection, found.aimed)),
        notes=tuple(_notes(connection, found, on_them)),
        left_out=len(hidden),
        wish=_wish(connection, found.person.digests),
    )


def _mentions_of(connection: Connection, case_ids: Collection[str]) -> list[str]:
    return list(connection.execute(select(cases.c.mention_id).where(cases.c.id.in_(case_ids))).scalars())


def _cases_on(connection: Connection, mention_ids: Collection[str]) -> list[str]:
    found: list[str] = []
    for part in chunks(mention_ids):
        found += connection.execute(select(cases.c.id).where(cases.c.mention_id.in_(part))).scalars()
    return found


def _posts(connection: Connection, mention_ids: Collection[str]) -> list[HeldPost]:
    posts = []
    for mention_id in mention_ids:
        seen_at = connection.execute(select(mentions.c.seen_at).where(mentions.c.id == mention_id)).scalar_one()
        versions = select(mention_versions).where(
            mention_versions.c.mention_id == mention_id, mention_versions.c.evidence.is_not(None)
        )
        captured = (
            select(func.count())
            .select_from(exhibits.join(captures, captures.c.id == exhibits.c.capture_id))
            .where(captures.c.mention_id == mention_id, exhibits.c.body.is_not(None))
        )
        posts.append(
            HeldPost(
                seen_at=seen_at,
                versions=tuple(
                    (row.captured_at, mention_from(row.evidence), verdict_from(row.judgement))
                    for row in connection.execute(versions.order_by(mention_versions.c.version))
                ),
                cases=tuple(_case(connection, case_id) for case_id in sorted(_cases_on(connection, [mention_id]))),
                captured=int(connection.execute(captured).scalar_one()),
            )
        )
    return posts


def _case(connection: Connection, case_id: str) -> HeldCase:
    row = connection.execute(select(cases).where(cases.c.id == case_id)).one()
    decided = select(decisions.c.at, decisions.c.kind, decisions.c.reason).where(decisions.c.case_id == case_id)
    replies = (
        select(drafts.c.text, publications.c.posted_at, publications.c.url)
        .join(drafts, drafts.c.id == publications.c.draft_id)
        .where(publications.c.case_id == case_id, publications.c.state != "failed")
    )
    said = (
        select(rejoinders.c.at, rejoinders.c.kind, rejoinders.c.words, rejoinders.c.ruling)
        .where(rejoinders.c.case_id == case_id, rejoinders.c.safety.is_(False))
        .order_by(rejoinders.c.at, rejoinders.c.id)
    )
    return HeldCase(
        id=row.id,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        state=row.state,
        outcome=row.outcome,
        reason=row.reason,
        decided=tuple((at, kind, why) for at, kind, why in connection.execute(decided.order_by(decisions.c.at))),
        replies=tuple((text or "", at, url) for text, at, url in connection.execute(replies)),
        mistaken=row.mistaken,
        rejoinders=tuple((at, kind, words or "", ruling) for at, kind, words, ruling in connection.execute(said)),
    )


def _aimed(connection: Connection, mention_ids: Collection[str]) -> list[Aimed]:
    found: list[Aimed] = []
    for part in chunks(mention_ids):
        query = (
            select(mentions.c.seen_at, mention_versions.c.policy, mention_versions.c.severity)
            .join(
                mention_versions,
                (mention_versions.c.mention_id == mentions.c.id) & (mention_versions.c.version == mentions.c.version),
            )
            .where(mentions.c.id.in_(part))
            .order_by(mentions.c.seen_at)
        )
        found += [Aimed(seen_at=at, policy=policy, severity=n) for at, policy, n in connection.execute(query)]
    return found


def _notes(connection: Connection, found: Trace, case_ids: Collection[str]) -> list[str]:
    """Notes on these cases, and notes elsewhere that name the person; a case that is left out says nothing."""
    left_out = {*found.cases} - {*case_ids}
    texts: list[str] = []
    for table, column, ids in (
        (cases, cases.c.note, {*case_ids, *found.notes} - left_out),
        (handovers, handovers.c.text, found.handovers),
    ):
        for part in chunks(list(ids)):
            query = select(column).where(table.c.id.in_(part), column != "")
            texts += connection.execute(query.order_by(table.c.id)).scalars()
    query = select(decisions.c.note, decisions.c.case_id).where(decisions.c.note != "").order_by(decisions.c.id)
    for part in chunks(list(case_ids)):
        texts += connection.execute(query.where(decisions.c.case_id.in_(part))).scalars()
    return list(dict.fromkeys(texts))


def _wish(connection: Connection, digests: Collection[str]) -> HeldWish | None:
    query = (
        select(wishes, weekly_mails.c.since, weekly_mails.c.sent_for)
        .outerjoin(weekly_mails, weekly_mails.c.person_sha256 == wishes.c.person_sha256)
        .where(wishes.c.person_sha256.in_(digests))
        .order_by(wishes.c.person_sha256)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return HeldWish(
        reply=row.reply,
        shown=bool(row.shown),
        weekly=bool(row.weekly),
        given_at=row.given_at,
        withdrawn_at=row.withdrawn_at,
        letters_since=row.since,
        told_until=row.sent_for,
        messages=tuple(each.at for each in of_person(connection, row.person_sha256)),
    )
