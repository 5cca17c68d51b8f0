"""Strangers' words as a printed page can show them: what no letter stands for is spelt out, in brackets.

An accessible PDF may hold no character that its fonts cannot show, and a reader must not be turned round or misled by
what cannot be seen. The words as they were written are in the originals.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 2_000
"""Characters of one text that are shown; the rest is in the originals."""
_SHOWN = (
    "\\n -~\u00a1-\u00ac\u00ae-\u02af\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff\u0400-\u045f\u05d0-\u05ea"
    "\u0621-\u063a\u0641-\u064a\u1e00-\u1eff\u2010-\u2027\u2030-\u203a\u20a0-\u20bf\u2190-\u21ff\u2500-\u25ff"
)
_SPELT = re.compile(f"[^{_SHOWN}]")


def shown(text: str, limit: int = LONGEST) -> str:
    """The text in letters that can be printed; where it is longer than the limit, cut, and said to be."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    rest = len(plain) - limit
    cut = _SPELT.sub(_named, plain[:limit])
    return f"{cut} … [{rest:,} more characters, which are in the originals]" if rest > 0 else cut


def _named(found: re.Match[str]) -> str:
    character = found[0]
    if character in "\u00a0\u2002\u2003\u2009\u202f":
        return " "
    name = unicodedata.name(character, "")
    return f"[{name.lower()}]" if name else f"[U+{ord(character):04X}]"
