"""A passer-by carries no token, follows few redirects, and is never led to a stranger or into a private network."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from bot.model import Measure
from bot.platforms.mastodon import passer_by, reader
from bot.platforms.mastodon.passer_by import NotHadError, PasserBy
from tests.platforms.mastodon.conftest import clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.platforms.mastodon.conftest import Scripted


@pytest.fixture
async def someone(scripted: Scripted) -> AsyncIterator[PasserBy]:
    made = PasserBy(scripted.address, now=clock)
    yield made
    await made.close()


async def test_what_lies_at_our_own_server_is_had_to_the_byte_and_without_a_token(
    scripted: Scripted, someone: PasserBy
) -> None:
    scripted.say("/cat.png", b"\x89PNG\x00\xff", headers={"Content-Type": "image/png; x=1", "Set-Cookie": "a=b"})
    original = await someone.get(f"{scripted.address}/cat.png")
    assert (original.body, original.media_type) == (b"\x89PNG\x00\xff", "image/png")
    assert "set-cookie" not in dict(original.headers)
    assert scripted.keys == [None]


async def test_a_redirect_is_followed_at_home_and_not_for_ever(scripted: Scripted, someone: PasserBy) -> None:
    scripted.say("/media_proxy/1", b"", status=302, headers={"Location": "/files/1"})
    scripted.say("/files/1", b"bytes")
    original = await someone.get(f"{scripted.address}/media_proxy/1")
    assert (original.body, original.url) == (b"bytes", f"{scripted.address}/files/1")
    scripted.say("/round", b"", status=302, headers={"Location": "/round"})
    with pytest.raises(NotHadError, match="on and on"):
        await someone.get(f"{scripted.address}/round")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://files.fernwick.example/1", "begins with https"),
        ("https://elsewhere.example/1", "author's own server"),
        ("https://127.0.0.1/1", "private network"),
        ("https://[::1]/1", "private network"),
        ("https://10.1.2.3:8443/1", "private network"),
        *(
            (f"https://[{address}]/1", "private network")
            for address in ("64:ff9b::7f00:1", "fec0::1", "::7f00:1", "::ffff:7f00:1", "2002:7f00:1::", "ff0e::1")
        ),
        ("https://224.0.0.1/1", "private network"),
        ("https://169.254.169.254/latest/meta-data", "private network"),
        ("file:///etc/passwd", "begins with https"),
        ("ftp://elsewhere.example", "author's own server"),
        (f"https://{'x' * 70}.example/", "cannot be read"),
    ],
)
async def test_nobody_leads_us_where_we_do_not_go(
    scripted: Scripted, someone: PasserBy, address: str, why: str
) -> None:
    with pytest.raises(NotHadError, match=why) as caught:
        await someone.get(address, strangers={"elsewhere.example"})
    assert not caught.value.again
    scripted.say("/out", b"", status=302, headers={"Location": address})
    with pytest.raises(NotHadError, match=why):
        await someone.get(f"{scripted.address}/out", strangers={"Elsewhere.Example"})


async def test_an_address_that_is_none_is_not_asked(someone: PasserBy) -> None:
    with pytest.raises(NotHadError, match="cannot be read"):
        await someone.get("https://x.example:port")


async def test_what_is_too_large_is_left_where_it_is_and_its_digest_taken_along(
    scripted: Scripted, someone: PasserBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passer_by, "LARGEST", 1024 * 1024)
    scripted.say("/film", bytes(1024 * 1024))
    assert len((await someone.get(f"{scripted.address}/film")).body) == 1024 * 1024
    film = bytes(1024 * 1024 + 1)
    scripted.say("/longer", film, headers={"Content-Type": "video/mp4"})
    original = await someone.get(f"{scripted.address}/longer")
    assert (original.body, original.media_type, original.too_large) == (b"", "video/mp4", Measure.of(film))


async def test_what_was_packed_on_the_way_is_unpacked_once_and_no_more(scripted: Scripted, someone: PasserBy) -> None:
    scripted.say("/page", gzip.compress(b"<p>Hello</p>"), headers={"Content-Encoding": "gzip"})
    assert (await someone.get(f"{scripted.address}/page")).body == b"<p>Hello</p>"
    scripted.say("/bomb", gzip.compress(gzip.compress(b"x")), headers={"Content-Encoding": "gzip, gzip"})
    with pytest.raises(NotHadError, match="not unpacked here") as caught:
        await someone.get(f"{scripted.address}/bomb")
    assert not caught.value.again


async def test_what_has_no_end_is_not_read_for_ever(
    scripted: Scripted, someone: PasserBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MEASURED", 2 * 1024 * 1024)
    monkeypatch.setattr(passer_by, "LARGEST", 1024 * 1024)
    scripted.say("/endless", bytes(3 * 1024 * 1024))
    with pytest.raises(NotHadError, match="larger than 2 MiB") as caught:
        await someone.get(f"{scripted.address}/endless")
    assert not caught.value.again


async def test_a_server_that_is_not_there_may_be_there_later(scripted: Scripted, someone: PasserBy) -> None:
    gone = PasserBy("http://127.0.0.1:9", now=clock)
    with pytest.raises(NotHadError, match="could not be reached") as caught:
        await gone.get("http://127.0.0.1:9/1")
    assert caught.value.again
    await gone.close()
    with pytest.raises(NotHadError, match="answered 404"):
        await someone.get(f"{scripted.address}/nothing")
