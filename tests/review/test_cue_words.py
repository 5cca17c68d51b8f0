from __future__ import annotations

from bot.review.cue_words import cue_note, cue_views, level_words
from bot.safety.cues import Cue, CueKind

TIME = Cue(kind=CueKind.TIME, field="text", start=0, end=7, text="tonight")
MEANS = Cue(kind=CueKind.MEANS, field="text", start=9, end=14, text="knife")
AGAIN = Cue(kind=CueKind.REPETITION, text="c0")


def test_note_says_what_is_named_without_a_word_of_it_and_that_it_is_no_verdict() -> None:
    note = cue_note([TIME, MEANS, AGAIN, AGAIN])
    assert note.startswith("It names a time and a means. 2 earlier cases of this author at the same target. Such cues")
    assert "knife" not in note
    assert cue_note([]) == ""
    assert "It names" not in cue_note([AGAIN])


def test_only_what_stands_in_the_post_can_be_shown_in_it() -> None:
    assert [(view.kind, view.words) for view in cue_views([TIME, AGAIN])] == [("time", "tonight")]


def test_level_is_a_number_of_kinds() -> None:
    assert level_words(["time", "means"]) == "2 cues: time, means"
    assert level_words(["repetition"]) == "1 cue: repetition"
    assert level_words([]) == ""
