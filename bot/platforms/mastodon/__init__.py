"""Mastodon, and every server that speaks its API: GoToSocial, Hollo, Pleroma and their kin."""

from bot.platforms import Platform
from bot.platforms.mastodon.publisher import MastodonPublisher
from bot.platforms.mastodon.reporter import MastodonReporter
from bot.platforms.mastodon.watcher import MastodonWatcher

__all__ = ["MASTODON", "MastodonPublisher", "MastodonReporter", "MastodonWatcher"]

MASTODON = Platform(watcher=MastodonWatcher, publisher=MastodonPublisher, reporter=MastodonReporter)
