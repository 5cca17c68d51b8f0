"""How a reader wants to read: posts hidden or shown, colours or grey, and what they are spared for a while.

Nobody is asked why. What one does not read today stays in front of the others, and if that leaves nobody who may
approve, the queue says so; who it was is said to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from bot.model import Role, State
from bot.review.console.forms import ChoicesForm, PolicyForm, ReadingForm, read_form
from bot.review.words import listed, moment, policy_words
from bot.store import Group, Reader, Wanted
from bot.web.frame import message_page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Reviewer
    from bot.review.console.view import Route, View
    from bot.review.room import Room

SEE_OTHER = 303
UNREADABLE = 422
PAGE = "/reading"
SPARED_FOR = timedelta(hours=12)
"""It ends by itself: what one could not bear in the evening may be waiting for nobody the next morning."""
MOST_LOOKED_AT = 200


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The page of reading choices, and its forms."""

    view: View

    def routes(self) -> list[Route]:
        """Where each is."""
        return [
            ("GET", PAGE, self.choices),
            ("POST", PAGE, self.switch),
            ("POST", "/reading/choose", self.choose),
            ("POST", "/reading/spare", self.spare),
            ("POST", "/reading/read-again", self.read_again),
        ]

    async def choices(self, request: Request, me: Reviewer) -> Response:
        """What this reader chose."""
        now, chosen = self.view.room.now(), request.state.choices
        context = {
            "path": PAGE,
            "chosen": chosen,
            "spared": [(policy, moment(until, now)) for policy, until in chosen.spared.items()],
            "may_spare": bool(me.roles - {Role.AUDITOR}),
        }
        return await self.view.page(request, me, "reading.html", context)

    async def switch(self, request: Request, me: Reviewer) -> Response:
        """Show strangers' words at once, or hide them, and stay on the page."""
        form = read_form(ReadingForm, await request.form())
        if isinstance(form, str):
            return RedirectResponse("/", status_code=SEE_OTHER)
        await self.view.room.store.people.choose(me.id, shown=form.show, grey=request.state.choices.grey)
        return RedirectResponse(form.back, status_code=SEE_OTHER)

    async def choose(self, request: Request, me: Reviewer) -> Response:
        """Keep both choices."""
        form = read_form(ChoicesForm, await request.form())
        if isinstance(form, str):
            return self._not_done(request, form)
        await self.view.room.store.people.choose(me.id, shown=form.shown, grey=form.grey)
        request.session["said"] = "Kept, on every device of yours."
        return RedirectResponse(PAGE, status_code=SEE_OTHER)

    async def spare(self, request: Request, me: Reviewer) -> Response:
        """Put no case of a policy in front of this reader for a while."""
        form = read_form(PolicyForm, await request.form())
        if isinstance(form, str) or form.policy not in self.view.room.policies.clauses:
            return self._not_done(request, form if isinstance(form, str) else f"There is no policy {form.policy!r}.")
        until = self.view.room.now() + SPARED_FOR
        await self.view.room.store.people.spare(me.id, form.policy, until=until)
        request.session["said"] = f"{policy_words(form.policy)} is not in front of you for 12 hours. Others have it."
        return RedirectResponse("/", status_code=SEE_OTHER)

    async def read_again(self, request: Request, me: Reviewer) -> Response:
        """Take that back."""
        form = read_form(PolicyForm, await request.form())
        if isinstance(form, str):
            return self._not_done(request, form)
        await self.view.room.store.people.spare(me.id, form.policy, until=None)
        request.session["said"] = f"{policy_words(form.policy)} is in front of you again."
        return RedirectResponse("/", status_code=SEE_OTHER)

    def _not_done(self, request: Request, words: str) -> Response:
        return message_page(
            self.view.pages, request, title="Not done", text=words, status=UNREADABLE, link=(PAGE, "Back")
        )


async def set_aside(room: Room, wanted: Wanted, reader: Reader) -> int:
    """How many open cases are left out of a list because its reader is spared their policies."""
    sizes = []
    for policy in wanted.without:
        found = await room.store.queue(Wanted(view=wanted.view, account=wanted.account, policy=policy), reader, limit=0)
        sizes.append(found.sizes.get(Group.OPEN, 0))
    return sum(sizes)


async def read_by_nobody(room: Room, me: Reviewer) -> tuple[str, ...]:
    """For admins, each policy of which cases wait that nobody who may approve them reads now, in a sentence.

    Where nobody is an admin everybody is told.
    """
    admins = any(Role.ADMIN in person.roles for person in room.reviewers.values())
    if admins and Role.ADMIN not in me.roles:
        return ()
    told = []
    for policy, spared in (await room.store.people.all_spared()).items():
        found = await room.store.queue(Wanted(policy=policy), Reader(id=me.id), limit=MOST_LOOKED_AT)
        number = 0
        for case in found.cases:
            account = room.account_of(case)
            able = {*account.approvers, *({account.principal} if account.principal else ())} & room.reviewers.keys()
            number += case.state is State.OPEN and able <= spared
        if number:
            told.append(_nobody(policy, number))
    return tuple(told)


def _nobody(policy: str, number: int) -> str:
    waits = "1 case waits" if number == 1 else f"{number} cases wait"
    return f"{policy_words(policy)}: {waits}, and everybody who may approve is spared it now. Ask somebody to read it."


def aside_words(number: int, policies: list[str]) -> str:
    """The line that says what is not in front of a reader; empty when nothing is."""
    what = listed([policy_words(policy).lower() for policy in policies])
    return f"{number} {'case is' if number == 1 else 'cases are'} not in front of you: {what}." if number else ""
