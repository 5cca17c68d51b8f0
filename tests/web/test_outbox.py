"""The page from which compliance takes what was sealed: behind its token, and good for nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from bot.store import Outgoing
from bot.web.outbox import outbox_app
from tests.fakes.wall import PUBLIC, TOKEN, pass_on

if TYPE_CHECKING:
    from tests.store.scene import Scene

BOX = Outgoing(id="box", kind="mention", sealed="c2VhbGVk")
PLACES = [("GET", "/boxes"), ("GET", "/held"), ("GET", "/boxes/box"), ("POST", "/boxes/box/taken")]


async def ask(scene: Scene, method: str, path: str, token: str | None = f"Bearer {TOKEN}") -> httpx.Response:
    app = outbox_app(scene.store.outbox, token=TOKEN, public_key=PUBLIC)
    headers = [] if token is None else [(b"Authorization", token.encode("latin-1"))]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1") as client:
        return await client.request(method, path, headers=headers)


@pytest.mark.parametrize(("method", "path"), PLACES)
@pytest.mark.parametrize(
    "token", [None, "", "Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", TOKEN, "Bearer \xe9"]
)
async def test_nobody_without_the_token_gets_or_changes_anything(
    scene: Scene, method: str, path: str, token: str | None
) -> None:
    await pass_on(scene.store, BOX)
    answer = await ask(scene, method, path, token)
    assert (answer.status_code, answer.content) == (401, b"")
    assert len(await scene.store.outbox.waiting(10)) == 1


async def test_boxes_come_with_the_key_for_which_they_are_sealed(scene: Scene) -> None:
    await pass_on(scene.store, BOX)
    said = (await ask(scene, "GET", "/boxes")).json()
    assert said["sealed_for"] == PUBLIC
    [box] = said["boxes"]
    assert (box["id"], box["sealed"]) == (BOX.id, BOX.sealed)
    assert set(box) == {"id", "made_at", "sealed", "sha256"}
    assert (await ask(scene, "GET", "/boxes?offset=1")).json()["boxes"] == []


async def test_taken_box_is_offered_no_more_and_still_held(scene: Scene) -> None:
    await pass_on(scene.store, BOX)
    for _ in range(2):
        assert (await ask(scene, "POST", "/boxes/box/taken")).status_code == 204
    assert (await ask(scene, "GET", "/boxes")).json()["boxes"] == []
    assert (await ask(scene, "GET", "/held")).json() == {"held": ["box"]}
    assert (await ask(scene, "GET", "/boxes/box")).json()["sealed"] == BOX.sealed


@pytest.mark.parametrize("offset", ["-1", "x", "", "9" * 30, "1e3"])
async def test_offset_is_a_number(scene: Scene, offset: str) -> None:
    assert (await ask(scene, "GET", f"/boxes?offset={offset}")).status_code == 400


async def test_what_is_not_there_is_not_found(scene: Scene) -> None:
    assert (await ask(scene, "GET", "/boxes/unknown")).status_code == 404
    assert (await ask(scene, "POST", f"/boxes/{'x' * 5000}/taken")).status_code == 204
    assert (await ask(scene, "DELETE", "/boxes/unknown")).status_code == 405
