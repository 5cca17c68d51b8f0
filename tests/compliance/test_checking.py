"""Nobody stands on both sides of the wall, by id, by name or by address; and the two files go together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.check import check
from bot.compliance.checking import faults
from bot.compliance.office import CannotOpenOfficeError, open_office
from bot.compliance.settings import load
from bot.config import load as load_bot
from bot.safety.wall import new_keys
from tests.fakes.office import write_files
from tests.fakes.wall import PEOPLE, PRIVATE, REFERRAL, TOKEN, write_compliance

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = {"COMPLIANCE_KEY": PRIVATE, "OUTBOX_TOKEN": TOKEN}


def told(folder: Path, *, environment: dict[str, str] | None = None, referral: Any = None, **changes: Any) -> list[str]:
    write_files(folder, referral=REFERRAL | (referral or {}))
    path = write_compliance(folder, **{"beside": "config.yaml", **changes})
    found = faults(path, ENVIRONMENT if environment is None else environment)
    return [f"{fault.level}: {fault.problem.key}: {fault.problem.message}" for fault in found]


def test_two_files_that_go_together_have_no_fault(tmp_path: Path) -> None:
    assert told(tmp_path) == []


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ({"id": "mara", "name": "Another Person"}, "same id as the bot's reviewer “mara” (admin, approver)"),
        ({"id": "x", "name": "tom  HALLOW"}, "same name as the bot's reviewer “tom” (approver)"),
        ({"id": "x", "name": "Rosa Lindqvist"}, "same name as the bot's reviewer “rosa” (principal)"),
        ({"id": "x", "name": "Nadia Sorrel"}, "same name as the bot's reviewer “nadia” (safety)"),
        ({"id": "x", "name": "X", "email": "TOM"}, "same e-mail address as the bot's reviewer “tom”"),
    ],
)
def test_person_on_both_sides_is_named(tmp_path: Path, person: dict[str, str], words: str) -> None:
    [fault] = told(tmp_path, people=[*PEOPLE, person])
    assert fault.startswith("error: people[3]: has the ")
    assert words in fault


def test_auditor_may_read_on_both_sides(tmp_path: Path) -> None:
    assert told(tmp_path, people=[*PEOPLE, {"id": "wyn", "name": "Wyn Castell", "roles": ["auditor"]}]) == []


async def test_bots_own_file_may_name_nobody_of_the_office(tmp_path: Path) -> None:
    path = write_files(tmp_path, reviewers=[{"id": "greta", "name": "Greta Thorn", "roles": ["compliance"]}])
    found = [str(finding) for finding in await check(path, offline=True, environment={})]
    assert any("named in its own compliance.yaml, and nowhere here" in words for words in found)


async def test_check_of_the_offices_file_tells_the_same(tmp_path: Path) -> None:
    told(tmp_path)
    path = write_compliance(tmp_path, beside="config.yaml", people=[{"id": "mara", "name": "M"}])
    [finding] = await check(path, offline=True, environment=ENVIRONMENT)
    assert (finding.level, finding.key) == ("error", "people[0]")
    assert finding.line is not None


async def test_in_one_process_nobody_on_both_sides_starts_it(tmp_path: Path) -> None:
    other = load_bot(write_files(tmp_path, referral=REFERRAL)).value
    loaded = load(write_compliance(tmp_path, people=[{"id": "mara", "name": "M"}]))
    with pytest.raises(CannotOpenOfficeError, match="nobody stands on both sides"):
        open_office(loaded, ENVIRONMENT, one_process_with=other)


def test_what_is_not_set_or_does_not_fit_is_named(tmp_path: Path) -> None:
    assert told(tmp_path, environment={}) == [
        "error: key_env: the environment variable COMPLIANCE_KEY is not set",
        "error: outbox.token_env: the environment variable OUTBOX_TOKEN is not set",
    ]
    mail = {"to": "in@body.example", "sender": "c@x.example", "host": "mail.example", "password_env": "MAIL_PASSWORD"}
    more: dict[str, Any] = {
        "privacy": {"key_env": "ERASURE_KEY"},
        "handover": {"secret_env": "BODY_SECRET", "mail": mail},
    }
    assert told(tmp_path, **more) == [
        "error: privacy.key_env: the environment variable ERASURE_KEY is not set",
        "error: handover.secret_env: the environment variable BODY_SECRET is not set",
        "error: handover.mail.password_env: the environment variable MAIL_PASSWORD is not set",
    ]
    [another] = told(tmp_path, environment={**ENVIRONMENT, "COMPLIANCE_KEY": new_keys()[0]})
    assert "is not the key for which that bot seals" in another
    [nonsense] = told(tmp_path, environment={**ENVIRONMENT, "COMPLIANCE_KEY": "nonsense"})
    assert "no private key" in nonsense
    [idle] = told(tmp_path, referral={"pass_abusive": True})
    assert idle.startswith("warning: suspended.enabled")


def test_bot_that_is_not_named_or_seals_nothing_is_told(tmp_path: Path) -> None:
    [alone] = told(tmp_path, beside=None)
    assert alone.startswith("warning: beside")
    write_files(tmp_path / "other")
    assert "no referral.compliance_key" in told(tmp_path, beside="other/config.yaml")[0]
    assert told(tmp_path, beside="nowhere.yaml")[0].startswith("error: ")
    assert told(tmp_path, people=[])[0].startswith("error: people")
