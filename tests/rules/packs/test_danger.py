"""What must reach the safety team, and what must not wake it at night: the packs that escalate, in whole mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import History, Parent, VerdictKind

if TYPE_CHECKING:
    from bot.model import Mention
    from bot.rules import Rulebook
    from tests.rules.conftest import Said

NOTHING = History()
DANGER = (
    ("You're going to get a bullet, Minister, and soon", "threat"),
    ("I'm gonna come down there and kick your head in", "threat"),
    ("You will be swinging from a lamppost by Christmas", "threat"),
    ("She should be dragged out and shot", "threat"),
    ("i know where u live", "threat"),
    ("You won't make it to the election alive", "threat"),
    ("a bomb under your car would sort this", "threat"),
    ("We want you dead", "threat"),
    ("go hang urself", "self_harm"),
    ("have you considered jumping off a bridge?", "self_harm"),
    ("They stopped my money and I am going to end it tonight", "at_risk"),
    ("I don't see the point in living anymore", "at_risk"),
    ("I have been outside your house every night this week", "stalking"),
    ("I saw you in the supermarket, you looked gorgeous in that dress", "stalking"),
    ("here's his private number: 07700 900456", "doxxing"),
    ("She lives at 22 Acacia Avenue", "doxxing"),
    ("im in year 9", "child"),
    ("I would shag your daughter", "child"),
    ("I'd never threaten anyone but I will kill you", "threat"),
    ("The police can't stop me, I will kill you", "threat"),
    ("If you report me to them I will kill you", "threat"),
    ("@leader@fernwick.example should be shot", "threat"),
    ("I'm going to kill Rosa", "threat"),
    ("why dont u just die", "self_harm"),
    ("Rosa's number is 07700 900456", "doxxing"),
)
FIGURES_OF_SPEECH = (
    "This bill will kill my business",
    "I will kill this bill",
    "We will fight you in every seat and bury you in May",
    "I could die of laughter",
    "Hang in there!",
    "Hang your head in shame",
    "shoot me an email",
    "We have you in our sights for the next election",
    "Let's crush them at the polls",
    "They will execute a plan that kills jobs",
    "You have blood on your hands",
    "Your policy kills",
    "You're dead to me after that vote",
    "You're shooting yourself in the foot",
    "That's the hill you want to die on?",
    "How many more have to die on that crossing?",
    "I want to die at home with my family",
    "I'd kill for a dentist appointment",
    "You stabbed us in the back",
    "They will crucify you in the press",
    "We're coming for your seat",
    "I know where you stand",
    "You can't hide from your record",
    "Your days are numbered",
    "Put a bomb under the planning system",
    "I hope your policy dies a death",
    "Kill the cuts!",
    "We will shoot the film in Fernwick",
    "I will kill this motion, and so will the other side",
    "Shoot @leader@fernwick.example a message",
    "Capitalism must die",
    "He told me yesterday I will kill you",
    "Why don't you hang up on me again?",
    "Let's hang out at the count",
)
SAID_BY_THOSE_IN_NEED = (
    "When I was 13 I joined your party",
    "My 13-year-old daughter thinks you're wrong",
    "I'm 12 points behind and still standing",
    "I live at 14 Mill Lane and the street light is out",
    "Call me on 07700 900123 about my case",
    "I've written to you six times about my mother's care",
    "Why did you block me for asking a question?",
    "Saw you at the market on Saturday, thanks for the chat",
    "My brother took his own life after your sanctions",
    "Women get told they should be raped for speaking up",
    "He threatened to kill me and you did nothing",
    "I was attacked last night and the police did not come",
)


@pytest.mark.parametrize(("text", "policy"), DANGER)
def test_danger_is_escalated_under_its_policy(shipped: Rulebook, said: Said, text: str, policy: str) -> None:
    verdict = shipped.judge(said(text), NOTHING)
    assert (verdict.kind, verdict.policy) == (VerdictKind.ESCALATE, policy)


@pytest.mark.parametrize("text", [*FIGURES_OF_SPEECH, *SAID_BY_THOSE_IN_NEED])
def test_fierce_words_and_cries_for_help_wake_nobody(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(text), NOTHING).matches == ()


@pytest.mark.parametrize(
    "text",
    ["I want to die", "I have started cutting myself again", "I'm 13 and I think you are wrong about the skate park"],
)
def test_whoever_needs_looking_after_is_shown_to_the_safety_team_and_is_not_abusive(
    shipped: Rulebook, said: Said, text: str
) -> None:
    verdict = shipped.judge(said(text), NOTHING)
    assert (verdict.kind, verdict.abusive) == (VerdictKind.ESCALATE, False)


def test_an_author_at_risk_who_also_abuses_is_abusive(shipped: Rulebook, said: Said) -> None:
    verdict = shipped.judge(said("I want to die. You absolute scumbag."), NOTHING)
    assert (verdict.kind, verdict.policy, verdict.abusive) == (VerdictKind.ESCALATE, "at_risk", True)


def _ways_to_say(said: Said, threat: str) -> dict[str, Mention]:
    calm = "Good morning"
    fierce = Parent(uri="https://f.example/1", author="@Ann@fernwick.example", text="Come and tell me what you think.")
    return {
        "text": said(threat),
        "at the end of a long text": said("The bins were late again. " * 400 + threat),
        "content warning": said(calm, content_warning=threat),
        "poll": said(calm, poll=("yes", threat)),
        "picture": said(calm, media=(threat,)),
        "name": said(calm, profile={"display_name": threat}),
        "answer": said(threat, parent=fierce),
        "to a handle": said(f"@ann@fernwick.example {threat}"),
        "in capitals": said(threat.upper()),
        "with praise": said(f"Lovely speech, thank you so much. {threat}. Have a nice day!"),
        "called a joke": said(f"{threat}. Just joking, figure of speech."),
        "in another language": said(threat, lang="sv"),
        "quoted by nobody": said(f'"{threat}"'),
        "by a member": said(threat, profile={"bio": "Fernwick Greens member since 2015"}),
    }


@pytest.mark.parametrize(
    "threat", ["I will kill you", "I know where you live", "I'll be outside your house tonight", "kill yourself"]
)
def test_a_threat_escalates_wherever_and_however_it_is_said(shipped: Rulebook, said: Said, threat: str) -> None:
    ways = _ways_to_say(said, threat)
    kinds = {way: shipped.judge(mention, NOTHING).kind for way, mention in ways.items()}
    assert kinds == dict.fromkeys(ways, VerdictKind.ESCALATE)
