"""What is remembered when a mention is judged: the mention itself, its author, its conversation, our last words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, case, false, func, or_, select

from bot.model import Claim, EarlierAbuse, EarlierCase, History, Reason, State, VerdictKind
from bot.store.encoding import sha256, verdict_from
from bot.store.loading import chunks, on_safety_desk, sealed_away
from bot.store.records import Known, Thread
from bot.store.strikes import cleared, is_strike
from bot.store.tables import accounts, cases, drafts, mention_versions, mentions, publications, seen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import BindParameter, ColumnElement, Connection

FOLLOWED = (State.OPEN, State.APPROVED, State.PUBLISHING, State.ESCALATED)
"""Where a case follows the edits of its mention."""
_MAY_REPLY = (State.OPEN, State.APPROVED, State.PUBLISHING, State.FAILED, State.UNCONFIRMED)
counts_as_said = or_(cases.c.outcome.is_(None), cases.c.outcome != "corrected")
"""A reply that was taken down so that another can take its place is no reply to be held against that one."""
may_be_out: ColumnElement[bool] = or_(
    publications.c.state.in_(["published", "retracted", "unconfirmed"]),
    and_(publications.c.state == "intended", cases.c.state == State.PUBLISHING.value),
)
"""Publications that the public has, or may have, seen; to be asked beside their cases.

One that is intended while its case is published is in doubt until its outcome is known. Back in review, or approved
once more, it was provably not sent.
"""
out_at = func.coalesce(publications.c.posted_at, publications.c.intended_at, type_=publications.c.intended_at.type)
"""Since when: from the intent, while the platform's word is missing."""
_LAST_DRAFTS = 100
_CURRENT = and_(mention_versions.c.mention_id == mentions.c.id, mention_versions.c.version == mentions.c.version)
# What is asked for each page is put together once: that takes as long as running it.
_AUTHORS: BindParameter[str] = bindparam("authors", expanding=True)
_CONVERSATIONS: BindParameter[str] = bindparam("conversations", expanding=True)


def cursor(connection: Connection, account_id: str) -> str | None:
    """Where reading for the account goes on; `None` before the first time."""
    found = connection.execute(select(accounts.c.cursor).where(accounts.c.id == account_id)).scalar_one_or_none()
    return None if found is None else str(found)


def known(connection: Connection, uris: Iterable[str]) -> dict[str, Known]:
    """What is stored of each URI; those never seen are left out."""
    by_digest = {sha256(uri): uri for uri in uris}
    unfinished = cases.c.state != State.CLOSED.value
    found: dict[str, Known] = {}
    for part in chunks(by_digest):
        ignored = select(seen.c.uri_sha256, seen.c.digest).where(seen.c.uri_sha256.in_(part))
        found |= {by_digest[uri]: Known(digest=digest) for uri, digest in connection.execute(ignored)}
        stored = (
            select(mentions.c.uri_sha256, mention_versions.c.digest, cases.c.id, cases.c.state)
            .join(mention_versions, mention_versions.c.mention_id == mentions.c.id)
            .outerjoin(cases, cases.c.mention_id == mentions.c.id)
            .where(
                mentions.c.uri_sha256.in_(part),
                mention_versions.c.version
                == case(
                    (cases.c.state.in_([state.value for state in FOLLOWED]), cases.c.mention_version),
                    else_=mentions.c.version,
                ),
            )
            # What matters most last, so that it is what remains: the newest, if closed; a live one; a live escalation.
            .order_by(
                unfinished,
                and_(unfinished, cases.c.verdict == VerdictKind.ESCALATE.value),
                cases.c.opened_at,
                cases.c.id,
            )
        )
        for uri, digest, case_id, state in connection.execute(stored):
            found[by_digest[uri]] = Known(digest=digest, case_id=case_id, state=state and State(state))
    return found


def histories(connection: Connection, author_uris: Iterable[str], since: datetime) -> dict[str, History]:
    """The past of each author; what arrived before `since` is no strike any more."""
    found = {uri: History() for uri in author_uris}
    for part in chunks(found):
        earlier = _earlier_cases(connection, part, since)
        answered = _answered(connection, part)
        names = _names(connection, part)
        for uri in part:
            found[uri] = History(
                cases=tuple(earlier.get(uri, ())),
                strikes=sum(case.strike for case in earlier.get(uri, ())),
                answered_at=answered.get(uri),
                names=tuple(names.get(uri, ())),
            )
    return found


_CROWD = (
    select(mentions.c.author_uri, mentions.c.created_at)
    .join(mention_versions, _CURRENT)
    .where(
        mentions.c.account_id == bindparam("account"),
        # Nothing is seen before it is written, and by the time of seeing there is an index.
        mentions.c.seen_at >= bindparam("since"),
        mentions.c.created_at >= bindparam("since"),
        mentions.c.author_uri.is_not(None),
        mention_versions.c.abusive,
        mention_versions.c.kind != VerdictKind.IGNORE.value,
        ~cleared,
    )
    .order_by(mentions.c.seen_at.desc(), mentions.c.id.desc())
    .limit(bindparam("largest"))
)


def crowds(
    connection: Connection, account_ids: Iterable[str], since: datetime, limit: int
) -> dict[str, tuple[EarlierAbuse, ...]]:
    """Who was abusive to each account since then, the last to arrive first."""
    found: dict[str, tuple[EarlierAbuse, ...]] = {}
    for account_id in account_ids:
        asked = {"account": account_id, "since": since, "largest": limit}
        found[account_id] = tuple(
            EarlierAbuse(author=author, at=at) for author, at in connection.execute(_CROWD, asked)
        )
    return found


_COUNTED = (
    select(
        mentions.c.conversation,
        cases.c.state,
        func.coalesce(and_(may_be_out, counts_as_said), false()).label("said"),
    )
    .join(cases, cases.c.mention_id == mentions.c.id)
    .outerjoin(publications, and_(publications.c.case_id == cases.c.id, publications.c.state != "failed"))
    .where(mentions.c.conversation.in_(_CONVERSATIONS))
)
_USED = (
    select(
        mentions.c.conversation,
        drafts.c.response,
        drafts.c.variant,
        func.coalesce(may_be_out, false()).label("said"),
    )
    .join(cases, cases.c.mention_id == mentions.c.id)
    .join(drafts, drafts.c.case_id == cases.c.id)
    .outerjoin(publications, publications.c.draft_id == drafts.c.id)
    .where(
        mentions.c.conversation.in_(_CONVERSATIONS),
        drafts.c.response.is_not(None),
        drafts.c.variant.is_not(None),
        or_(cases.c.state.in_([state.value for state in _MAY_REPLY]), may_be_out),
    )
)


def threads(connection: Connection, conversations: Iterable[str]) -> dict[str, Thread]:
    """What we have said, or may yet say, in each conversation."""
    found = {conversation: Thread() for conversation in conversations}
    for part in chunks(found):
        live: dict[str, int] = {}
        said: dict[str, int] = {}
        wordings: dict[str, set[tuple[str, int]]] = {}
        spoken: dict[str, set[tuple[str, int]]] = {}
        for row in connection.execute(_COUNTED, {"conversations": part}):
            live[row.conversation] = live.get(row.conversation, 0) + (row.state in _MAY_REPLY)
            said[row.conversation] = said.get(row.conversation, 0) + row.said
        for conversation, response, variant, out in connection.execute(_USED, {"conversations": part}):
            wordings.setdefault(conversation, set()).add((response, variant))
            if out:
                spoken.setdefault(conversation, set()).add((response, variant))
        for key in part:
            found[key] = Thread(
                live_cases=live.get(key, 0),
                replies=said.get(key, 0),
                wordings=frozenset(wordings.get(key, ())),
                said=frozenset(spoken.get(key, ())),
            )
    return found


_WORDINGS = (
    select(drafts.c.response, drafts.c.variant)
    .where(drafts.c.account_id == bindparam("account"), drafts.c.response.is_not(None), drafts.c.variant.is_not(None))
    .order_by(drafts.c.created_at.desc(), drafts.c.id.desc())
    .limit(_LAST_DRAFTS)
)


def wordings(connection: Connection, account_id: str) -> tuple[tuple[str, int], ...]:
    """(response, variant) of the account's last drafts, newest first."""
    found = connection.execute(_WORDINGS, {"account": account_id})
    return tuple((response, variant) for response, variant in found)


_EARLIER = (
    select(
        mentions.c.author_uri,
        cases.c.id,
        cases.c.opened_at,
        cases.c.state,
        cases.c.outcome,
        cases.c.reason,
        mentions.c.account_id,
        mention_versions.c.policy,
        mention_versions.c.judgement,
        publications.c.state.label("publication"),
        mentions.c.uri_sha256,
        mentions.c.seen_at,
        is_strike.label("strike"),
        on_safety_desk().label("safety"),
        sealed_away.label("sealed"),
    )
    .join(cases, cases.c.mention_id == mentions.c.id)
    .join(
        mention_versions,
        and_(mention_versions.c.mention_id == mentions.c.id, mention_versions.c.version == cases.c.mention_version),
    )
    .outerjoin(publications, and_(publications.c.case_id == cases.c.id, publications.c.state != "failed"))
    .where(mentions.c.author_uri.in_(_AUTHORS))
    .order_by(cases.c.opened_at.desc(), cases.c.id.desc())
)


def _earlier_cases(connection: Connection, authors: Collection[str], since: datetime) -> dict[str, list[EarlierCase]]:
    found: dict[str, list[EarlierCase]] = {}
    rows = connection.execute(_EARLIER, {"authors": authors}).all()
    struck: dict[str, str] = {}
    """By mention the case that is counted, one of which most may be told: one that has several cases is one strike."""
    for row in sorted(rows, key=lambda row: (row.sealed, row.safety)):
        if row.strike and row.seen_at >= since:
            struck.setdefault(row.uri_sha256, row.id)
    for row in rows:
        earlier = EarlierCase(
            case_id=row.id,
            opened_at=row.opened_at,
            policy=row.policy or "",
            outcome=row.outcome or row.state,
            answered=row.publication in {"published", "retracted"},
            claim=_claim(row.judgement),
            strike=struck.get(row.uri_sha256) == row.id,
            seen_at=row.seen_at,
            target=_target(row.judgement) or row.account_id,
            cleared=row.reason is not None and not Reason(row.reason).abusive,
            post=row.uri_sha256,
            safety=row.safety,
            sealed=row.sealed and not row.safety,
        )
        found.setdefault(row.author_uri, []).append(earlier)
    return found


def _target(judgement: str | None) -> str:
    """The handle at which it was aimed, in small letters; empty where it named nobody, or the words are gone."""
    target = verdict_from(judgement).target if judgement is not None else None
    return (target.handle or "").lower() if target else ""


def _claim(judgement: str | None) -> Claim:
    """What an author claimed then in words of their own; nothing where the words are gone."""
    if judgement is None:
        return Claim.NONE
    affiliation = verdict_from(judgement).affiliation
    own = any(not each.startswith("history:") for each in affiliation.evidence)
    return affiliation.claim if own else Claim.NONE


_ANSWERED = (
    select(mentions.c.author_uri, out_at.label("at"))
    .join(cases, cases.c.mention_id == mentions.c.id)
    .join(publications, publications.c.case_id == cases.c.id)
    .where(mentions.c.author_uri.in_(_AUTHORS), may_be_out, counts_as_said)
    .order_by("at")
)


def _answered(connection: Connection, authors: Collection[str]) -> dict[str, datetime]:
    found = connection.execute(_ANSWERED, {"authors": authors})
    return {author: at for author, at in found}  # noqa: C416 - a row is not a pair to mypy


_NAMES = (
    select(mentions.c.author_uri, mentions.c.author_handle)
    .where(mentions.c.author_uri.in_(_AUTHORS), mentions.c.author_handle.is_not(None))
    .group_by(mentions.c.author_uri, mentions.c.author_handle)
    .order_by(func.max(mentions.c.seen_at).desc())
)


def _names(connection: Connection, authors: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for author, handle in connection.execute(_NAMES, {"authors": authors}):
        found.setdefault(author, []).append(handle)
    return found
