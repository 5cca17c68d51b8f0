"""What fails is told once, to everybody whom it leaves blind, with what to do; and once more when it is well."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from bot.ports import Fault, PlatformError
from bot.store import StoreError
from bot.troubles import LOOK_YOURSELVES, NOTHING_WORKS, Troubles

if TYPE_CHECKING:
    from bot.files import Files

REVOKED = "Reading mentions for @leader@fernwick.example: the token is no longer accepted."


@dataclass
class Heard:
    """Both desks, and what was said on each."""

    files: Files
    sayings: list[tuple[str, bool]] = field(default_factory=list)

    def troubles(self) -> Troubles:
        return Troubles(say=lambda text, safety: self.sayings.append((text, safety)), accounts=self.files.accounts)

    @property
    def staff(self) -> list[str]:
        return [text for text, safety in self.sayings if not safety]

    @property
    def safety(self) -> list[str]:
        return [text for text, safety in self.sayings if safety]


@pytest.fixture
def desks(files: Files) -> Heard:
    return Heard(files)


def revoked(words: str = REVOKED) -> PlatformError:
    return PlatformError(Fault.PERMANENT, words, code="token_revoked")


def test_account_that_nobody_sees_any_more_is_told_on_both_desks_with_what_to_do(desks: Heard) -> None:
    troubles = desks.troubles()
    for _ in range(3):
        troubles.failed("poll:leader", revoked())
    assert desks.staff == desks.safety == [f"{REVOKED} {LOOK_YOURSELVES}"]
    assert (troubles.now, troubles.faults) == ({"poll:leader": REVOKED}, {"poll:leader": 3})
    troubles.ended("poll:leader")
    assert desks.staff[1:] == desks.safety[1:] == ["Reading mentions for @leader@fernwick.example works again."]
    assert troubles.now == {}


def test_two_loops_that_one_token_stops_are_told_as_one(desks: Heard) -> None:
    troubles = desks.troubles()
    troubles.failed("poll:leader", revoked())
    troubles.failed("look:leader", revoked("Looking at a post: the token is no longer accepted."))
    troubles.ended("look:leader")
    assert len(desks.staff) == 1
    troubles.ended("poll:leader")
    assert len(desks.staff) == 2


def test_another_account_and_another_cause_are_told_for_themselves(desks: Heard) -> None:
    troubles = desks.troubles()
    troubles.failed("poll:leader", revoked())
    troubles.failed("poll:party", revoked())
    troubles.failed("look:leader", PlatformError(Fault.TRANSIENT, "The server is down.", code="unreachable"))
    assert len(desks.staff) == 3


def test_database_that_fails_everywhere_is_told_once_and_so_is_its_end(desks: Heard) -> None:
    troubles = desks.troubles()
    loops = ("publish", "poll:leader", "nudge", "poll:party")
    for _ in range(2):
        for what in loops:
            troubles.failed(what, StoreError("bot.db: The disk is full."))
    told = f"The database does not work: bot.db: The disk is full. {NOTHING_WORKS}"
    assert desks.staff == desks.safety == [told]
    for what in loops:
        troubles.ended(what)
    assert desks.staff[1:] == desks.safety[1:] == ["The database works again."]


def test_mistake_of_ours_is_told_to_staff_without_its_words(desks: Heard) -> None:
    troubles = desks.troubles()
    troubles.failed("publish:leader", ValueError("words of somebody"))
    troubles.failed("desk:telegram", ValueError("words of somebody"))
    assert desks.staff == [
        "Posting for @leader@fernwick.example failed (ValueError) and is tried again. The log has more.",
        "The desk telegram failed (ValueError) and is tried again. The log has more.",
    ]
    assert desks.safety == []


def test_what_works_all_the_time_is_never_spoken_of(desks: Heard) -> None:
    troubles = desks.troubles()
    troubles.ended("poll:leader")
    assert desks.sayings == []


def test_account_that_lags_is_told_once_unless_it_is_known_why(desks: Heard) -> None:
    troubles = desks.troubles()
    troubles.failed("poll:leader", revoked())
    troubles.lags("leader", 10)
    assert len(desks.staff) == 1
    for _ in range(2):
        troubles.lags("party", 10)
    assert desks.staff[1:] == [
        f"Mentions of @party@fernwick.example are read more than 10 minutes late. {LOOK_YOURSELVES}"
    ]
