from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from bot.model import Receipt, Visibility
from bot.platforms.mastodon import MastodonPublisher
from bot.platforms.mastodon.decode import mention_of
from bot.platforms.mastodon.entities import Status
from bot.ports import Fault, PlatformError, Presence
from tests.platforms.mastodon.conftest import LEADER, PARTY, POST, SAM, clock, reply_to, status_json

if TYPE_CHECKING:
    from bot.model import ApprovedReply, Mention
    from tests.platforms.mastodon.conftest import Network, Scripted

STATUSES = "/api/v1/statuses$"


async def refusal(publisher: MastodonPublisher, reply: ApprovedReply) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        await publisher.publish(reply)
    return caught.value


# ── Looking before ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_another_server_sees_the_same_mention_with_the_same_digest(network: Network) -> None:
    mention = await network.mention(
        f"{PARTY} first & foremost\n\nsecond > third",
        spoiler_text="hm",
        poll=("yes", "no"),
        media=("a sign",),
        emoji=("rose", "fox"),
    )
    sighting = await network.publisher().look(mention)
    assert (sighting.presence, sighting.answered) == (Presence.PRESENT, False)
    assert sighting.mention is not None
    assert sighting.mention.digest == mention.digest
    assert sighting.mention.native_id == mention.native_id


async def test_an_edit_shows_on_another_server(network: Network) -> None:
    mention = await network.mention()
    network.world.edit(mention.uri, f"{PARTY} another word")
    sighting = await network.publisher().look(mention)
    assert sighting.mention is not None
    assert sighting.mention.text == "@party another word"
    assert sighting.mention.digest != mention.digest


async def test_on_its_own_server_a_deleted_mention_is_gone(network: Network) -> None:
    mention = await network.mention()
    network.world.delete(mention.uri)
    assert (await network.publisher(PARTY).look(mention)).presence is Presence.GONE


async def test_what_another_server_cannot_resolve_is_unreachable(network: Network) -> None:
    mention = await network.mention()
    network.world.delete(mention.uri)
    assert (await network.publisher().look(mention)).presence is Presence.UNREACHABLE


@pytest.mark.parametrize(("who", "whom"), [(SAM, LEADER), (LEADER, SAM)])
async def test_a_block_either_way_makes_the_mention_unreachable(network: Network, who: str, whom: str) -> None:
    mention = await network.mention()
    network.world.block(who, whom)
    assert (await network.publisher().look(mention)).presence is Presence.UNREACHABLE


async def test_an_author_whom_the_account_has_muted_is_not_answered_and_the_reason_is_told(network: Network) -> None:
    mention = await network.mention()
    network.world.mute(LEADER, SAM)
    sighting = await network.publisher().look(mention)
    assert (sighting.presence, sighting.why) == (Presence.UNREACHABLE, f"{LEADER} has muted its author.")


async def test_a_thread_that_the_account_has_muted_is_not_answered_until_it_is_unmuted(network: Network) -> None:
    first = network.world.post(SAM, "what do you all think?")
    mention = await network.mention(in_reply_to=first.uri)
    publisher = network.publisher()
    leader = network.world.people[LEADER.removeprefix("@")]
    leader.muted_threads.add(first.uri)
    sighting = await publisher.look(mention)
    assert (sighting.presence, sighting.why) == (Presence.UNREACHABLE, f"{LEADER} has muted this thread.")
    leader.muted_threads.clear()
    assert (await publisher.look(mention)).presence is Presence.PRESENT


async def test_an_answer_by_another_account_of_ours_counts_where_the_server_knows_of_it(network: Network) -> None:
    mention = await network.mention(f"{PARTY} {LEADER} a word")
    publisher = network.publisher()
    network.world.post(SAM, f"{PARTY} and another word", in_reply_to=mention.uri)
    assert not (await publisher.look(mention)).answered
    network.world.post(PARTY, f"{SAM} {LEADER} by hand", in_reply_to=mention.uri)
    assert (await publisher.look(mention)).answered


async def test_each_account_tells_whether_it_has_answered_itself(network: Network) -> None:
    mention = await network.mention()
    party, leader = network.publisher(PARTY), network.publisher(LEADER)
    assert not await party.has_answered(mention)
    other = network.world.post(SAM, f"{PARTY} another word")
    network.world.post(PARTY, f"{SAM} to that one", in_reply_to=other.uri)
    assert not await party.has_answered(mention)
    network.world.post(PARTY, f"{SAM} by hand", in_reply_to=mention.uri)
    assert await party.has_answered(mention)
    assert not await leader.has_answered(mention)


async def test_an_answer_of_ours_to_somebody_else_in_the_thread_does_not_count(network: Network) -> None:
    mention = await network.mention()
    other = network.world.post(SAM, "and another word", in_reply_to=mention.uri)
    network.world.post(PARTY, f"{SAM} to this one", in_reply_to=other.uri)
    assert not (await network.publisher().look(mention)).answered


async def test_the_look_tells_how_long_a_post_may_be_now(network: Network) -> None:
    mention = await network.mention()
    publisher = network.publisher()
    assert (await publisher.look(mention)).character_limit == 500
    network.host(LEADER).settings = replace(network.host(LEADER).settings, character_limit=280)
    assert (await publisher.look(mention)).character_limit == 280


async def test_a_block_that_only_the_relationship_tells_is_seen(scripted: Scripted) -> None:
    publisher, _ = scripted_publisher(scripted)
    scripted.say("/api/v1/statuses/30", status_json("30"))
    scripted.say("/api/v1/accounts/relationships", [{"id": "9", "blocked_by": True}])
    scripted.say("/api/v1/accounts/lookup", {"id": "1", "acct": "party"})
    scripted.say("/api/v1/accounts/1/statuses", [])
    assert (await publisher.look(post_30(scripted))).presence is Presence.UNREACHABLE
    await publisher.close()


async def test_a_private_message_is_never_answered_by_whom_it_was_not_addressed_to(network: Network) -> None:
    mention = await network.mention(f"{PARTY} between us", visibility="direct")
    assert (await network.publisher(LEADER).look(mention)).presence is Presence.UNREACHABLE
    assert (await network.publisher(PARTY).look(mention)).presence is Presence.PRESENT


async def test_a_post_that_became_private_in_our_books_is_not_answered_either(network: Network) -> None:
    mention = replace(await network.mention(), visibility=Visibility.DIRECT)
    assert (await network.publisher(LEADER).look(mention)).presence is Presence.UNREACHABLE


async def test_a_mention_that_a_person_answered_by_hand_counts_as_answered(network: Network) -> None:
    mention = await network.mention()
    publisher = network.publisher()
    network.world.post(LEADER, "something else altogether")
    assert not (await publisher.look(mention)).answered
    network.world.post(LEADER, f"{SAM} by hand", in_reply_to=mention.uri)
    assert (await publisher.look(mention)).answered


async def test_an_answer_long_before_the_newest_posts_is_seen(network: Network) -> None:
    mention = await network.mention()
    network.world.post(LEADER, f"{SAM} by hand", in_reply_to=mention.uri)
    for number in range(60):
        network.world.post(LEADER, f"later {number}")
    assert (await network.publisher().look(mention)).answered


# ── Posting ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_reply_is_posted_exactly_as_it_was_approved(network: Network) -> None:
    root = network.world.post(PARTY, "Our manifesto")
    mention = await network.mention(
        f"{PARTY} @kim@elsewhere.example hm", in_reply_to=root.uri, spoiler_text="a warning of theirs"
    )
    receipt = await network.publisher().publish(reply_to(mention))
    (post,) = network.posted()
    assert (post["text"], post["in_reply_to"]) == (f"{SAM} Please do not.", mention.uri)
    assert (post["visibility"], post["idempotency_key"]) == ("unlisted", "key-1")
    stored = network.world.posts[str(post["uri"])]
    assert (stored.now.spoiler_text, stored.now.language) == ("", "en")
    assert (receipt.native_id, receipt.url) == (stored.number, network.world.url(stored))
    assert receipt.posted_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Visibility.PUBLIC, "public"),
        (Visibility.UNLISTED, "unlisted"),
        (Visibility.FOLLOWERS, "private"),
        (Visibility.DIRECT, "direct"),
    ],
)
async def test_visibility_is_translated(network: Network, ours: Visibility, theirs: str) -> None:
    mention = await network.mention()
    await network.publisher().publish(reply_to(mention, visibility=ours))
    assert [post["visibility"] for post in network.posted()] == [theirs]


async def test_a_repeated_key_posts_once_where_keys_are_kept(network: Network) -> None:
    mention = await network.mention()
    publisher = network.publisher(PARTY)
    reply = reply_to(mention, account="party")
    assert await publisher.publish(reply) == await publisher.publish(reply)
    assert len(network.posted(PARTY)) == 1


async def test_a_mention_that_cannot_be_resolved_is_not_answered(network: Network) -> None:
    mention = await network.mention()
    network.world.delete(mention.uri)
    error = await refusal(network.publisher(), reply_to(mention))
    assert (error.fault, error.code) == (Fault.PERMANENT, "not_found")


async def test_a_mention_deleted_after_the_look_is_refused_for_good(network: Network) -> None:
    mention = await network.mention()
    publisher = network.publisher()
    await publisher.look(mention)
    network.world.delete(mention.uri)
    error = await refusal(publisher, reply_to(mention))
    assert (error.fault, error.code) == (Fault.PERMANENT, "not_found")
    assert network.posted() == []


@pytest.mark.parametrize("key", ["", "two\nlines", "schlüssel"])
async def test_a_key_that_no_request_can_carry_is_refused_for_good(network: Network, key: str) -> None:
    error = await refusal(network.publisher(), reply_to(await network.mention(), key=key))
    assert (error.fault, error.code) == (Fault.PERMANENT, "refused")
    assert network.posted() == []


async def test_refused_connections_are_proof_that_nothing_was_sent(network: Network) -> None:
    mention = await network.mention()
    publisher = network.publisher()
    await publisher.look(mention)
    door = network.host(LEADER).door
    assert door is not None
    door.refuse()
    error = await refusal(publisher, reply_to(mention))
    assert (error.fault, error.code) == (Fault.TRANSIENT, "unreachable")
    await door.open()
    await publisher.publish(reply_to(mention))
    assert len(network.posted()) == 1


async def test_a_name_that_does_not_resolve_is_proof_as_well(network: Network) -> None:
    mention = await network.mention()
    account = replace(network.account(LEADER), server="http://nowhere.invalid")
    publisher = MastodonPublisher(account, "a-token", now=clock)
    publisher._resolving.note(mention.uri, "1")  # noqa: SLF001  # as a look would have left it, before the name went away
    assert (await refusal(publisher, reply_to(mention))).fault is Fault.TRANSIENT
    await publisher.close()


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize(("fault", "code"), [("cut", "unreachable"), ("hang", "timed_out"), ("html", "not_json")])
async def test_without_a_clear_answer_it_is_unknown_whether_it_was_posted(
    network: Network, fault: str, code: str, *, acts: bool
) -> None:
    mention = await network.mention()
    publisher = network.publisher()
    network.host(LEADER).faults.add(fault, method="POST", path=STATUSES, acts=acts)
    error = await refusal(publisher, reply_to(mention))
    assert (error.fault, error.code) == (Fault.UNKNOWN, code)
    found = await publisher.find(reply_to(mention))
    assert (found is not None) is acts
    assert len(network.posted()) == acts


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
async def test_an_error_of_the_server_leaves_it_unknown(network: Network, status: int) -> None:
    mention = await network.mention()
    network.host(LEADER).faults.add("status", status=status, method="POST", path=STATUSES)
    error = await refusal(network.publisher(), reply_to(mention))
    assert (error.fault, error.code) == (Fault.UNKNOWN, "server_error")


async def test_an_answer_that_breaks_off_leaves_it_unknown(network: Network) -> None:
    mention = await network.mention()
    network.host(LEADER).faults.add("malformed", method="POST", path=STATUSES)
    assert (await refusal(network.publisher(), reply_to(mention))).fault is Fault.UNKNOWN


@pytest.mark.parametrize("who", [PARTY, LEADER])
async def test_too_many_requests_are_without_effect_and_say_when(network: Network, who: str) -> None:
    mention = await network.mention()
    network.host(who).faults.add("status", status=429, reset_after=60, method="POST", path=STATUSES)
    error = await refusal(network.publisher(who), reply_to(mention))
    assert (error.fault, error.code) == (Fault.TRANSIENT, "rate_limited")
    assert error.retry_at is not None
    assert 30 < (error.retry_at - clock()).total_seconds() < 90


async def test_a_revoked_token_is_told_apart_and_never_told(network: Network) -> None:
    mention = await network.mention()
    token = network.world.grant(LEADER, POST)
    publisher = network.publisher(token=token)
    await publisher.look(mention)
    network.world.revoke(token)
    error = await refusal(publisher, reply_to(mention))
    assert (error.fault, error.code) == (Fault.PERMANENT, "token_revoked")
    assert token not in f"{error!s}{error!r}{error.__context__!r}"


async def test_a_missing_scope_is_told_with_those_that_are_needed(network: Network) -> None:
    mention = await network.mention()
    publisher = network.publisher(scopes="read")
    error = await refusal(publisher, reply_to(mention))
    assert (error.fault, error.code) == (Fault.PERMANENT, "scope_missing")
    assert "write:statuses" in str(error)
    assert (await _looked(network, scopes="read:statuses")).code == "scope_missing"


async def _looked(network: Network, *, scopes: str) -> PlatformError:
    mention = await network.mention()
    with pytest.raises(PlatformError) as caught:
        await network.publisher(scopes=scopes).look(mention)
    return caught.value


async def test_a_text_that_the_server_will_not_take_is_refused_for_good(network: Network) -> None:
    error = await refusal(network.publisher(), reply_to(await network.mention(), text="x" * 600))
    assert (error.fault, error.code) == (Fault.PERMANENT, "refused")
    assert "limit of 500" in str(error)


async def test_a_redirect_is_refused_for_good_and_not_followed(scripted: Scripted) -> None:
    publisher, reply = scripted_publisher(scripted)
    scripted.say("/api/v1/statuses", {}, status=301, headers={"Location": f"{scripted.address}/elsewhere"})
    error = await refusal(publisher, reply)
    assert (error.fault, error.code) == (Fault.PERMANENT, "refused")
    assert [path for path, _ in scripted.asked] == ["/api/v1/statuses"]
    await publisher.close()


@pytest.mark.parametrize(
    ("version", "keeps"),
    [
        ("4.5.3", True),
        ("4.3.0+glitch", True),
        ("4.4.0-rc.1", True),
        ("0.20.0+git-1234abc", False),
        ("4.2.0 (compatible; Hollo 0.6.0)", False),
        ("2.7.2 (compatible; Pleroma 2.9.1)", False),
        ("", False),
    ],
)
async def test_only_mastodon_itself_is_trusted_to_keep_keys(scripted: Scripted, version: str, keeps: bool) -> None:  # noqa: FBT001
    scripted.say("/api/v2/instance", {"version": version, "title": "Somewhere"})
    publisher = MastodonPublisher(scripted.account(), "token", now=clock)
    assert await publisher.keeps_keys() is keeps
    await publisher.close()


async def test_success_without_a_post_in_it_is_unknown(scripted: Scripted) -> None:
    publisher, reply = scripted_publisher(scripted)
    scripted.say("/api/v1/statuses", {"ok": True})
    assert (await refusal(publisher, reply)).fault is Fault.UNKNOWN
    await publisher.close()


async def test_posts_of_one_account_go_out_one_after_another(network: Network) -> None:
    first, second = await network.mention(f"{PARTY} one"), await network.mention(f"{PARTY} two")
    publisher = network.publisher()
    for mention in (first, second):
        await publisher.look(mention)
    held = network.host(LEADER).faults.add("hold", method="POST", path=STATUSES)
    posting = [
        asyncio.create_task(publisher.publish(reply_to(mention, key=f"key-{number}")))
        for number, mention in enumerate((first, second))
    ]
    await held.struck.wait()
    assert network.posted() == []
    network.host(LEADER).faults.clear(held.number)
    await asyncio.gather(*posting)
    assert [post["idempotency_key"] for post in network.posted()] == ["key-0", "key-1"]


# ── Looking after ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_post_that_arrives_late_is_found_at_the_second_look(network: Network) -> None:
    mention = await network.mention()
    publisher = network.publisher()
    reply = reply_to(mention)
    held = network.host(LEADER).faults.add("hold", method="POST", path=STATUSES)
    assert (await refusal(publisher, reply)).fault is Fault.UNKNOWN
    assert await publisher.find(reply) is None
    network.host(LEADER).faults.clear(held.number)
    while not network.posted():  # noqa: ASYNC110  # the simulated server tells nobody when it has acted
        await asyncio.sleep(0.01)
    assert await publisher.find(reply) is not None


async def test_another_text_by_another_hand_is_not_taken_for_the_reply(network: Network) -> None:
    mention = await network.mention()
    network.world.post(LEADER, f"{SAM} by hand", in_reply_to=mention.uri)
    assert await network.publisher().find(reply_to(mention)) is None


async def test_a_reply_is_found_that_was_intended_by_a_clock_that_was_ahead(network: Network) -> None:
    mention = await network.mention()
    publisher = network.publisher()
    posted = await publisher.publish(reply_to(mention))
    assert await publisher.find(reply_to(mention, intended_at=clock() + timedelta(hours=1))) == posted


async def test_the_same_text_from_before_the_intent_that_answers_nothing_is_not_taken_for_the_reply(
    network: Network,
) -> None:
    mention = await network.mention()
    network.world.post(LEADER, reply_to(mention).text)
    publisher = network.publisher()
    assert await publisher.find(reply_to(mention, intended_at=clock() + timedelta(hours=1))) is None


async def test_the_reply_is_found_after_its_mention_was_deleted(network: Network) -> None:
    mention = await network.mention()
    publisher = network.publisher()
    receipt = await publisher.publish(reply_to(mention))
    network.world.delete(mention.uri)
    assert await publisher.find(reply_to(mention)) == receipt


async def test_where_a_server_keeps_no_source_the_words_are_compared(scripted: Scripted) -> None:
    publisher, reply = scripted_publisher(scripted)
    posted = status_json(
        "50", in_reply_to_id="30", content="<p>@sam Please do not.</p>", created_at=clock().isoformat()
    )
    scripted.say("/api/v1/statuses/30", status_json("30"))
    scripted.say("/api/v1/accounts/lookup", {"id": "1", "acct": "party"})
    scripted.say("/api/v1/accounts/1/statuses", [posted])
    found = await publisher.find(reply)
    assert isinstance(found, Receipt)
    assert found.native_id == "50"
    await publisher.close()


async def test_a_reply_is_taken_back_and_taking_it_back_twice_is_no_error(network: Network) -> None:
    mention = await network.mention()
    publisher = network.publisher()
    receipt = await publisher.publish(reply_to(mention))
    await publisher.retract(receipt)
    await publisher.retract(receipt)
    assert network.posted() == []


async def test_a_retraction_that_is_refused_says_so(network: Network) -> None:
    mention = await network.mention()
    receipt = await network.publisher().publish(reply_to(mention))
    with pytest.raises(PlatformError) as caught:
        await network.publisher(scopes="read").retract(receipt)
    assert caught.value.code == "scope_missing"


# ── A server with words put into its mouth ───────────────────────────────────────────────────────────────────────────


def scripted_publisher(scripted: Scripted) -> tuple[MastodonPublisher, ApprovedReply]:
    """A publisher for the party that has already looked at post 30, and a reply to that post."""
    publisher = MastodonPublisher(scripted.account(), "a-token", now=clock, timeout=(0.5, 0.5))
    publisher._resolving.note(post_30(scripted).uri, "30")  # noqa: SLF001  # as a look would have left it
    return publisher, reply_to(post_30(scripted))


def post_30(scripted: Scripted) -> Mention:
    """Post 30 as the party's own watcher would hand it over."""
    return mention_of(msgspec.convert(status_json("30"), Status), scripted.account())


async def test_a_retraction_whose_answer_is_lost_is_known_to_have_happened(network: Network) -> None:
    mention = await network.mention()
    publisher = network.publisher()
    receipt = await publisher.publish(reply_to(mention))
    network.host(LEADER).faults.add("cut", method="DELETE", acts=True)
    await publisher.retract(receipt)
    assert await publisher.find(reply_to(mention)) is None
