"""Threads as a passer-by may read them: open posts, nested as they answer each other, with what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bot.platforms.simulated.people import Post
    from bot.platforms.simulated.world import World

_OPEN = frozenset({"public", "unlisted"})


@dataclass(frozen=True, slots=True)
class Branch:
    """A post with the answers to it, oldest first."""

    post: Post
    answers: tuple[Branch, ...]

    @property
    def latest(self) -> datetime:
        """When something last happened here: a post, a change, a deletion or an answer."""
        moments = [self.post.now.at, self.post.deleted_at, *(answer.latest for answer in self.answers)]
        return max(moment for moment in moments if moment is not None)

    @property
    def size(self) -> int:
        """How many posts there are, this one included."""
        return 1 + sum(answer.size for answer in self.answers)

    def posts(self) -> Iterator[Post]:
        """Every post, in the order of reading."""
        yield self.post
        for answer in self.answers:
            yield from answer.posts()


def is_open(post: Post) -> bool:
    """Whether a passer-by may read the post, or, once it was deleted, may know that it was there."""
    return post.visibility in _OPEN


def branch(world: World, post: Post) -> Branch:
    """The post and everything below it that is open."""
    return Branch(post, tuple(branch(world, answer) for answer in world.replies(post) if is_open(answer)))


def root(post: Post) -> Post:
    """The first post of the thread, going up as far as posts are open."""
    while post.in_reply_to is not None and is_open(post.in_reply_to):
        post = post.in_reply_to
    return post


def newest(world: World, *, tag: str | None = None) -> list[Branch]:
    """Every thread that begins in public, the one where something happened last first."""
    begun: Iterable[Post] = (
        post for post in world.posts.values() if post.visibility == "public" and root(post) is post
    )
    if tag is not None:
        begun = (post for post in begun if f"#{tag.lower()}" in post.now.text.lower())
    return sorted((branch(world, post) for post in begun), key=lambda thread: thread.latest, reverse=True)
