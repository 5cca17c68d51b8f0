"""Somebody is found by whatever they wrote under, in what others wrote, and on the list of suspended members."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.store import Person
from bot.store.compliance import Contents, Outcome, Presence
from bot.store.needles import plain

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind

AL, BEA = "@al@other.example", "@bea@tide.example"


def read(content: str) -> Contents:
    """What `said` put into a box."""
    said = json.loads(content)
    author = Person(
        handles=frozenset({plain(said["by"])}), uris=frozenset(said["uris"]), names=frozenset(said["names"])
    )
    return Contents(author=author, texts=(said["text"],))


async def said(behind: Behind, name: str, by: str, text: str = "You florp.", *, uri: str = "", called: str = "") -> int:
    """The number of a new referral of what somebody wrote."""
    content = json.dumps({"by": by, "uris": [uri] if uri else [], "names": [called] if called else [], "text": text})
    number = await behind.store.take_in(replace(behind.box(name, author=by.lower()), content=content))
    assert number is not None
    return number


async def concluded(behind: Behind, *numbers: int) -> None:
    for number in numbers:
        await behind.store.conclude(number, version=1, actor="greta", outcome=Outcome.WARNING)


async def found(behind: Behind, *known: str, names: tuple[str, ...] = ()) -> Presence:
    return await behind.store.subjects.trace(known, names, reader=read)


async def test_somebody_is_found_as_author_in_what_others_wrote_and_on_the_list(behind: Behind) -> None:
    wrote = await said(behind, "b1", "@Al@Other.example")
    names = await said(behind, "b2", BEA, f"Ask {AL} about it.")
    await said(behind, "b3", BEA, "Ask @al@other.example.org, or @alan@other.example.")
    await behind.store.suspend([AL, BEA], actor="greta")
    there = await found(behind, AL)
    assert (there.written, there.naming, there.under_way, there.held) == ((wrote,), (names,), (wrote,), ())
    [entry] = there.entries
    assert {each.id: each.handle for each in await behind.store.suspended()}[entry] == AL


async def test_who_moved_is_found_under_each_name(behind: Behind) -> None:
    await said(behind, "b1", AL, uri="https://other.example/u/al")
    await said(behind, "b2", "@alfred@other.example", uri="https://other.example/u/al", called="Al Quarl")
    there = await found(behind, AL)
    assert there.written == (1, 2)
    assert there.person.handles == {"al@other.example", "alfred@other.example"}
    assert there.person.names == {"Al Quarl"}


async def test_what_may_go_and_what_stays_are_told_apart(behind: Behind) -> None:
    done, waits, going, held = [await said(behind, f"b{n}", AL) for n in range(4)]
    await concluded(behind, done, going, held)
    await behind.store.hand_over(going, actor="greta")
    await behind.store.hold(held, "A court asked.", actor="greta")
    there = await found(behind, AL)
    assert (there.under_way, there.held, there.stays) == ((waits, going), (held,), (waits, going, held))
    assert there.goes == (done,)
    await behind.store.note_sent(going, sha256="x")
    there = await found(behind, AL)
    assert (there.goes, there.handed_over) == ((done, going), (going,))


async def test_entry_stays_with_an_open_match_that_stands_on_it(behind: Behind) -> None:
    await behind.store.switch_list(on=True, actor="greta")
    await behind.store.suspend([AL], actor="greta")
    number = await said(behind, "b1", AL)
    assert await behind.store.conduct() == {}
    await behind.store.switch_list(on=True, actor="greta")
    assert (await found(behind, AL)).entries_needed == (number,)
    assert (await found(behind, AL)).going_entries == ()
    await behind.store.remove_match(number, actor="hugo")
    assert len((await found(behind, AL)).going_entries) == 1


async def test_notes_of_staff_and_of_the_bodys_system_are_looked_through_by_name_too(behind: Behind) -> None:
    held, sent = await said(behind, "b1", BEA), await said(behind, "b2", BEA)
    await behind.store.hold(held, "Al Quarl went to court.", actor="greta")
    await behind.store.hand_over(sent, actor="greta")
    await behind.store.note_sent(sent, sha256="x")
    await behind.store.note_answered(sent, reference="QUARL, al: 17")
    assert (await found(behind, AL)).noted == ()
    assert (await found(behind, AL, names=("Al Quarl",))).noted == (held,)
    assert (await found(behind, AL, names=("quarl",))).noted == (held, sent)


async def test_boxes_that_could_not_be_opened_are_counted(behind: Behind) -> None:
    await behind.store.note_unopened("b1", sealed_sha256="x", why="It does not open.")
    there = await found(behind, AL)
    assert (there.unopened, there.empty) == (1, True)
