"""Handles are compared exactly, a match counts once two have confirmed it, and whatever is wrong can be removed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.store.compliance import KindOfReferral, Outcome
from tests.fakes.databases import only_sqlite

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind

AL = "@al@other.example"


async def switched_on(behind: Behind, *handles: str) -> None:
    await behind.store.switch_list(on=True, actor="greta")
    await behind.store.suspend(handles, actor="greta")


async def passed(behind: Behind, name: str = "b1", *, author: str = AL, referred: bool = False) -> int | None:
    return await behind.store.take_in(behind.box(name, referred=referred, author=author), look=True)


async def test_abuse_by_somebody_on_the_list_opens_a_referral_of_its_own(behind: Behind) -> None:
    await switched_on(behind, AL)
    number = await passed(behind)
    [referral] = await behind.store.waiting()
    assert (referral.number, referral.kind) == (number, KindOfReferral.CONDUCT)
    match = (await behind.store.conduct())[referral.number]
    assert (match.confirmed_by, match.confirmed_at) == ((), None)


async def test_what_is_referred_keeps_its_kind_and_carries_the_match(behind: Behind) -> None:
    await switched_on(behind, AL)
    number = await passed(behind, referred=True)
    [referral] = await behind.store.waiting()
    assert referral.kind is KindOfReferral.REFERRAL
    assert number in await behind.store.conduct()


async def test_only_exactly_the_same_handle_matches(behind: Behind) -> None:
    await switched_on(behind, AL)
    for number, author in enumerate(("@a1@other.example", "@al@other.example.org", "@alan@other.example", "")):
        assert await passed(behind, f"b{number}", author=author) is None
    assert await behind.store.conduct() == {}


async def test_nobody_is_compared_while_it_is_off(behind: Behind) -> None:
    await behind.store.suspend([AL], actor="greta")
    assert await passed(behind, "b1") is None
    await behind.store.switch_list(on=True, actor="greta")
    assert await behind.store.take_in(behind.box("b2", referred=False)) is None
    await behind.store.switch_list(on=False, actor="hugo")
    assert await passed(behind, "b3") is None
    switch = await behind.store.list_switched()
    assert switch is not None
    assert (switch.turned_on, switch.by) == (False, "hugo")


async def test_what_is_not_abuse_is_never_conduct(behind: Behind) -> None:
    await switched_on(behind, AL)
    await behind.store.take_in(replace(behind.box(), abusive=False), look=True)
    assert await behind.store.conduct() == {}


async def test_two_different_people_confirm_it_and_nobody_counts_twice(behind: Behind) -> None:
    await switched_on(behind, AL)
    number = await passed(behind) or 0
    for _ in range(2):
        match = await behind.store.confirm(number, actor="greta")
        assert match is not None
        assert (match.confirmed_by, match.confirmed_at) == (("greta",), None)
    behind.clock.forward(minutes=1)
    match = await behind.store.confirm(number, actor="hugo")
    assert match is not None
    assert (match.confirmed_by, match.confirmed_at) == (("greta", "hugo"), behind.clock())
    kinds = [event.kind for event in await behind.store.trail(number)]
    assert kinds == ["referral.received", "conduct.found", "conduct.confirmed", "conduct.confirmed"]
    assert await behind.store.confirm(99, actor="greta") is None


async def test_handle_that_comes_on_the_list_later_is_looked_for_in_what_waits(behind: Behind) -> None:
    await switched_on(behind)
    await behind.store.take_in(behind.box("b1"), look=True)
    done = await behind.store.take_in(behind.box("b2"), look=True) or 0
    await behind.store.conclude(done, version=1, actor="greta", outcome=Outcome.ADVICE)
    assert await behind.store.suspend([AL, "@else@other.example", AL], actor="greta") == 2
    assert list(await behind.store.conduct()) == [1]
    assert await behind.store.suspend([AL], actor="greta") == 0


async def test_list_that_is_switched_on_later_is_looked_for_in_what_waits(behind: Behind) -> None:
    await behind.store.take_in(behind.box("b1"), look=True)
    await behind.store.suspend([AL, "@else@other.example"], actor="greta")
    assert await behind.store.conduct() == {}
    for _ in range(2):
        await behind.store.switch_list(on=True, actor="greta")
        assert list(await behind.store.conduct()) == [1]
    await behind.store.switch_list(on=False, actor="greta")


@only_sqlite
async def test_what_is_removed_stands_in_no_file_any_more(behind: Behind) -> None:
    await switched_on(behind, AL)
    number = await passed(behind, "zebra") or 0
    await behind.store.remove_match(number, actor="greta")
    [entry] = await behind.store.suspended()
    await behind.store.remove_entry(entry.id, actor="greta")
    folder = Path(behind.address.removeprefix("sqlite:///")).parent
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert "bot.db" in files
    for name, content in files.items():
        assert b"al@other" not in content, name
        assert b'{"of":"zebra"}' not in content, name


async def test_wrong_match_is_removed_with_a_receipt_and_what_nobody_referred_goes_with_it(behind: Behind) -> None:
    await switched_on(behind, AL)
    number = await passed(behind) or 0
    receipt = await behind.store.remove_match(number, actor="hugo")
    assert receipt is not None
    event = (await behind.store.trail(number))[-1]
    assert (event.kind, event.digest, event.actor) == ("conduct.removed", receipt.digest, "hugo")
    assert await behind.store.conduct() == {}
    [referral] = await behind.store.concluded()
    assert (referral.content, referral.author, referral.outcome) == (None, None, Outcome.NOT_OURS)
    assert (await behind.store.remove_match(number, actor="hugo"), await behind.store.verify()) == (None, [])


async def test_what_the_bodys_system_calls_a_wrong_match_goes_with_it(behind: Behind) -> None:
    await switched_on(behind, AL)
    number = await passed(behind)
    assert number is not None
    await behind.store.hand_over(number, actor="greta")
    await behind.store.note_sent(number, sha256="x")
    await behind.store.note_answered(number, reference=f"Quarl, {AL}")
    await behind.store.remove_match(number, actor="hugo")
    handed = await behind.store.handed_over(number)
    assert handed is not None
    assert handed.reference is None
    assert handed.answered_at is not None


async def test_referral_stays_when_only_its_match_was_wrong(behind: Behind) -> None:
    await switched_on(behind, AL)
    number = await passed(behind, referred=True) or 0
    await behind.store.confirm(number, actor="greta")
    await behind.store.confirm(number, actor="hugo")
    assert await behind.store.remove_match(number, actor="hugo") is not None
    [referral] = await behind.store.waiting()
    assert (referral.content is None, referral.author) == (False, AL)


async def test_handle_that_is_removed_is_gone_with_its_unconfirmed_matches(behind: Behind) -> None:
    await switched_on(behind, AL)
    await passed(behind)
    [entry] = await behind.store.suspended()
    receipt = await behind.store.remove_entry(entry.id, actor="greta")
    assert receipt is not None
    assert receipt.what == entry.id
    assert (await behind.store.suspended(), await behind.store.conduct()) == ([], {})
    assert await behind.store.remove_entry(entry.id, actor="greta") is None
    assert await passed(behind, "b2") is None


async def test_no_event_holds_a_handle(behind: Behind) -> None:
    await switched_on(behind, AL)
    number = await passed(behind) or 0
    await behind.store.confirm(number, actor="greta")
    await behind.store.remove_match(number, actor="greta")
    assert not [event for event in await behind.store.audit_events() if "al@" in str(event.detail)]
