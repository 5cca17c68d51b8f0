"""The Telegram desk: a staff chat and a safety chat, served by one bot."""

from bot.review.telegram.desk import DeskError, TelegramDesk

__all__ = ["DeskError", "TelegramDesk"]
