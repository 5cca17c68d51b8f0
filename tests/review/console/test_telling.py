"""Every event is told in a plain sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import AuditEvent, Event
from bot.review.console.telling import WORDS, told
from tests.review.conftest import NOW

if TYPE_CHECKING:
    from bot.model import Reviewer

EVENT = AuditEvent(stream="party", seq=1, at=NOW, kind="case.dismissed", actor="asha", case_id="c1")


@pytest.mark.parametrize("event", Event)
def test_every_event_of_a_case_has_its_sentence(event: Event) -> None:
    assert WORDS[f"case.{event}"].endswith(".")


def test_sentence_names_who_and_why(reviewers: dict[str, Reviewer]) -> None:
    event = replace(EVENT, detail={"reason": "fair_criticism"})
    assert told(event, reviewers) == "Asha Verma dismissed it. Not abuse: fair criticism."


def test_who_has_left_is_told_by_their_id(reviewers: dict[str, Reviewer]) -> None:
    assert told(replace(EVENT, actor="gone"), reviewers) == "Gone dismissed it."


def test_kind_without_a_sentence_is_told_by_its_name(reviewers: dict[str, Reviewer]) -> None:
    assert told(replace(EVENT, kind="tea.was_made"), reviewers) == "Tea was made, by Asha Verma."


def test_reason_that_is_none_of_ours_is_not_repeated(reviewers: dict[str, Reviewer]) -> None:
    event = replace(EVENT, detail={"reason": "<script>"})
    assert told(event, reviewers) == "Asha Verma dismissed it."
