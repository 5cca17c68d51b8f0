"""Why a JSON line is no mention, in words: what is wrong, under which key, and what belongs there."""

from __future__ import annotations

import re

import msgspec

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, OverflowError, RecursionError)
"""What reading a line may raise. The last two: a year that no clock shows in UTC, and brackets without end."""

_MISSING = re.compile(r"missing required field `(.+?)`")
_OTHER = re.compile(r"Expected `(.+?)`, got `(.+?)`")
_PLACE = re.compile(r" - at `\$\.(.+?)`$")
_BYTE = re.compile(r"\(byte (\d+)\)")
_NEEDED = {
    "id": "a number or a name by which you know the answer again",
    "text": "what was written",
}
_KINDS = {
    "str": "text in quotation marks",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "keys and values in { }",
    "array": "a list in [ ]",
    "datetime": "a time such as 2026-11-20T10:00:00Z",
    "null": "null",
}
_WORDS: dict[type[Exception], str] = {
    UnicodeDecodeError: "not in UTF-8; save the file with that encoding",
    OverflowError: "a time that is out of range: no clock shows it in UTC",
    RecursionError: "brackets within brackets, to a greater depth than any mention has",
}
_EXAMPLE = 'a line looks like {"id": "1", "text": "Good evening."}'


def why(error: Exception) -> str:
    """One of `UNREADABLE` as a sentence without its full stop."""
    for kind, words in _WORDS.items():
        if isinstance(error, kind):
            return words
    message = str(error)
    if isinstance(error, msgspec.ValidationError):
        return _wrong(message)
    if "truncated" in message:
        return "cut off before its end, or with half of a character in it"
    if "trailing characters" in message:
        return "more stands behind the closing bracket; each mention has a line of its own"
    place = _BYTE.search(message)
    return f"not JSON{f', from byte {int(place[1]) + 1} on' if place else ''}; {_EXAMPLE}"


def _wrong(message: str) -> str:
    """What is wrong with a line that is JSON."""
    if found := _MISSING.search(message):
        needed = _NEEDED.get(found[1])
        return f"“{found[1]}” is missing" + (f": {needed}" if needed else "")
    place = _PLACE.search(message)
    where = f"“{place[1]}”: " if place else ""
    if found := _OTHER.search(message):
        wanted = " or ".join(_kind(kind) for kind in found[1].split(" | ") if kind != "null")
        return f"{where}expected {wanted}, found {_kind(found[2])}" + ("" if place else f"; {_EXAMPLE}")
    if "datetime" in message:
        return f"{where}expected {_KINDS['datetime']}"
    return f"{where}a number that is out of range"


def _kind(name: str) -> str:
    return _KINDS.get(name, name)
