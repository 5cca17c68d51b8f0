"""What runs here, for those who answer for it: version, configuration, limits, shifts, and what the tokens may do.

Read from the configuration as it was when the bot started; nothing of it is a secret, and nothing can be changed here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.review.words import listed, moment, name_of
from bot.rota import Rota

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.config import Config, Limits, QuietHours
    from bot.files import Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a server said of an account's token."""

    at: datetime
    scopes: tuple[str, ...] | None = None
    """What it may do; `None` when the server does not tell."""
    wrong: tuple[str, ...] = ()
    """What is wrong with it, each in words."""


Facts = tuple[tuple[str, str], ...]
"""Names and values, as a page lists them."""


@dataclass(kw_only=True)
class Installation:
    """One installation. `tokens` is empty until somebody asks: no page pretends to know what was never looked at."""

    files: Callable[[], Files]
    now: Callable[[], datetime]
    ask: Callable[[], Awaitable[Mapping[str, Token]]]
    """Asks every account's server about its token."""
    version: str
    digest: str
    """SHA-256 of the configuration, as the audit has it."""
    database: str
    """What kind it is, and never where."""
    tokens: dict[str, Token] = field(default_factory=dict)

    async def ask_tokens(self) -> None:
        """Look at every token now, and remember what was said."""
        self.tokens.update(await self.ask())

    @property
    def settings(self) -> Config:
        """The configuration."""
        return self.files().config

    def limits(self) -> Facts:
        """The brakes of all accounts."""
        return limits_in_words(self.settings.limits)

    def own_limits(self, account: str) -> Facts:
        """Those of an account that differ from them."""
        ours = dict(self.limits())
        return tuple(
            (name, value)
            for name, value in limits_in_words(self.settings.limits_of(account))
            if ours.get(name) != value
        )

    def retention(self) -> Facts:
        """How long what is kept."""
        kept = self.settings.retention
        return (
            ("Posts that were left alone", _days(kept.ignored_days) if kept.ignored_days else "not at all"),
            ("Abuse that was recorded", _days(kept.recorded_days)),
            ("Closed cases", _days(kept.closed_case_days)),
        )

    def shifts(self) -> Facts:
        """Who is on now, on each desk."""
        return (("Staff desk", self._on(safety=False)), ("Safety desk", self._on(safety=True)))

    def desks(self) -> Facts:
        """Where reviewers work, and how they sign in."""
        desks, server = self.settings.desks, self.settings.server
        ways = ["passkey", *(["the party’s own sign-in"] if desks.console.oidc else []), "one-time link"]
        return (
            ("Telegram", "two chats" if desks.telegram else "not used"),
            ("Console", str(server.public_url).rstrip("/") if server.public_url else "on the machine itself"),
            ("Signing in", listed(ways)),
            ("A session lasts", f"{desks.console.session_hours} hours"),
        )

    def _on(self, *, safety: bool) -> str:
        shifts, now = self.settings.shifts, self.now()
        rota = Rota(shifts.safety if safety else shifts.staff, self.settings.time_zone)
        if not rota.shifts:
            return "everybody, always: there is no rota"
        on = [name_of(person, self.files().reviewers) for person in rota.on(now)]
        ends = min((turn.end for turn in rota.turns_at(now)), default=None)
        if on and ends:
            return f"{listed(on)}, until {moment(ends, now)}"
        follows = rota.next_turn(now)
        return f"nobody until {moment(follows.start, now)}" if follows else "nobody"


def limits_in_words(limits: Limits) -> Facts:
    """Each brake with its value."""
    return (
        ("Replies in an hour, for each account", str(limits.replies_per_hour)),
        ("Replies in a day, for each account", str(limits.replies_per_day)),
        ("Replies in one thread", str(limits.replies_per_thread)),
        ("Nobody hears from us again within", _days(limits.author_cooldown_days)),
        ("Time to undo an approval", f"{limits.undo_seconds} seconds"),
        ("Quiet hours", _quiet(limits.quiet_hours)),
        ("A post is answered within", f"{limits.answer_within_hours} hours"),
        ("Least followers of who is answered", str(limits.least_reach)),
    )


def _quiet(hours: QuietHours | None) -> str:
    return f"{hours.start:%H:%M} to {hours.end:%H:%M}, {hours.time_zone}" if hours else "none"


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"
