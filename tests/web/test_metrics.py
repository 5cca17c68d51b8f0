"""Prometheus reads what the page says, and no person is on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from prometheus_client.parser import text_string_to_metric_families

from bot.store import Acknowledged
from bot.web.metrics import exposition
from bot.web.vitals import Vitals

NOW = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)
EVENING = Vitals(
    now=NOW,
    started_at=NOW - timedelta(hours=1),
    polled={"party": NOW - timedelta(seconds=10), "leader": None},
    fresh_for=timedelta(minutes=5),
    paused=("leader",),
    troubles={"poll:leader": "words"},
    faults={"poll:leader": 4},
    cases={"open": 3, "unconfirmed": 1},
    oldest=NOW - timedelta(minutes=12),
    incidents=2,
    totals={"judged": 4_000, "posted": 7, "refused": 2},
)


def read(found: Vitals) -> dict[tuple[str, ...], float]:
    """Each sample by its name and its label."""
    families = text_string_to_metric_families(exposition(found).decode())
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name.removeprefix("not_in_our_name_"), *sample.labels.values()): sample.value for sample in samples}


def test_every_number_of_the_evening_is_there() -> None:
    states = ("open", "approved", "publishing", "published", "retracting", "retracted", "failed", "escalated")
    expected: dict[tuple[str, ...], float] = {
        ("safe_mode",): 0,
        ("store",): 1,
        ("account_lag_seconds", "party"): 10,
        ("account_lag_seconds", "leader"): 3600,
        **{("cases", state): 0 for state in states},
        ("cases", "open"): 3,
        ("cases", "unconfirmed"): 1,
        ("unconfirmed",): 1,
        ("queue_oldest_seconds",): 720,
        ("incidents",): 2,
        ("paused", "leader"): 1,
        ("trouble", "poll:leader"): 1,
        ("faults_total", "poll:leader"): 4,
        ("judged_total",): 4_000,
        ("posted_total",): 7,
        ("refused_total",): 2,
    }
    assert read(EVENING) == expected


def test_numbers_that_the_database_did_not_give_are_absent_and_not_nought() -> None:
    found = read(replace(EVENING, store="It is gone."))
    assert found["store",] == 0
    assert found["account_lag_seconds", "leader"] == 3600
    assert not {name for name, *_ in found} & {
        "cases",
        "unconfirmed",
        "queue_oldest_seconds",
        "incidents",
        "posted_total",
    }


def test_safe_mode_is_a_number_too() -> None:
    found = read(Vitals(now=NOW, started_at=NOW, safe_mode=("config.yaml:12: wrong",)))
    assert found == {("safe_mode",): 1, ("store",): 0}


def test_an_empty_queue_has_no_age() -> None:
    quiet = Vitals(now=NOW, started_at=NOW, polled={}, fresh_for=timedelta(minutes=5))
    assert read(quiet)["queue_oldest_seconds",] == 0


def test_how_long_escalations_waited_is_a_span_only_where_there_was_one() -> None:
    told = Acknowledged(
        number=3, median=timedelta(minutes=2), worst=timedelta(minutes=9), waiting=1, oldest=NOW - timedelta(seconds=90)
    )
    found = read(replace(EVENING, acknowledged=told))
    assert found["acknowledgement_seconds", "median"] == 120
    assert found["acknowledgement_seconds", "worst"] == 540
    assert (found["unacknowledged",], found["unacknowledged_oldest_seconds",]) == (1, 90)
    quiet = read(replace(EVENING, acknowledged=Acknowledged(number=0, median=None, worst=None, waiting=0, oldest=None)))
    assert not any("acknowledgement_seconds" in key for key in quiet)
    assert (quiet["unacknowledged",], quiet["unacknowledged_oldest_seconds",]) == (0, 0)
