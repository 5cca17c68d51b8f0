"""What is remembered of a mention, of its author, of its thread, and of our own words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Author, Event, History, Proposal, Reason, State
from bot.store import Thread
from tests.store.scene import START

if TYPE_CHECKING:
    from datetime import datetime

    from tests.store.scene import Scene

AL = "https://other.example/u/al"


def by(name: str) -> Author:
    return Author(uri=f"https://other.example/u/{name}", handle=f"@{name}@other.example")


async def test_the_cursor_is_none_before_the_first_page(scene: Scene) -> None:
    assert await scene.store.cursor("party") is None
    await scene.receive(cursor="7")
    assert await scene.store.cursor("party") == "7"
    assert await scene.store.cursor("leader") is None


async def test_a_uri_is_known_by_what_became_of_it(scene: Scene) -> None:
    await scene.receive(scene.received("1", "ignore"), scene.received("2", "record"))
    case, closed = await scene.opened("3"), await scene.dismissed("4")
    uris = [f"https://other.example/{name}" for name in range(6)]
    known = await scene.store.known(uris)
    assert set(known) == set(uris[1:5])
    found = [(known[uri].case_id, known[uri].state) for uri in uris[1:5]]
    assert found == [(None, None), (None, None), (case.id, State.OPEN), (closed.id, State.CLOSED)]
    assert {one.digest for one in known.values()} == {case.mention.digest}


async def test_the_live_case_is_named_before_a_closed_one(scene: Scene) -> None:
    await scene.dismissed()
    case = await scene.opened(kind="escalate", said={"text": "worse", "edited_at": START + timedelta(minutes=1)})
    (known,) = (await scene.store.known([case.mention.uri])).values()
    assert (known.case_id, known.state) == (case.id, State.ESCALATED)


async def test_an_author_unknown_to_us_has_no_history(scene: Scene) -> None:
    assert await scene.store.histories([AL], START) == {AL: History()}


async def test_a_history_tells_of_earlier_cases_newest_first(scene: Scene) -> None:
    published = await scene.published("1")
    scene.clock.forward(days=1)
    opened = await scene.opened("2")
    history = (await scene.store.histories([AL], START))[AL]
    first, second = history.cases
    assert (first.case_id, first.outcome, first.answered, first.policy) == (opened.id, "open", False, "racism")
    assert (second.case_id, second.outcome, second.answered) == (published.id, "published", True)
    assert (history.answered_at, history.strikes) == (START, 1)
    assert [(case.strike, case.seen_at) for case in history.cases] == [(False, scene.clock()), (True, START)]


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason.value not in {"platform", "police"}])
async def test_what_was_ruled_not_abuse_is_no_strike(scene: Scene, reason: Reason) -> None:
    await scene.dismissed("1", reason)
    assert (await scene.store.histories([AL], START))[AL].strikes == int(reason.abusive)


async def test_a_strike_fades_with_its_term(scene: Scene) -> None:
    await scene.published()
    assert (await scene.store.histories([AL], START))[AL].strikes == 1
    faded = (await scene.store.histories([AL], START + timedelta(days=1)))[AL]
    assert (faded.strikes, faded.cases[0].strike) == (0, False)


async def test_a_history_tells_under_which_names_an_account_was_seen(scene: Scene) -> None:
    for name, handle in (("1", "@al@other.example"), ("2", "@al@other.example"), ("3", "@sue@other.example")):
        await scene.opened(name, said={"author": Author(uri=AL, handle=handle)})
        scene.clock.forward(hours=1)
    assert (await scene.store.histories([AL], START))[AL].names == ("@sue@other.example", "@al@other.example")


async def test_a_crowd_is_whoever_was_abusive_to_the_account_and_nobody_who_was_left_alone(scene: Scene) -> None:
    for name, kind in (("1", "record"), ("2", "respond"), ("3", "escalate"), ("4", "ignore")):
        await scene.receive(scene.received(name, kind, said={"author": by(name)}))
    await scene.receive(scene.received("5", "record", said={"author": by("5")}), account="quiet")
    scene.clock.forward(minutes=1)
    await scene.receive(scene.received("6", "record", said={"author": by("6"), "created_at": scene.clock()}))
    found = (await scene.background(accounts=["party", "leader"])).crowds
    assert found["leader"] == ()
    assert [(one.author[-1], one.at) for one in found["party"]] == [
        ("6", START + timedelta(minutes=1)),
        ("3", START),
        ("2", START),
        ("1", START),
    ]


async def test_a_crowd_is_bounded_in_time_and_number_and_keeps_the_last_to_arrive(scene: Scene) -> None:
    for minute in range(4):
        said = {"author": by(str(minute)), "created_at": scene.clock()}
        await scene.receive(scene.received(str(minute), "record", said=said))
        scene.clock.forward(minutes=1)
    early = {"author": by("9"), "created_at": START - timedelta(days=9)}
    await scene.receive(scene.received("9", "record", said=early))
    since = START + timedelta(minutes=1)
    later = await scene.background(accounts=["party"], since=since)
    assert [one.author[-1] for one in later.crowds["party"]] == ["3", "2", "1"]
    last = await scene.background(accounts=["party"], largest_crowd=2)
    assert [one.author[-1] for one in last.crowds["party"]] == ["3", "2"]


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason.value not in {"platform", "police"}])
async def test_what_was_ruled_not_abuse_is_of_no_crowd(scene: Scene, reason: Reason) -> None:
    await scene.dismissed("1", reason)
    assert len((await scene.background(accounts=["party"])).crowds["party"]) == int(reason.abusive)


async def test_who_took_it_back_has_left_the_crowd(scene: Scene) -> None:
    case = await scene.opened()
    edited = scene.received(
        "1", "ignore", edits=case.id, said={"text": "sorry", "edited_at": scene.clock.forward(hours=1)}
    )
    await scene.receive(edited)
    assert (await scene.background(accounts=["party"])).crowds["party"] == ()


async def test_a_thread_tells_what_was_said_and_what_may_be(scene: Scene) -> None:
    thread = "https://other.example/first"
    await scene.published("1", said={"thread": thread})
    await scene.opened("2", said={"thread": thread})
    await scene.opened("3", "escalate", said={"thread": thread})
    dismissed = await scene.opened("4", said={"thread": thread})
    await scene.change(dismissed, Event.DISMISSED, "ann", decides="dismiss", reason=Reason.IRONY)
    found = await scene.store.threads([thread, "https://other.example/quiet"])
    assert found["https://other.example/quiet"] == Thread()
    assert found[thread] == Thread(
        live_cases=1,
        replies=1,
        wordings=frozenset({("racism-in-group", 0)}),
        said=frozenset({("racism-in-group", 0)}),
    )


async def test_a_reply_in_doubt_counts_as_said_until_it_is_known_not_to_be_sent(scene: Scene) -> None:
    case = await scene.claimed()
    thread = case.mention.conversation

    async def said() -> tuple[int, datetime | None, list[datetime]]:
        replies = (await scene.store.threads([thread]))[thread].replies
        answered_at = (await scene.store.histories([AL], START))[AL].answered_at
        return replies, answered_at, await scene.store.replies_since("party", START)

    assert await said() == (0, None, [])
    await scene.intend(case)
    in_doubt = (1, START, [START])
    assert await said() == in_doubt
    scene.clock.forward(minutes=5)
    postponed = await scene.change(case, Event.POSTPONED)
    assert await said() == (0, None, [])
    again = await scene.claim(postponed)
    await scene.intend(again)
    unconfirmed = await scene.change(again, Event.UNCONFIRMED)
    assert await said() == in_doubt
    await scene.change(unconfirmed, Event.DENIED, "ann")
    assert await said() == (0, None, [])


async def test_a_wording_is_free_again_when_its_case_has_closed_unanswered(scene: Scene) -> None:
    case = await scene.dismissed()
    assert (await scene.store.threads([case.mention.conversation]))[case.mention.conversation].wordings == frozenset()


async def test_wordings_are_those_of_the_account_newest_first(scene: Scene) -> None:
    case = await scene.opened("1")
    scene.clock.forward(minutes=1)
    again = Proposal(text="Again.", response="racism-space", variant=4)
    await scene.change(case, Event.REWORDED, "ann", proposal=again)
    await scene.opened("2", account="leader", approvals_required=2)
    said = (await scene.background(voices=["party", "quiet"])).wordings
    assert said == {"party": (("racism-space", 4), ("racism-in-group", 0)), "quiet": ()}


async def test_thousands_are_asked_for_at_once(scene: Scene) -> None:
    case = await scene.opened()
    uris = [case.mention.uri, *(f"https://other.example/{number}" for number in range(100, 40_000))]
    assert list(await scene.store.known(uris)) == [case.mention.uri]
