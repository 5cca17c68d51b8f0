"""The stage: simulated servers with everyone on them, the files of an invented party, and the actors' cues."""

from __future__ import annotations

import json
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import yaml

from bot.demo.behind_the_wall import TOKEN_ENV
from bot.platforms.simulated.hosts import Settings
from bot.platforms.simulated.running import running
from bot.platforms.simulated.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.demo.clock import Clock
    from bot.demo.evening import Evening, Person, Turn

SCOPES = "read:notifications read:statuses read:accounts read:follows read:search write:statuses write:reports"
CONSENT = {"given_by": "Rosa Lindqvist", "given_on": "2026-11-02", "recorded_by": "Mara Bright"}
HOUSE_RULES = ("Nobody is threatened, followed, or has their address made public.", "No racism.")
REPORTS = {"rules": {"threat": ["1"], "stalking": ["1"], "doxxing": ["1"], "racism": ["2"]}}
SETTINGS = Settings(calls_per_window=None, character_limit=200_000, rules=HOUSE_RULES)
"""No rate limit, because the clock of the play runs too fast for one; and a replay's texts may be of any length."""


@dataclass(kw_only=True)
class Stage:
    """The simulated servers, and what the actors have posted there."""

    world: World
    addresses: Mapping[str, str]
    evening: Evening
    clock: Clock
    actor: httpx.AsyncClient
    uris: dict[str, str] = field(default_factory=dict)
    """Script id → the post's `uri`."""
    ids: dict[str, str] = field(default_factory=dict)
    """The post's public address → script id."""

    def tokens(self, config: Mapping[str, object]) -> dict[str, str]:
        """An access token for each account of the configuration, by the name of its environment variable."""
        accounts = config["accounts"]
        assert isinstance(accounts, list)  # noqa: S101  our own file
        return {account["token_env"]: self.world.grant(account["handle"], SCOPES) for account in accounts}

    async def play(self) -> None:
        """Let everybody say their lines in time, over HTTP."""
        for number, post in enumerate(self.evening.posts):
            moment = self.evening.moment(post.at) + self.evening.spacing * number
            await self.clock.until(moment)
            said = {
                "author": self.evening.person(post.by).handle,
                "text": self.evening.spoken(post),
                "visibility": post.visibility,
                "language": post.lang,
                "in_reply_to": self.uris[post.answers] if post.answers else None,
            }
            answer = await self._ask("POST", "/sim/posts", said)
            self.uris[post.id], self.ids[answer["url"]] = answer["uri"], post.id

    async def turn(self, turn: Turn, *, link: str | None = None) -> None:
        """Edit or delete a post, as its author, or answer back by the link in our reply."""
        if turn.says and link:
            await self._answer_back(link, turn)
        if turn.delete:
            await self._ask("DELETE", "/sim/posts", {"uri": self.uris[turn.delete]})
        if turn.edit:
            text = self.evening.spoken(self.evening.posts[0].model_copy(update={"text": turn.text}))
            await self._ask("PUT", "/sim/posts", {"uri": self.uris[turn.edit], "text": text, "language": "en"})

    async def _answer_back(self, link: str, turn: Turn) -> None:
        async with httpx.AsyncClient(timeout=30) as stranger:
            said = {"kind": turn.says, "words": turn.text}
            answer = await stranger.post(link, data=said, headers={"Sec-Fetch-Site": "same-origin"})
            if not answer.is_redirect:
                answer.raise_for_status()

    async def enter(self, people: tuple[Person, ...]) -> None:
        """Give everybody an account."""
        for person in people:
            profile = {
                "handle": person.handle,
                "display_name": person.display,
                "bio": person.bio,
                "followers": person.followers,
                "official": person.official,
                "created_at": f"{person.joined.isoformat()}T12:00:00Z",
            }
            await self._ask("POST", "/sim/people", profile)

    async def _ask(self, method: str, path: str, body: Mapping[str, object]) -> dict[str, str]:
        answer = await self.actor.request(method, path, json=body)
        answer.raise_for_status()
        found: dict[str, str] = answer.json()
        return found


@asynccontextmanager
async def staged(evening: Evening, clock: Clock) -> AsyncIterator[Stage]:
    """The servers of the play, running, with everybody on them."""
    world = World(now=clock.now)
    ours = {person.server for person in evening.people if person.official}
    for domain in sorted({person.server for person in evening.people}):
        world.add_server(domain, SETTINGS, runs=domain in ours)
    async with running(world) as addresses:
        headers = {"Authorization": f"Bearer {world.control_token}"}
        address = next(iter(addresses.values()))
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as actor:
            stage = Stage(world=world, addresses=addresses, evening=evening, clock=clock, actor=actor)
            await stage.enter(evening.people)
            yield stage


def shipped(name: str) -> Path:
    """A file or folder that comes with the software: from the installed package, else from the checkout."""
    installed = Path(str(resources.files("bot"))) / "shipped" / name
    return installed if installed.exists() else Path(str(resources.files("bot"))).parent / name


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Where the pages of the play are; 0 for the console takes any that is free."""

    console: int
    public: int
    outbox: int


def write_files(
    folder: Path,
    addresses: Mapping[str, str],
    *,
    ports: Ports,
    database: str,
    compliance_key: str,
    many: bool,
) -> Path:
    """Write the invented party's configuration and responses into `folder`; return the configuration's path.

    The example configuration, with every account live on the simulated servers, Telegram left out, and quick clocks.
    `many` lifts the limits that a replay of thousands of texts would meet.
    """
    settings = yaml.safe_load(shipped("config.yaml").read_text(encoding="utf-8"))
    for account in settings["accounts"]:
        domain = account["handle"].rpartition("@")[2]
        account.update(server=addresses[domain], mode="live", consent=CONSENT, reports=REPORTS)
        account.pop("limits", None)  # an evening is not to end because it is night at the deputy leader's
    settings["reviewers"][0]["roles"] = ["approver", "admin", "safety"]  # so that one link shows every desk
    settings["texts"] = {"second_reviewer": False}  # whoever plays is the only admin there
    settings["protected"] = [
        {
            "name": "Imogen Hale",
            "handle": "@imogen@fernwick.example",
            "watched_through": "party",
            "consent": {**CONSENT, "given_by": "Imogen Hale"},
        }
    ]
    settings["exempt"] = {
        "journalists": ["@fen_gazette@tidewater.example"],
        "satire": ["@mockwick@tidewater.example"],
        "protected": ["@imogen@fernwick.example"],
    }
    settings["desks"] = {"console": {"enabled": True, "port": ports.console}}
    settings["server"] = {"health_port": 0}
    settings["public"] = {"url": f"http://localhost:{ports.public}", "port": ports.public}
    settings["referral"] |= {
        "compliance_key": compliance_key,
        "outbox_token_env": TOKEN_ENV,
        "outbox_port": ports.outbox,
        "pass_abusive": True,
    }
    settings["database"] = database
    settings["shifts"] = {}  # an evening has no weekdays
    settings["schedule"].pop("digest_at")
    settings["limits"] = {**settings["limits"], "undo_seconds": 10 if many else 600, "quiet_hours": None}
    if many:
        many_replies = {"replies_per_hour": 10_000, "replies_per_day": 10_000, "incident_cases": 100_000}
        settings["limits"] |= {**many_replies, "answer_within_hours": 1000}
        settings["protected"] = []
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(shipped("responses"), folder / "responses", dirs_exist_ok=True)
    target = folder / "config.yaml"
    target.write_text(
        "# Written by the demo: the example party on simulated servers that ran on this machine alone.\n"
        + yaml.safe_dump(settings, sort_keys=False, allow_unicode=True),
        encoding="utf-8",
    )
    return target


def write_record(world: World, target: Path) -> None:
    """Leave the servers' own record of everything that was posted, as JSON."""
    target.write_text(json.dumps(world.record(), indent=1, ensure_ascii=False, default=str), encoding="utf-8")
