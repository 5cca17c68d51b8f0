from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.effect import Change
from bot.lab.archive import Piece
from bot.lab.backtest import LEAD, MOST_TEXT, Tally, build
from bot.lab.versions import version
from bot.model import VerdictKind
from bot.yaml_file import Problem
from tests.fakes.office import ABUSE, FAIR, PACK, RUDE, THREAT, write_files

if TYPE_CHECKING:
    from collections.abc import Callable

NEWER = (
    PACK.replace("    severity: 1\n", "    severity: 2\n")  # rudeness: record → respond
    .replace("policy: threat", "policy: doxxing")  # another policy
    .replace("[florp]", "[gnash]")  # insult: gone, and another word instead
    .replace("you florp", "you gnash")
)
SAID = {"newly": "You gnash.", "gone": ABUSE, "verdict": RUDE, "policy": THREAT, "fair": FAIR}


@pytest.fixture(scope="module")
def compare(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Piece], Tally]:
    folder = tmp_path_factory.mktemp("versions")
    config_file = write_files(folder)
    (folder / "newer").mkdir()
    (folder / "newer" / "made-up.yaml").write_text(NEWER, encoding="utf-8")
    old, new = version("live", config_file), version(str(folder / "newer"), config_file)
    return build(old, new, samples=5, seed=1)


def piece(*texts: str, problems: tuple[Problem, ...] = ()) -> Piece:
    lines = [(number, json.dumps({"id": number, "text": text}).encode()) for number, text in enumerate(texts, 1)]
    return Piece("a.jsonl", lines, list(problems), 100)


def test_each_kind_of_change_is_counted_and_shown(compare: Callable[[Piece], Tally]) -> None:
    tally = compare(piece(*SAID.values(), ABUSE))
    assert (tally.mentions, tally.unreadable.total, tally.read) == (6, 0, 100)
    assert tally.changes == {Change.NEWLY: 1, Change.NO_LONGER: 2, Change.VERDICT: 1, Change.POLICY: 1}
    shown = {change: [(kept.what.text, kept.times) for kept in sample.all()] for change, sample in tally.kept.items()}
    assert shown == {
        Change.NEWLY: [(SAID["newly"], 1)],
        Change.NO_LONGER: [(ABUSE, 2)],
        Change.VERDICT: [(RUDE, 1)],
        Change.POLICY: [(THREAT, 1)],
    }
    assert tally.moves[VerdictKind.RECORD, VerdictKind.RESPOND] == 1
    assert tally.moves[VerdictKind.IGNORE, VerdictKind.IGNORE] == 1


def test_rules_and_policies_are_counted_on_both_sides(compare: Callable[[Piece], Tally]) -> None:
    tally = compare(piece(*SAID.values()))
    assert (tally.old.flagged, tally.new.flagged) == (3, 3)
    assert tally.old.policies == {"personal_abuse": 2, "threat": 1}
    assert tally.new.policies == {"personal_abuse": 2, "doxxing": 1}
    assert tally.gained == {"made-up-insult": 1}
    assert tally.lost == {"made-up-insult": 1}
    assert (tally.old.rules["made-up-threat"], tally.new.rules["made-up-threat"]) == (1, 1)


def test_evidence_of_both_versions_is_kept(compare: Callable[[Piece], Tally]) -> None:
    [kept] = compare(piece("Oh you gnash")).kept[Change.NEWLY].all()
    [(start, end)] = kept.what.new.spans
    assert (kept.what.text[start:end], kept.what.old.spans, kept.what.new.rules) == ("gnash", (), ("made-up-insult",))
    assert (kept.what.name, kept.what.line, kept.what.id) == ("a.jsonl", 1, "1")


def test_long_text_is_kept_from_shortly_before_its_evidence(compare: Callable[[Piece], Tally]) -> None:
    [kept] = compare(piece("word " * 3_000 + "you gnash, " + "word " * 3_000)).kept[Change.NEWLY].all()
    text, [(start, end)] = kept.what.text, kept.what.new.spans
    assert len(text) == MOST_TEXT + 2
    assert (text[start:end], text[0], text[-1], start) == ("gnash", "…", "…", LEAD + 1)


@pytest.mark.parametrize(
    "raw",
    [
        b"oops", b"{", b"[]", b'{"id": 1}', b'{"text": null}',
        b'{"text": "\xff"}', b'{"text": "\\ud800"}', b'{"text": "\0"}', b'{"text": "\xed\xa0\x80"}',
    ],
)  # fmt: skip
def test_line_that_is_no_mention_is_named_and_the_rest_goes_on(compare: Callable[[Piece], Tally], raw: bytes) -> None:
    marked, lax = b'\xef\xbb\xbf{"text": "You gnash."}', b'{"text": "fine", "author": {"followers": "3"}}'
    lines = [(4, marked), (9, raw), (11, lax)]
    tally = compare(Piece("a.jsonl", lines, [], 0))
    assert (tally.mentions, tally.unreadable.total) == (2, 1)
    assert str(tally.unreadable.first[0]).startswith("a.jsonl:9: not readable as a mention: ")


def test_problems_are_counted_in_full_and_told_in_part(compare: Callable[[Piece], Tally]) -> None:
    tally = Tally()
    for _ in range(3):
        tally.take(compare(piece(FAIR, problems=tuple(Problem("a.csv", n, "", "bad") for n in range(15)))))
    assert (tally.unreadable.total, len(tally.unreadable.first), tally.mentions) == (45, 5, 3)


@given(st.lists(st.sampled_from([*SAID.values(), "You gnash!", "You florp!"]), max_size=30), st.integers(0, 30))
def test_pieces_put_together_are_the_whole(compare: Callable[[Piece], Tally], texts: list[str], cut: int) -> None:
    def facts(tally: Tally) -> object:
        kept = {
            change: [(each.what.text, each.times) for each in sample.all()] for change, sample in tally.kept.items()
        }
        return tally.mentions, tally.old, tally.new, tally.moves, tally.changes, tally.gained, tally.lost, kept

    together = Tally(5, 1)
    for part in (texts[:cut], texts[cut:]):
        together.take(compare(piece(*part)))
    assert facts(together) == facts(compare(piece(*texts)))
