from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.mastodon.faults import asked_back, rate_limited, refused, troubled
from bot.ports import Fault
from tests.platforms.mastodon.conftest import PARTY, account

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ACCOUNT = account(PARTY, "https://fernwick.example")


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"x-ratelimit-reset": "2026-11-20T10:05:00.000Z"}, timedelta(minutes=5)),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 120)}, timedelta(minutes=2)),
        ({"retry-after": "30"}, timedelta(seconds=30)),
        ({"retry-after": "Fri, 20 Nov 2026 10:01:00 GMT"}, timedelta(minutes=1)),
        ({"x-ratelimit-reset": "2026-11-20T09:00:00Z"}, timedelta(seconds=1)),
        ({"x-ratelimit-reset": "2026-11-27T09:00:00Z"}, timedelta(hours=1)),
    ],
)
def test_every_way_of_saying_when_is_understood(headers: dict[str, str], pause: timedelta) -> None:
    assert asked_back(headers, NOW) == NOW + pause


def test_a_wrong_clock_on_either_side_does_not_matter() -> None:
    headers = {"x-ratelimit-reset": "2026-11-20T12:05:00Z", "date": "Fri, 20 Nov 2026 12:00:00 GMT"}
    assert asked_back(headers, NOW) == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-ratelimit-reset": "soon"},
        {"retry-after": "-"},
        {"retry-after": "²"},
        {"retry-after": "9" * 20},
        {"retry-after": "Fri, 20 Nov 2026 10:01:00 +99999999999999999999"},
        {"x-ratelimit-reset": "9" * 12},
        {"x-ratelimit-reset": "9" * 5_000},
    ],
)
def test_a_server_that_does_not_say_when_is_not_guessed_at(headers: dict[str, str]) -> None:
    assert asked_back(headers, NOW) is None


@pytest.mark.parametrize(
    ("code", "said", "word"),
    [
        (401, "The access token was revoked", "token_revoked"),
        (403, "This action is outside the authorized scopes", "scope_missing"),
        (403, "This action is not allowed", "refused"),
        (404, "Record not found", "not_found"),
        (410, None, "not_found"),
        (422, "Validation failed: Text can't be blank", "refused"),
        (301, None, "refused"),
    ],
)
def test_refusals_are_told_apart(code: int, said: str | None, word: str) -> None:
    error = refused(ACCOUNT, code, said, doing="Reading", scopes="read:statuses")
    assert (error.fault, error.code) == (Fault.PERMANENT, word)
    assert PARTY in str(error)


def test_a_missing_scope_is_told_with_the_scopes_that_are_needed() -> None:
    error = refused(ACCOUNT, 403, "outside the authorized scopes", doing="Reading", scopes="read:statuses")
    assert "read:statuses" in str(error)


def test_a_server_s_own_words_are_quoted_in_part_and_on_one_line() -> None:
    error = refused(ACCOUNT, 422, "a\nb " * 400, doing="Reading", scopes="")
    assert "\n" not in str(error)
    assert len(str(error)) < 400


def test_too_many_requests_are_without_effect_and_say_when() -> None:
    error = rate_limited(ACCOUNT, NOW, doing="Reading")
    assert (error.fault, error.retry_at) == (Fault.TRANSIENT, NOW)
    assert "10:00:00 UTC" in str(error)


def test_trouble_says_whether_it_may_have_acted() -> None:
    assert "not known whether" in str(troubled(ACCOUNT, 503, Fault.UNKNOWN, doing="Posting"))
    assert "asked again" in str(troubled(ACCOUNT, 503, Fault.TRANSIENT, doing="Reading"))
