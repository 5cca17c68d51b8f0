"""The party's sign-in at the door of the console: off to the provider, and back with a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.routing import Route

from bot import log
from bot.web.door import Offer
from bot.web.provider import NotSignedInError, Provider, fresh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.config import Config
    from bot.web.door import Door
    from bot.web.once import Once

SEE_OTHER = 303
BACK = "/provider/return"
TITLE = "The party’s sign-in did not let you in"
AGAIN = "Start again from the sign-in page."


@dataclass(frozen=True, kw_only=True)
class PartyAccounts:
    """The party's provider, and whom it knows."""

    provider: Provider
    people: Mapping[str, str]
    """What it calls each reviewer, and their id."""


def party_accounts(settings: Config, environment: Mapping[str, str]) -> PartyAccounts | None:
    """As the configuration has it; `None` when it names no provider, or the secret of that is not set."""
    oidc = settings.desks.console.oidc
    secret = environment.get(oidc.client_secret_env, "").strip() if oidc else ""
    if oidc is None or not secret:
        return None
    log.register_secret(secret)
    provider = Provider(
        issuer=str(oidc.issuer),
        client_id=oidc.client_id,
        secret=secret,
        name_claim=oidc.name_claim,
        roles_claim=oidc.roles_claim,
        roles=oidc.roles,
    )
    return PartyAccounts(
        provider=provider, people={person.oidc: person.id for person in settings.reviewers if person.oidc}
    )


@dataclass(frozen=True, kw_only=True)
class ProviderDoor:
    """Signing in by the provider."""

    door: Door
    accounts: PartyAccounts
    address: Callable[[], str]
    """Where the console is reached."""
    party: str
    states: Once

    def routes(self) -> list[Route]:
        """Off, and back. Both are links, not forms: a form may lead nowhere but to ourselves."""
        return [
            Route("/provider", self._leave, methods=["GET"]),
            Route(BACK, self._return, methods=["GET"]),
        ]

    def offer(self) -> Offer:
        """What the sign-in page says of it."""
        return Offer("provider", f"Sign in with {self.party or 'the party’s account'}")

    async def _leave(self, request: Request) -> Response:
        verifier, nonce = fresh(), fresh()
        state = self.states.make(request, verifier=verifier, nonce=nonce)
        try:
            address = await self.accounts.provider.address(
                return_to=self._return_to(), state=state, verifier=verifier, nonce=nonce
            )
        except NotSignedInError as error:
            return await self._refused(request, error.why, str(error))
        return RedirectResponse(address, status_code=SEE_OTHER)

    async def _return(self, request: Request) -> Response:
        asked = self.states.take(request)
        if asked is None or request.query_params.get("state") != asked["token"]:
            words = f"This way in was used already, is too old, or began in another browser. {AGAIN}"
            return await self._refused(request, "state", words)
        code = request.query_params.get("code", "")
        if not code:
            return await self._refused(request, "no code", f"It was called off there, or you may not come in. {AGAIN}")
        try:
            allowed = await self.accounts.provider.allowed(
                code,
                return_to=self._return_to(),
                verifier=asked["verifier"],
                nonce=asked["nonce"],
                now=self.door.clock(),
            )
        except NotSignedInError as error:
            return await self._refused(request, error.why, str(error))
        reviewer = self.door.reviewers.get(self.accounts.people.get(allowed.name, ""))
        if reviewer is None:
            words = (
                "It knows you, and the configuration does not: no reviewer has that name under “oidc”. Ask an admin."
            )
            return await self._refused(request, "unknown person", words)
        if allowed.roles is not None and not allowed.roles & reviewer.roles:
            words = "It gives you none of the roles that you have here, and the stricter of the two wins. Ask an admin."
            return await self._refused(request, "no role", words, reviewer.id)
        return await self.door.admit(request, reviewer, "provider", roles=allowed.roles)

    async def _refused(self, request: Request, why: str, text: str, reviewer: str | None = None) -> Response:
        return await self.door.refuse(request, "provider", why, title=TITLE, text=text, reviewer=reviewer)

    def _return_to(self) -> str:
        return f"{self.address()}{BACK}"
