"""Holds after a restored backup: what was placed in the time that it lost is placed again, before any clock looks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from bot.store.audit import Entry, append
from bot.store.compliance.erasing import box_mark
from bot.store.compliance.holds import standing
from bot.store.compliance.tables import STREAM, holds, referrals
from bot.store.encoding import sha256
from bot.store.erasing import RememberedHold
from bot.store.tables import reviewers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import Connection

    from bot.store.engine import Transaction

PLACED_AGAIN = (
    "Placed again by the program: a backup was restored from before this hold, and its reason is lost. It was placed on"
    " {at:%d %B %Y}; see who placed it then, and lift it here if it is not needed any more."
)


def holds_again(
    tx: Transaction, remembered: Collection[RememberedHold], *, digest: Callable[[str], str]
) -> list[RememberedHold]:
    """Places again each hold that is remembered and unknown here; what is to be remembered anew, the first first.

    One whose referral has not come again is left for later. One that was lifted, and stands in the backup, stays: too
    much is kept then, and a person sees it.
    """
    known = {each.box: each for each in remembered}
    stand = standing(tx.connection)
    ours = {number: digest(box_mark(box)) for number, box in _boxes(tx.connection) if number in stand}
    news = [
        RememberedHold(id=hold.id, box=ours[number], at=hold.placed_at, actor=hold.placed_by)
        for number, hold in stand.items()
        if ours[number] not in known or known[ours[number]].id != hold.id
    ]
    missing = {each.box: each for each in remembered if not each.lifted and each.box not in ours.values()}
    ended = set(tx.connection.execute(select(holds.c.id)).scalars())
    lost = {box: each for box, each in missing.items() if each.id not in ended}
    for number, box in _boxes(tx.connection) if lost else ():
        if hold := lost.get(digest(box_mark(box))):
            _place(tx, number, hold)
    return [*news, *(replace(each, lifted=True) for each in missing.values() if each.id in ended)]


def _place(tx: Transaction, number: int, hold: RememberedHold) -> None:
    reason = PLACED_AGAIN.format(at=hold.at)
    row = {
        "id": hold.id,
        "referral": number,
        "reason": reason,
        "reason_sha256": sha256(reason),
        "placed_by": _somebody(tx.connection, hold.actor),
        "placed_at": tx.now,
    }
    tx.connection.execute(insert(holds).values(row))
    detail = {"hold": hold.id, "reason_sha256": row["reason_sha256"]}
    append(tx, [Entry(stream=STREAM, kind="hold.placed_again", actor="bot", case_id=str(number), detail=detail)])


def _somebody(connection: Connection, actor: str) -> str:
    """In whose name it stands: whoever placed it; where they work here no more, one of the team."""
    team = select(reviewers.c.id).where(reviewers.c.active, reviewers.c.roles == '["compliance"]')
    found = list(connection.execute(team.order_by(reviewers.c.id)).scalars())
    return actor if actor in found else str(found[0])


def _boxes(connection: Connection) -> list[tuple[int, str]]:
    """The box of every referral of which something is kept."""
    kept = select(referrals.c.number, referrals.c.box_id).where(referrals.c.content.is_not(None))
    return [(row.number, row.box_id) for row in connection.execute(kept.order_by(referrals.c.number))]
