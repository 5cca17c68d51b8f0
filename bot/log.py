"""Sets up logging: structlog for us, the standard library's routed through it, and no secret in either.

Three things stand between a secret and the output: libraries that print whole addresses are silenced, values under keys
that hold secrets are left out, and the finished line is searched for every known secret and for what looks like one.
Handles and profiles of people are taken out of it too: what went wrong with whose post, the case says and not the log.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from typing import TYPE_CHECKING, TextIO
from urllib.parse import quote

import structlog

from bot.visible import visible, visible_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[secret]"
SOMEBODY = "[somebody]"
SHORTEST = 6
"""A shorter secret would hide half of every line, and protects nothing."""
TALKATIVE = (
    "alembic",
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpx",
    "mastodon",
    "procrastinate",
    "requests",
    "sqlalchemy",
    "stamina",
    "telegram",
    "urllib3",
    "uvicorn",
)
"""Libraries kept at WARNING whatever our own level: httpx prints Telegram's token, uvicorn the sign-in link."""

_KEYS = re.compile(r"(token|secret|password|passwd|authorization|cookie|api_?key)$", re.IGNORECASE)
_SHAPES = re.compile(
    r"""(?<!\d)\d{6,12}(?::|%3A)[A-Za-z0-9_-]{30,}"""  # Telegram's tokens
    r"""|(?<=Bearer\ )[\w.~+/=-]{8,}|(?<=bearer\ )[\w.~+/=-]{8,}"""
    r"""|(?<=access_token=)[^\s&"']+|(?<=client_secret=)[^\s&"']+""",
)
_HANDLES = re.compile(
    r"(?:(?<![\w.@-])|(?<=\\[nrt])|(?<=\\x[\da-f]{2})|(?<=\\u[\da-f]{4}))"  # also after what a renderer has spelt out
    r"@[\w.-]+@[\w-]+(?:\.[\w-]+)+(?::\d+)?"
)
_PROFILES = re.compile(r"(https?://[^/\s\"'<>]+/)(?:@|users/|u/)[^\s\"'<>,)]+")
"""Addresses of people and of what they wrote, as Mastodon and its kin form them."""
_secrets: set[str] = set()
_ours: set[str] = set()


def register_secret(value: str) -> None:
    """From now on this value is left out of every line; call it before the value is first used."""
    if len(value.strip()) >= SHORTEST:
        for form in (value, value.strip()):
            _secrets.update({form, quote(form, safe=""), json.dumps(form)[1:-1], repr(form)[1:-1]})


def register_account(handle: str) -> None:
    """An account of ours: its handle may stand in a line, as nobody else's may."""
    _ours.add(handle.lower())


def without_people(text: str) -> str:
    """The text without anybody's handle or profile but those of our own accounts; for words that others chose."""
    text = _HANDLES.sub(lambda found: found[0] if found[0].lower() in _ours else SOMEBODY, text)
    return _PROFILES.sub(rf"\1{SOMEBODY}", text)


def redacted(text: str) -> str:
    """The text without any secret that this process knows, and without what looks like one."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _SHAPES.sub(HIDDEN, text)


def set_up(*, level: str = "INFO", as_json: bool | None = None, stream: TextIO | None = None) -> None:
    """Send all logging to the stream (standard error by default), as JSON lines unless it is a terminal.

    To be called once at the start of a command; calling it again replaces what was set up before.
    """
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(shared, as_json=not stream.isatty() if as_json is None else as_json))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    # Otherwise a record that cannot be formatted is printed raw, past every formatter.
    logging.raiseExceptions = False
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


class _Redacting(structlog.stdlib.ProcessorFormatter):
    """The last step before the stream, so that nothing is added after the search for secrets and for people."""

    def format(self, record: logging.LogRecord) -> str:
        return without_people(redacted(super().format(record)))


def _formatter(shared: Iterable[Processor], *, as_json: bool) -> logging.Formatter:
    # The console renderer's own choice of traceback would show local variables, and with them anything at all; and of
    # any other than the plain one it would complain, as the traceback is text before it gets there.
    renderer: list[Processor] = (
        [structlog.processors.JSONRenderer(ensure_ascii=False), lambda _logger, _method, line: visible_json(str(line))]
        if as_json
        else [_spell_out, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    )
    return _Redacting(
        foreign_pre_chain=list(shared),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _hide,
            *renderer,
        ],
    )


def _hide(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave secrets out before a renderer escapes them beyond recognition."""
    return {key: value if key.startswith(("_", "exc_info")) else _hidden(key, value) for key, value in event.items()}


def _spell_out(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave nothing in a line that a terminal would obey; what others wrote may stand in it, as in an error's words."""
    shown = {key: visible(value) if isinstance(value, str) else value for key, value in event.items()}
    # Of several lines the second would look like an entry of its own; a traceback has to be several.
    return shown | {"event": str(shown.get("event", "")).strip().replace("\n", "\\n")}


def _hidden(key: str, value: object) -> object:
    if _KEYS.search(key):
        return HIDDEN
    if isinstance(value, dict):
        return {name: _hidden(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden("", inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redacted(value if isinstance(value, str) else repr(value))


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("bot").critical("stopped by an error", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(caught: threading.ExceptHookArgs) -> None:
    if caught.exc_value is not None:
        _log_uncaught(caught.exc_type, caught.exc_value, caught.exc_traceback)
