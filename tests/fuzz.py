"""Looks for texts on which the rules break a promise: `make fuzz N=1000000 SEED=7`.

Examples of the rules and sentences of our own are disguised at random, and judged beside random characters and bytes.
What the test suite promises must hold of each. Disguises that leave a word to be guessed are promised of our own
sentences only; of the examples that rules carry, a share of them must get through. The same seed makes the same texts.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from bot.commands.common import cores
from bot.commands.lab import progress
from bot.crew import in_order
from bot.files import Files
from bot.judge import judge_lines
from bot.lab.samples import masked
from bot.model import VerdictKind
from tests.fakes.hostile import GUESSED, disguised
from tests.fakes.kept import FOR_FAIR, difference, steps
from tests.fakes.sayings import ABUSE, FAIR, Examples, Saying, judged

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG = Path(__file__).parents[1] / "config.yaml"
BATCH = 1_000
SHOWN = 20
LONGEST = 300
SHARES = {"abuse, guessed": 0.985, "fair, guessed": 0.99}
"""Of the examples of rules under disguises that leave words to be guessed, how many must keep their verdict."""
ODD = "aeiot014@$!*. '\"\n\r\t\0\u200b\u202e\u202c\u2066\u0301\ufe0f\ud800🌟🇬🇧🤡kill you scum\u0130\u1e9e\ufb03\uff41"
"""Characters of which odd texts are made beside any others."""


@dataclass
class Tally:
    """What came of some texts."""

    tried: Counter[str] = field(default_factory=Counter)
    """By what was promised of them."""
    broken: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By that, and how it was broken."""
    shown: dict[tuple[bool, str, str], str] = field(default_factory=dict)
    """The first text of each kind; those that break what is promised of every text come first."""
    slowest: tuple[float, str] = (0.0, "")
    """Milliseconds of a processor, and the text, masked."""
    faults: Counter[str] = field(default_factory=Counter)
    """By rule, how often it was skipped because it failed or took too long."""

    def add(self, other: Tally) -> None:
        """Take in what came of other texts."""
        self.tried += other.tried
        self.broken += other.broken
        self.shown = dict(sorted((other.shown | self.shown).items())[:SHOWN])
        self.slowest = max(self.slowest, other.slowest)
        self.faults += other.faults

    def failures(self, promise: str) -> int:
        """How often this promise was broken."""
        return sum(count for (broken, _), count in self.broken.items() if broken == promise)

    @property
    def holds(self) -> bool:
        """Whether all that was promised held."""
        kept = all(
            1 - self.failures(promise) / self.tried[promise] >= SHARES.get(promise, 1.0) for promise in self.tried
        )
        return kept and not self.faults


class Fuzzing:
    """Makes texts at random and holds what the rules say of them to what is promised."""

    def __init__(self) -> None:
        files = Files.open(CONFIG)
        self._book, self._responses = files.untested, files.responses
        examples = Examples(self._book)
        self._abusive, self._fair = examples.abusive, examples.fair
        self._own = [Saying("", text, judged(self._book, text)) for text in ABUSE]
        self._own_fair = [saying for saying in self._fair if saying.text in FAIR]

    def __call__(self, batch: tuple[int, int]) -> Tally:
        """What came of so many texts from this seed."""
        seed, count = batch
        random, tally = Random(seed), Tally()  # noqa: S311  no secret
        before = Counter(self._book.faults)
        for _ in range(count):
            random.choices((self._disguised, self._odd_text, self._odd_bytes), (0.9, 0.07, 0.03))[0](random, tally)
        tally.faults = Counter(self._book.faults) - before
        return tally

    def _disguised(self, random: Random, tally: Tally) -> None:
        kind, ours = random.choice(("abuse", "fair")), random.random() < 1 / 3
        abusive = kind == "abuse"
        sayings = (self._own if ours else self._abusive) if abusive else (self._own_fair if ours else self._fair)
        saying = random.choice(sayings)
        names = steps(random, sorted(GUESSED) if abusive else FOR_FAIR)
        first = saying.verdict.matches[0] if abusive else None
        told = disguised(saying.text, names, random, within=(first.start, first.end) if first else None)
        if told.text == saying.text:
            return
        promise = f"{kind}, ours" if ours else f"{kind}, {'legible' if GUESSED.keys().isdisjoint(names) else 'guessed'}"
        began = time.thread_time()
        verdict = judged(self._book, told.text)
        self._note(tally, promise, told.text, began)
        if abusive:
            wrong = difference(saying, told, verdict)
        else:
            # What is turned round is read both ways where somebody may be in danger, so either may look like a threat.
            kept = {VerdictKind.IGNORE, VerdictKind.ESCALATE} if "turned round" in names else {VerdictKind.IGNORE}
            wrong = None if verdict.kind in kept else f"matched by {verdict.matches[0].rule}"
        if wrong:
            self._show(tally, promise, f"{saying.rule or 'ours'}, {' + '.join(names)}: {wrong}", told.text)

    def _odd_text(self, random: Random, tally: Tally) -> None:
        """Any characters, half of them of a few that mean something to us; now and then an example among them."""
        chars = (
            random.choice(ODD) if random.random() < 0.5 else chr(random.randrange(0x11_0000)) for _ in range(LONGEST)
        )
        text = "".join(chars)[: random.randint(0, LONGEST)] + random.choice(self._abusive).text * random.randint(0, 1)
        began = time.thread_time()
        try:
            verdict = judged(self._book, text)
        except Exception as error:  # noqa: BLE001  whatever it is, it is what we look for
            self._show(tally, "any text", type(error).__name__, text)
        else:
            if any(text[match.start : match.end] != match.text for match in verdict.matches):
                self._show(tally, "any text", "the evidence is not what stands in its place", text)
        self._note(tally, "any text", text, began)

    def _odd_bytes(self, random: Random, tally: Tally) -> None:
        """A line of anything, or one that is nearly JSON."""
        nearly = f'{{"id": "1", "text": "{random.choice(self._abusive).text}"}}'.encode()
        line = random.choice((b"x", nearly))
        at = random.randint(0, len(line))
        line = (line[:at] + random.randbytes(random.randint(0, 20)) + line[at:]).replace(b"\n", b" ")
        shown = line.decode("latin-1")
        began = time.thread_time()
        try:
            said = list(judge_lines([(1, line)], self._book, self._responses, account="party"))
        except Exception as error:  # noqa: BLE001  see above
            self._show(tally, "any bytes", type(error).__name__, shown)
        else:
            if len(said) != 1:
                self._show(tally, "any bytes", "not one answer for one line", shown)
        self._note(tally, "any bytes", shown, began)

    def _note(self, tally: Tally, promise: str, text: str, began: float) -> None:
        tally.tried[promise] += 1
        tally.slowest = max(tally.slowest, ((time.thread_time() - began) * 1000, masked(text)))

    def _show(self, tally: Tally, promise: str, wrong: str, text: str) -> None:
        told, _, what = wrong.rpartition(": ")
        tally.broken[promise, what] += 1
        key = (promise in SHARES, promise, told.partition(", ")[0])
        tally.shown.setdefault(key, f"{promise}: {wrong}\n    {masked(text)!a}")


def fuzz(count: int, seed: int, *, workers: int) -> Tally:
    """What came of so many texts from this seed, on so many processes."""
    batches = ((seed * 1_000_003 + number, min(BATCH, count - number * BATCH)) for number in range(-(-count // BATCH)))
    tally = Tally()
    with closing(in_order(batches, make, workers=workers)) as found, progress(count, "texts") as advance:
        for part in found:
            tally.add(part)
            advance(part.tried.total(), part.tried.total())
    return tally


def make() -> Callable[[tuple[int, int]], Tally]:
    """What one process works with."""
    return Fuzzing()


def report(tally: Tally) -> None:
    """What was found, for people; the last line is the sum."""
    for shown in tally.shown.values():
        print(shown)  # noqa: T201  the output
    for (promise, wrong), count in tally.broken.most_common():
        print(f"{count:>8,}  {promise}: {wrong}")  # noqa: T201
    for promise, tried in sorted(tally.tried.items()):
        kept = 1 - tally.failures(promise) / tried
        wanted = SHARES.get(promise, 1.0)
        print(f"{promise:<16} {tried:>10,} tried, {kept:.4%} kept, {wanted:.1%} promised")  # noqa: T201
    for rule, times in sorted(tally.faults.items()):
        print(f"rule {rule} failed or took too long {times} times")  # noqa: T201
    milliseconds, text = tally.slowest
    print(f"slowest: {milliseconds:.0f} ms, {text!a}")  # noqa: T201
    print(f"{tally.tried.total():,} texts, {tally.broken.total():,} broken: {'holds' if tally.holds else 'FAILS'}")  # noqa: T201


def main() -> None:
    """Judge as many texts as asked for; exit status 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tally = fuzz(given.texts, given.seed, workers=cores())
    report(tally)
    sys.exit(0 if tally.holds else 1)


if __name__ == "__main__":
    main()
