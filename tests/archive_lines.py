"""Writes an archive of generated mentions, for measuring: `python -m tests.archive_lines 1000000 > archive.jsonl`.

Nobody said any of it. Most lines are fair criticism put together from parts; one in thirty is an example or a near miss
that a shipped rule carries, so that every rule has something to do.
"""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

import msgspec

from bot import yaml_file
from bot.rules.pack_files import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENINGS = (
    "You promised",
    "I read that you promised",
    "Your manifesto promised",
    "The minister promised",
    "Nobody promised",
)
MATTERS = (
    "the buses",
    "a new clinic",
    "the library in {town}",
    "lower bills",
    "a bridge at {town}",
    "two more classrooms",
)
ENDINGS = (
    "and now it is gone. Shame on you.",
    "and I will remember that in May.",
    "so where is the money?",
    "but your own figures say otherwise.",
    "and I have kept the leaflet. Resign.",
    "😡 answer the question for once!",
)
TOWNS = ("Fernwick", "Tidewater", "Oldmarsh", "Hollow Bay", "Kettle Cross", "Upper Sallow")
ONE_IN = 30


def lines(count: int, *, seed: int = 1) -> Iterator[bytes]:
    """So many mentions as JSON lines; the same for the same seed."""
    rng, examples = random.Random(seed), list(_examples())  # noqa: S311  nothing secret
    for number in range(count):
        town = rng.choice(TOWNS)
        if rng.randrange(ONE_IN) == 0:
            text = f"{rng.choice(examples)} ({number % 13})"
        else:
            matter = rng.choice(MATTERS).format(town=town)
            text = f"{rng.choice(OPENINGS)} {matter} {rng.choice(ENDINGS)} {number % 9_973}"
        server = town.lower().replace(" ", "")
        author = {"handle": f"@reader{rng.randrange(200_000)}@{server}.example", "followers": number % 811}
        yield msgspec.json.encode({"id": str(number), "text": text, "lang": "en", "author": author}) + b"\n"


def _examples() -> Iterator[str]:
    for path in sorted(SHIPPED.rglob("*.yaml")):
        content = yaml_file.parse(path).content
        for rule in content.get("rules") or () if isinstance(content, dict) else ():
            yield from rule["matches"]
            yield from rule["ignores"]


def main() -> None:
    """Write to standard output."""
    for line in lines(int(sys.argv[1])):
        sys.stdout.buffer.write(line)


if __name__ == "__main__":
    main()
