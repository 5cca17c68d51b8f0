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

TO_A_PERSON = (
    "You utter waste of skin.",
    "Oxygen thief.",
    "Get back in your hole, you rat",
    "Go back to the swamp you slithered from",
    "Hope you lose your home and your marriage, witch",
    "Fat pig. Lay off the subsidised dinners.",
    "You look like a bulldog chewing a wasp",
    "Vile little toad of a man",
    "Snivelling little rat",
    "You should never have been born",
    "Shame your mother didn't have an abortion",
    "Everyone hates you, even your own kids",
    "No wonder your husband left you",
    "You treacherous snake, we will never forget",
    "You bloodsucking leech",
    "You are a boil on the backside of humanity",
    "You're lower than a snake's belly",
    "I wouldn't piss on you if you were on fire",
    "Who did you sleep with to get that seat?",
    "She's only good for one thing, and it isn't politics",
    "Put a bag over your head",
    "You stuttering fool, spit it out",
    "Go back to special school",
    "Your lot belong in the jungle",
    "Horrible, horrible woman",
    "Spineless slug",
    "You absolute shit",
    "Lying shit",
    "I hate your guts",
    "Get fucked",
    "Wind your neck in, love",
    "Hell is too good for you",
    "You are nothing. You are dirt.",
)
FIERCE_BUT_FAIR = (
    "You leeched off the taxpayer for twelve years",
    "This plan is crippled by its own numbers",
    "You are worthless as a representative",
    "Absolute shambles",
    "Bin the plan",
    "Pull your finger out",
    "You are not fit to lead a parish council",
    "You're a hypocrite of the first order",
    "Children died because you did not read the report",
    "Get back to your constituency and face the people you let down",
    "Rubbish answer",
    "You are finished",
    "You are blind to what is happening",
    "Get some help to the flooded farms",
    "You betrayed us. Every single one of us.",
    "Utter filth on our beaches because you let them pump it",
    "Your own side hate this plan",
    "We will fight you in every ward",
    "That woman has done more for this town than you ever will",
    "You're deluded if you think this will pass",
    "You should be ashamed of yourself",
    "Your promises are worthless",
    "How stupid do you think we are?",
    "Rats in the school kitchen again, councillor",
    "Go back to the drawing board",
    "What a repellent policy this is",
    "Stupid, stupid decision",
    "This is idiotic",
    "I am disgusted with the lot of you",
    "You are a joke and your manifesto is a joke",
    "You've got a nerve showing your face here",
    "You will dance to the donors' tune",
    "You need to get a grip",
    "Crooks and liars",
    "You are a coward and a fraud",
    "You are a racist and so is your poster",
    "The fat lady has sung for your party",
    "I hope you end up on the back benches",
    "You belong in the dustbin of history",
    "Nobody will miss this government",
    "Two-faced and self-serving",
    "You make me sick with your promises",
    "Smug and slippery",
    "Get your arse in gear",
    "You have lost the plot",
    "Some nerve, telling us what to do",
    "Cockroaches in block C and no reply in a month",
    "Deaf ears again from the cabinet",
    "Resign. You have disgraced this town.",
    "Bet you swallow this answer too, minister",
    "What a rat's nest of contracts",
    "You gormless lot closed the library",
    "Nobody likes you on the doorstep, I am sorry to say",
    "Go back to your mansion and leave the NHS alone",
    "You talk such crap",
    "Are you having a laugh",
    "Fascist",
    "It is madness",
    "Where is my fucking bus",
    "I don't give a shit what your leader says",
    "Clowns. A circus without a tent.",
    "The water companies are bloodsuckers",
    "A lame excuse",
    "Vermin in the school again, third time this year",
    "I hope you lose every vote from here to May",
    "Kill the bill",
    "You're nothing but a puppet for the donors",
    "Taking the piss again",
    "Hope your majority falls apart",
    "This country would be a better place without your party in power",
    "You threw us under the bus",
    "Get off your backside and come to Mill Lane",
    "Where is your heart?",
    "Absolutely useless council",
    "I hate what you have done to this town",
    "You're all the same, in it for yourselves",
    "Baby killers, says the banner, and I agree about the bombing",
    "I hate this government",
    "You fucked up the buses",
    "Not a single idea between the lot of you",
    "You disgust me",
    "Madam, you are wrong",
    "You've screwed us over again",
    "Your face is on every lamppost and your feet in none of our streets",
    "We'll destroy you at the polls",
    "Take a running jump with your tolls",
    "Gutless answer from a gutless government",
    "What the hell is wrong with you people?",
    "Crawl out of your bunker and answer the question",
    "Have you no shame, woman of the people?",
)
ON_OUR_SIDE = (
    "Whoever sent you that is a piece of shit",
    "The racists in your replies are vermin",
    "Don't let those wankers get to you",
    "You're worth ten of those arseholes",
    "What a pathetic little man, threatening a nurse like that. Stay strong.",
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


@pytest.mark.parametrize("text", TO_A_PERSON)
def test_abuse_of_a_person_is_found_in_the_forms_it_takes(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(f"@ann@fernwick.example {text}"), NOTHING).abusive


@pytest.mark.parametrize("text", FIERCE_BUT_FAIR)
def test_what_an_angry_and_decent_person_sends_is_left_alone(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(f"@ann@fernwick.example {text}"), NOTHING).matches == ()


@pytest.mark.parametrize("text", ON_OUR_SIDE)
def test_hard_words_for_those_who_attack_somebody_are_not_said_to_them(
    shipped: Rulebook, said: Said, text: str
) -> None:
    assert not shipped.judge(said(f"@ann@fernwick.example {text}"), NOTHING).abusive
