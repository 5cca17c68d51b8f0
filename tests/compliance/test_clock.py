from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.compliance.clock import kept_until, read_clock
from bot.compliance.settings import Clock
from bot.store.compliance import KindOfReferral, Outcome, Referral, Terms

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
DAYS = Clock(acknowledge=5, outcome=90)
REFERRAL = Referral(
    number=1,
    box_id="b",
    kind=KindOfReferral.REFERRAL,
    content="{}",
    content_sha256="",
    author=None,
    policy=None,
    passed_at=START,
    received_at=START,
    version=1,
)


def after(days: float) -> datetime:
    return START + timedelta(days=days)


def test_it_is_overdue_from_the_day_by_which_it_should_have_been_acknowledged() -> None:
    assert read_clock(REFERRAL, DAYS, now=after(4.9)).overdue == ""
    assert read_clock(REFERRAL, DAYS, now=after(5)).overdue == "Not acknowledged after 5 days; 5 are allowed."


def test_acknowledged_it_is_overdue_from_the_day_by_which_it_should_have_an_outcome() -> None:
    taken = replace(REFERRAL, acknowledged_at=after(2), acknowledged_by="greta")
    assert read_clock(taken, DAYS, now=after(89)).overdue == ""
    assert read_clock(taken, DAYS, now=after(100)).overdue == "No outcome after 100 days; 90 are allowed."


def test_days_are_counted_from_receipt_and_stop_with_the_outcome() -> None:
    done = replace(
        REFERRAL,
        acknowledged_at=after(2),
        acknowledged_by="greta",
        outcome=Outcome.WARNING,
        outcome_at=after(120),
        outcome_by="greta",
    )
    reading = read_clock(done, DAYS, now=after(400))
    assert (reading.acknowledged, reading.outcome, reading.waits, reading.overdue) == (2, 120, 120, "")


def test_clock_that_stepped_back_counts_nothing() -> None:
    assert read_clock(REFERRAL, DAYS, now=after(-1)).waits == 0


def test_it_is_kept_for_so_long_after_its_outcome_as_how_it_came_about_says() -> None:
    terms = Terms(referral_days=100, conduct_days=10, copy_days=5)
    done = replace(REFERRAL, outcome=Outcome.WARNING, outcome_at=after(3))
    assert kept_until(done, terms) == after(103)
    assert kept_until(replace(done, kind=KindOfReferral.CONDUCT), terms) == after(13)
    assert kept_until(REFERRAL, terms) is None
    assert kept_until(replace(done, content=None), terms) is None
