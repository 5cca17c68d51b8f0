"""What the store keeps of the people who sign in: the second half of its door, as coroutines.

Each writing method is one transaction with its audit event; every method may raise StoreError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import audit, choices, passkeys, sessions

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.model import Role
    from bot.store.choices import Choices
    from bot.store.engine import Database
    from bot.store.passkeys import Passkey, Removed
    from bot.store.sessions import LinkMade, Session


class People:
    """Sessions, passkeys and reading choices; times of the first two are the caller's, by the console's clock."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def begin(  # noqa: PLR0913  a session has this many facts
        self,
        token_sha256: str,
        *,
        reviewer: str,
        way: str,
        roles: Collection[Role] | None,
        device: str,
        at: datetime,
        until: datetime,
        let_in_by: Collection[str] = (),
    ) -> Session:
        """Signs a reviewer in."""
        return await self._db.write(
            sessions.begin,
            token_sha256,
            reviewer=reviewer,
            way=way,
            roles=roles,
            device=device,
            at=at,
            until=until,
            let_in_by=let_in_by,
        )

    async def session(self, token_sha256: str) -> Session | None:
        """The session of the token with that digest, be it over or not."""
        return await self._db.read(sessions.of_token, token_sha256)

    async def living(self, at: datetime) -> list[Session]:
        """Every session that is not over, the last seen first."""
        return await self._db.read(sessions.living, at)

    async def see(self, session_id: str, *, at: datetime) -> None:
        """Remembers when somebody was last seen in that session."""
        await self._db.write(sessions.see, session_id, at=at)

    async def sign_out(self, session_id: str, *, actor: str, at: datetime) -> None:
        """Ends a session from within."""
        await self._db.write(sessions.end, [session_id], actor=actor, at=at, kind="person.signed_out")

    async def end(self, session_id: str, *, actor: str, at: datetime) -> tuple[str, ...]:
        """Ends a session from another; whose it was, or nothing when it was over."""
        return await self._db.write(sessions.end, [session_id], actor=actor, at=at, kind="person.session_ended")

    async def end_all(self, reviewer: str, *, actor: str, at: datetime) -> int:
        """Ends every session of a reviewer; how many there were."""
        return await self._db.write(sessions.end_all, reviewer, actor=actor, at=at)

    async def refused(self, way: str, why: str, *, reviewer: str | None = None) -> None:
        """Puts on record that somebody was not let in; `reviewer` is who they would have been, where that is sure."""
        entry = audit.Entry(
            stream=audit.SYSTEM,
            kind="person.sign_in_refused",
            actor=reviewer or "bot",
            detail={"way": way, "why": why},
        )
        await self._db.write(audit.append, [entry])

    async def links_made(self, since: datetime) -> list[LinkMade]:
        """Every sign-in link that one person made for another since then, the newest first."""
        return await self._db.read(sessions.links_made, since)

    async def link_made(self, reviewer: str, *, actor: str) -> None:
        """Puts on record that one person made a sign-in link for another."""
        entry = audit.Entry(stream=audit.SYSTEM, kind=sessions.LINK_MADE, actor=actor, detail={"for": reviewer})
        await self._db.write(audit.append, [entry])

    async def add_passkey(self, passkey: Passkey) -> bool:
        """Keeps a new passkey; False when it is known already."""
        return await self._db.write(passkeys.add, passkey)

    async def passkey(self, passkey_id: str) -> Passkey | None:
        """The passkey of that id."""
        return await self._db.read(passkeys.find, passkey_id)

    async def passkeys(self, reviewer: str) -> list[Passkey]:
        """The passkeys of a reviewer, the first added first."""
        return await self._db.read(passkeys.of_reviewer, reviewer)

    async def use_passkey(self, passkey: Passkey, *, sign_count: int, at: datetime) -> bool:
        """Remembers a use; False when another use was counted first, or the passkey is gone."""
        return await self._db.write(passkeys.use, passkey, sign_count=sign_count, at=at)

    async def remove_passkey(self, passkey_id: str, *, of: str, actor: str) -> bool:
        """Forgets a reviewer's passkey; False when they have no such."""
        return await self._db.write(passkeys.remove, passkey_id, of=of, actor=actor)

    async def passkeys_removed(self, reviewer: str, since: datetime) -> list[Removed]:
        """Every passkey of this reviewer that somebody else removed since then, the newest first."""
        return await self._db.read(passkeys.removed_by_others, reviewer, since)

    async def choices(self, reviewer: str) -> Choices:
        """How a reviewer wants to read."""
        return await self._db.read(choices.of_reviewer, reviewer, at=self._db.now())

    async def choose(self, reviewer: str, *, shown: bool, grey: bool) -> None:
        """Keeps how a reviewer wants to read."""
        await self._db.write(choices.choose, reviewer, shown=shown, grey=grey)

    async def rehearsed(self, reviewer: str) -> None:
        """Remembers that a reviewer went through the rehearsal, or left it out."""
        await self._db.write(choices.rehearsed, reviewer)

    async def spare(self, reviewer: str, policy: str, *, until: datetime | None) -> None:
        """Puts no case of the policy in front of the reviewer until then; `None` takes that back."""
        await self._db.write(choices.spare, reviewer, policy, until=until)

    async def all_spared(self) -> dict[str, frozenset[str]]:
        """Who is spared each policy now: ids of reviewers by policy."""
        return await self._db.read(choices.all_spared, at=self._db.now())
