from __future__ import annotations

from datetime import UTC, datetime

from bot.compliance.words import KIND_WORDS, OUTCOME_WORDS, moment
from bot.store.compliance import KindOfReferral, Outcome


def test_everything_that_can_be_stored_has_words() -> None:
    assert OUTCOME_WORDS.keys() == set(Outcome)
    assert KIND_WORDS.keys() == set(KindOfReferral)


def test_times_are_by_the_teams_own_clock() -> None:
    assert moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "Europe/London") == "1 Jul 2026, 23:30 BST"
