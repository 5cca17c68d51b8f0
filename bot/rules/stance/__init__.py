"""Direction and stance: how the words of a match are meant, who is spoken to, and what they are said of."""

from bot.rules.stance.clauses import sentence
from bot.rules.stance.context import Context
from bot.rules.stance.stance import Aim, AimKind, Manner, Stance
from bot.rules.stance.target import target

__all__ = ["Aim", "AimKind", "Context", "Manner", "Stance", "sentence", "target"]
