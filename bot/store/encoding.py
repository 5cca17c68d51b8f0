"""Turns facts into the JSON that the database keeps, and back; and takes their digests.

Reading is spelt out field by field: it is the promise that evidence written by an older version stays readable.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from bot.model import (
    Affiliation,
    Author,
    Claim,
    Match,
    Mention,
    Parent,
    Target,
    TargetKind,
    Verdict,
    VerdictKind,
    Visibility,
)


def to_json(value: object) -> str:
    """Canonical JSON: keys sorted, no spaces, UTF-8 unescaped. Raises TypeError for what JSON has no word for.

    Half of a surrogate pair, which a hostile client can send, is escaped and so survives.
    """
    try:
        return msgspec.json.encode(value, order="sorted").decode()
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), sort_keys=True, separators=(",", ":"))


def evidence_of(mention: Mention) -> str:
    """A mention as it is kept. The bytes that it was read from are an exhibit of their own, and left out."""
    return to_json(replace(mention, original=msgspec.UNSET))  # type: ignore[arg-type]  # what msgspec leaves out


def from_json(text: str) -> Any:  # noqa: ANN401 - JSON is any
    """The value that `to_json` wrote."""
    return json.loads(text)


def sha256(text: str) -> str:
    """The digest of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def clean(text: str) -> str:
    """The text as both databases can hold it: half a surrogate pair, and NUL, become the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def mention_from(text: str) -> Mention:
    """The mention of a piece of evidence."""
    raw = from_json(text)
    author, parent = raw["author"], raw["parent"]
    return Mention(
        uri=raw["uri"],
        platform=raw["platform"],
        account=raw["account"],
        native_id=raw["native_id"],
        author=Author(
            uri=author["uri"],
            handle=author["handle"],
            display_name=author["display_name"],
            bio=author["bio"],
            created_at=_moment(author["created_at"]),
            followers=author["followers"],
            bot=author["bot"],
        ),
        text=raw["text"],
        created_at=datetime.fromisoformat(raw["created_at"]),
        url=raw["url"],
        content_warning=raw["content_warning"],
        poll=tuple(raw["poll"]),
        media=tuple(raw["media"]),
        emoji=tuple(raw["emoji"]),
        lang=raw["lang"],
        visibility=Visibility(raw["visibility"]),
        edited_at=_moment(raw["edited_at"]),
        addressed=tuple(raw["addressed"]),
        parent=parent and Parent(**parent),
        thread=raw["thread"],
        watched_for=raw.get("watched_for", ""),
    )


def verdict_from(text: str) -> Verdict:
    """The verdict as it was stored with a version of a mention."""
    raw = from_json(text)
    target, claim = raw["target"], raw["affiliation"]
    return Verdict(
        kind=VerdictKind(raw["kind"]),
        policy=raw["policy"],
        severity=raw["severity"],
        matches=tuple(Match(**match) for match in raw["matches"]),
        shadow=tuple(Match(**match) for match in raw["shadow"]),
        target=target
        and Target(kind=TargetKind(target["kind"]), handle=target["handle"], characteristic=target["characteristic"]),
        affiliation=Affiliation(
            claim=Claim(claim["claim"]),
            confidence=claim["confidence"],
            evidence=tuple(claim["evidence"]),
            doubts=tuple(claim["doubts"]),
        ),
        reasons=tuple(raw["reasons"]),
        read=raw["read"],
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
