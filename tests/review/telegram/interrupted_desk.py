"""A bot of its own process that stores a decision and then never gets to answer: to be killed by the test that runs it.

Arguments: the database, the address of the Bot API, both chats' ids, then `name:telegram id` of each reviewer.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import config
from bot.model import Account, Case, Decision, Event, Mode, Refusal, Reviewer, Role
from bot.review.room import Room
from bot.review.telegram import TelegramDesk
from bot.store import Change, Store
from tests.fakes.bot_api import TOKEN

CONFIG = Path(__file__).resolve().parents[3] / "config.yaml"
NOW = datetime(2026, 11, 20, 21, 4, 2, tzinfo=UTC)


async def unused(*_: object) -> None:
    """No test of this process pauses, resumes or reports."""


async def main(database: str, address: str, staff: str, safety: str, *people: str) -> None:
    store = Store.open(f"sqlite:///{database}", now=lambda: NOW)
    roles = {"sofia": frozenset({Role.SAFETY, Role.APPROVER}), "ada": frozenset({Role.ADMIN})}
    known = [person.split(":") for person in people]
    reviewers = {
        name: Reviewer(id=name, name=name, roles=roles.get(name, frozenset({Role.APPROVER})), telegram_id=int(number))
        for name, number in known
    }
    account = Account(
        id="leader",
        platform="mastodon",
        handle="@leader@fernwick.example",
        server="https://fernwick.example",
        mode=Mode.LIVE,
        approvals=1,
        approvers=frozenset({"asha", "tom"}),
        answered_by=("leader",),
    )

    async def decide(decision: Decision) -> Case | Refusal:
        change = Change(
            case_id=decision.case_id,
            version=decision.version,
            event=Event.APPROVED,
            actor=decision.reviewer,
            decides="approve",
            due_at=NOW + timedelta(minutes=1),
        )
        await store.advance(change)
        sys.stdout.write("stored\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
        raise AssertionError

    settings = config.load(CONFIG).value
    room = Room(
        store=store,
        accounts={"leader": account},
        reviewers=reviewers,
        policies=settings.policies,
        referral=settings.referral,
        now=lambda: NOW,
        decide=decide,
        intake=unused,  # type: ignore[arg-type]  # never called here
        pause=unused,  # type: ignore[arg-type]  # as above
        resume=unused,
        release=unused,
        vitals=unused,  # type: ignore[arg-type]  # as above
    )
    desk = TelegramDesk(room, token=TOKEN, staff_chat=int(staff), safety_chat=int(safety), base_url=address)
    await desk.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
