"""What the compliance team keeps behind the wall, in a database of its own. `ComplianceStore` is the door."""

from bot.store.compliance.records import (
    Conduct,
    HandedOver,
    KindOfReferral,
    LegalHold,
    Outcome,
    PassedBox,
    Referral,
    RemovalReceipt,
    Suspended,
    Switch,
    Terms,
    Unopened,
)
from bot.store.compliance.store import ComplianceStore
from bot.store.compliance.subjects import Held
from bot.store.compliance.tracing import Contents, Presence

__all__ = [
    "ComplianceStore",
    "Conduct",
    "Contents",
    "HandedOver",
    "Held",
    "KindOfReferral",
    "LegalHold",
    "Outcome",
    "PassedBox",
    "Presence",
    "Referral",
    "RemovalReceipt",
    "Suspended",
    "Switch",
    "Terms",
    "Unopened",
]
