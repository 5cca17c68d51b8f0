"""Which posts were shown to whom: nobody approves a reply to words that they have not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model import Case

MOST = 20_000
"""So many are remembered; whose was forgotten is shown the post once more."""


class Shown:
    """Remembered while the console runs, and nowhere else: a new start asks anew."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], int] = {}

    def note(self, reviewer: str, case: Case) -> None:
        """The post, as it stands at this case, is before this person's eyes."""
        key = (reviewer, case.id)
        self._versions.pop(key, None)
        self._versions[key] = case.mention_version
        if len(self._versions) > MOST:
            del self._versions[next(iter(self._versions))]

    def to(self, reviewer: str, case: Case) -> bool:
        """Whether this person has seen the post as it stands at this case."""
        return self._versions.get((reviewer, case.id)) == case.mention_version
