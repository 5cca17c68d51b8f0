"""Whoever leaves the configuration is signed out and stays in the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Reviewer, Role
from tests.store.compliance.conftest import PEOPLE

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind


async def test_leaver_is_signed_out_and_what_they_did_stays(behind: Behind) -> None:
    number = await behind.number()
    await behind.store.acknowledge(number, version=1, actor="greta")
    now = behind.clock()
    await behind.store.people.begin(
        "token", reviewer="greta", way="link", roles=None, device="x", at=now, until=now + timedelta(hours=1)
    )
    await behind.store.seed(PEOPLE[1:])
    session = await behind.store.people.session("token")
    assert session is not None
    assert session.ended_at == now
    [referral] = await behind.store.waiting()
    assert referral.acknowledged_by == "greta"


async def test_people_are_stored_again_under_another_name(behind: Behind) -> None:
    await behind.store.seed(PEOPLE)
    assert await behind.store.verify() == []


async def test_command_beside_a_running_office_leaves_everybody_as_they_are_who_is_stored(behind: Behind) -> None:
    number = await behind.number()
    jo = Reviewer(id="jo", name="Jo Lund", roles=frozenset({Role.COMPLIANCE}))
    await behind.store.seed([replace(PEOPLE[0], roles=frozenset({Role.AUDITOR})), jo], only_missing=True)
    for person in ("greta", "hugo", "jo"):
        hold = await behind.store.hold(number, "A court asked.", actor=person)
        assert hold is not None
        await behind.store.lift(hold.id, actor=person)
