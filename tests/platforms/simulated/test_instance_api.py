from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from mastodon import Mastodon
from mastodon.errors import MastodonUnauthorizedError

from tests.platforms.simulated.conftest import PARTY, SAM

if TYPE_CHECKING:
    from tests.platforms.simulated.conftest import Network


async def test_the_library_finds_the_version_and_the_limits(network: Network) -> None:
    first = await network.asks(PARTY, "instance_v1")
    second = await network.asks(PARTY, "instance_v2")
    assert (first.uri, first.configuration.statuses.max_characters) == ("fernwick.example", 500)
    assert (second.domain, second.title, second.configuration.statuses.max_characters) == (
        "fernwick.example",
        "Fernwick Social",
        500,
    )
    assert await network.asks(PARTY, "retrieve_mastodon_version") == "4.5.3"
    assert await network.asks(PARTY, "instance_health")


async def test_the_library_may_check_every_call_against_the_version(network: Network) -> None:
    def strict() -> tuple[str, int]:
        api = Mastodon(
            access_token=network.world.grant(PARTY),
            api_base_url=network.addresses["fernwick.example"],
            version_check_mode="created",
            request_timeout=10,
        )
        with api.session:
            return api.account_verify_credentials().acct, len(api.notifications(types=["mention"]))

    network.world.post(SAM, f"{PARTY} hello")
    assert await asyncio.to_thread(strict) == ("party", 1)


async def test_custom_emoji_are_those_in_use(network: Network) -> None:
    network.world.post(SAM, f"{PARTY} :blobcat:", emoji=("blobcat",))
    assert [emoji.shortcode for emoji in await network.asks(PARTY, "custom_emojis")] == ["blobcat"]


async def test_an_application_learns_what_its_token_may_do(network: Network) -> None:
    application = await network.asks(PARTY, "app_verify_credentials", scopes="read:statuses write:statuses")
    assert application.scopes == ["read:statuses", "write:statuses"]


async def test_the_library_registers_an_application(network: Network) -> None:
    address = network.addresses["fernwick.example"]
    created = await asyncio.to_thread(Mastodon.create_app, "party bot", scopes=["read"], api_base_url=address)
    assert len(created) == 2
    assert all(created)


async def test_a_token_given_back_is_worth_nothing(network: Network) -> None:
    secret = network.api(PARTY).access_token
    async with network.http(None) as client:
        assert (await client.post("/oauth/revoke", data={"token": secret})).json() == {}
    with pytest.raises(MastodonUnauthorizedError):
        await network.asks(PARTY, "account_verify_credentials")


async def test_passwords_are_not_taken(network: Network) -> None:
    async with network.http(None) as client:
        answer = await client.post("/oauth/token", data={"grant_type": "password"})
        nameless = await client.post("/api/v1/apps", data={})
    assert (answer.status_code, nameless.status_code) == (400, 422)
