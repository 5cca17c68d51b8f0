"""What the fold makes of events; that it comes to what the rows say is held by the story of tests/story."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.report.figures import fold, percentile
from bot.report.periods import Length, NoSuchPeriodError, Period
from tests.report.events import NOON, Story, event

if TYPE_CHECKING:
    from tests.report.events import Event

NOVEMBER = Period(date(2026, 11, 1), Length.MONTH)


def told(events: list[Event], period: Period = NOVEMBER, base: Length = Length.MONTH) -> dict[str, dict[str, int]]:
    """The tables of the only base period."""
    [found] = fold(events, period, base).plain().values()
    return found["tables"]


def test_a_case_is_counted_by_what_became_of_it() -> None:
    story = Story()
    story.case("approved", "published")
    story.case("approved", "published", "mention_gone")
    story.case("approved", "published", "retracted")
    story.case("dismissed", reason="irony")
    story.case("referred", reason="police")
    story.case("escalated", "referred", reason="police")
    story.case("approved", "failed")
    story.case()
    story.recorded()
    tables = told(story.events)
    assert tables["judged"] == {"recorded": 1, "reply": 8}
    assert tables["reply_outcome"] == {
        "dismissed": 1,
        "not_posted": 1,
        "referred": 1,
        "replied": 3,
        "safety": 1,
        "waiting": 1,
    }
    assert tables["replied_after"] == {"stands": 2, "taken_down": 1}
    assert tables["replied_post"] == {"gone": 1, "there": 2}
    assert tables["reply_dismissed"] == {"irony": 1}
    assert tables["reply_referred"] == {"police": 1}


def test_a_threat_is_never_among_the_replies() -> None:
    story = Story()
    story.case("acknowledged", "referred", verdict="escalate", policy="threat", reason="police")
    story.case("acknowledged", verdict="escalate", policy="threat")
    story.case(verdict="escalate", policy="stalking")
    tables = told(story.events)
    assert tables["judged"] == {"safety": 3}
    assert tables["safety_outcome"] == {"acknowledged": 1, "referred": 1, "waiting": 1}
    assert tables["safety_policy"] == {"stalking": 1, "threat": 2}
    assert not [name for name in tables if name.startswith("repl")]


def test_what_happens_after_the_base_period_changes_nothing() -> None:
    story = Story()
    story.case("approved", "published", at=datetime(2026, 11, 30, 23, 58, tzinfo=UTC))
    assert told(story.events)["reply_outcome"] == {"waiting": 1}
    quarter = Period(date(2026, 10, 1), Length.QUARTER)
    assert told(story.events, quarter, Length.QUARTER)["reply_outcome"] == {"replied": 1}


def test_what_was_opened_outside_of_the_period_is_not_in_it() -> None:
    story = Story()
    story.case("dismissed", at=datetime(2026, 10, 31, 23, 58, tzinfo=UTC))
    story.case("dismissed", at=datetime(2026, 12, 1, tzinfo=UTC))
    story.recorded(at=datetime(2026, 12, 1, tzinfo=UTC))
    assert told(story.events) == {}


def test_a_quarter_has_the_figures_of_its_months_apart() -> None:
    story = Story()
    for day in (date(2026, 10, 3), date(2026, 12, 24)):
        story.case("dismissed", at=datetime.combine(day, NOON.timetz()))
    found = fold(story.events, Period(date(2026, 10, 1), Length.QUARTER), Length.MONTH).plain()
    assert {key: base["tables"].get("judged") for key, base in found.items()} == {
        "2026-10": {"reply": 1},
        "2026-11": None,
        "2026-12": {"reply": 1},
    }


def test_how_long_people_took_is_kept_in_minutes() -> None:
    story = Story()
    story.case("approved", "published", minutes=7)
    story.case("referred", minutes=90, reason="platform")
    story.case("acknowledged", minutes=2, verdict="escalate")
    [found] = fold(story.events, NOVEMBER, Length.MONTH).plain().values()
    assert found["minutes"] == {"acknowledgement": {"2": 1}, "decision": {"7": 1, "90": 1}, "referral": {"90": 1}}


def test_an_event_of_an_older_version_counts_without_what_it_lacks() -> None:
    at = NOON
    events = [event("case.opened", "old", at, verdict="respond", state="open", policy="sexism")]
    assert told(events)["reply_platform"] == {"none": 1}


def test_totals_of_a_day_count_in_its_month_whenever_they_were_noted() -> None:
    counts = [["ours", "abusive", 3], ["none", "left_alone", 70], ["ours", "due", 2], ["ours", "replied", 1]]
    late = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)
    tables = told([event("mentions.counted", None, late, day="2026-11-30", counts=counts)])
    assert tables["side_judged"] == {"none/left_alone": 70, "ours/abusive": 3}
    assert tables["side_reply"] == {"ours/due": 2, "ours/replied": 1}


def test_what_was_said_to_a_reply_and_that_it_was_a_mistake_are_counted() -> None:
    story = Story()
    case = story.case("approved", "published", "mistaken", "retracted")
    story.events.append(event("rejoinder.received", case, NOON, rejoinder_kind="not_me"))
    tables = told(story.events)
    assert tables["replied_after"] == {"mistake": 1}
    assert tables["rejoinders"] == {"not_me": 1}


def test_a_clock_that_was_set_back_takes_no_time() -> None:
    story = Story()
    story.case("dismissed", minutes=-30)
    [found] = fold(story.events, NOVEMBER, Length.MONTH).plain().values()
    assert found["minutes"]["decision"] == {"0": 1}


def test_a_period_shorter_than_the_base_is_refused() -> None:
    with pytest.raises(NoSuchPeriodError):
        fold([], NOVEMBER, Length.YEAR)


def test_half_and_nine_in_ten_are_as_one_counts_them() -> None:
    assert percentile({}, 0.5) is None
    assert percentile({1: 5, 2: 4, 60: 1}, 0.5) == 1
    assert percentile({1: 5, 2: 4, 60: 1}, 0.9) == 2
    assert percentile({1: 4, 2: 4, 60: 2}, 0.9) == 60
    assert timedelta(minutes=percentile({7: 1}, 0.9) or 0) == timedelta(minutes=7)
