from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.platforms.simulated.conftest import PARTY, SAM

if TYPE_CHECKING:
    from tests.platforms.simulated.conftest import Network


async def test_an_evening_can_be_played_over_http(network: Network) -> None:
    async with network.control() as director:
        await director.post(
            "/sim/people",
            json={
                "handle": "@ada@new.example",
                "display_name": "Ada",
                "bio": "member since 2015",
                "created_at": "2019-05-01T10:00:00Z",
                "fields": [["Town", "Fernwick"]],
            },
        )
        post = (await director.post("/sim/posts", json={"author": "@ada@new.example", "text": f"{PARTY} shame"})).json()
        await director.put("/sim/posts", json={"uri": post["uri"], "text": f"{PARTY} shame on you"})
        answer = {"author": SAM, "text": "no", "in_reply_to": post["url"], "spoiler_text": "hm", "language": "en"}
        reply = (await director.post("/sim/posts", json=answer)).json()
        await director.request("DELETE", "/sim/posts", json={"uri": reply["uri"]})
        await director.patch("/sim/people", json={"handle": "@ada@new.example", "display_name": "Ada L."})
        await director.post("/sim/relations", json={"who": PARTY, "does": "mute", "whom": SAM})
        await director.post("/sim/relations", json={"who": SAM, "does": "favourite", "whom": post["uri"]})
        record = (await director.get("/sim/record")).json()
        everybody = (await director.get("/sim/people")).json()
    assert [entry["text"] for entry in record["posts"]] == [f"{PARTY} shame on you", "no"]
    assert record["posts"][1]["in_reply_to"] == post["uri"]
    assert record["posts"][1]["deleted_at"]
    assert [person["display_name"] for person in record["people"]][-1] == "Ada L."
    assert everybody[-1]["handle"] == "@ada@new.example"
    assert network.world.person("@ada@new.example").created_at.year == 2019
    assert SAM.removeprefix("@") in network.world.person(PARTY).mutes


async def test_tokens_are_given_out_and_ended(network: Network) -> None:
    async with network.control() as director, network.http(None) as client:
        wanted = {"handle": PARTY, "scopes": "read:statuses"}
        given = (await director.post("/sim/tokens", json=wanted)).json()["access_token"]
        signed_in = {"Authorization": f"Bearer {given}"}
        granted = (await client.get("/api/v1/apps/verify_credentials", headers=signed_in)).json()["scopes"]
        await director.post("/sim/tokens", json={"revoke": given})
        after = await client.get("/api/v1/apps/verify_credentials", headers=signed_in)
    assert granted == ["read:statuses"]
    assert after.status_code == 401


async def test_without_the_control_token_nothing_can_be_played(network: Network) -> None:
    async with network.control("wrong") as stranger:
        for method, path in (("GET", "/sim/record"), ("POST", "/sim/posts"), ("POST", "/sim/faults")):
            assert (await stranger.request(method, path, json={})).status_code == 401
    assert network.world.posts == {}


async def test_the_token_of_an_account_is_no_control_token(network: Network) -> None:
    async with network.http(PARTY) as client:
        assert (await client.get("/sim/record")).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("POST", "/sim/posts", {"text": "x"}, 422, "needs `author`"),
        ("PUT", "/sim/posts", {"text": "x"}, 422, "needs `uri`"),
        ("DELETE", "/sim/posts", {}, 422, "needs `uri`"),
        ("POST", "/sim/posts", {"author": SAM, "text": "x", "colour": "red"}, 422, "colour"),
        ("POST", "/sim/posts", {"author": "@nobody@x.example", "text": "x"}, 404, "nobody called"),
        ("DELETE", "/sim/posts", {"uri": "https://x.example/1"}, 404, "not found"),
        ("POST", "/sim/relations", {"who": SAM, "does": "hug", "whom": PARTY}, 422, "hug"),
        ("POST", "/sim/people", {"handle": SAM}, 422, "already somebody"),
        ("POST", "/sim/faults", {"trouble": "cut", "server": "x.example"}, 404, "no server"),
        ("POST", "/sim/faults", {"trouble": "refuse", "server": "elsewhere.example"}, 422, "does not run"),
    ],
)
async def test_what_is_asked_wrongly_is_refused_with_the_reason(
    network: Network, method: str, path: str, body: dict[str, Any], status: int, says: str
) -> None:
    async with network.control() as director:
        answer = await director.request(method, path, json=body)
    assert answer.status_code == status
    assert says in answer.json()["error"]


async def test_faults_are_planned_shown_and_cleared_from_another_process(network: Network) -> None:
    async with network.control() as director, network.http(PARTY) as client:
        plan = {"trouble": "status", "status": 429, "path": "/notifications$", "times": None}
        number = (await director.post("/sim/faults", json=plan)).json()["number"]
        limited = await client.get("/api/v1/notifications")
        spared = await client.get("/api/v1/accounts/verify_credentials")
        shown = (await director.get("/sim/faults")).json()
        cleared = await director.request("DELETE", "/sim/faults", json={"number": number})
        after = await client.get("/api/v1/notifications")
    assert [limited.status_code, spared.status_code, after.status_code] == [429, 200, 200]
    assert limited.headers["X-RateLimit-Remaining"] == "0"
    assert shown == [{"number": number, "trouble": "status", "times": None, "met": 1}]
    assert cleared.json() == {"cleared": 1}


async def test_one_server_can_be_shut_and_opened_through_another(network: Network) -> None:
    async with network.control(domain="brindle.example") as director, network.http(PARTY) as client:
        await director.post("/sim/faults", json={"trouble": "refuse", "server": "fernwick.example"})
        with pytest.raises(httpx.ConnectError):
            await client.get("/health")
        await director.post("/sim/faults", json={"trouble": "accept", "server": "fernwick.example"})
        assert (await client.get("/health")).status_code == 200
