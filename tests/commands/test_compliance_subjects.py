from __future__ import annotations

import asyncio
import json
import re
import stat
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.compliance.settings import database_address, load
from bot.config import load as load_config
from bot.store import Captured
from bot.store.compliance import ComplianceStore, Outcome, PassedBox
from bot.store.encoding import evidence_of, sha256
from tests.fakes.cases import MENTION
from tests.fakes.databases import address_in, only_sqlite
from tests.fakes.office import write_files
from tests.fakes.terminal import typed
from tests.fakes.wall import write_compliance
from tests.safety.test_wall import AT, passed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

SAM, BEA = "@sam@tidewater.example", "@bea@tide.example"


@dataclass(frozen=True)
class Team:
    """The folder of an office that has received a few referrals, and its store."""

    config: Path

    def type(self, *words: str) -> Result:
        named = ("--config", str(self.config))
        result = CliRunner().invoke(main, ["compliance", "subject", *words, *named])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def open(self, *, exclusive: bool = False) -> ComplianceStore:
        address = database_address(load(self.config))
        return ComplianceStore.open(address, now=lambda: datetime.now(UTC), exclusive=exclusive)

    def of_store(self, act: Callable[[ComplianceStore], Coroutine[Any, Any, Any]]) -> Any:
        async def main() -> Any:
            store = self.open()
            try:
                return await act(store)
            finally:
                await store.close()

        return asyncio.run(main())


def box(name: str, handle: str, text: str) -> PassedBox:
    mention = replace(
        MENTION, text=text, author=replace(MENTION.author, handle=handle, uri=f"https://x.example/{handle}")
    )
    evidence = evidence_of(mention)
    content = passed(id=name, captured=[Captured(number=1, at=AT, evidence=evidence, sha256=sha256(evidence))])
    return PassedBox(
        id=name,
        sealed_sha256=name,
        passed_at=AT,
        referred=True,
        abusive=True,
        content=content.model_dump_json(),
        author=handle,
        policy="personal_abuse",
    )


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """Sam was referred, and warned; Bea was too, with a post that names Sam, and waits."""
    config = write_compliance(
        tmp_path, database=address_in(tmp_path, ComplianceStore), privacy={"notice": "https://x.example/privacy"}
    )
    team = Team(config)

    async def fill(store: ComplianceStore) -> None:
        await store.seed(load(config).value.reviewers().values())
        await store.take_in(box("b1", SAM, "Greta, you florp, and @len@tidewater.example said so."))
        await store.take_in(box("b2", BEA, f"Ask {SAM}."))
        await store.conclude(1, version=1, actor="greta", outcome=Outcome.WARNING)
        await store.suspend([SAM], actor="greta")

    team.of_store(fill)
    return team


def test_without_yes_it_is_only_said_what_would_go_and_what_would_be_left(team: Team) -> None:
    result = team.type("erase", SAM, "--as", "greta")
    assert result.exit_code == 0, result.stderr
    assert "referrals: 1\n" in result.stdout
    assert "entries on the list: 1\n" in result.stdout
    assert "It would be left: No. 2: somebody else wrote it, and it names them." in result.stdout
    assert result.stdout.endswith("Nothing was changed. Add --yes to erase what goes.\n")
    assert team.type("erase", SAM, "--as", "greta").stdout == result.stdout


def test_with_yes_it_goes_and_a_receipt_says_so_and_names_nobody(team: Team) -> None:
    result = team.type("erase", SAM, "--as", "greta", "--yes")
    assert result.exit_code == 0, result.stderr
    assert re.match(r"Erased. Receipt \w+, \d\d \w+ \d{4}", result.stdout)
    assert "Left: No. 2: somebody else wrote it" in result.stdout
    assert "sam@" not in result.stdout
    [warned] = team.of_store(lambda store: store.concluded())
    assert (warned.content, warned.author, warned.outcome) == (None, None, Outcome.WARNING)
    assert team.of_store(lambda store: store.suspended()) == []
    assert team.of_store(lambda store: store.verify()) == []


def test_receipt_can_be_read_by_a_program(team: Team) -> None:
    foretold = json.loads(team.type("erase", SAM, "--as", "greta", "--json").stdout)
    receipt = json.loads(team.type("erase", SAM, "--as", "greta", "--yes", "--json").stdout)
    assert (foretold["referrals"], foretold["erased"]) == (1, False)
    assert (receipt["referrals"], receipt["entries_on_the_list"]) == (1, 1)
    assert (receipt["referrals_that_stay"], receipt["referrals_of_others_that_stay"]) == (0, 1)
    again = json.loads(team.type("erase", "@nobody@x.example", "--as", "greta", "--json").stdout)
    assert (again["referrals"], again["left"]) == (0, [])


def test_profile_of_somebody_is_as_good_as_their_handle(team: Team) -> None:
    result = team.type("erase", "https://Tidewater.example/@Sam", "--as", "hugo")
    assert "entries on the list: 1\n" in result.stdout
    assert "Nothing is held on them." in team.type("erase", "@nobody@x.example", "--as", "hugo").stdout


@pytest.mark.parametrize(
    ("words", "status", "why"),
    [
        ((BEA, "--as", "greta", "--yes"), 1, "Nothing was erased.\nNo. 2: an open procedure is not erased"),
        ((SAM, "--as", "ines"), 1, "ines is none of the people of"),
        ((SAM, "--as", "nobody"), 1, "nobody is none of the people of"),
        (("sam", "--as", "greta"), 2, "like @name@server"),
    ],
)
def test_what_may_not_be_is_refused_in_a_sentence(team: Team, words: tuple[str, ...], status: int, why: str) -> None:
    result = team.type("erase", *words)
    assert result.exit_code == status, result.output
    assert why in result.stderr


@pytest.mark.parametrize("what", [("erase", "--yes"), ("erase",), ("export",)])
def test_account_of_the_party_is_no_person_where_the_bots_configuration_can_be_read(
    team: Team, what: tuple[str, ...]
) -> None:
    settings = yaml.safe_load(team.config.read_text(encoding="utf-8"))
    party = write_files(team.config.parent / "bot")
    ours = load_config(party).value.accounts[0].handle
    act, *more = what
    team.config.write_text(yaml.safe_dump({**settings, "beside": "bot/config.yaml"}), encoding="utf-8")
    result = team.type(act, ours.upper(), "--as", "greta", *more)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "That is an account of the party's, and no person." in result.stderr
    assert team.type(act, SAM, "--as", "greta", *more).exit_code == 0
    party.unlink()
    assert team.type(act, ours, "--as", "greta", *more).exit_code == 0


def test_export_tells_somebody_everything_and_names_nobody_else(team: Team) -> None:
    result = team.type("export", SAM, "--as", "greta")
    assert result.exit_code == 0, result.stderr
    given = json.loads(result.stdout)
    [mine] = given["referrals"]
    assert (mine["number"], mine["outcome"], mine["clause"]) == (1, "warning", "12. Argue with what people say.")
    assert mine["versions"][0]["said"]["text"].startswith("Greta, you florp")
    assert (mine["rules"], mine["because_of"]) == (["r"], ["florp"])
    assert mine["kept_until"] > mine["outcome_at"]
    assert len(given["on_the_list_of_suspended_members_since"]) == 1
    [other] = given["referrals_of_others_that_name_you"]
    assert set(other) == {"received_at", "policy"}
    for nobody_else in ("bea@", "Ask @sam", "hugo", "Greta Thorn"):
        assert nobody_else not in result.stdout
    kinds = [(each.kind, each.actor) for each in team.of_store(lambda store: store.trail(1))]
    assert kinds[-1] == ("referral.read", "greta")


def test_export_is_written_for_its_owners_eyes_alone(team: Team) -> None:
    folder = team.config.parent / "asked" / "for"
    result = team.type("export", SAM, "--as", "greta", "--out", str(folder))
    assert result.exit_code == 0, result.stderr
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["subject.html", "subject.json"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    page = files[0].read_text(encoding="utf-8")
    assert "What of yours was passed to us: 1" in page
    assert "Outcome, " in page
    assert ": Warning.\nKept until " in page
    assert "https://x.example/privacy" in page
    assert "<script" not in page


@only_sqlite
def test_where_there_is_no_database_none_is_made(tmp_path: Path) -> None:
    team = Team(write_compliance(tmp_path))
    result = team.type("export", SAM, "--as", "greta")
    assert result.exit_code == 2
    assert "There is no database at" in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["compliance.yaml"]


@pytest.fixture
def started(team: Team) -> Team:
    """The same, for a test that runs an office meanwhile."""
    return team


async def test_office_may_be_running_meanwhile(started: Team) -> None:
    office = await asyncio.to_thread(started.open, exclusive=True)
    words = ("compliance", "subject", "erase", SAM, "--as", "greta", "--yes", "--config", started.config)
    told = await typed(*words, module=True)
    assert told.status == 0, told.err
    assert [each.author for each in await office.concluded()] == [None]
    await office.note("office.opened", actor="bot")
    assert await office.verify() == []
    await office.close()
