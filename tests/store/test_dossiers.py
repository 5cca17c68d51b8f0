"""What a pack needs of a case beyond the case: blanked exhibits say so, and keep their digests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Event, Reason
from bot.store import Terms
from tests.store.scene import START
from tests.store.test_captures import captured

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_what_was_purged_is_told_to_be_blank_and_keeps_its_digest(scene: Scene) -> None:
    case_id = await captured(scene)
    case = await scene.case(case_id)
    await scene.change(case, Event.DISMISSED, "ann", decides="dismiss", reason=Reason.NOT_ABUSE)
    terms = Terms(ignored_days=7, recorded_days=180, closed_case_days=30)
    await scene.store.purge(START + timedelta(days=31), terms)
    dossier = await scene.store.evidence.dossier(case_id)
    assert dossier
    ((held,),) = [capture.holds for capture in dossier.captures]
    assert held.blanked
    assert held.exhibit.body is None
    assert held.exhibit.sha256
    assert dossier.wordings == {}
