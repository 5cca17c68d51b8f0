"""Responses and rule packs that are changed while the bot runs: drafted, reviewed, live, and written back to files."""

from bot.texts.editing import rewritten
from bot.texts.folders import Folders
from bot.texts.sheet import Sheet, new_text, sheet_of, spelt
from bot.texts.texts import TextRefusal, Texts

__all__ = ["Folders", "Sheet", "TextRefusal", "Texts", "new_text", "rewritten", "sheet_of", "spelt"]
