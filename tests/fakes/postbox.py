"""A mail server on this machine that keeps what it is given, or refuses it as a test wishes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

from tests.fakes.terminal import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


@dataclass
class Postbox:
    """What the server was given."""

    letters: list[EmailMessage] = field(default_factory=list)
    refusing: str = ""
    """What the server answers to every address, where it takes none."""
    port: int = 0

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refusing:
            return self.refusing
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  as above
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@contextmanager
def postbox(**options: Any) -> Iterator[Postbox]:
    """A server on loopback, without encryption unless a test asks for it."""
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    server.start()
    box.port = server.port
    try:
        yield box
    finally:
        server.stop()
