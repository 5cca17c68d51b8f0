"""Signing in, in a real browser: by a link, by a passkey of Chromium's own virtual device, and out again."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.async_api import expect

from bot.model import Role
from tests.browser.conftest import DESK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from playwright.async_api import CDPSession, Page

    from tests.browser.conftest import Evening, Watch

    Open = Callable[..., Awaitable[Page]]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@asynccontextmanager
async def device(page: Page, **other: object) -> AsyncIterator[tuple[CDPSession, str]]:
    """A virtual device with passkeys, in this browser."""
    talk = await page.context.new_cdp_session(page)
    await talk.send("WebAuthn.enable")
    made = await talk.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | other})
    yield talk, made["authenticatorId"]
    await talk.send("WebAuthn.disable")


async def test_passkey_is_added_signs_in_without_a_name_and_is_removed(
    evening: Evening, open_page: Open, watch: Watch
) -> None:
    page = await open_page("tom")
    async with device(page) as (talk, name):
        await page.goto("/people")
        await page.get_by_label("What you call it").fill("Tom’s phone")
        await page.get_by_role("button", name="Add a passkey").click()
        await expect(page.get_by_text("Added. From now on it signs you in here.")).to_be_visible()
        [kept] = (await talk.send("WebAuthn.getCredentials", {"authenticatorId": name}))["credentials"]
        assert kept["isResidentCredential"]
        await page.get_by_role("button", name="Add a passkey").click()
        await expect(page.get_by_text("has a passkey for you here already")).to_be_visible()

        await page.get_by_role("button", name="Sign me out everywhere").click()
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await expect(page.get_by_role("heading", name="Queue")).to_be_visible()

        await page.goto("/people")
        await expect(page.get_by_text("by passkey")).to_be_visible()
        await page.get_by_role("button", name="Remove Tom’s phone").click()
        await page.goto("/more")
        await page.get_by_role("button", name="Sign out", exact=True).click()
        await page.goto("/sign-in")
        watch.foretold.add(401)
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await expect(page.get_by_text("It is not known here, or was removed")).to_be_visible()
    assert await evening.app.store.people.passkeys("tom") == []


async def test_owner_who_is_not_proved_gets_no_passkey_and_a_sentence(evening: Evening, open_page: Open) -> None:
    page = await open_page("tom", width=DESK)
    async with device(page, isUserVerified=False):
        await page.goto("/people")
        await page.get_by_role("button", name="Add a passkey").click()
        await expect(page.get_by_text("Nothing was chosen, or it took too long.")).to_be_visible()
    assert await evening.app.store.people.passkeys("tom") == []


async def test_without_scripts_the_page_says_what_else_there_is(evening: Evening, open_page: Open) -> None:
    page = await open_page(scripts=False)
    await page.goto("/sign-in")
    await expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    await expect(page.get_by_text("A passkey needs the script of this page")).to_be_visible()
    await expect(page.get_by_text("A one-time link opens this console.")).to_be_visible()


async def test_words_typed_in_a_stale_tab_are_sent_once_its_reader_is_signed_in_again(
    evening: Evening, open_page: Open, watch: Watch
) -> None:
    case = await evening.case()
    page = await open_page("mara")
    await page.goto(f"/case/{case.id}")
    await page.get_by_text("Edit the wording").click()
    await page.get_by_label("Your wording.").fill("Please leave her alone. Argue with what she did.")
    await evening.app.store.people.end_all("mara", actor="mara", at=evening.app.now())
    watch.foretold.add(401)
    await page.get_by_role("button", name="Save the wording").click()
    await expect(page.get_by_label("What you typed")).to_have_value("Please leave her alone. Argue with what she did.")
    async with page.context.expect_page() as opening:
        await page.get_by_role("link", name="in another tab").click()
    other = await opening.value
    await other.goto(evening.link_for("mara"))
    await other.get_by_role("button", name="Sign in").click()
    await page.get_by_role("button", name="Send it again").click()
    await expect(page.get_by_text("Your wording is saved.")).to_be_visible()


async def test_role_that_is_taken_away_while_one_types_is_gone_at_the_next_press_and_the_words_are_not(
    evening: Evening, open_page: Open, watch: Watch
) -> None:
    case, words = await evening.case(), "Argue with what she did. Leave her family out of it."
    page = await open_page("mara")
    await page.goto(f"/case/{case.id}")
    await page.get_by_text("Edit the wording").click()
    await page.get_by_label("Your wording.").fill(words)
    people = evening.app.room.reviewers
    assert isinstance(people, dict)
    people["mara"] = replace(people["mara"], roles=frozenset({Role.AUDITOR}))
    watch.foretold.update({401, 403})
    await page.get_by_role("button", name="Save the wording").click()
    await expect(page.get_by_text("that is not your role for it")).to_be_visible()
    await expect(page.get_by_label("What you had written")).to_have_value(words)
    await expect(page.get_by_role("button", name="Save the wording")).to_have_count(0)
    del people["mara"]
    await page.goto("/")
    await expect(page.get_by_role("heading", name="You are no reviewer here any more")).to_be_visible()
    assert (await evening.now(case)).version == case.version
