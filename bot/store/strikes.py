"""What counts as a strike: abuse that a person has ruled to be abuse, as far as that stands.

What rules found and nobody ruled on is none; nor is what was refused, what expired, or what was closed because another
post of its pile-on was answered. An approval is a ruling, whether or not the reply could be posted. A strike is closed
when a person accepts an apology for its post, and was never one where the reply was our mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, not_, or_, select

from bot.model import Reason, Ruling, State
from bot.store.tables import cases, mention_versions, mentions, rejoinders

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

NOT_ABUSE = [reason.value for reason in Reason if not reason.abusive]
_APPROVED = [
    state.value
    for state in (
        State.APPROVED,
        State.PUBLISHING,
        State.PUBLISHED,
        State.RETRACTING,
        State.RETRACTED,
        State.FAILED,
        State.UNCONFIRMED,
    )
]
"""States that only an approval leads to."""
_RULED = ["dismissed", "referred", "corrected", "dry_run"]
"""Outcomes of a ruling by a person; whether it says *abuse*, the reason tells."""
_another = cases.alias("another")
_apologised = cases.alias("apologised")
cleared: ColumnElement[bool] = (
    select(_another.c.id)
    .where(
        _another.c.mention_id == mentions.c.id,
        or_(
            # Only a closed case has an outcome. Asked by its state, SQLite would go through all that are closed.
            and_(_another.c.outcome.is_not(None), _another.c.reason.in_(NOT_ABUSE)),
            _another.c.mistaken,
        ),
    )
    .exists()
)
"""Whether a person has ruled that a mention is not abuse, or our reply to it a mistake; asked beside mentions."""
_forgiven: ColumnElement[bool] = (
    select(rejoinders.c.id)
    .join(_apologised, _apologised.c.id == rejoinders.c.case_id)
    .where(_apologised.c.mention_id == mentions.c.id, rejoinders.c.ruling == Ruling.ACCEPTED.value)
    .exists()
)
is_strike: ColumnElement[bool] = and_(
    or_(cases.c.state.in_(_APPROVED), cases.c.outcome.in_(_RULED)),
    not_(cases.c.correction),
    # A concern for its author is no abuse; what a person reported, and then answered, is, though no rule held.
    or_(mention_versions.c.abusive, mention_versions.c.policy.is_(None)),
    not_(cleared),
    not_(_forgiven),
)
"""Whether a case makes its mention a strike, however old; asked beside mentions and the version that the case is on."""
