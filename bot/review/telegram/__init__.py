"""The Telegram desk: a staff chat and a safety chat, served by one bot."""

from bot.review.telegram.desk import DeskError, TelegramDesk
from bot.review.telegram.safe_desk import SafeDesk

__all__ = ["DeskError", "SafeDesk", "TelegramDesk"]
