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
async def test_what_can_not_be_told_is_named_by_kind_without_its_words(page: str) -> None:
    answer = await ask(OSError("secret words"), page)
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["the bot: OSError"]


async def test_bot_that_does_not_answer_is_not_waited_for() -> None:
    answer = await ask(WELL, answer_within=0.0)
    assert answer.json()["reasons"] == ["the bot: it did not answer in time"]


async def test_numbers_are_there_for_prometheus_while_nothing_is_ready() -> None:
    answer = await ask(UNREAD, "/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'not_in_our_name_account_lag_seconds{account="leader"} 360.0' in answer.text


@pytest.mark.parametrize("page", ["/healthz", "/readyz"])
async def test_safe_mode_is_told_with_every_reason(page: str) -> None:
    held = Vitals(now=NOW, started_at=NOW, safe_mode=("config.yaml:12: wrong", "config.yaml:20: missing"))
    answer = await ask(held, page)
    assert answer.status_code == 503
    reasons = ["safe mode: config.yaml:12: wrong", "safe mode: config.yaml:20: missing"]
    assert answer.json() == {"status": "safe mode", "reasons": reasons}


@pytest.mark.parametrize("page", ["/healthz", "/readyz"])
async def test_database_that_fails_leaves_the_bot_neither_awake_nor_ready(page: str) -> None:
    answer = await ask(replace(WELL, store="bot.db: The disk is full."), page)
    assert answer.status_code == 503
    assert answer.json() == {"status": "ill", "reasons": ["store: bot.db: The disk is full."]}
