"""A door of its own: nobody comes in who is not of the team, from no other site, under no other name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from tests.fakes.wall import ORIGIN

if TYPE_CHECKING:
    from tests.fakes.wall import Wall

PLACES = [("GET", "/"), ("GET", "/concluded"), ("GET", "/referral/1"), ("POST", "/referral/1/acknowledge")]


async def test_stranger_sees_the_door_and_nothing_else(wall: Wall) -> None:
    await wall.arrived()
    transport = httpx.ASGITransport(app=wall.behind.desk.app())
    async with httpx.AsyncClient(
        transport=transport, base_url=ORIGIN, headers={"sec-fetch-site": "same-origin"}
    ) as one:
        for method, path in PLACES:
            answer = await one.request(method, path)
            assert answer.status_code == 401
            assert "sam@" not in answer.text
    assert not [event for event in await wall.store.audit_events() if event.kind == "referral.read"]


async def test_signing_in_here_touches_no_cookie_of_the_console_at_another_port(wall: Wall) -> None:
    async with wall.signed_in("greta") as browser:
        assert {name.partition("-")[0] for name in browser.cookies} == {"compliance"}


async def test_post_of_another_site_is_refused(wall: Wall) -> None:
    number = await wall.arrived()
    async with wall.signed_in("greta") as browser:
        headers = {"sec-fetch-site": "cross-site"}
        answer = await browser.post(f"/referral/{number}/acknowledge", data={"version": "1"}, headers=headers)
    assert answer.status_code == 403


async def test_page_that_is_not_there_and_page_that_breaks_say_so(wall: Wall) -> None:
    async with wall.signed_in("greta") as browser:
        answer = await browser.get("/nowhere")
        assert (answer.status_code, "There is no such page" in answer.text) == (404, True)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_desk_listens_on_loopback_and_lets_go(wall: Wall) -> None:
    port = wall.behind.desk.listen()
    assert wall.behind.desk.address == f"http://localhost:{port}"
    wall.behind.desk.close()
