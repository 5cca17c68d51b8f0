"""Every audit event of a case has its sentence, with who, why and what they noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.model import AuditEvent, Event, Reason, Reviewer
from bot.review.console.trail import WORDS, steps
from bot.review.words import moment
from bot.store import DecisionRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

AT = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)
NOBODY: Mapping[str, Reviewer] = {}


def event(kind: str, actor: str = "bot", **detail: object) -> AuditEvent:
    return AuditEvent(stream="party", seq=1, at=AT, kind=kind, actor=actor, case_id="c1", detail=detail)


def test_every_event_of_a_case_has_words() -> None:
    assert {str(one) for one in Event} <= set(WORDS)
    told = steps([event(f"case.{one}") for one in Event], [], reviewers=NOBODY, now=AT)
    assert len(told) == len(Event)
    assert all(step.text[0].isupper() and step.text.endswith(".") and "{" not in step.text for step in told)


def test_decision_comes_with_its_reason_and_note() -> None:
    record = DecisionRecord(
        id="d",
        case_id="c1",
        kind="dismiss",
        reviewer="tom",
        at=AT,
        reason=Reason.QUOTED,
        note="She shows what she got.",
        desk="console",
        draft_id=None,
    )
    (step,) = steps([event("case.dismissed", "tom", reason="quoted")], [record], reviewers=NOBODY, now=AT)
    assert step.text == "Tom dismissed it. Not abuse: quotes or reports it."
    assert step.note == "She shows what she got."


def test_edit_after_an_approval_says_that_it_lapsed_and_nothing_was_posted() -> None:
    kinds = ("approved", "held", "mention_edited", "mention_edited", "approved", "undone", "mention_edited")
    told = steps([event(f"case.{kind}") for kind in kinds], [], reviewers=NOBODY, now=AT)
    edits = [step.text for step in told if step.text.startswith("The author edited the post.")]
    assert ["nothing was posted" in text for text in edits] == [True, False, False]


def test_same_line_again_and_again_is_told_once_with_how_often_and_when_last() -> None:
    rings = [replace(event("case.rung"), at=AT + timedelta(minutes=5 * number)) for number in range(26)]
    read = [event("case.read", "tom")]
    told = steps([event("case.opened"), *rings[:9], *read, *rings[9:]], [], reviewers=NOBODY, now=AT)
    last = moment(rings[-1].at, AT)
    assert [(step.when, step.text) for step in told] == [
        (moment(AT, AT), "The case was opened."),
        (moment(AT, AT), f"It rang, because nobody had acknowledged it. 26 times, the last at {last}."),
    ]


def test_unknown_event_is_shown_as_it_is_and_a_doubled_one_left_out() -> None:
    told = steps([event("reply.published"), event("case.blessed")], [], reviewers=NOBODY, now=AT)
    assert [step.text for step in told] == ["Case.blessed."]
