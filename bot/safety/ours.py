"""Whether words of ours stand in what was captured, which then stays here. Pure; where it is in doubt, they do."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_TAG = re.compile(r"<[^>]*>")
_NOT_WORDS = re.compile(r"https?://\S+|@\S+")
"""What a server writes anew in a post: addresses and handles."""
ENOUGH = 20
"""Letters and digits in a row by which a reply of ours is known."""


def holds_ours(body: bytes, ours: Collection[str], said: Collection[str] = ()) -> bool:
    """Whether the bytes hold a post by one of these handles, or a reply with one of these texts.

    A post of ours is told by its author, where a server's interface gives it, and anywhere by its address: that of our
    profile and a number. What only names us, as every mention does, is none.
    """
    text = body.decode("utf-8", "replace")
    try:
        told = json.loads(text)
        authors, text = set(_authors(told)), "\n".join(_strings(told))
    except (ValueError, RecursionError):
        authors, text = set(), unescape(text.replace("\\/", "/"))
    return _by_one_of_us(authors, ours) or _at_ours(text, ours) or _with_words(text, said)


def _by_one_of_us(authors: set[str], ours: Collection[str]) -> bool:
    """On its own server an account is named without it."""
    handles = {handle.lower().removeprefix("@") for handle in ours}
    return not authors.isdisjoint(handles | {handle.partition("@")[0] for handle in handles})


def _authors(told: object) -> Iterator[str]:
    """Whoever wrote a post in it."""
    if isinstance(told, dict):
        account = told.get("account")
        if isinstance(account, dict):
            yield str(account.get("acct", "")).lower()
    for each in _within(told):
        yield from _authors(each)


def _strings(told: object) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    for each in _within(told):
        yield from _strings(each)


def _within(told: object) -> Iterator[object]:
    yield from told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()


def _at_ours(text: str, ours: Collection[str]) -> bool:
    """Whether the address of a post by one of us stands there: whole, or without the server as on its own pages."""
    for handle in ours:
        name, _, host = (re.escape(part) for part in handle.removeprefix("@").partition("@"))
        post = rf"(?:@{name}(?:@{host})?|users/{name}/statuses)/\d"
        if re.search(rf"(?://{host}/|[\"'\s=]/){post}", text, re.IGNORECASE):
            return True
    return False


def _with_words(text: str, said: Collection[str]) -> bool:
    there = _squeezed(unescape(_TAG.sub("", text)))
    pieces = (_squeezed(piece) for words in said for piece in _NOT_WORDS.split(words))
    return any(piece in there for piece in pieces if len(piece) >= ENOUGH)


def _squeezed(text: str) -> str:
    """Letters and digits alone, so that no mark-up and no line break hides what is the same."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
