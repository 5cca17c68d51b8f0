"""The bot is ready only when every account was read lately and nothing fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.web.vitals import Vitals

NOW = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)
WELL = Vitals(
    now=NOW,
    started_at=NOW - timedelta(hours=1),
    polled={"party": NOW - timedelta(seconds=10)},
    fresh_for=timedelta(minutes=5),
)


def test_nothing_is_wrong_when_all_is_read() -> None:
    assert list(WELL.reasons()) == []


def test_account_that_is_no_longer_read_is_named() -> None:
    stale = replace(WELL, polled={**WELL.polled, "leader": NOW - timedelta(minutes=6)})
    assert list(stale.reasons()) == ["account leader: not read for 360 seconds"]


def test_account_that_was_never_read_is_told_from_the_start() -> None:
    young = replace(WELL, polled={"party": None}, started_at=NOW - timedelta(minutes=1))
    assert list(young.reasons()) == ["account party: not read for 60 seconds, not once since the start"]


def test_what_fails_now_is_named_however_lately_it_worked() -> None:
    assert list(replace(WELL, troubles={"publish": "words"}).reasons()) == ["publish: it fails, and is tried again"]
