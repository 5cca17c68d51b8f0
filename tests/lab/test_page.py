from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.lab.backtest import Changed, Outcome
from bot.lab.page import marked, page
from bot.model import VerdictKind
from tests.fakes.office import RUDE

if TYPE_CHECKING:
    from bot.lab.backtest_tables import Report


def test_page_tells_what_was_compared_and_what_changes(report: Report) -> None:
    html = page(report)
    for words in ("no longer flagged", "live → absent", "said 2 times", "a.jsonl, line 1", "a.jsonl:6:", "2 rules as"):
        assert words in html
    assert "Newly flagged" not in html, "what did not happen has no texts"


def test_page_of_a_run_that_was_stopped_says_so(report: Report) -> None:
    assert "Stopped before the end" not in page(report)
    assert "Stopped before the end" in page(replace(report, whole=False))


def test_page_shows_what_rules_in_shadow_would_find(report: Report) -> None:
    html = page(report)
    assert "If rules in shadow were live" in html
    assert "Found only by rules in shadow" in html
    assert "<mark>quib</mark>" in html
    assert "same rules" not in html


def test_page_loads_nothing_and_runs_nothing(report: Report) -> None:
    html = page(report)
    assert "default-src 'none'" in html
    assert not re.search(r"<script|<link|<img|<iframe|\son\w+=|\burl\(|@import|\bsrc=|https?://", html)


def test_words_of_strangers_are_only_words(report: Report) -> None:
    for sample in report.tally.kept.values():
        for kept in sample.all():
            kept.what = kept.what._replace(text="<script>alert(1)</script>", id='"><b>')
    html = page(report)
    assert "<script" not in html
    assert '"><b>' not in html
    assert "&lt;scr" in html


def test_nothing_of_strangers_turns_the_page_round(report: Report) -> None:
    for sample in report.tally.kept.values():
        for kept in sample.all():
            kept.what = kept.what._replace(text="a\u202eb\x1b[2J", id="\u2067")
    html = page(report)
    assert not {"\u202e", "\x1b", "\u2067"} & set(html)
    assert html.count("a\\u202eb") >= 1


def test_texts_are_veiled_until_asked_for(report: Report) -> None:
    html = page(report)
    styles, _, body = html.partition("</style>")
    assert ".item .stranger" in styles
    assert body.count('class="stranger"') == body.count('class="veiled"') == 3
    assert RUDE.split()[0] in body


def test_evidence_of_both_versions_is_marked() -> None:
    def said(*spans: tuple[int, int]) -> Outcome:
        return Outcome(VerdictKind.RESPOND, "p", ("r",), spans)

    changed = Changed("a", 1, "1", "one two three", said((0, 3)), said((0, 7), (8, 13)))
    assert marked(changed) == [("one", True), (" two", True), (" ", False), ("three", True)]
    assert marked(changed._replace(text="", old=said(), new=said())) == []
