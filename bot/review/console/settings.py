"""The page of settings: what runs, and how each account is. It changes nothing but the pause switch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from bot.model import Role
from bot.review.condition import wrongs
from bot.review.console.view import READS_SETTINGS
from bot.review.words import age_of, listed, moment, name_of
from bot.web.frame import message_page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Account, Reviewer
    from bot.review.console.view import Route, View
    from bot.review.installation import Facts, Installation, Token
    from bot.store import Pause
    from bot.web.vitals import Vitals

SEE_OTHER = 303
NO_RIGHT = 403
PAGE = "/settings"
MODES = {
    "watch": "reads and judges; nothing can be approved",
    "dry_run": "dry run: everything but the post",
    "live": "live: posts what was approved",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account as the page shows it."""

    account: Account
    facts: Facts
    wrong: tuple[str, ...]
    """What fails now, in words."""
    paused: str
    """Who paused it and why; empty when it is not paused."""


@dataclass(frozen=True, kw_only=True)
class SettingsPage:
    """The page, and asking the servers about the tokens."""

    view: View
    installation: Installation

    def routes(self) -> list[Route]:
        """Where each is."""
        return [
            ("GET", PAGE, self.settings),
            ("POST", "/settings/tokens", self.tokens),
        ]

    async def settings(self, request: Request, me: Reviewer) -> Response:
        """What runs with which configuration."""
        if not me.roles & READS_SETTINGS:
            return self._not_yours(request)
        room, here = self.view.room, self.installation
        vitals, paused = await room.vitals(), await room.store.paused()
        runs = (
            ("Version", here.version),
            ("Running since", moment(vitals.started_at, vitals.now)),
            ("Configuration", f"{here.digest[:16]}…, as in the audit"),
            ("Database", here.database),
        )
        context = {
            "runs": (*runs, *here.desks()),
            "wrongs_now": tuple(wrongs(vitals, room.accounts)),
            "rows": [self._account(account, vitals, paused.get(account.id)) for account in room.accounts.values()],
            "limits": here.limits(),
            "retention": here.retention(),
            "shifts": here.shifts(),
            "may_ask": Role.ADMIN in me.roles,
        }
        return await self.view.page(request, me, "settings.html", context)

    async def tokens(self, request: Request, me: Reviewer) -> Response:
        """Ask every account's server what its token may do."""
        if Role.ADMIN not in me.roles:
            return self._not_yours(request)
        await self.installation.ask_tokens()
        request.session["said"] = "Asked. What each server said stands beside its account."
        return RedirectResponse(PAGE, status_code=SEE_OTHER)

    def _account(self, account: Account, vitals: Vitals, pause: Pause | None) -> AccountRow:
        here, people = self.installation, self.view.room.reviewers
        read = vitals.polled.get(account.id)
        token = here.tokens.get(account.id)
        may = [*(name_of(one, people) for one in sorted(account.approvers)), *self._principal(account)]
        facts = (
            ("Mode", MODES[account.mode]),
            ("Last read", f"{age_of(read, vitals.now)}{'' if age_of(read, vitals.now) == 'just now' else ' ago'}")
            if read
            else ("Last read", "not yet"),
            ("Approvals for each reply", str(account.approvals)),
            ("Who may approve", listed(may) if may else "nobody"),
            ("Token", _token_words(token, vitals)),
            *here.own_limits(account.id),
        )
        failing = (words for what, words in vitals.troubles.items() if what.partition(":")[2] == account.id)
        wrong = (*dict.fromkeys(failing), *(token.wrong if token else ()))
        return AccountRow(account=account, facts=facts, wrong=wrong, paused=self._paused(pause, vitals))

    def _principal(self, account: Account) -> tuple[str, ...]:
        if account.principal is None:
            return ()
        name = name_of(account.principal, self.view.room.reviewers)
        return (f"{name} as principal{', who must' if account.principal_approves else ''}",)

    def _paused(self, pause: Pause | None, vitals: Vitals) -> str:
        if pause is None:
            return ""
        why = f": {pause.reason}" if pause.reason else ""
        return f"Paused by {name_of(pause.by, self.view.room.reviewers)}, {moment(pause.at, vitals.now)}{why}"

    def _not_yours(self, request: Request) -> Response:
        return message_page(
            self.view.pages,
            request,
            title="These settings are not yours to read",
            text="They are for admins, principals and auditors. When something is wrong, every page says so.",
            status=NO_RIGHT,
            link=("/", "To the queue"),
        )


def _token_words(token: Token | None, vitals: Vitals) -> str:
    if token is None:
        return "not checked since the start"
    if token.wrong and token.scopes is None:
        return f"asked {moment(token.at, vitals.now)}, without an answer"
    scopes = ", ".join(token.scopes) if token.scopes is not None else "the server does not tell what it may do"
    return f"asked {moment(token.at, vitals.now)}: {scopes}"
