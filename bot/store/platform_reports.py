"""Reports to platforms, from the decision that asks for one to the receipt; each step with its audit event.

Two processes may carry them: each step compares what it saw before it writes, and whoever comes second changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, or_, select, update

from bot.model import DecidedReport, PlatformReport, ReportReceipt, ReportState, ReportText
from bot.store.audit import Entry, append
from bot.store.encoding import from_json, sha256, to_json
from bot.store.loading import ROWS, chunks, mention_at
from bot.store.tables import cards, cases, platform_reports, written

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from bot.store.engine import Database, Transaction

    Living = Callable[[Connection], Collection[str]]
    """Tells which processes may still be at what they claimed."""

EVENT = "platform_report"
"""Each of its audit events is named so, with what happened: `platform_report.sent`."""
_LONGEST_WAIT = timedelta(days=1)
"""Longer than a server asks us to wait."""
_ENDS = {ReportState.SENT: "sent", ReportState.REFUSED: "refused", ReportState.UNCLEAR: "unclear"}


class PlatformReports:
    """The part of the store's door that is about reports to platforms; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def of(self, case_ids: Collection[str]) -> dict[str, PlatformReport]:
        """The reports of these cases, by case; most have none."""
        return await self._db.read(of_cases, case_ids)

    async def accounts_due(self, now: datetime, *, owner: str) -> list[str]:
        """The accounts that have a report to send, in the order of their ids."""
        return await self._db.read(accounts_due, now, self._living(owner))

    async def next_due(self, account_id: str, now: datetime, *, owner: str) -> DecidedReport | None:
        """What an account is to report next: what was due first; `None` when there is nothing.

        One whose sending broke off counts as sent once more in doubt.
        """
        return await self._db.read(next_due, account_id, now, self._living(owner))

    async def claim(self, report: DecidedReport, *, owner: str, until: datetime) -> DecidedReport | None:
        """Writes down that it is about to be sent, and counts the attempt; `None` when another was first."""
        return await self._db.write(claim, report, owner=owner, until=until)

    async def postpone(self, report: DecidedReport, due_at: datetime, *, code: str) -> bool:
        """Writes down that it is to be sent again then, and why; False when another was first."""
        return await self._db.write(postpone, report, due_at, code=code)

    async def end(
        self, report: DecidedReport, state: ReportState, *, code: str = "", receipt: ReportReceipt | None = None
    ) -> bool:
        """Writes down what became of it: sent, with its receipt, refused or unclear; False when another was first."""
        return await self._db.write(end, report, state, code=code, receipt=receipt)

    def _living(self, owner: str) -> Living:
        return lambda connection: {owner, *self._db.backend.at_work(connection)}


def put(tx: Transaction, row: RowMapping, text: ReportText, *, decision: object) -> dict[str, object]:
    """Writes down a report that was just decided on, for the case of a row; what the audit is to say of it."""
    rules = to_json(list(text.rules))
    report = {
        "id": tx.new_id(),
        "case_id": row["id"],
        "account_id": row["account_id"],
        "decision_id": decision,
        "words": text.words,
        "rules": rules,
        "report_sha256": digest_of(text.words, rules),
        "state": ReportState.DUE.value,
        "decided_at": tx.now,
        "due_at": tx.now,
        "attempts": 0,
        "doubtful": 0,
        "code": "",
    }
    tx.connection.execute(insert(platform_reports), [report])
    return {"platform_report": report["id"], "report_sha256": report["report_sha256"]}


def digest_of(words: str, rules: str) -> str:
    """The digest of what a report says; `rules` as they are stored."""
    return sha256(to_json({"rules": rules, "words": words}))


def of_cases(connection: Connection, case_ids: Collection[str]) -> dict[str, PlatformReport]:
    """The reports of these cases, by case."""
    found: dict[str, PlatformReport] = {}
    for part in chunks(case_ids):
        query = select(platform_reports).where(platform_reports.c.case_id.in_(part))
        found |= {row["case_id"]: _shown(row) for row in connection.execute(query).mappings()}
    return found


def accounts_due(connection: Connection, now: datetime, living: Living) -> list[str]:
    """The accounts that have a report to send, in the order of their ids."""
    query = select(platform_reports.c.account_id).distinct().where(_due(connection, now, living))
    return list(connection.execute(query.order_by(platform_reports.c.account_id)).scalars())


def next_due(connection: Connection, account_id: str, now: datetime, living: Living) -> DecidedReport | None:
    """What an account is to report next; `None` when there is nothing."""
    query = select(platform_reports).where(platform_reports.c.account_id == account_id, _due(connection, now, living))
    query = query.order_by(platform_reports.c.due_at, platform_reports.c.id).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    broke_off = row["state"] == ReportState.SENDING
    return _decided(connection, row, doubtful=row["doubtful"] + broke_off)


def claim(tx: Transaction, report: DecidedReport, *, owner: str, until: datetime) -> DecidedReport | None:
    """Writes down that a report is about to be sent, and counts the attempt."""
    values = {
        "state": ReportState.SENDING.value,
        "attempts": report.attempts + 1,
        "doubtful": report.doubtful,
        "owner": owner,
        "claimed_until": until,
    }
    if not _changed(tx, report, values):
        return None
    _note(tx, report, "intended", attempt=report.attempts + 1)
    row = tx.connection.execute(select(platform_reports).where(platform_reports.c.id == report.id)).mappings().one()
    return _decided(tx.connection, row, doubtful=report.doubtful)


def postpone(tx: Transaction, report: DecidedReport, due_at: datetime, *, code: str) -> bool:
    """Writes down that a report is to be sent again."""
    values = {"state": ReportState.DUE.value, "due_at": due_at, "doubtful": report.doubtful, "code": code}
    if not _changed(tx, report, values | _UNCLAIMED):
        return False
    _note(tx, report, "postponed", attempt=report.attempts, doubtful=report.doubtful, code=code)
    return True


def end(
    tx: Transaction, report: DecidedReport, state: ReportState, *, code: str, receipt: ReportReceipt | None
) -> bool:
    """Writes down what became of a report."""
    values: dict[str, object] = {"state": state.value, "doubtful": report.doubtful, "code": code}
    facts: dict[str, object] = {"attempt": report.attempts, "doubtful": report.doubtful, "code": code}
    if receipt is not None:
        values |= {"receipt_id": receipt.native_id, "sent_at": receipt.at}
        values |= {"forwarded": receipt.forwarded, "rules_taken": receipt.rules_taken}
        facts |= {"receipt_sha256": sha256(receipt.native_id), "sent_at": written(receipt.at)}
        facts |= {"forwarded": receipt.forwarded, "rules_taken": receipt.rules_taken}
    if not _changed(tx, report, values | _UNCLAIMED):
        return False
    _note(tx, report, _ENDS[state], **facts)
    return True


_UNCLAIMED: dict[str, object] = {"owner": None, "claimed_until": None}


def _changed(tx: Transaction, report: DecidedReport, values: dict[str, object]) -> bool:
    """Changes a report that stands where it was seen, and has its case's cards drawn anew; whether it stood there."""
    unended = platform_reports.c.state.in_([ReportState.DUE.value, ReportState.SENDING.value])
    found = tx.connection.execute(
        update(platform_reports)
        .where(platform_reports.c.id == report.id, platform_reports.c.attempts == report.attempts, unended)
        .values(values)
    )
    if found.rowcount != 1:
        return False
    opened = select(cases.c.opened_at).where(cases.c.id == report.case_id).scalar_subquery()
    tx.connection.execute(update(cards).where(cards.c.case_id == report.case_id).values(drawn_at=opened))
    return True


def _note(tx: Transaction, report: DecidedReport, what: str, **detail: object) -> None:
    facts = {"platform_report": report.id, **detail}
    append(tx, [Entry(stream=report.account, kind=f"{EVENT}.{what}", case_id=report.case_id, detail=facts)])


def _due(connection: Connection, now: datetime, living: Living) -> ColumnElement[bool]:
    """What is to be sent, and what was claimed by somebody who is gone, or did not end it in time.

    One that is to wait for longer than any is was decided by a clock that was ahead, and is due.
    """
    due = or_(platform_reports.c.due_at <= now, platform_reports.c.due_at > now + _LONGEST_WAIT)
    waits = and_(platform_reports.c.state == ReportState.DUE.value, due)
    ended = or_(platform_reports.c.claimed_until <= now, platform_reports.c.owner.not_in(living(connection)))
    return or_(waits, and_(platform_reports.c.state == ReportState.SENDING.value, ended))


def _decided(connection: Connection, row: RowMapping, *, doubtful: int) -> DecidedReport:
    """The one place where a `DecidedReport` is made; without an address once its post was erased."""
    of_case = connection.execute(ROWS.where(cases.c.id == row["case_id"])).mappings().one()
    mention = mention_at(of_case)
    own = mention.account == row["account_id"]
    return DecidedReport(
        id=row["id"],
        case_id=row["case_id"],
        account=row["account_id"],
        mention_uri=mention.uri,
        native_id=mention.native_id if own else None,
        text=_text(row),
        decision=row["decision_id"],
        attempts=row["attempts"],
        doubtful=doubtful,
    )


def _text(row: RowMapping) -> ReportText:
    return ReportText(words=row["words"], rules=tuple(from_json(row["rules"])))


def _shown(row: RowMapping) -> PlatformReport:
    state = ReportState(row["state"])
    sent = state is ReportState.SENT
    receipt = (
        ReportReceipt(
            native_id=row["receipt_id"],
            at=row["sent_at"],
            forwarded=row["forwarded"],
            rules_taken=row["rules_taken"],
        )
        if sent
        else None
    )
    return PlatformReport(
        case_id=row["case_id"],
        text=_text(row),
        state=state,
        decided_at=row["decided_at"],
        attempts=row["attempts"],
        doubtful=row["doubtful"],
        due_at=row["due_at"] if state is ReportState.DUE else None,
        receipt=receipt,
        code=row["code"],
    )
