"""Direction and stance: how the words of a match are meant, who is spoken to, and what they are said of."""

from bot.rules.stance.aim import Aim, AimKind
from bot.rules.stance.clauses import clause_span, sentence, sentence_span
from bot.rules.stance.context import Context
from bot.rules.stance.stance import Manner, Stance
from bot.rules.stance.target import target

__all__ = ["Aim", "AimKind", "Context", "Manner", "Stance", "clause_span", "sentence", "sentence_span", "target"]
