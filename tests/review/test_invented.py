"""The invented cases are what a desk takes for real ones: their words match, and rights treat them like any other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model import Mode, Reviewer, Role, State, Verb
from bot.review import invented
from bot.rights import verbs_for

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
ANN = Reviewer(id="ann", name="Ann", roles=frozenset({Role.APPROVER}))


@pytest.mark.parametrize("words", [invented.FAIR, invented.INSULT, invented.THREAT])
def test_every_verb_of_an_open_case_is_there_and_the_matched_words_stand_in_the_post(words: invented.Words) -> None:
    case = invented.case("rehearsal-1", words, NOW)
    [match] = case.verdict.matches
    assert case.mention.text[match.start : match.end] == match.text
    assert case.draft is not None
    assert case.draft.text.startswith(f"{words.by} ")
    verbs = verbs_for(case, ANN, invented.account("ann"))
    assert {Verb.APPROVE, Verb.EDIT, Verb.DISMISS, Verb.ESCALATE, Verb.REFER} <= verbs


def test_approved_one_can_be_undone_by_who_approved() -> None:
    case = invented.approved(invented.case("rehearsal-2", invented.INSULT, NOW), "ann", NOW)
    assert case.state is State.APPROVED
    assert Verb.UNDO in verbs_for(case, ANN, invented.account("ann"))
    assert case.due_at == NOW + invented.UNDO


def test_its_account_posts_nowhere_and_only_this_reader_may_approve() -> None:
    account = invented.account("ann")
    assert account.mode is Mode.DRY_RUN
    other = Reviewer(id="ben", name="Ben", roles=frozenset({Role.APPROVER}))
    assert Verb.APPROVE not in verbs_for(invented.case("rehearsal-1", invented.FAIR, NOW), other, account)
