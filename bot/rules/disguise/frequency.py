"""How often people write a word: to tell a word or a name from a slip of the pen."""

from __future__ import annotations

import gzip
from array import array
from bisect import bisect_left
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

COMMON = 500
"""Up to here a word stands in ordinary texts every day."""
NEIGHBOURS = ("de", "es", "fr", "it", "nl", "pl", "pt", "ro", "sv", "tr")
"""Languages whose words stand in texts of other languages, too."""
UNLISTED = 900
"""What is taken for the frequency of a word that is not listed at all."""


@cache
def common(lang: str) -> frozenset[str]:
    """Words that everybody knows, some 25,000; empty where we have no list of this language."""
    return frozenset(_listed(lang, "small"))


@cache
def frequencies(lang: str) -> dict[str, int]:
    """How rare each word or name is that people write: 0 is every word, 300 one in a thousand, 600 one in a million.

    Some 300,000 words, names of people and places among them; read when it is first asked for, in a tenth of a second.
    """
    return _listed(lang, "large") or _listed(lang, "small")


def is_foreign(word: str, lang: str) -> bool:
    """Whether it is a common word of another language that is written in the same letters."""
    known = _foreign(lang)
    at = bisect_left(known, hash(word))
    return at < len(known) and known[at] == hash(word)


@cache
def _foreign(lang: str) -> array[int]:
    """Some 200,000 words by their hash, in order: a set of them would take fifteen times the memory."""
    words = (word for other in NEIGHBOURS if other != lang for word in _listed(other, "small"))
    return array("q", sorted(hash(word) for word in words if word.isascii()))


def _listed(lang: str, size: str) -> dict[str, int]:
    """One of wordfreq's lists. Its code is not imported: that alone would take longer than all else at the start."""
    spec = find_spec("wordfreq")
    folder = Path(spec.origin).parent / "data" if spec and spec.origin else Path()
    path = folder / f"{size}_{lang}.msgpack.gz"
    if not lang.isalpha() or not path.is_file():
        return {}
    _, *by_rarity = msgspec.msgpack.decode(gzip.decompress(path.read_bytes()))
    return {word: rarity for rarity, words in enumerate(by_rarity) for word in words}
