"""The demo's compliance team: its keys, its file, and what its people do on their side before the evening begins.

It runs in the bot's own process here, so that the wall is the application's alone; its pages say so.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import yaml

from bot.compliance.suspended import CONDITIONS
from bot.safety.wall import new_keys

if TYPE_CHECKING:
    from pathlib import Path

    from bot.compliance.office import Office

KEY_ENV, TOKEN_ENV = "COMPLIANCE_KEY", "OUTBOX_TOKEN"
PEOPLE = [
    {"id": "quentin", "name": "Quentin Ash", "roles": ["compliance"]},
    {"id": "odile", "name": "Odile Marsh", "roles": ["compliance"]},
]


@dataclass(frozen=True, kw_only=True)
class Wall:
    """The two halves of a key, and the token of the outbox, made anew for each play."""

    private: str = field(repr=False)
    public: str
    token: str = field(repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """What both sides find in their environment."""
        return {KEY_ENV: self.private, TOKEN_ENV: self.token}


def raised() -> Wall:
    """A new wall."""
    private, public = new_keys()
    return Wall(private=private, public=public, token=secrets.token_urlsafe(32))


def write_office(folder: Path, *, outbox_port: int, port: int) -> Path:
    """Write the team's own file into a folder of its own; return its path."""
    settings = {
        "role": "compliance",
        "key_env": KEY_ENV,
        "people": PEOPLE,
        "outbox": {"url": f"http://localhost:{outbox_port}", "token_env": TOKEN_ENV, "every_seconds": 1},
        "database": "sqlite:///compliance.db",
        "port": port,
        "suspended": {"enabled": True},
    }
    target = folder / "compliance" / "compliance.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    head = "# Written by the demo: the compliance team of the example party.\n"
    target.write_text(head + yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    return target


async def keep_list(office: Office, suspended: tuple[str, ...]) -> None:
    """Sign in on the team's pages, switch the list of suspended members on, and put these handles on it."""
    async with httpx.AsyncClient(base_url=office.desk.address, timeout=60) as client:
        client.headers["Sec-Fetch-Site"] = "same-origin"
        conditions = {f"condition{number}": "true" for number in range(len(CONDITIONS))}
        for path, fields in (
            (office.desk.link_for("quentin"), {}),
            ("/suspended/switch", {"on": "true", **conditions}),
            ("/suspended/add", {"handles": "\n".join(suspended)}),
        ):
            answer = await client.post(path, data=fields)
            if not answer.is_redirect:
                answer.raise_for_status()
