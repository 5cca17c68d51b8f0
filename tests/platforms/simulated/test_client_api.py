from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mastodon.errors import MastodonAPIError, MastodonNotFoundError, MastodonUnauthorizedError

from bot.platforms.simulated.hosts import Settings
from bot.platforms.simulated.server import create_app
from bot.platforms.simulated.world import World
from tests.platforms.simulated.conftest import JO, LEADER, PARTY, SAM, Network, populated

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.platforms.simulated.conftest import Clock

GREETING = f"{PARTY} hello"


async def test_the_real_library_reads_a_mention_and_answers_it(network: Network) -> None:
    mention = network.world.post(SAM, GREETING, language="en")
    me = await network.asks(PARTY, "account_verify_credentials")
    (notice,) = await network.asks(PARTY, "notifications", types=["mention"])
    posted = await network.asks(
        PARTY,
        "status_post",
        "@sam@elsewhere.example Thank you.",
        in_reply_to_id=notice.status.id,
        visibility="unlisted",
        idempotency_key="first",
        language="en",
    )
    assert (me.acct, me.source.note) == ("party", "We plant trees.")
    assert (notice.type, notice.status.account.acct, notice.status.uri) == (
        "mention",
        "sam@elsewhere.example",
        mention.uri,
    )
    assert (posted.in_reply_to_id, posted.visibility, posted.language) == (notice.status.id, "unlisted", "en")
    (entry,) = [entry for entry in network.world.record()["posts"] if entry["author"] == PARTY]
    assert (entry["in_reply_to"], entry["idempotency_key"], entry["sent_by"]) == (mention.uri, "first", "api")


async def test_a_post_has_another_id_on_another_server_and_is_found_there_by_resolving(network: Network) -> None:
    mention = network.world.post(JO, GREETING)
    before = await network.asks(LEADER, "search_v2", mention.uri, resolve=False)
    by_uri = await network.asks(LEADER, "search_v2", mention.uri, resolve=True)
    by_link = await network.asks(LEADER, "search_v2", network.world.url(mention), resolve=True)
    (here,) = by_uri.statuses
    assert before.statuses == []
    assert here.uri == mention.uri
    assert here.id != mention.number
    assert [found.id for found in by_link.statuses] == [here.id]
    with pytest.raises(MastodonNotFoundError):
        await network.asks(LEADER, "status", mention.number)


async def test_resolving_without_a_token_is_refused(network: Network) -> None:
    async with network.http(None) as client:
        answer = await client.get("/api/v2/search", params={"q": "https://x.example/1", "resolve": "true"})
    assert answer.status_code == 401


async def test_what_comes_from_a_server_that_is_cut_off_cannot_be_resolved(world: World, network: Network) -> None:
    world.add_server("island.example", Settings(federates=False), runs=False)
    world.add_person("@mara@island.example")
    post = world.post("@mara@island.example", "nobody hears me")
    assert (await network.asks(PARTY, "search_v2", post.uri, resolve=True)).statuses == []


async def test_min_id_walks_through_a_burst_and_since_id_skips_its_middle(network: Network) -> None:
    for number in range(100):
        network.world.post(SAM, f"{GREETING} {number}")
    newest = await network.asks(PARTY, "notifications", types=["mention"], since_id="0", limit=30)
    oldest = await network.asks(PARTY, "notifications", types=["mention"], min_id="0", limit=30)
    assert newest[0].status.content.endswith("hello 99</p>")
    assert newest[-1].status.content.endswith("hello 70</p>")
    assert [oldest[0].status.content[-12:], oldest[-1].status.content[-11:]] == ["hello 29</p>", "hello 0</p>"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(0, 60), limit=st.integers(1, 25), style=st.sampled_from(["snowflake", "ulid"]))
def test_draining_with_min_id_gives_every_mention_once_in_order(count: int, limit: int, style: str) -> None:
    async def drained() -> list[str]:
        world = World()
        world.add_server(
            "fernwick.example", Settings(ids="ulid" if style == "ulid" else "snowflake", calls_per_window=None)
        )
        populated(world)
        written = [world.post(SAM, f"{GREETING} {number}").uri for number in range(count)]
        read: list[str] = []
        transport = httpx.ASGITransport(create_app(world, world.hosts["fernwick.example"]))
        headers = {"Authorization": f"Bearer {world.grant(PARTY)}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://fernwick", headers=headers) as client:
            cursor = "0"
            while page := (await client.get("/api/v1/notifications", params={"min_id": cursor, "limit": limit})).json():
                read += [notice["status"]["uri"] for notice in reversed(page)]
                cursor = page[0]["id"]
        assert read == written
        return read

    assert len(asyncio.run(drained())) == count


async def test_pages_are_linked_so_that_the_library_can_turn_them(network: Network) -> None:
    for number in range(50):
        network.world.post(SAM, f"{GREETING} {number}")
    first = await network.asks(PARTY, "notifications", types=["mention"], limit=20)
    second = await network.asks(PARTY, "fetch_next", first)
    back = await network.asks(PARTY, "fetch_previous", second)
    assert len(second) == 20
    assert second[0].status.content.endswith("hello 29</p>")
    assert [notice.id for notice in back] == [notice.id for notice in first]


async def test_notifications_can_be_asked_for_by_kind_and_sender(network: Network) -> None:
    own = network.world.post(PARTY, "Our plan is out.")
    network.world.post(SAM, GREETING)
    network.world.favourite(JO, own.uri)
    network.world.follow(SAM, PARTY)
    everything = await network.asks(PARTY, "notifications")
    others = await network.asks(PARTY, "notifications", exclude_types=["mention"])
    sam = everything[0].account.id
    from_sam = await network.asks(PARTY, "notifications", account_id=sam)
    one = await network.asks(PARTY, "notifications", everything[0].id)
    assert [notice.type for notice in everything] == ["follow", "favourite", "mention"]
    assert [notice.type for notice in others] == ["follow", "favourite"]
    assert [notice.type for notice in from_sam] == ["follow", "mention"]
    assert one.id == everything[0].id
    with pytest.raises(MastodonNotFoundError):
        await network.asks(PARTY, "notifications", "999999")


async def test_an_edit_keeps_the_notification_and_tells_nobody_again(network: Network, clock: Clock) -> None:
    mention = network.world.post(SAM, GREETING)
    (before,) = await network.asks(PARTY, "notifications")
    clock.move(minutes=3)
    network.world.edit(mention.uri, f"{PARTY} goodbye")
    (after,) = await network.asks(PARTY, "notifications")
    assert after.id == before.id
    assert after.status.id == before.status.id
    assert after.status.content.endswith("goodbye</p>")
    assert (before.status.edited_at, after.status.edited_at) == (None, clock())
    wordings = await network.asks(PARTY, "status_history", after.status.id)
    assert [wording.content for wording in wordings] == [before.status.content, after.status.content]


async def test_a_mention_added_by_an_edit_does_notify(network: Network) -> None:
    post = network.world.post(SAM, "hello")
    assert await network.asks(PARTY, "notifications") == []
    network.world.edit(post.uri, GREETING)
    assert [notice.type for notice in await network.asks(PARTY, "notifications")] == ["mention"]


async def test_a_deleted_post_is_gone_everywhere_with_its_notification(network: Network) -> None:
    mention = network.world.post(SAM, GREETING)
    (notice,) = await network.asks(PARTY, "notifications")
    network.world.delete(mention.uri)
    assert await network.asks(PARTY, "notifications") == []
    assert await network.asks(PARTY, "statuses", [notice.status.id]) == []
    assert (await network.asks(PARTY, "search_v2", mention.uri, resolve=True)).statuses == []
    for read in ("status", "status_context", "status_history"):
        with pytest.raises(MastodonNotFoundError):
            await network.asks(PARTY, read, notice.status.id)
    with pytest.raises(MastodonNotFoundError, match="reply to does not appear to exist"):
        await network.asks(PARTY, "status_post", "too late", in_reply_to_id=notice.status.id)


async def test_the_cursor_of_a_deleted_notification_still_works(network: Network) -> None:
    mention = network.world.post(SAM, GREETING)
    (notice,) = await network.asks(PARTY, "notifications")
    network.world.delete(mention.uri)
    network.world.post(SAM, f"{GREETING} again")
    assert len(await network.asks(PARTY, "notifications", min_id=notice.id)) == 1


async def test_who_was_blocked_by_an_author_finds_nothing_and_cannot_reply(network: Network) -> None:
    mention = network.world.post(SAM, GREETING)
    local = network.world.hosts["fernwick.example"].learn(mention)
    network.world.block(SAM, PARTY)
    with pytest.raises(MastodonNotFoundError):
        await network.asks(PARTY, "status", local)
    with pytest.raises(MastodonNotFoundError):
        await network.asks(PARTY, "status_post", "please", in_reply_to_id=local)
    (relation,) = await network.asks(
        PARTY,
        "account_relationships",
        network.world.hosts["fernwick.example"].meet(mention.author, network.world.now()),
    )
    assert relation.blocked_by


async def test_mentions_of_the_blocked_and_the_muted_are_not_heard(network: Network) -> None:
    network.world.post(SAM, GREETING)
    network.world.post(JO, GREETING)
    network.world.block(PARTY, SAM)
    network.world.mute(PARTY, JO)
    assert await network.asks(PARTY, "notifications") == []
    network.world.unblock(PARTY, SAM)
    network.world.unmute(PARTY, JO)
    heard = await network.asks(PARTY, "notifications")
    assert [notice.account.acct for notice in heard] == ["jo"]


async def test_a_thread_is_muted_from_any_of_its_posts_and_unmuted_again(network: Network) -> None:
    first = network.world.post(PARTY, GREETING)
    answer = network.world.post(PARTY, GREETING, in_reply_to=first.uri)
    for act, muted in (("mute", True), ("unmute", False)):
        await network.asks(PARTY, f"status_{act}", answer.number)
        seen = await network.asks(PARTY, "status", first.number)
        assert seen.muted is muted


async def test_a_private_message_is_seen_by_those_it_names_and_by_nobody_else(network: Network) -> None:
    message = network.world.post(SAM, GREETING, visibility="direct")
    (notice,) = await network.asks(PARTY, "notifications")
    assert notice.status.visibility == "direct"
    with pytest.raises(MastodonNotFoundError):
        await network.asks(JO, "status", notice.status.id)
    assert (await network.asks(LEADER, "search_v2", message.uri, resolve=True)).statuses == []
    async with network.http(None) as passer_by:
        assert (await passer_by.get(f"/api/v1/statuses/{notice.status.id}")).status_code == 404


async def test_a_post_for_followers_is_seen_by_followers(network: Network) -> None:
    network.world.follow(JO, SAM)
    post = network.world.post(SAM, "among friends", visibility="private")
    local = network.world.hosts["fernwick.example"].learn(post)
    assert (await network.asks(JO, "status", local)).visibility == "private"
    with pytest.raises(MastodonNotFoundError):
        await network.asks(PARTY, "status", local)


async def test_context_gives_what_is_above_and_below_in_the_order_of_reading(network: Network) -> None:
    first = network.world.post(PARTY, "Our plan")
    second = network.world.post(SAM, "a reply that names nobody", in_reply_to=first.uri)
    third = network.world.post(JO, "an answer to that", in_reply_to=second.uri)
    network.world.post(JO, "for her alone", in_reply_to=second.uri, visibility="direct")
    aside = network.world.post(JO, "aside", in_reply_to=first.uri)
    local = network.world.hosts["fernwick.example"].learn(second)
    around = await network.asks(PARTY, "status_context", local)
    whole = await network.asks(PARTY, "status_context", first.number)
    assert ([post.uri for post in around.ancestors], [post.uri for post in around.descendants]) == (
        [first.uri],
        [third.uri],
    )
    assert [post.uri for post in whole.descendants] == [second.uri, third.uri, aside.uri]
    assert whole.descendants[0].in_reply_to_id == first.number


async def test_a_reply_that_names_nobody_makes_no_notification(network: Network) -> None:
    first = network.world.post(PARTY, "Our plan")
    network.world.post(SAM, "a reply", in_reply_to=first.uri)
    assert await network.asks(PARTY, "notifications") == []


async def test_statuses_of_an_account_can_be_paged_and_narrowed(network: Network, clock: Clock) -> None:
    first = network.world.post(PARTY, "one")
    for number in range(3):
        clock.move(seconds=1)
        network.world.post(PARTY, f"reply {number}", in_reply_to=network.world.post(JO, "x").uri)
    me = (await network.asks(PARTY, "account_verify_credentials")).id
    everything = await network.asks(PARTY, "account_statuses", me)
    originals = await network.asks(PARTY, "account_statuses", me, exclude_replies=True)
    newer = await network.asks(PARTY, "account_statuses", me, min_id=first.number, limit=2)
    assert [post.content for post in everything] == ["<p>reply 2</p>", "<p>reply 1</p>", "<p>reply 0</p>", "<p>one</p>"]
    assert [post.content for post in originals] == ["<p>one</p>"]
    assert [post.content for post in newer] == ["<p>reply 1</p>", "<p>reply 0</p>"]


async def test_an_account_is_found_by_its_name_once_the_server_has_met_it(network: Network) -> None:
    assert (await network.asks(PARTY, "account_lookup", "jo")).acct == "jo"
    with pytest.raises(MastodonNotFoundError):
        await network.asks(PARTY, "account_lookup", SAM)
    (found,) = (await network.asks(PARTY, "search_v2", SAM, resolve=True)).accounts
    assert (found.acct, found.followers_count) == ("sam@elsewhere.example", 12)
    assert (await network.asks(PARTY, "account_lookup", SAM)).id == found.id
    assert (await network.asks(PARTY, "account", found.id)).note == "<p>Member since 2015</p>"


async def test_posts_come_several_at_once_and_too_many_are_refused(network: Network) -> None:
    ids = [network.world.post(PARTY, f"{number}").number for number in range(3)]
    assert [post.id for post in await network.asks(PARTY, "statuses", [*ids, "1"])] == ids
    with pytest.raises(MastodonAPIError) as refused:
        await network.asks(PARTY, "statuses", [str(number) for number in range(30)])
    assert refused.value.args[1] == 422


async def test_only_the_author_has_the_source_edits_and_deletes(network: Network) -> None:
    posted = await network.asks(PARTY, "status_post", f"{SAM} a < b & c", spoiler_text="sums")
    source = await network.asks(PARTY, "status_source", posted.id)
    assert (source.text, source.spoiler_text) == (f"{SAM} a < b & c", "sums")
    changed = await network.asks(PARTY, "status_update", posted.id, "changed")
    assert (changed.content, changed.edited_at is None) == ("<p>changed</p>", False)
    for forbidden in (("status_source", posted.id), ("status_update", posted.id, "mine"), ("status_delete", posted.id)):
        with pytest.raises(MastodonNotFoundError):
            await network.asks(JO, *forbidden)
    assert (await network.asks(PARTY, "status_delete", posted.id)).text == "changed"
    with pytest.raises(MastodonNotFoundError):
        await network.asks(PARTY, "status", posted.id)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "Text can't be blank"), ("x" * 501, "Text character limit of 500 exceeded")],
)
async def test_a_post_that_is_not_valid_is_refused_with_the_reason(network: Network, text: str, message: str) -> None:
    with pytest.raises(MastodonAPIError) as refused:
        await network.asks(PARTY, "status_post", text)
    assert refused.value.args[1] == 422
    assert message in refused.value.args[3]


async def test_a_poll_sent_by_the_library_is_kept(network: Network) -> None:
    poll = network.api(PARTY).make_poll(["yes", "no"], expires_in=3600)
    posted = await network.asks(PARTY, "status_post", "Buses?", poll=poll)
    assert [option.title for option in posted.poll.options] == ["yes", "no"]


async def test_the_same_key_posts_once_where_keys_are_kept(network: Network, clock: Clock) -> None:
    first = await network.asks(PARTY, "status_post", "once", idempotency_key="k")
    again = await network.asks(PARTY, "status_post", "once", idempotency_key="k")
    clock.move(hours=2)
    later = await network.asks(PARTY, "status_post", "once", idempotency_key="k")
    assert first.id == again.id != later.id


async def test_the_same_key_posts_twice_where_keys_are_ignored(run: Callable[[World], Awaitable[Network]]) -> None:
    world = World()
    world.add_server("fernwick.example", Settings(idempotency_keys="ignored", ids="ulid", calls_per_window=None))
    network = await run(populated(world))
    first = await network.asks(PARTY, "status_post", "once", idempotency_key="k")
    again = await network.asks(PARTY, "status_post", "once", idempotency_key="k")
    assert str(first.id) < str(again.id)
    assert len(str(first.id)) == 26


async def test_the_same_key_posts_twice_at_one_moment_and_once_later_where_keys_are_raced(
    run: Callable[[World], Awaitable[Network]], clock: Clock
) -> None:
    world = World(clock)
    world.add_server("fernwick.example", Settings(idempotency_keys="raced", calls_per_window=None))
    network = await run(populated(world))
    first = await network.asks(PARTY, "status_post", "once", idempotency_key="k")
    again = await network.asks(PARTY, "status_post", "once", idempotency_key="k")
    clock.move(seconds=5)
    later = await network.asks(PARTY, "status_post", "once", idempotency_key="k")
    assert first.id != again.id == later.id


@pytest.mark.parametrize(
    ("scopes", "call"),
    [
        ("read:statuses", ("notifications",)),
        ("read:notifications", ("status", "1")),
        ("read", ("status_post", "hello")),
        ("write", ("account_verify_credentials",)),
        ("read:statuses", ("search_v2", "sam")),
        ("write:statuses", ("report", "1")),
    ],
)
async def test_a_token_without_the_scope_is_told_so(network: Network, scopes: str, call: tuple[str, ...]) -> None:
    with pytest.raises(MastodonAPIError) as refused:
        await network.asks(PARTY, *call, scopes=scopes)
    assert refused.value.args[1] == 403
    # Of a call that returns a list, the library drops the message.
    assert refused.value.args[3] in {None, "This action is outside the authorized scopes"}


async def test_a_revoked_token_is_unauthorized(network: Network) -> None:
    network.world.revoke(str(network.api(PARTY).access_token))
    with pytest.raises(MastodonUnauthorizedError) as refused:
        await network.asks(PARTY, "account_verify_credentials")
    assert refused.value.args[3] == "The access token was revoked"


async def test_hidden_places_for_words_reach_the_reader(network: Network) -> None:
    network.world.post(
        SAM,
        GREETING,
        spoiler_text="a warning",
        poll=("yes", "never"),
        media=("a picture of a bus",),
        emoji=("blobcat",),
        language="de",
    )
    (notice,) = await network.asks(PARTY, "notifications")
    status = notice.status
    assert (status.spoiler_text, status.sensitive, status.language) == ("a warning", True, "de")
    assert [option.title for option in status.poll.options] == ["yes", "never"]
    assert [media.description for media in status.media_attachments] == ["a picture of a bus"]
    assert [emoji.shortcode for emoji in status.emojis] == ["blobcat"]
    assert [person.acct for person in status.mentions] == ["party"]
