"""Judges mentions by explainable rules: `Rulebook.judge(mention, history)` gives the verdict."""

from bot.rules.rulebook import Rulebook, RuleFacts

__all__ = ["RuleFacts", "Rulebook"]
