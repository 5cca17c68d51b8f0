"""A simulated network to work against, and a server that says exactly what a test puts into its mouth."""

from __future__ import annotations

import threading
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import msgspec
import pytest
import stamina

from bot.model import Account, ApprovedReply, Mode, Visibility
from bot.platforms.mastodon import MastodonPublisher, MastodonReporter, MastodonWatcher
from bot.platforms.simulated.hosts import Settings
from bot.platforms.simulated.running import running
from bot.platforms.simulated.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.model import Mention
    from bot.platforms.simulated.hosts import Host

PARTY = "@party@fernwick.example"
LEADER = "@leader@brindle.example"
SAM = "@sam@elsewhere.example"
WATCH = "read:notifications read:statuses"
REPORT = "write:reports read:statuses read:search"
POST = "write:statuses read:statuses read:accounts read:follows read:search"


def clock() -> datetime:
    return datetime.now(UTC)


@dataclass(kw_only=True)
class Network:
    """Two servers that know each other: the party's, and the leader's, which differs wherever servers may differ."""

    world: World
    addresses: dict[str, str]
    stack: AsyncExitStack

    def host(self, handle: str) -> Host:
        return self.world.hosts[handle.rpartition("@")[2]]

    def account(self, handle: str) -> Account:
        return account(handle, self.addresses[handle.rpartition("@")[2]])

    def watcher(self, handle: str = PARTY, *, scopes: str = WATCH, protected: tuple[str, ...] = ()) -> MastodonWatcher:
        token = self.world.grant(handle, scopes)
        watcher = MastodonWatcher(self.account(handle), token, protected=protected, now=clock)
        self.stack.push_async_callback(watcher.close)
        return watcher

    def publisher(self, handle: str = LEADER, *, scopes: str = POST, token: str | None = None) -> MastodonPublisher:
        token = token or self.world.grant(handle, scopes)
        publisher = MastodonPublisher(self.account(handle), token, now=clock, timeout=(0.5, 0.5), ours=(PARTY, LEADER))
        self.stack.push_async_callback(publisher.close)
        return publisher

    def reporter(
        self, handle: str = LEADER, *, scopes: str = REPORT, token: str | None = None, server: str | None = None
    ) -> MastodonReporter:
        account = self.account(handle)
        account = replace(account, server=server or account.server)
        reporter = MastodonReporter(account, token or self.world.grant(handle, scopes), now=clock, timeout=(0.5, 0.5))
        self.stack.push_async_callback(reporter.close)
        return reporter

    async def mention(self, text: str = f"{PARTY} a word", **said: object) -> Mention:
        """A post by Sam as the party's watcher hands it over."""
        watcher = self.watcher()
        cursor = (await watcher.fetch(None)).cursor
        self.world.post(SAM, text, **said)  # type: ignore[arg-type]  # as `World.post` takes them
        return (await watcher.fetch(cursor)).mentions[0]

    def posted(self, handle: str = LEADER) -> list[dict[str, object]]:
        """What the network's own record says that somebody posted through the API and has not deleted."""
        return [
            post
            for post in self.world.record()["posts"]
            if post["author"] == handle and post["sent_by"] == "api" and post["deleted_at"] is None
        ]


def account(handle: str, server: str) -> Account:
    return Account(
        id=handle.split("@")[1],
        platform="mastodon",
        handle=handle,
        server=server,
        mode=Mode.LIVE,
        approvals=1,
        approvers=frozenset(),
        answered_by=(),
    )


def reply_to(mention: Mention, text: str = f"{SAM} Please do not.", **changed: object) -> ApprovedReply:
    facts: dict[str, object] = {
        "case_id": "c1",
        "account": "leader",
        "mention_uri": mention.uri,
        "text": text,
        "visibility": Visibility.UNLISTED,
        "lang": "en",
        "key": "key-1",
        "decisions": ("d1",),
        "approved_by": ("asha",),
        "intended_at": clock(),
    }
    return ApprovedReply(**(facts | changed))  # type: ignore[arg-type]  # a test's own mixture


@pytest.fixture(autouse=True)
def _no_waits() -> Iterator[None]:
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    world = World()
    world.add_server("fernwick.example", Settings(calls_per_window=None, rules=("Nobody is threatened here.",)))
    world.add_server(
        "brindle.example",
        Settings(
            ids="ulid",
            loose_html=True,
            idempotency_keys="ignored",
            calls_per_window=None,
            rules=("No threats.", "No slurs."),
        ),
    )
    world.add_person(PARTY, bio="For a greener Fernwick", fields=(("Replies", "Software suggests, staff approve"),))
    world.add_person(LEADER, display_name="Robin Hale")
    world.add_person(SAM, display_name="Sam", bio="member since 2015", followers=40)
    async with running(world) as addresses, AsyncExitStack() as stack:
        yield Network(world=world, addresses=addresses, stack=stack)


@dataclass(kw_only=True)
class Scripted:
    """A server that answers each path with what the test put there, the last answer again and again."""

    address: str = ""
    answers: dict[str, list[tuple[int, dict[str, str], bytes]]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and query of each request, in order."""
    keys: list[str | None] = field(default_factory=list)
    """The Authorization header of each."""

    def say(self, path: str, content: object, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        body = content if isinstance(content, bytes) else msgspec.json.encode(content)
        self.answers.setdefault(path, []).append((status, headers or {}, body))

    def account(self) -> Account:
        return account(PARTY, self.address)


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    said = Scripted()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            said.asked.append((path, query))
            said.keys.append(self.headers["Authorization"])
            waiting = said.answers.get(path, [(404, {}, b'{"error":"Record not found"}')])
            status, headers, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_DELETE = do_GET  # noqa: N815  # the names are the standard library's

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    said.address = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    yield said
    server.shutdown()
    serving.join()
    server.server_close()


def status_json(native_id: str = "1", **changed: object) -> dict[str, object]:
    """A post as Mastodon's documentation shows it."""
    return {
        "id": native_id,
        "uri": f"https://elsewhere.example/users/sam/statuses/{native_id}",
        "url": f"https://elsewhere.example/@sam/{native_id}",
        "created_at": "2026-11-20T10:00:00.000Z",
        "edited_at": None,
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "replies_count": 0,
        "content": "<p>Hello</p>",
        "reblog": None,
        "account": {
            "id": "9",
            "username": "sam",
            "acct": "sam@elsewhere.example",
            "uri": "https://elsewhere.example/users/sam",
            "url": "https://elsewhere.example/@sam",
            "display_name": "Sam",
            "note": "<p>member since 2015</p>",
            "created_at": "2021-03-16T00:00:00.000Z",
            "last_status_at": "2026-11-20",
            "followers_count": 40,
            "bot": False,
            "fields": [{"name": "Party", "value": "<a href='https://fernwick.example'>Fernwick Greens</a>"}],
            "emojis": [],
        },
        "media_attachments": [],
        "mentions": [{"id": "2", "username": "party", "acct": "party", "url": "https://fernwick.example/@party"}],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
    } | changed
