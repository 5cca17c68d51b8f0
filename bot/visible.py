"""Spells out what a screen would obey rather than show: characters that move, turn round or hide what is read."""

from __future__ import annotations

import re

_TURNING = r"\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
_OBEYED = re.compile(rf"[\x00-\x08\x0b-\x1f{_TURNING}]")
_UNSEEN = re.compile(rf"[{_TURNING}]")


def visible(text: str) -> str:
    """The text with each of them as its number, such as u202e behind a backslash; line ends and tabs stay."""
    return _OBEYED.sub(_escaped, text)


def visible_json(document: str) -> str:
    """A JSON document with each of them escaped; it says the same as before."""
    return _UNSEEN.sub(_escaped, document)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
