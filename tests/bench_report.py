"""Measures the public report over many cases: `python -m tests.bench_report 1000000`.

The cases are events in whole chains, written straight into a real database: what the report reads, and nothing else.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.files import Files
from bot.report.making import make
from bot.report.outline import frame_of
from bot.report.page import page
from bot.report.periods import Length, Period
from bot.report.recomputing import check, recompute
from bot.store import Store
from bot.store.audit import origin
from bot.store.encoding import sha256, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
YEAR = Period(date(2026, 1, 1), Length.YEAR)
CHAINS = ("deputy", "leader", "party")
POLICIES = ("sexism", "racism", "personal_abuse", "antisemitism", "ableism")
MEGABYTE = 1024
"""In the units of `ru_maxrss` on Linux."""


def told(number: int, draw: random.Random) -> Iterator[tuple[str, dict[str, object]]]:
    """The events of one case: opened, looked at, and decided in one way or another."""
    threat = number % 20 == 0
    opened: dict[str, object] = {
        "mention": f"m{number:015}",
        "mention_version": 1,
        "evidence": "0" * 64,
        "judgement": "1" * 64,
        "kind": "escalate" if threat else "respond",
        "policy": "threat" if threat else draw.choice(POLICIES),
        "attacked": draw.choice(("account", "protected", "group")),
        "platform": "mastodon",
        "rules": ["a-rule"],
        "state": "escalated" if threat else "open",
        "version": 1,
        "verdict": "escalate" if threat else "respond",
        "approvals_required": 1,
        "principal_id": None,
        "outcome": None,
        "stands_for": None,
        "via": "watch",
    }
    yield "case.opened", opened
    stands: dict[str, object] = {"outcome": None, "stands_for": None, "desk": "console", "decision": f"d{number:015}"}
    if threat:
        yield "case.acknowledged", stands | {"state": "escalated", "version": 2}
    elif draw.random() < 0.5:
        yield "case.approved", stands | {"state": "approved", "version": 2, "decides": "approve"}
        yield "case.claimed", stands | {"state": "publishing", "version": 3}
        yield "case.published", stands | {"state": "published", "version": 4}
    else:
        ended = {"state": "closed", "version": 2, "decides": "dismiss", "outcome": "dismissed", "stands_for": "irony"}
        yield "case.dismissed", stands | ended


def chain(stream: str, cases: int, seed: int) -> Iterator[tuple[object, ...]]:
    """Rows of a whole chain, the cases spread over the year."""
    draw, seq, prev = random.Random(seed), 0, origin(stream)  # noqa: S311 - a bench is no secret
    for number in range(cases):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number * 31_000_000 / cases)
        for kind, detail in told(number, draw):
            seq += 1
            at += timedelta(minutes=draw.randrange(40))
            event = {"stream": stream, "seq": seq, "at": at.isoformat(timespec="microseconds"), "kind": kind}
            event |= {"actor": "mara", "case_id": f"{stream}{number:012}", "detail": detail, "prev": prev}
            prev = sha256(to_json(event))
            yield (*list(event.values())[:6], to_json(detail), event["prev"], prev)


def fill(path: Path, cases: int) -> int:
    """So many cases in three chains; how many events that makes."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for number, stream in enumerate(CHAINS):
            rows = chain(stream, cases // len(CHAINS), number)
            connection.executemany("INSERT INTO audit_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            last = "SELECT stream, seq, digest FROM audit_events WHERE stream = ? ORDER BY seq DESC LIMIT 1"
            head = connection.execute(last, (stream,)).fetchone()
            connection.execute("INSERT INTO audit_heads VALUES (?, ?, ?)", head)
        return int(connection.execute("SELECT count(*) FROM audit_events").fetchone()[0])


async def measure(cases: int) -> dict[str, object]:
    """Seconds and memory for the report of a year, and for its recomputation from the export."""
    files = Files.open(ROOT / "config.yaml")
    with tempfile.TemporaryDirectory(prefix="bench-report-") as folder:
        path = Path(folder) / "bot.db"
        store = Store.open(f"sqlite:///{path}", now=lambda: datetime(2027, 1, 5, tzinfo=UTC))
        events = fill(path, cases)
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        busy = time.process_time()
        made = await make(store, YEAR, frame_of(files.config), party="F", now=datetime(2027, 1, 5, tzinfo=UTC))
        html = page(made)
        took, busy = time.perf_counter() - began, time.process_time() - busy
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        export, began = Path(folder) / "export.jsonl", time.perf_counter()
        with export.open("w", encoding="utf-8") as file:
            async for lines in store.audit_lines():
                file.write(lines)
        exported, began = time.perf_counter() - began, time.perf_counter()
        await store.close()

        def again() -> Iterator[bytes]:
            with export.open("rb") as file:
                yield from file

        checked = check(again)
        recompute(again, YEAR, Length.MONTH, {}, "")
        return {
            "cases": cases,
            "events": events,
            "report_seconds": round(took, 1),
            "of_processor": round(busy, 1),
            "more_memory_mb": round(grown / MEGABYTE),
            "page_kb": len(html) // 1000,
            "export_seconds": round(exported, 1),
            "recompute_seconds": round(time.perf_counter() - began, 1),
            "faults": len(checked.faults),
        }


if __name__ == "__main__":
    found = asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
    print(json.dumps(found, indent=1))  # noqa: T201
