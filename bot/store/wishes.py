"""What protected people wish, kept under the digest of their handle: nothing here says who they are.

Consent that somebody recorded for them counts until they have spoken themselves; from then on their own word counts.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from bot.model import Event, State
from bot.store import support as support_of
from bot.store import weekly as weeks_by_mail
from bot.store.advance import apply
from bot.store.audit import SYSTEM, Entry, append
from bot.store.cases import ENDED
from bot.store.encoding import mention_from, sha256
from bot.store.holds import held_mentions
from bot.store.loading import ROWS, chunks, many, on_safety_desk
from bot.store.persons import in_audit
from bot.store.records import Change
from bot.store.retention import blank_cases, blank_mentions
from bot.store.tables import (
    answers_of_protected,
    cases,
    drafts,
    earlier_pages,
    mention_versions,
    mentions,
    weekly_mails,
    wishes,
)
from bot.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from bot.store.engine import Transaction

LINK_LASTS = timedelta(days=7)
"""How long a link that staff made waits to be opened."""
_MOST_ASKED = 50
_WISHES = select(wishes, weekly_mails.c.since, weekly_mails.c.refused_at).outerjoin(
    weekly_mails, weekly_mails.c.person_sha256 == wishes.c.person_sha256
)
_ENDS = {State.OPEN: Event.WITHDRAWN, State.APPROVED: Event.WITHDRAWN, State.FAILED: Event.EXPIRED}
"""How a case ends that was held for somebody who has withdrawn their consent."""


class ReplyWish(StrEnum):
    """What is to become of replies to what is aimed at them."""

    FOR_ME = "for_me"
    ASK_ME = "ask_me"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one protected person wishes."""

    person: str
    """The digest of their handle."""
    reply: ReplyWish = ReplyWish.FOR_ME
    shown: bool = True
    """Whether their page may show them the words; else figures alone."""
    weekly: bool = False
    """Whether they are told of the week: on their page, and by mail where they gave an address."""
    mail_since: datetime | None = None
    """When they gave an address for that; `None` without one. What it is, nobody is told."""
    mail_refused_at: datetime | None = None
    """When its server last refused a letter for good; `None` when the last one was taken."""
    support: bool = True
    """Whether they take messages of support."""
    own_page: bool = False
    """Whether somebody has opened a link to their page."""
    given_at: datetime | None = None
    """When they gave their consent themselves; `None` when they have not."""
    withdrawn_at: datetime | None = None
    unspoken: bool = False
    """Whether nobody chose by this page since it was opened. Then it tells nothing of what was chosen before."""
    link_made_at: datetime | None = None
    """When staff made a link that waits to be opened, and would replace this page."""
    replaced_at: datetime | None = None
    """When a newer link replaced a page: seen by the older, which can only withdraw now, and by the newer."""
    older: bool = False
    """Whether this page is the one that was replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A case that waits for the yes of the person it is aimed at."""

    case_id: str
    opened_at: datetime
    policy: str | None
    severity: int
    text: str
    draft: str
    words: str
    """What names the post and the draft as they stand; a yes is to these alone."""


def digest_of(handle: str) -> str:
    """By which a person is known here."""
    return sha256(handle.lower())


def of_all(connection: Connection) -> dict[str, Wish]:
    """Every wish, by the digest of the person's handle."""
    return {row["person_sha256"]: _wish(row) for row in connection.execute(_WISHES).mappings()}


def make_link(tx: Transaction, handle: str, *, actor: str) -> str:
    """A token that opens the person's own page once, within a week; one that was made before is worth nothing now."""
    token, person = secrets.token_urlsafe(24), digest_of(handle)
    values = {"link_sha256": sha256(token), "link_until": tx.now + LINK_LASTS}
    statement = upsert(tx.connection, wishes).values(
        person_sha256=person, reply=ReplyWish.FOR_ME.value, shown=True, weekly=False, **values
    )
    tx.connection.execute(statement.on_conflict_do_update(index_elements=["person_sha256"], set_=values))
    append(tx, [Entry(stream=SYSTEM, kind="protected.link_made", actor=actor, detail={"person": in_audit(tx, person)})])
    return token


def open_link(tx: Transaction, token: str) -> str | None:
    """Uses a link up: the token of a page, which only the opener has now; `None` when it opens nothing.

    By the page before, if there was one, its holder can still withdraw.
    """
    page = secrets.token_urlsafe(24)
    mine = (wishes.c.link_sha256 == sha256(token), wishes.c.link_until > tx.now)
    row = tx.connection.execute(select(wishes.c.person_sha256, wishes.c.page_sha256).where(*mine)).one_or_none()
    opened = {"link_sha256": None, "link_until": None, "page_sha256": sha256(page), "unspoken": True}
    if row is None or tx.connection.execute(update(wishes).where(*mine).values(opened)).rowcount != 1:
        return None
    if row.page_sha256 is not None:
        before = {"page_sha256": row.page_sha256, "person_sha256": row.person_sha256, "replaced_at": tx.now}
        tx.connection.execute(insert(earlier_pages).values(before))
    append(tx, [Entry(stream=SYSTEM, kind="protected.link_opened", detail={"person": in_audit(tx, row.person_sha256)})])
    return page


def waits(connection: Connection, token: str, now: datetime) -> bool:
    """Whether a link would open a page; it is not used up by asking."""
    query = select(wishes.c.person_sha256).where(wishes.c.link_sha256 == sha256(token), wishes.c.link_until > now)
    return connection.execute(query).first() is not None


def of_page(connection: Connection, token: str) -> Wish | None:
    """Whose page that is; one that a newer has replaced knows only when, and whether they have withdrawn."""
    query = select(earlier_pages, wishes.c.withdrawn_at).join(
        wishes, wishes.c.person_sha256 == earlier_pages.c.person_sha256
    )
    if row := connection.execute(query.where(earlier_pages.c.page_sha256 == sha256(token))).one_or_none():
        at = {"replaced_at": row.replaced_at, "withdrawn_at": row.withdrawn_at}
        return Wish(person=row.person_sha256, unspoken=True, older=True, **at)
    found = connection.execute(_WISHES.where(wishes.c.page_sha256 == sha256(token))).mappings().one_or_none()
    if found is None:
        return None
    person = found["person_sha256"]
    wish = Wish(person=person, unspoken=True, own_page=True) if found["unspoken"] else _wish(found)
    replaced_at = connection.execute(
        select(func.max(earlier_pages.c.replaced_at)).where(earlier_pages.c.person_sha256 == person)
    ).scalar()
    until = found["link_until"]
    made_at = until - LINK_LASTS if until is not None else None
    return replace(wish, link_made_at=made_at, replaced_at=replaced_at)


def choose(  # noqa: PLR0913  each is a wish of its own, given by keyword
    tx: Transaction,
    person: str,
    *,
    reply: ReplyWish,
    shown: bool,
    weekly: bool,
    support: bool = True,
    mail: str | None = None,
) -> bool:
    """Keeps what a person chose, and with it their consent, from now on; whether an address of theirs has gone.

    `mail` is where they wish to be told of the week; empty for the address that they gave before, `None` for none.
    """
    given_at = tx.connection.execute(select(wishes.c.given_at).where(wishes.c.person_sha256 == person)).scalar_one()
    tx.connection.execute(
        update(wishes)
        .where(wishes.c.person_sha256 == person)
        .values(
            reply=reply.value,
            shown=shown,
            weekly=weekly,
            support=support,
            given_at=given_at or tx.now,
            withdrawn_at=None,
            unspoken=False,
        )
    )
    gone = False
    if mail is None:
        gone = weeks_by_mail.take_back(tx, person)
    elif mail:
        gone = weeks_by_mail.give(tx, person, mail)
    detail = {"person": in_audit(tx, person)}
    append(tx, [Entry(stream=SYSTEM, kind="protected.chose", actor="protected", detail=detail)])
    return gone


def withdraw(tx: Transaction, person: str, *, by_older: bool = False) -> int:
    """Takes consent back, and erases what was found for this person alone; how many posts.

    With it go their address and the words of every message to them. What is being published, with the safety desk, or
    on hold stays until it has ended there. `by_older` when they did it by a page that was replaced: then the newer one,
    which may be in somebody else's hands, is closed, and nobody chooses before another link was opened.
    """
    values: dict[str, object] = {"given_at": None, "withdrawn_at": tx.now}
    if by_older:
        values |= {"page_sha256": None, "link_sha256": None, "link_until": None}
    tx.connection.execute(update(wishes).where(wishes.c.person_sha256 == person).values(values))
    weeks_by_mail.take_back(tx, person)
    messages = support_of.ids_of(tx.connection, [person])
    support_of.blank(tx, messages)
    detail = {"person": in_audit(tx, person), "support_blanked": messages}
    append(tx, [Entry(stream=SYSTEM, kind="protected.withdrew", actor="protected", detail=detail)])
    return forget(tx, [person])


def forget(tx: Transaction, people: Collection[str]) -> int:
    """Erases what was found for these people alone, as far as it may go now; how many posts."""
    found = _found_for(tx.connection, people)
    for part in chunks(found):
        for row in tx.connection.execute(ROWS.where(cases.c.mention_id.in_(part))).mappings().all():
            if (event := _ENDS.get(State(row["state"]))) is not None:
                apply(tx, row, Change(case_id=row["id"], version=row["version"], event=event, actor="bot"))
    gone = [each for part in chunks(found) for each in _may_go(tx.connection, part)]
    on_them = [
        case_id
        for part in chunks(gone)
        for case_id in tx.connection.execute(select(cases.c.id).where(cases.c.mention_id.in_(part))).scalars()
    ]
    blank_mentions(tx, gone)
    blank_cases(tx, on_them)
    if gone:
        detail = {
            "mentions": gone,
            "cases": on_them,
            "drafts": [],
            "handovers": [],
            "exhibits_of": [],
            "rejoinders": [],
        }
        append(tx, [Entry(stream=SYSTEM, kind="protected.forgotten", detail=detail)])
    return len(gone)


def _found_for(connection: Connection, people: Collection[str]) -> list[str]:
    """Mentions that nothing but one of these people's consent led to."""
    query = (
        select(mentions.c.id, mention_versions.c.evidence)
        .join(mention_versions, mention_versions.c.mention_id == mentions.c.id)
        .where(mentions.c.purged_at.is_(None), mention_versions.c.evidence.like('%"watched_for":"@%'))
        .order_by(mentions.c.id)
    )
    found = {
        mention_id: None
        for mention_id, evidence in connection.execute(query)
        if digest_of(mention_from(evidence).watched_for) in people
    }
    return list(found)


def _may_go(connection: Connection, mention_ids: Sequence[str]) -> list[str]:
    """Those of which no case is under way, and no hold stands."""
    unfinished = (
        select(cases.c.id)
        .where(cases.c.mention_id == mentions.c.id, cases.c.state.not_in([state.value for state in ENDED]))
        .exists()
    )
    query = select(mentions.c.id).where(mentions.c.id.in_(mention_ids), ~unfinished, ~held_mentions())
    return list(connection.execute(query.order_by(mentions.c.id)).scalars())


_draft_sha256 = func.coalesce(
    select(drafts.c.text_sha256)
    .where(drafts.c.case_id == cases.c.id)
    .order_by(drafts.c.revision.desc())
    .limit(1)
    .scalar_subquery(),
    "",
)
_answered = (
    select(answers_of_protected.c.case_id)
    .where(
        answers_of_protected.c.case_id == cases.c.id,
        answers_of_protected.c.mention_version == cases.c.mention_version,
        answers_of_protected.c.text_sha256 == _draft_sha256,
    )
    .correlate(cases)
)
"""What was answered to the post and the newest draft of a case as they stand."""


def asked(connection: Connection, person: str) -> list[Asked]:
    """The open cases aimed at somebody that they have not answered as they stand, oldest first; never safety's."""
    query = ROWS.where(
        mentions.c.aim == person, cases.c.state == State.OPEN.value, ~_answered.exists(), ~on_safety_desk()
    )
    return [
        Asked(
            case_id=case.id,
            opened_at=case.opened_at,
            policy=case.verdict.policy,
            severity=case.verdict.severity,
            text=case.mention.text,
            draft=case.draft.text if case.draft else "",
            words=f"{case.mention_version} {case.draft.text_sha256 if case.draft else ''}",
        )
        for case in many(connection, query.order_by(cases.c.opened_at, cases.c.id).limit(_MOST_ASKED))
    ]


def answer(tx: Transaction, person: str, case_id: str, *, yes: bool, words: str) -> bool:
    """Keeps a person's yes or no to a reply; a no closes the case. False when the case does not wait for it.

    `words` is what was asked, by its name; a yes to what reads otherwise by now is none.
    """
    waiting = {each.case_id: each for each in asked(tx.connection, person)}.get(case_id)
    if waiting is None or (yes and words != waiting.words):
        return False
    version, _, text_sha256 = waiting.words.partition(" ")
    row = {"case_id": case_id, "mention_version": int(version), "text_sha256": text_sha256}
    row |= {"person_sha256": person, "yes": yes, "at": tx.now}
    tx.connection.execute(insert(answers_of_protected).values(row))
    case = tx.connection.execute(ROWS.where(cases.c.id == case_id)).mappings().one()
    detail = {"yes": yes, "of": case_id, "to_version": int(version), "to_sha256": text_sha256}
    append(tx, [Entry(stream=case["account_id"], kind="protected.answered", actor="protected", detail=detail)])
    if not yes:
        note = "The person it is aimed at wishes no reply."
        apply(tx, case, Change(case_id=case_id, version=case["version"], event=Event.REFUSED, actor="bot", note=note))
    return True


def agreed(connection: Connection, case_ids: Iterable[str]) -> frozenset[str]:
    """Of these cases those to whose reply, as it and the post stand, the person said yes."""
    said_yes = _answered.where(answers_of_protected.c.yes).exists()
    query = select(cases.c.id).where(cases.c.id.in_(list(case_ids)), said_yes)
    return frozenset(connection.execute(query).scalars())


def _wish(row: RowMapping) -> Wish:
    return Wish(
        person=row["person_sha256"],
        reply=ReplyWish(row["reply"]),
        shown=bool(row["shown"]),
        weekly=bool(row["weekly"]),
        given_at=row["given_at"],
        withdrawn_at=row["withdrawn_at"],
        mail_since=row["since"],
        mail_refused_at=row["refused_at"],
        support=bool(row["support"]),
        own_page=row["page_sha256"] is not None,
    )
