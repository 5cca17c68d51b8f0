"""What a provider says is believed as far as it is signed, meant for us, fresh, and from the one that was asked."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.model import Role
from bot.web.listener import Listener
from bot.web.provider import NotSignedInError, Provider, fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

NOW = 1_800_000_000
NONCE = "a-nonce-of-this-sign-in"


@dataclass
class Liar:
    """A provider that says what a test tells it to, over real HTTP."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    described: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    signed: str | None = None
    """Another token than a true one."""
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list)

    async def description(self, _request: Request) -> JSONResponse:
        about = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return JSONResponse(about | self.described, status_code=self.status)

    async def keys(self, _request: Request) -> JSONResponse:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def token(self, request: Request) -> JSONResponse:
        form = await request.form()
        self.asked.append(
            {"authorization": request.headers.get("authorization", ""), **{k: str(v) for k, v in form.items()}}
        )
        said = {
            "iss": self.issuer,
            "sub": "1",
            "aud": "desk",
            "iat": NOW,
            "exp": NOW + 300,
            "nonce": NONCE,
            "preferred_username": "mara.bright",
            **self.claims,
        }
        said = {name: value for name, value in said.items() if value is not None}
        token = self.signed or jwt.encode({"alg": "RS256", "kid": "one"}, said, self.key)
        return JSONResponse({"id_token": token, "access_token": "a", "token_type": "Bearer"})

    def provider(self, **changes: Any) -> Provider:
        facts: dict[str, Any] = {
            "issuer": f"{self.issuer}/",
            "client_id": "desk",
            "secret": "an-invented-secret",
            "name_claim": "preferred_username",
            "roles_claim": None,
            "roles": {},
        }
        return Provider(**(facts | changes))


@asynccontextmanager
async def lying() -> AsyncIterator[Liar]:
    liar = Liar()
    routes = [
        Route("/.well-known/openid-configuration", liar.description),
        Route("/keys", liar.keys),
        Route("/token", liar.token, methods=["POST"]),
    ]
    listener = Listener(Starlette(routes=routes), port=0, setting="a test's")
    liar.issuer = f"http://127.0.0.1:{listener.port}"
    running = asyncio.create_task(listener.run())
    try:
        yield liar
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    async with lying() as found:
        yield found


async def allowed(provider: Provider, *, now: float = NOW) -> Any:
    return await provider.allowed("a-code", return_to="http://localhost/back", verifier="v" * 43, nonce=NONCE, now=now)


async def refusal(provider: Provider, *, now: float = NOW) -> NotSignedInError:
    with pytest.raises(NotSignedInError) as refused:
        await allowed(provider, now=now)
    return refused.value


async def test_browser_is_sent_with_state_nonce_and_a_digest_of_the_verifier(liar: Liar) -> None:
    address = await liar.provider().address(return_to="http://localhost/back", state="s", verifier="v" * 43, nonce="n")
    said = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
    assert said.pop("code_challenge") != "v" * 43
    assert said == {
        "tenant": "1",
        "response_type": "code",
        "client_id": "desk",
        "redirect_uri": "http://localhost/back",
        "scope": "openid profile email",
        "state": "s",
        "nonce": "n",
        "code_challenge_method": "S256",
    }
    assert len(fresh()) >= 43
    assert "an-invented-secret" not in repr(liar.provider())


async def test_code_becomes_a_name_and_the_verifier_goes_with_it(liar: Liar) -> None:
    found = await allowed(liar.provider())
    assert (found.name, found.roles) == ("mara.bright", None)
    [asked] = liar.asked
    assert asked["code_verifier"] == "v" * 43
    assert asked["authorization"].startswith("Basic ")
    assert "client_secret" not in asked
    liar.described = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    await allowed(liar.provider())
    assert liar.asked[1]["client_secret"] == "an-invented-secret"


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("roles", {"roles": ["staff", "boss", 7]}),
        ("roles", {"roles": "staff boss"}),
        ("realm.roles", {"realm": {"roles": ["staff"]}}),
        ("https://fernwick.example/roles", {"https://fernwick.example/roles": ["staff"]}),
    ],
)
async def test_roles_are_read_from_their_claim_and_unknown_ones_mean_nothing(
    liar: Liar, claim: str, said: dict[str, Any]
) -> None:
    liar.claims = said
    found = await allowed(liar.provider(roles_claim=claim, roles={"staff": Role.APPROVER}))
    assert found.roles == {Role.APPROVER}


@pytest.mark.parametrize(
    ("said", "why", "words"),
    [
        ({"preferred_username": None}, "no name", "lacks “preferred_username”"),
        ({"preferred_username": ["x"]}, "no name", "lacks “preferred_username”"),
        ({"iss": "https://evil.example"}, "issuer", "another name"),
        ({"aud": "another"}, "claim", "not meant for us (aud)"),
        ({"aud": ["desk", "another"]}, "claim", "not meant for us (azp)"),
        ({"nonce": "replayed"}, "claim", "not meant for us (nonce)"),
        ({"nonce": None}, "claim", "not meant for us (nonce)"),
        ({"exp": None}, "clock", "more than a minute"),
        ({"exp": NOW - 61}, "clock", "more than a minute"),
        ({"iat": NOW + 61}, "clock", "more than a minute"),
        ({"nbf": NOW + 61, "iat": NOW}, "clock", "more than a minute"),
        ({"at_hash": "bm90LWl0"}, "claim", "not meant for us (at_hash)"),
    ],
)
async def test_answer_that_is_not_right_is_refused_in_a_sentence(
    liar: Liar, said: dict[str, Any], why: str, words: str
) -> None:
    liar.claims = said
    error = await refusal(liar.provider())
    assert error.why == why
    assert words in str(error)


async def test_a_minute_between_the_clocks_is_tolerated(liar: Liar) -> None:
    liar.claims = {"iat": NOW + 59, "exp": NOW - 59}
    assert (await allowed(liar.provider())).name == "mara.bright"


async def test_missing_roles_are_no_roles_and_said_so(liar: Liar) -> None:
    error = await refusal(liar.provider(roles_claim="groups", roles={"staff": Role.APPROVER}))
    assert error.why == "no roles"
    assert "“groups”" in str(error)


async def test_what_others_signed_or_nobody_or_our_own_secret_is_refused(liar: Liar) -> None:
    said = {"iss": liar.issuer, "sub": "1", "aud": "desk", "iat": NOW, "exp": NOW + 300, "nonce": NONCE}
    said["preferred_username"] = "mara.bright"
    other = RSAKey.generate_key(2048, {"kid": "one"})
    secret = OctKey.import_key("an-invented-secret-that-is-long-enough-for-it")
    forged = [
        jwt.encode({"alg": "RS256", "kid": "one"}, said, other),
        jwt.encode({"alg": "RS256", "kid": "nobody's"}, said, other),
        jwt.encode({"alg": "HS256", "kid": "one"}, said, secret),
        "eyJhbGciOiJub25lIn0." + json.dumps(said).encode().hex() + ".",
        "not a token",
        "..",
    ]
    for token in forged:
        liar.signed = token
        assert (await refusal(liar.provider())).why == "not signed"


async def test_keys_that_the_provider_has_changed_are_fetched_again(liar: Liar) -> None:
    provider = liar.provider()
    assert (await allowed(provider)).name == "mara.bright"
    liar.key = RSAKey.generate_key(2048, {"kid": "two"})
    said = {"iss": liar.issuer, "sub": "1", "aud": "desk", "iat": NOW, "exp": NOW + 300, "nonce": NONCE}
    liar.signed = jwt.encode({"alg": "RS256", "kid": "two"}, said | {"preferred_username": "tom"}, liar.key)
    assert (await allowed(provider)).name == "tom"


@pytest.mark.parametrize("described", [{"issuer": "https://evil.example"}, {"jwks_uri": None}, {"issuer": 7}])
async def test_description_of_somebody_else_or_with_holes_is_not_followed(
    liar: Liar, described: dict[str, Any]
) -> None:
    liar.described = described
    assert (await refusal(liar.provider())).why in {"issuer", "unreachable: no description"}
    assert liar.asked == []


async def test_provider_that_is_down_is_said_to_be_and_works_again_when_it_is_back(liar: Liar) -> None:
    provider = liar.provider()
    liar.status = 503
    error = await refusal(provider)
    assert error.why == "unreachable: status 503"
    assert "Try again in a while" in str(error)
    liar.status = 200
    assert (await allowed(provider)).name == "mara.bright"
    gone = liar.provider(issuer="http://127.0.0.1:9")
    assert (await refusal(gone)).why == "unreachable: ConnectError"
