from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Visibility
from bot.platforms.mastodon import MastodonWatcher
from bot.ports import Fault, PlatformError, Presence
from tests.platforms.mastodon.conftest import LEADER, PARTY, POST, SAM, clock, status_json

if TYPE_CHECKING:
    from bot.model import Mention
    from tests.platforms.mastodon.conftest import Network, Scripted

NEWS = "/api/v1/notifications"


async def drained(watcher: MastodonWatcher, cursor: str) -> tuple[list[Mention], str]:
    mentions: list[Mention] = []
    more = True
    while more:
        page = await watcher.fetch(cursor)
        assert page.cursor
        mentions += page.mentions
        cursor, more = page.cursor, page.more
    return mentions, cursor


async def begun(watcher: MastodonWatcher) -> str:
    page = await watcher.fetch(None)
    assert (page.mentions, page.more) == ((), False)
    assert page.cursor
    return page.cursor


async def test_what_was_said_before_the_first_connection_is_never_handed_over(network: Network) -> None:
    network.world.post(SAM, f"{PARTY} long ago")
    watcher = network.watcher()
    cursor = await begun(watcher)
    assert await drained(watcher, cursor) == ([], cursor)


@pytest.mark.parametrize("who", [PARTY, LEADER])
async def test_a_burst_is_drained_in_order_and_nothing_is_skipped(network: Network, who: str) -> None:
    network.world.post(SAM, f"{who} before")
    watcher = network.watcher(who)
    cursor = await begun(watcher)
    written = [network.world.post(SAM, f"{who} number {number}").uri for number in range(1000)]
    mentions, cursor = await drained(watcher, cursor)
    assert [mention.uri for mention in mentions] == written
    assert await drained(watcher, cursor) == ([], cursor)


async def test_the_first_burst_of_an_account_that_was_never_mentioned_is_read_whole(network: Network) -> None:
    watcher = network.watcher()
    cursor = await begun(watcher)
    written = [network.world.post(SAM, f"{PARTY} number {number}").uri for number in range(205)]
    mentions, cursor = await drained(watcher, cursor)
    assert [mention.uri for mention in mentions] == written
    assert await drained(watcher, cursor) == ([], cursor)


async def test_the_same_cursor_gives_the_same_mentions_again(network: Network) -> None:
    watcher = network.watcher()
    cursor = await begun(watcher)
    network.world.post(SAM, f"{PARTY} once")
    network.world.post(SAM, "unnamed", in_reply_to=network.world.post(PARTY, "Good evening").uri)
    first, _ = await drained(watcher, cursor)
    again, _ = await drained(watcher, cursor)
    assert first == again
    assert {mention.text for mention in first} == {"@party once", "unnamed"}


async def test_a_cursor_lives_through_a_restart(network: Network) -> None:
    watcher = network.watcher()
    cursor = await begun(watcher)
    network.world.post(SAM, f"{PARTY} one")
    _, cursor = await drained(watcher, cursor)
    two = network.world.post(SAM, f"{PARTY} two")
    mentions, _ = await drained(network.watcher(), cursor)
    assert two.uri in {mention.uri for mention in mentions}


async def test_a_deleted_post_s_notification_still_serves_as_a_cursor(network: Network) -> None:
    watcher = network.watcher()
    cursor = await begun(watcher)
    gone = network.world.post(SAM, f"{PARTY} one")
    _, cursor = await drained(watcher, cursor)
    network.world.delete(gone.uri)
    two = network.world.post(SAM, f"{PARTY} two")
    mentions, _ = await drained(watcher, cursor)
    assert [mention.uri for mention in mentions] == [two.uri]


async def test_replies_that_name_nobody_come_with_the_mentions(network: Network) -> None:
    watcher = network.watcher()
    cursor = await begun(watcher)
    post = network.world.post(PARTY, "Good evening")
    reply = network.world.post(SAM, "unnamed", in_reply_to=post.uri)
    mentions, cursor = await drained(watcher, cursor)
    assert [(mention.uri, mention.thread) for mention in mentions] == [(reply.uri, post.uri)]
    assert (await drained(watcher, cursor))[0] == []


async def test_a_reply_that_names_us_comes_once(network: Network) -> None:
    watcher = network.watcher()
    cursor = await begun(watcher)
    reply = network.world.post(SAM, f"{PARTY} named", in_reply_to=network.world.post(PARTY, "Good evening").uri)
    mentions, cursor = await drained(watcher, cursor)
    assert [mention.uri for mention in mentions] == [reply.uri]
    assert (await drained(watcher, cursor))[0] == []


async def test_our_own_posts_are_left_out(network: Network) -> None:
    watcher = network.watcher()
    cursor = await begun(watcher)
    post = network.world.post(PARTY, f"{PARTY} speaks of itself")
    network.world.post(PARTY, "and answers", in_reply_to=post.uri)
    assert (await drained(watcher, cursor))[0] == []


async def test_a_private_message_is_known_as_one(network: Network) -> None:
    watcher = network.watcher()
    cursor = await begun(watcher)
    network.world.post(SAM, f"{PARTY} between us", visibility="direct")
    (mention,) = (await drained(watcher, cursor))[0]
    assert (mention.visibility, mention.addressed) == (Visibility.DIRECT, (PARTY,))


async def test_a_mention_added_by_an_edit_is_handed_over(network: Network) -> None:
    watcher = network.watcher()
    post = network.world.post(SAM, "nobody named")
    cursor = await begun(watcher)
    network.world.edit(post.uri, f"{PARTY} after all")
    (mention,) = (await drained(watcher, cursor))[0]
    assert mention.edited_at is not None


async def test_trouble_with_replies_does_not_hold_up_mentions(network: Network) -> None:
    watcher = network.watcher()
    cursor = await begun(watcher)
    network.world.post(SAM, "unnamed", in_reply_to=network.world.post(PARTY, "Good evening").uri)
    post = network.world.post(SAM, f"{PARTY} named")
    network.host(PARTY).faults.add("status", status=500, path="/(context|accounts/.*)$", times=None)
    page = await watcher.fetch(cursor)
    assert [mention.uri for mention in page.mentions] == [post.uri]
    with pytest.raises(PlatformError):
        await watcher.fetch(page.cursor)
    network.host(PARTY).faults.clear()
    assert [mention.text for mention in (await watcher.fetch(page.cursor)).mentions] == ["unnamed"]


async def test_after_trouble_nothing_is_missing(network: Network) -> None:
    watcher = network.watcher()
    cursor = await begun(watcher)
    post = network.world.post(SAM, f"{PARTY} in the storm")
    for fault in ("status", "html", "malformed", "cut"):
        planned = network.host(PARTY).faults.add(fault, times=None)
        with pytest.raises(PlatformError):
            await watcher.fetch(cursor)
        network.host(PARTY).faults.clear(planned.number)
    assert [mention.uri for mention in (await drained(watcher, cursor))[0]] == [post.uri]


async def test_a_strange_notification_becomes_a_sentence_and_stops_nothing(scripted: Scripted) -> None:
    watcher = MastodonWatcher(scripted.account(), "a-token", now=clock)
    scripted.say(NEWS, [{"id": "1", "type": "mention", "status": None}])
    cursor = (await watcher.fetch(None)).cursor
    scripted.answers[NEWS].clear()
    scripted.say(
        NEWS,
        [
            {"id": "4", "type": "mention", "status": {"id": 4}},
            {"id": "3", "type": "mention", "status": status_json("30")},
            {"id": "2", "type": "favourite", "status": status_json("20")},
        ],
    )
    page = await watcher.fetch(cursor)
    assert [mention.native_id for mention in page.mentions] == ["30"]
    assert len(page.malformed) == 1
    assert "Notification 4" in page.malformed[0]
    assert page.cursor is not None
    assert '"min_id":"4"' in page.cursor
    await watcher.close()


async def test_a_server_that_does_not_know_min_id_does_not_keep_us_for_ever(scripted: Scripted) -> None:
    watcher = MastodonWatcher(scripted.account(), "a-token", now=clock)
    scripted.say(NEWS, [{"id": "1", "type": "mention", "status": status_json("10")}])
    page = await watcher.fetch((await watcher.fetch(None)).cursor)
    assert not page.more
    await watcher.close()


async def test_what_filters_hide_is_asked_for_too(scripted: Scripted) -> None:
    watcher = MastodonWatcher(scripted.account(), "a-token", now=clock)
    scripted.say(NEWS, [])
    await watcher.fetch(None)
    assert scripted.asked == [(NEWS, "types%5B%5D=mention&include_filtered=true&limit=1")]
    await watcher.close()


async def test_a_cursor_that_is_not_ours_is_refused_in_words(network: Network) -> None:
    with pytest.raises(PlatformError) as caught:
        await network.watcher().fetch("at://something")
    assert (caught.value.fault, caught.value.code) == (Fault.PERMANENT, "malformed")


async def test_mentions_are_in_the_order_of_writing_whatever_way_they_came(network: Network) -> None:
    watcher = network.watcher()
    cursor = await begun(watcher)
    post = network.world.post(PARTY, "Good evening")
    network.world.post(SAM, "first, unnamed", in_reply_to=post.uri)
    network.world.post(SAM, f"{PARTY} second")
    mentions, _ = await drained(watcher, cursor)
    written = [mention.created_at for mention in (await watcher.fetch(cursor)).mentions]
    assert written == sorted(written)
    assert {mention.text for mention in mentions} == {"first, unnamed", "@party second"}


async def test_a_mention_that_stands_unchanged_has_the_same_digest(network: Network) -> None:
    watcher = network.watcher()
    mention = await network.mention()
    (sighting,) = await watcher.look([mention])
    assert sighting.presence is Presence.PRESENT
    assert sighting.mention is not None
    assert sighting.mention.digest == mention.digest


async def test_an_edit_and_a_deletion_show_when_looked_at(network: Network) -> None:
    watcher = network.watcher()
    edited, deleted = await network.mention(f"{PARTY} one"), await network.mention(f"{PARTY} two")
    network.world.edit(edited.uri, f"{PARTY} changed", spoiler_text="new")
    network.world.delete(deleted.uri)
    first, second = await watcher.look([edited, deleted])
    assert first.mention is not None
    assert (first.mention.text, first.mention.content_warning) == ("@party changed", "new")
    assert first.mention.digest != edited.digest
    assert (second.presence, second.mention) == (Presence.GONE, None)


async def test_the_post_of_somebody_who_blocked_us_is_not_to_be_seen(network: Network) -> None:
    mention = await network.mention()
    network.world.block(SAM, PARTY)
    (sighting,) = await network.watcher().look([mention])
    assert sighting.presence is Presence.GONE


async def test_a_reported_link_is_found_with_what_it_answers(network: Network) -> None:
    root = network.world.post(LEADER, "My evening")
    post = network.world.post(SAM, "nobody named", in_reply_to=root.uri)
    mention = await network.watcher(scopes="read").find(network.world.url(post))
    assert mention is not None
    assert (mention.uri, mention.thread) == (post.uri, root.uri)


@pytest.mark.parametrize(
    "url", ["ftp://elsewhere.example/1", "not a link", "https://[", "https://elsewhere.example/@sam/1"]
)
async def test_a_link_to_nothing_is_not_found(network: Network, url: str) -> None:
    assert await network.watcher(scopes="read").find(url) is None


async def test_an_account_s_facts_are_told(network: Network) -> None:
    facts = await network.watcher(scopes=POST).facts()
    assert (facts.handle, facts.character_limit, facts.bot) == (PARTY, 500, False)
    assert facts.scopes == frozenset(POST.split())
    assert facts.profile_text == "For a greener Fernwick\nReplies: Software suggests, staff approve"


async def test_facts_are_told_with_a_token_that_may_only_watch(network: Network) -> None:
    facts = await network.watcher().facts()
    assert facts.handle == PARTY
    assert facts.scopes == frozenset({"read:notifications", "read:statuses"})


async def test_facts_of_a_server_that_says_little(scripted: Scripted) -> None:
    scripted.say("/api/v1/accounts/verify_credentials", {"id": "1", "acct": "party", "note": "<p>Hi</p>"})
    scripted.say("/api/v1/instance", {"max_toot_chars": 5000})
    watcher = MastodonWatcher(scripted.account(), "a-token", now=clock)
    facts = await watcher.facts()
    assert (facts.scopes, facts.character_limit, facts.profile_text) == (None, 5000, "Hi")
    await watcher.close()


async def test_scopes_of_the_token_count_before_those_of_its_application(scripted: Scripted) -> None:
    scripted.say("/api/v1/accounts/verify_credentials", {"id": "1", "acct": "party"})
    scripted.say("/oauth/token/info", {"scope": ["read:statuses"]})
    scripted.say("/api/v1/apps/verify_credentials", {"scopes": ["read", "write"]})
    watcher = MastodonWatcher(scripted.account(), "a-token", now=clock)
    assert (await watcher.facts()).scopes == frozenset({"read:statuses"})
    await watcher.close()


async def test_an_account_with_a_revoked_token_says_so(network: Network) -> None:
    watcher = network.watcher()
    cursor = await begun(watcher)
    network.world.revoke(next(iter(network.world._tokens)))  # noqa: SLF001  # the only token that was given
    with pytest.raises(PlatformError) as caught:
        await watcher.fetch(cursor)
    assert caught.value.code == "token_revoked"
