"""The party's own OpenID Connect provider: who it says somebody is, and which roles it leaves them.

The code flow with PKCE, a state and a nonce, each good once. The address of the provider comes from the configuration,
and what it answers is believed only as far as its keys sign it.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.model import Role

PATIENCE = httpx.Timeout(10.0)
SKEW_SECONDS = 60
"""How far the provider's clock and ours may be apart."""
LARGEST_ANSWER = 1_000_000
SIGNED_WITH = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Keys that only the provider has; what is signed with our own secret proves nothing that we could not have written."""
ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
CLOCKS = frozenset({"iat", "nbf", "exp"})
SCOPES = "openid profile email"


class NotSignedInError(Exception):
    """The provider did not sign somebody in. `why` is for the audit; the message is a sentence for whoever tried."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Somebody whom the provider knows."""

    name: str
    """What the claim that names reviewers says."""
    roles: frozenset[Role] | None
    """Those that it gives; `None` when it is not asked for roles."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One provider. Its description is fetched when first needed, and again after something failed."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    name_claim: str
    roles_claim: str | None
    """Where the roles stand; a dot leads into a claim, as in `realm_access.roles`."""
    roles: Mapping[str, Role]
    """What stands there, and which role of ours it is."""
    _described: dict[str, Any] = field(default_factory=dict, init=False, repr=False)
    _keys: list[KeySet] = field(default_factory=list, init=False, repr=False)

    async def address(self, *, return_to: str, state: str, verifier: str, nonce: str) -> str:
        """Where a browser is sent. Raises NotSignedInError when the provider cannot be reached."""
        found = await self._description()
        address: str = prepare_grant_uri(
            found["authorization_endpoint"],
            self.client_id,
            "code",
            redirect_uri=return_to,
            scope=SCOPES,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return address

    async def allowed(self, code: str, *, return_to: str, verifier: str, nonce: str, now: float) -> Allowed:
        """Whom the code stands for. Raises NotSignedInError with what is wrong."""
        found = await self._description()
        tokens = await self._tokens(found, code, return_to, verifier)
        claims = await self._claims(found, tokens, nonce, now)
        name = _at(claims, self.name_claim)
        if not isinstance(name, str) or not name:
            raise NotSignedInError(
                "no name",
                f"The party’s sign-in does not say who you are: it lacks “{self.name_claim}”. Tell an admin.",
            )
        return Allowed(name=name, roles=self._roles(claims))

    def _roles(self, claims: Mapping[str, Any]) -> frozenset[Role] | None:
        if self.roles_claim is None:
            return None
        given = _at(claims, self.roles_claim)
        if given is None:
            raise NotSignedInError(
                "no roles",
                f"The party’s sign-in does not say what you may do: it lacks “{self.roles_claim}”. Tell an admin.",
            )
        names = given.split() if isinstance(given, str) else given if isinstance(given, list) else []
        return frozenset(self.roles[name] for name in names if isinstance(name, str) and name in self.roles)

    async def _description(self) -> dict[str, Any]:
        """What the provider says of itself; kept once it was right."""
        if self._described:
            return self._described
        found = await _fetched("GET", get_well_known_url(self.issuer, external=True))
        if any(not isinstance(found.get(name), str) for name in ENDPOINTS):
            raise _unreachable("no description")
        if found["issuer"].rstrip("/") != self.issuer.rstrip("/"):
            raise _another_issuer()
        self._described.update(found)
        return self._described

    async def _tokens(self, found: dict[str, Any], code: str, return_to: str, verifier: str) -> dict[str, Any]:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": return_to,
            "code_verifier": verifier,
            "client_id": self.client_id,
        }
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = "client_secret_basic" in methods
        if not basic:
            asked["client_secret"] = self.secret
        return await _fetched(
            "POST", found["token_endpoint"], data=asked, auth=(self.client_id, self.secret) if basic else None
        )

    async def _claims(self, found: dict[str, Any], tokens: dict[str, Any], nonce: str, now: float) -> Mapping[str, Any]:
        """What the signed answer says, once everything about it is right."""
        signed = tokens.get("id_token")
        if not isinstance(signed, str):
            raise _unreachable("no token")
        try:
            token = await self._verified(found, signed)
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": found["issuer"]},
                    "aud": {"essential": True, "value": self.client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": self.client_id,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(now=int(now), leeway=SKEW_SECONDS)
        except ClaimError as error:
            raise _wrong(error.claim) from error
        except (JoseError, ValueError, TypeError, KeyError) as error:
            words = "The answer of the party’s sign-in is not signed by it. Nobody was let in; tell an admin."
            raise NotSignedInError("not signed", words) from error
        return dict(claims)

    async def _verified(self, found: dict[str, Any], signed: str) -> jwt.Token:
        """The token, its signature being right; a key that is not known yet is looked for once."""
        for attempt in range(2):
            if not self._keys or attempt:
                self._keys[:] = [KeySet.import_key_set(await _fetched("GET", found["jwks_uri"]))]  # type: ignore[arg-type]  # it says itself what is wrong with it
            try:
                return jwt.decode(signed, self._keys[0], algorithms=list(SIGNED_WITH))
            except InvalidKeyIdError:
                if attempt:
                    raise
        raise AssertionError  # pragma: no cover  the second attempt returned or raised


async def _fetched(method: str, address: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  as httpx takes them
    """An object of the provider's. Raises NotSignedInError; nothing that it said is shown to anybody."""
    try:
        async with asyncio.timeout(PATIENCE.read), httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            answer = await client.request(method, address, **more)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise _unreachable(type(error).__name__) from error
    if answer.status_code in {400, 401}:
        words = "The party’s sign-in did not take back what it had given. Start again; if it goes on, tell an admin."
        raise NotSignedInError("code refused", words)
    if answer.status_code != httpx.codes.OK or len(answer.content) > LARGEST_ANSWER:
        raise _unreachable(f"status {answer.status_code}")
    try:
        found = answer.json()
    except ValueError as error:
        raise _unreachable("no JSON") from error
    if not isinstance(found, dict):
        raise _unreachable("no object")
    return found


def _at(claims: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401  a claim may be anything
    """What stands under a name, or at the end of a path of names; `None` when nothing does."""
    if path in claims:
        return claims[path]
    inner: Any = claims
    for name in path.split("."):
        inner = inner.get(name) if isinstance(inner, dict) else None
    return inner


def _unreachable(why: str) -> NotSignedInError:
    words = (
        "The party’s sign-in does not answer as it should. Try again in a while; a passkey or a link works without it."
    )
    return NotSignedInError(f"unreachable: {why}", words)


def _another_issuer() -> NotSignedInError:
    words = "The party’s sign-in calls itself by another name than our configuration does (issuer). Tell an admin."
    return NotSignedInError("issuer", words)


def _wrong(claim: str) -> NotSignedInError:
    """A claim that is not as it must be."""
    if claim == "iss":
        return _another_issuer()
    if claim in CLOCKS:
        words = "The clock of the party’s sign-in and that of this machine are more than a minute apart. Tell an admin."
        return NotSignedInError("clock", words)
    words = (
        f"The answer of the party’s sign-in was not meant for us ({claim}). Start again; if it goes on, tell an admin."
    )
    return NotSignedInError("claim", words)


def fresh() -> str:
    """A secret for one sign-in: nobody can guess it."""
    return secrets.token_urlsafe(48)
