"""A Telegram Bot API on loopback that keeps state as the real one does: offsets, keyboards, limits, errors."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import re
import socket
import time
from collections import defaultdict, deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.fakes.bot_api_methods import METHODS
from tests.fakes.telegram_chats import BOT_ID, Complaint, Group, Json, Message, Press, User, member_json
from tests.fakes.telegram_html import units

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

TOKEN = "7100000001:AAinvented_token_for_the_fake_bot_api_"
TOKEN_SHAPE = re.compile(r"\d+:[A-Za-z0-9_-]{35,}")
GROUP_LIMIT, MINUTE = 20, 60
"""Messages that a bot may send to one group in so many seconds."""
TEXTS = frozenset({"text", "callback_query_id"})
"""Parameters that are text even when they look like JSON."""
T = TypeVar("T")


@dataclass(kw_only=True, eq=False)
class BotApi:
    """The server. Tests act as people (`say`, `press`, `join`) and look at what the bot has made (`shown`)."""

    token: str = TOKEN
    privacy: bool = True
    """Whether the bot sees only commands, answers to itself and service messages, unless it is an administrator."""
    group_limit: int = GROUP_LIMIT
    url: str = ""
    me: User = field(default_factory=lambda: User(id=BOT_ID, name="Reviews", username="fernwick_bot", is_bot=True))
    users: dict[int, User] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    presses: dict[str, Press] = field(default_factory=dict)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    commands: list[Json] = field(default_factory=list)
    updates: deque[Json] = field(default_factory=deque)
    happened: asyncio.Condition = field(default_factory=asyncio.Condition)
    _complaints: dict[str, deque[Complaint]] = field(default_factory=lambda: defaultdict(deque))
    _sent: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    allowed: list[str] | None = None
    """Kinds of update that the bot asked for; `None` means all."""
    closing: bool = False
    _thrown_out: asyncio.Event | None = None

    # ── what a test does ─────────────────────────────────────────────────────────────────────────────────────────

    @classmethod
    @asynccontextmanager
    async def running(cls, *, token: str = TOKEN, privacy: bool = True) -> AsyncIterator[BotApi]:
        """The server on a free port of this machine, until the block ends."""
        api = cls(token=token, privacy=privacy)
        routes = [Route("/bot{token}/{method}", api._answer, methods=["GET", "POST"])]
        config = uvicorn.Config(
            Starlette(routes=routes), log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            # Accepted sockets inherit it; without it each answer on a kept connection takes 40 ms.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            api.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            try:
                yield api
            finally:
                api.closing = server.should_exit = True
                await api.changed()
                await serving

    def user(self, name: str, *, user_id: int | None = None) -> User:
        """A new person."""
        user = User(id=user_id or 5_000_000_000 + next(self._ids), name=name)
        self.users[user.id] = user
        return user

    def group(self, title: str, *members: User, bot_is: str = "member", supergroup: bool = False) -> Group:
        """A new group with the bot and these people in it."""
        number = next(self._ids)
        group = Group(id=-4_000_000_000 - number, title=title)
        if supergroup:
            group.id, group.type = -1_001_000_000_000 - number, "supergroup"
        group.members = {self.me.id: bot_is} | dict.fromkeys((user.id for user in members), "member")
        self.groups[group.id] = group
        return group

    async def say(self, user: User, group: Group, text: str, *, reply_to: Message | None = None) -> Message:
        """A person writes in a group."""
        message = self.message(group, user, text, reply_to=reply_to)
        if text.startswith("/"):
            length = units(text.split(maxsplit=1)[0])
            message.entities = [{"type": "bot_command", "offset": 0, "length": length}]
        await self._seen(message, "message")
        return message

    async def rewrite(self, message: Message, text: str) -> None:
        """A person edits what they wrote."""
        message.text, message.entities, message.edit_date = text, [], message.date + 1
        await self._seen(message, "edited_message")

    async def press(self, user: User, message: Message, button: str, *, seen: dict[str, str] | None = None) -> Press:
        """A person presses the button with this label; `seen` is an older keyboard that their client still shows."""
        buttons = message.buttons if seen is None else seen
        if button not in buttons:
            msg = f"no button {button!r}, only {sorted(buttons)}"
            raise LookupError(msg)
        press = Press(id=str(next(self._ids) + 10**15), by=user, message=message, data=buttons[button])
        return await self.send_press(press)

    async def send_press(self, press: Press) -> Press:
        """Deliver a press, or deliver it again."""
        assert press.message is not None
        shown = press.message.json()
        if press.message.deleted:
            shown = {"chat": shown["chat"], "message_id": press.message.id, "date": 0}
        self.presses[press.id] = press
        query = {"id": press.id, "from": press.by.json(), "message": shown, "chat_instance": "1", "data": press.data}
        await self.queue("callback_query", query)
        return press

    async def join(self, user: User, group: Group, *, by: User | None = None) -> None:
        """A person comes into a group."""
        await self._membership(group, user, "member", {"new_chat_members": [user.json()]}, by or user)

    async def leave(self, user: User, group: Group) -> None:
        """A person goes."""
        await self._membership(group, user, "left", {"left_chat_member": user.json()}, user)

    async def remove_bot(self, group: Group) -> None:
        """Someone takes the bot out of a group."""
        by = next(iter(self.users.values()))
        before, group.members[self.me.id] = group.members[self.me.id], "kicked"
        change: Json = {"chat": group.json(), "from": by.json(), "date": int(time.time())}
        change["old_chat_member"] = member_json(self.me, before)
        await self.queue("my_chat_member", change | {"new_chat_member": member_json(self.me, "kicked")})

    async def upgrade(self, group: Group) -> Group:
        """A group becomes a supergroup, under another id."""
        after = Group(id=-1_001_000_000_000 - next(self._ids), title=group.title, type="supergroup")
        after.members, group.moved_to = dict(group.members), after.id
        self.groups[after.id] = after
        await self._seen(self.message(group, self.me, service={"migrate_to_chat_id": after.id}), "message")
        return after

    async def delete(self, message: Message) -> None:
        """Someone deletes a message."""
        message.deleted = True
        await self.changed()

    def complain(self, method: str, code: int, description: str, *, times: int = 1, **parameters: object) -> None:
        """The next calls of a method are answered with this error, and have no effect."""
        self._complaints[method].extend(Complaint(code, description, **parameters) for _ in range(times))

    def expected(self, method: str) -> bool:
        """Whether such an error still waits for its call."""
        return bool(self._complaints[method])

    def shown(self, group: Group) -> list[Message]:
        """What the bot has written in a group and what still stands there, in order."""
        return [m for m in self.messages if m.chat is group and m.by is self.me and not m.deleted and not m.service]

    async def until(self, found: Callable[[], T], *, seconds: float = 20) -> T:
        """Wait until `found()` is true of this server's state, and return what it gave."""
        async with asyncio.timeout(seconds), self.happened:
            return await self.happened.wait_for(found)

    # ── what the server does ─────────────────────────────────────────────────────────────────────────────────────

    def message(
        self, group: Group, by: User, text: str = "", *, reply_to: Message | None = None, service: Json | None = None
    ) -> Message:
        """A new message, numbered and dated."""
        message = Message(id=next(self._ids), chat=group, by=by, date=int(time.time()), text=text, reply_to=reply_to)
        message.service = service or {}
        self.messages.append(message)
        return message

    async def changed(self) -> None:
        """Wake whoever waits for something to happen here."""
        async with self.happened:
            self.happened.notify_all()

    async def queue(self, kind: str, content: Json) -> None:
        """Keep an update for the bot, if it asked for this kind."""
        if self.allowed is None or kind in self.allowed:
            self.updates.append({"update_id": next(self._ids), kind: content})
        await self.changed()

    def slow_down(self, group: Group) -> None:
        """Complain when the bot has sent this group all that a minute allows."""
        now, sent = time.monotonic(), self._sent[group.id]
        while sent and now - sent[0] > MINUTE:
            sent.popleft()
        if len(sent) >= self.group_limit:
            wait = int(MINUTE - (now - sent[0])) + 1
            raise Complaint(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        sent.append(now)

    async def poll(self, params: Json) -> list[Json]:
        """`getUpdates`: forgets what the offset confirms, then waits for more; a second poller throws out the first."""
        if self._thrown_out is not None:
            self._thrown_out.set()
        mine = self._thrown_out = asyncio.Event()
        if "allowed_updates" in params:
            self.allowed = params["allowed_updates"] or None
        while self.updates and self.updates[0]["update_id"] < params.get("offset", 0):
            self.updates.popleft()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(params.get("timeout", 0)), self.happened:
                waking = asyncio.create_task(self._wake_on(mine))
                try:
                    await self.happened.wait_for(lambda: self.updates or self.closing or mine.is_set())
                finally:
                    waking.cancel()
        if mine.is_set():
            raise Complaint(
                409, "terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        self._thrown_out = None
        return list(self.updates)[: params.get("limit", 100)]

    async def _wake_on(self, event: asyncio.Event) -> None:
        await event.wait()
        await self.changed()

    async def _seen(self, message: Message, kind: str) -> None:
        """Tell the bot of a message, if privacy lets it see this one."""
        to_bot = message.reply_to is not None and message.reply_to.by is self.me
        admin = message.chat.members.get(self.me.id) in {"administrator", "creator"}
        named = message.text.startswith("/") or f"@{self.me.username}" in message.text
        if not self.privacy or admin or to_bot or named or message.service:
            await self.queue(kind, message.json())
        else:
            await self.changed()

    async def _membership(self, group: Group, user: User, status: str, service: Json, by: User) -> None:
        before = group.members.get(user.id, "left")
        group.members[user.id] = status
        await self._seen(self.message(group, by, service=service), "message")
        if group.members.get(self.me.id) == "administrator":
            change: Json = {"chat": group.json(), "from": by.json(), "date": int(time.time())}
            change["old_chat_member"] = member_json(user, before)
            await self.queue("chat_member", change | {"new_chat_member": member_json(user, status)})

    async def _answer(self, request: Request) -> JSONResponse:
        token, method = request.path_params["token"], request.path_params["method"]
        try:
            result = await self._call(token, method, _params(dict(await request.form())))
        except Complaint as complaint:
            return complaint.response()
        finally:
            await self.changed()
        return JSONResponse({"ok": True, "result": result})

    async def _call(self, token: str, method: str, params: Json) -> object:
        if not TOKEN_SHAPE.fullmatch(token) or method not in METHODS:
            raise Complaint(404, "Not Found")
        if token != self.token:
            raise Complaint(401, "Unauthorized")
        self.calls.append((method, params))
        await self.changed()
        if self._complaints[method]:
            raise self._complaints[method].popleft()
        return await METHODS[method](self, params)


def _params(form: dict[str, object]) -> Json:
    """Values as JSON where they are JSON, except the texts."""
    known: Json = {}
    for name, value in form.items():
        try:
            known[name] = value if name in TEXTS else json.loads(str(value))
        except ValueError:
            known[name] = value
    return known
