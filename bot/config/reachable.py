"""How people can be reached by a bot whose configuration may be broken: whatever of that is readable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.loading import salvaged
from bot.config.shape import Config
from bot.yaml_file import BadFile, sections

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where a bot that cannot start may still say so."""

    token_env: str | None
    """The environment variable with the Telegram bot's token; `None` when there is no chat to write to."""
    chats: tuple[int, ...]
    """The staff chat and the safety chat, as far as each is readable."""
    console_port: int | None
    """`None` when the console is switched off."""
    public_url: str | None
    health_port: int


def reach(path: Path) -> Reach | None:
    """What of it can be read; `None` when nothing of the file can, and it may not be a configuration at all."""
    try:
        content = sections(path)
    except BadFile:
        return None
    if not content.keys() & Config.model_fields.keys():
        return None
    found = salvaged(Config, {name: content[name] for name in ("desks", "server") if name in content})
    telegram, console = found.desks.telegram, found.desks.console
    chats = (telegram.staff_chat, telegram.safety_chat) if telegram else ()
    known = tuple(chat for chat in chats if chat)
    return Reach(
        token_env=(telegram.token_env if telegram and known else None) or None,
        chats=known,
        console_port=console.port if console.enabled else None,
        public_url=str(found.server.public_url) if found.server.public_url else None,
        health_port=found.server.health_port,
    )
