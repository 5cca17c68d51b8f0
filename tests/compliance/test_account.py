"""Somebody who asks is told what is held on them behind the wall, how it came there, and until when it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.compliance.account import account, page
from bot.compliance.contents import contents_of
from bot.store.compliance import Outcome
from tests.compliance.test_suspended import SAM, listing
from tests.fakes.office import RUDE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.wall import Wall


async def given(wall: Wall) -> dict[str, Any]:
    found = await wall.store.subjects.trace([SAM], reader=contents_of)
    held = await wall.store.subjects.held(found, actor="greta")
    return account(wall.behind.settings, found, held, now=wall.comms.clock.now())


async def test_match_with_the_list_is_told_and_whether_two_have_confirmed_it(tmp_path: Path) -> None:
    async with listing(tmp_path) as wall:
        await wall.store.suspend([SAM], actor="hugo")
        await wall.comms.receive(wall.comms.network.say(RUDE))
        await wall.taking.run_once()
        told = await given(wall)
        [each] = told["referrals"]
        assert (each["came_as"], each["clause"], each["match_confirmed_at"]) == ("conduct", None, None)
        assert each["handle_found_on_the_list_at"]
        assert "that it is you is not confirmed" in page(told)
        for person in ("greta", "hugo"):
            await wall.store.confirm(1, actor=person)
        assert "two people confirmed on" in page(await given(wall))


async def test_how_far_it_is_and_until_when_it_is_kept_is_told(wall: Wall) -> None:
    number = await wall.arrived()
    told = await given(wall)
    assert (told["referrals"][0]["outcome"], told["referrals"][0]["kept_until"]) == (None, None)
    assert "Nobody has taken it on yet." in page(told)
    taken = await wall.store.acknowledge(number, version=1, actor="greta")
    assert "there is no outcome yet" in page(await given(wall))
    await wall.store.conclude(number, version=taken.version, actor="greta", outcome=Outcome.NO_BREACH)
    assert "No breach of the code." in page(await given(wall))
    assert "Kept until 2032-11-19" in page(await given(wall))
    await wall.store.hold(number, "A court asked.", actor="greta")
    told = await given(wall)
    assert "A legal hold keeps it." in page(told)
    assert "court" not in str(told)


async def test_text_of_others_stays_text_on_the_page(wall: Wall) -> None:
    await wall.arrived("You florp <b>& all</b>.")
    assert "You florp &lt;b&gt;&amp; all&lt;/b&gt;." in page(await given(wall))
