"""The compliance team's own process, behind the wall: it takes what was sealed for it, and nobody else opens that."""
