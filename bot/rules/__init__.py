"""Judges mentions by explainable rules: `Rulebook.judge(mention, history)` gives the verdict."""

from bot.rules.compiled import RuleFacts
from bot.rules.rulebook import Explanation, Rulebook

__all__ = ["Explanation", "RuleFacts", "Rulebook"]
