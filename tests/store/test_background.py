"""Who and what was asked about has an answer, if an empty one; everybody protected and every braked rule is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import History
from bot.store import Background, Thread, digest_of

if TYPE_CHECKING:
    from tests.store.scene import Scene

AL, IMOGEN, THREAD = "https://other.example/u/al", "@imogen@fernwick.example", "https://other.example/thread"


async def test_of_what_nobody_has_seen_there_are_empty_answers(scene: Scene) -> None:
    found = await scene.background(
        authors=[AL], accounts=["party"], conversations=[THREAD], targets=[IMOGEN], voices=["party"]
    )
    assert found == Background(
        histories={AL: History()},
        crowds={"party": ()},
        threads={THREAD: Thread()},
        standings={},
        wordings={"party": ()},
        wishes={},
        braked={},
    )


async def test_one_look_tells_all_that_bears_on_a_mention(scene: Scene) -> None:
    case = await scene.published("1", said={"thread": THREAD})
    await scene.store.protected.make_link(IMOGEN, actor="ada")
    found = await scene.background(authors=[AL], accounts=["party"], conversations=[THREAD], voices=["party"])
    assert [earlier.case_id for earlier in found.histories[AL].cases] == [case.id]
    assert [one.author for one in found.crowds["party"]] == [AL]
    assert found.threads[THREAD].replies == 1
    assert found.wordings["party"] == (("racism-in-group", 0),)
    assert found.wishes.keys() == {digest_of(IMOGEN)}
