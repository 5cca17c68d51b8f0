"""The demo's telephone is rung by the very library that rings the real ones."""

from __future__ import annotations

from apprise import Apprise

from bot.demo.phone import ringing


async def test_what_is_rung_is_heard_and_said_aloud() -> None:
    aloud: list[str] = []
    async with ringing(aloud.append) as phone:
        way = Apprise()
        assert way.add(phone.address)
        assert await way.async_notify("Threat: case 1.\nOpen it.", "Somebody may be in danger")
    assert phone.heard == ["Threat: case 1.\nOpen it."]
    assert aloud == ["Threat: case 1."]
