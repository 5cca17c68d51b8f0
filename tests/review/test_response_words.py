"""What a revision of a response changed, in words and word by word."""

from __future__ import annotations

from dataclasses import replace

from bot.responses import Audience, Voice
from bot.review.difference import Change
from bot.review.response_words import AUDIENCES, STATES, VOICES, altered
from bot.store import RevisionState
from bot.texts import Sheet

CALM = Sheet(title="Calm", policies=("sexism",), variants=("Be kind.", "Be fair."))


def test_every_audience_voice_and_state_has_its_words() -> None:
    assert set(AUDIENCES) == {each.value for each in Audience}
    assert set(VOICES) == {each.value for each in Voice}
    assert set(STATES) == {each.value for each in RevisionState}


def test_only_what_changed_is_told_from_top_to_bottom() -> None:
    after = replace(
        CALM,
        title="Calmer",
        policies=("sexism", "personal_abuse"),
        voice="leader",
        min_strikes=2,
        variants=("Be very kind.", "Be fair.", "Be brief."),
        retired=frozenset({1}),
    )
    told = altered(CALM, after)
    assert [one.what for one in told] == [
        "Title",
        "Policies",
        "Said by",
        "Kept for authors with strikes",
        "Wording 1",
        "Wording 2 is no longer used.",
        "Wording 3, new",
    ]
    assert [(piece.text.strip(), piece.change) for piece in told[4].pieces] == [
        ("Be", Change.SAME),
        ("very", Change.ADDED),
        ("kind.", Change.SAME),
    ]
    assert altered(CALM, CALM) == ()
    assert [one.what for one in altered(after, replace(after, retired=frozenset()))] == ["Wording 2 is used again."]


def test_of_a_new_response_everything_is_told() -> None:
    assert [one.what for one in altered(None, CALM)] == [
        "Title",
        "Policies",
        "Speaks to",
        "Said by",
        "Wording 1, new",
        "Wording 2, new",
    ]


def test_wording_that_a_person_took_out_of_the_file_is_told() -> None:
    [gone] = altered(CALM, replace(CALM, variants=("Be kind.",)))
    assert (gone.what, gone.pieces[0].text, gone.pieces[0].change) == (
        "Wording 2, taken out",
        "Be fair.",
        Change.REMOVED,
    )
