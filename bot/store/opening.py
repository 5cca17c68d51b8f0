"""Gathers the rows of new mentions, versions and cases, so that a whole page is written with one statement a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Table, insert, select

from bot.model import ExhibitKind, Found, State, VerdictKind
from bot.store import captures, outbox
from bot.store.audit import Entry, append
from bot.store.encoding import clean, evidence_of, sha256, to_json
from bot.store.tables import accounts, cases, drafts, mention_versions, mentions

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Mention, Proposal
    from bot.store.engine import Transaction
    from bot.store.records import Received

DUE = frozenset({VerdictKind.RESPOND, VerdictKind.ESCALATE})
"""The verdicts that open a case."""


class Opening:
    """Rows to be written together; nothing reaches the database before `write`."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows: dict[Table, list[dict[str, object]]] = {
            table: [] for table in (mentions, mention_versions, cases, drafts)
        }
        self._entries: list[Entry] = []
        self._captures: list[captures.Capture] = []
        self._asked: dict[str, tuple[int, str | None]] | None = None
        self.newest = ""
        """The id of the mention that was gathered last."""

    def mention(self, received: Received, account_id: str) -> str:
        """A mention that is stored for the first time, with its evidence; the id of its case, or an empty text."""
        mention = received.mention
        self.newest = mention_id = self._tx.new_id()
        self._rows[mentions].append(
            {
                "id": mention_id,
                "uri_sha256": sha256(mention.uri),
                "platform": mention.platform,
                "account_id": account_id,
                "author_uri": mention.author.uri,
                "author_handle": mention.author.handle,
                "conversation": mention.conversation,
                "created_at": mention.created_at,
                "written_at": written_at(mention),
                "seen_at": self._tx.now,
                "version": 1,
            }
        )
        evidence = self.version(mention_id, 1, received, account_id)
        if received.verdict.kind in DUE:
            return self.case(mention_id, 1, received, account_id, evidence)
        self.note(Entry(stream=account_id, kind="mention.recorded", detail=evidence))
        return ""

    def version(self, mention_id: str, number: int, received: Received, account_id: str) -> dict[str, object]:
        """The evidence of one version of a mention; what the audit is to say of it."""
        verdict = received.verdict
        evidence, judgement = evidence_of(received.mention), to_json(verdict)
        row: dict[str, object] = {
            "mention_id": mention_id,
            "version": number,
            "captured_at": self._tx.now,
            "digest": received.mention.digest,
            "evidence": evidence,
            "evidence_sha256": sha256(evidence),
            "judgement": judgement,
            "judgement_sha256": sha256(judgement),
            "kind": verdict.kind.value,
            "policy": verdict.policy,
            "severity": verdict.severity,
            "abusive": verdict.abusive,
        }
        self._rows[mention_versions].append(row)
        if original := received.mention.original:
            found = (Found(kind=ExhibitKind.POST, original=original),)
            self._captures.append(
                captures.Capture(
                    mention_id=mention_id, mention_version=number, account_id=account_id, kind="received", found=found
                )
            )
        told: dict[str, object] = {
            "mention": mention_id,
            "mention_version": number,
            "evidence": row["evidence_sha256"],
            "judgement": row["judgement_sha256"],
            "kind": row["kind"],
            **codes(received),
            "rules": list(dict.fromkeys(match.rule for match in verdict.matches)),
        }
        return told | (outbox.put(self._tx, received.passed) if received.passed else {})

    def case(
        self, mention_id: str, number: int, received: Received, account_id: str, evidence: dict[str, object]
    ) -> str:
        """A case on one version of a mention, with its first draft when there is a proposal; its id."""
        case_id, answering = self._tx.new_id(), received.account or account_id
        escalates = received.verdict.kind is VerdictKind.ESCALATE
        approvals, principal = self._asked_by(answering)
        row: dict[str, object] = {
            "id": case_id,
            "mention_id": mention_id,
            "mention_version": number,
            "account_id": answering,
            "verdict": received.verdict.kind.value,
            "approvals_required": max(received.approvals_required, approvals),
            "principal_id": principal or received.principal,
            "state": (State.ESCALATED if escalates else State.OPEN).value,
            "version": 1,
            "opened_at": self._tx.now,
            "changed_at": self._tx.now,
            "note": "",
            "passed_on": 0,
            "correcting": False,
            "mistaken": False,
            "correction": received.correction,
        }
        self._rows[cases].append(row)
        detail = evidence | codes(received)
        detail |= {name: row[name] for name in ("state", "version", "verdict", "approvals_required", "principal_id")}
        detail |= {"outcome": None, "stands_for": None, "via": received.via}
        if received.correction:
            detail["correction"] = True
        if received.proposal and not escalates:
            draft = draft_row(self._tx, row, received.proposal, revision=1, mention_version=number, written_by=None)
            self._rows[drafts].append(draft)
            detail |= {"draft": draft["id"], "draft_sha256": draft["text_sha256"]}
        self.note(Entry(stream=answering, kind="case.opened", case_id=case_id, detail=detail))
        return case_id

    def _asked_by(self, account_id: str) -> tuple[int, str | None]:
        """How many approvals the stored account asks for, and whose: no case opens with less, whatever is believed."""
        if self._asked is None:
            found = self._tx.connection.execute(select(accounts.c.id, accounts.c.approvals, accounts.c.principal_id))
            self._asked = {row.id: (row.approvals, row.principal_id) for row in found}
        return self._asked.get(account_id, (1, None))

    def note(self, entry: Entry) -> None:
        """An audit event, to be appended after those noted before."""
        self._entries.append(entry)

    def write(self) -> None:
        """Writes everything gathered so far."""
        for table, rows in self._rows.items():
            if rows:
                self._tx.connection.execute(insert(table), rows)
                rows.clear()
        captures.add(self._tx, self._captures)
        self._captures.clear()
        append(self._tx, self._entries)
        self._entries.clear()


def codes(received: Received) -> dict[str, object]:
    """What figures are made of, in closed codes: which clause, whom it was aimed at, and where; never by whom."""
    target = received.verdict.target
    return {
        "policy": received.verdict.policy,
        "attacked": target and target.kind.value,
        "platform": received.mention.platform,
    }


def written_at(mention: Mention) -> datetime:
    """When this version was written, as the platform says."""
    return mention.edited_at or mention.created_at


def draft_row(
    tx: Transaction,
    case: dict[str, object],
    proposal: Proposal,
    *,
    revision: int,
    mention_version: int,
    written_by: str | None,
) -> dict[str, object]:
    """The row of a new draft revision; `case` holds the columns by which it is tied."""
    text = clean(proposal.text)
    return {
        "id": tx.new_id(),
        "case_id": case["id"],
        "revision": revision,
        "text": text,
        "text_sha256": sha256(text),
        "mention_version": mention_version,
        "verdict": case["verdict"],
        "account_id": case["account_id"],
        "approvals_required": case["approvals_required"],
        "response": proposal.response,
        "variant": proposal.variant,
        "written_by": written_by,
        "created_at": tx.now,
        "link_sha256": proposal.link_sha256,
    }
