"""What a server says, typed: only the parts that we read, each as lenient as servers differ.

Mastodon, GoToSocial, Hollo, Pleroma and their kin leave out or null what they do not know, so all but the parts that
name a post and its author have a default. Ids are text and stay text.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.model import Original

T = TypeVar("T")


class Emoji(msgspec.Struct, frozen=True):
    """A custom emoji that a post uses."""

    shortcode: str = ""


class Field(msgspec.Struct, frozen=True):
    """A row of a profile's table; the value is HTML, the name is not."""

    name: str = ""
    value: str = ""


class Profile(msgspec.Struct, frozen=True):
    """An account of anyone's."""

    id: str
    acct: str
    """Without a server when the account is at home here."""
    uri: str | None = None
    url: str | None = None
    display_name: str | None = None
    note: str | None = None
    created_at: str | None = None
    """As the server spells it: a strange date of registration must not cost us the post."""
    followers_count: int | None = None
    bot: bool | None = None
    fields: list[Field] | None = None


class Tagged(msgspec.Struct, frozen=True):
    """An account that a post names."""

    acct: str = ""


class Media(msgspec.Struct, frozen=True):
    """A picture, film or sound."""

    description: str | None = None
    url: str | None = None
    """Where our own server keeps its copy; where it has none, the author's own server may stand here."""
    remote_url: str | None = None
    """Where the author's server has it; nothing for somebody who is at home here."""


class Option(msgspec.Struct, frozen=True):
    """An answer that a poll offers."""

    title: str = ""


class Poll(msgspec.Struct, frozen=True):
    """A poll under a post."""

    options: list[Option] | None = None


class Status(msgspec.Struct, frozen=True):
    """A post. `content` is HTML; the content warning and the display name are not."""

    id: str
    uri: str
    account: Profile
    created_at: datetime
    content: str | None = None
    url: str | None = None
    spoiler_text: str | None = None
    visibility: str | None = None
    language: str | None = None
    edited_at: datetime | None = None
    in_reply_to_id: str | None = None
    mentions: list[Tagged] | None = None
    media_attachments: list[Media] | None = None
    poll: Poll | None = None
    emojis: list[Emoji] | None = None
    replies_count: int | None = None
    muted: bool | None = None
    """Whether the account that asks has muted the conversation."""
    original: object = None
    """The `Original` that it was read from, put here by the reader. What a server sends by this name is none."""


class Notification(msgspec.Struct, frozen=True):
    """Something that the server tells an account."""

    id: str
    type: str = ""
    created_at: datetime | None = None
    status: Status | None = None


class Context(msgspec.Struct, frozen=True):
    """What stands above a post in its thread, the first post first, and what stands below it."""

    ancestors: list[Status] = []
    descendants: list[Status] = []


class Found(msgspec.Struct, frozen=True):
    """What a search found."""

    statuses: list[Status] = []
    accounts: list[Profile] = []


class Relationship(msgspec.Struct, frozen=True):
    """How our account and another stand to each other."""

    id: str
    blocking: bool | None = None
    blocked_by: bool | None = None
    domain_blocking: bool | None = None
    muting: bool | None = None


class Source(msgspec.Struct, frozen=True):
    """A post as it was typed, before the server made HTML of it."""

    text: str = ""


class Token(msgspec.Struct, frozen=True):
    """What a server says of a token, or of the application that it belongs to."""

    scope: list[str] | str | None = None
    scopes: list[str] | str | None = None


class _Statuses(msgspec.Struct, frozen=True):
    max_characters: int | None = None


class _Configuration(msgspec.Struct, frozen=True):
    statuses: _Statuses | None = None


class Instance(msgspec.Struct, frozen=True):
    """What the server says of itself."""

    version: str = ""
    configuration: _Configuration | None = None
    max_toot_chars: int | None = None
    """How Pleroma and older forks say it."""


class HouseRule(msgspec.Struct, frozen=True):
    """A rule of the server."""

    id: str | int
    text: str = ""


class Rulebook(msgspec.Struct, frozen=True):
    """Of what the server says of itself, its rules alone: who writes them otherwise must not spoil the rest."""

    rules: list[HouseRule] | None = None


class Unread(msgspec.Struct, frozen=True):
    """An item of a list that could not be understood. `why` names the place in it, never what stands there."""

    id: str
    """`?` when it has none."""
    why: str


class _Carrier(msgspec.Struct, frozen=True):
    """A notification, for the bytes of its post alone."""

    status: msgspec.Raw = msgspec.Raw(b"null")


class _RawFound(msgspec.Struct, frozen=True):
    statuses: list[msgspec.Raw] = []


class _RawContext(msgspec.Struct, frozen=True):
    ancestors: list[msgspec.Raw] = []
    descendants: list[msgspec.Raw] = []


class NotUnderstoodError(ValueError):
    """The answer is JSON, but not what this question is answered with. The message names the place, not the content."""


def one(body: bytes, kind: type[T]) -> T:
    """One entity. Raises NotUnderstoodError when it is not that, json.JSONDecodeError when it is not JSON at all."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise NotUnderstoodError(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _converted(_loosely(body), kind)


def many(body: bytes, kind: type[T]) -> list[T | Unread]:
    """The entities of a list in its order; raises as `one` does, but only when the whole is not a list.

    The list is decoded in one go; only if that fails is each item tried by itself.
    """
    try:
        return msgspec.json.decode(body, type=list[kind])  # type: ignore[valid-type]  # a type made at run time
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _each(_converted(_loosely(body), list[object]), kind)


def context(body: bytes) -> Context:
    """What stands around a post, without what could not be understood of it; raises as `one` does."""
    try:
        return msgspec.json.decode(body, type=Context)
    except (msgspec.DecodeError, UnicodeDecodeError):
        loose = _converted(_loosely(body), dict[str, list[object]])
    read = {
        part: [item for item in _each(loose.get(part, []), Status) if isinstance(item, Status)]
        for part in Context.__struct_fields__
    }
    return Context(**read)


def keep(body: bytes, read: object, original: Original) -> None:
    """Gives each post that was read from this body the bytes in which it stood there; `original` is the whole answer.

    Where the body is so broken that it had to be read loosely, a post is written anew, and its original says so.
    """
    try:
        kept = [(status, replace(original, body=bytes(raw))) for status, raw in _pairs(body, read) if status]
    except (msgspec.DecodeError, ValueError):
        by_uri = dict(_loose_posts(_loosely(body)))
        kept = [
            (status, replace(original, body=msgspec.json.encode(by_uri[status.uri]), exact=False))
            for status in _statuses(read)
            if status.uri in by_uri
        ]
    for status, its_own in kept:
        msgspec.structs.force_setattr(status, "original", its_own)


def _loose_posts(loose: object) -> Iterator[tuple[str, object]]:
    """Everything in it that looks like a post, by its `uri`; what stands further out comes last."""
    if isinstance(loose, dict | list):
        for inner in loose.values() if isinstance(loose, dict) else loose:
            yield from _loose_posts(inner)
    if isinstance(loose, dict) and "account" in loose and isinstance(loose.get("uri"), str):
        yield loose["uri"], loose


def _pairs(body: bytes, read: object) -> Iterator[tuple[Status | None, msgspec.Raw | bytes]]:
    """Each post with its bytes; raises where the two readings do not agree."""
    if isinstance(read, Status):
        yield read, body
    elif isinstance(read, Context):
        around = msgspec.json.decode(body, type=_RawContext)
        yield from zip(read.ancestors, around.ancestors, strict=True)
        yield from zip(read.descendants, around.descendants, strict=True)
    elif isinstance(read, Found):
        yield from zip(read.statuses, msgspec.json.decode(body, type=_RawFound).statuses, strict=True)
    elif isinstance(read, list):
        for item, raw in zip(read, msgspec.json.decode(body, type=list[msgspec.Raw]), strict=True):
            if isinstance(item, Notification):
                yield item.status, msgspec.json.decode(raw, type=_Carrier).status
            else:
                yield item if isinstance(item, Status) else None, raw


def _statuses(read: object) -> Iterator[Status]:
    """Every post in what was read."""
    if isinstance(read, Status):
        yield read
    elif isinstance(read, Notification) and read.status:
        yield read.status
    elif isinstance(read, Context):
        yield from (*read.ancestors, *read.descendants)
    elif isinstance(read, Found):
        yield from read.statuses
    elif isinstance(read, list):
        for item in read:
            yield from _statuses(item)


def _each(items: list[object], kind: type[T]) -> list[T | Unread]:
    read: list[T | Unread] = []
    for item in items:
        try:
            read.append(_converted(item, kind))
        except NotUnderstoodError as error:
            named = item.get("id", "?") if isinstance(item, dict) else "?"
            read.append(Unread(id=str(named), why=str(error)))
    return read


def _converted(loose: object, kind: type[T]) -> T:
    try:
        return msgspec.convert(loose, type=kind)
    except msgspec.ValidationError as error:
        raise NotUnderstoodError(str(error)) from None


def _loosely(body: bytes) -> object:
    """As Python's own, more forgiving parser reads it: half a surrogate pair becomes a replacement mark."""
    try:
        return _mended(json.loads(body.decode("utf-8", "replace")))
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError):
        raise NotUnderstoodError("nested too deeply, or a number too long") from None


def _mended(loose: object) -> object:
    if isinstance(loose, str):
        return loose.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(loose, list):
        return [_mended(item) for item in loose]
    if isinstance(loose, dict):
        return {key: _mended(value) for key, value in loose.items()}
    return loose
