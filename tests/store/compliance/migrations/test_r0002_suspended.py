"""That two different people of the team confirmed a match is held by the database, with the program by-passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.compliance.test_conduct import AL, passed, switched_on
from tests.store.rows import refuse
from tests.store.scene import Clock, Scene

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind


def hand_of(behind: Behind) -> Scene:
    return Scene(store=None, clock=Clock(), address=behind.address)  # type: ignore[arg-type]  # only its hand is asked for


@pytest.mark.parametrize("people", [[], ["greta"], ["greta", "greta"], ["greta", "ines"], ["greta", "nobody"]])
async def test_match_is_not_confirmed_by_fewer_than_two_of_the_team(behind: Behind, people: list[str]) -> None:
    await switched_on(behind, AL)
    await passed(behind)
    [match] = (await behind.store.conduct()).values()
    with hand_of(behind).by_hand() as connection, refuse():
        for person in people:
            connection.execute("INSERT INTO confirmations VALUES (?, ?, '2026')", [match.id, person])
        connection.execute("UPDATE conduct SET confirmed_at = '2026'")


async def test_with_two_it_is(behind: Behind) -> None:
    await switched_on(behind, AL)
    await passed(behind)
    [match] = (await behind.store.conduct()).values()
    with hand_of(behind).by_hand() as connection:
        for person in ("greta", "hugo"):
            connection.execute("INSERT INTO confirmations VALUES (?, ?, '2026')", [match.id, person])
        connection.execute("UPDATE conduct SET confirmed_at = '2026-01-01T00:00:00.000000+00:00'")
        with refuse():
            connection.execute("UPDATE conduct SET confirmed_at = NULL")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM conduct",
        "DELETE FROM confirmations",
        "DELETE FROM suspended",
        "UPDATE confirmations SET reviewer_id = 'hugo'",
        "UPDATE suspended SET handle = '@else@x'",
        "UPDATE suspended SET added_by = 'hugo'",
        "UPDATE conduct SET entry = 'else'",
        "UPDATE conduct SET referral = 2",
        "INSERT INTO conduct VALUES ('c2', 1, 'e', '2026', '2026', NULL, NULL)",
    ],
)
async def test_nothing_is_turned_into_something_else(behind: Behind, statement: str) -> None:
    await switched_on(behind, AL)
    number = await passed(behind) or 0
    await behind.store.confirm(number, actor="greta")
    with hand_of(behind).by_hand() as connection, refuse():
        connection.execute(statement)
