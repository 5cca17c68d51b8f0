from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.config import Config, Election, Safety, load
from bot.model import Account, Mode, Reviewer, Role
from bot.yaml_file import BadFile, parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Edited = Callable[..., Path]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: The Fernwick Party", 'name: " "', "is empty"),
        ('"@party@fernwick.example"', '"@party"', "expected a handle with its server"),
        ("https://fernwick.example\n    handle", "http://fernwick.example\n    handle", "expected https:"),
        (
            "https://fernwick.example\n    handle",
            "https://me:pw@fernwick.example\n    handle",
            "without a name or password",
        ),
        (
            "https://fernwick.example\n    handle",
            "https://fernwick.example/web\n    handle",
            "expected the server alone",
        ),
        ("https://fernwick.example\n    handle", "fernwick\n    handle", "expected a web address such as"),
        ("PARTY_TOKEN", "party_token", "never the secret itself"),
        ("PARTY_TOKEN", "A" * 65, "never the secret itself"),
        ("approvals: 1", "approvals: 3", "expected 1 or 2"),
        ("telegram_id: 700000001", "telegram_id: 1087968824", "every anonymous administrator"),
        ("start: 22:00", "start: 2200", "expected text such as"),
        ("start: 22:00", "start: 25:00", "expected a time of day"),
        ("end: 07:00", "end: 22:00", "start and end are the same"),
        ("undo_seconds: 60", "undo_seconds: 1000000000000", "expected 86400 or less"),
        ("sqlite:///bot.db", "sqlite://", "expected sqlite:/// and the name of a file"),
        ("sqlite:///bot.db", "'sqlite:///:memory:'", "expected sqlite:/// and the name of a file"),
        ("sqlite:///bot.db", "mysql://u@h/db", "expected an address such as sqlite:///bot.db or postgresql://"),
        ("sqlite:///bot.db", "postgresql://u:p@h/db", "leave the password out of the address"),
        ("sqlite:///bot.db", "postgresql://u@h", "expected a user, a host and a name"),
        ("lang: en", "lang: English", "expected a language tag"),
        ("states: {}", "states: {some-rule: offf}", "did you mean “off”?"),
        ("share: 0.05", "share: 5", "expected 1.0 or less"),
        ("share: 0.05", "share: 0", "expected more than 0"),
        ("times_history: 5", "times_history: 0.5", "expected 1.0 or more"),
        ("least_matches: 5", "least_matches: few", "expected a whole number"),
        ("hours: 24\n\n# ---", "hour: 24\n\n# ---", "did you mean “hours”?"),
        ('number: "999"', "number: nine", "expected a telephone number"),
        ('["@newsdesk@gazette.example"]', "[newsdesk]", "expected a handle with its server"),
    ],
)
def test_a_value_of_the_wrong_form_is_told_what_was_expected(edited: Edited, old: str, new: str, message: str) -> None:
    with pytest.raises(BadFile) as caught:
        load(edited((old, new)))
    assert message in str(caught.value)


def test_on_this_machine_alone_a_server_may_do_without_tls(edited: Edited) -> None:
    loaded = load(edited(("https://fernwick.example\n    handle", "http://127.0.0.1:8312\n    handle")))
    assert loaded.value.accounts_by_id()["party"].server == "http://127.0.0.1:8312"


def test_off_in_a_rules_state_is_the_word_and_not_a_falsehood(edited: Edited) -> None:
    assert load(edited(("states: {}", "states: {some-rule: off}"))).value.rules.states == {"some-rule": "off"}


def test_accounts_and_reviewers_reach_the_program_as_facts(shipped: Path) -> None:
    config = load(shipped).value
    assert config.accounts_by_id()["deputy"] == Account(
        id="deputy",
        platform="mastodon",
        handle="@deputy@parlour.example",
        server="https://parlour.example",
        mode=Mode.DRY_RUN,
        approvals=2,
        approvers=frozenset({"mara", "tom"}),
        answered_by=("deputy", "leader"),
        principal="idris",
    )
    assert config.reviewers_by_id()["nadia"] == Reviewer(
        id="nadia", name="Nadia Sorrel", roles=frozenset({Role.SAFETY}), telegram_id=700000003
    )


def test_exempt_handles_are_compared_in_small_letters(edited: Edited) -> None:
    config = load(edited(("@newsdesk@gazette.example", "@NewsDesk@Gazette.example"))).value
    assert config.exempt.handles["@newsdesk@gazette.example"] == "journalists"


def test_the_snapshot_is_plain_json_with_names_of_variables_and_no_secret(
    shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTY_TOKEN", "the-secret-itself")
    written = json.dumps(load(shipped).value.snapshot())
    assert "PARTY_TOKEN" in written
    assert "the-secret-itself" not in written


def test_the_snapshot_tells_of_people_who_are_not_staff_by_digest_only(shipped: Path, edited: Edited) -> None:
    written = json.dumps(load(shipped).value.snapshot())
    assert "newsdesk" not in written
    assert "700000001" not in written
    other = load(edited(("@newsdesk@", "@sportdesk@"))).value.snapshot()
    assert other["exempt"] != load(shipped).value.snapshot()["exempt"], "yet a change shows"


def test_accounts_and_reviewers_stand_in_the_snapshot_by_their_ids(edited: Edited) -> None:
    snapshot = load(edited(("undo_seconds: 60", "undo_seconds: 90"))).value.snapshot()
    accounts, limits = snapshot["accounts"], snapshot["limits"]
    assert isinstance(accounts, dict)
    assert isinstance(limits, dict)
    assert accounts["leader"]["mode"] == "dry_run"
    assert limits["undo_seconds"] == 90


def test_the_snapshot_is_the_same_in_every_process(shipped: Path) -> None:
    program = (
        "import json,sys,pathlib,bot.config as c; print(json.dumps(c.load(pathlib.Path(sys.argv[1])).value.snapshot()))"
    )
    written = {
        subprocess.run(  # noqa: S603  our own interpreter and our own words
            [sys.executable, "-c", program, str(shipped)],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(written) == 1


def test_every_section_refuses_a_key_that_it_does_not_know(tmp_path: Path, shipped: Path) -> None:
    content = parse(shipped).content
    assert isinstance(content, dict)
    sections = [name for name, value in content.items() if isinstance(value, dict)]
    for name in sections:
        content[name]["zzz"] = 1
    path = tmp_path / "config.yaml"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        load(path)
    assert {problem.key for problem in caught.value.problems} == {f"{name}.zzz" for name in sections}
    assert len(sections) >= len(Config.model_fields) - 6


@pytest.mark.parametrize("written", ['"999"', "999"])
def test_emergency_number_needs_no_quotes(edited: Edited, written: str) -> None:
    assert load(edited(('number: "999"', f"number: {written}"))).value.safety.emergency.number == "999"


def test_file_that_says_nothing_of_the_safety_team_has_the_number_that_most_phones_know() -> None:
    assert (Safety().emergency.number, Safety().safeguarding_lead) == ("112", None)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://say.fernwick.example", "expected https"),
        ("https://fernwick.example/say", "expected a name of its own"),
        ("https://say.fernwick.example/?a=1", "expected a name of its own"),
        ("https://bot:secret@say.fernwick.example", "expected a name of its own"),
    ],
)
def test_page_for_people_outside_has_a_name_of_its_own_and_is_read_by_nobody_else(
    edited: Edited, url: str, said: str
) -> None:
    with pytest.raises(BadFile) as caught:
        load(edited(("  # url: https://say.fernwick.example", f"  url: {url}")))
    assert [said in str(problem) for problem in caught.value.problems] == [True]


def test_file_that_says_nothing_of_such_a_page_has_none(shipped: Path) -> None:
    assert load(shipped).value.public is None


def test_an_election_is_near_on_its_days_by_the_party_s_clock() -> None:
    party = {"name": "F", "code_of_practice": "https://f.example/c", "imprint": "x", "disclosure": "y"}
    settings = Config.model_validate(
        {
            "party": party | {"time_zone": "Pacific/Auckland"},
            "accounts": [
                {
                    "id": "party",
                    "platform": "mastodon",
                    "server": "https://f.example",
                    "handle": "@party@f.example",
                    "token_env": "PARTY_TOKEN",
                    "voice_of": "the party",
                }
            ],
            "reviewers": [{"id": "mara", "name": "Mara", "roles": ["approver"]}],
            "policies": {
                "severities": {1: "a", 2: "b", 3: "c", 4: "d"},
                "clauses": {"sexism": {"clause": "1.", "verdict": "respond"}},
            },
            "election": {"from": "2027-04-01", "to": "2027-05-06", "wording": ["vote for", "Swing"]},
        }
    )
    assert settings.election is not None
    assert settings.election_at(datetime(2027, 3, 31, 12, tzinfo=UTC)) is settings.election  # It is April there.
    assert settings.election_at(datetime(2027, 3, 31, 10, tzinfo=UTC)) is None
    assert settings.election_at(datetime(2027, 5, 6, 13, tzinfo=UTC)) is None
    assert settings.election.words_in("VOTE FOR kindness. No swinging.") == ("vote for",)
    with pytest.raises(ValueError, match="it ends before it begins"):
        Election.model_validate({"from": "2027-05-06", "to": "2027-04-01"})


@pytest.mark.parametrize("words", ["Look at $who.", "It costs $5.", "''"])
def test_words_of_a_report_have_a_place_for_the_policy_and_for_nothing_else(edited: Edited, words: str) -> None:
    with pytest.raises(BadFile) as bad:
        load(edited(("  police: Ring", f"  report_words: {words}\n  police: Ring")))
    assert "referral.report_words" in str(bad.value)


def test_file_that_says_nothing_of_reports_has_none_and_words_for_them(shipped: Path) -> None:
    settings = load(shipped).value
    assert {account.reports for account in settings.accounts} == {None}
    assert "$policy" in settings.referral.report_words
