"""A rulebook over the shipped packs, one over packs that a test writes, and mentions to judge."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from bot import config
from bot.model import Author, Mention, VerdictKind
from bot.rules import Rulebook

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ESCALATING = ("threat", "self_harm", "at_risk", "stalking", "doxxing", "child")
ANSWERED = (
    "racism", "antisemitism", "islamophobia", "sexism", "homophobia_transphobia", "ableism", "personal_abuse",
    "sexual_harassment",
)  # fmt: skip


class Said(Protocol):
    """Makes a mention of what somebody said."""

    def __call__(self, text: str, *, profile: dict[str, Any] | None = None, **changes: Any) -> Mention: ...


class Book(Protocol):
    """Makes a rulebook over packs given as YAML."""

    def __call__(self, *packs: str, shipped: bool = False, **states: str) -> Rulebook: ...


def _said(text: str, *, profile: dict[str, Any] | None = None, **changes: Any) -> Mention:
    author = Author(**{"uri": "https://b.example/users/ada", "handle": "@ada@b.example"} | (profile or {}))
    facts: dict[str, Any] = {
        "uri": "https://b.example/1", "platform": "mastodon", "account": "party", "native_id": "1",
        "author": author, "text": text, "created_at": NOON,
    }  # fmt: skip
    return Mention(**facts | changes)


def _policies() -> config.Policies:
    clauses = {name: config.Policy(clause="1", verdict=VerdictKind.ESCALATE) for name in ESCALATING}
    clauses |= {name: config.Policy(clause="2", verdict=VerdictKind.RESPOND) for name in ANSWERED}
    return config.Policies(severities={1: "rude", 2: "abusive", 3: "hateful", 4: "dangerous"}, clauses=clauses)


def _party() -> config.Party:
    return config.Party(
        name="Fernwick Greens",
        names=("FG", "Greens of Fernwick"),
        hashtags=("#FernwickGreens",),
        code_of_practice="https://fernwick.example/code",
        imprint="Fernwick Greens, 1 Mill Lane",
        disclosure="Software suggests, staff approve.",
    )


def load(packs: list[Path], *, shipped: bool, states: dict[str, Any], cache: Path | None = None) -> Rulebook:
    return Rulebook(
        packs=packs,
        policies=_policies(),
        rules=config.Rules(shipped=shipped, states=states),
        party=_party(),
        own=["@party@fernwick.example", "@leader@fernwick.example"],
        protected=["@ann@fernwick.example"],
        cache=cache,
    ).tested(proofs=cache)


@pytest.fixture(scope="session")
def shipped() -> Rulebook:
    return load([], shipped=True, states={})


@pytest.fixture
def said() -> Said:
    return _said


@pytest.fixture
def book(tmp_path: Path) -> Book:
    def write_and_load(*packs: str, shipped: bool = False, **states: str) -> Rulebook:
        for number, pack in enumerate(packs):
            (tmp_path / f"{number}.yaml").write_text(pack, encoding="utf-8")
        return load(
            [tmp_path], shipped=shipped, states={name.replace("_", "-"): state for name, state in states.items()}
        )

    return write_and_load
