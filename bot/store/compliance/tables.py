"""The tables behind the wall, as queries need them; people, sessions and the audit are those of `bot.store.tables`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint

from bot.store.tables import Foreign, Moment, audit_events, audit_heads, reviewers, sessions
from bot.store.upgrade import Lineage

BEHIND_THE_WALL = Lineage(
    head="compliance1",
    scripts=Path(__file__).parent / "migrations",
    other="It is the bot's database, which the compliance team must never open. Name another under `database`.",
)

metadata = MetaData()
for shared in (reviewers, sessions, audit_events, audit_heads):
    shared.to_metadata(metadata)

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
    UniqueConstraint("box_id"),
    Index("referrals_by_author", "author"),
)
