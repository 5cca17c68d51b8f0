"""Hands a letter to a mail server. What goes wrong is told without an address, which is nobody's to read in a log."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import EmailMessage

    from bot.config import MailServer

SECONDS = 30.0
"""In which the server has to answer each time."""
_FOR_GOOD = 500
"""From this code on a server says that a repeat would be refused too."""


class NotTakenError(Exception):
    """The server did not take a letter, provably or as far as it said; the message says why."""


class RefusedError(NotTakenError):
    """The server does not know whom it is to, or does not wish to: the letter's address is the trouble."""

    def __init__(self, message: str, *, for_good: bool) -> None:
        super().__init__(message)
        self.for_good = for_good
        """Whether a repeat would be refused too."""


def send(server: MailServer, password: str, letter: EmailMessage) -> None:
    """Hand over a letter with one recipient, and wait until it was taken. Raises NotTakenError.

    Where encryption is asked for, a server whose certificate is not good for its name is given nothing.
    """
    context = ssl.create_default_context()
    try:
        connection = _connected(server, context)
        try:
            if server.security == "starttls":
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, password)
            connection.send_message(letter)
        finally:
            with suppress(OSError, smtplib.SMTPException):  # what was taken is taken, however they part
                connection.quit()
            connection.close()
    except smtplib.SMTPRecipientsRefused as error:
        code = max((code for code, _ in error.recipients.values()), default=0)
        raise RefusedError(f"The mail server refused the address ({code}).", for_good=code >= _FOR_GOOD) from None
    except (OSError, smtplib.SMTPException) as error:
        # Without its cause: what a library says of an error may quote the letter.
        raise NotTakenError(f"The mail server did not take it ({type(error).__name__}).") from None


def _connected(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=SECONDS)
