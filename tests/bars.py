"""Holds the rules to their bars on labelled texts: `python tests/bars.py`, or with the folder of the texts named.

The texts stand in `../shared/data`, beside this checkout, and never in it; where that folder is not, nothing is held.
"""

from __future__ import annotations

import csv
import json
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

JUDGE = [sys.executable, "-m", "bot", "judge", "-"]
PROJECT = Path(__file__).parents[1]
SHARED = PROJECT.parent / "shared" / "data"


@dataclass(frozen=True)
class Bar:
    """One figure, what it must reach, and what we aim for."""

    what: str
    source: str
    figure: str
    must: float
    aim: float

    @property
    def at_least(self) -> bool:
        """Whether more is better."""
        return self.aim > self.must

    @property
    def required(self) -> str:
        """As score.py's `--require` wants it."""
        return f"{self.source}.{self.figure}{'>=' if self.at_least else '<='}{self.must}"

    def reached(self, figure: float, goal: float) -> bool:
        """Whether the figure is as good as the goal."""
        return figure >= goal if self.at_least else figure <= goal


BARS = (
    Bar("political_gold: clear abuse found", "political_gold", "flag_abusive", 0.65, 0.80),
    Bar("political_gold: fair flagged", "political_gold", "flag_fair", 0.010, 0.0),
    Bar("political_gold: borderline flagged", "political_gold", "flag_borderline", 0.07, 0.04),
    Bar("political_gold: precision", "political_gold", "precision", 0.85, 0.92),
    Bar("grimminger: false-positive rate", "grimminger_us2020", "fpr", 0.012, 0.008),
    Bar("theocharis: false-positive rate", "theocharis_congress", "fpr", 0.012, 0.008),
    Bar("congress: false-positive rate", "congress_incivility", "fpr", 0.012, 0.008),
    Bar("ucc_news_comments: false-positive rate", "ucc_news_comments", "fpr", 0.008, 0.005),
    Bar("turing_counterspeech: false-positive rate", "turing_counterspeech", "fpr", 0.028, 0.02),
    Bar("parliament_fair: flagged", "parliament_fair", "fpr", 0.003, 0.001),
    Bar("HateCheck, product reading: accuracy", "hatecheck_product", "acc", 0.84, 0.90),
    Bar("HateCheck, product reading: non-hateful flagged", "hatecheck_product", "fpr", 0.10, 0.06),
    Bar("HateCheck, its own labels: non-hateful flagged", "hatecheck", "fpr", 0.10, 0.06),
    Bar("HatemojiCheck: F1", "hatemojicheck", "f1", 0.80, 0.88),
    Bar("HatemojiCheck: false-positive rate", "hatemojicheck", "fpr", 0.06, 0.03),
    Bar("edos: precision", "edos", "precision", 0.80, 0.88),
    Bar("edos: precision of what is found as sexism", "edos", "own_precision", 0.80, 0.88),
    Bar("guest_misogyny: precision", "guest_misogyny", "precision", 0.80, 0.88),
    Bar("guest_misogyny: of what is found as sexism", "guest_misogyny", "own_precision", 0.80, 0.88),
)
OWN_CLAUSES = {"edos": {"sexism", "sexual_harassment"}, "guest_misogyny": {"sexism", "sexual_harassment"}}
"""Sets that label one kind of abuse alone, with its clauses: a racist slur counts as false there, and is none."""


def measure(folder: Path) -> tuple[dict[str, dict[str, float]], bool]:
    """The figures by source, and whether every text was judged and every requirement met."""
    judge = shlex.join(JUDGE)
    required = [word for bar in BARS if bar.figure != "own_precision" for word in ("--require", bar.required)]
    texts = sorted(str(path) for path in (folder / "dev").glob("*.csv"))
    with tempfile.TemporaryDirectory() as name:
        figures = Path(name) / "figures.json"
        command = [sys.executable, str(folder / "score.py"), "--cmd", judge, "--json", str(figures), *required, *texts]
        done = subprocess.run(command, cwd=PROJECT, check=False)  # noqa: S603  our own words
        found = json.loads(figures.read_text(encoding="utf-8")) if figures.exists() else {}
    for name, clauses in OWN_CLAUSES.items():
        found.setdefault(name, {})["own_precision"] = own_precision(folder / "dev" / f"{name}.csv", clauses)
    return found, done.returncode == 0


def own_precision(path: Path, clauses: set[str]) -> float:
    """Of the texts whose verdict is under one of these clauses, the share that the set calls abusive."""
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = "".join(json.dumps({"id": number, "text": row["text"]}) + "\n" for number, row in enumerate(rows))
    answer = subprocess.run(JUDGE, input=lines, capture_output=True, text=True, cwd=PROJECT, check=True)  # noqa: S603  as above
    answers = map(json.loads, answer.stdout.splitlines())
    found = [each["id"] for each in answers if each["abusive"] and each["policy"] in clauses]
    return sum(float(rows[int(number)]["label"]) for number in found) / max(1, len(found))


def main() -> int:
    """Say each figure with its bar and its aim; 1 when one falls short."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    if not (folder / "score.py").exists():
        print(f"Skipped: there are no labelled texts in {folder}.")  # noqa: T201  the output, as below
        return 0
    found, whole = measure(folder)
    print(f"\n{'':52}{'figure':>8}{'bar':>10}{'aim':>8}")  # noqa: T201
    held = aimed = 0
    for bar in BARS:
        figure = found.get(bar.source, {}).get(bar.figure)
        holds, hits = (figure is not None and bar.reached(figure, goal) for goal in (bar.must, bar.aim))
        held, aimed = held + holds, aimed + hits
        shown = "none" if figure is None else f"{figure:.4f}"
        state = "aim reached" if hits else "holds" if holds else "FALLS SHORT"
        sign = "≥" if bar.at_least else "≤"
        print(f"{bar.what:52}{shown:>8}{sign:>4}{bar.must:>6.3f}{bar.aim:>8.3f}  {state}")  # noqa: T201
    print(f"{held} of {len(BARS)} bars hold, {aimed} reach their aim.")  # noqa: T201
    return 0 if whole and held == len(BARS) else 1


if __name__ == "__main__":
    sys.exit(main())
