"""What was sealed is opened by its key alone, and holds what it was made of and nothing that it was not."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import sodium_pad
from nacl.public import PublicKey, SealedBox

from bot.config.shape import Policy
from bot.model import Affiliation, Claim, Match, Verdict, VerdictKind
from bot.safety.wall import (
    LEAST_BYTES,
    UNKNOWN,
    CannotOpenError,
    Kind,
    Passed,
    compose,
    new_keys,
    open_box,
    public_key_of,
    seal,
)
from bot.store import Captured
from bot.store.encoding import evidence_of, sha256
from tests.fakes.cases import MENTION

PRIVATE, PUBLIC = new_keys()
AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
CLAUSES = {"personal_abuse": Policy(clause="12. Argue with what people say.", verdict=VerdictKind.RESPOND)}
EVIDENCE = evidence_of(MENTION)
CAPTURED = Captured(number=1, at=AT, evidence=EVIDENCE, sha256=sha256(EVIDENCE))
VERDICT = Verdict(
    kind=VerdictKind.RESPOND,
    policy="personal_abuse",
    severity=2,
    matches=(Match(rule="r", policy="personal_abuse", severity=2, field="text", start=0, end=3, text="florp"),),
    affiliation=Affiliation(claim=Claim.MEMBER, confidence=0.8, evidence=("bio: 'member'",), doubts=("It is new.",)),
    reasons=("A person reported it.", "Tom is furious."),
)


def passed(**changes: Any) -> Passed:
    made: dict[str, Any] = {
        "id": "b1",
        "kind": Kind.REFERRAL,
        "verdict": VERDICT,
        "captured": [CAPTURED],
        "at": AT,
        "clauses": CLAUSES,
        "titles": lambda rule: f"title of {rule}",
        "ground": "personal_abuse",
    }
    return compose(**{**made, **changes})


def test_box_opens_with_its_key_and_says_what_was_put_in() -> None:
    assert open_box(seal(passed(), PUBLIC), PRIVATE) == passed()
    assert passed().mention == MENTION
    assert passed().versions[0].whole
    [match] = passed().matches
    assert (match.title, match.words, match.clause) == ("title of r", "florp", CLAUSES["personal_abuse"].clause)


def test_same_content_is_never_sealed_alike() -> None:
    assert seal(passed(), PUBLIC) != seal(passed(), PUBLIC)


def test_what_comms_holds_opens_nothing() -> None:
    box = seal(passed(), PUBLIC)
    for key in (PUBLIC, new_keys()[0], base64.b64encode(bytes(32)).decode()):
        with pytest.raises(CannotOpenError, match="sealed for another key"):
            open_box(box, key)


def test_key_of_before_still_opens() -> None:
    assert open_box(seal(passed(), PUBLIC), new_keys()[0], PRIVATE) == passed()


@given(place=st.integers(0, LEAST_BYTES - 1), bit=st.integers(0, 7))
def test_box_of_which_one_bit_was_changed_does_not_open(place: int, bit: int) -> None:
    raw = bytearray(base64.b64decode(seal(passed(), PUBLIC)))
    raw[place] ^= 1 << bit
    with pytest.raises(CannotOpenError):
        open_box(base64.b64encode(raw).decode(), PRIVATE)


def sealed_as(content: str) -> str:
    """A correct box, whatever is in it."""
    box = SealedBox(PublicKey(base64.b64decode(PUBLIC))).encrypt(sodium_pad(content.encode(), 1_048_576))
    return base64.b64encode(box).decode()


EXHIBIT = {
    "kind": "post",
    "version": 1,
    "url": "",
    "media_type": "",
    "headers": [],
    "captured_at": AT.isoformat(),
    "server_time": None,
    "exact": True,
    "missing": "",
    "sha256": "0" * 64,
    "content": "A",
}


@pytest.mark.parametrize(
    "changes",
    [
        {"versions": []},
        {"evidence": '{"x": 1}'},
        {"evidence": EVIDENCE.replace('"author":', '"writer":')},
        {"evidence": "nope"},
        {"evidence": "[]"},
        {"evidence": "[" * 200_000},
        {"evidence": json.dumps({**json.loads(EVIDENCE), "text": ["a"]})},
        {"exhibits": [EXHIBIT]},
    ],
)
def test_box_with_a_shape_that_is_not_ours_is_told_as_one(changes: dict[str, Any]) -> None:
    content = json.loads(passed().model_dump_json())
    assert open_box(sealed_as(json.dumps(content)), PRIVATE) == passed()
    if "evidence" in changes:
        content["versions"][-1] |= changes
    else:
        content |= changes
    with pytest.raises(CannotOpenError) as caught:
        open_box(sealed_as(json.dumps(content)), PRIVATE)
    assert str(caught.value) == UNKNOWN


@pytest.mark.parametrize("box", ["", "not base64 at all", "AAAA", base64.b64encode(b"x" * 48).decode()])
def test_what_is_no_box_does_not_open(box: str) -> None:
    with pytest.raises(CannotOpenError):
        open_box(box, PRIVATE)


@given(length=st.integers(0, 60_000))
def test_size_of_a_box_tells_neither_what_is_in_it_nor_how_much(length: int) -> None:
    evidence = evidence_of(replace(MENTION, text="x" * length))
    large = passed(captured=[Captured(number=1, at=AT, evidence=evidence, sha256=sha256(evidence))])
    size = len(base64.b64decode(seal(large, PUBLIC))) - 48  # libsodium's own part
    assert size in {LEAST_BYTES << times for times in range(4)}
    assert open_box(seal(large, PUBLIC), PRIVATE) == large


def test_reasons_that_people_gave_are_not_in_it() -> None:
    content = passed().model_dump_json()
    assert "Tom is furious" not in content
    assert "A person reported it" not in content


def test_shape_of_a_box_has_no_place_for_anything_of_ours() -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        Passed.model_validate({**passed().model_dump(), "note": "hurry"})
    assert set(Passed.model_fields) == {
        "format",
        "id",
        "kind",
        "sealed_at",
        "ground",
        "severity",
        "matches",
        "claim",
        "versions",
        "exhibits",
    }


def test_public_key_follows_from_the_private_one() -> None:
    assert public_key_of(PRIVATE) == PUBLIC
    for wrong in ("", "AAAA", "!"):
        with pytest.raises(ValueError, match=r".+"):
            public_key_of(wrong)
