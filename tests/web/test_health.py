"""The pages tell a restart from a repair: awake is what runs and has its database, ready is what can do its work."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.web.health import health_app
from bot.web.vitals import Vitals

NOW = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)
WELL = Vitals(
    now=NOW,
    started_at=NOW - timedelta(hours=1),
    polled={"party": NOW - timedelta(seconds=10)},
    fresh_for=timedelta(minutes=5),
    paused=("all",),
    cases={"open": 3},
)
UNREAD = replace(WELL, polled={**WELL.polled, "leader": NOW - timedelta(minutes=6)})


async def ask(vitals: Vitals | Exception, page: str = "/readyz", **settings: float) -> httpx.Response:
    async def facts() -> Vitals:
        if isinstance(vitals, Exception):
            raise vitals
        return vitals

    transport = httpx.ASGITransport(app=health_app(facts, **settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.get(page)


@pytest.mark.parametrize("page", ["/healthz", "/readyz"])
async def test_well_and_paused_is_well(page: str) -> None:
    answer = await ask(WELL, page)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "up_seconds": 3600, "paused": ["all"], "cases": {"open": 3}}


async def test_what_cannot_work_is_not_ready_but_need_not_be_restarted() -> None:
    assert (await ask(UNREAD)).status_code == 503
    assert (await ask(UNREAD, "/healthz")).status_code == 200


@pytest.mark.parametrize("page", ["/healthz", "/readyz", "/metrics"])
async def test_store_that_fails_is_named_by_kind_without_its_words(page: str) -> None:
    answer = await ask(OSError("secret words"), page)
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["store: OSError"]


async def test_store_that_hangs_is_not_waited_for() -> None:
    answer = await ask(WELL, answer_within=0.0)
    assert answer.json()["reasons"] == ["store: it did not answer in time"]


async def test_numbers_are_there_for_prometheus_while_nothing_is_ready() -> None:
    answer = await ask(UNREAD, "/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'not_in_our_name_account_lag_seconds{account="leader"} 360.0' in answer.text
