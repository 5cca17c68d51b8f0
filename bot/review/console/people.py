"""Who works here: reviewers with their roles, where they are signed in, by what, and the rescue for who is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from bot.model import Role
from bot.review.console.forms import EndAllForm, NewPasskeyForm, PasskeyForm, PersonForm, SessionForm, read_form
from bot.review.words import age_of, moment, name_of
from bot.web.frame import message_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.requests import Request

    from bot.model import Reviewer
    from bot.review.console.view import Route, View
    from bot.store import Passkey, Session
    from bot.web.passkeys import PasskeyDoor

SEE_OTHER = 303
NO_RIGHT = 403
NOT_FOUND = 404
CONFLICT = 409
UNREADABLE = 422
PAGE = "/people"

WAYS = {"link": "by a link", "passkey": "by passkey", "provider": "by the party’s sign-in"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session as the page shows it."""

    id: str
    device: str
    way: str
    made: str
    seen: str
    mine: bool
    """Whether it is the one in which the page is being read."""
    roles: str
    """The roles that it is limited to; empty when it has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A reviewer as the page shows them."""

    reviewer: Reviewer
    roles: str
    sessions: tuple[SessionRow, ...]
    """Where they are signed in, for those who may know."""
    passkeys: tuple[PasskeyRow, ...]
    """By what else they could be, likewise."""


TOLD = timedelta(days=30)
"""For so long all see who made a link for another, which they could use, and owners who removed their passkeys."""
NARROWED = (
    "This session has fewer roles than you have, and a passkey would have them all. "
    "Sign in with a one-time link from an admin to add one."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRow:
    """A passkey as its owner and admins see it."""

    id: str
    name: str
    added: str
    used: str
    """When it last signed them in; empty when it never did."""


@dataclass(frozen=True, kw_only=True)
class PeoplePages:
    """The page of people and its forms."""

    view: View
    link_for: Callable[[str, frozenset[Role] | None, frozenset[str]], str]
    forget_links: Callable[[str], None]
    """Makes the links for a person worthless that nobody has used yet."""
    now: Callable[[], datetime]
    """By the clock of sessions."""
    passkeys: PasskeyDoor

    def routes(self) -> list[Route]:
        """Where each is."""
        return [
            ("GET", PAGE, self.people),
            ("POST", "/people/end", self.end),
            ("POST", "/people/end-all", self.end_all),
            ("POST", "/people/link", self.link),
            ("POST", "/people/passkey/options", self.passkey_options),
            ("POST", "/people/passkey", self.add_passkey),
            ("POST", "/people/remove-passkey", self.remove_passkey),
        ]

    async def people(self, request: Request, me: Reviewer) -> Response:
        """Everybody with their roles; one's own sessions and passkeys; for an admin everybody's."""
        return await self.page(request, me)

    async def page(self, request: Request, me: Reviewer, *, alert: str = "", status: int = 200) -> Response:
        """The page; `alert` says why something was not done."""
        store = self.view.room.store.people
        living = await store.living(self.now())
        admin, everyone, now = Role.ADMIN in me.roles, self.view.room.reviewers, self.view.room.now()
        everybody = [
            PersonRow(
                reviewer=person,
                roles=_roles(person.roles),
                sessions=tuple(self._session(one, request) for one in living if one.reviewer == person.id and admin),
                passkeys=await self._passkeys(person) if admin else (),
            )
            for person in everyone.values()
        ]
        context = {
            "path": PAGE,
            "alert": alert,
            "everybody": everybody,
            "admin": admin,
            "my_sessions": [self._session(one, request) for one in living if one.reviewer == me.id],
            "links": [
                f"{name_of(link.by, everyone)} made one for {name_of(link.reviewer, everyone)}, {moment(link.at, now)}."
                for link in await store.links_made(now - TOLD)
            ],
            "my_passkeys": await self._passkeys(me),
            "removed": [
                f"{name_of(gone.by, everyone)} removed a passkey of yours, {moment(gone.at, now)}."
                for gone in await store.passkeys_removed(me.id, now - TOLD)
            ],
            "no_passkeys": self.passkeys.why_not(request)
            or (NARROWED if request.state.session.roles is not None else ""),
        }
        return await self.view.page(request, me, "people.html", context, status=status)

    async def end(self, request: Request, me: Reviewer) -> Response:
        """End one session: one's own, or as an admin anybody's."""
        form = read_form(SessionForm, await request.form())
        living = await self.view.room.store.people.living(self.now())
        found = next((one for one in living if not isinstance(form, str) and one.id == form.session), None)
        if found is None:
            return await self.page(request, me, alert="That session was over already.", status=NOT_FOUND)
        if found.reviewer != me.id and Role.ADMIN not in me.roles:
            return self._not_yours(request)
        await self.view.room.store.people.end(found.id, actor=me.id, at=self.now())
        return self._done(request, "That session is ended. Its next press leads to the sign-in page.")

    async def end_all(self, request: Request, me: Reviewer) -> Response:
        """Sign somebody out everywhere, and remove their passkeys where asked: oneself, or as an admin anybody."""
        form = read_form(EndAllForm, await request.form())
        if isinstance(form, str):
            return await self.page(request, me, alert=form, status=UNREADABLE)
        if form.reviewer != me.id and Role.ADMIN not in me.roles:
            return self._not_yours(request)
        people = self.view.room.store.people
        self.forget_links(form.reviewer)
        removed = await people.passkeys(form.reviewer) if form.passkeys else []
        for passkey in removed:  # before the sessions, lest one of them begin another
            await people.remove_passkey(passkey.id, of=form.reviewer, actor=me.id)
        ended = await people.end_all(form.reviewer, actor=me.id, at=self.now())
        if form.reviewer == me.id:
            return RedirectResponse("/sign-in", status_code=SEE_OTHER)
        gone = f" {_number(len(removed), 'passkey')} removed." if removed else ""
        return self._done(request, f"{_number(ended, 'session')} ended.{gone}")

    async def link(self, request: Request, me: Reviewer) -> Response:
        """A one-time link for somebody who cannot get in by themselves."""
        form = read_form(PersonForm, await request.form())
        if Role.ADMIN not in me.roles:
            return self._not_yours(request)
        person = None if isinstance(form, str) else self.view.room.reviewers.get(form.reviewer)
        if person is None:
            return await self.page(request, me, alert="There is no such reviewer.", status=NOT_FOUND)
        await self.view.room.store.people.link_made(person.id, actor=me.id)
        session, mine = request.state.session, person.id == me.id
        let_in_by = session.let_in_by if mine else session.let_in_by | {me.id}
        address = self.link_for(person.id, session.roles if mine else None, let_in_by)
        context = {"path": PAGE, "person": person, "address": address, "mine": mine}
        return await self.view.page(request, me, "link_for.html", context)

    async def passkey_options(self, request: Request, me: Reviewer) -> Response:
        """What a browser needs to make a passkey."""
        if self.passkeys.why_not(request) or request.state.session.roles is not None:
            return Response("{}", status_code=CONFLICT, media_type="application/json")
        return Response(await self.passkeys.to_add(request, me), media_type="application/json")

    async def add_passkey(self, request: Request, me: Reviewer) -> Response:
        """Keep the passkey that a browser made for who is signed in."""
        form = read_form(NewPasskeyForm, await request.form())
        if isinstance(form, str):
            return await self.page(request, me, alert=form, status=UNREADABLE)
        if request.state.session.roles is not None:
            return await self.page(request, me, alert=NARROWED, status=NO_RIGHT)
        let_in_by = request.state.session.let_in_by
        why_not = await self.passkeys.add(request, me, form.credential, form.name, let_in_by=let_in_by)
        if why_not:
            return await self.page(request, me, alert=why_not, status=CONFLICT)
        return self._done(request, "Added. From now on it signs you in here.")

    async def remove_passkey(self, request: Request, me: Reviewer) -> Response:
        """Forget a passkey: one's own, or as an admin anybody's."""
        form = read_form(PasskeyForm, await request.form())
        people = self.view.room.store.people
        found = None if isinstance(form, str) else await people.passkey(form.passkey)
        mine = found is not None and found.reviewer == me.id
        if (
            found is None
            or not (mine or Role.ADMIN in me.roles)
            or not await people.remove_passkey(found.id, of=found.reviewer, actor=me.id)
        ):
            return await self.page(request, me, alert="That passkey is not there any more.", status=NOT_FOUND)
        todo = "delete it on your device too" if mine else "where they are signed in already, end that session too"
        return self._done(request, f"Removed. That passkey signs nobody in any more; {todo}.")

    def _done(self, request: Request, words: str) -> Response:
        request.session["said"] = words
        return RedirectResponse(PAGE, status_code=SEE_OTHER)

    def _not_yours(self, request: Request) -> Response:
        return message_page(
            self.view.pages,
            request,
            title="That is for an admin",
            text="You can end your own sessions, and remove your own passkeys. An admin can do that for everybody.",
            status=NO_RIGHT,
            link=(PAGE, "To the people"),
        )

    def _session(self, session: Session, request: Request) -> SessionRow:
        now = self.now()
        return SessionRow(
            id=session.id,
            device=session.device,
            way=WAYS[session.way] + self._let_in(session.let_in_by),
            made=moment(session.made_at, now),
            seen=age_of(session.seen_at, now),
            mine=session.id == request.state.session.id,
            roles="" if session.roles is None else _roles(session.roles),
        )

    async def _passkeys(self, person: Reviewer) -> tuple[PasskeyRow, ...]:
        return tuple([self._passkey(one) for one in await self.view.room.store.people.passkeys(person.id)])

    def _passkey(self, passkey: Passkey) -> PasskeyRow:
        now = self.now()
        used = moment(passkey.used_at, now) if passkey.used_at else ""
        added = moment(passkey.added_at, now) + self._let_in(passkey.let_in_by)
        return PasskeyRow(id=passkey.id, name=passkey.name, added=added, used=used)

    def _let_in(self, by: frozenset[str]) -> str:
        """Through whose links, as it goes on after a way or a moment; empty where nobody had a hand in it."""
        names = sorted(name_of(person, self.view.room.reviewers) for person in by)
        return f", let in by {' and '.join(names)}" if names else ""


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _roles(roles: frozenset[Role]) -> str:
    return ", ".join(sorted(roles)) or "none"
