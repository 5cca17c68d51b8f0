from __future__ import annotations

from typing import TYPE_CHECKING

from bot.platforms.simulated.entities import Entities
from tests.platforms.simulated.conftest import JO, PARTY, SAM

if TYPE_CHECKING:
    from bot.platforms.simulated.world import World
    from tests.platforms.simulated.conftest import Clock


def at_fernwick(world: World) -> Entities:
    return Entities(world, world.hosts["fernwick.example"])


def test_ids_are_text_and_names_carry_the_server_only_when_it_is_another(world: World) -> None:
    entities = at_fernwick(world)
    own, other = entities.account(world.person(PARTY)), entities.account(world.person(SAM))
    assert isinstance(own["id"], str)
    assert (own["acct"], other["acct"]) == ("party", "sam@elsewhere.example")
    assert other["note"] == "<p>Member since 2015</p>"


def test_an_account_is_as_old_as_its_day_and_counts_its_posts(world: World, clock: Clock) -> None:
    world.post(SAM, "one")
    world.delete(world.post(SAM, "two").uri)
    account = at_fernwick(world).account(world.person(SAM))
    assert (account["created_at"], account["statuses_count"]) == ("2026-11-20T00:00:00.000Z", 1)
    assert account["last_status_at"] == "2026-11-20"


def test_fields_are_html_to_others_and_text_to_oneself(world: World) -> None:
    world.change_person(PARTY, fields=(("Replies", "Software suggests & staff approve"),))
    own = at_fernwick(world).own_account(world.person(PARTY))
    assert own["fields"][0]["value"] == "<p>Software suggests &amp; staff approve</p>"
    assert own["source"]["fields"][0]["value"] == "Software suggests & staff approve"


def test_what_a_post_answers_is_named_while_it_exists(world: World) -> None:
    first = world.post(PARTY, "Our plan")
    reply = world.post(SAM, f"{PARTY} no", in_reply_to=first.uri)
    entities, party = at_fernwick(world), world.person(PARTY)
    assert entities.status(reply, party)["in_reply_to_id"] == first.number
    assert entities.status(first, party)["replies_count"] == 1
    world.delete(first.uri)
    assert entities.status(reply, party)["in_reply_to_id"] is None
    assert entities.status(reply, party)["in_reply_to_account_id"] is None


def test_a_passer_by_gets_no_marks_of_their_own(world: World) -> None:
    post = world.post(JO, "hello #Buses")
    world.favourite(PARTY, post.uri)
    entities = at_fernwick(world)
    assert "favourited" not in entities.status(post, None)
    assert entities.status(post, world.person(PARTY))["favourited"]
    assert entities.status(post, world.person(JO))["pinned"] is False
    assert [tag["name"] for tag in entities.status(post, None)["tags"]] == ["buses"]
