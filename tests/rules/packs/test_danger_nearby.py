"""Figures of speech beside the nearest real threat: what excuses the one must never excuse the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import History, VerdictKind

if TYPE_CHECKING:
    from bot.rules import Rulebook
    from tests.rules.conftest import Said

NOTHING = History()
PAIRS = (
    ("You will be hanged by your own words at the inquiry", "You will be hanged by the people at the inquiry"),
    ("You'll be strung up by the standards committee", "You'll be strung up by the mob"),
    ("You will be wiped out at the election", "You will be shot at the election"),
    ("I will slaughter you in the debate", "I will slaughter you, see you in the debate"),
    ("We know where you live: in a bubble", "We know where you live: in Mill Lane"),
    ("I know where you live, I deliver your leaflets", "I know where you live, I will deliver more than leaflets"),
    ("You should watch your back in the reshuffle", "You should watch your back in the car park"),
    ("I hope you choke on your expenses", "I hope you choke on your breakfast"),
    ("Shoot the MPs an email", "Shoot the MPs"),
    ("The council should be hanged on its record", "The councillors should be hanged"),
    ("A die-in outside parliament", "Die, outside parliament or in it. Die."),
    ("'Journalists should be killed,' says the foreign minister", "Journalists should be killed, I say"),
    ("Saying #killallmen gets no ban", "I am saying it: kill all men"),
    ("Why do people defend the #killallmen tag?", "Kill all men, and tag your friends"),
    ("I want to end it all, this austerity", "I want to end it all, this austerity has broken me"),
    ("It would be a shame if something happened to the library", "Shame if something happened to that nice house"),
    ("No need to kill yourself over a budget, Minister", "Kill yourself, nobody will help you over a budget"),
    ("If you live at 14 Birch Lane, the bins come late", "She lives at 14 Birch Lane, if you live near pay a visit"),
    ("He told me he will kill me", "He told me he will kill you"),
    ("He told me yesterday I will kill you", "I told him and the police I will kill you"),
    ("He threatened to kill me, and you did nothing", "He threatened me and I will kill you"),
    ("'I want to kill you,' he wrote", "'I want to kill you,' he wrote. So do I."),
    ("My mate said he'll kill you at darts", "My mate said he'll kill you"),
    ("Kill the boys' club in this council", "Kill the boys"),
    ("Come to our street and you will see what the cuts did", "Come to our street and you won't walk away"),
    ("If I see you at the fair I'll buy you a coffee", "If I see you at the fair I'll break your jaw"),
    ("Next time I see you I'll beat you at darts", "Next time I see you I'll beat you"),
    ("The debt is a noose around the neck of every family", "You need a noose round your neck"),
    ("Prison is too good for them", "A bullet is too good for them"),
    ("Enjoy your last Christmas in office", "Enjoy your last Christmas."),
    ("Your office is getting a new roof", "Your office is getting torched"),
    ("The police need body armour", "Get yourself some body armour"),
    ("You are getting shot down in every debate", "You are getting shot in May"),
    ("They should have sacked you in June", "They should have shot you in June"),
    ("I'd love to see you hang up your boots", "I'd love to see you hang"),
    ("Someone should take a hammer to your budget", "Someone should take a hammer to your skull"),
    ("Somebody should run against you", "Somebody should run you over"),
    ("Starting with you, cut the waste", "Bring back the gallows, starting with you"),
    ("Are you home alone on this policy?", "I know you are home alone on Mondays"),
    ("I sat behind you at the hustings", "I sat behind you on the bus. You never noticed."),
    ("Your daughter is lovely, I met her at the fete", "Your daughter is lovely. Be careful."),
    ("Nobody would care if you resigned", "Nobody would care if you hanged yourself"),
    ("There was a bomb in the harbour", "There is a bomb in your office"),
    ("Feminists want answers", "Feminists want shooting"),
    ("Every Tory deserves a hearing", "Every Tory deserves a bullet"),
    ("You want to sink the boats, shame on you", "Sink the boats with them in it"),
)


@pytest.mark.parametrize(("figure", "threat"), PAIRS)
def test_a_figure_of_speech_wakes_nobody_and_the_threat_beside_it_does(
    shipped: Rulebook, said: Said, figure: str, threat: str
) -> None:
    kinds = [shipped.judge(said(text), NOTHING).kind for text in (figure, threat)]
    assert kinds == [VerdictKind.IGNORE, VerdictKind.ESCALATE]


@pytest.mark.parametrize(
    "text",
    [
        "I\n\nwill\n\nkill\n\nyou", "I 😂😂 will 😂😂 kill 😂😂 you", "im gunna kill u", "finna kill you",
        "im goin to stab ya", "you 🔪🔪🔪", "I wiII kiII you", "im going 2 kill u",
        "Kill y-o-u-r family", "I will kkill youu",
    ],
)  # fmt: skip
def test_a_threat_in_disguise_is_one(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(text), NOTHING).kind is VerdictKind.ESCALATE


def test_a_name_ends_before_the_quotation_mark_behind_it(shipped: Rulebook, said: Said) -> None:
    verdict = shipped.judge(said("'Shoot Rosa Lindqvist'"), NOTHING)
    assert [match.text for match in verdict.matches] == ["Shoot Rosa Lindqvist"]


@pytest.mark.parametrize("whom", ["men", "women", "boys", "girls", "feminists", "terfs", "zionists", "incels"])
@pytest.mark.parametrize("threat", ["Gas the {}", "Kill all {}", "{} should be shot", "{} deserve to die"])
def test_violence_is_called_for_against_all_alike(shipped: Rulebook, said: Said, threat: str, whom: str) -> None:
    assert shipped.judge(said(threat.format(whom)), NOTHING).kind is VerdictKind.ESCALATE
