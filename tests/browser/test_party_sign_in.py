"""Signing in with the party's own account: a real provider on loopback, a real browser between the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from playwright.async_api import expect

from tests.browser.conftest import UNDO_SECONDS, Evening
from tests.fakes.identity import running_identity
from tests.fakes.office import ROOT
from tests.fakes.town import town

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from playwright.async_api import Page

    from tests.browser.conftest import Watch

KNOWN: tuple[dict[str, object], ...] = (
    {"sub": "mara", "preferred_username": "mara.bright", "groups": ["press"]},
    {"sub": "guest", "preferred_username": "a.guest", "groups": ["press"]},
)


@pytest.fixture
async def evening(tmp_path: Path) -> AsyncIterator[Evening]:
    """The program, with a provider that knows Mara as one of the press office and of nothing else."""
    people = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["reviewers"]
    with running_identity(*KNOWN) as identity:
        oidc: dict[str, object] = {
            "issuer": identity.issuer,
            "client_id": "desk",
            "client_secret_env": "SIGN_IN_SECRET",
        }
        oidc |= {"roles_claim": "groups", "roles": {"press": "approver"}}
        people[0]["oidc"] = "mara.bright"
        settings = {"reviewers": people, "desks": {"console": {"port": 0, "oidc": oidc}}}
        limits = {"undo_seconds": UNDO_SECONDS, "incident_cases": 100_000}
        async with (
            town(tmp_path, limits=limits, **settings) as streets,
            streets.bot(speed=1, SIGN_IN_SECRET="an-invented-secret") as app,
        ):
            yield Evening(town=streets, app=app)


async def test_party_account_opens_the_queue_with_the_stricter_roles(
    evening: Evening, open_page: Callable[..., Awaitable[Page]], watch: Watch
) -> None:
    page = await open_page()
    await page.goto("/sign-in")
    await page.get_by_role("link", name="Sign in with The Fernwick Party").click()
    await page.get_by_role("button", name="mara").click()
    await expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    await page.goto("/people")
    await expect(page.get_by_text("by the party’s sign-in")).to_be_visible()
    await expect(page.get_by_text("as approver")).to_be_visible()
    await expect(page.get_by_text("Make a sign-in link")).to_have_count(0)
    await page.get_by_role("button", name="Sign me out everywhere").click()

    watch.foretold.add(401)
    await page.get_by_role("link", name="Sign in with The Fernwick Party").click()
    await page.get_by_role("button", name="guest").click()
    await expect(page.get_by_text("no reviewer has that name")).to_be_visible()
    assert watch.strays
    watch.strays.clear()  # the provider's own pages, which are elsewhere by their nature
    watch.said.clear()
