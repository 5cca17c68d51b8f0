"""Plays evenings on which everything goes wrong: `python -m tests.faults 100 --seed 1`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes.databases import TOOLS, Server
from tests.faults.evening import Tally, evening

if TYPE_CHECKING:
    from bot.platforms.simulated.hosts import IdempotencyKeys

KEYS: tuple[IdempotencyKeys, ...] = ("kept", "ignored", "raced")
DATABASES = ("sqlite", "postgresql")
SHOWN = 10
"""Sentences of each kind that are printed about one evening."""


def main() -> int:
    """Play the evenings; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faults", type=int, help="how many, over all servers and databases together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=DATABASES, action="append", help="one kind only")
    parser.add_argument("--keys", choices=KEYS, action="append", help="one kind of server only")
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between two faults, on average")
    chosen = parser.parse_args()
    databases = chosen.database or [name for name in DATABASES if name == "sqlite" or TOOLS]
    if not chosen.database and not TOOLS:
        print("PostgreSQL is not installed: SQLite alone.")  # noqa: T201  the output, as below
    evenings = list(product(databases, chosen.keys or KEYS))
    each = -(-chosen.faults // len(evenings))
    tallies = []
    for number, (database, keys) in enumerate(evenings):
        tally = asyncio.run(_play(database, keys, seed=chosen.seed * 1_000 + number, faults=each, pause=chosen.pause))
        _print(f"{database}, keys {keys}", tally)
        tallies.append(tally)
    return _sum(tallies)


async def _play(database: str, keys: IdempotencyKeys, *, seed: int, faults: int, pause: float) -> Tally:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="evening-")))
        server = None
        if database == "postgresql":
            server = Server()
            stack.callback(server.remove)
        return await evening(folder, seed=seed, faults=faults, keys=keys, server=server, pause=pause)


def _print(title: str, tally: Tally) -> None:
    books, slow = tally.books, sorted(tally.recoveries)
    late = f", back after {slow[len(slow) // 2]:.1f} s, at worst {slow[-1]:.1f} s" if slow else ""
    print(  # noqa: T201
        f"\n{title}: {tally.decisions} decisions, {tally.posts} replies, {sum(tally.faults.values())} faults,"
        f" {tally.kills} kills{late}; {tally.seconds:.0f} s"
    )
    for name, times in tally.faults.most_common():
        print(f"  {times:>5}  {name}")  # noqa: T201
    for what in ("unapproved", "twice", "lost", "broken", "unconfirmed"):
        sentences = getattr(books, what)
        for sentence in sentences[:SHOWN]:
            print(f"  {what.upper()}: {sentence}")  # noqa: T201


def _sum(tallies: list[Tally]) -> int:
    def count(what: str) -> int:
        return sum(len(getattr(tally.books, what)) for tally in tallies)

    faults, kills = sum(sum(tally.faults.values()) for tally in tallies), sum(tally.kills for tally in tallies)
    broken = f", {count('broken')} faults in the books" if count("broken") else ""
    print(  # noqa: T201
        f"\n{faults} faults, {kills} kills: {count('unapproved')} unapproved, {count('twice')} twice,"
        f" {count('lost')} lost, {count('unconfirmed')} unconfirmed{broken}"
    )
    return 0 if all(tally.books.whole for tally in tallies) else 1


if __name__ == "__main__":
    sys.exit(main())
