"""The compliance team's store, with two people who work there and one who reads along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bot.model import Reviewer, Role
from bot.store.compliance import ComplianceStore, PassedBox
from tests.fakes.databases import address_in
from tests.store.scene import Clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PEOPLE = (
    Reviewer(id="greta", name="Greta Thorn", roles=frozenset({Role.COMPLIANCE})),
    Reviewer(id="hugo", name="Hugo Reyes", roles=frozenset({Role.COMPLIANCE})),
    Reviewer(id="ines", name="Ines Moor", roles=frozenset({Role.AUDITOR})),
)


@dataclass
class Behind:
    """A store behind the wall, and its clock."""

    store: ComplianceStore
    clock: Clock
    address: str

    def box(self, name: str = "b1", *, referred: bool = True, author: str = "@al@other.example") -> PassedBox:
        """A box that was opened."""
        return PassedBox(
            id=name,
            sealed_sha256=f"digest of {name}",
            passed_at=self.clock(),
            referred=referred,
            abusive=True,
            content=f'{{"of":"{name}"}}',
            author=author,
            policy="racism",
        )

    async def number(self, name: str = "b1") -> int:
        """The number of a referral that was just received."""
        found = await self.store.take_in(self.box(name))
        assert found is not None
        return found


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[Behind]:
    clock, address = Clock(), address_in(tmp_path, ComplianceStore)
    store = ComplianceStore.open(address, now=clock)
    await store.seed(PEOPLE)
    yield Behind(store=store, clock=clock, address=address)
    await store.close()
