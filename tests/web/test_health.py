"""The health page is well only when the store answered and every account was read lately."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx

from bot.web.health import Vitals, health_app

NOW = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)
WELL = Vitals(
    now=NOW,
    started_at=NOW - timedelta(hours=1),
    polled={"party": NOW - timedelta(seconds=10)},
    fresh_for=timedelta(minutes=5),
    paused=("all",),
    counts={"open": 3},
)


async def ask(vitals: Vitals | Exception, **settings: float) -> httpx.Response:
    async def facts() -> Vitals:
        if isinstance(vitals, Exception):
            raise vitals
        return vitals

    transport = httpx.ASGITransport(app=health_app(facts, **settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.get("/health")


async def test_well_and_paused_is_well() -> None:
    answer = await ask(WELL)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "up_seconds": 3600, "paused": ["all"], "open": 3}


async def test_account_that_is_no_longer_read_is_named() -> None:
    answer = await ask(replace(WELL, polled={**WELL.polled, "leader": NOW - timedelta(minutes=6)}))
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["account leader: not read for 360 seconds"]


async def test_account_that_was_never_read_counts_from_the_start() -> None:
    young = replace(WELL, polled={"party": None}, started_at=NOW - timedelta(minutes=1))
    assert (await ask(young)).status_code == 200
    answer = await ask(replace(young, started_at=NOW - timedelta(minutes=6)))
    assert answer.json()["reasons"] == ["account party: not read for 360 seconds, not once since the start"]


async def test_store_that_fails_is_named_by_kind_without_its_words() -> None:
    answer = await ask(OSError("secret words"))
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["store: OSError"]


async def test_store_that_hangs_is_not_waited_for() -> None:
    answer = await ask(WELL, answer_within=0.0)
    assert answer.json()["reasons"] == ["store: it did not answer in time"]
