"""What the compliance team keeps behind the wall, in a database of its own. `ComplianceStore` is the door."""

from bot.store.compliance.records import KindOfReferral, Outcome, PassedBox, Referral, Unopened
from bot.store.compliance.store import ComplianceStore

__all__ = ["ComplianceStore", "KindOfReferral", "Outcome", "PassedBox", "Referral", "Unopened"]
