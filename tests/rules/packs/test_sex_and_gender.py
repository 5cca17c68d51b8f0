"""What the shipped rules promise on sex, gender, disability and illness, whichever rule it is that reads a text.

Opinions pass from every side, fierce ones too; groups may name themselves; and whoever is abused, the sex of the
abused makes no difference. A rule's own examples cannot say this, because they try that rule alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import History, VerdictKind

if TYPE_CHECKING:
    from bot.rules import Rulebook
    from tests.rules.conftest import Said

NOTHING = History()
OPINIONS = (
    "Sex is binary and it is immutable. Your party has forgotten what a woman is.",
    "A woman is an adult human female. Put that in your manifesto.",
    "Single-sex wards must be for biological women only, and you know it.",
    "Males have no place in women's sport. End of.",
    "Puberty blockers for children are a scandal and you waved them through.",
    "Gender ideology has captured your councillors. Shame on you.",
    "Trans women are women. Your amendment is cruel and I will not vote for you.",
    "Trans men and trans women wait five years for an appointment. That is on you.",
    "Stop using trans people as a football in your culture war, you cowards.",
    "Non-binary people exist, and your form does not have a box for them.",
    "All-women shortlists are unfair to men and should be scrapped.",
    "Without all-women shortlists you would have no women at all. Pathetic.",
    "Feminism has gone too far when boys fail at school and nobody cares.",
    "We need more feminism, not less, in this council of old men.",
    "Men are the victims of most violent crime and you never mention them.",
    "Men commit most violent crime, and your strategy does not say the word.",
    "Women with young children should be able to stay at home if they want to.",
    "Marriage is between a man and a woman, that is my belief and I will vote on it.",
    "Equal marriage was the best thing your party ever did. What happened to you?",
    "Abortion is wrong and your vote on it was wrong.",
    "My body, my choice. Keep your laws off it, minister.",
    "Drag queen story hour is no use of public money.",
    "Leave drag queens alone and mend the libraries.",
    "Section 28 was an evil law and you voted for it.",
)
OF_THEMSELVES = (
    "As a gay man I am ashamed of your party.",
    "We queers built this neighbourhood and you are pricing us out.",
    "Proud dyke here, and I will be at the march whether you like it or not.",
    "I'm a trans woman and I pay your salary.",
    "I am autistic, not stupid. Answer my letter.",
    "Crip the vote! Disabled people want a say.",
    "As a feminist and a mother I despair of this budget.",
    "I am a fat old woman and I still got round your ward quicker than you.",
    "I was sectioned twice, and your cuts closed the ward that saved me.",
)
CRITICISM = (
    "This is an insane policy. Have you lost your minds?",
    "Absolute madness. Closing the only A&E is mental.",
    "You must be mad to sell the playing field.",
    "It is crazy that a nurse cannot rent a flat here.",
    "Your transport plan is schizophrenic: buses on paper, none on the road.",
    "You are deaf to us and blind to what is coming.",
    "The council is paralysed and your leader is asleep.",
    "What a lame excuse, minister.",
    "You are hysterical about a bicycle lane, calm down.",
    "She is the worst minister of my lifetime and should resign tonight.",
    "He is a coward and she is a liar. Sack them both.",
    "Stop bitching about each other and run the county.",
    "Your boiler scheme is a joke: my old boiler has been out since March.",
    "The kitchen at the day centre was closed on your watch.",
)
ABUSE_OF_EITHER = (
    "{are} vermin.",
    "I hate {them}.",
    "{are} subhuman trash.",
)


@pytest.mark.parametrize("text", OPINIONS)
def test_an_opinion_on_sex_or_gender_alone_matches_nothing(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(text), NOTHING).matches == ()


@pytest.mark.parametrize("text", OF_THEMSELVES)
def test_what_people_call_themselves_matches_nothing(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(text), NOTHING).matches == ()


@pytest.mark.parametrize("text", CRITICISM)
def test_illness_as_a_figure_of_speech_for_a_decision_matches_nothing(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(text), NOTHING).matches == ()


@pytest.mark.parametrize("template", ABUSE_OF_EITHER)
@pytest.mark.parametrize("group", ["Women", "Men"])
def test_hatred_of_women_and_of_men_is_judged_alike(shipped: Rulebook, said: Said, group: str, template: str) -> None:
    verdict = shipped.judge(said(template.format(are=f"{group} are", them=group.lower())), NOTHING)
    assert (verdict.kind, verdict.policy, verdict.severity) == (VerdictKind.RESPOND, "sexism", 3)
