"""What the database refuses of letters and messages to protected people, with the program by-passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.by_hand import REFUSALS
from tests.store.test_support import WORDS, welcoming
from tests.store.test_weekly import wish
from tests.store.test_wishes import HER

if TYPE_CHECKING:
    from tests.store.scene import Scene

MESSAGE = "INSERT INTO support_messages VALUES ('m', '{person}', 'Hello.', 'abc', 'ann', '2026-11-20', {read})"
LETTER = (
    "INSERT INTO weekly_mails (person_sha256, address, stop, since) VALUES ('{person}', 'a@b.example', 's', '2026')"
)


@pytest.mark.parametrize(
    "statement",
    [
        MESSAGE.format(person="nobody", read="NULL"),
        MESSAGE.format(person=HER, read="'2026-11-20'"),
        "UPDATE support_messages SET text = 'Other words.'",
        "UPDATE support_messages SET written_by = 'ben'",
        "UPDATE support_messages SET person_sha256 = 'x'",
        "DELETE FROM support_messages",
        LETTER.format(person="nobody"),
        "UPDATE weekly_mails SET stop = 'other'",
        "UPDATE weekly_mails SET sent_for = '2020'",
    ],
)
async def test_it_is_refused(scene: Scene, statement: str) -> None:
    await welcoming(scene)
    await scene.store.protected.support(HER, WORDS, actor="ann")
    await wish(scene)
    await scene.store.protected.told(HER, scene.clock())
    with scene.by_hand() as hand, pytest.raises(REFUSALS):
        hand.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE wishes SET support = FALSE",
        "UPDATE wishes SET given_at = NULL",
        "UPDATE wishes SET page_sha256 = NULL",
    ],
)
async def test_nobody_is_written_to_who_does_not_wish_it_or_could_not_read_it(scene: Scene, change: str) -> None:
    await welcoming(scene)
    with scene.by_hand() as hand:
        hand.execute(change)
        with pytest.raises(REFUSALS):
            hand.execute(MESSAGE.format(person=HER, read="NULL"))


@pytest.mark.parametrize(
    "change", ["UPDATE wishes SET weekly = FALSE", "UPDATE wishes SET weekly = TRUE, given_at = NULL"]
)
async def test_no_address_is_kept_of_who_does_not_wish_to_be_told(scene: Scene, change: str) -> None:
    await welcoming(scene)
    with scene.by_hand() as hand:
        hand.execute(change)
        with pytest.raises(REFUSALS):
            hand.execute(LETTER.format(person=HER))
