"""What fails now: people are told once, with what to do, and once more when it is well."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.ports import PlatformError
from bot.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.model import Account

DOING = {
    "poll": "Reading mentions",
    "lag": "Reading mentions in time",
    "look": "Looking at posts again",
    "after": "Looking at answered posts again",
    "publish": "Posting",
    "nudge": "Reminding and ringing",
    "purge": "Clearing up",
    "digest": "The morning digest",
    "weekly": "Telling protected people of their week by mail",
    "desk": "The desk",
}
"""What each loop does, by the first part of its name, as people would say it."""
BLIND = frozenset({"poll", "look", "lag"})
"""While these fail nobody is shown what is said to the account, and no threat to it rings."""
LOOK_YOURSELVES = (
    "Until it works, what is said to this account is not seen here, threats neither: look at the account itself."
    " Nothing is lost; it is tried again all the time, and you are told when it works."
)
STORE = "store"
NOTHING_WORKS = (
    "Nothing is decided or posted, and no threat rings, until it works. Tell whoever runs the bot now, and look at the"
    " accounts yourselves. It is tried again all the time, and you are told when it works."
)


@dataclass(kw_only=True)
class Troubles:
    """Everything that failed the last time and is tried again, by the name of its loop: `poll:leader`, `publish`."""

    say: Callable[[str, bool], None]
    """Says a sentence on every desk of staff, or with True on the safety desk alone."""
    accounts: Mapping[str, Account]
    now: dict[str, str] = field(default_factory=dict)
    """What is wrong with each, in words for staff."""
    faults: Counter[str] = field(default_factory=Counter)
    """How often each has failed since the start."""
    _causes: dict[str, str] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def failed(self, what: str, error: Exception) -> None:
        """Something failed: tell it, unless it is known, or comes of what is known."""
        account = what.partition(":")[2]
        if isinstance(error, PlatformError):
            self._began(what, str(error), cause=f"{account}:{error.code}")
        elif isinstance(error, StoreError):
            self._began(what, f"The database does not work: {error}", cause=STORE)
        else:
            words = f"{self._doing(what)} failed ({type(error).__name__}) and is tried again. The log has more."
            self._began(what, words, cause=words)

    def lags(self, account: str, minutes: int) -> None:
        """An account has not been read to its end for so long, though no attempt failed."""
        words = f"Mentions of {self._handle(account)} are read more than {minutes} minutes late."
        if f"poll:{account}" not in self.now and f"lag:{account}" not in self.now:
            self._began(f"lag:{account}", words, cause=words)

    def ended(self, what: str) -> None:
        """It works: say so if people were told that it did not."""
        self.now.pop(what, None)
        cause = self._causes.pop(what, "")
        if what in self._told:
            self._told.discard(what)
            self._tell(
                what, cause, "The database works again." if cause == STORE else f"{self._doing(what)} works again."
            )

    def _began(self, what: str, words: str, *, cause: str) -> None:
        known = cause in self._causes.values()  # one revoked token stops two loops, one database all of them
        self.faults[what] += 1
        self.now[what], self._causes[what] = words, cause
        if not known:
            self._told.add(what)
            self._tell(what, cause, words, NOTHING_WORKS if cause == STORE else LOOK_YOURSELVES)

    def _tell(self, what: str, cause: str, words: str, advice: str = "") -> None:
        """To staff; and where no threat rings meanwhile, to the safety desk as well."""
        grave = cause == STORE or what.partition(":")[0] in BLIND
        text = f"{words} {advice}" if advice and grave else words
        self.say(text, False)  # noqa: FBT003  which desk
        if grave:
            self.say(text, True)  # noqa: FBT003  which desk

    def _doing(self, what: str) -> str:
        loop, _, whose = what.partition(":")
        doing = DOING.get(loop, what)
        return f"{doing} for {self._handle(whose)}" if whose in self.accounts else f"{doing} {whose}".strip()

    def _handle(self, account: str) -> str:
        return self.accounts[account].handle if account in self.accounts else account
