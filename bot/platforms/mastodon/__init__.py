"""Mastodon, and every server that speaks its API: GoToSocial, Hollo, Pleroma and their kin."""

from bot.platforms import Platform
from bot.platforms.mastodon.publisher import MastodonPublisher
from bot.platforms.mastodon.watcher import MastodonWatcher

__all__ = ["MASTODON", "MastodonPublisher", "MastodonWatcher"]

MASTODON = Platform(watcher=MastodonWatcher, publisher=MastodonPublisher)
