"""Attacks on groups match for every group alike, and what is said for a group, or held of a matter, never does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import History, VerdictKind

if TYPE_CHECKING:
    from bot.rules import Rulebook
    from tests.rules.conftest import Said

NOTHING = History()
GROUPS = (
    "black people", "asians", "Mexicans", "gypsies", "Israelis", "Palestinians", "white people", "immigrants",
    "refugees", "Jews", "Muslims", "Christians", "Hindus", "Sikhs", "atheists", "women", "gay people",
    "trans people", "lesbians", "disabled people",
)  # fmt: skip
ATTACKS = (
    "{} are vermin.",
    "{} are nothing but trash.",
    "I hate {}.",
    "{} make me sick.",
    "{} are not human.",
    "{} don't deserve to live.",
    "{} complain all day. I hate them.",
    "I'd rather die than live next to {}.",
    "Nothing is as disgusting as {}.",
    "They are idiots, they are {} after all.",
    "{} = 🐀",
    "{} 🤮",
)
THREATS = (
    "{} should all be shot.",
    "We should burn all {}.",
    "When {} talk, I want to kill them.",
    "Death to {}!",
    "Let us 🔫 those {}.",
)
FAIR = (
    "{} are not vermin.",
    "{} are people.",
    "{} deserve better.",
    "{} are tired. They are right.",
    "{} are sick of waiting for you.",
    "{} are angry about your policy, and so am I.",
    "{} are the worst hit by this budget.",
    "{} should not be treated like animals.",
    "{} will die if you cut this.",
    "You let {} die.",
    "We must protect {}.",
    "I hate how {} are treated.",
    "Stop the hatred of {}.",
    "Why do {} have to wait longer?",
    "When {} talk, you should listen to them.",
    "Nothing is as disgusting as your hatred of {}.",
    "{} 💪",
)
OPINIONS = (
    # Israel and Palestine
    "Israel is committing genocide.",
    "Israel has a right to defend itself, stop lying.",
    "Zionism is a racist ideology and I oppose it.",
    "Anti-Zionism is hatred with a mask.",
    "Hamas are murderers and you march with them.",
    "Netanyahu is a war criminal.",
    "Free Palestine, from the river to the sea.",
    "The Palestinians were offered a state and refused it.",
    "Boycott Israeli goods.",
    "The Israel lobby is too strong in your party.",
    # sex and gender
    "Trans women are women, and your party is wrong.",
    "Trans women are not women, and saying so is not hate.",
    "Men should not be in women's prisons.",
    "Puberty blockers are dangerous.",
    "Gender ideology has no place in our schools.",
    "Marriage is between a man and a woman, that is my faith.",
    "Feminism has gone too far.",
    "Abortion is murder.",
    "Toxic masculinity is killing boys.",
    # immigration
    "Too many migrants are coming and you have no plan.",
    "Illegal immigrants should be deported under the law.",
    "Mass immigration is ruining our public services.",
    "Failed asylum seekers should be sent back to where they came from.",
    "Refugee hotels are filthy, who owns them?",
    "Open the borders, nobody is illegal.",
    "Deportation flights are barbaric.",
    # religion
    "Religion is poison and should be kept out of schools.",
    "Islam is wrong about women and so is the church.",
    "Islam is a religion of peace.",
    "Ban the burka in court rooms.",
    "The hijab is my choice, leave me alone.",
    "Christian schools are rubbish at sums in this county.",
    "Muslim extremists are a danger to us all.",
    "Hindu nationalists are thugs and your MP dined with them.",
)


def filled(form: str, group: str) -> str:
    text = form.format(group)
    return text[0].upper() + text[1:]


@pytest.mark.parametrize("form", ATTACKS)
def test_an_attack_is_found_whichever_group_it_names(shipped: Rulebook, said: Said, form: str) -> None:
    missed = [group for group in GROUPS if not shipped.judge(said(filled(form, group)), NOTHING).abusive]
    assert missed == []


@pytest.mark.parametrize("form", THREATS)
def test_a_threat_escalates_whichever_group_it_names(shipped: Rulebook, said: Said, form: str) -> None:
    kinds = {group: shipped.judge(said(filled(form, group)), NOTHING).kind for group in GROUPS}
    assert {group for group, kind in kinds.items() if kind is not VerdictKind.ESCALATE} == set()


@pytest.mark.parametrize("form", FAIR)
def test_what_is_said_for_a_group_is_left_alone_whichever_it_is(shipped: Rulebook, said: Said, form: str) -> None:
    matched = [group for group in GROUPS if shipped.judge(said(filled(form, group)), NOTHING).abusive]
    assert matched == []


@pytest.mark.parametrize("text", OPINIONS)
def test_an_opinion_alone_never_matches_from_whichever_side(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(text), NOTHING).reasons == ("No rule holds.",)


@pytest.mark.parametrize("group", GROUPS)
def test_the_name_of_a_group_alone_is_nothing(shipped: Rulebook, said: Said, group: str) -> None:
    assert not shipped.judge(said(group), NOTHING).abusive
