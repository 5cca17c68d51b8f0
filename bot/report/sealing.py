"""What lets an auditor say that the published report was made from these chains, and tells the public no number.

A bare digest of small counts could be found by trying them all, and the number of events in a chain is itself a count.
So both are sealed with a salt. It stands in the audit event that says that the report was made, and so in the export
that the auditor gets, and nowhere in the report.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store.encoding import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.store import ChainHead

MADE = "report.made"
"""The event that says so."""
AGES = "referral_ages"
"""Where it and report.json have what the compliance office told."""


def new_salt() -> str:
    """256 random bits, in hexadecimal."""
    return secrets.token_hex(32)


def sealed(what: object, salt: str) -> str:
    """HMAC-SHA-256 of its canonical JSON under the salt, in hexadecimal."""
    return hmac.new(bytes.fromhex(salt), to_json(what).encode(), "sha256").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seals:
    """What the report carries of its origin."""

    figures: str
    heads: Mapping[str, str]
    """Of the last event of each chain that was counted, by the chain's name."""


def seals(figures: object, heads: Iterable[ChainHead], salt: str) -> Seals:
    """The seals of full figures and of the chains that they were counted from."""
    return Seals(
        figures=sealed(figures, salt),
        heads={head.stream: sealed([head.stream, head.seq, head.digest], salt) for head in heads},
    )
