"""What follows a reply: the question when its post is edited, taking it down, and the case that corrects it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.attention import called_within
from bot.model import Event, State
from bot.ports import Fault, PlatformError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.files import Files
    from bot.model import Case
    from bot.ports import Publisher
    from bot.steps import Steps
    from bot.store import Received, Store
    from bot.weighing import Weighing


@dataclass(frozen=True, kw_only=True)
class Afterwards:
    """Carries a published case on. Raises Stale where a person was first."""

    store: Store
    weighing: Weighing
    files: Files
    now: Callable[[], datetime]
    steps: Steps

    async def ask(self, case: Case) -> None:
        """Ask at once what becomes of a reply whose post was edited, and again until somebody has answered."""
        every = timedelta(minutes=self.files.config.schedule.pass_on_after_minutes)
        if not called_within(every, case, self.now()):
            await self.steps.take(case, Event.REMINDED)
            self.steps.tell(
                f"The post that was answered in case {case.id} was edited: keep, correct or retract our reply?"
            )

    async def retract(self, case: Case, publisher: Publisher | None) -> None:
        """Take down a reply that a reviewer wants gone; where it is to be corrected, open its post for review anew.

        Raises PlatformError where nobody knows whether it is still up; deleting it again does no harm, and will tell.
        """
        receipt = case.publication.receipt if case.publication else None
        if receipt is None or publisher is None:
            await self._still_up(case, f"{case.account} is not live here. Delete it by hand.")
            return
        try:
            await publisher.retract(receipt)
        except PlatformError as error:
            if error.fault is Fault.UNKNOWN:
                raise
            await self._still_up(case, str(error))
            return
        if case.mistaken:
            await self._correct(case)
        elif not case.correcting:
            await self.steps.take(case, Event.RETRACTED)
        elif successor := await self._successor(case):
            await self.steps.take(case, Event.CORRECTED, outcome="corrected", successor=successor)
        else:
            await self.steps.take(case, Event.RETRACTED, note="As the post now reads, no other reply is due.")

    async def _correct(self, case: Case) -> None:
        """Propose what says that our reply was a mistake, for people to approve; not beside what safety has."""
        known = (await self.store.known([case.mention.uri])).get(case.mention.uri)
        if known is not None and known.state is State.ESCALATED:
            await self.steps.take(
                case, Event.RETRACTED, note="The post is with the safety team now: it is not answered."
            )
            return
        facts = await self.weighing.gather([case.mention], case.account, {})
        successor = self.weighing.follows_mistake(case, facts)
        await self.steps.take(case, Event.CORRECTED, outcome="corrected", successor=successor)

    async def _still_up(self, case: Case, why: str) -> None:
        await self.steps.take(case, Event.RETRACTION_FAILED, note=f"The reply is still up: {why}")
        self.steps.tell(f"The reply of case {case.id} is still up: {why}")

    async def _successor(self, case: Case) -> Received | None:
        """What is to be reviewed in the place of the reply; `None` when the post, as it now reads, asks for none."""
        edit = (await self.store.edits([case])).get(case.id)
        if edit is None:
            return None
        facts = await self.weighing.gather([edit.after], case.account, {})
        instead = self.weighing.instead(case, edit.after, facts)
        return instead if instead.proposal else None
