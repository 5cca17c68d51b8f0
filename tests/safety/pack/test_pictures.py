"""A picture becomes small and grey; what is none, or would fill all memory, is left out."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.simulated.picture import drawn
from bot.safety.pack.pictures import in_grey


def pixels(png: bytes) -> set[bytes]:
    """The colours in a PNG of eight bits with an alpha channel or without one, filters left as they are."""
    kind = png[25]
    place, packed = 8, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            packed += png[place + 8 : place + 8 + length]
        place += 12 + length
    assert kind in {0, 2, 4, 6}
    return {zlib.decompress(packed)}


def test_a_colourful_picture_comes_out_small_and_in_grey() -> None:
    small = in_grey(drawn("a"))
    assert small
    assert small.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", small[16:24])
    assert max(width, height) < 400
    assert pixels(small)


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert in_grey(drawn("a")) == in_grey(drawn("a")) != in_grey(drawn("b"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<svg onload='x'/>",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", 100_000, 100_000),
        b"\xff\xd8\xff\xe0\x00\x02",
        b"GIF89a\x00",
    ],
)
def test_what_is_no_picture_or_too_large_is_left_out(body: bytes) -> None:
    assert in_grey(body) is None


@given(st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b""]), st.binary(max_size=300))
def test_no_bytes_raise_anything(begin: bytes, rest: bytes) -> None:
    in_grey(begin + rest)
