"""Who may see a post, and which notifications: the rules of Mastodon's visibility, blocks and mutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.platforms.simulated.people import Notice, Person, Post

_OPEN = frozenset({"public", "unlisted"})


def may_see(viewer: Person | None, post: Post) -> bool:
    """Whether this viewer (`None`: a passer-by) is shown the post; a deleted one is shown to nobody."""
    if post.deleted_at is not None:
        return False
    if viewer is None:
        return post.visibility in _OPEN
    if viewer is post.author:
        return True
    if apart(viewer, post.author):
        return False
    if post.visibility in _OPEN or viewer in post.mentioned:
        return True
    return post.visibility == "private" and post.author.acct in viewer.follows


def apart(one: Person, other: Person) -> bool:
    """Whether either of the two has blocked the other."""
    return other.acct in one.blocks or one.acct in other.blocks


def may_be_told(recipient: Person, sender: Person) -> bool:
    """Whether what the sender does makes a notification for the recipient."""
    return recipient is not sender and not apart(recipient, sender) and sender.acct not in recipient.mutes


def in_list(recipient: Person, notice: Notice) -> bool:
    """Whether a notification still stands in the recipient's list: not muted since, and its post not deleted."""
    if notice.sender.acct in recipient.mutes:
        return False
    return notice.post is None or notice.post.deleted_at is None
