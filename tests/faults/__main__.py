"""Plays evenings on which everything goes wrong: `python -m tests.faults 100 --seed 1`."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.fakes.databases import TOOLS
from tests.faults.evening import Plan, Tally, play
from tests.faults.troubles import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.platforms.simulated.hosts import IdempotencyKeys

KEYS: tuple[IdempotencyKeys, ...] = ("kept", "ignored", "raced")
DATABASES = ("sqlite", "postgresql")
EVENING = 200
"""Faults on one evening at most; then another begins, with an empty database."""
ROLES: dict[str, list[tuple[str, ...]]] = {
    "sqlite": [("all",)],
    "postgresql": [("all",), ("desk", "watch", "publish", "publish")],
}
"""By kind of database, the processes that run on one evening and on the next."""
SHOWN = 10
"""Sentences of each kind that are printed about one evening."""


def main() -> int:
    """Play the evenings; 1 when a promise was broken."""
    chosen = _arguments()
    databases = chosen.database or [name for name in DATABASES if name == "sqlite" or TOOLS]
    if not chosen.database and not TOOLS:
        print("PostgreSQL is not installed: SQLite alone.")  # noqa: T201  the output, as below
    kinds = list(product(databases, chosen.keys or KEYS))
    share = -(-chosen.faults // len(kinds))
    plans = {kind: list(_plans(chosen, share, *kind, number=number)) for number, kind in enumerate(kinds)}
    screen = Console(stderr=True)
    columns = (TextColumn("faults"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    played: defaultdict[tuple[str, IdempotencyKeys], list[Tally]] = defaultdict(list)
    errors: list[Exception] = []
    # Spawned, since PostgreSQL's library and its threads survive no fork.
    workers = ProcessPoolExecutor(chosen.at_once, mp_context=get_context("spawn"))
    with workers, Progress(*columns, console=screen, disable=not screen.is_terminal) as progress:
        bar = progress.add_task("", total=share * len(kinds))
        under_way = {workers.submit(play, plan, chosen.keep): kind for kind in kinds for plan in plans[kind]}
        for done in as_completed(under_way):
            kind = under_way[done]
            try:
                tally = done.result()
            except Exception as error:  # noqa: BLE001  the others go on; it is raised when they are over
                errors.append(error)
                continue
            played[kind].append(tally)
            progress.advance(bar, tally.faults.total())
            if len(played[kind]) == len(plans[kind]):
                _print("{}, keys {}".format(*kind), played[kind])
    status = _sum([tally for each in played.values() for tally in each])
    if errors:
        raise ExceptionGroup("Evenings that did not come to their end", errors)
    return status


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faults", type=int, help="how many, over all servers and databases together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=DATABASES, action="append", help="one kind only")
    parser.add_argument("--keys", choices=KEYS, action="append", help="one kind of server only")
    parser.add_argument("--kills", type=float, default=0.15, help="the share of faults that are to kill the program")
    parser.add_argument("--every", type=float, default=0.0, help="decisions for each fault, at least")
    parser.add_argument("--at-once", type=int, default=os.cpu_count(), help="evenings side by side")
    parser.add_argument("--keep", type=Path, help="leaves the files of evenings that broke a promise in this folder")
    return parser.parse_args()


def _plans(
    chosen: argparse.Namespace, share: int, database: str, keys: IdempotencyKeys, *, number: int
) -> Iterator[Plan]:
    """The evenings of one combination: its share of the faults, over as many of one length as it takes."""
    roles = ROLES[database]
    evenings = max(len(roles), -(-share // EVENING))
    for index in range(evenings):
        yield Plan(
            database=database,
            seed=chosen.seed * 1_000 + number + 100_000 * index,
            faults=-(-share // evenings),
            keys=keys,
            kills=chosen.kills,
            every=chosen.every,
            roles=roles[index % len(roles)],
        )


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
