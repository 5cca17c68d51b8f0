from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.store.rows import refuse
from tests.store.scene import START, Clock, Scene

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind


async def test_nobody_lets_somebody_in_afterwards(behind: Behind) -> None:
    session = await behind.store.people.begin(
        "a" * 64, reviewer="greta", way="link", roles=None, device="", at=START, until=START + timedelta(hours=1)
    )
    assert session.let_in_by == frozenset()
    hand = Scene(store=None, clock=Clock(), address=behind.address)  # type: ignore[arg-type]  # only its hand is asked for
    with hand.by_hand() as connection, refuse("who let"):
        connection.execute("""UPDATE sessions SET let_in_by = '["hugo"]'""")
