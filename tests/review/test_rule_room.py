"""What the pages of rules are given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.review.rule_room import RuleRoom, Sentence

if TYPE_CHECKING:
    from bot.files import Files

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def test_whom_a_sentence_answers_bears_on_how_it_is_judged(files: Files) -> None:
    room = RuleRoom(files=lambda: files, now=lambda: NOON)
    ours = files.config.accounts[0].handle
    said = (await room.explain(Sentence(text="You florp.", to=ours))).outcome
    assert f"Aimed at: {ours}" in said


async def test_the_words_of_the_rules_are_worked_out_once_and_anew_after_a_reload(files: Files) -> None:
    now = [files]
    room = RuleRoom(files=lambda: now[0], now=lambda: NOON)
    first = room.written
    assert room.written is first
    now[0] = type(files).read(files.loaded.path)
    assert room.written is not first
