"""The wall between comms and the disciplinary body: what is passed over it, and the keys that make it one.

Comms seals with the compliance team's public key and holds no other, so that nobody on this side, and no copy of this
side's disk, can open again what was passed. What may be in a box is a closed shape: the posts as they were captured,
the rules that held in them with the party's clauses, and what the author claims to be. There is no place in it for a
draft, a reply, a note, a reviewer, or how urgent somebody found it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.store.encoding import mention_from, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bot.config import Policy
    from bot.model import Affiliation, Match, Mention, Verdict
    from bot.store import Captured
    from bot.store.records import Exhibit

LEAST_BYTES = 16_384
"""A box is padded to this, or to twice it, and so on: its size tells neither what is in it nor how much."""


OURS = "It was left out, because it holds words of ours."
UNKNOWN = "It opens, and holds a shape that this version does not know: update it."


class CannotOpenError(Exception):
    """A box could not be opened; the message says why, without a word of what is in it."""


class Kind(StrEnum):
    """Why something was passed over the wall."""

    REFERRAL = "referral"
    """A reviewer referred it, with a ground."""
    MENTION = "mention"
    """It was judged abusive; for the search for suspended members, and dropped where there is no match."""


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ground(_Closed):
    """The clause of the code of practice that somebody says was broken."""

    policy: str
    clause: str


class PassedVersion(_Closed):
    """One version of the post, as it was captured."""

    number: int
    captured_at: datetime
    evidence: str
    """The JSON that was stored at that moment; `sha256` is its digest, which the bot's audit chain names too."""
    sha256: str

    @property
    def mention(self) -> Mention:
        """The post."""
        return mention_from(self.evidence)

    @property
    def whole(self) -> bool:
        """Whether it is what was captured."""
        return sha256(self.evidence) == self.sha256


class PassedMatch(_Closed):
    """A rule that held."""

    rule: str
    title: str
    """What the rule looks for, in words; may be empty."""
    policy: str
    clause: str
    severity: int
    field: str
    words: str
    """Those of the author in which it held."""


class PassedClaim(_Closed):
    """What the author says of themselves, with the evidence for it and the doubts about it; never what they are."""

    claim: str
    confidence: float
    evidence: tuple[str, ...]
    doubts: tuple[str, ...]


class PassedExhibit(_Closed):
    """Something that was captured: the post as the server gave it, its page, its author's, the thread, a picture."""

    kind: str
    version: int
    """Of the post, at which it was captured."""
    url: str
    media_type: str
    headers: tuple[tuple[str, str], ...]
    """The server's."""
    captured_at: datetime
    server_time: datetime | None
    exact: bool
    """Whether the bytes are the server's own."""
    missing: str
    """Why it could not be had, or was left out; empty when it is here."""
    sha256: str | None
    """Of the plain bytes."""
    content: str
    """Base64; empty for what is missing."""

    @property
    def body(self) -> bytes:
        """The plain bytes; none of what is missing."""
        return base64.b64decode(self.content)

    @property
    def whole(self) -> bool:
        """Whether it is what was captured."""
        return bool(self.missing) or hashlib.sha256(self.body).hexdigest() == self.sha256


class Passed(_Closed):
    """All that a box holds."""

    format: Literal[1] = 1
    id: str
    """The box's own, so that no box can stand in another's place."""
    kind: Kind
    sealed_at: datetime
    ground: Ground | None = None
    severity: int
    matches: tuple[PassedMatch, ...]
    claim: PassedClaim
    versions: tuple[PassedVersion, ...] = Field(min_length=1)
    """The newest last."""
    exhibits: tuple[PassedExhibit, ...] = ()

    @property
    def mention(self) -> Mention:
        """The post as it stood when it was passed."""
        return self.versions[-1].mention


def compose(  # noqa: PLR0913  each is a part of what is passed, given by keyword
    *,
    id: str,  # noqa: A002  as the box has it
    kind: Kind,
    verdict: Verdict,
    captured: Iterable[Captured],
    at: datetime,
    clauses: Mapping[str, Policy],
    titles: Callable[[str], str] = lambda _rule: "",
    ground: str | None = None,
    exhibits: Iterable[Exhibit] = (),
    ours: Callable[[Exhibit], bool] = lambda _exhibit: False,
) -> Passed:
    """What is to be sealed: facts of the post and of the rules alone. `ground` is a policy of `clauses`.

    `ours` says in which exhibits words of ours stand; they are left out, for our words never cross the wall.
    """
    return Passed(
        id=id,
        kind=kind,
        sealed_at=at,
        ground=None if ground is None else Ground(policy=ground, clause=clauses[ground].clause),
        severity=verdict.severity,
        # What is about somebody who needs looking after accuses nobody.
        matches=tuple(_match(match, clauses, titles) for match in verdict.matches if not match.concern),
        claim=_claim(verdict.affiliation),
        versions=tuple(
            PassedVersion(number=each.number, captured_at=each.at, evidence=each.evidence, sha256=each.sha256)
            for each in captured
        ),
        exhibits=tuple(_exhibit(each, left_out=ours(each)) for each in exhibits),
    )


def seal(passed: Passed, public_key: str) -> str:
    """The box, as base64, which the holder of the private key alone can open. Raises ValueError for what is no key."""
    content = passed.model_dump_json().encode()
    size = LEAST_BYTES
    while size <= len(content):  # at least one byte of padding, by which its end is found
        size *= 2
    box = SealedBox(PublicKey(_key(public_key))).encrypt(sodium_pad(content, size))
    return base64.b64encode(box).decode()


def open_box(box: str, *private_keys: str) -> Passed:
    """What is in a box, by whichever of these keys opens it.

    Raises CannotOpenError: damaged, sealed for another key, or of a newer version's shape.
    """
    try:
        sealed = base64.b64decode(box, validate=True)
    except binascii.Error:
        raise CannotOpenError("It is no sealed box: something changed it on its way.") from None
    for key in private_keys:
        try:
            padded = SealedBox(PrivateKey(_key(key))).decrypt(sealed)
            content = sodium_unpad(padded, len(padded))
        except (CryptoError, TypeError):
            continue
        return _read(content)
    raise CannotOpenError("It was sealed for another key than ours, or something changed it on its way.")


def _read(content: bytes) -> Passed:
    """What was in a box, each part of it read once: so nothing that is kept of it can be unreadable later."""
    try:
        passed = Passed.model_validate_json(content)
        for post in [version.mention for version in passed.versions]:
            _words(post.text, post.author.handle)
        for exhibit in passed.exhibits:
            base64.b64decode(exhibit.content)
    except (ValidationError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise CannotOpenError(UNKNOWN) from None
    return passed


def _words(*texts: object) -> None:
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("words")


def new_keys() -> tuple[str, str]:
    """A new private key and the public one that belongs to it, as base64."""
    private = PrivateKey.generate()
    return base64.b64encode(bytes(private)).decode(), base64.b64encode(bytes(private.public_key)).decode()


def public_key_of(private_key: str) -> str:
    """The public key that belongs to a private one. Raises ValueError for what is no key."""
    return base64.b64encode(bytes(PrivateKey(_key(private_key)).public_key)).decode()


def _key(text: str) -> bytes:
    key = base64.b64decode(text.strip(), validate=True)
    if len(key) != PublicKey.SIZE:
        raise ValueError(f"A key has {PublicKey.SIZE} bytes, written as base64.")
    return key


def _match(match: Match, clauses: Mapping[str, Policy], titles: Callable[[str], str]) -> PassedMatch:
    policy = clauses.get(match.policy)
    return PassedMatch(
        rule=match.rule,
        title=titles(match.rule),
        policy=match.policy,
        clause=policy.clause if policy else "",
        severity=match.severity,
        field=match.field,
        words=match.text,
    )


def _exhibit(exhibit: Exhibit, *, left_out: bool) -> PassedExhibit:
    body = None if left_out else exhibit.body
    why_not = OURS if left_out else exhibit.missing or "It is not kept any more."
    return PassedExhibit(
        kind=exhibit.kind.value,
        version=exhibit.mention_version,
        url=exhibit.url,
        media_type=exhibit.media_type,
        headers=exhibit.headers,
        captured_at=exhibit.captured_at,
        server_time=exhibit.server_time,
        exact=exhibit.exact,
        missing=why_not if body is None else "",
        sha256=exhibit.sha256,
        content="" if body is None else base64.b64encode(body).decode(),
    )


def _claim(affiliation: Affiliation) -> PassedClaim:
    return PassedClaim(
        claim=affiliation.claim.value,
        confidence=affiliation.confidence,
        evidence=affiliation.evidence,
        doubts=affiliation.doubts,
    )
