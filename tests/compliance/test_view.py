from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.wall import Wall


async def page(wall: Wall) -> str:
    async with wall.signed_in("greta") as browser:
        return (await browser.get("/")).text


async def test_in_one_process_the_pages_say_that_the_wall_is_the_applications_alone(wall: Wall) -> None:
    assert "wall is the application's alone" not in (await page(wall)).replace("&#39;", "'")
    wall.behind.one_process = True
    assert "wall is the application's alone" in (await page(wall)).replace("&#39;", "'")


async def test_outbox_that_cannot_be_read_is_told(wall: Wall) -> None:
    wall.behind.trouble = "The outbox cannot be reached."
    assert "The outbox cannot be reached. It is tried again; nothing is lost meanwhile." in await page(wall)


async def test_boxes_that_do_not_open_are_told(wall: Wall) -> None:
    await wall.store.note_unopened("b", sealed_sha256="x", why="It was sealed for another key.")
    assert "1 box could not be opened. It was sealed for another key." in await page(wall)


async def test_every_page_says_who_is_signed_in_and_signs_them_out(wall: Wall) -> None:
    async with wall.signed_in("greta") as browser:
        page = (await browser.get("/")).text
        assert 'action="/sign-out"' in page
        assert "Greta Thorn" in page
        assert "signed out" in (await browser.post("/sign-out")).text
        assert (await browser.get("/")).status_code == 401
