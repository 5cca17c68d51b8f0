"""Who is erased is gone but for what legal claims need, with a receipt, and a restored backup brings nobody back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.store import NotErasedError, Remembered
from bot.store.compliance import Outcome
from bot.store.compliance.erasing import box_mark
from bot.store.encoding import sha256
from tests.fakes.databases import only_sqlite
from tests.store.compliance.test_tracing import AL, BEA, concluded, found, read, said

if TYPE_CHECKING:
    from bot.store.compliance.erasing import Receipt
    from tests.store.compliance.conftest import Behind


def digest(text: str) -> str:
    return hashlib.sha256(b"a key" + text.encode()).hexdigest()


@dataclass
class Noted:
    """What was remembered, in order."""

    erasures: list[Remembered] = field(default_factory=list)

    async def erased(self, behind: Behind, who: str = AL, *, actor: str = "greta") -> Receipt:
        return await behind.store.subjects.erase(
            [who], reader=read, actor=actor, digest=digest, remember=self.erasures.append
        )


def lost_time(behind: Behind, box: str) -> Remembered:
    """An erasure of Al with that box, by somebody whom this store does not know."""
    digests = frozenset({digest("al@other.example"), digest(box_mark(box))})
    return Remembered(id="e1", at=behind.clock(), actor="jo", digests=digests)


async def test_what_they_wrote_goes_once_it_is_concluded_with_their_entry_and_the_clock_stays(behind: Behind) -> None:
    mine, others, naming = (
        await said(behind, "b1", AL),
        await said(behind, "b2", BEA),
        await said(behind, "b3", BEA, AL),
    )
    await concluded(behind, mine, others, naming)
    await behind.store.suspend([AL, BEA], actor="hugo")
    receipt = await Noted().erased(behind)
    assert (receipt.found.goes, receipt.found.stays) == ((mine,), (naming,))
    kept = {each.number: (each.content is not None, each.author) for each in await behind.store.concluded()}
    assert kept == {mine: (False, None), others: (True, BEA), naming: (True, BEA)}
    assert all(each.outcome_at for each in await behind.store.concluded())
    assert [each.handle for each in await behind.store.suspended()] == [BEA]
    assert (await found(behind, AL)).empty
    [event] = [each for each in await behind.store.audit_events() if each.kind == "person.erased"]
    assert (event.actor, event.detail["referrals"]) == ("greta", [mine])
    assert "other.example" not in str(await behind.store.audit_events())
    assert await behind.store.verify() == []


async def test_a_referral_of_somebody_else_is_not_ended_by_whoever_is_named_in_it(behind: Behind) -> None:
    number = await said(behind, "b1", BEA, f"As {AL} says, you florp.")
    await concluded(behind, number)
    with pytest.raises(NotErasedError, match=rf"No\. {number}: somebody else wrote it, and it names them"):
        await Noted().erased(behind)
    [still] = await behind.store.concluded()
    assert still.author == BEA


async def test_open_procedure_and_what_is_held_stay_and_all_else_goes(behind: Behind) -> None:
    done, waits, held = [await said(behind, f"b{n}", AL) for n in range(3)]
    await concluded(behind, done, held)
    hold = await behind.store.hold(held, "A court asked.", actor="hugo")
    assert hold is not None
    receipt = await Noted().erased(behind)
    assert (receipt.found.goes, receipt.found.stays) == ((done,), (waits, held))
    [still] = await behind.store.waiting()
    assert still.author == AL


async def test_where_nothing_may_go_nothing_is_changed_and_the_numbers_are_named(behind: Behind) -> None:
    waits, held = await said(behind, "b1", AL), await said(behind, "b2", AL)
    await concluded(behind, held)
    await behind.store.hold(held, "A court asked.", actor="hugo")
    noted, before = Noted(), await behind.store.audit_events()
    with pytest.raises(NotErasedError) as caught:
        await noted.erased(behind)
    assert f"No. {waits}: an open procedure is not erased" in str(caught.value)
    assert f"No. {held}: a legal hold keeps it" in str(caught.value)
    assert "Article 17(3)(e)" in str(caught.value)
    assert (noted.erasures, await behind.store.audit_events()) == ([], before)


async def test_somebody_of_whom_nothing_is_held_is_remembered_all_the_same(behind: Behind) -> None:
    noted = Noted()
    assert (await noted.erased(behind)).empty
    assert [each.digests for each in noted.erasures] == [{digest("al@other.example")}]
    assert await behind.store.subjects.remembered() == noted.erasures


async def test_it_is_noted_before_anything_is_changed(behind: Behind) -> None:
    await concluded(behind, await said(behind, "b1", AL))

    def broken(_: Remembered) -> None:
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        await behind.store.subjects.erase([AL], reader=read, actor="greta", digest=digest, remember=broken)
    assert (await found(behind, AL)).goes == (1,)


async def test_what_came_back_goes_again_and_what_is_new_stays(behind: Behind) -> None:
    """The store forgets the erasure here by never having known it, as one does that was restored."""
    old, new = await said(behind, "b1", AL), await said(behind, "b2", AL)
    await behind.store.suspend([AL], actor="hugo")
    await concluded(behind, new)
    lost = lost_time(behind, "b1")
    behind.clock.forward(days=1)
    [receipt] = await behind.store.subjects.again([lost], digest=digest)
    assert (receipt.found.goes, receipt.erasure.pending) == ((old,), False)
    [still_open] = await behind.store.waiting()
    assert (still_open.number, still_open.content, still_open.author) == (old, None, None)
    assert [each.author for each in await behind.store.concluded()] == [AL]
    assert await behind.store.suspended() == []
    assert [each.id for each in await behind.store.subjects.remembered()] == [lost.id]
    await behind.store.suspend([AL], actor="hugo")
    assert [each.empty for each in await behind.store.subjects.again([lost], digest=digest)] == [True]
    assert len(await behind.store.suspended()) == 1
    assert await behind.store.verify() == []


async def test_what_a_hold_keeps_in_a_restored_backup_goes_once_it_is_lifted(behind: Behind) -> None:
    number = await said(behind, "b1", AL)
    hold = await behind.store.hold(number, "A court asked.", actor="hugo")
    assert hold is not None
    lost = lost_time(behind, "b1")
    assert [each.erasure.pending for each in await behind.store.subjects.again([lost], digest=digest)] == [True]
    assert (await found(behind, AL)).written == (number,)
    await behind.store.lift(hold.id, actor="hugo")
    assert [each.erasure.pending for each in await behind.store.subjects.again([lost], digest=digest)] == [False]
    assert (await found(behind, AL)).written == ()


@pytest.mark.parametrize("referred", [True, False])
async def test_box_that_was_erased_takes_up_its_number_and_no_more(behind: Behind, *, referred: bool) -> None:
    await behind.store.switch_list(on=True, actor="greta")
    await behind.store.suspend([AL], actor="greta")
    box = behind.box("b1", author=AL, referred=referred)
    number = await behind.store.take_in(box, erased=True, look=True)
    assert await behind.store.received(["b1"]) == {"b1"}
    [empty] = await behind.store.waiting()
    assert (empty.number, empty.content, empty.author) == (number, None, None)
    assert empty.content_sha256 == sha256(box.content)
    assert await behind.store.conduct() == {}
    assert [each.kind for each in await behind.store.trail(empty.number)] == ["referral.received", "referral.erased"]
    assert await behind.store.take_in(box, erased=True) == number
    await behind.store.conclude(empty.number, version=empty.version, actor="greta", outcome=Outcome.WARNING)
    assert await behind.store.verify() == []


@only_sqlite
async def test_nothing_of_them_is_left_in_the_file_or_its_journals(behind: Behind) -> None:
    for n in range(20):
        await said(behind, f"z{n}", "@zebedee@tide.example", "zebedee " * 300 * (n % 5), called="Zebedee Quarl")
        await said(behind, f"b{n}", BEA)
    await concluded(behind, *range(1, 41))
    await behind.store.suspend(["@zebedee@tide.example"], actor="greta")
    await Noted().erased(behind, "@zebedee@tide.example")
    for file in Path(behind.address.removeprefix("sqlite:///")).parent.iterdir():
        assert b"zebedee" not in file.read_bytes().lower(), file.name
