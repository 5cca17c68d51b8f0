"""What an author's edit changed in a case that people have looked at: the reading they know, and the one now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select

from bot.model import State, VerdictKind
from bot.store.encoding import mention_from, verdict_from
from bot.store.loading import chunks, was_sealed
from bot.store.records import Edit
from bot.store.tables import cases, decisions, drafts, mention_versions, mentions

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

_BACK_IN_REVIEW = (State.OPEN.value, State.APPROVED.value, State.ESCALATED.value)
_last_approved = (
    select(func.max(drafts.c.mention_version))
    .join(decisions, decisions.c.draft_id == drafts.c.id)
    .where(drafts.c.case_id == cases.c.id, drafts.c.mention_version < cases.c.mention_version)
    .correlate(cases)
    .scalar_subquery()
)
"""The version that somebody last approved to answer, if the mention was edited since."""
_asked = cases.c.asked_at.is_not(None)
_before = case((_asked, cases.c.mention_version), else_=func.coalesce(_last_approved, cases.c.mention_version - 1))
_after = case((_asked, mentions.c.version), else_=cases.c.mention_version)
_another = case((_asked, _after), else_=_before)
"""The one of both that is not the case's own, and may have been passed over the wall with another."""


def of_cases(connection: Connection, case_ids: Collection[str]) -> dict[str, Edit]:
    """The edit that is news to reviewers, for each case that has one whose evidence is still kept.

    After a reply: from what was answered to the newest. In review: from what was approved, or stood before, to now.
    None where one of both was sealed for the compliance team, but for those that only the safety desk is shown.
    """
    known, now = mention_versions.alias("known"), mention_versions.alias("now")
    found: dict[str, Edit] = {}
    for part in chunks(case_ids):
        query = (
            select(cases.c.id, known.c.evidence.label("before"), now.c.evidence.label("after"), now.c.judgement)
            .join(mentions, mentions.c.id == cases.c.mention_id)
            .join(known, and_(known.c.mention_id == cases.c.mention_id, known.c.version == _before))
            .join(now, and_(now.c.mention_id == cases.c.mention_id, now.c.version == _after))
            .where(
                cases.c.id.in_(part),
                or_(_asked, cases.c.state.in_(_BACK_IN_REVIEW)),
                known.c.evidence.is_not(None),
                now.c.evidence.is_not(None),
                or_(now.c.kind == VerdictKind.ESCALATE.value, ~was_sealed(cases.c.mention_id, _another)),
            )
        )
        for row in connection.execute(query):
            before, after = mention_from(row.before), mention_from(row.after)
            found[row.id] = Edit(before=before, after=after, verdict=verdict_from(row.judgement))
    return found
