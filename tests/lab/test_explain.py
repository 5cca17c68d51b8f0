"""An explanation reads from top to bottom: what was read, what was found, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.judge import explain_text
from bot.lab.explain import told
from tests.fakes.office import ABUSE, FAIR

if TYPE_CHECKING:
    from bot.files import Files


def lines(files: Files, text: str) -> list[str]:
    return list(told(explain_text(text, files.rulebook, account="party"), rules=3))


def test_abuse_is_told_from_the_reading_to_the_verdict(files: Files) -> None:
    found = lines(files, ABUSE)
    assert found[0].startswith("The text, in plain small letters: “")
    assert "Rules that found their words: 1 of 3" in found
    assert any(line.startswith("✓") and "made-up-insult: personal_abuse, severity 2" in line for line in found)
    assert "    found “florp” in the text, characters 5 to 9" in found
    assert "    so it holds" in found
    assert found[-1] == "Verdict: respond. It is abuse, and a reply may be proposed; a named person decides."


def test_what_is_fair_is_told_as_briefly(files: Files) -> None:
    found = lines(files, FAIR)
    assert "Rules that found their words: none of 3" in found
    assert found[-1] == "Verdict: ignore. It is no abuse by these rules."


def test_a_long_text_is_cut(files: Files) -> None:
    assert max(map(len, lines(files, "well " * 1_000))) < 400
