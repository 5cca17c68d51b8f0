"""Recomputes the audit: every chain, and all evidence, drafts, decisions, publications and cases that its events name.

Columns are read as they lie in the file, not as the program would read them: an altered one may be of any kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Select, Table, Text, select, type_coerce

from bot.store.audit import READ, SYSTEM, origin
from bot.store.captures import ORIGIN, WITHOUT_BYTES, altered, opened
from bot.store.encoding import from_json, mention_from, sha256, to_json, verdict_from
from bot.store.platform_reports import digest_of
from bot.store.records import AuditFault
from bot.store.revisions import revisions
from bot.store.tables import (
    audit_events,
    audit_heads,
    captures,
    cases,
    decisions,
    drafts,
    exhibits,
    handovers,
    mention_versions,
    outbox,
    platform_reports,
    publications,
    rejoinders,
    second_readings,
    support_messages,
    wishes,
)
from bot.vault import CannotOpenError, NoKeyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Connection, RowMapping

    from bot.vault import Vault

_EVENT = ("stream", "seq", "at", "kind", "actor", "case_id", "prev")


@dataclass(frozen=True, slots=True)
class _Named:
    """What one event says of a row elsewhere."""

    stream: str
    seq: int
    at: str
    kind: str
    actor: str
    case_id: str | None
    detail: dict[str, Any]

    def fault(self, what: str) -> AuditFault:
        return AuditFault(stream=self.stream, seq=self.seq, what=what)


@dataclass(slots=True)
class _Books:
    """What the events say there must be, gathered while the chains are read."""

    versions: dict[object, _Named] = field(default_factory=dict)
    drafts: dict[object, _Named] = field(default_factory=dict)
    decisions: dict[object, _Named] = field(default_factory=dict)
    intended: dict[object, _Named] = field(default_factory=dict)
    posted: dict[object, _Named] = field(default_factory=dict)
    opened: dict[object, _Named] = field(default_factory=dict)
    handovers: dict[object, _Named] = field(default_factory=dict)
    rejoinders: dict[object, _Named] = field(default_factory=dict)
    persons: dict[str, str | None] = field(default_factory=dict)
    """By what the audit knows each protected person."""
    support: dict[object, _Named] = field(default_factory=dict)
    ruled: dict[object, _Named] = field(default_factory=dict)
    revisions: dict[object, _Named] = field(default_factory=dict)
    sealed: dict[object, _Named] = field(default_factory=dict)
    readings: dict[object, _Named] = field(default_factory=dict)
    reports: dict[object, _Named] = field(default_factory=dict)
    ended: dict[object, _Named] = field(default_factory=dict)
    """By the id of a report to a platform, how it ended."""
    reviewed: dict[object, _Named] = field(default_factory=dict)
    cases: dict[object, _Named] = field(default_factory=dict)
    captures: dict[object, _Named] = field(default_factory=dict)
    exhibits: dict[str, list[RowMapping]] = field(default_factory=dict)
    """By the id of their capture, in the order of their numbers."""
    last_capture: str = ORIGIN
    purged: set[str] = field(default_factory=set)

    def enter(self, row: RowMapping, detail: dict[str, Any]) -> None:
        named = _Named(row["stream"], row["seq"], row["at"], row["kind"], row["actor"], row["case_id"], detail)
        if "evidence" in detail:
            self.versions.setdefault((detail["mention"], detail["mention_version"]), named)
        for said, book, name in (
            ("draft_sha256", self.drafts, "draft"),
            ("decision", self.decisions, "decision"),
            ("handover_sha256", self.handovers, "handover"),
            ("rejoinder_sha256", self.rejoinders, "rejoinder"),
            ("revision_sha256", self.revisions, "revision"),
            ("outbox", self.sealed, "outbox"),
            ("capture_sha256", self.captures, "capture"),
            ("reading", self.readings, "reading"),
            ("report_sha256", self.reports, "platform_report"),
            ("message_sha256", self.support, "message"),
        ):
            if said in detail:
                book.setdefault(detail[name], named)
        for kind, book, name in (
            ("reply.intended", self.intended, "publication"),
            ("reply.published", self.posted, "publication"),
            ("response.reviewed", self.reviewed, "revision"),
            ("rules.reviewed", self.reviewed, "revision"),
            ("rejoinder.ruled", self.ruled, "rejoinder"),
            ("platform_report.sent", self.ended, "platform_report"),
            ("platform_report.refused", self.ended, "platform_report"),
            ("platform_report.unclear", self.ended, "platform_report"),
        ):
            if row["kind"] == kind:
                book.setdefault(detail[name], named)
        if row["kind"] == "case.opened":
            self.opened.setdefault(row["case_id"], named)
        if row["case_id"] is not None and row["kind"].startswith("case.") and row["kind"] != READ:
            self.cases[row["case_id"]] = named
        self.purged |= _purged_by(row["kind"], detail)


def _purged_by(kind: str, detail: dict[str, Any]) -> set[str]:
    """The ids of whatever an event says was blanked."""
    purged = {*detail["support_blanked"]} if "support_blanked" in detail else set()
    if kind in {"subject.erased", "subject.erased_again", "protected.forgotten"}:
        lists = ("mentions", "cases", "drafts", "handovers", "exhibits_of", "rejoinders")
        purged |= {each for name in lists for each in detail[name]}
    if kind == "retention.purged":
        purged |= {*detail["mentions"], *detail["cases"], *detail.get("handovers", ())}
    return purged


def verify(connection: Connection, vault: Vault | None = None) -> list[AuditFault]:
    """Every place where the audit does not agree with itself or with what it names; empty when it is whole.

    With a vault all captured bytes are opened and compared with their digests too. Raises NoKeyError.
    """
    books = _Books()
    books.persons |= {row.person_sha256: row.audit_id for row in connection.execute(select(wishes))}
    faults = [*_chains(connection, books)]
    checks: tuple[tuple[Table, dict[object, _Named], str, Callable[[_Books, RowMapping, _Named], str]], ...] = (
        (mention_versions, books.versions, "the evidence of mention", _evidence),
        (drafts, books.drafts, "draft", _draft),
        (decisions, books.decisions, "decision", _decision),
        (publications, books.intended, "publication", _publication),
        (cases, books.cases, "case", _case),
        (handovers, books.handovers, "hand-over note", _handover),
        (rejoinders, books.rejoinders, "rejoinder", _rejoinder),
        (revisions, books.revisions, "revision", _revision),
        (outbox, books.sealed, "sealed box", _sealed),
        (second_readings, books.readings, "second reading", _reading),
        (captures, books.captures, "capture", _capture),
        (platform_reports, books.reports, "platform report", _platform_report),
        (support_messages, books.support, "message of support", _support),
    )
    for row in connection.execute(
        _as_text(WITHOUT_BYTES)
        .add_columns(exhibits.c.body.is_not(None).label("has_body"))
        .order_by(exhibits.c.capture_id, exhibits.c.number)
    ).mappings():
        books.exhibits.setdefault(row["capture_id"], []).append(row)
    for table, named, noun, look in checks:
        faults += _rows(connection, table, named, noun, partial(look, books))
    if vault is not None:
        faults += _bytes(connection, books, vault)
    return sorted(faults, key=lambda fault: (fault.stream, fault.seq))


def _bytes(connection: Connection, books: _Books, vault: Vault) -> Iterator[AuditFault]:
    """The exhibits whose bytes cannot be opened, or are not those that were captured."""
    columns = exhibits.c.id, exhibits.c.capture_id, exhibits.c.sha256, exhibits.c.body
    query = select(*columns).where(exhibits.c.body.is_not(None)).order_by(exhibits.c.capture_id, exhibits.c.number)
    for row in connection.execute(query.execution_options(yield_per=50)):
        try:
            opened(row.id, row.body, row.sha256, vault)
        except NoKeyError:
            raise
        except CannotOpenError as error:
            what = f"exhibit {row.id} of capture {row.capture_id}: {error}"
            event = books.captures.get(row.capture_id)
            yield event.fault(what) if event else AuditFault(stream=SYSTEM, seq=0, what=what)


def chains(connection: Connection) -> list[AuditFault]:
    """Every place where the chains do not agree with themselves, whatever they name; empty when they are whole."""
    return sorted(_chains(connection, _Books()), key=lambda fault: (fault.stream, fault.seq))


def _chains(connection: Connection, books: _Books) -> Iterator[AuditFault]:
    ends: dict[str, tuple[int, set[str]]] = {}
    for row in _raw(connection, audit_events):
        if not _of_its_kind(row):
            yield AuditFault(stream=str(row["stream"]), seq=_number(row["seq"]), what="a column is not of its kind")
            continue
        stream, seq = row["stream"], row["seq"]
        last, digests = ends.get(stream, (0, {origin(stream)}))
        if seq != last + 1:
            yield AuditFault(stream=stream, seq=last + 1, what=f"missing: the next one there is {seq}")
        elif row["prev"] not in digests:
            yield AuditFault(stream=stream, seq=seq, what="it does not carry the digest of the event before it")
        computed, what = _enter(row, books)
        if what:
            yield AuditFault(stream=stream, seq=seq, what=what)
        # Both digests are good for the next event, so that an altered one is a fault of this event alone.
        ends[stream] = (seq, {computed, row["digest"]})
    heads = {row["stream"]: (row["seq"], row["digest"]) for row in _raw(connection, audit_heads)}
    for stream in heads.keys() | ends:
        seq, digests = ends.get(stream, (0, set()))
        head, digest = heads.get(stream, (0, ""))
        if head != seq:
            first = min(_number(head), seq) + 1
            yield AuditFault(stream=stream, seq=first, what=f"the chain ends at {seq}, but was written up to {head}")
        elif digest not in digests:
            yield AuditFault(stream=stream, seq=seq, what="the last event is not the one that was written last")


def _enter(row: RowMapping, books: _Books) -> tuple[str, str]:
    """The event's digest, computed anew, and what is wrong with it, or an empty text."""
    try:
        detail = from_json(row["detail"])
    except ValueError:
        return "", "its detail cannot be read"
    computed = sha256(to_json({name: row[name] for name in _EVENT} | {"detail": detail}))
    try:
        books.enter(row, detail)
    except (KeyError, TypeError):
        return computed, "its detail does not say what an event of its kind says"
    if computed != row["digest"] or to_json(detail) != row["detail"]:
        return computed, "its content does not match its digest"
    return computed, ""


def _rows(
    connection: Connection,
    table: Table,
    named: dict[object, _Named],
    noun: str,
    look: Callable[[RowMapping, _Named], str],
) -> Iterator[AuditFault]:
    """Compares each row of a table with the event that names it; both ways, so that a removed row is found too."""
    missing = dict(named)
    for row in _raw(connection, table):
        key = (row["mention_id"], row["version"]) if table is mention_versions else row["id"]
        event = missing.pop(key, None)
        if event is None:
            what = f"{noun} {_shown(key)} is named by no event"
            yield AuditFault(stream=SYSTEM, seq=0, what=what)
            continue
        try:
            what = look(row, event)
        except (KeyError, TypeError):
            what = "the event that names it does not say what an event of its kind says"
        if what:
            yield event.fault(f"{noun} {_shown(key)}: {what}")
    for key, event in missing.items():
        yield event.fault(f"{noun} {_shown(key)} is gone")


def _evidence(books: _Books, row: RowMapping, event: _Named) -> str:
    said = tuple(event.detail[name] for name in ("evidence", "judgement", "kind", "policy"))
    if (row["evidence_sha256"], row["judgement_sha256"], row["kind"], row["policy"], row["captured_at"]) != (
        *said,
        event.at,
    ):
        return "what is noted with it was altered"
    if None in {row["evidence"], row["judgement"]}:
        return "" if row["mention_id"] in books.purged else "it is blank, and no event says that it was purged"
    if not (_reads(row["evidence"], said[0]) and _reads(row["judgement"], said[1])):
        return "it was altered"
    verdict = verdict_from(row["judgement"])
    if (row["severity"], row["abusive"]) != (verdict.severity, verdict.abusive):
        return "how grave it was judged to be was altered"
    return "" if mention_from(row["evidence"]).digest == row["digest"] else "the digest of its content was altered"


def _draft(books: _Books, row: RowMapping, event: _Named) -> str:
    if row["text_sha256"] != event.detail["draft_sha256"]:
        return "its digest was altered"
    if row["case_id"] != event.case_id:
        return "it is of another case"
    if row["text"] is None:
        gone = {row["id"], row["case_id"]} & books.purged
        return "" if gone else "it is blank, and no event says that it was purged"
    return "" if _reads(row["text"], row["text_sha256"]) else "it was altered"


def _decision(_: _Books, row: RowMapping, event: _Named) -> str:
    said = (event.actor, event.detail["decides"], event.at, event.detail.get("reason"), event.case_id)
    if (row["reviewer_id"], row["kind"], row["at"], row["reason"], row["case_id"]) != said:
        return "it was altered"
    return "" if row["draft_id"] is None or row["draft_id"] == event.detail["draft"] else "it is of another draft"


def _publication(books: _Books, row: RowMapping, event: _Named) -> str:
    decisions_of = [row["decision_id"], row["second_decision_id"]], [row["reviewer_id"], row["second_reviewer_id"]]
    said = tuple(event.detail[name] for name in ("draft", "draft_sha256", "decisions", "approved_by"))
    if (row["draft_id"], row["text_sha256"], *decisions_of, row["case_id"]) != (*said, event.case_id):
        return "it was altered"
    posted = books.posted.get(row["id"])
    if posted is None:
        unposted = row["posted_at"] is None and row["state"] in {"intended", "unconfirmed", "failed"}
        return "" if unposted else "no event says that it was posted"
    native_id = None if row["native_id"] is None else sha256(str(row["native_id"]))
    stands = books.cases[event.case_id].detail
    state = "retracted" if {"retracted", "corrected"} & {stands["state"], stands["outcome"]} else "published"
    if (row["state"], row["posted_at"], native_id) != (
        state,
        posted.detail["posted_at"],
        posted.detail.get("native_id_sha256"),
    ):
        return "when, or as what, it was posted was altered"
    return ""


def _case(books: _Books, row: RowMapping, event: _Named) -> str:
    if (row["state"], row["version"]) != (event.detail["state"], event.detail["version"]):
        return f"it stands at {row['state']}, version {row['version']}, but its last event says otherwise"
    if (row["outcome"], row["reason"]) != (event.detail["outcome"], event.detail["stands_for"]):
        return "how it ended, or why, was altered"
    opened = books.opened[row["id"]]
    said = (*(opened.detail[name] for name in ("mention", "verdict", "approvals_required")), opened.at)
    principal = opened.detail.get("principal_id")
    if (row["mention_id"], row["verdict"], row["approvals_required"], row["opened_at"], row["principal_id"]) != (
        *said,
        principal,
    ):
        return "what it was opened with was altered"
    return "" if row["account_id"] == event.stream else "its account was altered"


def _handover(books: _Books, row: RowMapping, event: _Named) -> str:
    said = (event.actor, event.at, event.detail["handover_sha256"], event.detail["safety"])
    if (row["reviewer_id"], row["at"], row["text_sha256"], bool(row["safety"])) != said:
        return "what is noted with it was altered"
    if row["text"] is None:
        return "" if row["id"] in books.purged else "it is blank, and no event says that it was purged"
    return "" if _reads(row["text"], row["text_sha256"]) else "it was altered"


def _rejoinder(books: _Books, row: RowMapping, event: _Named) -> str:
    said = tuple(event.detail[name] for name in ("rejoinder_kind", "rejoinder_sha256", "safety"))
    if (row["kind"], row["words_sha256"], bool(row["safety"]), row["case_id"], row["at"]) != (
        *said,
        event.case_id,
        event.at,
    ):
        return "what is noted with it was altered"
    ruled = books.ruled.get(row["id"])
    ruling = (ruled.detail["ruling"], ruled.actor, ruled.at) if ruled else (None, None, None)
    if (row["ruling"], row["ruled_by"], row["ruled_at"]) != ruling:
        return "what was ruled on it, or by whom, was altered"
    if row["words"] is None:
        blanked = books.purged & {row["id"], row["case_id"]}
        return "" if blanked else "it is blank, and no event says that it was purged"
    return "" if _reads(row["words"], row["words_sha256"]) else "it was altered"


def _support(books: _Books, row: RowMapping, event: _Named) -> str:
    said = (event.detail["message_sha256"], event.actor, event.at)
    theirs = event.detail["person"] in {row["person_sha256"], books.persons.get(row["person_sha256"])}
    if not theirs or (row["text_sha256"], row["written_by"], row["at"]) != said:
        return "what is noted with it was altered"
    if row["text"] is None:
        return "" if row["id"] in books.purged else "it is blank, and no event says that it was purged"
    return "" if _reads(row["text"], row["text_sha256"]) else "it was altered"


def _revision(books: _Books, row: RowMapping, event: _Named) -> str:
    said = tuple(event.detail[name] for name in ("name", "number", "revision_sha256", "case"))
    written_by = event.actor if event.kind.endswith(".drafted") else None
    if (row["name"], row["number"], row["text_sha256"], row["case_id"], row["written_at"], row["written_by"]) != (
        *said,
        event.at,
        written_by,
    ):
        return "what is noted with it was altered"
    review = books.reviewed.get(row["id"])
    if (row["reviewed_by"], row["reviewed_at"]) != ((review.actor, review.at) if review else (None, None)):
        return "who reviewed it, or when, was altered"
    return "" if _reads(row["text"], row["text_sha256"]) else "it was altered"


def _capture(books: _Books, row: RowMapping, event: _Named) -> str:
    said = tuple(event.detail[name] for name in ("mention", "seq", "capture_sha256"))
    if (row["mention_id"], row["seq"], row["digest"], row["at"], row["account_id"]) != (*said, event.at, event.stream):
        return "what is noted with it was altered"
    before = books.last_capture
    books.last_capture = row["digest"]
    if row["prev"] != before:
        return "it does not carry the digest of the capture before it"
    return altered(row, books.exhibits.get(row["id"], ()), purged=row["mention_id"] in books.purged)


def _reading(_: _Books, row: RowMapping, event: _Named) -> str:
    said = tuple(event.detail[name] for name in ("ruling", "policy", "first_policy", "agreed"))
    words = {(1, 1): "both", (1, 0): "first", (0, 1): "second", (0, 0): "neither"}
    agreed = words.get((int(row["first_abusive"]), int(row["abusive"])))
    if (row["decision_id"], row["policy"], row["first_policy"], agreed) != said:
        return "it was altered"
    who = (row["reviewer_id"], row["at"], row["case_id"])
    return "" if who == (event.actor, event.at, event.case_id) else "it was altered"


def _platform_report(books: _Books, row: RowMapping, event: _Named) -> str:
    said = (event.case_id, event.stream, event.detail["decision"], event.at, event.detail["report_sha256"])
    named = (row["case_id"], row["account_id"], row["decision_id"], row["decided_at"], row["report_sha256"])
    if named != said or digest_of(str(row["words"]), str(row["rules"])) != row["report_sha256"]:
        return "it was altered"
    ended = books.ended.get(row["id"])
    if ended is None:
        return "" if row["state"] in {"due", "sending"} else "no event says how it ended"
    receipt = None if row["receipt_id"] is None else sha256(str(row["receipt_id"]))
    facts = [ended.detail.get(name) for name in ("receipt_sha256", "sent_at")]
    facts += [bool(ended.detail.get(name)) for name in ("forwarded", "rules_taken")]
    kept = [receipt, row["sent_at"], bool(row["forwarded"]), bool(row["rules_taken"])]
    same = [row["state"], *kept] == [ended.kind.rpartition(".")[2], *facts]
    return "" if same else "how it ended, or its receipt, was altered"


def _sealed(_books: _Books, row: RowMapping, event: _Named) -> str:
    if (row["sealed_sha256"], row["made_at"]) != (event.detail["sealed_sha256"], event.at):
        return "what is noted with it was altered"
    if row["sealed"] is None:
        return "" if row["taken_at"] is not None else "it is blank, and nobody has taken it"
    return "" if _reads(row["sealed"], row["sealed_sha256"]) else "it was altered"


def _raw(connection: Connection, table: Table) -> Iterator[RowMapping]:
    order = [table.c.seq] if table is captures else list(table.primary_key)
    query = _as_text(table.columns).order_by(*order)
    yield from connection.execute(query.execution_options(yield_per=1_000)).mappings()


def _as_text(columns: Iterable[Column[Any]]) -> Select[*tuple[Any, ...]]:
    return select(*(type_coerce(column, Text).label(column.name) for column in columns))


def _of_its_kind(row: RowMapping) -> bool:
    texts = (row[name] for name in ("stream", "at", "kind", "actor", "detail", "prev", "digest"))
    return (
        all(isinstance(text, str) for text in texts)
        and type(row["seq"]) is int
        and isinstance(row["case_id"], str | None)
    )


def _reads(text: object, digest: str) -> bool:
    return isinstance(text, str) and sha256(text) == digest


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _shown(key: object) -> str:
    return f"{key[0]}, version {key[1]}," if isinstance(key, tuple) else str(key)
