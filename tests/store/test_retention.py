"""Personal data goes when its time is over; the audit stays whole."""

from __future__ import annotations

from datetime import timedelta

from bot.model import Author, Event, State
from bot.store import Purged, Terms
from tests.fakes.databases import only_sqlite
from tests.store.scene import START, Scene

NOTHING = Purged(ignored=0, recorded=0, cases=0, malformed=0)
AL = "https://other.example/u/al"


async def purge(scene: Scene, days: float) -> Purged:
    now = START + timedelta(days=days)
    return await scene.store.purge(now, Terms(ignored_days=7, recorded_days=180, closed_case_days=365))


async def test_each_thing_goes_when_its_own_time_is_over(scene: Scene) -> None:
    await scene.receive(scene.received("1", "ignore"), scene.received("2", "record"), malformed=["odd"])
    await scene.published("3")
    await scene.dismissed("4")
    assert await purge(scene, 6.9) == NOTHING
    assert await purge(scene, 7.1) == Purged(ignored=1, recorded=0, cases=0, malformed=0)
    assert await purge(scene, 180.1) == Purged(ignored=0, recorded=1, cases=0, malformed=1)
    assert await purge(scene, 365.1) == Purged(ignored=0, recorded=0, cases=2, malformed=0)
    assert await purge(scene, 9999) == NOTHING
    assert await scene.store.verify() == []
    assert await scene.store.recorded() == []


async def test_a_case_whose_reply_failed_closes_and_then_has_a_clock_too(scene: Scene) -> None:
    claimed = await scene.claimed()
    await scene.intend(claimed)
    failed = await scene.change(claimed, Event.FAILED, note="The server rejected the post.")
    assert await purge(scene, 29) == NOTHING
    assert (await scene.case(failed)).state is State.FAILED
    scene.clock.forward(days=31)
    await purge(scene, 31)
    closed = await scene.case(failed)
    assert (closed.state, closed.outcome) == (State.CLOSED, "expired")
    assert (await purge(scene, 31 + 366)).cases == 1
    assert (await scene.case(failed)).mention.text == ""
    assert await scene.store.verify() == []


async def test_what_was_the_safety_desks_has_a_term_of_its_own(scene: Scene) -> None:
    threat = await scene.opened("1", "escalate")
    await scene.change(threat, Event.DISMISSED, "cat", decides="dismiss")
    await scene.dismissed("2")
    terms = Terms(ignored_days=7, recorded_days=180, closed_case_days=100, safety_case_days=1_000)
    assert (await scene.store.purge(START + timedelta(days=101), terms)).cases == 1
    assert (await scene.case(threat)).mention.text != ""
    assert (await scene.store.purge(START + timedelta(days=1_001), terms)).cases == 1


async def test_live_cases_stay_however_old_they_are(scene: Scene) -> None:
    live = [await scene.opened("1"), await scene.opened("2", "escalate"), await scene.claimed("3")]
    assert await purge(scene, 9999) == NOTHING
    assert [await scene.case(case) for case in live] == live


async def test_a_mention_stays_while_one_of_its_cases_does(scene: Scene) -> None:
    case = await scene.dismissed()
    await scene.opened(kind="escalate", said={"text": "worse", "edited_at": START + timedelta(days=1)})
    assert await purge(scene, 9999) == NOTHING
    assert (await scene.case(case)).mention.text == "you lot are vermin"


async def test_a_purged_case_can_still_be_shown_and_its_uri_is_still_known(scene: Scene) -> None:
    before = await scene.published()
    await purge(scene, 400)
    case = await scene.case(before)
    assert (case.mention.text, case.mention.author.handle, case.mention.uri) == ("", "", "")
    assert case.draft is not None
    assert case.draft.text == ""
    assert (case.state, case.verdict.kind, case.verdict.policy) == (before.state, before.verdict.kind, "racism")
    assert (await scene.store.known([before.mention.uri]))[before.mention.uri].case_id == case.id
    assert (await scene.store.histories([AL], START))[AL].cases == ()


@only_sqlite
async def test_nothing_of_the_person_is_left_in_the_file(scene: Scene) -> None:
    author = Author(uri="https://other.example/u/zebedee", handle="@zebedee@other.example", bio="zebedee's bio")
    said = {"author": author, "text": "zebedee's words", "thread": "https://other.example/zebedee/1"}
    await scene.receive(scene.received("1", "ignore", said=said), malformed=["zebedee's post was odd"])
    await scene.receive(scene.received("2", "record", said=said))
    published = await scene.published("3", said=said, reply="@zebedee@other.example Not in our name.")
    asked = await scene.change(published, Event.RETRACTION_ASKED, "ann", note="zebedee rang us")
    await scene.change(asked, Event.RETRACTED, note="zebedee was told")
    case = await scene.opened("4", said=said)
    await scene.change(case, Event.DISMISSED, "ann", decides="dismiss", note="zebedee is known to us")
    await purge(scene, 400)
    await scene.store.close()
    for file in scene.path.parent.iterdir():
        assert b"zebedee" not in file.read_bytes().lower(), file.name
