"""Plays evenings on which everything goes wrong: `python -m tests.faults 100 --seed 1`."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.fakes.databases import TOOLS, Server
from tests.faults.evening import Plan, Tally, evening
from tests.faults.troubles import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.platforms.simulated.hosts import IdempotencyKeys

KEYS: tuple[IdempotencyKeys, ...] = ("kept", "ignored", "raced")
DATABASES = ("sqlite", "postgresql")
EVENING = 400
"""Faults on one evening at most; then another begins, with an empty database."""
SEVERAL = ("desk", "watch", "publish", "publish")
SHOWN = 10
"""Sentences of each kind that are printed about one evening."""


def main() -> int:
    """Play the evenings; 1 when a promise was broken."""
    chosen = _arguments()
    databases = chosen.database or [name for name in DATABASES if name == "sqlite" or TOOLS]
    if not chosen.database and not TOOLS:
        print("PostgreSQL is not installed: SQLite alone.")  # noqa: T201  the output, as below
    combinations = list(product(databases, chosen.keys or KEYS))
    each = -(-chosen.faults // len(combinations))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    tallies: list[Tally] = []
    screen = Console(stderr=True)
    server: Server | None = None
    with ExitStack() as stack, Progress(*columns, console=screen, disable=not screen.is_terminal) as progress:
        bar = progress.add_task("faults", total=each * len(combinations))
        for number, (database, keys) in enumerate(combinations):
            progress.update(bar, description=f"{database}, keys {keys}")
            if database == "postgresql" and server is None:
                server = Server()
                stack.callback(server.remove)
            plan = Plan(
                seed=chosen.seed * 1_000 + number, faults=each, keys=keys, kills=chosen.kills, every=chosen.every
            )
            where = server if database == "postgresql" else None
            played = asyncio.run(_play(plan, where, lambda more: progress.advance(bar, more), keep=chosen.keep))
            _print(f"{database}, keys {keys}", played)
            tallies += played
    return _sum(tallies)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faults", type=int, help="how many, over all servers and databases together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=DATABASES, action="append", help="one kind only")
    parser.add_argument("--keys", choices=KEYS, action="append", help="one kind of server only")
    parser.add_argument("--kills", type=float, default=0.12, help="the share of faults that kill the program")
    parser.add_argument("--every", type=float, default=0.0, help="decisions for each fault, at least")
    parser.add_argument("--keep", type=Path, help="leaves the files of evenings that broke a promise in this folder")
    return parser.parse_args()


async def _play(plan: Plan, server: Server | None, done: Callable[[int], None], *, keep: Path | None) -> list[Tally]:
    """One evening after another, until so many faults have happened; on a server, half of them by several processes."""
    tallies: list[Tally] = []
    most = EVENING if server is None else min(EVENING, -(-plan.faults // 2))
    while (left := plan.faults - sum(tally.faults.total() for tally in tallies)) > 0:
        several = server is not None and len(tallies) % 2 == 1
        part = replace(
            plan,
            seed=plan.seed + 100_000 * len(tallies),
            faults=min(left, most),
            roles=SEVERAL if several else plan.roles,
        )
        with tempfile.TemporaryDirectory(prefix="evening-") as folder:
            tally = await evening(Path(folder), part, server, done)
            if keep and not tally.books.whole:
                shutil.copytree(folder, keep / Path(folder).name, dirs_exist_ok=True)
        tallies.append(tally)
    return tallies


def _print(title: str, tallies: Sequence[Tally]) -> None:
    """What happened on the evenings of one kind, and what came of each kind of fault that met a post."""
    slow = sorted(second for tally in tallies for second in tally.recoveries)
    late = f", posting again after {_at(slow, 0.5):.1f} s, p99 {_at(slow, 0.99):.1f} s" if slow else ""
    faults = sum((tally.faults for tally in tallies), Counter[str]())
    seconds = sum(tally.seconds for tally in tallies)
    counted = {
        name: sum(getattr(tally, name) for tally in tallies) for name in ("mentions", "decisions", "posts", "kills")
    }
    sums = ", ".join(f"{number} {name}" for name, number in counted.items())
    pace = f"{seconds:.0f} s, {faults.total() / seconds * 60:.0f} faults a minute"
    lines = [f"\n{title}: {sums}, {faults.total()} faults{late}; {pace}"]
    for kind in KINDS:
        if times := faults[kind.name]:
            ends = sum((tally.books.came_of[kind.name] for tally in tallies), Counter[str]())
            came_of = ", ".join(f"{number} {end}" for end, number in ends.most_common())
            lines.append(f"  {times:>5}  {kind.name:<60}{came_of}".rstrip())
    for what in ("unapproved", "twice", "lost", "broken", "unconfirmed"):
        sentences = [sentence for tally in tallies for sentence in getattr(tally.books, what)]
        lines += [f"  {what.upper()}: {sentence}" for sentence in sentences[:SHOWN]]
    print("\n".join(lines), flush=True)  # noqa: T201


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _sum(tallies: Sequence[Tally]) -> int:
    def count(what: str) -> int:
        return sum(len(getattr(tally.books, what)) for tally in tallies)

    faults, kills = sum(tally.faults.total() for tally in tallies), sum(tally.kills for tally in tallies)
    decisions, standing = sum(tally.decisions for tally in tallies), sum(tally.books.standing for tally in tallies)
    broken = f", {count('broken')} faults in the books" if count("broken") else ""
    share = count("unconfirmed") / max(1, decisions)
    print(  # noqa: T201
        f"\nUnconfirmed: {share:.2%} of {decisions} decisions; {standing} of them stand on the network, where a look"
        f" could settle them ({standing / max(1, decisions):.2%})"
        f"\n{faults} faults, {kills} kills: {count('unapproved')} unapproved, {count('twice')} twice,"
        f" {count('lost')} lost, {count('unconfirmed')} unconfirmed{broken}"
    )
    return 0 if all(tally.books.whole for tally in tallies) else 1


if __name__ == "__main__":
    sys.exit(main())
