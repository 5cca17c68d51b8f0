"""A press of a button: who pressed, may they, what they asked for; stored first, then answered, then drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.model import Decision, Event, Refusal, Verb
from bot.review.telegram.buttons import ASK, ASK_ALL, BACK, POST, STEP, choice_rows, read
from bot.review.telegram.door import ANONYMOUS_ADMIN, TRUST
from bot.review.telegram.drawing import DESK
from bot.review.telegram.line import LineError
from bot.rights import VERBS, no_approval_because
from bot.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.model import Case, Reviewer
    from bot.review.report_words import ReportView
    from bot.review.room import Room
    from bot.review.telegram.buttons import Rows, Wish
    from bot.review.telegram.door import Chat, Door
    from bot.review.telegram.drawing import Drawing
    from bot.review.telegram.line import Line

LOG = structlog.stdlib.get_logger(__name__)
NO_STRANGERS = "You are not a reviewer here. Nothing was done."
NOT_HIDDEN = "Telegram hides who you are. Switch off “Remain anonymous” in the group's settings, then press again."
HOW_TO_EDIT = "Answer the card with your wording, without the handle at its beginning. It must then be approved."
NOT_HERE = "There is no such case on this desk."


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button was pressed."""

    id: str
    """For the one answer."""
    chat_id: int
    message_id: int
    user_id: int
    data: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the presser is told, and what is to be drawn once they have been told."""

    text: str
    alert: bool = False
    """A box to be closed, not a line that passes."""
    rows: Rows | None = None
    """Other buttons for the message."""
    case: Case | None = None
    """The case that the message shows."""
    stranger: bool = False


@dataclass(frozen=True, kw_only=True)
class Presses:
    """Takes presses. Holds nothing between two of them."""

    room: Room
    line: Line
    door: Door
    drawing: Drawing
    chats: Mapping[int, Chat]
    changed: Callable[[], None]
    """Called when cards may be out of date."""

    async def take(self, press: Press) -> None:
        """Do what a press asks, if its presser may; answer it, once, with what came of it; then draw."""
        try:
            answer = await self._take(press)
        except (StoreError, LineError) as error:
            answer = Answer(f"Nothing was done: {error}", alert=True)
        try:
            await self.line.answer(press.id, answer.text, alert=answer.alert)
        except LineError as error:
            LOG.warning("telegram.press_not_answered", why=str(error))
        self.changed()
        try:
            await self._after(press, answer)
        except LineError as error:
            LOG.warning("telegram.not_drawn", why=str(error))

    async def _take(self, press: Press) -> Answer:
        chat = self.chats.get(press.chat_id)
        reviewer = self.door.reviewer(press.user_id)
        if chat is None:
            await self._note(press, reviewer, "another chat")
            return Answer("This chat is not a desk.", alert=True)
        if reviewer is None or not self.door.admits(chat, reviewer):
            await self.door.refuse(chat, press.user_id, "press")
            hidden = press.user_id == ANONYMOUS_ADMIN
            return Answer(NOT_HIDDEN if hidden else NO_STRANGERS, alert=True, stranger=not hidden)
        if press.data == TRUST:
            return Answer(await self.door.trust(chat, reviewer), alert=True)
        if chat.closed:
            return Answer(f"Cards have stopped here: {chat.closed}.", alert=True)
        return await self._asked_for(chat, press, reviewer)

    async def _asked_for(self, chat: Chat, press: Press, reviewer: Reviewer) -> Answer:
        """What somebody who may press here has pressed."""
        if press.data.startswith(POST):
            return await self._turn(chat, press)
        if press.data.startswith(STEP):
            return await self._tick(chat, press, reviewer)
        return await self._wished(chat, press, reviewer)

    async def _turn(self, chat: Chat, press: Press) -> Answer:
        """Show another post of a pile-on, which changes nothing but the picture."""
        if await self.drawing.turn(chat, press.message_id, press.data.removeprefix(POST)):
            return Answer("")
        return Answer("That post waits no longer, or this is no longer its card.", alert=True)

    async def _tick(self, chat: Chat, press: Press, reviewer: Reviewer) -> Answer:
        """Tick a step of an escalation's checklist, or take that back, which decides nothing."""
        case_id, _, step = press.data.removeprefix(STEP).partition(":")
        case = await self.room.store.case(case_id)
        if case is None or self.drawing.home(case) is not chat or not chat.safety:
            await self._note(press, reviewer, "not on this desk")
            return Answer(NOT_HERE, alert=True, case=case)
        known = next((each for each in (await self.room.card(case)).checklist if each.id == step), None)
        done = known is None or not known.done
        if why := await self.room.tick(case, step, reviewer, done=done):
            return Answer(why, alert=True, case=case)
        title = known.title if known else step
        return Answer(f"Ticked: {title}" if done else f"Not done after all: {title}", case=case)

    async def _wished(self, chat: Chat, press: Press, reviewer: Reviewer) -> Answer:
        wish = read(press.data)
        case = await self.room.store.case(wish.case_id) if wish else None
        if wish is None or case is None or self.drawing.home(case) is not chat:
            await self._note(press, reviewer, "not on this desk")
            return Answer(NOT_HERE, alert=True, case=case)
        return await self._grant(wish, case, reviewer)

    async def _note(self, press: Press, reviewer: Reviewer | None, why: str) -> None:
        """Put on record that a press was refused, and whose it was: by a digest where it is nobody of ours."""
        who = {} if reviewer else {"user": self.door.digest(press.user_id)}
        actor = reviewer.id if reviewer else "bot"
        await self.room.store.note("press.refused", actor=actor, detail={"why": why, **who})

    async def _grant(self, wish: Wish, case: Case, reviewer: Reviewer) -> Answer:
        """What a known reviewer asked of a case of this chat."""
        current = wish.version == case.version
        if wish.step == BACK:
            return Answer("", rows=(await self.drawing.picture(case))[1], case=case)
        if current and wish.verb not in self.room.verbs(case, reviewer):
            await self.room.decide(self._asked(wish, reviewer, case))  # refused there too, and put on record
            return Answer(await self._not_yours(wish.verb, case, reviewer), alert=True, case=case)
        if current and wish.step in {ASK, ASK_ALL}:
            clauses = tuple(self.room.grounds(case).values())
            report = self.room.will_report(case)
            rows = choice_rows(
                wish.verb,
                case.id,
                case.version,
                whole=wish.step == ASK_ALL,
                clauses=clauses,
                reports=report is not None,
            )
            return Answer(self._where_to(report) if wish.verb is Verb.REFER else "", rows=rows, case=case)
        if current and wish.verb is Verb.EDIT:
            return Answer(HOW_TO_EDIT, alert=True, case=case)
        return await self.decide(case, reviewer, wish)

    async def decide(self, case: Case, reviewer: Reviewer, wish: Wish, *, text: str | None = None) -> Answer:
        """Ask for a decision and say what came of it."""
        result = await self.room.decide(self._asked(wish, reviewer, case, text=text))
        if not isinstance(result, Refusal):
            return Answer((await self.room.card(result)).status, case=result)
        newest = await self.room.store.case(case.id) or case
        mine = await self._own_event(case.id, wish.version + 1, reviewer)
        if mine is None:
            return Answer(result.message, alert=True, case=newest)
        status = (await self.room.card(newest)).status
        done = {f"case.{VERBS[wish.verb][0]}"} | (
            {f"case.{Event.APPROVAL_ADDED}"} if wish.verb is Verb.APPROVE else set()
        )
        if mine in done:
            return Answer(f"You have done this already. {status}", alert=True, case=newest)
        return Answer(f"The card has changed meanwhile. {status} Press again.", alert=True, case=newest)

    def _asked(self, wish: Wish, reviewer: Reviewer, case: Case, *, text: str | None = None) -> Decision:
        return Decision(
            case_id=wish.case_id,
            version=wish.version,
            verb=wish.verb,
            reviewer=reviewer.id,
            desk=DESK,
            reason=wish.reason,
            text=text,
            ground=None if wish.ground is None else next(iter([*self.room.grounds(case)][wish.ground :]), ""),
            whole=wish.whole,
        )

    async def _own_event(self, case_id: str, version: int, reviewer: Reviewer) -> str | None:
        """What this reviewer did to bring the case to that version; `None` when it was somebody else's doing."""
        trail = await self.room.store.trail(case_id)
        found = (event for event in trail if event.detail.get("version") == version and event.actor == reviewer.id)
        return next((event.kind for event in found), None)

    async def _not_yours(self, verb: Verb, case: Case, reviewer: Reviewer) -> str:
        if verb is Verb.APPROVE and (why := no_approval_because(reviewer, case, self.room.reviewers)):
            return why
        status = (await self.room.card(case)).status
        return f"Not now, or not for you. {status}"

    def _where_to(self, report: ReportView | None) -> str:
        """Where a referral goes, as the configuration says, and whether the bot reports it."""
        referral = self.room.referral
        platform = f"the bot reports it to {report.server}" if report else referral.platform
        named = (("Platform", platform), ("Police", referral.police), ("Disciplinary", referral.disciplinary))
        return " · ".join(f"{name}: {where}" for name, where in named if where)

    async def _after(self, press: Press, answer: Answer) -> None:
        """Look at the door after a stranger; else see that the pressed message is the card of its case, and current."""
        chat = self.chats.get(press.chat_id)
        if chat is not None and answer.stranger:
            await self.door.look(chat, sign="press")
        if chat is not None and answer.case is not None:
            await self.drawing.settle(chat, press.message_id, answer.case.id, answer.rows)
