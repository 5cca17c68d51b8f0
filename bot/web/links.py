"""One-time sign-in links: made for one person, good once and for a quarter of an hour, kept as digests only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.store.encoding import sha256

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.model import Role

LINK_SECONDS = 15 * 60
KEPT_SECONDS = 24 * 3600
"""How long a used or stale link is remembered, so that its second use can be explained."""


class LinkState(StrEnum):
    """What a link is worth."""

    GOOD = "good"
    USED = "used"
    STALE = "stale"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class _Link:
    reviewer_id: str
    made_at: float
    roles: frozenset[Role] | None
    let_in_by: frozenset[str]
    used: bool = False


class SignInLinks:
    """The links given out by this process. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._links: dict[str, _Link] = {}

    def make(
        self, reviewer_id: str, roles: frozenset[Role] | None = None, let_in_by: frozenset[str] = frozenset()
    ) -> str:
        """A new token for this person, which stands nowhere but in the answer.

        `roles`, where given, are all that it opens: a session that has fewer cannot make itself one that has more.
        `let_in_by` are the people through whose hands it goes; nobody for one from whoever runs the program.
        """
        self._forget_old_ones()
        token = secrets.token_urlsafe(32)
        self._links[sha256(token)] = _Link(reviewer_id, self._clock(), roles, let_in_by)
        return token

    def roles(self, token: str) -> frozenset[Role] | None:
        """What the link opens at most; `None` for all that the person has."""
        link = self._links.get(sha256(token))
        return link.roles if link else None

    def let_in_by(self, token: str) -> frozenset[str]:
        """Through whose hands the link went before it reached the person whom it is for."""
        link = self._links.get(sha256(token))
        return link.let_in_by if link else frozenset()

    def forget(self, reviewer_id: str) -> None:
        """Make every link for this person worthless that nobody has used yet."""
        self._links = {name: link for name, link in self._links.items() if link.used or link.reviewer_id != reviewer_id}

    def look(self, token: str) -> tuple[LinkState, str | None]:
        """What the token is worth and whom it is for, without using it up."""
        link = self._links.get(sha256(token))
        if link is None:
            return LinkState.UNKNOWN, None
        if link.used:
            return LinkState.USED, link.reviewer_id
        stale = self._clock() - link.made_at > LINK_SECONDS
        return (LinkState.STALE if stale else LinkState.GOOD), link.reviewer_id

    def use(self, token: str) -> tuple[LinkState, str | None]:
        """The same, and a good one is used up by it."""
        state, reviewer_id = self.look(token)
        if state is LinkState.GOOD:
            self._links[sha256(token)].used = True
        return state, reviewer_id

    def _forget_old_ones(self) -> None:
        now = self._clock()
        self._links = {name: link for name, link in self._links.items() if now - link.made_at < KEPT_SECONDS}
