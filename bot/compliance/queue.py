"""The referrals: those that wait, those that have an outcome, and the page of each, every reading of which is noted."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from bot.compliance.clock import kept_until, read_clock
from bot.compliance.keeping import remember_holds
from bot.compliance.view import number_in, works_here
from bot.compliance.words import EVENT_WORDS
from bot.privacy.memory import BadMemoryError
from bot.safety.wall import Passed
from bot.store.compliance import Outcome
from bot.store.compliance.records import Overtaken

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from bot.compliance.clock import Reading
    from bot.compliance.view import Place, View
    from bot.model import Reviewer
    from bot.store.compliance import Conduct, Referral

SEE_OTHER, CONFLICT, UNREADABLE = 303, 409, 422
UNSETTLED = (
    "The match with your list is not settled. Two people confirm it, or one removes it, before an outcome is noted: a"
    " procedure that has ended must not leave a suspicion behind."
)
LONGEST_REASON = 1_000


@dataclass(frozen=True, kw_only=True)
class QueuePages:
    """Every page about referrals."""

    view: View

    def routes(self) -> list[Place]:
        """Where each is."""
        return [
            ("GET", "/", self.waiting),
            ("GET", "/concluded", self.concluded),
            ("GET", "/referral/{number}", self.referral),
            ("GET", "/referral/{number}/exhibit/{place}", self.exhibit),
            ("POST", "/referral/{number}/acknowledge", self.acknowledge),
            ("POST", "/referral/{number}/conclude", self.conclude),
            ("POST", "/referral/{number}/hand-over", self.hand_over),
            ("POST", "/referral/{number}/hold", self.hold),
            ("POST", "/referral/{number}/lift", self.lift),
        ]

    async def waiting(self, request: Request, me: Reviewer) -> Response:
        """What has no outcome yet, the oldest first."""
        return await self._list(
            request, me, await self.view.office.store.waiting(), title="Referrals", order="Waiting, the oldest first"
        )

    async def concluded(self, request: Request, me: Reviewer) -> Response:
        """What has an outcome, the latest first."""
        return await self._list(
            request, me, await self.view.office.store.concluded(), title="Concluded", order="The latest first"
        )

    async def referral(self, request: Request, me: Reviewer) -> Response:
        """One referral, with all that came over the wall. That it was read is on record."""
        return await self._page(request, me)

    async def exhibit(self, request: Request, me: Reviewer) -> Response:
        """One exhibit as a file that no browser opens by itself: its words, and its pictures, are strangers'."""
        number, place = _number(request), number_in(request.path_params["place"])
        found = await self.view.office.store.read(number, actor=me.id) if number else None
        exhibits = Passed.model_validate_json(found.content).exhibits if found and found.content else ()
        if not 0 < place <= len(exhibits) or exhibits[place - 1].missing:
            return self.view.missing(request)
        name = f"no-{number}-exhibit-{place}-{exhibits[place - 1].kind}.bin"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(exhibits[place - 1].body, media_type="application/octet-stream", headers=headers)

    async def acknowledge(self, request: Request, me: Reviewer) -> Response:
        """Take it on."""
        return await self._change(
            request, me, self.view.office.store.acknowledge, said="Acknowledged. Its clock runs on."
        )

    async def conclude(self, request: Request, me: Reviewer) -> Response:
        """Note what became of it, once a match with the list is settled."""
        store, outcome = self.view.office.store, str((await request.form()).get("outcome", ""))
        if not works_here(me):
            return self.view.not_yours(request)
        if outcome not in set(Outcome):
            return await self._page(request, me, alert="Choose what became of it from the list.", status=UNREADABLE)
        if self._unsettled((await store.conduct()).get(_number(request))):
            return await self._page(request, me, alert=UNSETTLED, status=CONFLICT)
        return await self._change(request, me, partial(store.conclude, outcome=Outcome(outcome)), said="Concluded.")

    async def hand_over(self, request: Request, me: Reviewer) -> Response:
        """Ask that it be handed over to the body's own system, once."""
        office, number = self.view.office, _number(request)
        if not works_here(me):
            return self.view.not_yours(request)
        if office.settings.handover is None or not number or not await office.store.hand_over(number, actor=me.id):
            return await self._page(request, me, alert="It was handed over before, or cannot be.", status=CONFLICT)
        request.session["said"] = "It is handed over next. What becomes of that stands on this page."
        return RedirectResponse(f"/referral/{number}", status_code=SEE_OTHER)

    async def hold(self, request: Request, me: Reviewer) -> Response:
        """Keep it from every clock and every erasure, for a reason."""
        store, number = self.view.office.store, _number(request)
        if not works_here(me):
            return self.view.not_yours(request)
        reason = str((await request.form()).get("reason", "")).strip()
        if not 0 < len(reason) <= LONGEST_REASON:
            words = f"A legal hold needs a reason, of {LONGEST_REASON:,} characters at the most."
            return await self._page(request, me, alert=words, status=UNREADABLE)
        if not number or await store.hold(number, reason, actor=me.id) is None:
            return await self._page(request, me, alert="Nothing of it is there that could be kept.", status=CONFLICT)
        await self._remember_holds()
        return RedirectResponse(f"/referral/{number}#hold", status_code=SEE_OTHER)

    async def lift(self, request: Request, me: Reviewer) -> Response:
        """Let its clock go on."""
        store, number = self.view.office.store, _number(request)
        if not works_here(me):
            return self.view.not_yours(request)
        found = (await store.holds()).get(number)
        asked = str((await request.form()).get("hold", ""))
        if found is None or found.id != asked or not await store.lift(found.id, actor=me.id):
            return await self._page(request, me, alert="That hold does not stand any more.", status=CONFLICT)
        await self._remember_holds()
        request.session["said"] = "The hold is lifted. What it kept goes when its time is over."
        return RedirectResponse(f"/referral/{number}", status_code=SEE_OTHER)

    async def _remember_holds(self) -> None:
        """Note them apart from the database, for the day when that is restored from a backup."""
        office = self.view.office
        with suppress(BadMemoryError):  # the next look at the clocks says so, and lets nothing go before it is noted
            await remember_holds(office.store, office.memory)

    async def _list(self, request: Request, me: Reviewer, found: list[Referral], *, title: str, order: str) -> Response:
        matches = await self.view.office.store.conduct()
        rows = [(each, self._clock(each), matches.get(each.number)) for each in found]
        overdue = [each.number for each, reading, _ in rows if reading.overdue]
        return await self.view.page(
            request, me, "referrals.html", {"title": title, "order": order, "rows": rows, "overdue": overdue}
        )

    async def _page(self, request: Request, me: Reviewer, *, alert: str = "", status: int = 200) -> Response:
        number = _number(request)
        found = await self.view.office.store.read(number, actor=me.id) if number else None
        if found is None:
            return self.view.missing(request)
        match = (await self.view.office.store.conduct()).get(found.number)
        context = {
            "referral": found,
            "clock": self._clock(found),
            "passed": Passed.model_validate_json(found.content) if found.content else None,
            "steps": [
                (event.at, EVENT_WORDS.get(event.kind, event.kind), self.view.office.name_of(event.actor))
                for event in await self.view.office.store.trail(found.number)
            ],
            "match": match,
            "unsettled": self._unsettled(match),
            "handed": await self.view.office.store.handed_over(found.number),
            "kept_until": kept_until(found, self.view.office.settings.retention.terms),
            "hold": (await self.view.office.store.holds()).get(found.number),
            "longest_reason": LONGEST_REASON,
            "hands_over": self.view.office.settings.handover is not None,
            "me": me,
            "name_of": self.view.office.name_of,
            "outcomes": list(Outcome),
            "alert": alert,
        }
        return await self.view.page(request, me, "referral.html", context, status=status)

    async def _change(
        self, request: Request, me: Reviewer, change: Callable[..., Awaitable[Referral]], *, said: str
    ) -> Response:
        if not works_here(me):
            return self.view.not_yours(request)
        number, version = _number(request), number_in(str((await request.form()).get("version", "")))
        if not number or not version:
            return self.view.missing(request)
        try:
            await change(number, version=version, actor=me.id)
        except Overtaken:
            words = "Somebody else was first. Below it stands as it is now; nothing of yours was changed."
            return await self._page(request, me, alert=words, status=CONFLICT)
        except LookupError:
            return self.view.missing(request)
        request.session["said"] = said
        return RedirectResponse(f"/referral/{number}", status_code=SEE_OTHER)

    def _unsettled(self, match: Conduct | None) -> bool:
        """Whether its author was found on the list and nobody can say yet that it is them: that is settled first."""
        return self.view.office.settings.suspended.enabled and match is not None and match.confirmed_at is None

    def _clock(self, referral: Referral) -> Reading:
        office = self.view.office
        return read_clock(referral, office.settings.overdue_days, now=office.now())


def _number(request: Request) -> int:
    """The number in the address; 0 for one that cannot be anybody's."""
    return number_in(request.path_params["number"])
