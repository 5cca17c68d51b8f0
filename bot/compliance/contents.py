"""What is in a box, as far as it matters to finding somebody in it: who wrote it, and all that it says. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.compliance.handles import normal
from bot.safety.wall import Passed
from bot.store import Person
from bot.store.compliance import Contents
from bot.store.needles import plain

if TYPE_CHECKING:
    from collections.abc import Iterator


def contents_of(content: str) -> Contents:
    """What was in a box that is kept."""
    passed = Passed.model_validate_json(content)
    posts = [version.mention for version in passed.versions]
    handles = {each for post in posts for each in (post.author.handle, normal(post.author.handle)) if each}
    author = Person(
        handles=frozenset(map(plain, handles)) - {""},  # by nothing at all two strangers would be the same person
        uris=frozenset(plain(post.author.uri) for post in posts) - {""},
        names=frozenset(post.author.display_name for post in posts) - {""},
        posts=frozenset(address for post in posts for address in (post.uri, post.url)) - {""},
    )
    return Contents(author=author, texts=tuple(_texts(passed)))


def _texts(passed: Passed) -> Iterator[str]:
    yield from (version.evidence for version in passed.versions)
    yield from (match.words for match in passed.matches)
    yield from (*passed.claim.evidence, *passed.claim.doubts)
    for exhibit in passed.exhibits:
        yield exhibit.url
        yield from (value for header in exhibit.headers for value in header)
        yield exhibit.body.decode("utf-8", "ignore")
