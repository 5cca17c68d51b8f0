"""What the story needs from the outside world: verbs, never clients. Each has at least two real implementations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from bot.model import ApprovedReply, DecidedReport, ExhibitKind, Found, Mention, Receipt, ReportReceipt


class Fault(StrEnum):
    """What an error of a platform says about the world."""

    PERMANENT = "permanent"
    """Refused, and a repeat would be refused too."""
    TRANSIENT = "transient"
    """Provably without effect; a repeat may work."""
    UNKNOWN = "unknown"
    """It may or may not have happened."""


class PlatformError(Exception):
    """A platform did not do what was asked. The message is for staff: what, where, what to do; never a secret."""

    def __init__(self, fault: Fault, message: str, *, code: str, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.fault = fault
        self.code = code
        """One word that tells causes apart: `rate_limited`, `timed_out`, `unreachable`, `server_error`, `not_json`,
        `malformed`, `token_revoked`, `scope_missing`, `refused`, `not_found`."""
        self.retry_at = retry_at
        """When the platform asks to be called again; `None` when it did not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Mentions in the order in which they were written, oldest first, and where to go on from."""

    mentions: tuple[Mention, ...]
    cursor: str | None
    """Opaque; to be stored together with the mentions. `None` leaves the one that is stored."""
    more: bool = False
    """Whether a burst is not yet drained: fetch again at once."""
    gone: tuple[str, ...] = ()
    """`uri` of each known mention that was found to be deleted."""
    malformed: tuple[str, ...] = ()
    """One sentence for each item that could not be understood and was passed over; kept for staff."""


class Presence(StrEnum):
    """What became of a mention, as seen by one account."""

    PRESENT = "present"
    GONE = "gone"
    """Deleted by its author or by its server."""
    UNREACHABLE = "unreachable"
    """It cannot be resolved from here, or somebody has blocked or muted somebody: this account is not to answer it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A mention as it stands now."""

    uri: str
    presence: Presence
    mention: Mention | None = None
    """As it now reads; `None` unless present."""
    answered: bool = False
    """Whether an account of ours has already replied to it, by any hand."""
    why: str = ""
    """Why it is not to be answered, as a sentence for staff; empty where only its presence is known."""
    character_limit: int | None = None
    """How long a post of this account may be; `None` when its server did not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What a platform says of an account and of the token we hold for it."""

    handle: str
    scopes: frozenset[str] | None
    """`None` when the server does not tell."""
    profile_text: str
    """The bio and every profile field, as plain text: here the imprint and the line on how replies are made stand."""
    bot: bool
    character_limit: int
    rules: Mapping[str, str] | None = None
    """What the server asks of its people, by the numbers that it gives its rules; `None` when it does not tell."""


class Watcher(Protocol):
    """Reads for one account; cannot write."""

    async def fetch(self, cursor: str | None) -> Page:
        """The next mentions after the cursor. With `None` it returns no mention, and a cursor that stands for *now*.

        Raises PlatformError; nothing is lost by calling again with the same cursor.
        """

    async def look(self, mentions: Sequence[Mention]) -> Sequence[Sighting]:
        """How these mentions stand now, in the same order; `answered` is left False. Raises PlatformError."""

    async def facts(self) -> AccountFacts:
        """What the server says of the account and its token. Raises PlatformError."""

    async def find(self, url: str) -> Mention | None:
        """The post behind a link that a person reported; `None` if the server cannot find it. Raises PlatformError."""

    async def surroundings(self, mention: Mention, kinds: Collection[ExhibitKind]) -> Sequence[Found]:
        """What stands around a mention, of these kinds: each thing with its bytes, or with the reason why it has none.

        No server is asked but the account's own, and where that keeps its files. Raises PlatformError only where
        nothing should be asked now.
        """

    async def close(self) -> None:
        """Let go of connections."""


class Publisher(Protocol):
    """Posts for one account. Only `publish_due` ever holds one."""

    async def look(self, mention: Mention) -> Sighting:
        """The mention as this account's own server sees it, and whether we have already answered it.

        Raises PlatformError; has no effect that anyone can see.
        """

    async def has_answered(self, mention: Mention) -> bool:
        """Whether this account has already replied to the mention, by any hand. Raises PlatformError."""

    async def publish(self, reply: ApprovedReply) -> Receipt:
        """Post the reply, once. Raises PlatformError, whose fault says whether it may have been posted."""

    async def keeps_keys(self) -> bool:
        """Whether a reply whose outcome is unknown may be posted again: the server knows its key, and posts it once.

        Only when the server is known to; in doubt False. Raises PlatformError.
        """

    async def find(self, reply: ApprovedReply) -> Receipt | None:
        """The reply on the platform, if an earlier attempt did post it; `None` when it is not to be seen."""

    async def retract(self, receipt: Receipt) -> None:
        """Delete what was posted; no error when it is already gone. Raises PlatformError."""

    async def close(self) -> None:
        """Let go of connections."""


class Reporter(Protocol):
    """Reports posts to one account's own server; cannot post. Only what carries platform reports ever holds one."""

    async def report(self, report: DecidedReport) -> ReportReceipt:
        """Report the post, with its author, to whoever runs the server; forwarded where its author lives elsewhere.

        Raises PlatformError, whose fault says whether it may have arrived; `not_found`: there is no such post any more.
        """

    async def close(self) -> None:
        """Let go of connections."""


class Desk(Protocol):
    """A surface where reviewers work. It shows what the store holds; it holds nothing itself."""

    name: str

    async def refresh(self) -> None:
        """Draw every case whose picture is missing or out of date. Safe to call at any time, as often as one likes."""

    async def tell(self, text: str, *, safety: bool = False) -> None:
        """Say a plain sentence to staff, or to the safety desk alone."""
