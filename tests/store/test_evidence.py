"""Evidence is kept encrypted when there is a key, and handed out plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Author
from bot.store import Store
from bot.store.encoding import sha256, to_json
from bot.vault import CannotOpenError, NoKeyError, Vault, new_key
from tests.store.test_captures import BODY, captured

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_with_a_key_nothing_readable_lies_in_the_database_and_without_it_nothing_is_read(scene: Scene) -> None:
    await scene.store.close()
    key = new_key()
    scene.store = Store.open(scene.address, now=scene.clock, vault=Vault([key]))
    case_id = await captured(scene)
    with scene.by_hand() as connection:
        kept = bytes(connection.execute("SELECT body FROM exhibits").fetchone()[0])
    assert b"vermin" not in kept
    assert (await scene.store.evidence.exhibits(case_id))[0].body == BODY
    await scene.store.close()
    scene.store = Store.open(scene.address, now=scene.clock)
    with pytest.raises(CannotOpenError, match="no key"):
        await scene.store.evidence.exhibits(case_id)


async def test_a_case_without_captures_has_no_exhibits(scene: Scene) -> None:
    case = await scene.opened()
    assert await scene.store.evidence.exhibits(case.id) == []


async def test_rotating_leaves_nothing_that_needs_the_old_key_and_no_digest_changes(scene: Scene) -> None:
    old, new = new_key(), new_key()
    cases = [await captured(scene, str(number)) for number in range(45)]  # some plain, from before there was a key
    for keys in ([old], [new, old]):
        await scene.store.close()
        scene.store = Store.open(scene.address, now=scene.clock, vault=Vault(keys))
        cases += [await captured(scene, f"under {len(keys)} keys")]
    assert await scene.store.evidence.rotate() == []
    assert await scene.store.verify() == []
    await scene.store.close()
    scene.store = Store.open(scene.address, now=scene.clock, vault=Vault([new]))
    for case_id in cases:
        assert [one.body for one in await scene.store.evidence.exhibits(case_id)] == [BODY]
    assert (await scene.store.audit_events("system"))[-1].kind == "evidence.rotated"


async def test_what_no_key_opens_stops_no_rotation_and_is_named(scene: Scene) -> None:
    lost, old, new = new_key(), new_key(), new_key()
    cases: list[str] = []
    for keys in ([lost], [old], [new, old]):
        await scene.store.close()
        scene.store = Store.open(scene.address, now=scene.clock, vault=Vault(keys))
        cases += [await captured(scene, f"{len(cases)}{number}") for number in range(12)]
    stays = await scene.store.evidence.rotate()
    with scene.by_hand() as hand:
        rows = hand.execute(
            "SELECT e.id FROM exhibits e JOIN captures c ON c.id = e.capture_id ORDER BY c.seq"
        ).fetchall()
    first = sorted(str(row[0]) for row in rows[:12])
    assert stays == first
    assert (await scene.store.audit_events("system"))[-1].detail == {"encrypted": True, "left": first}
    await scene.store.close()
    scene.store = Store.open(scene.address, now=scene.clock, vault=Vault([new]))
    for case_id in cases[12:]:
        assert [one.body for one in await scene.store.evidence.exhibits(case_id)] == [BODY]


async def test_without_any_key_nothing_is_rotated(scene: Scene) -> None:
    await scene.store.close()
    scene.store = Store.open(scene.address, now=scene.clock, vault=Vault([new_key()]))
    await captured(scene)
    await scene.store.close()
    scene.store = Store.open(scene.address, now=scene.clock)
    with pytest.raises(NoKeyError):
        await scene.store.evidence.rotate()


async def test_a_dossier_holds_what_the_digests_were_made_of(scene: Scene) -> None:
    case_id = await captured(scene)
    dossier = await scene.store.evidence.dossier(case_id)
    assert dossier
    (capture,) = dossier.captures
    (held,) = capture.holds
    assert sha256(to_json(held.facts)) == held.facts_sha256
    assert [event.detail["capture_sha256"] for event in capture.audit] == [capture.digest]
    assert dossier.wordings[1].text == dossier.case.mention.text
    assert await scene.store.evidence.dossier("nobody") is None


async def test_the_cases_of_an_author_are_found_from_any_of_them(scene: Scene) -> None:
    first, second = await captured(scene, "1"), await captured(scene, "2")
    other = await scene.opened(
        "3", said={"author": Author(uri="https://other.example/u/bo", handle="@bo@other.example")}
    )
    assert await scene.store.evidence.cases_of_author(second) == [first, second]
    assert await scene.store.evidence.cases_of_author(other.id) == [other.id]
    assert await scene.store.evidence.cases_of_author("nobody") == ["nobody"]
