"""Blanks what is not said in words: addresses of pages and people, each character still in its place."""

from __future__ import annotations

import re

LONGEST_HOST = 100
SOMEBODY = "@"
"""Stays where the handle of a person is blanked, so that a rule can ask whether somebody stands there."""

_MARKS = r"\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_UNSEEN = r"\u00ad\u034f\u200b-\u200f\u2060\ufe0f\ufeff"
_WITHIN = rf"[+|$!{_MARKS}{_UNSEEN}]"
"""What may stand behind a letter of a word that goes on with an `@`: marks upon the letter, and what does not show."""
_PERSON = (
    r"@(?<![\w@\u24b6-\u24e9\U0001f130-\U0001f189]@)"
    rf"(?<!\w{_WITHIN}@)(?<!\w{_WITHIN}{_WITHIN}@)"
    r"\w[\w-]*(?:(?:\.\w[\w-]*)*@\w[\w-]*(?:\.\w[\w-]*)*|(?:\.\w[\w-]*)+)?"
)
_PEOPLE = re.compile(_PERSON)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
_HIDDEN = re.compile(
    r"(?:https?://|(?<!\w)www\.(?=\w))\S+"
    rf"|{_PERSON}"
    r"|(?<![\w/])/?[ur]/[\w-]{3,}"
    rf"|[\U0001F1E6-\U0001F1FF](?:[{_UNSEEN}]*[\U0001F1E6-\U0001F1FF])+",
    re.IGNORECASE,
)
"""Pages, people (though not the `@` in `re+@rd`), rooms, and flags."""
_SITE = re.compile(
    r"\.(?<=[\w-]\.)(?:com|org|net|info|gov|edu|co|uk|eu|ie|us|ca|au|nz|de|fr|es|it|nl|io|tv|app|social|news|party|example)"
    r"(?![\w-])[^\s,;]*",
    re.IGNORECASE,
)
_HOST = re.compile(r"[\w.@-]+\Z")


def hidden_in(text: str) -> re.Pattern[str] | None:
    """The pattern of what is to be blanked in a text; `None` where there is nothing of the kind.

    Most posts name people, and nothing else: to look for these alone takes a tenth of the time.
    """
    if "/" in text or "www." in text.lower() or (not text.isascii() and _FLAG.search(text)):
        return _HIDDEN
    return _PEOPLE if "@" in text else None


def without_sites(text: str) -> str:
    """The text with addresses of sites blanked, from the first letter of the name to the end of the path."""
    parts, last = [], 0
    for site in _SITE.finditer(text):
        if site.start() < last:
            continue
        host = _HOST.search(text, max(last, site.start() - LONGEST_HOST), site.start())
        start = host.start() if host else site.start()
        parts += [text[last:start], " " * (site.end() - start)]
        last = site.end()
    return "".join([*parts, text[last:]])
