"""The way on from a case that was decided: the next one of the queue, as its reader had narrowed it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from bot.model import Verb
from bot.review.console.queue import CAME_FROM, wanted_by, without_spared

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot.model import Case, Reviewer
    from bot.review.console.view import View

_DECIDED = "decided"
"""The id of the case that this reader has decided last, in what their browser keeps."""
_STAYS = frozenset({Verb.REWORD, Verb.EDIT, Verb.UNDO, Verb.ACKNOWLEDGE, Verb.RELEASE})
"""After these a reviewer is not done with the case, or it is no case of the queue."""


def note_decided(request: Request, verb: Verb, case: Case) -> None:
    """From now on the page of this case offers the way on, where the reader is done with it."""
    if verb in _STAYS:
        request.session.pop(_DECIDED, None)
    else:
        request.session[_DECIDED] = case.id


async def next_case(view: View, request: Request, me: Reviewer, case: Case) -> str:
    """The id of the case to go on with; empty where there is none, or where this one was not decided just now."""
    if request.session.get(_DECIDED) != case.id or case.on_safety_desk:
        return ""
    query = urlsplit(str(request.session.get(CAME_FROM, "/"))).query
    wanted = without_spared(wanted_by(dict(parse_qsl(query))), request.state.choices.spared)
    others = view.live.openings(safety=False, but=me.id)
    found = await view.room.store.next_in_queue(wanted, view.reader(me), after=case, avoid=frozenset(others))
    there = await view.case(found, me)
    return there.id if there is not None else ""
