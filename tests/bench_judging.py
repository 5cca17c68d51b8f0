"""Measures the engine and `judge` for `tests/bench.py`: goals that are ratios must hold, others are told."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from bot.judge import NOBODY, Line, mention_of
from bot.rules.disguise import Reading
from bot.rules.lexicon import Lexicon
from bot.rules.matchers import Matcher, word_matcher
from bot.rules.search import Search

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.rules import Rulebook

TEXTS = 400
ENGINE_GOALS = {1_000: 300, 10_000: 1_000}
"""Times as fast as the loop, by number of patterns."""
JUDGE_GOAL, START_GOAL, WORST_GOAL = 10_000, 0.5, 0.05
"""Mentions a second; seconds; seconds."""
MEMORY_GOAL = 1.2
"""Memory for ten times the lines, as a ratio."""
_VOWELS, _CONSONANTS = "aeiou", "bcdfghklmnprstvw"
_GAP = r"[^\w.!?\n]{1,4}"


class Result(NamedTuple):
    """One measurement."""

    what: str
    figure: str
    beside: str
    holds: bool = True
    """Whether a goal that is a ratio was met."""


def engine(patterns: int) -> Result:
    """The search for so many words and phrases against a loop over compiled `re`: same texts, same matches."""
    rng = random.Random(patterns)  # noqa: S311  the same words at each run
    words = sorted({_word(rng) for _ in range(patterns * 3)})
    rng.shuffle(words)
    phrases = [" ".join(rng.sample(words, rng.choice((1, 1, 2, 3)))) for _ in range(patterns)]
    texts = [_text(rng, words, phrases).lower() for _ in range(TEXTS)]
    loop = [
        re.compile(rf"\b{_GAP.join(phrase.split())}\b")
        for phrase in phrases  # as quick as it can be made
    ]
    matchers = [
        Matcher(place, Lexicon({}).pattern(phrase, {}, literal=True)) if " " in phrase else word_matcher(place, phrase)
        for place, phrase in enumerate(phrases)
    ]
    search = Search(matchers, Counter(), danger=range(patterns))
    readings = [Reading(text, text) for text in texts]
    some = texts[: max(4, 40_000 // patterns)]
    start = time.perf_counter()
    theirs = [
        {(place, *found.span()) for place, one in enumerate(loop) for found in one.finditer(text)} for text in some
    ]
    slow = (time.perf_counter() - start) / len(some)
    ours = [set(map(tuple, search(reading).found)) for reading in readings]
    assert ours[: len(some)] == theirs, "the search and the loop do not find the same"
    quick = min(_timed(search, readings) for _ in range(7)) / TEXTS
    goal = ENGINE_GOALS[patterns]
    return Result(
        f"engine, {patterns:,} patterns",
        f"{quick * 1e6:.1f} µs a text, {1 / quick:,.0f}/s",
        f"{slow / quick:,.0f} × a loop over compiled `re` ({1 / slow:,.0f}/s); at least {goal:,} ×",
        slow / quick >= goal,
    )


def _timed(search: Search, readings: list[Reading]) -> float:
    start = time.perf_counter()
    for reading in readings:
        search(reading)
    return time.perf_counter() - start


def _word(rng: random.Random) -> str:
    return "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(rng.randint(2, 4)))


def _text(rng: random.Random, words: list[str], phrases: list[str]) -> str:
    """A reply of 20 to 280 characters, mostly of common English words; one of three holds one of the phrases."""
    common = (FAIR + " the of and to in is that it was for on are as with his they at be this have from or").split()
    said: list[str] = []
    length = rng.randint(20, 280)
    while sum(map(len, said)) + len(said) < length:
        said.append(rng.choice(common) if rng.random() < 0.95 else rng.choice(words))
    if rng.random() < 1 / 3:
        said.insert(rng.randint(0, len(said)), rng.choice(phrases))
    return " ".join(said)[:280]


FAIR = "You promised in May that the buses would stay. I have kept the leaflet and I am furious with you all."
RUDE = "Shut up you stupid cow, nobody asked you."


def mentions(count: int) -> Iterator[bytes]:
    """Lines for `judge`, of the length of tweets; no two are alike and one in ten is abusive."""
    rng = random.Random(count)  # noqa: S311  the same words at each run
    common = f"{FAIR} budget council hospital school money house winter road people again never really".split()
    for number in range(count):
        words = rng.choices(common, k=rng.randint(6, 30))
        if number % 10 == 0:
            words.append(RUDE)
        yield json.dumps({"id": number, "text": f"@party {' '.join(words)}"}).encode() + b"\n"


def whole_command(folder: Path, config_file: Path, *, count: int) -> Iterator[Result]:
    """`judge` as a process of its own: its start, one core, all cores, and its memory for ten times the lines."""
    small, large, one = folder / "small.jsonl", folder / "large.jsonl", folder / "one.jsonl"
    _write(small, count // 10)
    _write(large, count)
    _write(one, 1)
    first, _ = _judge(config_file, one, 1, cache=folder / "cache")
    start = min(_judge(config_file, one, 1)[0] for _ in range(3))
    beside = f"at most {START_GOAL} s; {first:.2f} s where nothing was kept: all rules are compiled and tested"
    yield Result("judge, start to first verdict", f"{start:.2f} s", beside)
    seconds, memory = _judge(config_file, large, 1)
    _, before = _judge(config_file, small, 1)
    bare = _timed_reading(large)
    yield Result(
        f"judge, whole command, one core, {count:,} mentions",
        f"{count / seconds:,.0f} mentions/s with its start, {count / (seconds - start):,.0f}/s without",
        f"{seconds / bare:,.0f} × the time of decoding the JSON alone; at least {JUDGE_GOAL:,} mentions/s",
    )
    cores, _ = _judge(config_file, large, None)
    yield Result("judge, all cores", f"{count / cores:,.0f} mentions/s", f"{seconds / cores:.2f} × one core")
    yield Result(
        f"judge, memory at {count // 10:,} and {count:,} mentions",
        f"{before / 1024:.0f} and {memory / 1024:.0f} MB",
        f"{memory / before:.2f} ×; at most {MEMORY_GOAL} ×",
        memory / before <= MEMORY_GOAL,
    )


def _write(path: Path, count: int) -> None:
    with path.open("wb") as file:
        file.writelines(mentions(count))


def _judge(config_file: Path, file: Path, workers: int | None, *, cache: Path | None = None) -> tuple[float, int]:
    """Seconds and kilobytes that one run takes; with all its workers when their number is not given.

    `cache` is where it keeps what makes its next start quick, if not where it always does.
    """
    command = [sys.executable, "-m", "bot", "judge", "--config", str(config_file), str(file)]
    command += ["--workers", str(workers)] if workers else []
    start = time.perf_counter()
    environment = os.environ if cache is None else {**os.environ, "XDG_CACHE_HOME": str(cache)}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603  our own program
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, "judge failed"
    return time.perf_counter() - start, used.ru_maxrss


def _timed_reading(file: Path) -> float:
    start = time.perf_counter()
    with file.open("rb") as lines:
        for line in lines:
            json.loads(line)
    return time.perf_counter() - start


def worst_texts(rulebook: Rulebook) -> Iterator[Result]:
    """Texts of 64 kB that were made to be slow."""
    for name, text in _hostile(rulebook):
        mention = mention_of(Line(id=1, text=text), account="party", now=datetime.now(UTC))
        rulebook.judge(mention, NOBODY)  # compiles what it needs, once
        start = time.perf_counter()
        rulebook.judge(mention, NOBODY)
        took = time.perf_counter() - start
        yield Result(f"64 kB of {name}", f"{took * 1000:.0f} ms", f"at most {WORST_GOAL * 1000:.0f} ms")


def _hostile(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    words = " ".join(sorted(rulebook.slurs))
    for name, piece in (
        ("one letter", "a"),
        ("letters that stand apart", "i d i o t s "),
        ("letters with nothing between them", "i\u200bd\u200bi\u200bo\u200bt "),
        ("emoji", "🖕🐒💀 "),
        ("digits for letters", "1d10t5 @re 5tup1d "),
        ("one giant word", "killyouidiot"),
        ("stretched letters", "iiiidiiiiioooot "),
        ("dashes between words", "you-are-such-a-total-"),
        ("nearly what rules look for", "i am going to kill a lot of your time and you are all so very "),
        ("words that rules look for", f"{words} "),
        ("stops", "you. are. all. scum. "),
        ("look-alike letters", "уоu аrе аn іdіоt "),  # noqa: RUF001  they are meant to be
    ):
        yield name, piece * (65_536 // len(piece.encode()))
