"""A rule that holds only when several people are abusive to the same account within an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.files import Files
from bot.model import State
from tests.fakes.office import FAIR, RUDE, Office, write_files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.model import Mention

PILE_ON = """
  - id: made-up-pile-on
    policy: personal_abuse
    severity: 2
    words: [blimp, snerk]
    when: {authors: {at_least: 3, within_minutes: 60}}
    matches: [{text: you snerk, authors: 3}]
    ignores: [{text: you snerk, authors: 2}]
"""


@pytest.fixture
async def crowded(tmp_path: Path) -> AsyncIterator[Office]:
    """An office whose pack knows pile-ons."""
    path = write_files(tmp_path)
    with (tmp_path / "packs" / "made-up.yaml").open("a", encoding="utf-8") as pack:
        pack.write(PILE_ON)
    office = await Office.open(tmp_path, files=Files.read(path))
    yield office
    await office.store.close()


async def found(office: Office, *pages: list[Mention]) -> list[str]:
    """Who has an open case once these pages were received, in order."""
    for page in pages:
        await office.receive(*page)
    cases = await office.store.cases(states={State.OPEN})
    return [case.mention.author.handle.partition("@tidewater")[0].removeprefix("@") for case in cases]


async def test_third_person_within_the_hour_is_the_first_to_be_found(crowded: Office) -> None:
    page = [crowded.network.say(RUDE, by=by) for by in ("ann", "bob", "ann", "cid", "dan")]
    assert await found(crowded, page) == ["cid", "dan"]


async def test_pile_on_is_the_same_over_pages_and_a_restart(crowded: Office) -> None:
    page = [crowded.network.say(RUDE, by=by) for by in ("ann", "bob", "ann", "cid", "dan")]
    assert await found(crowded, page[:1], page[1:3]) == []
    await crowded.restart()
    assert await found(crowded, page[3:4], page[4:]) == ["cid", "dan"]


async def test_those_who_were_fair_or_spoke_earlier_or_to_another_account_are_no_crowd(crowded: Office) -> None:
    await crowded.receive(crowded.network.say(RUDE, by="early"))
    crowded.clock.pass_(minutes=61)
    await crowded.receive(crowded.network.say(RUDE, by="elsewhere", account="leader"), account="leader")
    fair = [crowded.network.say(FAIR, by=f"fair{number}") for number in range(5)]
    rude = [crowded.network.say(RUDE, by=by) for by in ("ann", "bob")]
    assert await found(crowded, fair, rude) == []
    assert await found(crowded, [crowded.network.say(RUDE, by="cid")]) == ["cid"]
