"""What the store answers when it cannot, or will not, do what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model import Case
    from bot.store.answers import Revision


class StoreError(Exception):
    """The database could not do it; the transaction was rolled back whole.

    The message is for staff: what failed, where, and what to do. It never holds a row's content.
    """


class InUseError(StoreError):
    """Another bot is running on the database."""


class NoSuchCase(Exception):  # noqa: N818 - an answer to the caller, not a fault
    """There is no case of that id."""

    def __init__(self, case_id: str) -> None:
        super().__init__(f"There is no case {case_id}.")
        self.case_id = case_id


class Stale(Exception):  # noqa: N818 - an answer to the caller, not a fault
    """The case is no longer as the caller saw it, or cannot do this from where it stands; nothing was changed."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"Case {case.id} stands at {case.state}, version {case.version}.")
        self.case = case
        """The case as it now is."""


class Preceded(Exception):  # noqa: N818 - an answer to the caller, not a fault
    """Another reply came between the question whether this one may be posted and its intent; nothing was changed."""


class Overtaken(Exception):  # noqa: N818 - an answer to the caller, not a fault
    """Somebody else's revision came first, or this one no longer waits; nothing was changed."""

    def __init__(self, newest: Revision | None) -> None:
        super().__init__("A newer revision stands there.")
        self.newest = newest
        """The draft that waits, else what is live; `None` when there is neither."""
