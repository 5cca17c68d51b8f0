from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platforms.simulated.conftest import PARTY, SAM

if TYPE_CHECKING:
    from tests.platforms.simulated.conftest import Network


async def test_what_the_server_does_not_have_is_json_as_clients_expect(network: Network) -> None:
    async with network.http(PARTY) as client:
        missing = await client.get("/api/v1/no/such/thing")
        wrong = await client.delete("/api/v1/notifications")
    assert (missing.status_code, missing.json()) == (404, {"error": "Not Found"})
    assert wrong.status_code == 405


async def test_every_picture_is_a_small_blank_one(network: Network) -> None:
    network.world.post(SAM, f"{PARTY} look", media=("a bus",))
    (notice,) = await network.asks(PARTY, "notifications")
    async with network.http(None) as client:
        picture = await client.get(notice.status.media_attachments[0].url)
    assert picture.headers["content-type"] == "image/png"
