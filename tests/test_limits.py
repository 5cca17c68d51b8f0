from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Limits, QuietHours
from bot.limits import never_because, not_before
from bot.model import History
from tests.fakes.cases import MENTION
from tests.fakes.network import EVENING

LIMITS = Limits(replies_per_day=3, author_cooldown_days=28, replies_per_thread=1, answer_within_hours=24)
NIGHT = QuietHours(start=time(22), end=time(7), time_zone="Europe/London")
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  Hypothesis sets the zone


def until(now: datetime, *, posted: list[datetime], limits: Limits) -> datetime | None:
    wait = not_before(now, posted=posted, limits=limits)
    return wait.until if wait else None


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_fresh_mention_of_a_stranger_may_be_answered() -> None:
    assert never_because(MENTION, History(), replies_in_thread=0, limits=LIMITS, now=EVENING) is None


def test_old_mention_is_too_late_for_a_reply() -> None:
    now = EVENING + timedelta(hours=24)
    assert never_because(MENTION, History(), replies_in_thread=0, limits=LIMITS, now=now) is None
    why = never_because(MENTION, History(), replies_in_thread=0, limits=LIMITS, now=now + timedelta(seconds=1))
    assert why == "It is more than 24 hours old: too late to set a tone."


def test_thread_gets_no_more_replies_than_its_limit() -> None:
    why = never_because(MENTION, History(), replies_in_thread=1, limits=LIMITS, now=EVENING)
    assert why == "This thread has had its reply."


def test_author_is_left_alone_until_the_cooldown_is_over() -> None:
    history = History(answered_at=EVENING - timedelta(days=27))
    why = never_because(MENTION, history, replies_in_thread=0, limits=LIMITS, now=EVENING)
    assert why == "We answered this author less than 28 days ago."
    longer_ago = History(answered_at=EVENING - timedelta(days=28))
    assert never_because(MENTION, longer_ago, replies_in_thread=0, limits=LIMITS, now=EVENING) is None


def test_mention_from_the_future_is_not_too_old() -> None:
    mention = replace(MENTION, created_at=EVENING + timedelta(hours=2))
    assert never_because(mention, History(), replies_in_thread=0, limits=LIMITS, now=EVENING) is None


def test_account_below_its_daily_limit_may_post_now() -> None:
    posted = [EVENING - timedelta(days=2), *(EVENING - timedelta(hours=hours) for hours in (5, 4))]
    assert until(EVENING, posted=posted, limits=LIMITS) is None


def test_account_at_its_daily_limit_waits_until_the_oldest_counted_reply_is_a_day_old() -> None:
    posted = [EVENING - timedelta(hours=hours) for hours in (20, 5, 4, 3)]
    assert until(EVENING, posted=posted, limits=LIMITS) == posted[1] + timedelta(days=1)


def test_limit_of_nothing_a_day_never_lets_an_account_post() -> None:
    limits = LIMITS.model_copy(update={"replies_per_day": 0})
    assert until(EVENING, posted=[], limits=limits) == EVENING + timedelta(days=1)


def test_account_at_its_hourly_limit_waits_until_the_oldest_counted_reply_is_an_hour_old() -> None:
    limits = LIMITS.model_copy(update={"replies_per_hour": 2, "replies_per_day": 9})
    posted = [EVENING - timedelta(minutes=minutes) for minutes in (90, 50, 20, 10)]
    wait = not_before(EVENING, posted=posted, limits=limits)
    assert wait is not None
    assert wait.until == posted[2] + timedelta(hours=1)
    assert wait.because == "This account posts no more than 2 replies within an hour."


def test_of_several_waits_the_longest_counts_and_is_named() -> None:
    limits = LIMITS.model_copy(update={"replies_per_hour": 1, "replies_per_day": 2, "quiet_hours": NIGHT})
    now = at("2026-11-19T22:30:00+00:00")
    wait = not_before(now, posted=[now - timedelta(minutes=5)], limits=limits)
    assert wait is not None
    assert wait.because == "These are quiet hours (22:00 to 07:00, Europe/London)."
    wait = not_before(now, posted=[now - timedelta(hours=1), now - timedelta(minutes=5)], limits=limits)
    assert wait is not None
    assert wait.because == "This account posts no more than 2 replies within a day."


@pytest.mark.parametrize(("followers", "answered"), [(0, False), (49, False), (50, True), (None, True)])
def test_author_whom_hardly_anybody_follows_gets_no_public_reply(followers: int | None, answered: bool) -> None:  # noqa: FBT001  a fact of the case
    limits = LIMITS.model_copy(update={"least_reach": 50})
    mention = replace(MENTION, author=replace(MENTION.author, followers=followers))
    why = never_because(mention, History(), replies_in_thread=0, limits=limits, now=EVENING)
    assert (why is None) is answered
    assert why is None or why.endswith("a reply would only make it known.")
    assert never_because(mention, History(), replies_in_thread=0, limits=LIMITS, now=EVENING) is None


@pytest.mark.parametrize(
    ("now", "ended"),
    [
        ("2026-11-19T21:59:59+00:00", None),
        ("2026-11-19T22:00:00+00:00", "2026-11-20T07:00:00+00:00"),
        ("2026-11-20T06:59:59+00:00", "2026-11-20T07:00:00+00:00"),
        ("2026-11-20T07:00:00+00:00", None),
        # In summer the same hours are an hour earlier in UTC.
        ("2026-07-01T21:30:00+00:00", "2026-07-02T06:00:00+00:00"),
        # The nights in which the clocks change.
        ("2026-03-28T23:00:00+00:00", "2026-03-29T06:00:00+00:00"),
        ("2026-10-24T21:30:00+00:00", "2026-10-25T07:00:00+00:00"),
    ],
)
def test_quiet_hours_are_those_of_the_local_clock(now: str, ended: str | None) -> None:
    limits = LIMITS.model_copy(update={"quiet_hours": NIGHT})
    assert until(at(now), posted=[], limits=limits) == (at(ended) if ended else None)


def test_quiet_hours_within_a_day_end_on_that_day() -> None:
    lunch = QuietHours(start=time(12), end=time(13, 30), time_zone="UTC")
    limits = LIMITS.model_copy(update={"quiet_hours": lunch})
    assert until(at("2026-11-19T12:10:00+00:00"), posted=[], limits=limits) == at("2026-11-19T13:30:00+00:00")
    assert until(at("2026-11-19T11:59:00+00:00"), posted=[], limits=limits) is None


@given(
    now=MOMENTS,
    start=st.times(),
    end=st.times(),
    zone=st.sampled_from(["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"]),
)
def test_nothing_is_posted_in_quiet_hours_and_the_wait_ends_within_two_days(
    now: datetime, start: time, end: time, zone: str
) -> None:
    if start == end:
        return
    quiet = QuietHours(start=start.isoformat(), end=end.isoformat(), time_zone=zone)
    later = until(now, posted=[], limits=LIMITS.model_copy(update={"quiet_hours": quiet}))
    clock = now.astimezone(ZoneInfo(zone)).time()
    inside = start <= clock < end if start < end else not end <= clock < start
    assert (later is not None) == inside
    assert later is None or now < later <= now + timedelta(days=2)


@given(now=MOMENTS, ages=st.lists(st.integers(0, 3 * 24 * 3600), max_size=12), limit=st.integers(0, 5))
def test_daily_limit_holds_whenever_it_lets_a_reply_through(now: datetime, ages: list[int], limit: int) -> None:
    posted = [now - timedelta(seconds=age) for age in sorted(ages, reverse=True)]
    limits = LIMITS.model_copy(update={"replies_per_day": limit})
    later = until(now, posted=posted, limits=limits)
    moment = later or now
    assert moment >= now
    if limit and (later is None or until(moment, posted=posted, limits=limits) is None):
        assert sum(moment - at < timedelta(days=1) for at in posted) < limit
