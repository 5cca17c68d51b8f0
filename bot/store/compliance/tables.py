"""The tables behind the wall, as queries need them.

People, sessions, erasures and the audit are those of `bot.store.tables`.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.tables import Foreign, Moment, audit_events, audit_heads, erasures, only_where, reviewers, sessions
from bot.store.upgrade import Lineage

BEHIND_THE_WALL = Lineage(
    head="compliance5",
    scripts=Path(__file__).parent / "migrations",
    other="It is the bot's database, which the compliance team must never open. Name another under `database`.",
    blanked=("referrals", "suspended", "handovers", "holds"),
)

STREAM = "compliance"
"""The chain of everything that happens to referrals."""

metadata = MetaData()
OURS = frozenset({"sessions_by_reviewer", "audit_by_case"})
"""The indexes of shared tables that this database has too; the others serve questions of the bot's."""
for shared in (reviewers, sessions, audit_events, audit_heads, erasures):
    copied = shared.to_metadata(metadata)
    copied.indexes = {index for index in copied.indexes if index.name in OURS}

boxes = Table(
    "boxes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sealed_sha256", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
)

unopened = Table(
    "unopened",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sealed_sha256", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("since", Moment, nullable=False),
)

referrals = Table(
    "referrals",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("box_id", Text, ForeignKey("boxes.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("content", Text),
    Column("content_sha256", Text, nullable=False),
    Column("author", Foreign),
    Column("policy", Text),
    Column("passed_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", Text, ForeignKey("reviewers.id")),
    Column("outcome", Text),
    Column("outcome_at", Moment),
    Column("outcome_by", Text, ForeignKey("reviewers.id")),
    Column("abusive", Boolean, nullable=False, server_default=text("TRUE")),
    UniqueConstraint("box_id"),
    Index("referrals_by_author", "author"),
)

switches = Table(
    "switches",
    metadata,
    Column("name", Text, primary_key=True),
    Column("turned_on", Boolean, nullable=False),
    Column("by", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("at", Moment, nullable=False),
)

suspended = Table(
    "suspended",
    metadata,
    Column("id", Text, primary_key=True),
    Column("handle", Foreign),
    Column("added_at", Moment, nullable=False),
    Column("added_by", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("removed_at", Moment),
    Column("removed_by", Text, ForeignKey("reviewers.id")),
    Index("one_entry_per_handle", "handle", unique=True),
)

conduct = Table(
    "conduct",
    metadata,
    Column("id", Text, primary_key=True),
    Column("referral", Integer, ForeignKey("referrals.number"), nullable=False),
    Column("entry", Text, ForeignKey("suspended.id"), nullable=False),
    Column("found_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("removed_at", Moment),
    Column("removed_by", Text, ForeignKey("reviewers.id")),
    only_where("removed_at IS NULL", "one_conduct_per_referral", "referral"),
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("conduct", Text, ForeignKey("conduct.id"), nullable=False),
    Column("reviewer_id", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("conduct", "reviewer_id"),
)

handovers = Table(
    "handovers",
    metadata,
    Column("referral", Integer, ForeignKey("referrals.number"), primary_key=True, autoincrement=False),
    Column("asked_by", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("trouble", Foreign, nullable=False),
    Column("answered_at", Moment),
    Column("reference", Foreign),
)

holds = Table(
    "holds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("referral", Integer, ForeignKey("referrals.number"), nullable=False),
    Column("reason", Foreign),
    Column("reason_sha256", Text, nullable=False),
    Column("placed_by", Text, ForeignKey("reviewers.id"), nullable=False),
    Column("placed_at", Moment, nullable=False),
    Column("lifted_by", Text, ForeignKey("reviewers.id")),
    Column("lifted_at", Moment),
    only_where("lifted_at IS NULL", "one_hold_on_a_referral", "referral"),
)
