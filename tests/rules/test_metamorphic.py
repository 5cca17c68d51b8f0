"""What may be done to a text without changing what the rules say of it, and what must change it.

Promised of every rule that is shipped: its own examples are what is disguised, turned and set among other sentences.
"""

from __future__ import annotations

import itertools
import json
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judge import judge_lines
from bot.model import VerdictKind
from tests.fakes.hostile import GUESSED, LEGIBLE, disguised
from tests.fakes.kept import FOR_FAIR, difference, steps
from tests.fakes.sayings import (
    ABUSE,
    FAIR,
    MARKED,
    NAMES,
    OF_ANYBODY,
    PARTIES,
    PEOPLE,
    PRAISE,
    REPORTED,
    ROLES,
    Examples,
    Saying,
    judged,
)

if TYPE_CHECKING:
    from bot.files import Files
    from bot.rules import Rulebook

ESCALATE = VerdictKind.ESCALATE
SEEDS = st.integers(0, 2**32)
LEGIBLE_STEPS = st.lists(st.sampled_from(sorted(LEGIBLE)), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def examples(shipped: Rulebook) -> Examples:
    found = Examples(shipped)
    assert len(found.abusive) > 300
    assert len(found.fair) > 400
    return found


def test_fierce_and_fair_sentences_from_every_side_are_left_alone(shipped: Rulebook) -> None:
    assert len(FAIR) >= 60
    assert [text for text in FAIR if judged(shipped, text).kind is not VerdictKind.IGNORE] == []


@settings(max_examples=400)
@given(which=SEEDS, seed=SEEDS, steps=LEGIBLE_STEPS)
def test_whatever_the_letters_look_like_the_verdict_is_kept(
    shipped: Rulebook, examples: Examples, which: int, seed: int, steps: list[str]
) -> None:
    saying = examples.abusive[which % len(examples.abusive)]
    told = disguised(saying.text, steps, Random(seed))  # noqa: S311  no secret
    assert difference(saying, told, judged(shipped, told.text)) is None, told.text


@settings(max_examples=200)
@given(which=SEEDS, seed=SEEDS, steps=LEGIBLE_STEPS)
def test_a_fair_sentence_stays_fair_whatever_its_letters_look_like(
    shipped: Rulebook, examples: Examples, which: int, seed: int, steps: list[str]
) -> None:
    told = disguised(examples.fair[which % len(examples.fair)].text, steps, Random(seed))  # noqa: S311  no secret
    assert judged(shipped, told.text).kind is VerdictKind.IGNORE, told.text


def test_what_denies_it_does_so_though_it_is_turned_round(shipped: Rulebook) -> None:
    assert judged(shipped, "Catholics must \u202eton\u202c suffer for your budget.").kind is VerdictKind.IGNORE
    assert judged(shipped, "Catholics must suffer.").kind is VerdictKind.ESCALATE


@pytest.mark.parametrize("text", ABUSE)
@settings(max_examples=60)
@given(seed=SEEDS)
def test_abuse_of_the_common_kind_is_found_through_a_stack_of_disguises(
    shipped: Rulebook, text: str, seed: int
) -> None:
    random = Random(seed)  # noqa: S311  no secret
    told = disguised(text, steps(random, sorted(GUESSED)), random)
    assert difference(Saying("", text, judged(shipped, text)), told, judged(shipped, told.text)) is None, told.text


@settings(max_examples=300)
@given(text=st.sampled_from(FAIR), seed=SEEDS)
def test_a_fierce_and_fair_sentence_stays_fair_through_a_stack_of_disguises(
    shipped: Rulebook, text: str, seed: int
) -> None:
    random = Random(seed)  # noqa: S311  no secret
    told = disguised(text, steps(random, FOR_FAIR), random)
    assert judged(shipped, told.text).kind is VerdictKind.IGNORE, told.text


@pytest.mark.parametrize("frame", OF_ANYBODY)
def test_whoever_is_meant_and_of_whatever_party_the_verdict_is_the_same(shipped: Rulebook, frame: str) -> None:
    everybody = itertools.product(
        NAMES if "{name}" in frame else NAMES[:1],
        PEOPLE if "{the" in frame else PEOPLE[:1],
        PARTIES if "{party}" in frame else PARTIES[:1],
        ROLES if "{role}" in frame else ROLES[:1],
    )
    verdicts = {}
    for name, (they, them), party, role in everybody:
        text = frame.format(name=name, they=they, them=them, party=party, role=role)
        verdict = judged(shipped, text)
        verdicts[verdict.kind, verdict.policy, verdict.severity] = text
    assert len(verdicts) == 1, verdicts


def test_what_may_be_said_of_anybody_is_abuse_in_some_frames_and_fair_in_others(shipped: Rulebook) -> None:
    said = [
        judged(shipped, frame.format(name="Ada Lund", they="she", them="her", party="Harbour Party", role="councillor"))
        for frame in OF_ANYBODY
    ]
    assert {verdict.kind for verdict in said} >= {VerdictKind.IGNORE, VerdictKind.RESPOND, VerdictKind.ESCALATE}


@pytest.mark.parametrize("frame", REPORTED)
def test_abuse_that_is_passed_on_as_another_speakers_gets_no_answer(
    shipped: Rulebook, examples: Examples, frame: str
) -> None:
    passed_on = [frame.format(saying.text) for saying in examples.abusive if saying.verdict.kind is not ESCALATE]
    assert [text for text in passed_on if judged(shipped, text).kind is VerdictKind.RESPOND] == []


@pytest.mark.parametrize(("marked", "plain"), MARKED)
def test_quotation_marks_without_another_speaker_take_nothing_from_a_danger(
    shipped: Rulebook, examples: Examples, marked: str, plain: str
) -> None:
    dangers = [
        saying.text
        for saying in examples.abusive
        if saying.verdict.kind is ESCALATE and judged(shipped, plain.format(saying.text)).kind is ESCALATE
    ]
    assert len(dangers) > 100
    assert [text for text in dangers if judged(shipped, marked.format(text)).kind is not ESCALATE] == []


@settings(max_examples=200)
@given(which=SEEDS, before=st.sampled_from(["", *PRAISE]), after=st.sampled_from(["", *PRAISE]))
def test_praise_around_abuse_does_not_excuse_it(
    shipped: Rulebook, examples: Examples, which: int, before: str, after: str
) -> None:
    saying = examples.abusive[which % len(examples.abusive)]
    end = ". " if saying.text[-1:].isalnum() else "\n\n"
    verdict = judged(shipped, f"{before} {saying.text}{end}{after}".strip())
    assert (verdict.kind, verdict.policy, verdict.severity) == (
        saying.verdict.kind,
        saying.verdict.policy,
        saying.verdict.severity,
    )


@settings(max_examples=30)
@given(order=st.permutations(range(24)), size=st.integers(1, 24), first=SEEDS)
def test_neither_order_nor_batches_change_an_answer(
    shipped: Rulebook, files: Files, examples: Examples, order: list[int], size: int, first: int
) -> None:
    abusive, fair = examples.abusive, examples.fair
    texts = [(abusive, fair)[number % 2][(first + number) % len(fair) % len(abusive)].text for number in range(24)]
    lines = [json.dumps({"id": number, "text": text}).encode() for number, text in enumerate(texts)]

    def answers(some: list[int]) -> list[tuple[bytes, bool]]:
        numbered = ((number + 1, lines[number]) for number in some)
        return list(judge_lines(numbered, shipped, files.responses, account="party"))

    expected = dict(zip(range(24), answers(list(range(24))), strict=True))
    batches = [order[start : start + size] for start in range(0, 24, size)]
    found = [answer for batch in batches for answer in answers(batch)]
    assert found == [expected[number] for number in order]


@settings(max_examples=150)
@given(lines=st.lists(st.binary(max_size=80), max_size=8))
def test_any_bytes_get_an_answer_in_their_place(shipped: Rulebook, files: Files, lines: list[bytes]) -> None:
    given_lines = [line.replace(b"\n", b" ") for line in lines]
    found = list(judge_lines(enumerate(given_lines, start=1), shipped, files.responses, account="party"))
    numbers = [number for number, line in enumerate(given_lines, start=1) if line.strip()]
    assert len(found) == len(numbers)
    for number, (answer, valid) in zip(numbers, found, strict=True):
        assert valid or f"line {number}:" in json.loads(answer)["error"]


@settings(max_examples=300)
@given(text=st.text(max_size=200))
def test_any_text_is_judged_to_its_end(shipped: Rulebook, text: str) -> None:
    verdict = judged(shipped, text)
    assert all(text[match.start : match.end] == match.text for match in verdict.matches)
    assert not shipped.faults
