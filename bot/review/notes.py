"""What else a reviewer must know before deciding, each a sentence: of the post, of its reply, and of its author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Mode, State, VerdictKind, Visibility
from bot.review.words import listed, moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.model import Account, Case, History

TIMES = {1: "once", 2: "twice"}


def notes(case: Case, account: Account, history: History, now: datetime) -> Iterable[str]:
    """The sentences, in their order. The history is the author's as of now, this very case in it."""
    yield from _notes_of_post(case, now)
    yield from _notes_of_reply(case, account)
    yield from _notes_of_author(case, history, now)
    yield from _notes_of_strikes(case, history)


def _notes_of_post(case: Case, now: datetime) -> Iterable[str]:
    mention = case.mention
    if mention.edited_at is not None:
        yield f"Edited by its author at {moment(mention.edited_at, now)}; this is the newest text."
    if case.gone_at is not None:
        yield f"Deleted by its author or its server, found at {moment(case.gone_at, now)}; our copy is kept."
    if mention.visibility is Visibility.DIRECT:
        yield "A private message: it is never answered in public."
    if case.passed_on and case.state in {State.OPEN, State.APPROVED}:
        yield f"Overdue: passed on {TIMES.get(case.passed_on, f'{case.passed_on} times')}."


def _notes_of_reply(case: Case, account: Account) -> Iterable[str]:
    waiting = case.state in {State.OPEN, State.APPROVED}
    if case.draft is not None and waiting and not case.draft_is_current:
        if case.answerable:
            yield "The post changed after this reply was written. Take another wording or edit it before approving."
        else:
            yield "The author edited the post, and nothing in it asks for a reply any more. Dismiss it, with a reason."
    if case.draft is None and case.state is State.OPEN:
        yield _why_no_reply(case)
    if case.note and case.state is State.OPEN and case.changed_by is None:
        yield f"It is back in review: {case.note}"
    if case.draft is not None and waiting and account.mode is not Mode.LIVE:
        yield f"{account.handle} is in {account.mode.value.replace('_', ' ')} mode: nothing will be posted."


def _why_no_reply(case: Case) -> str:
    if case.verdict.kind is not VerdictKind.RESPOND:
        return "There is no reply: no rule matches the post as it now stands. Dismiss it, with a reason."
    if case.verdict.policy is None:
        return "No rule matched. Write a reply yourself, escalate, or dismiss it."
    return "There is no reply: no response fits. Write a reply yourself, escalate, or dismiss it."


def _notes_of_author(case: Case, history: History, now: datetime) -> Iterable[str]:
    """What the author's past adds. The history is as of now, so this very case is in it and is taken out here."""
    if names := [name for name in history.names if name != case.mention.author.handle]:
        yield f"The same account was seen before as {listed(names)}."
    receipt = case.publication.receipt if case.publication else None
    if history.answered_at is not None and (receipt is None or receipt.posted_at != history.answered_at):
        yield f"We last answered this author at {moment(history.answered_at, now)}."


def _notes_of_strikes(case: Case, history: History) -> Iterable[str]:
    """What people have ruled of other posts of the author's, and of our reply to this one."""
    if others := history.strikes_besides(case.mention.uri):
        yield f"{others} other post{'' if others == 1 else 's'} of theirs, ruled abuse by a person, still counts."
    if case.correction:
        yield "Our reply to this post was a mistake. This one says so; the post gets no other."
    elif case.mistaken:
        yield "Ruled our mistake: it is no strike, and the post gets a correction or nothing."
