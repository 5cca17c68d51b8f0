"""What the compliance team keeps behind the wall, in a database of its own. `ComplianceStore` is the door."""

from bot.store.compliance.records import (
    Conduct,
    HandedOver,
    KindOfReferral,
    Outcome,
    PassedBox,
    Referral,
    RemovalReceipt,
    Suspended,
    Switch,
    Unopened,
)
from bot.store.compliance.store import ComplianceStore

__all__ = [
    "ComplianceStore",
    "Conduct",
    "HandedOver",
    "KindOfReferral",
    "Outcome",
    "PassedBox",
    "Referral",
    "RemovalReceipt",
    "Suspended",
    "Switch",
    "Unopened",
]
