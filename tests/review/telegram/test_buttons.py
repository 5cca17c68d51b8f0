"""What stands on buttons and behind them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Reason, Verb
from bot.review.telegram.buttons import (
    ALL,
    ASK,
    ASK_ALL,
    BACK,
    LABELS,
    POST,
    SAFETY_VERBS,
    YES,
    Wish,
    choice_rows,
    main_rows,
    read,
)
from bot.rights import REASON_WORDS, REASONS, SPEAKING

CASE = "01jd0c9x8v2m4n6p"
STEPS = {verb: ["", ASK, BACK, YES, *(reason.value for reason in REASONS.get(verb, ()))] for verb in Verb}


@given(
    st.sampled_from(list(Verb)).flatmap(lambda verb: st.tuples(st.just(verb), st.sampled_from(STEPS[verb]))),
    st.integers(0, 99_999),
)
@settings(deadline=None)
def test_what_is_behind_a_button_fits_and_is_read_back(choice: tuple[Verb, str], version: int) -> None:
    wish = Wish(verb=choice[0], case_id=CASE, version=version, step=choice[1])
    assert len(wish.data.encode()) <= 64
    assert read(wish.data) == wish


@given(st.text(max_size=64))
@settings(deadline=None)
def test_any_other_words_are_read_or_refused_but_never_fail(data: str) -> None:
    wish = read(data)
    assert wish is None or read(wish.data) == wish


def test_data_that_would_not_fit_is_refused_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="too long for a button"):
        assert Wish(verb=Verb.DISMISS, case_id="x" * 60, version=1).data


def test_every_verb_has_a_label_and_a_place() -> None:
    placed = [button.label for row in main_rows(set(Verb), CASE, 1) for button in row]
    assert sorted(placed) == sorted(LABELS[verb] for verb in Verb)


def test_only_verbs_that_somebody_has_are_shown() -> None:
    assert [button.label for row in main_rows({Verb.UNDO}, CASE, 1) for button in row] == ["Undo"]


def test_nothing_in_the_safety_chat_can_speak_for_an_account() -> None:
    assert not SAFETY_VERBS & SPEAKING


def test_not_abuse_stands_apart_from_abuse_not_answered() -> None:
    labels = [row[0].label for row in choice_rows(Verb.DISMISS, CASE, 1)]
    parting = labels.index("« Back")
    assert all(label.startswith("○ Not abuse") for label in labels[:parting])
    assert all(label.startswith("● Abuse, not answered") for label in labels[parting + 1 :])
    assert len(labels) == len(REASONS[Verb.DISMISS]) + 1


@pytest.mark.parametrize("verb", [Verb.ESCALATE, Verb.REFER])
def test_each_reason_has_a_button_that_carries_it(verb: Verb) -> None:
    rows = choice_rows(verb, CASE, 4)
    wishes = {row[0].label: read(row[0].data) for row in rows}
    for reason in REASONS[verb]:
        wish = wishes[REASON_WORDS[reason]]
        assert wish is not None
        assert (wish.verb, wish.version, wish.reason) == (verb, 4, reason)


def test_deleting_our_reply_is_asked_twice() -> None:
    ((first,),) = main_rows({Verb.RETRACT}, CASE, 3)
    wish = read(first.data)
    assert wish is not None
    assert wish.step == ASK
    assert [row[0].label for row in choice_rows(Verb.RETRACT, CASE, 3)] == ["Yes, delete our reply", "« Back"]


def test_correcting_is_asked_twice_and_keeping_is_not() -> None:
    ((keep, correct),) = main_rows({Verb.KEEP, Verb.CORRECT}, CASE, 3)
    wishes = [read(keep.data), read(correct.data)]
    assert [wish.step if wish else None for wish in wishes] == ["", ASK]
    labels = [row[0].label for row in choice_rows(Verb.CORRECT, CASE, 3)]
    assert labels == ["Yes, delete it and review the post again", "« Back"]


def test_a_reason_of_another_verb_is_not_read() -> None:
    assert read(f"dismiss:{CASE}:1:{Reason.POLICE}") is None


def test_what_a_pile_on_adds_stands_below_and_moves_nothing() -> None:
    verbs = {Verb.APPROVE, Verb.DISMISS, Verb.REFER}
    alone, bundled = main_rows(verbs, CASE, 3), main_rows(verbs, CASE, 3, another="d1y000000000000z")
    assert bundled[: len(alone)] == alone
    (turn,), (dismiss,) = bundled[len(alone) :]
    assert turn.data == f"{POST}d1y000000000000z"
    wish = read(dismiss.data)
    assert wish is not None
    assert (wish.verb, wish.step, wish.whole) == (Verb.DISMISS, ASK_ALL, False)


def test_a_whole_pile_on_is_dismissed_for_a_reason_and_never_approved() -> None:
    wishes = [read(button.data) for row in choice_rows(Verb.DISMISS, CASE, 999_999, whole=True) for button in row]
    chosen = {wish.reason for wish in wishes if wish is not None and wish.whole}
    assert chosen == set(REASONS[Verb.DISMISS])
    for verb in set(Verb) - {Verb.DISMISS}:
        assert read(f"{verb}:{CASE}:1:{ASK_ALL}") is None
        assert read(f"{verb}:{CASE}:1:{ALL}{Reason.NOT_ANSWERED}") is None


def test_each_ground_of_a_referral_has_a_button_where_there_are_several() -> None:
    rows = choice_rows(Verb.REFER, CASE, 3, clauses=["6. Nobody is attacked.", "12. Argue."])
    wishes = {row[0].label: read(row[0].data) for row in rows}
    wish = wishes["Disciplinary body: 12. Argue."]
    assert wish is not None
    assert (wish.reason, wish.ground) == (Reason.DISCIPLINARY, 1)
    assert "Passed to the party's disciplinary body" not in wishes
    one = [row[0].label for row in choice_rows(Verb.REFER, CASE, 3, clauses=["12. Argue."])]
    assert "Passed to the party's disciplinary body" in one


def test_ground_is_a_number_and_no_words() -> None:
    for step in ("for.", "for.x", "for.-1", "for.100", "for.01"):
        assert read(f"refer:{CASE}:1:{step}") is None


def test_button_for_the_platform_says_whether_the_bot_reports_or_a_person_did() -> None:
    for clauses in ((), ("6. Nobody is attacked.", "12. Argue.")):
        by_hand = [row[0].label for row in choice_rows(Verb.REFER, CASE, 3, clauses=clauses)]
        by_the_bot = [row[0].label for row in choice_rows(Verb.REFER, CASE, 3, clauses=clauses, reports=True)]
        assert "Reported to the platform" in by_hand
        assert "Report it to the platform" in by_the_bot
        assert by_hand[1:] == by_the_bot[1:]
