"""Stores a page of judged mentions in one transaction: evidence, cases, audit events, and the cursor."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from bot.model import TRANSITIONS, Event, State, VerdictKind
from bot.store.advance import apply
from bot.store.arrivals import Arrivals
from bot.store.audit import Entry, append
from bot.store.encoding import sha256, to_json
from bot.store.errors import StoreError
from bot.store.evenness import count_sides
from bot.store.history import FOLLOWED
from bot.store.loading import ROWS, chunks
from bot.store.opening import DUE, Opening, written_at
from bot.store.records import Change
from bot.store.tables import accounts, cases, day_of, judged_counts, mention_versions, mentions, rule_counts, seen
from bot.store.tables import malformed as misread
from bot.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection, RowMapping

    from bot.model import Proposal
    from bot.store.engine import Transaction
    from bot.store.records import Received


def receive(  # noqa: PLR0913 - a page has this many parts
    tx: Transaction,
    account_id: str,
    received: Sequence[Received],
    *,
    cursor: str | None,
    gone: Sequence[str] = (),
    malformed: Sequence[str] = (),
    owner: str | None = None,
    keep_ignored: bool = True,
) -> tuple[str, ...]:
    """Stores a page; the ids of the cases that it opened or changed."""
    changed: dict[str, None] = {}
    stored = _stored(tx.connection, (item.mention.uri for item in received))
    first_sights = _first_sights(tx.connection, received, stored).values()
    _count(tx, first_sights)
    count_sides(tx, first_sights)
    opening, arrivals = Opening(tx), Arrivals(tx, account_id)
    fresh: set[str] = set()
    ignored: dict[str, Received] = {}
    for item in received:
        uri = sha256(item.mention.uri)
        if uri in fresh:
            opening.write()
            stored |= _stored(tx.connection, [item.mention.uri])
        if row := stored.get(uri):
            found = _another_version(tx, account_id, row, item, owner)
            changed |= dict.fromkeys(found)
            if found and item.verdict.kind is VerdictKind.RESPOND:
                arrivals.note(row["id"], item.pile_on)
        elif item.verdict.kind is VerdictKind.IGNORE:
            ignored[uri] = item
        else:
            ignored.pop(uri, None)
            fresh.add(uri)
            if case_id := opening.mention(item, account_id):
                changed[case_id] = None
            arrivals.note(opening.newest, item.pile_on)
    opening.write()
    changed |= dict.fromkeys(arrivals.settle())
    _leave_alone(tx, account_id, ignored, keep_text=keep_ignored)
    _forget_as_ignored(tx, fresh)
    for row in _stored(tx.connection, gone).values():
        changed |= dict.fromkeys(_gone(tx, account_id, row, owner))
    _drop_texts(tx, gone)
    _note_malformed(tx, account_id, malformed)
    if cursor is not None:
        _move(tx, account_id, cursor)
    return tuple(changed)


def _stored(connection: Connection, uris: Iterable[str]) -> dict[str, RowMapping]:
    """The stored mentions by the digest of their URI, each with the digest of its newest version."""
    found: dict[str, RowMapping] = {}
    for part in chunks({sha256(uri) for uri in uris}):
        query = (
            select(mentions, mention_versions.c.digest, mention_versions.c.kind)
            .join(
                mention_versions,
                (mention_versions.c.mention_id == mentions.c.id) & (mention_versions.c.version == mentions.c.version),
            )
            .where(mentions.c.uri_sha256.in_(part))
        )
        found |= {row["uri_sha256"]: row for row in connection.execute(query).mappings()}
    return found


def _another_version(tx: Transaction, account_id: str, row: RowMapping, item: Received, owner: str | None) -> list[str]:
    """A mention that is stored already: skipped when it reads the same, else another version of it."""
    number, kind = row["version"], VerdictKind(row["kind"])
    detail: dict[str, object] = {"mention": row["id"], "mention_version": number}
    # A person's report raises what the watch only recorded: the same words, judged anew.
    raised = item.via != "watch" and item.verdict.kind in DUE and kind not in DUE
    anew = item.mention.digest != row["digest"] or raised
    if anew:
        # The publisher has just seen it so, whatever its date says.
        seen_so = item.edits is not None and owner is not None
        if written_at(item.mention) < row["written_at"] and not seen_so:
            return []  # A copy from a server that has not heard of the edit yet.
        number, kind = number + 1, item.verdict.kind
        detail = _add_version(tx, account_id, row, number, item)
    live = _live_cases(tx.connection, row["id"])
    if not live:
        return _without_case(tx, account_id, row["id"], number, item, detail) if anew else []
    changed: list[str] = []
    for case in live:
        if case["mention_version"] != number and _follows(case, owner):
            escalated = any(other["verdict"] == VerdictKind.ESCALATE for other in live)
            changed += _edit_case(tx, case, number, kind, item, detail, escalated=escalated)
    if anew and not changed and kind is VerdictKind.ESCALATE:
        # An escalation follows every edit, so this is the one case, and past review or being published.
        changed.append(_escalate(tx, live[0], number, item, detail, "beside"))
    for case in live:
        if case["state"] == State.PUBLISHED and (case["asked_version"] or case["mention_version"]) < number:
            apply(tx, case, _by_bot(case, Event.MENTION_EDITED, asked_version=number), detail=detail)
            changed.append(case["id"])
    if anew and not changed:
        case_id, stream = live[0]["id"], live[0]["account_id"]
        append(tx, [Entry(stream=stream, kind="mention.edited", case_id=case_id, detail=detail)])
    return changed


def _add_version(tx: Transaction, account_id: str, row: RowMapping, number: int, item: Received) -> dict[str, object]:
    opening = Opening(tx)
    detail = opening.version(row["id"], number, item, account_id)
    opening.write()
    tx.connection.execute(
        update(mentions)
        .where(mentions.c.id == row["id"])
        .values(version=number, written_at=max(row["written_at"], written_at(item.mention)), gone_at=None)
    )
    return detail


def _without_case(
    tx: Transaction, account_id: str, mention_id: str, number: int, item: Received, detail: dict[str, object]
) -> list[str]:
    opening = Opening(tx)
    opened = []
    if item.verdict.kind in DUE:
        opened.append(opening.case(mention_id, number, item, account_id, detail))
    else:
        opening.note(Entry(stream=account_id, kind="mention.edited", detail=detail))
    opening.write()
    return opened


def _edit_case(  # noqa: PLR0913 - an edit is all of these
    tx: Transaction,
    live: RowMapping,
    number: int,
    kind: VerdictKind,
    item: Received,
    detail: dict[str, object],
    *,
    escalated: bool,
) -> list[str]:
    """The case follows its mention; one that may be answered ends where the mention is a matter of safety.

    `escalated` says that the mention has a live escalation already, be it this case or one beside it.
    """
    answerable = live["verdict"] == VerdictKind.RESPOND
    supersedes = answerable and (escalated or kind is VerdictKind.ESCALATE)
    if supersedes and (State(live["state"]), Event.SUPERSEDED) in TRANSITIONS:
        apply(tx, live, _by_bot(live, Event.SUPERSEDED))
        return [live["id"]] if escalated else [live["id"], _escalate(tx, live, number, item, detail, "follows")]
    proposal = item.proposal if answerable and kind is VerdictKind.RESPOND else None
    apply(tx, live, _by_bot(live, Event.MENTION_EDITED, proposal), mention_version=number, detail=detail)
    return [live["id"]]


def _escalate(
    tx: Transaction, live: RowMapping, number: int, item: Received, detail: dict[str, object], relation: str
) -> str:
    """Opens an escalation on a mention that has, or had, another case; the audit says how it stands to that one."""
    opening = Opening(tx)
    account_id = item.account or live["account_id"]
    opened = opening.case(live["mention_id"], number, item, account_id, detail | {relation: live["id"]})
    opening.write()
    return opened


def _gone(tx: Transaction, account_id: str, row: RowMapping, owner: str | None) -> list[str]:
    """A stored mention that was deleted: its case is withdrawn, unless it is an escalation, which keeps our copy.

    A case whose reply was posted notes it. Otherwise the audit says once that the mention is gone.
    """
    if row["gone_at"] is None:
        tx.connection.execute(update(mentions).where(mentions.c.id == row["id"]).values(gone_at=tx.now))
    live = _live_cases(tx.connection, row["id"])
    followed = [case for case in live if case["state"] == State.PUBLISHED or _follows(case, owner)]
    changed = []
    for case in followed:
        kept = case["state"] in {State.ESCALATED, State.PUBLISHED}
        if not kept or case["gone_at"] is None:
            apply(tx, case, _by_bot(case, Event.MENTION_GONE if kept else Event.WITHDRAWN))
            changed.append(case["id"])
    if not followed and row["gone_at"] is None:
        append(tx, [Entry(stream=account_id, kind="mention.gone", detail={"mention": row["id"]})])
    return changed


def _live_cases(connection: Connection, mention_id: str) -> Sequence[RowMapping]:
    """None, one, or an escalation and the case beside it that was past review when the mention became a threat."""
    query = ROWS.where(cases.c.mention_id == mention_id, cases.c.state != State.CLOSED.value)
    return connection.execute(query.order_by(cases.c.opened_at, cases.c.id)).mappings().all()


def _follows(live: RowMapping, owner: str | None) -> bool:
    """Whether an edit or a deletion may touch the case now: while it is being published, its publisher's alone."""
    state = State(live["state"])
    return state in FOLLOWED and (state is not State.PUBLISHING or (owner is not None and owner == live["owner"]))


def _by_bot(
    live: RowMapping, event: Event, proposal: Proposal | None = None, *, asked_version: int | None = None
) -> Change:
    return Change(
        case_id=live["id"],
        version=live["version"],
        event=event,
        actor="bot",
        proposal=proposal,
        asked_version=asked_version,
    )


def _leave_alone(tx: Transaction, account_id: str, ignored: dict[str, Received], *, keep_text: bool) -> None:
    if not ignored:
        return
    rows = [
        {
            "uri_sha256": uri,
            "account_id": account_id,
            "digest": item.mention.digest,
            "kind": item.verdict.kind.value,
            "reasons": to_json(item.verdict.reasons if keep_text else ()),
            "lang": item.mention.lang,
            "read": item.verdict.read,
            "at": tx.now,
            "text": item.mention.text if keep_text else None,
        }
        for uri, item in ignored.items()
    ]
    statement = upsert(tx.connection, seen)
    updated = {name: statement.excluded[name] for name in rows[0] if name != "uri_sha256"}
    tx.connection.execute(statement.on_conflict_do_update(index_elements=["uri_sha256"], set_=updated), rows)


def _forget_as_ignored(tx: Transaction, uris: set[str]) -> None:
    """What was left alone once, and now is not, is no longer shown as left alone."""
    for part in chunks(uris):
        tx.connection.execute(delete(seen).where(seen.c.uri_sha256.in_(part)))


def _drop_texts(tx: Transaction, gone: Sequence[str]) -> None:
    """What its author deleted, and what was not abusive, we need not keep."""
    for part in chunks({sha256(uri) for uri in gone}):
        tx.connection.execute(update(seen).where(seen.c.uri_sha256.in_(part)).values(text=None, reasons="[]"))


def _first_sights(connection: Connection, received: Sequence[Received], stored: Collection[str]) -> dict[str, Received]:
    """What was never seen before, each URI once: a mention is counted as it first read."""
    found: dict[str, Received] = {}
    for item in received:
        found.setdefault(sha256(item.mention.uri), item)
    ignored = (select(seen.c.uri_sha256).where(seen.c.uri_sha256.in_(part)) for part in chunks(found.keys() - stored))
    known = {*stored, *(uri for query in ignored for uri in connection.execute(query).scalars())}
    return {uri: item for uri, item in found.items() if uri not in known}


def _count(tx: Transaction, received: Collection[Received]) -> None:
    """Counts the mentions, and in how many of them each rule held, by day."""
    if not received:
        return
    day = day_of(tx.now)
    counted = upsert(tx.connection, judged_counts).values(day=day, n=len(received))
    tx.connection.execute(
        counted.on_conflict_do_update(index_elements=["day"], set_={"n": judged_counts.c.n + counted.excluded.n})
    )
    held: Counter[tuple[str, str]] = Counter()
    for item in received:
        held.update({(match.rule, "live") for match in item.verdict.matches})
        held.update({(match.rule, "shadow") for match in item.verdict.shadow})
    if not held:
        return
    statement = upsert(tx.connection, rule_counts)
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["day", "rule", "state"], set_={"n": rule_counts.c.n + statement.excluded.n}
        ),
        [{"day": day, "rule": rule, "state": state, "n": n} for (rule, state), n in held.items()],
    )


def _note_malformed(tx: Transaction, account_id: str, sentences: Sequence[str]) -> None:
    if not sentences:
        return
    tx.connection.execute(
        insert(misread),
        [{"id": tx.new_id(), "account_id": account_id, "at": tx.now, "sentence": sentence} for sentence in sentences],
    )
    append(
        tx,
        [
            Entry(stream=account_id, kind="mention.malformed", detail={"sentence_sha256": sha256(sentence)})
            for sentence in sentences
        ],
    )


def _move(tx: Transaction, account_id: str, cursor: str) -> None:
    found = tx.connection.execute(update(accounts).where(accounts.c.id == account_id).values(cursor=cursor))
    if found.rowcount != 1:
        raise StoreError(
            f"Account {account_id} is not in the database: the accounts are stored at each start, before reading."
        )
