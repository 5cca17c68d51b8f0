"""The team's own file: every mistake at once, and nobody without the one role that works there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.compliance.settings import database_address, is_compliance, load
from bot.model import Role
from bot.yaml_file import BadFile
from tests.fakes.office import write_files
from tests.fakes.wall import PEOPLE, write_compliance

if TYPE_CHECKING:
    from pathlib import Path


def mistakes(folder: Path, **changes: Any) -> str:
    with pytest.raises(BadFile) as caught:
        load(write_compliance(folder, **changes))
    return str(caught.value)


def test_people_work_there_unless_they_only_read(tmp_path: Path) -> None:
    people = load(write_compliance(tmp_path)).value.reviewers()
    assert {name: person.roles for name, person in people.items()} == {
        "greta": {Role.COMPLIANCE},
        "hugo": {Role.COMPLIANCE},
        "ines": {Role.AUDITOR},
    }


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.COMPLIANCE, Role.AUDITOR}])
def test_no_role_of_the_other_side_exists_there(tmp_path: Path, role: Role) -> None:
    assert "people[0].roles" in mistakes(tmp_path, people=[{"id": "a", "name": "A", "roles": [role.value]}])


def test_nobody_works_and_reads_along_at_once(tmp_path: Path) -> None:
    assert "people[0].roles" in mistakes(
        tmp_path, people=[{"id": "a", "name": "A", "roles": ["auditor", "compliance"]}]
    )


def test_office_without_anybody_who_works_there_is_refused(tmp_path: Path) -> None:
    assert "nobody could work on a referral" in mistakes(tmp_path, people=PEOPLE[2:])


def test_id_is_given_once(tmp_path: Path) -> None:
    assert "people[1].id" in mistakes(tmp_path, people=[PEOPLE[0], PEOPLE[0]])


def test_outbox_is_reached_safely(tmp_path: Path) -> None:
    assert "https" in mistakes(tmp_path, outbox={"url": "http://elsewhere.example", "token_env": "OUTBOX_TOKEN"})


def test_file_says_whose_it_is(tmp_path: Path) -> None:
    assert is_compliance(write_compliance(tmp_path))
    assert not is_compliance(write_files(tmp_path))
    assert "role" in mistakes(tmp_path, role="comms")


def test_database_lies_beside_the_file(tmp_path: Path) -> None:
    assert database_address(load(write_compliance(tmp_path))) == f"sqlite:///{tmp_path / 'compliance.db'}"
    elsewhere = load(write_compliance(tmp_path, database="postgresql://c@localhost/c"))
    assert database_address(elsewhere) == "postgresql://c@localhost/c"
