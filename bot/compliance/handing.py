"""Hands a referral over to the disciplinary body's own system: by webhook, by mail, or as a file; signed each time.

What is handed over is one JSON document: the number, the times, and all that came over the wall. The signature is
`t=SECONDS,sha256=HEX`: HMAC-SHA256, with the secret that both hold, over the seconds, a full stop, and the document.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import hmac
import json
import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING

import httpx
import structlog

from bot.mail import NotTakenError, send
from bot.store.encoding import to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from bot.compliance.settings import HandoverSection, Mail
    from bot.store.compliance import ComplianceStore, Referral

LOG = structlog.get_logger()
SIGNATURE = "X-Signature"
SECONDS = 30.0
FRESH_SECONDS = 300
"""A signature that is older, or newer, than this by our clock counts no more: nobody can send it again later."""
LONGEST_REFERENCE = 100
_COPY = re.compile(r"([1-9][0-9]{0,8})\.(?:json|json\.signature|json\.part|ack|acknowledged)")
LARGEST_ANSWER = 4096
"""Bytes of a file with an answer: of its first line no more is kept anyway."""


class NotSentError(Exception):
    """It did not arrive; the message says why."""


def document(referral: Referral) -> bytes:
    """What is handed over of a referral: the same bytes each time."""
    passed = json.loads(referral.content or "null")
    times = {"passed_at": referral.passed_at, "received_at": referral.received_at}
    return to_json({"number": referral.number, "box": referral.box_id, **times, "passed": passed}).encode()


def sign(body: bytes, secret: str, *, at: datetime) -> str:
    """The signature of a document at a moment."""
    seconds = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={seconds},sha256={digest}"


def is_signed(body: bytes, signature: str, secret: str, *, now: datetime) -> bool:
    """Whether the signature is that of the document, made with the secret within five minutes of now."""
    seconds = signature.partition(",")[0].removeprefix("t=")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < len("9" * 12)):
        return False
    digest = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    same = hmac.compare_digest(signature.encode("utf-8", "replace"), f"t={seconds},sha256={digest}".encode())
    return same and abs(now.timestamp() - int(seconds)) <= FRESH_SECONDS


@dataclass(frozen=True, kw_only=True)
class Handing:
    """The one way that the configuration names."""

    store: ComplianceStore
    settings: HandoverSection
    secret: str = field(repr=False)
    password: str = field(repr=False, default="")
    """Of the mail server's account."""
    folder: Path | None
    """Where files are dropped, as an absolute path."""
    client: httpx.AsyncClient
    now: Callable[[], datetime]

    async def run_once(self) -> None:
        """Send what is due, and look for answers in the folder. What does not arrive is noted, and tried again."""
        for referral in await self.store.handovers_due():
            body = document(referral)
            try:
                await self._send(referral, body)
            except NotSentError as error:
                LOG.warning("handover.failed", referral=referral.number, why=str(error))
                await self.store.note_not_sent(referral.number, why=str(error))
            else:
                await self.store.note_sent(referral.number, sha256=hashlib.sha256(body).hexdigest())
        await self._look_for_answers()

    async def _send(self, referral: Referral, body: bytes) -> None:
        signature = sign(body, self.secret, at=self.now())
        if self.settings.webhook is not None:
            await self._post(str(self.settings.webhook), referral, body, signature)
        elif self.settings.mail is not None:
            await asyncio.to_thread(self._mail, self.settings.mail, referral, body, signature)
        elif self.folder is not None:
            await asyncio.to_thread(_drop, self.folder, referral.number, body, signature)

    async def _post(self, url: str, referral: Referral, body: bytes, signature: str) -> None:
        headers = {
            "Content-Type": "application/json",
            SIGNATURE: signature,
            "Idempotency-Key": referral.box_id,  # the same for each attempt: an answer that is lost doubles nothing
        }
        try:
            answer = await self.client.post(url, content=body, headers=headers, timeout=SECONDS)
        except httpx.HTTPError as error:
            raise NotSentError(f"The body's system cannot be reached ({type(error).__name__}).") from error
        if not answer.is_success:
            raise NotSentError(f"The body's system answered {answer.status_code}.")

    def _mail(self, mail: Mail, referral: Referral, body: bytes, signature: str) -> None:
        message = EmailMessage()
        message["From"], message["To"] = mail.sender, mail.to
        message["Subject"] = f"Referral No. {referral.number}"
        message["Message-ID"] = f"<{referral.box_id}@{mail.sender.rpartition('@')[2]}>"
        message.set_content("A referral from the compliance team. The attached document is signed.\n")
        message.add_attachment(body, maintype="application", subtype="json", filename=f"{referral.number}.json")
        # As a file, because a header of that length is folded on its way, and then it is another.
        message.add_attachment(f"{signature}\n", filename=f"{referral.number}.json.signature")
        try:
            send(mail, self.password, message)
        except NotTakenError as error:
            raise NotSentError(str(error)) from error

    async def _look_for_answers(self) -> None:
        """A file `NUMBER.ack` beside what was dropped acknowledges it; its first line is the body's own reference."""
        if self.folder is None:
            return
        for path in await asyncio.to_thread(lambda folder: sorted(folder.glob("*.ack")), self.folder):
            if not (path.stem.isascii() and path.stem.isdecimal() and len(path.stem) < len("9" * 10)):
                continue
            with suppress(OSError):
                said = (await asyncio.to_thread(_read, path)).strip().splitlines()
                reference = next(iter(said), "")[:LONGEST_REFERENCE]
                if await self.store.note_answered(int(path.stem), reference=reference):
                    await asyncio.to_thread(path.rename, path.with_suffix(".acknowledged"))


def copies(folder: Path) -> dict[int, list[Path]]:
    """What lies in the folder of each referral: the document, its signature, and what was answered."""
    found: dict[int, list[Path]] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if named := _COPY.fullmatch(path.name):
            found.setdefault(int(named[1]), []).append(path)
    return found


def _read(path: Path) -> str:
    """The beginning of a file that somebody else put there. Raises OSError, also for a link or a pipe.

    A link could lead to any file that this process may read, and a pipe would hold it up.
    """
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(opened, "rb") as file:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            raise OSError(errno.EINVAL, "not a file of its own")
        return file.read(LARGEST_ANSWER).decode("utf-8", "replace")


def _drop(folder: Path, number: int, body: bytes, signature: str) -> None:
    """The signature first and the document last, under its name in one step, so that nobody reads half of it."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / f"{number}.json.signature").write_text(f"{signature}\n", encoding="utf-8")
        part = folder / f"{number}.json.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(body)
        part.rename(folder / f"{number}.json")
    except OSError as error:
        raise NotSentError(f"{folder}: {error.strerror}.") from error
