"""How the bot is, as sentences for a person: what is wrong and what to do, what is paused, what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import State
from bot.review.words import age_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.model import Account
    from bot.web.vitals import Vitals

OF_STAFF = (State.OPEN, State.FAILED, State.UNCONFIRMED)
"""Where somebody of staff has to do something; where the safety team has to, a case is escalated."""
TRIED_AGAIN = "It is tried again all the time; you are told when it works."


def condition(found: Vitals, accounts: Mapping[str, Account], *, safety: bool) -> tuple[str, ...]:
    """Everything that somebody must know who asks how the bot is; never a word about anybody outside the party.

    `safety`: whether what waits for the safety desk counts.
    """
    wrong = tuple(wrongs(found, accounts))
    return (
        *(("Something is wrong.", *(f"• {each}" for each in wrong), TRIED_AGAIN) if wrong else ("All is well.",)),
        *_read(found, accounts),
        *(f"Posting is paused for {name_of_scope(scope, accounts)}." for scope in found.paused),
        *(_waiting(found, safety=safety) if found.awake else ()),
    )


def wrongs(found: Vitals, accounts: Mapping[str, Account]) -> Iterable[str]:
    """Each thing that is wrong now, in words for staff, once."""
    if found.store:
        yield f"The database does not work: {found.store}. Nothing is decided or posted meanwhile."
    yield from dict.fromkeys(found.troubles.values())
    for account in found.polled:
        if found.unread_for(account) > found.fresh_for and f"poll:{account}" not in found.troubles:
            yield f"{_handle(account, accounts)} was last read to the end {_ago(found, account)}: mentions are late."


def waiting(found: Vitals, *, safety: bool) -> int:
    """How many cases wait for a person; `safety`: whether those of the safety desk count."""
    states = (*OF_STAFF, State.ESCALATED) if safety else OF_STAFF
    return sum(found.cases.get(state.value, 0) for state in states)


def name_of_scope(scope: str, accounts: Mapping[str, Account]) -> str:
    """What is paused, in words."""
    return "all accounts" if scope == "all" else _handle(scope, accounts)


def _read(found: Vitals, accounts: Mapping[str, Account]) -> Iterable[str]:
    if found.polled:
        each = (f"{_handle(account, accounts)} {_ago(found, account)}" for account in found.polled)
        yield f"Last read: {', '.join(each)}."


def _waiting(found: Vitals, *, safety: bool) -> Iterable[str]:
    number, since = waiting(found, safety=safety), found.oldest if safety else found.oldest_of_staff
    who = "case waits" if number == 1 else "cases wait"
    oldest = f", the oldest for {age_of(since, found.now)}" if since else ""
    yield f"{number} {who}{oldest}." if number else "Nothing waits."
    if unconfirmed := found.cases.get(State.UNCONFIRMED.value, 0):
        yield f"Of {unconfirmed} of them it is not known whether the reply was posted: a person must look."


def _ago(found: Vitals, account: str) -> str:
    at = found.polled[account]
    age = age_of(at, found.now) if at else "never"
    return age if age in {"never", "just now"} else f"{age} ago"


def _handle(account: str, accounts: Mapping[str, Account]) -> str:
    return accounts[account].handle if account in accounts else account
