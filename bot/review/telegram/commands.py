"""What reviewers write in a chat: the commands, and an answer to a card, which is an edit of its reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Role, State, Verb
from bot.review.telegram import cards
from bot.review.telegram.buttons import Wish
from bot.review.telegram.cards import plain
from bot.review.telegram.drawing import COVERED
from bot.review.words import age_of, on_its_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.model import Case, Reviewer
    from bot.review.room import Room
    from bot.review.telegram.door import Chat, Door
    from bot.review.telegram.drawing import Drawing
    from bot.review.telegram.presses import Presses
    from bot.store import Stats

COMMANDS = {
    "status": "how the bot is: what is wrong, what is paused, what waits",
    "queue": "what waits here",
    "case": "a case by its id, with its buttons",
    "add": "judge the post behind a link",
    "pause": "stop posting, for one account or for all",
    "resume": "post again",
    "release": "which rules the brake has stopped; an admin lets one go on",
    "handover": "leave a note for the next shift, or read the last ones",
    "takeover": "on the safety desk: “I have it”, what the last shift left",
    "stats": "the last 24 hours in figures",
    "help": "what one can do here",
}
WAITING = frozenset(set(State) - COVERED)
MOST_CASES = 25
PAUSERS = frozenset({Role.APPROVER, Role.SAFETY, Role.ADMIN})
RESUMERS = frozenset({Role.APPROVER, Role.ADMIN})
REPORTERS = frozenset({Role.APPROVER, Role.SAFETY, Role.ADMIN, Role.PRINCIPAL})
HELP = """\
Each card shows one post, why it is here, and the reply proposed for it. Nothing is posted unless one of you approves.

<b>Edit</b>: answer a card with your own wording, without the handle at its beginning.
/status: how the bot is
/queue: what waits here
/case ID: one case, with its buttons
/add URL: judge the post behind a link
/pause [account] [reason]: stop posting
/resume [account]: post again
/release [rule]: which rules the brake has stopped; an admin lets one go on
/handover [note]: leave a note for the next shift, or read the last ones
/takeover: on the safety desk, “I have it”: what the last shift left
/stats: the last 24 hours"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A reviewer wrote something."""

    chat: Chat
    reviewer: Reviewer
    text: str
    answers: int | None
    """The message that it answers."""


@dataclass(frozen=True, kw_only=True)
class Commands:
    """Does what is written and returns what to say to it, as HTML; empty when there is nothing to say."""

    room: Room
    door: Door
    drawing: Drawing
    presses: Presses
    name: str
    """The bot's username: a command may name the bot that it is for."""

    async def hear(self, said: Said) -> str:
        """A command, an answer to a card, or talk that is not for us."""
        if said.text.startswith("/"):
            word, _, rest = said.text[1:].partition(" ")
            name, _, bot = word.partition("@")
            if bot and bot.lower() != self.name.lower():
                return ""
            return await self._obey(said, name.lower(), rest.strip())
        return await self._edit(said)

    async def _obey(self, said: Said, name: str, rest: str) -> str:
        if name.startswith("case_"):
            name, rest = "case", name.removeprefix("case_")
        if said.chat.closed and name in {"queue", "case", "add", "handover", "takeover", "stats"}:
            return plain(f"Cards have stopped here: {said.chat.closed}.")
        known = {
            "status": self._how_it_is,
            "queue": self._queue,
            "case": self._case,
            "add": self._add,
            "pause": self._pause,
            "resume": self._resume,
            "release": self._release,
            "handover": self._hand_over,
            "takeover": self._take_over,
            "stats": self._stats,
            "help": self._help,
            "start": self._help,
        }
        if name not in known:
            return plain(f"There is no command /{name}. /help says what there is.")
        return await known[name](said, rest)

    async def _help(self, _said: Said, _rest: str) -> str:
        return HELP

    async def _how_it_is(self, said: Said, _rest: str) -> str:
        return plain("\n".join(await self.room.condition(safety=said.chat.safety)))

    async def _stats(self, said: Said, _rest: str) -> str:
        return _figures(await self.room.store.stats(self.room.now() - timedelta(days=1), safety=said.chat.safety))

    async def _hand_over(self, said: Said, text: str) -> str:
        if not text:
            notes = await self.room.handed_over(safety=said.chat.safety)
            return plain("\n\n".join(notes) or "Nobody has left a note in the last 24 hours.")
        if not said.reviewer.roles & REPORTERS:
            return "Your role does not let you leave notes."
        return plain(await self.room.hand_over(text, said.reviewer.id, safety=said.chat.safety))

    async def _take_over(self, said: Said, _rest: str) -> str:
        if not said.chat.safety:
            return "Escalations are taken over in the safety chat."
        return plain(await self.room.take_over(said.reviewer))

    async def _queue(self, said: Said, _rest: str) -> str:
        cases = await self.room.store.cases(states=WAITING, safety=said.chat.safety, in_front=True)
        if not cases:
            return "Nothing waits here."
        oldest = age_of(min(case.opened_at for case in cases), self.room.now())
        head = f"{len(cases)} {'waits' if len(cases) == 1 else 'wait'}, the oldest for {oldest}.\n"
        shown = [cards.line(card) for card in await self.room.cards(cases[:MOST_CASES])]
        text = head
        for number, each in enumerate(shown):
            if len(text) + len(each) > cards.TEXT_UNITS - 100:
                shown = shown[:number]
                break
            text += f"{each}\n"
        rest = len(cases) - len(shown)
        return f"{text}and {rest} more" if rest else text

    async def _case(self, said: Said, case_id: str) -> str:
        case = await self.room.store.case(case_id) if case_id else None
        if case is None or self.drawing.home(case) is not said.chat:
            return "Write /case and the id of a case of this desk. /queue lists them."
        if case.state in COVERED:
            return cards.stub(await self.room.card(case), console=self.room.case_link(case.id))
        await self.drawing.send(case)
        return ""

    async def _add(self, said: Said, url: str) -> str:
        if not said.reviewer.roles & REPORTERS:
            return "Your role does not let you add posts."
        if not url.startswith(("https://", "http://")):
            return "Write /add and the address of the post."
        result = await self.room.intake(url, said.reviewer.id)
        if isinstance(result, str):
            return plain(result)
        if self.drawing.home(result) is not said.chat:
            return "It is a case, and on the other desk."
        return plain(f"It is a case: /case_{result.id}")

    async def _pause(self, said: Said, rest: str) -> str:
        reviewer = said.reviewer
        if not reviewer.roles & PAUSERS:
            return "Your role does not let you pause posting."
        scope, reason = self._scope(rest)
        late = on_its_way(await self.room.pause(scope, reviewer.id, reason))
        return plain(f"Paused by {reviewer.name}: {self._words(scope)}. Nothing is posted until /resume.{late}")

    async def _resume(self, said: Said, rest: str) -> str:
        if said.chat.closed and self.door.may_open(said.chat, said.reviewer):
            told = await self.door.trust(said.chat, said.reviewer)
            still = " Posting is still paused: /resume once more to go on." if await self.room.store.paused() else ""
            return plain(told + still)
        if not said.reviewer.roles & RESUMERS:
            return "Your role does not let you resume posting."
        scope, stray = self._scope(rest)
        if stray:
            return plain(f"There is no account {stray}. The accounts are: {', '.join(self.room.accounts)}.")
        await self.room.resume(scope, said.reviewer.id)
        left = await self.room.store.paused()
        still = f" Still paused: {', '.join(self._words(each) for each in left)}." if left else ""
        return plain(f"Resumed by {said.reviewer.name}: {self._words(scope)}.{still}")

    async def _release(self, said: Said, rule: str) -> str:
        """Let a rule go on that the brake has stopped; without a name, tell which those are."""
        if rule:
            refusal = await self.room.release(rule, said.reviewer.id)
            return plain(refusal.message if refusal else f"Released by {said.reviewer.name}: {rule}.")
        stopped = await self.room.store.braked()
        return plain("\n\n".join(each.sentence for each in stopped.values()) or "No rule is stopped.")

    def _scope(self, words: str) -> tuple[str, str]:
        """The account that the first word names, by id or handle, else `all`; and the other words."""
        first, _, rest = words.partition(" ")
        for account in self.room.accounts.values():
            if first.lower() in {account.id, account.handle.lower()}:
                return account.id, rest.strip()
        return "all", words.removeprefix("all").strip() if first == "all" else words

    def _words(self, scope: str) -> str:
        return "all accounts" if scope == "all" else self.room.accounts[scope].handle

    async def _edit(self, said: Said) -> str:
        """Take an answer to a card as this reviewer's own wording."""
        card = await self.drawing.card_at(said.chat, said.answers) if said.answers is not None else None
        case = await self.room.store.case(card.case_id) if card else None
        if card is None or case is None or said.chat.closed:
            return ""
        if Verb.EDIT not in self.room.verbs(case, said.reviewer):
            return plain(f"Your wording was not taken. {await self._status(case)}")
        if card.drawn_at != case.changed_at:
            return "Your wording was not taken: the case has changed meanwhile. Look at the card again."
        wish = Wish(verb=Verb.EDIT, case_id=case.id, version=case.version)
        text = said.text.replace(cards.JOINER, "")
        answer = await self.presses.decide(case, said.reviewer, wish, text=text)
        if answer.alert:
            return plain(f"Your wording was not taken. {answer.text}")
        return plain(f"Taken as the new wording of case {case.id}. It must still be approved on its card.")

    async def _status(self, case: Case) -> str:
        return (await self.room.card(case)).status


def _figures(stats: Stats) -> str:
    escalated = f", escalated {stats.escalated}" if stats.escalated is not None else ""
    lines = [
        f"Since {stats.since:%d %b, %H:%M} UTC: {stats.mentions} mentions.",
        f"Left alone {stats.ignored}, recorded {stats.recorded}{escalated}, answered {stats.posted}.",
        _counted("Cases", stats.cases),
        _counted("Policies", stats.policies),
        _counted("Decisions", stats.decisions),
        _counted("Not read, by language", stats.not_read),
    ]
    if stats.oldest_open is not None:
        lines.append(f"The oldest case has waited {int(stats.oldest_open.total_seconds() // 60)} minutes.")
    return plain("\n".join(_filled(lines)))


def _counted(title: str, counts: Mapping[str, int]) -> str:
    each = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items())
    return f"{title}: {each}." if each else ""


def _filled(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line]
