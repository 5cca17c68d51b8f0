"""Whom abuse is aimed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.model import Parent, Target, TargetKind
from bot.rules.stance import target

if TYPE_CHECKING:
    from tests.rules.conftest import Said

OWN = frozenset({"@party@fernwick.example"})
PROTECTED = frozenset({"@ann@fernwick.example"})


def parent(author: str) -> Parent:
    return Parent(uri="https://f.example/1", author=author, text="Good morning")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Target(kind=TargetKind.ACCOUNT)),
        (
            {"addressed": ("@party@fernwick.example",)},
            Target(kind=TargetKind.ACCOUNT, handle="@party@fernwick.example"),
        ),
        (
            {"addressed": ("@party@fernwick.example", "@Ann@fernwick.example")},
            Target(kind=TargetKind.PROTECTED, handle="@Ann@fernwick.example"),
        ),
        ({"addressed": ("@bob@b.example",)}, Target(kind=TargetKind.PERSON, handle="@bob@b.example")),
        (
            {"parent": parent("@bob@b.example"), "addressed": ("@ann@fernwick.example",)},
            Target(kind=TargetKind.PERSON, handle="@bob@b.example"),
        ),
        (
            {"parent": parent("@ada@b.example"), "addressed": ("@ada@b.example", "@party@fernwick.example")},
            Target(kind=TargetKind.ACCOUNT, handle="@party@fernwick.example"),
        ),
    ],
)
def test_whoever_is_answered_or_named_is_the_target(said: Said, facts: dict[str, Any], expected: Target) -> None:
    mention = said("git", **facts)
    assert target(mention, spoken_to=True, characteristic=None, own=OWN, protected=PROTECTED) == expected


def test_words_about_a_characteristic_that_speak_to_nobody_are_aimed_at_the_group(said: Said) -> None:
    found = target(said("git"), spoken_to=False, characteristic="sex", own=OWN, protected=PROTECTED)
    assert found == Target(kind=TargetKind.GROUP, characteristic="sex")


def test_words_about_a_characteristic_said_to_somebody_name_both(said: Said) -> None:
    mention = said("git", addressed=("@ann@fernwick.example",))
    found = target(mention, spoken_to=True, characteristic="sex", own=OWN, protected=PROTECTED)
    assert found == Target(kind=TargetKind.PROTECTED, handle="@ann@fernwick.example", characteristic="sex")
