"""Single keys are explained on a page, and can be turned off for good of whoever speaks to their machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.review.console.keys import KEYS

if TYPE_CHECKING:
    from tests.review.console.conftest import Console


async def test_every_key_is_explained_and_the_page_is_reached_without_a_keyboard(console: Console) -> None:
    async with console.signed_in("mara") as browser:
        page = (await browser.get("/keys")).text
        for key, words in KEYS:
            assert f"<kbd>{key}</kbd>" in page
            assert words in page
        assert 'href="/keys"' in (await browser.get("/more")).text


async def test_keys_that_are_turned_off_stay_off_on_every_page(console: Console) -> None:
    async with console.signed_in("mara") as browser, console.signed_in("tom") as tom:
        assert "/static/keys.js" in (await browser.get("/")).text
        await browser.post("/keys", data={"keys": "off"})
        for path in ("/", "/keys", "/closed"):
            assert "/static/keys.js" not in (await browser.get(path)).text
        assert "Turn the keys on" in (await browser.get("/keys")).text
        assert "/static/keys.js" in (await tom.get("/")).text
        await browser.post("/keys", data={"keys": "on"})
        assert "/static/keys.js" in (await browser.get("/")).text
