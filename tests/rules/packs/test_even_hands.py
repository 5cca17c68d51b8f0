"""The same sentence gets the same verdict, whichever people, faith, view or party it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import History, VerdictKind

if TYPE_CHECKING:
    from bot.rules import Rulebook
    from tests.rules.conftest import Said

NOTHING = History()
PEOPLES = (
    "women", "men", "boys", "girls", "gay people", "lesbians", "bisexual people", "trans women", "trans men",
    "straight people", "feminists", "TERFs", "gender-critical women", "incels", "black people", "white people",
    "asians", "English people", "Scots", "Welsh people", "Irish people", "French people", "Germans", "Americans",
    "Israelis", "Palestinians", "gypsies", "travellers", "natives", "immigrants", "refugees", "Jews", "Muslims",
    "Christians", "Catholics", "Quakers", "Hindus", "Sikhs", "Buddhists", "Mormons", "evangelicals", "atheists",
    "pagans", "Zionists", "anti-Zionists",
)  # fmt: skip
PARTIES = (
    "Tories", "Conservatives", "Labour", "Greens", "Lib Dems", "Liberals", "SNP", "Reformers", "Reform voters",
    "UKIP", "DUP", "Sinn Fein", "Plaid Cymru", "Plaid voters", "Democrats", "Republicans", "Socialists",
    "Communists", "Green MPs", "Tory MPs", "Labour members", "politicians", "members of this party",
)  # fmt: skip
THREATS = (
    "{} should be shot.", "Kill all {}.", "Death to all {}.", "{} deserve to be raped.", "Shoot all {}.",
    "Hang all {}!", "{} must be hanged.", "{} deserve to die.", "We should execute all {}.",
)  # fmt: skip
PARTY_FAIR = (
    "Vote out all {}.", "We will beat the {} in May.", "Get rid of all {} at the next election.", "I hate {}.",
    "{} are liars.", "{} deserve to lose.", "Never trust {} again.", "{} will be wiped out at the polls.",
)  # fmt: skip
NATIONS = (
    "Israeli", "Palestinian", "Arab", "Pole", "Pakistani", "Indian", "Nigerian", "Asian", "Scot", "Englishman",
    "German", "American", "Russian", "Ukrainian", "Turk", "Albanian", "Muslim", "Jew", "Christian", "Catholic",
    "Protestant", "Quaker", "Hindu", "Sikh", "Buddhist", "Mormon", "evangelical", "atheist", "pagan",
)  # fmt: skip
GENERATIONS = ("old people", "pensioners", "boomers", "young people", "teenagers")
CLASSES = (
    "working class people", "the working class", "the rich", "poor people", "homeless people", "chavs", "toffs",
    "northerners",
)  # fmt: skip
LESS_THAN_HUMAN = (
    "{} are vermin.", "{} are scum", "All {} are subhuman.", "{} are subhuman scum!", "{} = 🐀",
    "{} are nothing but vermin and filth.", "These {} are cockroaches", "The {} are less than human",
)  # fmt: skip
HOLDERS_OF_VIEWS = (
    "feminists", "TERFs", "gender-critical women", "incels", "Zionists", "anti-Zionists", "straight people",
)  # fmt: skip
HATRED = (
    "I hate {}.", "I hate all {}.", "{} are disgusting.", "{} make me sick.", "{} don't deserve to live.",
    "{} are not human.", "{} should not exist.", "{} are a cancer.", "Fuck {}.", "{} are animals.", "{} are parasites.",
)  # fmt: skip
FAIR_OF_A_GROUP = (
    "{} are not vermin.", "You treat {} like vermin.", "{} were called scum outside the hall.", "{} are liars.",
    "{} are wrong about this, and I shall say so.", "Scum, they called {}, and you said nothing.",
)  # fmt: skip
NAMES_OF_PARTIES = (
    "Tory", "Labour", "Green", "SNP", "Lib Dem", "Reform", "Plaid", "DUP", "Sinn Fein", "UKIP", "Alliance", "SDLP",
    "Conservative", "Liberal", "Democrat", "Republican", "Plaid Cymru", "Reform UK", "Fine Gael", "Socialist",
    "Harbour Party",
)  # fmt: skip
TO_A_PARTY = ("{} scum", "{} vermin!", "{} cunts", "You {} scum", "{} filth.")
TO_A_FACE = ("You are a filthy {}.", "Shut up, you stupid {}.", "You dirty {}!")
FAITHS = ("Muslims", "Jews", "Christians", "Hindus", "Sikhs", "Quakers", "Buddhists", "Mormons", "pagans", "atheists")
AGAINST_A_FAITH = ("Deport all {}.", "{} do not belong in this country.", "{} are vermin.", "I hate all {}.")


@pytest.mark.parametrize("form", THREATS)
def test_a_call_for_violence_escalates_whomever_it_names(shipped: Rulebook, said: Said, form: str) -> None:
    verdicts = {name: shipped.judge(said(form.format(name)), NOTHING).kind for name in PEOPLES + PARTIES}
    assert [name for name, kind in verdicts.items() if kind is not VerdictKind.ESCALATE] == []


@pytest.mark.parametrize("form", PARTY_FAIR)
def test_hard_words_about_a_party_are_left_alone_whichever_it_is(shipped: Rulebook, said: Said, form: str) -> None:
    assert [name for name in PARTIES if shipped.judge(said(form.format(name)), NOTHING).abusive] == []


@pytest.mark.parametrize("form", TO_A_FACE)
def test_filth_said_to_a_face_is_answered_whatever_the_origin_or_faith(
    shipped: Rulebook, said: Said, form: str
) -> None:
    verdicts = {name: shipped.judge(said(form.format(name)), NOTHING).kind for name in NATIONS}
    assert [name for name, kind in verdicts.items() if kind is not VerdictKind.RESPOND] == []


@pytest.mark.parametrize("form", AGAINST_A_FAITH)
def test_an_attack_on_a_faiths_people_is_answered_whichever_faith(shipped: Rulebook, said: Said, form: str) -> None:
    verdicts = {name: shipped.judge(said(form.format(name)), NOTHING).kind for name in FAITHS}
    assert [name for name, kind in verdicts.items() if kind is not VerdictKind.RESPOND] == []


@pytest.mark.parametrize("form", LESS_THAN_HUMAN)
def test_nobody_is_less_than_human_whoever_they_are(shipped: Rulebook, said: Said, form: str) -> None:
    everybody = (*PEOPLES, *PARTIES, *GENERATIONS, *CLASSES, "disabled people")
    verdicts = {name: shipped.judge(said(form.format(name)), NOTHING).kind for name in everybody}
    assert [name for name, kind in verdicts.items() if kind is not VerdictKind.RESPOND] == []


@pytest.mark.parametrize("form", HATRED)
def test_hatred_of_what_people_are_is_answered_whatever_they_are(shipped: Rulebook, said: Said, form: str) -> None:
    people = (*PEOPLES, *GENERATIONS, "disabled people")
    verdicts = {name: shipped.judge(said(form.format(name)), NOTHING).kind for name in people}
    unanswered = {name for name, kind in verdicts.items() if kind is not VerdictKind.RESPOND}
    assert unanswered <= {*HOLDERS_OF_VIEWS, "natives"}


@pytest.mark.parametrize("form", FAIR_OF_A_GROUP)
def test_what_may_be_said_of_one_party_or_view_may_be_said_of_all(shipped: Rulebook, said: Said, form: str) -> None:
    named = (*PARTIES, *HOLDERS_OF_VIEWS)
    assert [name for name in named if shipped.judge(said(form.format(name)), NOTHING).abusive] == []


@pytest.mark.parametrize("form", TO_A_PARTY)
def test_contempt_for_the_people_of_a_party_is_answered_whichever_party(
    shipped: Rulebook, said: Said, form: str
) -> None:
    verdicts = {name: shipped.judge(said(form.format(name)), NOTHING).kind for name in NAMES_OF_PARTIES}
    assert [name for name, kind in verdicts.items() if kind is not VerdictKind.RESPOND] == []
