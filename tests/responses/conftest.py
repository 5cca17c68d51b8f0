"""An invented party with two accounts, its policies, and the responses that we ship, read as it would read them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.config import Party, Policies
from bot.model import (
    Account,
    Affiliation,
    Author,
    Claim,
    Match,
    Mention,
    Mode,
    Proposal,
    Target,
    TargetKind,
    Verdict,
    VerdictKind,
)
from bot.responses import Responses

if TYPE_CHECKING:
    from collections.abc import Callable

SHIPPED = Path(__file__).parents[2] / "responses"
ANSWERED = (
    "racism",
    "antisemitism",
    "islamophobia",
    "sexism",
    "homophobia_transphobia",
    "ableism",
    "personal_abuse",
    "sexual_harassment",
)
ESCALATED = ("threat", "self_harm", "at_risk", "stalking", "doxxing", "child")


def _account(name: str, *, principal: str | None = None, platform: str = "mastodon") -> Account:
    return Account(
        id=name,
        platform=platform,
        handle=f"@{name}@fernwick.example",
        server="https://fernwick.example",
        mode=Mode.DRY_RUN,
        approvals=1,
        approvers=frozenset({"asha"}),
        answered_by=(name,),
        principal=principal,
    )


_PARTY = _account("party")
_LEADER = _account("leader", principal="rosa")


@pytest.fixture(scope="session")
def party() -> Party:
    return Party.model_validate(
        {
            "name": "Fernwick Greens",
            "code_of_practice": "https://fernwick.example/code",
            "imprint": "Published by Fernwick Greens, 1 Bridge Street, Fernwick",
            "disclosure": "Software suggests replies; staff approve them.",
            "names": ["FWG"],
        }
    )


@pytest.fixture(scope="session")
def policies() -> Policies:
    clauses = {name: {"clause": f"About {name}.", "verdict": "respond"} for name in ANSWERED}
    clauses |= {name: {"clause": f"About {name}.", "verdict": "escalate"} for name in ESCALATED}
    severities = {1: "rude", 2: "abusive", 3: "hateful", 4: "danger to a person"}
    return Policies.model_validate({"severities": severities, "clauses": clauses})


@pytest.fixture(scope="session")
def shipped(party: Party, policies: Policies) -> Responses:
    return Responses.load(SHIPPED, party=party, accounts=(_PARTY, _LEADER), policies=policies)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a response file with six sound variants; keywords replace keys, `None` leaves one out."""

    def _write(name: str = "mine", **keys: object) -> Path:
        sound = {
            "id": name,
            "title": "A test",
            "policies": "[racism]",
            "audience": "space",
            "variants": [
                f"Argue with us, by way {way}. $code_link" for way in ("one", "two", "three", "four", "five", "six")
            ],
        }
        lines = []
        for key, value in {**sound, **keys}.items():
            if isinstance(value, list):
                lines += [f"{key}:", *(f'  - "{entry}"' for entry in value)]
            elif value is not None:
                lines.append(f"{key}: {value}")
        path = tmp_path / f"{name}.yaml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return _write


def _mention(handle: str = "@sam@social.example", *, lang: str | None = "en") -> Mention:
    return Mention(
        uri="https://social.example/1",
        platform="mastodon",
        account="party",
        native_id="1",
        author=Author(uri="https://social.example/users/sam", handle=handle),
        text="…",
        lang=lang,
        created_at=datetime(2026, 11, 20, 20, tzinfo=UTC),
    )


def _verdict(  # noqa: PLR0913  each is a thing that choosing looks at
    policy: str | None = "sexism",
    *,
    kind: VerdictKind = VerdictKind.RESPOND,
    claim: Claim = Claim.NONE,
    confidence: float = 0.8,
    doubts: tuple[str, ...] = (),
    matched: tuple[str, ...] = (),
    target: Target | None = None,
    read: bool = True,
) -> Verdict:
    return Verdict(
        kind=kind,
        policy=policy,
        severity=2,
        matches=tuple(
            Match(rule="a-rule", policy=policy or "", severity=2, field="text", start=0, end=len(text), text=text)
            for text in matched
        ),
        target=target or Target(kind=TargetKind.PERSON, handle="@mp@fernwick.example"),
        affiliation=Affiliation(claim=claim, confidence=confidence, doubts=doubts),
        read=read,
    )


@pytest.fixture(scope="session")
def ask(shipped: Responses) -> Callable[..., Proposal | None]:
    """Asks the shipped responses for a text; keywords say what is known, and by which account it would be said."""

    def _ask(
        *, by: Account = _PARTY, author: Mention | None = None, memory: dict[str, object] | None = None, **facts: object
    ) -> Proposal | None:
        known: dict[str, object] = {"strikes": 0, "used": (), "recent": (), **(memory or {})}
        judged = _verdict(**facts)  # type: ignore[arg-type]  # each fact has its own type
        return shipped.choose(judged, author or _mention(), by, **known)  # type: ignore[arg-type]  # likewise

    return _ask


@pytest.fixture(scope="session")
def own(shipped: Responses) -> Callable[..., tuple[str, str]]:
    """A reviewer's wording as it would be posted, and why it may not be."""

    def _own(text: str, *, matched: tuple[str, ...] = (), author: Mention | None = None) -> tuple[str, str]:
        proposal, faults = shipped.own_wording(text, _verdict(matched=matched), author or _mention(), _PARTY)
        assert proposal.response is None
        return proposal.text, " ".join(faults)

    return _own


@pytest.fixture(scope="session")
def mention() -> Callable[..., Mention]:
    return _mention


@pytest.fixture(scope="session")
def verdict() -> Callable[..., Verdict]:
    return _verdict


@pytest.fixture(scope="session")
def party_account() -> Account:
    return _PARTY


@pytest.fixture(scope="session")
def leader_account() -> Account:
    return _LEADER


@pytest.fixture(scope="session")
def answered() -> tuple[str, ...]:
    return ANSWERED
