from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.platforms.simulated.people import Refused
from bot.platforms.simulated.world import World
from tests.platforms.simulated.conftest import JO, LEADER, PARTY, SAM, populated

if TYPE_CHECKING:
    from tests.platforms.simulated.conftest import Clock


@pytest.mark.parametrize("handle", ["sam", "@sam", "@sam@", "@sam@x y"])
def test_a_person_needs_a_name_and_a_server(world: World, handle: str) -> None:
    with pytest.raises(Refused, match="not of the form"):
        world.add_person(handle)


def test_names_are_unique_whatever_their_case(world: World) -> None:
    with pytest.raises(Refused, match="already somebody"):
        world.add_person("@SAM@elsewhere.example")


def test_nobody_is_called_that(world: World) -> None:
    with pytest.raises(Refused, match=r"nobody called @x@y\.example"):
        world.post("@x@y.example", "hello")


def test_a_profile_can_change_but_not_its_name(world: World) -> None:
    world.change_person(SAM, display_name="Sam the Second", bio="new")
    assert world.person(SAM).display_name == "Sam the Second"
    with pytest.raises(Refused, match="username"):
        world.change_person(SAM, username="other")


def test_a_post_reaches_the_servers_of_those_it_names_answers_or_is_followed_by(world: World) -> None:
    first = world.post(PARTY, "Our plan")
    reply = world.post(SAM, "no", in_reply_to=first.uri)
    world.follow(LEADER, SAM)
    followed = world.post(SAM, "to my followers")
    fernwick, brindle = world.hosts["fernwick.example"], world.hosts["brindle.example"]
    assert (fernwick.knows(reply), brindle.knows(reply)) == (True, False)
    assert (fernwick.knows(followed), brindle.knows(followed)) == (False, True)


def test_with_a_reply_come_the_posts_that_it_answers(world: World) -> None:
    first = world.post(SAM, "a thought")
    second = world.post(SAM, f"{PARTY} and what of this?", in_reply_to=first.uri)
    fernwick = world.hosts["fernwick.example"]
    assert fernwick.knows(second)
    assert fernwick.knows(first)


def test_a_post_is_found_by_uri_and_by_every_form_of_its_link(world: World) -> None:
    post = world.post(SAM, "hello")
    for reference in (post.uri, world.url(post), f"https://elsewhere.example/@sam/{post.number}"):
        assert world.find(reference) is post
    with pytest.raises(Refused):
        world.find(f"https://elsewhere.example/@jo/{post.number}")


def test_a_visibility_that_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="Visibility"):
        world.post(SAM, "hello", visibility="secret")


def test_a_key_whose_post_was_deleted_finds_nothing(world: World) -> None:
    post = world.post(PARTY, "once", idempotency_key="k")
    world.delete(post.uri)
    with pytest.raises(Refused) as refused:
        world.post(PARTY, "once", idempotency_key="k")
    assert refused.value.status == 404


def test_a_block_ends_following_and_mentions_from_behind_it_are_not_heard(world: World) -> None:
    world.follow(SAM, PARTY)
    world.block(PARTY, SAM)
    world.post(SAM, f"{PARTY} hello?")
    assert PARTY.removeprefix("@") not in world.person(SAM).follows
    assert world.notices(world.person(PARTY)) == []


def test_favouriting_twice_is_told_once(world: World) -> None:
    post = world.post(PARTY, "hello")
    world.favourite(SAM, post.uri)
    world.favourite(SAM, post.uri)
    assert [notice.kind for notice in world.notices(world.person(PARTY))] == ["favourite"]


def test_a_burst_of_a_thousand_is_all_there(world: World) -> None:
    for number in range(1000):
        world.post(SAM, f"{PARTY} {number}")
    told = [notice.post.now.text for notice in world.notices(world.person(PARTY)) if notice.post]
    assert told == [f"{PARTY} {number}" for number in range(1000)]


class Evening(RuleBasedStateMachine):
    """Whatever people do, the list of notifications says neither more nor less than what is to be heard."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.world.add_server("fernwick.example")
        populated(self.world)
        self.uris: list[str] = []

    @rule(author=st.sampled_from([SAM, JO, LEADER]), names=st.booleans(), seed=st.integers(0, 99))
    def write(self, author: str, names: bool, seed: int) -> None:  # noqa: FBT001  # Hypothesis passes it by name
        parent = self.uris[seed % len(self.uris)] if self.uris and seed % 2 else None
        try:
            post = self.world.post(author, f"{PARTY if names else ''} hello {seed}", in_reply_to=parent)
        except Refused:
            return
        self.uris.append(post.uri)

    @rule(seed=st.integers(0, 99), change=st.sampled_from(["edit", "delete"]))
    def alter(self, seed: int, change: str) -> None:
        if not self.uris:
            return
        said: tuple[Any, ...] = (f"{PARTY} changed",) if change == "edit" else ()
        try:
            getattr(self.world, change)(self.uris[seed % len(self.uris)], *said)
        except Refused:
            return

    @rule(whom=st.sampled_from([SAM, JO, LEADER]), act=st.sampled_from(["block", "unblock", "mute", "unmute"]))
    def turn_away(self, whom: str, act: str) -> None:
        getattr(self.world, act)(PARTY, whom)

    @invariant()
    def only_what_may_be_heard_is_listed_and_once(self) -> None:
        party = self.world.person(PARTY)
        heard = [notice.post for notice in self.world.notices(party) if notice.post]
        assert len({post.uri for post in heard}) == len(heard)
        for post in heard:
            assert post.deleted_at is None
            assert post.author.acct not in party.mutes | party.blocks

    @invariant()
    def the_record_holds_everything(self) -> None:
        assert [entry["uri"] for entry in self.world.record()["posts"]] == self.uris


TestEvening = Evening.TestCase
TestEvening.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


def test_a_reply_to_what_cannot_be_seen_is_refused(world: World) -> None:
    hidden = world.post(SAM, "for nobody", visibility="direct")
    with pytest.raises(Refused, match="does not appear to exist"):
        world.post(PARTY, "what?", in_reply_to=hidden.uri)


def test_times_come_from_the_clock(world: World, clock: Clock) -> None:
    post = world.post(SAM, "hello")
    clock.move(minutes=5)
    world.edit(post.uri, "changed")
    assert (post.edited_at, post.created_at) == (clock(), clock().replace(minute=0))
