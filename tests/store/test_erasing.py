"""Somebody who is erased stands nowhere any more, nobody else is touched, and the audit stays whole."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import Author, Event, Parent
from bot.store import NotErasedError, Remembered, Store, StoreError
from bot.vault import Vault, new_key
from tests.fakes.databases import ON_POSTGRESQL, only_sqlite
from tests.store.scene import START, copy_of
from tests.store.test_captures import original

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store import Receipt
    from tests.store.scene import Scene

ZEB = Author(
    uri="https://tide.example/users/zebedee",
    handle="@zebedee@tide.example",
    display_name="Zebedee Quarl",
    bio="zebedee quarl collects kites",
)
BEA = Author(uri="https://tide.example/users/beatrix", handle="@beatrix@tide.example", display_name="Beatrix")
ERASED = (
    "zebedee@tide.example",
    "tide.example/users/zebedee",
    "zebedee quarl",
    "collects kites",
    "frobnicate the harbour",
    "tide.example/posts/z",
)
"""What must be nowhere afterwards."""


def digest(text: str) -> str:
    return hmac.new(b"a key of the tests", text.encode(), hashlib.sha256).hexdigest()


async def erase(scene: Scene, who: str = "@Zebedee@tide.example", *names: str) -> Receipt:
    noted: list[Remembered] = []
    receipt = await scene.store.subjects.erase([who], names, actor="ann", digest=digest, remember=noted.append)
    assert noted == [receipt.erasure]
    return receipt


async def an_evening(scene: Scene) -> None:
    """Zebedee in every place that the database has, and Beatrix beside him."""
    text = "You lot frobnicate the harbour"
    said = {"author": ZEB, "text": text, "url": "https://tide.example/posts/z1"}
    await scene.receive(scene.received("z1", "record", said=said))
    case = await scene.published("z2", said=said, reply="@zebedee@tide.example Not in our name.")
    asked = await scene.change(case, Event.RETRACTION_ASKED, "ann", note="zebedee@tide.example rang us")
    await scene.change(asked, Event.RETRACTED, note="zebedee was told")
    closed = await scene.opened("z3", said=said)
    await scene.change(closed, Event.DISMISSED, "ann", decides="dismiss", note="Zebedee Quarl is known to us")
    parent = Parent(uri="https://tide.example/posts/z1", author=ZEB.handle, text=text)
    answer = {"author": BEA, "text": "you are vermin", "parent": parent, "addressed": (ZEB.handle,)}
    quoting = await scene.opened("b1", said=answer)
    await scene.change(quoting, Event.DISMISSED, "ann", decides="dismiss", note="aimed at Zebedee Quarl")
    await scene.dismissed("b2")
    fair = scene.mention("f1", author=BEA, text="@zebedee@tide.example I agree about the buses")
    await scene.receive(scene.received("f1", "ignore", mention=fair), malformed=["zebedee@tide.example was odd"])
    await scene.store.hand_over("Keep an eye on zebedee quarl.", actor="ann", safety=False)
    await scene.store.hand_over("Quiet otherwise.", actor="ann", safety=False)
    await scene.store.pause("quiet", actor="ann", reason="zebedee@tide.example again")


def forms(texts: Iterable[str]) -> set[bytes]:
    """The texts as a file may hold them: as they are, as JSON escapes them, in base64 at each of its three offsets."""
    found: set[bytes] = set()
    for text in texts:
        raw = text.encode()
        found |= {raw, json.dumps(text)[1:-1].encode(), raw.replace(b"/", b"\\/")}
        found |= {base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)}
    return {form.lower() for form in found}


def in_the_files(scene: Scene) -> list[str]:
    """Every trace in any file of the folder, journals included."""
    return [
        f"{file.name}: {form!r}"
        for file in scene.path.parent.iterdir()
        for form in forms(ERASED)
        if form in file.read_bytes().lower()
    ]


async def test_nothing_is_left_in_any_file_and_every_chain_is_whole(scene: Scene) -> None:
    await an_evening(scene)
    receipt = await erase(scene)
    found = receipt.trace
    assert (len(found.mentions), len(found.cases), len(found.aimed), len(found.aimed_cases)) == (3, 2, 1, 1)
    assert (len(found.left_alone), len(found.misread), len(found.handovers), len(found.pauses)) == (1, 1, 1, 1)
    assert await scene.store.verify() == []
    again = await scene.store.subjects.trace(["@zebedee@tide.example"], ["Zebedee Quarl"])
    assert again.empty
    if not ON_POSTGRESQL:
        assert in_the_files(scene) == []  # while the bot has the file open
        await scene.store.close()
        assert in_the_files(scene) == []


async def test_what_others_said_of_others_stays_as_it_was(scene: Scene) -> None:
    await an_evening(scene)
    known = await scene.store.known(["https://other.example/b2"])
    before = await scene.case(known["https://other.example/b2"].case_id or "")
    await erase(scene)
    assert await scene.case(before) == before
    assert [note.text for note in await scene.store.handed_over(START, safety=False)] == ["Quiet otherwise."]
    history = (await scene.store.histories([BEA.uri], START))[BEA.uri]
    assert [case.policy for case in history.cases] == ["racism"]
    assert history.strikes == 1  # the words are gone, and that she was abusive is still known


async def test_a_post_of_somebody_who_was_erased_is_not_taken_in_again(scene: Scene) -> None:
    await an_evening(scene)
    await erase(scene)
    said = {"author": ZEB, "text": "You lot frobnicate the harbour", "url": "https://tide.example/posts/z1"}
    assert await scene.receive(scene.received("z1", "record", said=said)) == ()
    assert (await scene.store.subjects.trace([ZEB.handle])).empty


async def test_who_writes_again_is_a_new_fact(scene: Scene) -> None:
    await an_evening(scene)
    receipt = await erase(scene)
    scene.clock.forward(days=1)
    new = await scene.opened("z9", said={"author": ZEB, "text": "me again"})
    assert await scene.store.subjects.again([receipt.erasure], digest=digest)
    assert (await scene.case(new)).mention.text == "me again"
    assert len((await scene.store.histories([ZEB.uri], START))[ZEB.uri].cases) == 1


@pytest.mark.parametrize("way", ["handle", "address", "former handle"])
async def test_it_does_not_matter_by_what_they_are_called(scene: Scene, way: str) -> None:
    await an_evening(scene)
    renamed = replace(ZEB, handle="@zeb@tide.example")
    await scene.receive(scene.received("z4", "record", said={"author": renamed, "text": "under another name"}))
    called = {"handle": "@zeb@tide.example", "address": ZEB.uri, "former handle": "zebedee@tide.example"}
    receipt = await erase(scene, called[way])
    assert len(receipt.trace.mentions) == 4
    assert receipt.trace.person.handles == {"zeb@tide.example", "zebedee@tide.example"}


async def test_nothing_is_taken_from_under_whoever_works_on_it(scene: Scene) -> None:
    case = await scene.claimed("z1", said={"author": ZEB})
    with pytest.raises(NotErasedError, match=case.id):
        await erase(scene)
    assert (await scene.case(case)).mention.author == ZEB


async def test_what_a_hold_keeps_is_erased_only_after_it_was_lifted(scene: Scene) -> None:
    await an_evening(scene)
    hold = await scene.store.subjects.hold_author(ZEB.uri, "a court asked for it", actor="cat")
    with pytest.raises(NotErasedError, match="legal hold"):
        await erase(scene)
    assert not (await scene.store.subjects.trace([ZEB.handle])).empty
    assert await scene.store.subjects.lift_hold(hold.id, actor="cat")
    assert not (await erase(scene)).trace.empty
    assert await scene.store.verify() == []


async def test_what_waits_for_the_case_of_somebody_else_follows_when_that_has_ended(scene: Scene) -> None:
    parent = Parent(uri="https://tide.example/posts/z1", author=ZEB.handle, text="frobnicate the harbour")
    case = await scene.opened("b1", said={"author": BEA, "text": "you are vermin", "parent": parent})
    receipt = await erase(scene)
    assert receipt.trace.waiting == (case.id,)
    assert receipt.erasure.pending
    assert (await scene.case(case)).mention.parent == parent
    [once_more] = await scene.store.subjects.again([receipt.erasure], digest=digest)
    assert once_more.erasure.pending
    await scene.change(case, Event.DISMISSED, "ann", decides="dismiss")
    [done] = await scene.store.subjects.again([receipt.erasure], digest=digest)
    assert not done.erasure.pending
    assert (await scene.case(case)).mention.parent is None
    assert await scene.store.verify() == []


async def test_whoever_comes_back_with_a_backup_goes_again(scene: Scene) -> None:
    """The database stands as it did before the erasure, and its own memory of it is gone with the rest."""
    await an_evening(scene)
    await scene.opened("z5", said={"author": ZEB, "text": "frobnicate the harbour too"})  # decided after the backup
    erasure = Remembered(
        id="an-erasure",
        at=scene.clock.forward(days=2),
        actor="ann",
        digests=frozenset(map(digest, ("zebedee@tide.example", ZEB.uri, "zebedee quarl"))),
    )
    [receipt] = await scene.store.subjects.again([erasure], digest=digest)
    assert len(receipt.trace.mentions) == 4
    assert not receipt.erasure.pending
    assert await scene.store.subjects.remembered() == [erasure]
    assert await scene.store.verify() == []
    if not ON_POSTGRESQL:
        assert in_the_files(scene) == []


async def test_what_came_in_while_the_clock_was_ahead_goes_again_too(scene: Scene) -> None:
    scene.clock.forward(days=2)
    await an_evening(scene)
    await scene.store.close()
    async with copy_of(scene.address) as later:  # whose clock is right again
        erasure = (await erase(later)).erasure
    assert erasure.at < scene.clock()
    scene.clock.forward(days=-2)
    scene.store = Store.open(scene.address, now=scene.clock)
    [receipt] = await scene.store.subjects.again([erasure], digest=digest)
    assert len(receipt.trace.mentions) == 3
    assert (await scene.store.subjects.trace([ZEB.handle])).empty


async def test_the_memory_of_another_key_finds_nobody(scene: Scene) -> None:
    await an_evening(scene)
    erasure = Remembered(id="other", at=scene.clock(), actor="ann", digests=frozenset({"0" * 64}))
    [receipt] = await scene.store.subjects.again([erasure], digest=digest)
    assert receipt.trace.empty


async def test_what_was_captured_beside_a_post_of_somebody_else_is_opened_and_searched(scene: Scene) -> None:
    await scene.store.close()
    scene.store = Store.open(scene.address, now=scene.clock, vault=Vault([new_key()]))
    thread = original(b'{"descendants":[{"acct":"zebedee@tide.example"}]}')
    await scene.receive(scene.received("b7", "record", said={"author": BEA, "original": thread}))
    await scene.receive(scene.received("b8", "record", said={"author": BEA, "original": original()}))
    receipt = await erase(scene)
    assert (len(receipt.trace.exhibits), receipt.trace.aimed) == (1, ())
    with scene.by_hand() as hand:
        assert [row[0] is None for row in hand.execute("SELECT body FROM exhibits ORDER BY id")] == [True, False]
    assert len(await scene.store.recorded()) == 2
    assert await scene.store.verify() == []


async def test_evidence_that_cannot_be_opened_is_not_passed_over(scene: Scene) -> None:
    await scene.store.close()
    scene.store = Store.open(scene.address, now=scene.clock, vault=Vault([new_key()]))
    await scene.receive(scene.received("b7", "record", said={"author": BEA, "original": original()}))
    await scene.store.close()
    scene.store = Store.open(scene.address, now=scene.clock)
    with pytest.raises(StoreError, match="keys of its evidence"):
        await erase(scene)


async def test_one_exhibit_that_nothing_opens_keeps_nobody_from_being_erased_and_is_named(scene: Scene) -> None:
    thread = original(b'{"descendants":[{"acct":"zebedee@tide.example"}]}')
    for name in ("b7", "b8"):
        await scene.store.close()
        scene.store = Store.open(scene.address, now=scene.clock, vault=Vault([new_key()]))
        await scene.receive(scene.received(name, "record", said={"author": BEA, "original": thread}))
    await an_evening(scene)
    receipt = await erase(scene)
    with scene.by_hand() as hand:
        (shut, searched) = hand.execute(
            "SELECT e.id, e.body FROM exhibits e JOIN captures c ON c.id = e.capture_id ORDER BY c.seq"
        ).fetchall()
    assert (receipt.trace.unopened, receipt.trace.exhibits) == ((shut[0],), (searched[0],))
    assert (shut[1] is None, searched[1] is None) == (False, True)
    assert await scene.store.verify() == []


@only_sqlite
async def test_of_many_in_a_large_file_each_can_go_without_a_trace(scene: Scene) -> None:
    """Pages split, merge and move while rows come and go; nothing of them stays between the rows."""
    for number in range(120):
        author = replace(ZEB if number % 3 == 0 else BEA, bio=f"{'kites ' * (number % 40)}frobnicate the harbour")
        text = "frobnicate the harbour " * (1 + number * 7 % 90) if number % 3 == 0 else "you are vermin"
        author = author if number % 3 == 0 else replace(author, bio="")
        await scene.receive(scene.received(f"many{number}", "record", said={"author": author, "text": text}))
    await erase(scene)
    assert in_the_files(scene) == []
    assert await scene.store.verify() == []
