"""How long a pack of 200 cases takes and how much memory it needs: `python -m tests.bench_evidence [CASES]`.

Each case has what a real one has: a post, a thread, an account, two pages, and a picture with much in it.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from dataclasses import replace
from pathlib import Path

from bot.model import ExhibitKind, Found, Original
from bot.safety.pack import verify
from bot.store import Capture
from bot.vault import Vault, new_key
from tests.commands.conftest import TOKENS
from tests.fakes.office import THREAT, Office

SECONDS, MEGABYTES = 60, 500
SIDE = 640


def noise(seed: int) -> bytes:
    """A PNG that does not get smaller: as heavy as a photograph, about 1.2 MB."""
    dice = random.Random(seed)  # noqa: S311  no secret
    rows = b"".join(b"\0" + dice.randbytes(3 * SIDE) for _ in range(SIDE))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 1)),
        (b"IEND", b""),
    )
    packed = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def found(kind: ExhibitKind, body: bytes, media_type: str, office: Office) -> Found:
    """An exhibit of that kind."""
    url = f"https://fernwick.example/{kind}/{len(body)}"
    original = Original(body=body, url=url, received_at=office.clock.now(), media_type=media_type)
    return Found(kind=kind, original=original)


async def filled(folder: Path, number: int, key: str) -> tuple[Office, list[str]]:
    """An office with so many cases by a tenth as many authors."""
    office = await Office.open(folder, evidence={"key_env": "EVIDENCE_KEY"})
    office.store._db.vault = Vault([key])  # noqa: SLF001  a bench has no file for it
    cases = []
    for index in range(number):
        office.clock.pass_(minutes=5)
        mention = office.network.say(f"{THREAT} {index}", by=f"author{index % max(1, number // 10)}")
        post = found(ExhibitKind.POST, b'{"content": "' + b"x" * 4_000 + b'"}', "application/json", office).original
        await office.receive(replace(mention, original=post))
        cases.append((await office.case_of(mention)).id)
        (wanted,) = await office.store.evidence.wanting("party", limit=1)
        around = [
            found(ExhibitKind.THREAD, b'{"x": "' + b"y" * 40_000 + b'"}', "application/json", office),
            found(ExhibitKind.AUTHOR, b"{}" * 1_000, "application/json", office),
            found(ExhibitKind.POST_PAGE, random.Random(index).randbytes(100_000), "text/html", office),  # noqa: S311  no secret
            found(ExhibitKind.PROFILE_PAGE, b"<p>" * 30_000, "text/html", office),
            found(ExhibitKind.MEDIA, noise(index), "image/png", office),
        ]
        await office.store.evidence.capture(
            Capture(
                mention_id=wanted.mention_id,
                mention_version=1,
                account_id="party",
                kind="surroundings",
                found=around,
            )
        )
    return office, cases


def packed(folder: Path, key: str, cases: list[str]) -> tuple[float, float, float]:
    """By the command itself: seconds to pack, seconds to verify, megabytes of memory at most."""
    target, before = folder / "pack", time.perf_counter()
    command = [sys.executable, "-m", "bot", "evidence", "pack", *cases, "--to", str(target)]
    subprocess.run(  # noqa: S603  our own command
        [*command, "--config", str(folder / "config.yaml")],
        env={**os.environ, **TOKENS, "EVIDENCE_KEY": key},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    took, before = time.perf_counter() - before, time.perf_counter()
    # Of the command, or of a process that it had for printing, whichever was larger: the one waits for the other.
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if verify.verify(target)[0]:
        raise ValueError(target)
    return took, time.perf_counter() - before, memory


async def bench(number: int) -> int:
    """Prints the figures; 1 when they are above the bars."""
    key = new_key()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office, cases = await filled(folder, number, key)
        await office.store.close()
        took, checked, memory = packed(folder, key, cases)
        size = sum(path.stat().st_size for path in (folder / "pack").rglob("*") if path.is_file()) / 1e6
    fits = took <= SECONDS and memory <= MEGABYTES
    sys.stdout.write(
        f"{number} cases, {size:.0f} MB: packed in {took:.1f} s (bar {SECONDS}), verified in {checked:.1f} s,"
        f" {memory:.0f} MB of memory at most (bar {MEGABYTES}): {'ok' if fits else 'FAILED'}\n"
    )
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(bench(int(sys.argv[1]) if len(sys.argv) > 1 else 200)))
