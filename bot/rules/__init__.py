"""Judges mentions by explainable rules: `Rulebook.judge(mention, history)` gives the verdict."""

from bot.rules.rulebook import Explanation, Rulebook, RuleFacts

__all__ = ["Explanation", "RuleFacts", "Rulebook"]
