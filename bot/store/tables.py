"""The tables as queries need them. What the database refuses besides stands in the migrations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from bot.store.encoding import clean

if TYPE_CHECKING:
    from sqlalchemy import Dialect

HEAD = "0021"
"""The newest revision that this version of the program understands."""


class Moment(TypeDecorator[datetime]):
    """An aware time in UTC, as text of one width so that it sorts."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - as inherited
        """Refuses a naive time with ValueError."""
        return None if value is None else written(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as inherited
        """The time, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class Foreign(TypeDecorator[str]):
    """Text from outside, held as far as both databases can: see `encoding.clean`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - as inherited
        """The text without what would make a whole page fail."""
        return None if value is None else clean(value)


def written(moment: datetime) -> str:
    """The time as the database and the audit write it. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("A time without a zone cannot be stored.")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def day_of(moment: datetime) -> str:
    """The day, in UTC, under which a moment is counted."""
    return written(moment)[:10]


_WIDE = BigInteger().with_variant(Integer, "sqlite")
"""Telegram's numbers pass 32 bits; SQLite's integers are as wide as need be."""

metadata = MetaData()


def only_where(condition: str, name: str, *columns: str) -> Index:
    """An index that keeps the columns unique among the rows of the condition."""
    return Index(name, *columns, unique=True, sqlite_where=text(condition), postgresql_where=text(condition))


accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("server", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("approvals", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("cursor", Foreign),
    Column("principal_id", Text),
)

reviewers = Table(
    "reviewers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("telegram_id", _WIDE),
    Column("active", Boolean, nullable=False),
)

configurations = Table(
    "configurations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("snapshot", Text, nullable=False),
)

pauses = Table(
    "pauses",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
)

seen = Table(
    "seen",
    metadata,
    Column("uri_sha256", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("lang", Foreign),
    Column("read", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Foreign),
    Index("seen_by_time", "at"),
)

malformed = Table(
    "malformed",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("sentence", Foreign, nullable=False),
)

rule_counts = Table(
    "rule_counts",
    metadata,
    Column("day", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("n", Integer, nullable=False),
    PrimaryKeyConstraint("day", "rule", "state"),
)

judged_counts = Table(
    "judged_counts",
    metadata,
    Column("day", Text, primary_key=True),
    Column("n", Integer, nullable=False),
)

known_rules = Table(
    "known_rules",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("escalates", Boolean, nullable=False),
    Column("known_since", Moment, nullable=False),
    Column("edited_at", Moment),
    Column("held_before", Integer, nullable=False),
    Column("judged_before", Integer, nullable=False),
    Column("braked_at", Moment),
    Column("braked_digest", Text),
    Column("because", Text, nullable=False),
)

mentions = Table(
    "mentions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("uri_sha256", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("author_uri", Foreign),
    Column("author_handle", Foreign),
    Column("conversation", Foreign),
    Column("created_at", Moment, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("gone_at", Moment),
    Column("purged_at", Moment),
    Column("aim", Text),
    Column("arrived_at", Moment),
    Column("incident_id", Text),
    UniqueConstraint("uri_sha256"),
    Index("mentions_by_author", "author_uri"),
    Index("mentions_by_conversation", "conversation"),
    Index("mentions_by_time", "seen_at"),
    Index("mentions_by_aim", "aim", "arrived_at"),
    Index("mentions_by_incident", "incident_id"),
)

mention_versions = Table(
    "mention_versions",
    metadata,
    Column("mention_id", Text, ForeignKey("mentions.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("captured_at", Moment, nullable=False),
    Column("digest", Text, nullable=False),
    Column("evidence", Text),
    Column("evidence_sha256", Text, nullable=False),
    Column("judgement", Text),
    Column("judgement_sha256", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("policy", Text),
    Column("severity", Integer, nullable=False),
    Column("abusive", Boolean, nullable=False),
    PrimaryKeyConstraint("mention_id", "version"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("mention_id", Text, ForeignKey("mentions.id"), nullable=False),
    Column("mention_version", Integer, nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("verdict", Text, nullable=False),
    Column("approvals_required", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", Text),
    Column("due_at", Moment),
    Column("outcome", Text),
    Column("reason", Text),
    Column("note", Foreign, nullable=False),
    Column("gone_at", Moment),
    Column("acknowledged_by", Text),
    Column("passed_on", Integer, nullable=False),
    Column("called_at", Moment),
    Column("owner", Text),
    Column("claimed_until", Moment),
    Column("principal_id", Text),
    Column("asked_at", Moment),
    Column("asked_version", Integer),
    Column("correcting", Boolean, nullable=False),
    Column("mistaken", Boolean, nullable=False),
    Column("correction", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["mention_id", "mention_version"], ["mention_versions.mention_id", "mention_versions.version"]
    ),
    UniqueConstraint("id", "account_id", "verdict", "approvals_required"),
    only_where("state <> 'closed'", "one_live_case_per_mention", "mention_id", "verdict"),
    Index("cases_by_mention", "mention_id"),
    Index("cases_by_state", "state", "opened_at"),
    Index("cases_by_change", "changed_at"),
    Index(
        "cases_asked",
        "asked_at",
        sqlite_where=text("asked_at IS NOT NULL"),
        postgresql_where=text("asked_at IS NOT NULL"),
    ),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("text", Foreign),
    Column("text_sha256", Text, nullable=False),
    Column("mention_version", Integer, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("approvals_required", Integer, nullable=False),
    Column("response", Text),
    Column("variant", Integer),
    Column("written_by", Text, ForeignKey("reviewers.id")),
    Column("created_at", Moment, nullable=False),
    Column("link_sha256", Text),
    ForeignKeyConstraint(
        ["case_id", "account_id", "verdict", "approvals_required"],
        ["cases.id", "cases.account_id", "cases.verdict", "cases.approvals_required"],
    ),
    UniqueConstraint("case_id", "revision"),
    UniqueConstraint("id", "case_id"),
    UniqueConstraint("id", "case_id", "account_id", "approvals_required", "text_sha256"),
    Index("drafts_by_account", "account_id", "created_at"),
    Index("drafts_by_link", "link_sha256"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("reviewer_id", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("draft_id", Text),
    Column("at", Moment, nullable=False),
    Column("reason", Text),
    Column("note", Foreign, nullable=False),
    Column("desk", Text, nullable=False),
    ForeignKeyConstraint(["draft_id", "case_id"], ["drafts.id", "drafts.case_id"]),
    UniqueConstraint("id", "case_id", "kind", "draft_id", "reviewer_id"),
    only_where("kind = 'approve'", "one_approval_per_person", "draft_id", "reviewer_id"),
    Index("decisions_by_case", "case_id"),
)

publications = Table(
    "publications",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("draft_id", Text, nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("approvals_required", Integer, nullable=False),
    Column("decision_kind", Text, nullable=False),
    Column("decision_id", Text, nullable=False),
    Column("reviewer_id", Text, nullable=False),
    Column("second_decision_id", Text),
    Column("second_reviewer_id", Text),
    Column("state", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("intended_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("native_id", Foreign),
    Column("url", Foreign),
    Column("posted_at", Moment),
    Column("incident_id", Text, ForeignKey("mentions.id")),
    ForeignKeyConstraint(
        ["draft_id", "case_id", "account_id", "approvals_required", "text_sha256"],
        ["drafts.id", "drafts.case_id", "drafts.account_id", "drafts.approvals_required", "drafts.text_sha256"],
    ),
    ForeignKeyConstraint(
        ["decision_id", "case_id", "decision_kind", "draft_id", "reviewer_id"],
        ["decisions.id", "decisions.case_id", "decisions.kind", "decisions.draft_id", "decisions.reviewer_id"],
    ),
    ForeignKeyConstraint(
        ["second_decision_id", "case_id", "decision_kind", "draft_id", "second_reviewer_id"],
        ["decisions.id", "decisions.case_id", "decisions.kind", "decisions.draft_id", "decisions.reviewer_id"],
    ),
    UniqueConstraint("decision_id"),
    UniqueConstraint("second_decision_id"),
    UniqueConstraint("idempotency_key"),
    only_where("state <> 'failed'", "one_live_publication_per_case", "case_id"),
    only_where("state NOT IN ('failed', 'retracted')", "one_reply_standing_per_incident", "incident_id"),
    Index("publications_by_account", "account_id", "intended_at"),
)

cards = Table(
    "cards",
    metadata,
    Column("desk", Text, nullable=False),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("chat_id", _WIDE, nullable=False),
    Column("message_id", _WIDE, nullable=False),
    Column("drawn_at", Moment, nullable=False),
    Column("stub", Boolean, nullable=False),
    Column("posts", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("desk", "case_id", "chat_id"),
)

handovers = Table(
    "handovers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("reviewer_id", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("safety", Boolean, nullable=False),
    Column("text", Foreign),
    Column("text_sha256", Text, nullable=False),
    Index("handovers_by_time", "at"),
)

announced = Table(
    "announced",
    metadata,
    Column("what", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("at", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("token_sha256", Text, nullable=False),
    Column("reviewer_id", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("way", Text, nullable=False),
    Column("roles", Text),
    Column("device", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("let_in_by", Text, nullable=False, server_default="[]"),
    UniqueConstraint("token_sha256"),
    Index("sessions_by_reviewer", "reviewer_id"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reviewer_id", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("public_key", Text, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Foreign, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("let_in_by", Text, nullable=False, server_default="[]"),
    Index("passkeys_by_reviewer", "reviewer_id"),
)

choices = Table(
    "choices",
    metadata,
    Column("reviewer_id", Text, ForeignKey("reviewers.id"), primary_key=True),
    Column("shown", Boolean, nullable=False),
    Column("grey", Boolean, nullable=False),
    Column("rehearsed_at", Moment),
)

spared = Table(
    "spared",
    metadata,
    Column("reviewer_id", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("policy", Text, nullable=False),
    Column("until", Moment, nullable=False),
    PrimaryKeyConstraint("reviewer_id", "policy"),
)

holds = Table(
    "holds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id")),
    Column("author_uri", Foreign),
    Column("reason", Foreign),
    Column("reason_sha256", Text, nullable=False),
    Column("placed_by", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("placed_at", Moment, nullable=False),
    Column("lifted_by", Text, ForeignKey("reviewers.id")),
    Column("lifted_at", Moment),
    only_where("lifted_at IS NULL", "one_hold_on_a_case", "case_id"),
    only_where("lifted_at IS NULL", "one_hold_on_an_author", "author_uri"),
)

erasures = Table(
    "erasures",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("digests", Text, nullable=False),
)

rejoinders = Table(
    "rejoinders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("words", Foreign),
    Column("words_sha256", Text, nullable=False),
    Column("safety", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ruling", Text),
    Column("ruled_by", Text, ForeignKey("reviewers.id")),
    Column("ruled_at", Moment),
    Index("rejoinders_by_case", "case_id"),
    Index("rejoinders_by_ruling", "ruling", "at"),
    Index(
        "rejoinders_unread_once",
        "case_id",
        "kind",
        "words_sha256",
        unique=True,
        sqlite_where=text("ruling IS NULL"),
        postgresql_where=text("ruling IS NULL"),
    ),
)

wishes = Table(
    "wishes",
    metadata,
    Column("person_sha256", Text, primary_key=True),
    Column("reply", Text, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("weekly", Boolean, nullable=False),
    Column("given_at", Moment),
    Column("withdrawn_at", Moment),
    Column("link_sha256", Text),
    Column("link_until", Moment),
    Column("page_sha256", Text),
    Column("support", Boolean, nullable=False, server_default=text("TRUE")),
    Column("unspoken", Boolean, nullable=False, server_default=text("FALSE")),
    Column("audit_id", Text),
    UniqueConstraint("link_sha256"),
    UniqueConstraint("page_sha256"),
)

earlier_pages = Table(
    "earlier_pages",
    metadata,
    Column("page_sha256", Text, primary_key=True),
    Column("person_sha256", Text, ForeignKey("wishes.person_sha256"), nullable=False),
    Column("replaced_at", Moment, nullable=False),
)

answers_of_protected = Table(
    "answers_of_protected",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("mention_version", Integer, nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("person_sha256", Text, nullable=False),
    Column("yes", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("case_id", "mention_version", "text_sha256"),
)

audit_events = Table(
    "audit_events",
    metadata,
    Column("stream", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("case_id", Text),
    Column("detail", Text, nullable=False),
    Column("prev", Text, nullable=False),
    Column("digest", Text, nullable=False),
    PrimaryKeyConstraint("stream", "seq"),
    UniqueConstraint("prev"),
    UniqueConstraint("digest"),
    Index("audit_by_case", "case_id"),
    Index(
        "audit_of_captures",
        "at",
        sqlite_where=text("kind = 'evidence.captured'"),
        postgresql_where=text("kind = 'evidence.captured'"),
    ),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("digest", Text, nullable=False),
)

captures = Table(
    "captures",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("mention_id", Text, ForeignKey("mentions.id"), nullable=False),
    Column("mention_version", Integer, nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("tool", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("prev", Text, nullable=False),
    Column("digest", Text, nullable=False),
    ForeignKeyConstraint(
        ["mention_id", "mention_version"], ["mention_versions.mention_id", "mention_versions.version"]
    ),
    UniqueConstraint("seq"),
    UniqueConstraint("prev"),
    UniqueConstraint("digest"),
    Index("captures_by_mention", "mention_id", "kind"),
)

exhibits = Table(
    "exhibits",
    metadata,
    Column("id", Text, primary_key=True),
    Column("capture_id", Text, ForeignKey("captures.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("url", Foreign),
    Column("media_type", Foreign, nullable=False),
    Column("headers", Foreign),
    Column("received_at", Moment, nullable=False),
    Column("server_time", Moment),
    Column("exact", Boolean, nullable=False),
    Column("missing", Foreign, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text),
    Column("facts_sha256", Text, nullable=False),
    Column("body", LargeBinary),
    UniqueConstraint("capture_id", "number"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("sealed", Text),
    Column("sealed_sha256", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("taken_at", Moment),
    Index("outbox_by_time", "made_at"),
)

side_counts = Table(
    "side_counts",
    metadata,
    Column("day", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("noted", Integer, nullable=False),
    PrimaryKeyConstraint("day", "side", "what"),
)

second_readings = Table(
    "second_readings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.id"), nullable=False),
    Column("reviewer_id", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("abusive", Boolean, nullable=False),
    Column("policy", Text),
    Column("first_abusive", Boolean, nullable=False),
    Column("first_policy", Text),
    UniqueConstraint("case_id"),
)

platform_reports = Table(
    "platform_reports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.id"), nullable=False),
    Column("words", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("report_sha256", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("doubtful", Integer, nullable=False),
    Column("owner", Text),
    Column("claimed_until", Moment),
    Column("code", Text, nullable=False),
    Column("receipt_id", Foreign),
    Column("sent_at", Moment),
    Column("forwarded", Boolean),
    Column("rules_taken", Boolean),
    UniqueConstraint("case_id"),
    UniqueConstraint("decision_id"),
    Index("platform_reports_by_state", "state", "due_at"),
)

weekly_mails = Table(
    "weekly_mails",
    metadata,
    Column("person_sha256", Text, ForeignKey("wishes.person_sha256"), primary_key=True),
    Column("address", Foreign, nullable=False),
    Column("stop", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("sent_for", Moment),
    Column("claimed_until", Moment),
    Column("refused_at", Moment),
    UniqueConstraint("stop"),
)

support_messages = Table(
    "support_messages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_sha256", Text, ForeignKey("wishes.person_sha256"), nullable=False),
    Column("text", Foreign),
    Column("text_sha256", Text, nullable=False),
    Column("written_by", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("read_at", Moment),
    Index("support_messages_by_person", "person_sha256", "at"),
)
