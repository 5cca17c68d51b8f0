"""Undoes disguises: look-alike letters, invisible characters, digits, emoji, spaced, joined or misspelt words.

A text becomes one or more readings, each of which knows the way back to the characters of the original. What is not
said in words is blanked: addresses of pages and people, and flags.
"""

from bot.rules.disguise.folding import fold
from bot.rules.disguise.letters import MOST_SPACED, MOST_TRIED
from bot.rules.disguise.reading import Reading
from bot.rules.disguise.shape import Signs
from bot.rules.disguise.undoing import Disguises

__all__ = ["MOST_SPACED", "MOST_TRIED", "Disguises", "Reading", "Signs", "fold"]
