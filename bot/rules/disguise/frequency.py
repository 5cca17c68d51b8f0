"""How often people write a word: to tell a word or a name from a slip of the pen."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

COMMON = 500
"""Up to here a word stands in ordinary texts every day."""
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


def _listed(lang: str, size: str) -> dict[str, int]:
    """One of wordfreq's lists. Its code is not imported: that alone would take longer than all else at the start."""
    spec = find_spec("wordfreq")
    folder = Path(spec.origin).parent / "data" if spec and spec.origin else Path()
    path = folder / f"{size}_{lang}.msgpack.gz"
    if not lang.isalpha() or not path.is_file():
        return {}
    _, *by_rarity = msgspec.msgpack.decode(gzip.decompress(path.read_bytes()))
    return {word: rarity for rarity, words in enumerate(by_rarity) for word in words}
