"""A reply whose posting failed, or did not end, is found, sent again where that is safe, or given to a person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import Case, State, Verb
from bot.store import ReplyWish, digest_of
from tests.fakes.network import Crash, Trouble

if TYPE_CHECKING:
    from tests.fakes.office import Office


async def test_refused_connection_is_tried_again_later_with_the_same_key(office: Office) -> None:
    case = await office.approved()
    office.network.troubles.append(Trouble.REFUSED_CONNECTION)
    await office.publish()
    case = await office.now(case)
    assert case.state is State.APPROVED
    assert case.publication is not None
    office.clock.pass_(hours=1)
    await office.publish()
    [reply] = office.network.replies
    assert reply.key == case.publication.key


async def test_lost_answer_is_found_on_the_platform(office: Office) -> None:
    case = await office.approved()
    office.network.troubles.append(Trouble.LOST_ANSWER)
    await office.publish()
    assert len(office.network.replies) == 1
    assert (await office.now(case)).state is State.PUBLISHED


async def test_late_arrival_is_found_at_the_second_look(office: Office) -> None:
    case = await office.approved()
    office.network.troubles.append(Trouble.LATE)
    await office.publish()
    assert (await office.now(case)).state is State.PUBLISHING
    office.clock.pass_(minutes=1)
    await office.publish()
    assert len(office.network.replies) == 1
    assert (await office.now(case)).state is State.PUBLISHED


async def test_lost_request_is_settled_by_a_person(office: Office) -> None:
    case = await office.approved()
    office.network.troubles.append(Trouble.LOST_REQUEST)
    await office.publish()
    office.clock.pass_(minutes=1)
    await office.publish()
    case = await office.now(case)
    assert case.state is State.UNCONFIRMED
    assert any(case.id in saying for saying in office.sayings)
    denied = await office.decide(case, Verb.DENY)
    assert isinstance(denied, Case)
    assert isinstance(await office.decide(denied, Verb.REOPEN), Case)
    assert office.network.replies == []


async def test_lost_request_is_sent_once_more_where_the_same_key_posts_once(office: Office) -> None:
    office.network.keeps_keys = True
    case = await office.approved()
    office.network.troubles.append(Trouble.LOST_REQUEST)
    for _ in range(2):
        await office.publish()
        office.clock.pass_(minutes=1)
    assert (await office.now(case)).state is State.PUBLISHED
    assert len(office.network.replies) == 1
    assert await office.store.verify() == []


async def test_request_that_is_lost_again_is_settled_by_a_person(office: Office) -> None:
    office.network.keeps_keys = True
    case = await office.approved()
    office.network.troubles.extend([Trouble.LOST_REQUEST, Trouble.LOST_REQUEST])
    for _ in range(3):
        await office.publish()
        office.clock.pass_(minutes=3)
    assert (await office.now(case)).state is State.UNCONFIRMED
    assert office.network.replies == []


async def test_answer_that_is_lost_when_it_was_sent_again_is_looked_for_anew(office: Office) -> None:
    office.network.keeps_keys = True
    case = await office.approved()
    office.network.troubles.extend([Trouble.LOST_REQUEST, Trouble.LOST_ANSWER])
    for _ in range(3):
        await office.publish()
        office.clock.pass_(minutes=3)
    assert (await office.now(case)).state is State.PUBLISHED
    assert len(office.network.replies) == 1


async def test_look_that_fails_is_no_look(office: Office) -> None:
    case = await office.approved()
    office.network.troubles.append(Trouble.LOST_ANSWER)
    office.network.unfindable = 5
    for _ in range(7):
        await office.publish()
        office.clock.pass_(minutes=1)
    assert (await office.now(case)).state is State.PUBLISHED
    assert len(office.network.replies) == 1


async def test_looks_that_fail_for_half_an_hour_are_settled_by_a_person(office: Office) -> None:
    case = await office.approved()
    office.network.troubles.append(Trouble.LOST_ANSWER)
    office.network.unfindable = 1_000
    for _ in range(33):
        await office.publish()
        office.clock.pass_(minutes=1)
    case = await office.now(case)
    assert case.state is State.UNCONFIRMED
    assert "Looking for it failed" in case.note


async def test_claim_made_by_a_clock_that_was_ahead_is_settled_all_the_same(office: Office) -> None:
    case = await office.approved()
    office.network.troubles.append(Trouble.LOST_REQUEST)
    office.clock.pass_(hours=2)
    await office.publish()
    office.clock.pass_(hours=-2)
    for _ in range(2):
        await office.publish()
        office.clock.pass_(minutes=1)
    assert (await office.now(case)).state is State.UNCONFIRMED


@pytest.mark.parametrize("meanwhile", ["edited", "deleted", "blocked", "answered", "paused", "too late"])
async def test_lost_request_is_not_sent_again_where_it_should_not_stand_any_more(
    office: Office, meanwhile: str
) -> None:
    office.network.keeps_keys = True
    case = await office.approved()
    office.network.troubles.append(Trouble.LOST_REQUEST)
    await office.publish()
    uri = case.mention.uri
    match meanwhile:
        case "edited":
            office.network.edit(uri, "I take that back.")
        case "deleted":
            office.network.gone.add(uri)
        case "blocked":
            office.network.blocked.add(uri)
        case "answered":
            office.network.by_hand.add(uri)
        case "paused":
            await office.store.pause("all", actor="mara")
        case _:
            office.clock.pass_(hours=1)
    office.clock.pass_(minutes=1)
    await office.publish()
    assert (await office.now(case)).state is State.UNCONFIRMED
    assert office.network.replies == []


@pytest.mark.parametrize("meanwhile", ["approver left", "asks for two", "wished away", "another server"])
async def test_lost_request_is_not_sent_again_where_it_would_not_be_sent_first(office: Office, meanwhile: str) -> None:
    office.network.keeps_keys = True
    case = await office.approved()
    office.network.troubles.append(Trouble.LOST_REQUEST)
    await office.publish()
    files = office.files
    match meanwhile:
        case "approver left":
            files = replace(files, reviewers={name: who for name, who in files.reviewers.items() if name != "mara"})
        case "asks for two":
            leader = replace(files.accounts["leader"], approvals=2)
            files = replace(files, accounts={**files.accounts, "leader": leader})
        case "wished away":
            handle = files.accounts["party"].handle
            await office.store.protected.open_link(await office.store.protected.make_link(handle, actor="mara"))
            await office.store.protected.choose(digest_of(handle), reply=ReplyWish.NEVER, shown=True, weekly=False)
        case _:
            office.clock.pass_(seconds=1)
            await office.store.note_configuration({"accounts": "on another server"})
    office.pipeline = office.without(files=files)
    for _ in range(2):
        office.clock.pass_(minutes=1)
        await office.publish()
    assert (await office.now(case)).state is State.UNCONFIRMED
    assert office.network.replies == []


@pytest.mark.parametrize("trouble", [Trouble.CRASH_BEFORE, Trouble.CRASH_AFTER])
async def test_crash_while_posting_never_posts_twice(office: Office, trouble: Trouble) -> None:
    case = await office.approved()
    office.network.troubles.append(trouble)
    with pytest.raises(Crash):
        await office.publish()
    await office.restart()
    for _ in range(3):
        await office.publish()
        office.clock.pass_(minutes=3)
    expected = State.PUBLISHED if trouble is Trouble.CRASH_AFTER else State.UNCONFIRMED
    assert (await office.now(case)).state is expected
    assert len(office.network.replies) == (trouble is Trouble.CRASH_AFTER)
