"""Passkeys: adding one while signed in, and signing in with one without typing a name.

The library checks what an authenticator says; here stands what we ask for, and whose passkey it may be.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.routing import Route
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.store import Passkey
from bot.web.door import Offer

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from bot.model import Reviewer
    from bot.store import People
    from bot.web.door import Door
    from bot.web.once import Once

MILLISECONDS = 5 * 60 * 1000
"""For so long a browser may ask its owner; a challenge is good no longer."""
NAME_CHARACTERS = 60
NOT_TAKEN = "The passkey was not taken"
AGAIN = "Try again, or ask for a link."
MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError)
"""What the library raises for what no browser would send."""


@dataclass(frozen=True, slots=True)
class Relying:
    """To whom passkeys belong: the name in the address of the console, and the whole of its origin."""

    name: str
    origin: str


class Expected(TypedDict):
    """What a browser's answer is held against."""

    expected_challenge: bytes
    expected_rp_id: str
    expected_origin: str
    require_user_verification: bool


def relying_party(address: str) -> Relying | str:
    """For a console that is reached there; a sentence when passkeys cannot belong to such an address."""
    parts = urlsplit(address)
    name = parts.hostname or ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        if parts.scheme == "https" or name == "localhost":
            return Relying(name, f"{parts.scheme}://{parts.netloc}")
        return "Passkeys need https: set server.public_url to an address that begins with it."
    return f"Passkeys need a name, and {name} is none: set server.public_url to an address with one."


@dataclass(frozen=True, kw_only=True)
class PasskeyDoor:
    """Passkeys at the door of the console."""

    door: Door
    people: People
    address: Callable[[], str]
    """Where the console is reached."""
    party: str
    challenges: Once

    def routes(self) -> list[Route]:
        """Signing in, which anybody may try."""
        return [
            Route("/passkey/options", self._asked, methods=["POST"]),
            Route("/passkey", self._enter, methods=["POST"]),
        ]

    def offer(self, request: Request) -> Offer:
        """What the sign-in page says of passkeys."""
        why_not = self.why_not(request)
        return Offer("passkey", why_not or "Sign in with a passkey", usable=not why_not)

    def why_not(self, request: Request) -> str:
        """Why no passkey can be used where this page is read; empty when one can."""
        relying = relying_party(self.address())
        if isinstance(relying, str):
            return relying
        if request.url.netloc != urlsplit(relying.origin).netloc:
            return f"Passkeys work at {relying.origin} only. Open the console there."
        return ""

    # ── adding one ───────────────────────────────────────────────────────────────────────────────────────────────

    async def to_add(self, request: Request, me: Reviewer) -> str:
        """What a browser needs to make a passkey for this reviewer, as JSON."""
        relying = self._relying()
        challenge = self.challenges.make(request, reviewer=me.id)
        options = generate_registration_options(
            rp_id=relying.name,
            rp_name=f"Not in our name: {self.party}" if self.party else "Not in our name",
            user_id=handle_of(me.id),
            user_name=me.id,
            user_display_name=me.name,
            challenge=challenge.encode(),
            timeout=MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.id))
                for passkey in await self.people.passkeys(me.id)
            ],
        )
        return options_to_json(options)

    async def add(
        self, request: Request, me: Reviewer, credential: str, name: str, *, let_in_by: frozenset[str] = frozenset()
    ) -> str:
        """Keep the passkey that a browser made; a sentence when that cannot be, and empty when it was done."""
        asked = self.challenges.take(request)
        if asked is None or asked.get("reviewer") != me.id:
            return f"That took too long, or was sent twice. {AGAIN}"
        try:
            made = verify_registration_response(credential=credential, **self._expected(asked["token"]))
        except MALFORMED as error:
            return f"{NOT_TAKEN} ({error}). Open the console at {self._relying().origin}, and try again."
        passkey = Passkey(
            id=bytes_to_base64url(made.credential_id),
            reviewer=me.id,
            public_key=bytes_to_base64url(made.credential_public_key),
            sign_count=made.sign_count,
            name=" ".join(name.split())[:NAME_CHARACTERS] or "Passkey",
            added_at=self.door.now(),
            let_in_by=let_in_by,
        )
        return "" if await self.people.add_passkey(passkey) else "This passkey is known here already."

    # ── signing in ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _asked(self, request: Request) -> Response:
        """What a browser needs to let its owner choose a passkey, as JSON."""
        if self.why_not(request):
            return Response("{}", status_code=409, media_type="application/json")
        options = generate_authentication_options(
            rp_id=self._relying().name,
            challenge=self.challenges.make(request).encode(),
            timeout=MILLISECONDS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return Response(options_to_json(options), media_type="application/json")

    async def _enter(self, request: Request) -> Response:
        """Sign in whose passkey it is, or say why not."""
        asked = self.challenges.take(request)
        if asked is None or "reviewer" in asked:
            return await self._refused(request, "stale", f"That took too long, or was sent twice. {AGAIN}")
        credential = str((await request.form()).get("credential", ""))
        try:
            said = parse_authentication_credential_json(credential)
            passkey = await self.people.passkey(said.id)
            if passkey is None:
                words = (
                    "It is not known here, or was removed. If it is yours, delete it on your device and add another."
                )
                return await self._refused(request, "unknown", f"{words} {AGAIN}")
            if said.response.user_handle != handle_of(passkey.reviewer):
                return await self._refused(request, "other", f"It says that it is another person’s. {AGAIN}")
            proved = verify_authentication_response(
                credential=said,
                credential_public_key=base64url_to_bytes(passkey.public_key),
                credential_current_sign_count=0,  # the counter is looked at below, in words of its own
                **self._expected(asked["token"]),
            )
        except MALFORMED:
            words = f"It could not be verified. Is the console open at {self._relying().origin}? {AGAIN}"
            return await self._refused(request, "not verified", words)
        return await self._proved(request, passkey, proved.new_sign_count)

    async def _proved(self, request: Request, passkey: Passkey, count: int) -> Response:
        """Let its owner in, unless there is a second device that counts."""
        counts = count > 0 or passkey.sign_count > 0
        copied = counts and count <= passkey.sign_count
        if copied or not await self.people.use_passkey(passkey, sign_count=count, at=self.door.now()):
            words = (
                "Its counter went backwards: there may be a copy of it. Remove it on the page People; tell an admin."
            )
            return await self._refused(request, "counter", f"{words} {AGAIN}", passkey.reviewer)
        reviewer = self.door.reviewers.get(passkey.reviewer)
        if reviewer is None:
            return await self._refused(request, "left", "The configuration does not name you any more.")
        return await self.door.admit(request, reviewer, "passkey", let_in_by=passkey.let_in_by)

    async def _refused(self, request: Request, why: str, text: str, reviewer: str | None = None) -> Response:
        return await self.door.refuse(request, "passkey", why, title=NOT_TAKEN, text=text, reviewer=reviewer)

    def _relying(self) -> Relying:
        found = relying_party(self.address())
        if isinstance(found, str):
            raise ValueError(found)  # noqa: TRY004  the address is of the right type, and of the wrong kind
        return found

    def _expected(self, challenge: str) -> Expected:
        relying = self._relying()
        return Expected(
            expected_challenge=challenge.encode(),
            expected_rp_id=relying.name,
            expected_origin=relying.origin,
            require_user_verification=True,
        )


def handle_of(reviewer: str) -> bytes:
    """By what an authenticator knows its owner: always the same, and no name."""
    return hashlib.sha256(f"reviewer:{reviewer}".encode()).digest()
