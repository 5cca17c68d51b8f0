from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.compliance.test_handovers import asked
from tests.store.rows import refuse
from tests.store.scene import Clock, Scene

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM handovers",
        "UPDATE handovers SET asked_by = 'hugo'",
        "UPDATE handovers SET sent_at = NULL",
        "UPDATE handovers SET answered_at = '2020'",
        "INSERT INTO handovers SELECT * FROM handovers",
    ],
)
async def test_what_was_handed_over_stays_so(behind: Behind, statement: str) -> None:
    number = await asked(behind)
    await behind.store.note_sent(number, sha256="x")
    await behind.store.note_answered(number, reference="SB-17")
    hand = Scene(store=None, clock=Clock(), address=behind.address)  # type: ignore[arg-type]  # only its hand is asked for
    with hand.by_hand() as connection, refuse():
        connection.execute(statement)
