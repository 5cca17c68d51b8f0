"""A post as an example for a rule: its words without anybody's name, so that nobody is kept in a rule for good."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SOMEBODY = "@somebody@example.org"
_HANDLE = re.compile(r"(?<!\w)@\w[\w.-]*(?:@[\w-]+(?:\.[\w-]+)*)?")
_LINK = re.compile(r"https?://\S+|www\.\S+")
_MAIL = re.compile(r"(?<![\w@.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_NUMBER = re.compile(r"(?<!\w)\+?\d[\d ()/-]{5,}\d")
_NAMED = re.compile(r"(?<=[\w,;:] )(?:[A-Z][a-z'’-]+)(?: [A-Z][a-z'’-]+)+")
"""Two or more words with capitals within a sentence: most likely a name."""
LONGEST_EXAMPLE = 1_000
"""Characters of an example; near misses are short."""


def anonymous(text: str, names: Iterable[str] = ()) -> str:
    """The text on one line, without handles, addresses, links, numbers and names; the given names among them.

    A proposal for a person to read: names in small letters, or of one word, stay unless they are given.
    """
    for name in sorted((each.strip() for each in names if len(each.strip()) > 1), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "somebody", text, flags=re.IGNORECASE)
    for pattern, instead in (
        (_LINK, "https://example.org"),
        (_HANDLE, SOMEBODY),
        (_MAIL, "somebody"),
        (_NUMBER, "0"),
        (_NAMED, "somebody"),
    ):
        text = pattern.sub(instead, text)
    return " ".join(text.split())[:LONGEST_EXAMPLE]
