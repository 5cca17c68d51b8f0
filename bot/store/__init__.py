"""Every query, and every write with its audit event. `Store` is the door; the rest is behind it."""

from bot.store.errors import InUseError, NoSuchCase, Stale, StoreError
from bot.store.records import (
    AuditFault,
    Card,
    Change,
    DecisionRecord,
    Edit,
    Known,
    LeftAlone,
    Malformed,
    Pause,
    Purged,
    Received,
    RecordedMention,
    RuleText,
    Stats,
    Thread,
    Totals,
)
from bot.store.store import Store

__all__ = [
    "AuditFault",
    "Card",
    "Change",
    "DecisionRecord",
    "Edit",
    "InUseError",
    "Known",
    "LeftAlone",
    "Malformed",
    "NoSuchCase",
    "Pause",
    "Purged",
    "Received",
    "RecordedMention",
    "RuleText",
    "Stale",
    "Stats",
    "Store",
    "StoreError",
    "Thread",
    "Totals",
]
