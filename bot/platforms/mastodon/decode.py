"""A server's entities turned into our facts: one reading, shared by the watcher and the publisher, so digests agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.model import Author, Mention, Original, Parent, Visibility, within_reason
from bot.platforms.mastodon.text import plain, tidy

if TYPE_CHECKING:
    from bot.model import Account
    from bot.platforms.mastodon.entities import Profile, Status

VISIBILITIES = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.FOLLOWERS,
    "direct": Visibility.DIRECT,
}
"""Their names and ours. A name that is not here is read as the narrowest, for its reader never answers in public."""


def mention_of(status: Status, account: Account, *, parent: Parent | None = None, thread: str = "") -> Mention:
    """The post as plain text and references, as seen by this account."""
    home = account.handle
    return Mention(
        uri=status.uri,
        platform=account.platform,
        account=account.id,
        native_id=status.id,
        author=_author(status.account, home),
        text=plain(status.content or ""),
        created_at=utc(status.created_at),
        url=status.url or status.uri,
        content_warning=tidy(status.spoiler_text or ""),
        poll=tuple(tidy(option.title) for option in (status.poll.options or () if status.poll else ())),
        media=tuple(tidy(media.description) for media in status.media_attachments or () if media.description),
        emoji=tuple(sorted({emoji.shortcode for emoji in status.emojis or () if emoji.shortcode})),
        lang=status.language or None,
        visibility=VISIBILITIES.get(status.visibility or "", Visibility.DIRECT),
        edited_at=utc(status.edited_at) if status.edited_at else None,
        addressed=tuple(dict.fromkeys(handle(tagged.acct, home) for tagged in status.mentions or () if tagged.acct)),
        parent=parent,
        thread=thread,
        original=status.original if isinstance(status.original, Original) else None,
    )


def reread(mention: Mention, status: Status, account: Account) -> Mention:
    """The same mention as it now reads, perhaps on another server than the one that it was first seen on.

    Servers clean the same HTML differently. Where only spaces differ, and which emoji a server knows, nothing was
    edited, and the words stay as we first read them: else a case would go back to review for ever.
    """
    fresh = mention_of(status, account, parent=mention.parent, thread=mention.thread)
    fresh = replace(fresh, account=mention.account, native_id=mention.native_id)
    if _words(fresh) != _words(mention):
        return fresh
    return replace(
        fresh,
        text=mention.text,
        content_warning=mention.content_warning,
        poll=mention.poll,
        media=mention.media,
        emoji=mention.emoji,
    )


def parent_of(status: Status, account: Account) -> Parent:
    """A post as what another one answers; its content warning stands before its text."""
    text = "\n\n".join(part for part in (tidy(status.spoiler_text or ""), plain(status.content or "")) if part)
    author = handle(status.account.acct, account.handle)
    return Parent(uri=status.uri, author=author, text=text, url=status.url or status.uri)


def profile_text(profile: Profile) -> str:
    """The bio and each profile field, a line each."""
    rows = (f"{tidy(field.name)}: {plain(field.value)}" for field in profile.fields or ())
    return "\n".join(part for part in (plain(profile.note or ""), *rows) if part)


def handle(acct: str, home: str) -> str:
    """`@name@server`. Who is at home on our own server is told without it; `home` is any handle from there."""
    name = acct.removeprefix("@")
    return f"@{name}" if "@" in name else f"@{name}@{home.rpartition('@')[2]}"


def utc(moment: datetime) -> datetime:
    """In UTC; a moment without a zone is taken to be in it already."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:  # the first or last hours that a calendar has
        return moment.replace(tzinfo=UTC)


def _author(profile: Profile, home: str) -> Author:
    return Author(
        uri=within_reason(profile.uri or profile.url or handle(profile.acct, home)),
        handle=handle(profile.acct, home),
        display_name=tidy(profile.display_name or ""),
        bio=profile_text(profile),
        created_at=_registered(profile.created_at),
        followers=profile.followers_count,
        bot=bool(profile.bot),
    )


def _registered(spelt: str | None) -> datetime | None:
    try:
        return utc(datetime.fromisoformat(spelt)) if spelt else None
    except ValueError:
        return None


def _words(mention: Mention) -> list[list[str]]:
    """What the author said, whatever the spaces between; emoji stand in the text by their shortcodes."""
    said = (mention.text, mention.content_warning, *mention.poll, *mention.media)
    return [part.split() for part in said]
