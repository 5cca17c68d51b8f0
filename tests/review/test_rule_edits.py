"""The text that a change of rules makes, and the file in which it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.files import Files
from bot.review.rule_edits import RuleEdits
from bot.review.rule_room import RuleRoom
from bot.rules.language import Amended
from bot.store import Revision
from bot.texts import Texts
from tests.fakes.office import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.office import Office


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Files of this test's own, since what goes live is written to them."""
    return Files.read(write_files(tmp_path / "files"))


@pytest.fixture
async def edits(office: Office) -> RuleEdits:
    texts = Texts(store=office.store, files=office.files)
    await texts.start()
    room = RuleRoom(files=lambda: office.files, now=office.clock.now)
    return RuleEdits(room=room, store=office.store, texts=texts)


async def test_a_rule_is_amended_in_a_file_of_the_console_s_that_is_named_after_it(edits: RuleEdits) -> None:
    rule = edits.room.written.rules["made-up-insult"]
    proposal = await edits.with_rule(rule, Amended(state="shadow"))
    assert proposal.name == "console-rules/rule-made-up-insult.yaml"
    assert proposal.seen is None
    assert "state: shadow" in proposal.text


async def test_what_is_saved_is_what_the_next_change_is_made_from(edits: RuleEdits) -> None:
    rule = edits.room.written.rules["made-up-insult"]
    first = await edits.with_rule(rule, Amended(state="shadow", unless=("in jest",)))
    saved = await edits.save(first, by="mara", why="Too wide.")
    assert isinstance(saved, Revision)
    assert await edits.amendment(rule) == Amended(state="shadow", unless=("in jest",))
    assert (await edits.with_rule(rule, Amended())).seen == saved.id


async def test_the_effect_is_found_without_anything_being_kept(edits: RuleEdits) -> None:
    rule = edits.room.written.rules["made-up-insult"]
    proposal = await edits.with_rule(rule, Amended(ignores=()))
    proposal = await edits.with_rule(rule, Amended(state="off"))
    found = await edits.effect(proposal.name, proposal.text, safety=True)
    assert found.sound
    assert found.rules == ("made-up-insult",)
    assert await edits.standing(proposal.name) == (None, None)
