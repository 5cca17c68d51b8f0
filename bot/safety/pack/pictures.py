"""Captured pictures for a contact sheet: small and in grey, so that nobody is struck by what they did not choose."""

from __future__ import annotations

import base64
import struct
from typing import TYPE_CHECKING

import typst

if TYPE_CHECKING:
    from collections.abc import Mapping

SIDE = 480
"""Pixels of the square in which it is shown."""
LARGEST = 40_000_000
"""Pixels of an original; a small file can hold a picture that fills all memory."""
_PAGE = (
    b"#set page(width: 45mm, height: 45mm, margin: 0mm, fill: white)\n"
    b'#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%, fit: "contain")'
)
_BEGINS: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""The markers in a JPEG after which its size stands."""


def in_grey(body: bytes) -> bytes | None:
    """The picture as a small grey PNG; `None` for what is no picture that we can read, or is too large to be opened."""
    kind = next((kind for begin, kind in _BEGINS.items() if body.startswith(begin)), None)
    size = _size(body, kind) if kind else None
    if size is None or not 0 < size[0] * size[1] <= LARGEST:
        return None
    data = base64.b64encode(body).decode()
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}">'
        '<filter id="grey" color-interpolation-filters="sRGB"><feColorMatrix type="saturate" values="0"/></filter>'
        f'<image width="{SIDE}" height="{SIDE}" filter="url(#grey)" href="data:{kind};base64,{data}"/></svg>'
    )
    try:
        small = typst.compile(_PAGE, sys_inputs={"svg": svg}, format="png", ppi=100.0, ignore_system_fonts=True)
    except typst.TypstError:
        return None
    return small


def _size(body: bytes, kind: str) -> tuple[int, int] | None:
    """Width and height, as the head of the file gives them."""
    try:
        match kind:
            case "image/png":
                width, height = struct.unpack(">II", body[16:24])
            case "image/gif":
                width, height = struct.unpack("<HH", body[6:10])
            case _:
                return _jpeg_size(body)
    except struct.error:
        return None
    return width, height


def _jpeg_size(body: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(body):
        if body[place] != 0xFF:  # noqa: PLR2004  how a marker begins
            return None
        marker = body[place + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", body[place + 5 : place + 9])
            return width, height
        place += 2 + struct.unpack(">H", body[place + 2 : place + 4])[0]
    return None
