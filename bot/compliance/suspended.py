"""The list of suspended members: what the law asks before it is switched on, a file with a dry run, and removal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse

from bot.compliance.handles import MOST, read
from bot.compliance.view import number_in, works_here

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.compliance.view import Place, View
    from bot.model import Reviewer
    from bot.store.compliance import RemovalReceipt

SEE_OTHER, UNREADABLE = 303, 422
UPLOADS = re.compile(r"/suspended/look")
"""Where a file may be uploaded."""
CONDITIONS = (
    "An assessment of what this does to people's privacy names this list, and the party's data protection lead agreed.",
    "The lawful basis is written down, also for what it says of people's political opinions.",
    "Members are told when they are suspended that what they post in public may be looked at.",
    "The list holds only handles that a member gave the party or has owned to: none that somebody guessed.",
    "It is taken down when a suspension ends, and somebody is charged with that.",
)
"""What must be so before the list is switched on; each is ticked by whoever does."""


@dataclass(frozen=True, kw_only=True)
class SuspendedPages:
    """The list, where the configuration allows one; else none of these pages is there."""

    view: View

    def routes(self) -> list[Place]:
        """Where each is."""
        if not self.view.office.settings.suspended.enabled:
            return []
        return [
            ("GET", "/suspended", self.list),
            ("POST", "/suspended/switch", self.switch),
            ("POST", "/suspended/look", self.look),
            ("POST", "/suspended/add", self.add),
            ("POST", "/suspended/remove", self.remove),
            ("POST", "/referral/{number}/confirm", self.confirm),
            ("POST", "/referral/{number}/unmatch", self.unmatch),
        ]

    async def list(self, request: Request, me: Reviewer) -> Response:
        """The list, and whether it is on."""
        return await self._page(request, me)

    async def switch(self, request: Request, me: Reviewer) -> Response:
        """Switch it on, with every condition ticked, or off, which needs none."""
        if not works_here(me):
            return self.view.not_yours(request)
        form = await request.form()
        on = form.get("on") == "true"
        if on and any(form.get(f"condition{number}") != "true" for number in range(len(CONDITIONS))):
            words = "Every condition must be so, and ticked, before it is switched on."
            return await self._page(request, me, alert=words, status=UNREADABLE)
        await self.view.office.store.switch_list(on=on, actor=me.id)
        request.session["said"] = "Switched on. That you did is on record." if on else "Switched off."
        return RedirectResponse("/suspended", status_code=SEE_OTHER)

    async def look(self, request: Request, me: Reviewer) -> Response:
        """What a file, or what was typed, would add: nothing is kept yet."""
        if not works_here(me):
            return self.view.not_yours(request)
        async with request.form() as form:
            typed, file = str(form.get("handles", "")), form.get("file")
            if isinstance(file, UploadFile) and file.filename:
                typed = (await file.read()).decode("utf-8-sig", "replace")
        found = read(typed)
        known = {entry.handle for entry in await self.view.office.store.suspended()}
        fresh = [handle for handle in found.handles if handle not in known]
        dry_run = {"fresh": fresh, "known": len(found.handles) - len(fresh), "wrong": found.wrong}
        alert = f"There are more than {MOST:,} in it: only the first of them are shown." if found.too_many else ""
        return await self._page(request, me, dry_run=dry_run, alert=alert)

    async def add(self, request: Request, me: Reviewer) -> Response:
        """Put on the list what the dry run showed."""
        if not works_here(me):
            return self.view.not_yours(request)
        found = read(str((await request.form()).get("handles", "")))
        if found.wrong:
            return await self._page(request, me, alert="Not every line is a handle. Look first.", status=UNREADABLE)
        added = await self.view.office.store.suspend(found.handles, actor=me.id)
        request.session["said"] = f"Put on the list: {added}."
        return RedirectResponse("/suspended", status_code=SEE_OTHER)

    async def remove(self, request: Request, me: Reviewer) -> Response:
        """Take a handle off the list; with a receipt."""
        if not works_here(me):
            return self.view.not_yours(request)
        entry = str((await request.form()).get("entry", ""))[:40]
        receipt = await self.view.office.store.remove_entry(entry, actor=me.id)
        if receipt is None:
            return await self._page(request, me, alert="It is not on the list any more.", status=UNREADABLE)
        return await self._receipt(request, me, receipt, of="Entry", back="/suspended")

    async def confirm(self, request: Request, me: Reviewer) -> Response:
        """Say that one has compared the author with the member, and that it is the same person."""
        if not works_here(me):
            return self.view.not_yours(request)
        number = _number(request)
        match = await self.view.office.store.confirm(number, actor=me.id) if number else None
        if match is None:
            return self.view.missing(request)
        request.session["said"] = (
            "Confirmed by two." if match.confirmed_at else "Noted. A different person must be the second."
        )
        return RedirectResponse(f"/referral/{number}", status_code=SEE_OTHER)

    async def unmatch(self, request: Request, me: Reviewer) -> Response:
        """Remove a wrong match; with a receipt."""
        if not works_here(me):
            return self.view.not_yours(request)
        number = _number(request)
        receipt = await self.view.office.store.remove_match(number, actor=me.id) if number else None
        if receipt is None:
            return self.view.missing(request)
        return await self._receipt(request, me, receipt, of="Match", back=f"/referral/{number}")

    async def _page(
        self,
        request: Request,
        me: Reviewer,
        *,
        alert: str = "",
        dry_run: dict[str, object] | None = None,
        status: int = 200,
    ) -> Response:
        store = self.view.office.store
        context = {
            "entries": await store.suspended(),
            "switch": await store.list_switched(),
            "conditions": CONDITIONS,
            "dry_run": dry_run,
            "alert": alert,
            "name_of": self.view.office.name_of,
        }
        return await self.view.page(request, me, "suspended.html", context, status=status)

    async def _receipt(
        self, request: Request, me: Reviewer, receipt: RemovalReceipt, *, of: str, back: str
    ) -> Response:
        context = {"receipt": receipt, "of": of, "back": back, "name_of": self.view.office.name_of}
        return await self.view.page(request, me, "receipt.html", context)


def _number(request: Request) -> int:
    return number_in(request.path_params["number"])
