"""What a pack needs of a case beyond the case: blanked exhibits say so, and keep their digests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Event, Reason
from bot.store import Store, Terms
from bot.vault import NoKeyError, Vault, new_key
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


@pytest.mark.parametrize(
    "body",
    [Vault().seal(b"forged"), Vault([new_key()]).seal(b"sealed"), b"Pnothing", None],
    ids=["another's", "lost key", "broken", "gone"],
)
async def test_what_cannot_be_opened_is_told_so_and_its_bytes_are_never_handed_out(
    scene: Scene, body: bytes | None
) -> None:
    await scene.store.close()
    scene.store = Store.open(scene.address, now=scene.clock, vault=Vault([new_key()]))
    case_id = await captured(scene)
    scene.tamper("UPDATE exhibits SET body = ?", body)
    dossier = await scene.store.evidence.dossier(case_id)
    assert dossier
    ((held,),) = [capture.holds for capture in dossier.captures]
    assert held.unopened
    assert held.exhibit.body is None
    assert held.exhibit.sha256
    assert not held.blanked


async def test_without_any_key_nothing_is_told_in_part(scene: Scene) -> None:
    case_id = await captured(scene)
    scene.tamper("UPDATE exhibits SET body = ?", Vault([new_key()]).seal(b"sealed"))
    with pytest.raises(NoKeyError):
        await scene.store.evidence.dossier(case_id)
