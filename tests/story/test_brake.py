"""An evening with a rule that somebody edited, from the first mention to the admin who lets it go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bot.files import Files
from bot.model import State, VerdictKind
from tests.fakes.office import ABUSE, FAIR, THREAT, Office, write_files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

COMMON = "buses"
"""A word that many say; one that our own replies hold too, such as “the”, the start would refuse."""


@dataclass
class House:
    """An office whose rules somebody edits, with a restart as life has it."""

    folder: Path
    office: Office

    async def start(self) -> None:
        """What every start of the bot does with its rules."""
        await self.office.store.note_rules(self.office.files.rule_texts())

    async def edit(self, old: str, new: str) -> None:
        """Somebody edits the party's own pack and starts the bot again."""
        pack = self.folder / "packs" / "made-up.yaml"
        pack.write_text(pack.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        self.office.files = Files.read(self.folder / "config.yaml")
        await self.office.restart()
        await self.start()

    async def say(self, text: str, number: int, *, name: str = "person") -> list[State]:
        """So many people write, one after another and each in a thread of their own; the cases that wait then."""
        for one in range(number):
            await self.office.receive(self.office.network.say(text, by=f"{name}{one}"))
            self.office.clock.pass_(seconds=10)
        return [case.state for case in await self.office.store.cases(states=set(State))]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A house in which the rules have stood for a week."""
    write_files(tmp_path, limits={"incident_cases": 100_000, "open_cases_per_thread": 1_000})
    house = House(tmp_path, await Office.open(tmp_path, files=Files.read(tmp_path / "config.yaml")))
    await house.start()
    house.office.clock.pass_(days=7)
    yield house
    await house.office.store.close()


async def test_rule_that_was_edited_to_hold_everywhere_opens_a_few_cases_and_no_more(house: House) -> None:
    await house.edit("[florp]", f"[florp, {COMMON}]")
    assert await house.say(FAIR, 4) == [State.OPEN] * 4
    assert house.office.sayings == []
    assert await house.say(FAIR, 20, name="other") == [State.OPEN] * 5
    [told] = house.office.sayings
    assert told.startswith("Rule made-up-insult is in shadow since 18:30 UTC on 26 Nov")
    assert "held for 5 different authors in 5 mentions since it was edited" in told
    stats = await house.office.store.stats(house.office.clock.now(), safety=True)
    assert stats.shadow == {"made-up-insult": 19}


async def test_stopped_rule_stays_so_over_a_restart_and_the_other_rules_go_on(house: House) -> None:
    await house.edit("[florp]", f"[florp, {COMMON}]")
    await house.say(FAIR, 6)
    await house.office.restart()
    await house.start()
    cases = await house.say(FAIR, 3, name="other")
    assert cases == [State.OPEN] * 5
    assert await house.say(THREAT, 1, name="vic") == [*cases, State.ESCALATED]
    assert len(house.office.sayings) == 1


async def test_admin_lets_it_go_on_and_it_is_not_stopped_again_until_it_is_edited(house: House) -> None:
    await house.edit("[florp]", f"[florp, {COMMON}]")
    await house.say(FAIR, 6)
    assert await house.office.store.release("made-up-insult", actor="mara") is not None
    assert len(await house.say(FAIR, 7, name="other")) == 5 + 7
    assert len(house.office.sayings) == 1
    await house.edit(f"[florp, {COMMON}]", f"[florp, {COMMON}, trams]")
    assert len(await house.say(FAIR, 7, name="third")) == 5 + 7 + 5
    assert len(house.office.sayings) == 2


async def test_pile_on_never_stops_a_rule_that_nobody_touched(house: House) -> None:
    assert len(await house.say(ABUSE, 30)) == 30
    assert house.office.sayings == []
    assert await house.office.store.braked() == {}


async def test_threats_ring_however_many_and_the_desks_are_told(house: House) -> None:
    await house.edit("[zark]", f"[zark, {COMMON}]")
    assert await house.say(FAIR, 12) == [State.ESCALATED] * 12
    [told, rung] = house.office.sayings
    assert told == rung
    assert "It escalates, so it is not turned down" in told


async def test_intake_of_a_stopped_rules_find_asks_a_person_and_proposes_nothing(house: House) -> None:
    await house.edit("[florp]", f"[florp, {COMMON}]")
    await house.say(FAIR, 6)
    reported = house.office.network.say(FAIR, by="reported")
    await house.office.pipeline.intake(reported, reported_by="mara")
    case = await house.office.case_of(reported)
    assert case.verdict.kind is VerdictKind.RESPOND
    assert case.draft is None
    assert [match.rule for match in case.verdict.shadow] == ["made-up-insult"]


async def test_rule_that_is_turned_from_shadow_to_live_is_on_trial(house: House) -> None:
    await house.edit("id: made-up-insult", "id: made-up-insult\n    state: shadow")
    house.office.clock.pass_(days=2)
    await house.edit("\n    state: shadow", "")
    assert len(await house.say(ABUSE, 8)) == 5
    assert len(house.office.sayings) == 1
