"""Takes what lies in the outbox, opens it, and keeps it: each box once, whatever breaks off on either side.

A box is kept here first, and only then is the other side told that it was taken. A stop between the two means that it
is offered again, and known; so nothing is lost and nothing is there twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.compliance.handles import normal
from bot.safety.wall import CannotOpenError, Kind, open_box, public_key_of
from bot.store.compliance import PassedBox
from bot.store.encoding import sha256

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.safety.wall import Passed
    from bot.store.compliance import ComplianceStore

Shape = TypeVar("Shape", bound=BaseModel)
LOG = structlog.get_logger()
TIMEOUT = httpx.Timeout(30.0, connect=5.0)
LARGEST_ANSWER = 256 * 1024 * 1024
"""Bytes; a few boxes with their exhibits."""
RESTORED_EVERY = timedelta(hours=1)
"""Whoever holds the outbox's token can say of a box that it was taken: so long, at the most, does that hide it."""
WRONG_KEY = "The bot seals for a key that is not ours: it needs the public key that `compliance keys` printed here."
CHANGED = "It is not what the other side says it sealed: something changed it on its way."
OTHER = "The outbox answered in a shape that we do not know. Is it a bot's, and of this version?"
SWAPPED = "It holds another box's number: somebody put it in that one's place."


class OutboxError(Exception):
    """The outbox cannot be read; the message says why and what to do. Nothing is lost: it is tried again."""


class _Box(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    id: str
    sealed: str
    sha256: str


class _Boxes(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    sealed_for: str
    boxes: tuple[_Box, ...]


class _Held(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    held: tuple[str, ...]


@dataclass(kw_only=True)
class Taking:
    """The way from the outbox into the team's store. `run_once` may be called as often as one likes."""

    store: ComplianceStore
    url: str
    token: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    """Private keys: the one in use, then those that boxes of yesterday may still be sealed for."""
    client: httpx.AsyncClient
    now: Callable[[], datetime]
    erased: Callable[[str], bool]
    """Whether a box came before, in a time that a restored backup does not know, and was erased then for somebody."""
    look: bool = False
    """Whether authors may be looked for on the list of suspended members."""
    restored_at: datetime | None = None
    """When `restore` went through the last time."""

    async def run_once(self) -> int:
        """Take everything that waits; how many boxes were new. Raises OutboxError, StoreError and BadMemoryError.

        A box that cannot be opened stays where it is, and holds up no other.
        """
        new = shut = 0
        while True:
            answer = _read(_Boxes, await self._ask("GET", f"/boxes?offset={shut}"))
            if answer.sealed_for not in {public_key_of(key) for key in self.keys}:
                raise OutboxError(WRONG_KEY)
            if not answer.boxes:
                return new
            for box in answer.boxes:
                known = bool(await self.store.received([box.id]))
                opened = await self._take(box)
                new += opened and not known
                shut += not opened

    async def restore_when_due(self) -> None:
        """`restore`, at the first call and then every hour. Raises OutboxError, StoreError and BadMemoryError."""
        now = self.now()
        if self.restored_at is None or now - self.restored_at >= RESTORED_EVERY:
            await self.restore()
            self.restored_at = now

    async def restore(self) -> int:
        """Take again what the other side still holds and our store does not know, as after a restored backup.

        Of what was erased for somebody in that time, nothing is kept but that it came, and the number that it takes up.
        """
        held = _read(_Held, await self._ask("GET", "/held")).held
        known = await self.store.received(held)
        missing = [box_id for box_id in held if box_id not in known]
        return sum([await self._take(_read(_Box, await self._ask("GET", f"/boxes/{box_id}"))) for box_id in missing])

    async def _take(self, box: _Box) -> bool:
        """Open one box, keep it, and say that it was taken; whether it could be opened."""
        try:
            passed = self._opened(box)
        except CannotOpenError as error:
            await self.store.note_unopened(box.id, sealed_sha256=sha256(box.sealed), why=str(error))
            LOG.warning("box.unopened", box=box.id, why=str(error))
            return False
        await self.store.take_in(self._kept(box, passed), look=self.look, erased=self.erased(box.id))
        await self._ask("POST", f"/boxes/{box.id}/taken")
        return True

    def _opened(self, box: _Box) -> Passed:
        if sha256(box.sealed) != box.sha256:
            raise CannotOpenError(CHANGED)
        passed = open_box(box.sealed, *self.keys)
        if passed.id != box.id:
            raise CannotOpenError(SWAPPED)
        return passed

    def _kept(self, box: _Box, passed: Passed) -> PassedBox:
        """What the store is given of a box; a mention that nobody referred it keeps only where its author is listed."""
        return PassedBox(
            id=box.id,
            sealed_sha256=sha256(box.sealed),
            passed_at=passed.sealed_at,
            referred=passed.kind is Kind.REFERRAL,
            abusive=bool(passed.matches),
            content=passed.model_dump_json(),
            author=normal(passed.mention.author.handle) or "",
            policy=passed.ground.policy if passed.ground else None,
        )

    async def _ask(self, method: str, path: str) -> bytearray:
        """One request to the outbox; the body of the answer. Raises OutboxError."""
        address = f"{self.url.rstrip('/')}{path}"
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Encoding": "identity"}
        try:
            async with self.client.stream(method, address, headers=headers, timeout=TIMEOUT) as answer:
                if answer.status_code == httpx.codes.UNAUTHORIZED:
                    raise OutboxError(f"The outbox at {self.url} refuses our token: both sides must hold the same.")
                if answer.is_error:
                    raise OutboxError(f"The outbox at {self.url} answered {answer.status_code} to {method} {path}.")
                return await self._body(answer)
        except httpx.HTTPError as error:
            raise OutboxError(
                f"The outbox at {self.url} cannot be reached ({type(error).__name__}). Does the bot run, and is"
                " outbox.url its referral.outbox_port?"
            ) from error

    async def _body(self, answer: httpx.Response) -> bytearray:
        """What an answer holds, as it came: unpacked, a few bytes may be more than our memory. Raises OutboxError."""
        if answer.headers.get("content-encoding", "identity").lower() != "identity":
            raise OutboxError(
                f"The outbox at {self.url} sent a packed answer, which is not read. A proxy in between must not pack."
            )
        body = bytearray()
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > LARGEST_ANSWER:
                raise OutboxError(
                    f"The outbox at {self.url} sent more than {LARGEST_ANSWER // 1024**2} MB, which is not read."
                )
        return body


def _read(shape: type[Shape], answer: bytearray) -> Shape:
    try:
        return shape.model_validate_json(answer)
    except ValidationError:
        raise OutboxError(OTHER) from None
