"""What somebody had typed when it turned out that they are signed in no more: kept in the answer, to be sent again.

In the page itself, never in a cookie: the words may be about anybody, and a cookie stays on the device.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

LOOKED_AT = frozenset({"version", "seen", "back"})
"""Fields that say what was on the screen; a form with nothing else holds no words of anybody."""
SECRET = frozenset({"credential"})
LARGEST = 64 * 1024
"""Bytes of a form that is given back; what is larger is a file, which its owner still has."""
LONG = 40
"""From so many characters on, or with a line break in it, a field is shown as a box of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A form that was posted, ready to be posted again."""

    path: str
    words: tuple[tuple[str, str], ...]
    """What was typed, to be seen and mended."""
    rest: tuple[tuple[str, str], ...]
    """What was chosen or stood in the form."""


async def kept(request: Request) -> Kept | None:
    """The form behind a post, if somebody had typed or chosen something in it."""
    if request.method != "POST" or int(request.headers.get("content-length", "0")) > LARGEST:
        return None
    form = await request.form()
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str) and name not in SECRET]
    if not any(value.strip() for name, value in fields if name not in LOOKED_AT):
        return None
    words = tuple((name, value) for name, value in fields if len(value) >= LONG or any(c.isspace() for c in value))
    return Kept(path=request.url.path, words=words, rest=tuple(field for field in fields if field not in words))
