"""Every query, and every write with its audit event. `Store` is the door; the rest is behind it."""

from bot.store.choices import Choices
from bot.store.errors import InUseError, NoSuchCase, Stale, StoreError
from bot.store.passkeys import Passkey
from bot.store.people import People
from bot.store.records import (
    AuditFault,
    Card,
    Change,
    DecisionRecord,
    Edit,
    Handover,
    Known,
    LeftAlone,
    Malformed,
    Pause,
    PileOn,
    Purged,
    Received,
    RecordedMention,
    RuleText,
    Standing,
    Stats,
    Thread,
    Totals,
)
from bot.store.sessions import Session
from bot.store.store import Store

__all__ = [
    "AuditFault",
    "Card",
    "Change",
    "Choices",
    "DecisionRecord",
    "Edit",
    "Handover",
    "InUseError",
    "Known",
    "LeftAlone",
    "Malformed",
    "NoSuchCase",
    "Passkey",
    "Pause",
    "People",
    "PileOn",
    "Purged",
    "Received",
    "RecordedMention",
    "RuleText",
    "Session",
    "Stale",
    "Standing",
    "Stats",
    "Store",
    "StoreError",
    "Thread",
    "Totals",
]
