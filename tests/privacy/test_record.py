"""The documents say what the configuration says, and leave to the party what is its own; those in `docs/` are new."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import config
from bot.privacy.record import ASSESSMENT, RECORD, TO_FILL_IN, clocks, documents
from tests.fakes.databases import ON_POSTGRESQL
from tests.fakes.office import write_files

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [RECORD, ASSESSMENT])
def test_those_beside_the_code_are_those_of_the_example(name: str) -> None:
    """Else: `python -m bot subject record --out docs/`."""
    written = documents(config.load(PROJECT / "config.yaml"))
    assert (PROJECT / "docs" / name).read_text(encoding="utf-8") == written[name]


def test_every_clock_of_the_configuration_is_told_with_its_days(tmp_path: Path) -> None:
    terms = {"ignored_days": 3, "recorded_days": 41, "closed_case_days": 42, "safety_case_days": 43, "failed_days": 44,
             "handover_days": 45, "support_days": 47, "backup_days": 46}  # fmt: skip
    loaded = config.load(write_files(tmp_path, retention=terms))
    assert {clock.key: clock.days for clock in clocks(loaded)} == terms
    assert terms.keys() <= set(type(loaded.value.retention).model_fields)
    text = documents(loaded)[RECORD]
    assert all(f"| {days} | `retention.{key}` |" in text for key, days in terms.items())


def test_legal_ground_is_never_said_to_be_there() -> None:
    written = documents(config.load(PROJECT / "config.yaml"))
    for line in written[RECORD].splitlines():
        assert "Article 6" not in line or TO_FILL_IN in line
        assert "condition under Article 9" not in line or TO_FILL_IN in line
    assert written[ASSESSMENT].count(TO_FILL_IN) > 5


def test_what_erasure_does_not_reach_is_said_where_it_is_so(tmp_path: Path) -> None:
    text = documents(config.load(write_files(tmp_path)))[RECORD]
    assert ("What erasure does not reach on PostgreSQL" in text) is ON_POSTGRESQL


def test_telegram_and_two_approvals_are_told_of_where_they_are(tmp_path: Path) -> None:
    example = documents(config.load(PROJECT / "config.yaml"))
    assert "in what role Telegram acts" in example[RECORD]
    assert "two for @deputy@parlour.example" in example[ASSESSMENT]
    without = documents(config.load(write_files(tmp_path)))[RECORD]
    assert "Telegram" not in without


def test_the_mail_server_is_told_of_where_there_is_one(tmp_path: Path) -> None:
    mail = {"sender": "no-reply@fernwick.example", "host": "mail.fernwick.example"}
    path = write_files(tmp_path, weekly_digest={"mail": mail}, public={"url": "https://say.fernwick.example"})
    assert "The mail server mail.fernwick.example" in documents(config.load(path))[RECORD]
    assert "mail server" not in documents(config.load(PROJECT / "config.yaml"))[RECORD]
