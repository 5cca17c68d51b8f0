"""People, groups and messages as Telegram's server keeps them, and the JSON that it makes of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse

Json = dict[str, Any]
BOT_ID = 7_100_000_001
ANONYMOUS_ADMIN = 1087968824
"""The account under which Telegram shows an administrator who hides in their own group."""


class Complaint(Exception):  # noqa: N818 - the server's word, not a fault of the test
    """The server says no."""

    def __init__(self, code: int, description: str, **parameters: object) -> None:
        super().__init__(description)
        self.code, self.parameters = code, parameters

    def response(self) -> JSONResponse:
        """The answer that carries it."""
        prefix = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}.get(self.code, "")
        answer: Json = {"ok": False, "error_code": self.code, "description": f"{prefix}{self}"}
        if self.parameters:
            answer["parameters"] = self.parameters
        return JSONResponse(answer, status_code=self.code)


@dataclass(kw_only=True)
class User:
    """A person with an account, or the bot."""

    id: int
    name: str
    username: str | None = None
    is_bot: bool = False

    def json(self) -> Json:
        """As in an update."""
        known: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        return known | ({"username": self.username} if self.username else {})


@dataclass(kw_only=True)
class Group:
    """A group or a supergroup; `members` maps a user's id to their status."""

    id: int
    title: str
    type: str = "group"
    username: str | None = None
    linked_chat_id: int | None = None
    members: dict[int, str] = field(default_factory=dict)
    moved_to: int | None = None
    kicked: bool = False

    def json(self) -> Json:
        """As in an update."""
        known: Json = {"id": self.id, "type": self.type, "title": self.title}
        return known | ({"username": self.username} if self.username else {})

    def full(self) -> Json:
        """As `getChat` gives it."""
        gifts = dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        )
        known = self.json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
        if self.username:
            known["active_usernames"] = [self.username]
        if self.linked_chat_id:
            known["linked_chat_id"] = self.linked_chat_id
        return known


@dataclass(kw_only=True, eq=False)
class Message:
    """One message in a group, as it stands now."""

    id: int
    chat: Group
    by: User
    date: int
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    keyboard: list[list[Json]] = field(default_factory=list)
    preview_off: bool = False
    silent: bool = False
    reply_to: Message | None = None
    edit_date: int | None = None
    service: Json = field(default_factory=dict)
    sender_chat: Group | None = None
    deleted: bool = False

    def json(self) -> Json:
        """As in an update or an answer."""
        known: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.json(), "from": self.by.json()}
        optional: Json = {
            "text": self.text,
            "entities": self.entities,
            "edit_date": self.edit_date,
            "sender_chat": self.sender_chat.json() if self.sender_chat else None,
        }
        if self.keyboard:
            known["reply_markup"] = {"inline_keyboard": self.keyboard}
        if self.reply_to is not None:
            known["reply_to_message"] = self.reply_to.json()
        return known | {name: value for name, value in optional.items() if value} | self.service

    @property
    def buttons(self) -> dict[str, str]:
        """The data behind each button, by its label."""
        return {button["text"]: button["callback_data"] for row in self.keyboard for button in row}

    def covered(self, kind: str) -> list[str]:
        """The pieces of text under entities of this kind."""
        raw = self.text.encode("utf-16-le")
        return [
            raw[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")
            for entity in self.entities
            if entity["type"] == kind
        ]


@dataclass(kw_only=True, eq=False)
class Press:
    """A press of a button, waiting for its one answer."""

    id: str
    by: User
    message: Message | None
    data: str
    too_old: bool = False
    answer: asyncio.Future[Json] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    async def answered(self) -> str:
        """The text that the presser is shown."""
        return str((await self.answer).get("text", ""))


def member_json(user: User, status: str) -> Json:
    """A `ChatMember` in that status."""
    known: Json = {"status": status, "user": user.json()}
    if status == "creator":
        return known | {"is_anonymous": False}
    if status == "administrator":
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members"
            " can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
        )
        return known | dict.fromkeys(rights.split(), False)
    if status == "kicked":
        return known | {"until_date": 0}
    return known
