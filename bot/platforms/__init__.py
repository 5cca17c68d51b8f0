"""One module or package per network: what reads mentions and posts approved replies there.

Those that come with us stand in `BUILT_IN`. One from another package registers a `Platform` under the entry-point group
`not_in_our_name.platforms`; it is loaded only when an account in the configuration names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.model import Account
    from bot.ports import Publisher, Reporter, Watcher

GROUP = "not_in_our_name.platforms"
BUILT_IN = {"mastodon": EntryPoint("mastodon", "bot.platforms.mastodon:MASTODON", GROUP)}


class OpensWatcher(Protocol):
    """What makes a watcher for an account of ours. No request is sent yet."""

    def __call__(
        self, account: Account, token: str, *, protected: Iterable[str], now: Callable[[], datetime]
    ) -> Watcher:
        """`protected` holds the handles of people whose posts' replies are watched through this account too.

        It may change while the watcher is at work: who is not in it any more is not read for from then on.
        """
        ...


class OpensPublisher(Protocol):
    """What makes a publisher for an account of ours. No request is sent yet."""

    def __call__(
        self, account: Account, token: str, *, now: Callable[[], datetime], ours: Iterable[str] = ()
    ) -> Publisher:
        """A publisher for this account alone; `ours` holds the handles of all accounts of ours."""
        ...


class OpensReporter(Protocol):
    """What makes a reporter for an account of ours. No request is sent yet."""

    def __call__(self, account: Account, token: str, *, now: Callable[[], datetime]) -> Reporter:
        """A reporter for this account alone."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A network: its capabilities, made apart, so that what watches, or reports, never holds what posts."""

    watcher: OpensWatcher
    publisher: OpensPublisher
    reporter: OpensReporter | None = None
    """`None` where posts can be reported by hand alone."""


class UnknownPlatformError(Exception):
    """A platform that the configuration names is not installed, or does not work. The message is for staff."""


def names() -> frozenset[str]:
    """Every platform that can be named here, without loading any."""
    return frozenset(BUILT_IN) | {entry.name for entry in entry_points(group=GROUP)}


def watcher(account: Account, token: str, *, protected: Iterable[str] = (), now: Callable[[], datetime]) -> Watcher:
    """A watcher for this account. Raises UnknownPlatformError."""
    return load(account.platform).watcher(account, token, protected=protected, now=now)


def publisher(account: Account, token: str, *, now: Callable[[], datetime], ours: Iterable[str] = ()) -> Publisher:
    """A publisher for this account; `ours` are the handles of all of ours. Raises UnknownPlatformError."""
    return load(account.platform).publisher(account, token, now=now, ours=ours)


def reporter(account: Account, token: str, *, now: Callable[[], datetime]) -> Reporter | None:
    """A reporter for this account; `None` where its network takes no report from us. Raises UnknownPlatformError."""
    opens = load(account.platform).reporter
    return None if opens is None else opens(account, token, now=now)


def load(name: str) -> Platform:
    """The platform of that name; only now is its code imported. Raises UnknownPlatformError."""
    entry = BUILT_IN.get(name) or next(iter(entry_points(group=GROUP, name=name)), None)
    if entry is None:
        known = ", ".join(sorted(names()))
        raise UnknownPlatformError(
            f"There is no platform {name!r} here; there is: {known}. A package can bring another: it registers it "
            f"under the entry-point group {GROUP}."
        )
    try:
        platform = entry.load()
    except (ImportError, AttributeError) as error:
        raise UnknownPlatformError(f"The platform {name!r} ({entry.value}) cannot be loaded: {error}.") from error
    if not isinstance(platform, Platform):
        raise UnknownPlatformError(f"The platform {name!r} ({entry.value}) is not a bot.platforms.Platform.")
    return platform
