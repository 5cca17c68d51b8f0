"""What stands around a post is asked for at our own server alone, all at once, and each failure has its reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.model import ExhibitKind
from bot.platforms.mastodon import MastodonWatcher
from bot.platforms.mastodon.surroundings import RESERVE
from bot.ports import PlatformError
from tests.platforms.mastodon.conftest import PARTY, SAM, clock, status_json

if TYPE_CHECKING:
    from bot.model import Found
    from tests.platforms.mastodon.conftest import Network, Scripted

ALL = frozenset(ExhibitKind)
AROUND = ALL - {ExhibitKind.POST}
NEWS = "/api/v1/notifications"


def by_kind(found: list[Found]) -> dict[ExhibitKind, Found]:
    return {one.kind: one for one in found}


async def test_thread_account_pages_and_pictures_are_had_as_they_stand(network: Network) -> None:
    watcher = network.watcher()
    cursor = (await watcher.fetch(None)).cursor
    before = network.world.post(PARTY, "Good evening")
    network.world.post(SAM, f"{PARTY} look", in_reply_to=before.uri, media=("a photo", "another"))
    mention = (await watcher.fetch(cursor)).mentions[0]
    found = list(await watcher.surroundings(mention, AROUND))
    assert [one.missing for one in found] == [""] * 6
    had = by_kind(found)
    assert [one.kind for one in found].count(ExhibitKind.MEDIA) == 2
    thread, author = had[ExhibitKind.THREAD].original, had[ExhibitKind.AUTHOR].original
    assert thread
    assert json.loads(thread.body)["ancestors"][0]["uri"] == before.uri
    assert author
    assert json.loads(author.body)["note"] == "<p>member since 2015</p>"
    page, profile = had[ExhibitKind.POST_PAGE].original, had[ExhibitKind.PROFILE_PAGE].original
    assert page and profile  # noqa: PT018  both or neither
    assert b"look" in page.body
    assert b"member since 2015" in profile.body
    picture = had[ExhibitKind.MEDIA].original
    assert picture
    assert picture.media_type == "image/png"
    assert picture.body.startswith(b"\x89PNG")
    assert dict(picture.headers)["date"]


async def test_of_a_post_that_was_just_deleted_what_is_left_is_had_and_the_rest_said(network: Network) -> None:
    mention = await network.mention(media=("a photo",))
    network.world.delete(mention.uri)
    had = by_kind(list(await network.watcher().surroundings(mention, ALL)))
    assert had[ExhibitKind.AUTHOR].original
    for kind in (ExhibitKind.POST, ExhibitKind.THREAD):
        assert had[kind].missing == "The server does not have it, or does not show it to us."
    assert had[ExhibitKind.MEDIA].missing == "The server answered 404."
    assert not any(found.again for found in had.values())


async def test_the_bytes_of_a_mention_are_those_of_its_post_within_the_answer(network: Network) -> None:
    mention = await network.mention()
    assert mention.original
    assert json.loads(mention.original.body)["uri"] == mention.uri
    assert mention.original.exact
    assert mention.original.server_time


async def test_a_picture_on_the_author_s_own_server_is_not_asked_for(scripted: Scripted) -> None:
    far = {"url": "https://elsewhere.example/cat.png", "remote_url": "https://elsewhere.example/cat.png"}
    status = status_json("1", media_attachments=[far, {"url": None, "remote_url": "https://elsewhere.example/b.png"}])
    scripted.say(NEWS, [{"id": "n1", "type": "mention", "created_at": "2026-11-20T10:00:00Z", "status": status}])
    watcher = MastodonWatcher(scripted.account(), "a-token", now=clock)
    mention = (await watcher.fetch('{"since":"2020-01-01T00:00:00Z","min_id":"n0"}')).mentions[0]
    far_away, nowhere = await watcher.surroundings(mention, {ExhibitKind.MEDIA})
    assert "author's own server" in far_away.missing
    assert nowhere.missing == "Our own server has no copy of it."
    await watcher.close()


async def test_evidence_stands_back_before_the_questions_for_reading_run_out(scripted: Scripted) -> None:
    scripted.say(
        NEWS,
        [{"id": "n1", "type": "mention", "created_at": "2026-11-20T10:00:00Z", "status": status_json()}],
        headers={"X-RateLimit-Remaining": str(RESERVE - 1)},
    )
    watcher = MastodonWatcher(scripted.account(), "a-token", now=clock)
    mention = (await watcher.fetch('{"since":"2020-01-01T00:00:00Z","min_id":"n0"}')).mentions[0]
    with pytest.raises(PlatformError) as caught:
        await watcher.surroundings(mention, ALL)
    assert caught.value.code == "rate_limited"
    await watcher.close()


async def test_a_server_in_trouble_is_said_to_be_and_worth_another_attempt(scripted: Scripted) -> None:
    scripted.say(NEWS, [{"id": "n1", "type": "mention", "status": status_json()}])
    watcher = MastodonWatcher(scripted.account(), "a-token", now=clock)
    mention = (await watcher.fetch('{"since":"2020-01-01T00:00:00Z","min_id":"n0"}')).mentions[0]
    for path in ("/api/v1/statuses/1/context", "/@sam@elsewhere.example/1"):
        scripted.say(path, b"busy", status=503)
    thread, page = await watcher.surroundings(mention, {ExhibitKind.THREAD, ExhibitKind.POST_PAGE})
    assert (thread.missing, thread.again) == ("The server was in trouble.", True)
    assert (page.missing, page.again) == ("The server answered 503.", True)
    await watcher.close()


@pytest.mark.parametrize("address", ["https://[bad/1", "https://x\u2100.example/1"])
async def test_an_address_that_is_none_costs_nothing_but_what_lies_there(scripted: Scripted, address: str) -> None:
    ours = f"{scripted.address}/1.png"
    status = status_json("1", url=address, media_attachments=[{"url": ours, "remote_url": address}])
    scripted.say(NEWS, [{"id": "n1", "type": "mention", "created_at": "2026-11-20T10:00:00Z", "status": status}])
    for path in ("/api/v1/statuses/1/context", "/@sam@elsewhere.example/1", "/1.png"):
        scripted.say(path, b"as it stands")
    watcher = MastodonWatcher(scripted.account(), "a-token", now=clock)
    mention = (await watcher.fetch('{"since":"2020-01-01T00:00:00Z","min_id":"n0"}')).mentions[0]
    found = await watcher.surroundings(mention, {ExhibitKind.THREAD, ExhibitKind.POST_PAGE, ExhibitKind.MEDIA})
    assert [one.original.body if one.original else one.missing for one in found] == [b"as it stands"] * 3
    await watcher.close()
