"""The console: the same cases and the same verbs as every desk, as pages in a browser."""

from bot.review.console.desk import ConsoleDesk

__all__ = ["ConsoleDesk"]
