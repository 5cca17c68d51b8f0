"""Where insults begin: the vocabulary of fair political anger passes, and a crude name needs somebody it is said to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import History, Parent, VerdictKind

if TYPE_CHECKING:
    from bot.rules import Rulebook
    from tests.rules.conftest import Said

NOTHING = History()
FAIR_ANGER = (
    "You are a liar, a coward and a hypocrite",
    "You're a disgrace. Shameful. Resign!",
    "Corrupt, incompetent government from top to bottom",
    "What a clown show your cabinet is",
    "This is a racist policy and you are a racist for voting for it",
    "Fascists, the lot of you, and I will vote against every one",
    "You absolute muppet, the bridge is in the other county",
    "Your speech was pathetic and your answer was stupid",
    "What the hell were you thinking, you useless lot?",
    "You don't have a clue, do you?",
    "You people never listen",
    "Shame on you, traitor to your own voters",
    "Bullshit. Utter bullshit, Minister.",
)
NARRATIVE = (
    "Some dickhead parked across my drive again.",
    "My ex was a complete bastard, but the court helped.",
    "The other driver was a moron.",
    "It rained so hard that we had to gtfo of the tent.",
    "No one will fuck you over in my street.",
)


@pytest.mark.parametrize("text", FAIR_ANGER)
@pytest.mark.parametrize("handle", ["", "@ann@fernwick.example "])
def test_fair_anger_passes_whether_or_not_it_names_somebody(
    shipped: Rulebook, said: Said, text: str, handle: str
) -> None:
    assert shipped.judge(said(handle + text), NOTHING).matches == ()


@pytest.mark.parametrize("text", NARRATIVE)
def test_a_story_about_a_stranger_is_not_our_business(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(text), NOTHING).matches == ()


@pytest.mark.parametrize("text", ["what a wanker", "he is a piece of shit", "the lot are scumbags"])
def test_the_same_words_count_once_they_are_said_to_somebody(shipped: Rulebook, said: Said, text: str) -> None:
    parent = Parent(uri="https://f.example/1", author="@Ann@fernwick.example", text="Good morning")
    assert not shipped.judge(said(text), NOTHING).abusive
    for mention in (said(f"@ann@fernwick.example {text}"), said(text, parent=parent)):
        verdict = shipped.judge(mention, NOTHING)
        assert (verdict.policy, verdict.abusive) == ("personal_abuse", True)


@pytest.mark.parametrize(
    "text", ["@ann@fernwick.example you moron", "fuck you", "@ann@fernwick.example the idiot in charge"]
)
def test_rudeness_is_recorded_and_not_answered(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(text), NOTHING).kind is VerdictKind.RECORD
