"""A claim to be one of us is read from the author's own words, and doubted where it should be."""

# ruff: noqa: RUF001  look-alike letters are what is tested

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.config import Party
from bot.model import Claim, History
from bot.rules.affiliation import Claims
from tests.rules.conftest import NOON

if TYPE_CHECKING:
    from tests.rules.conftest import Said

PARTY = Party(
    name="Fernwick Greens",
    names=("FG",),
    hashtags=("#FernwickGreens",),
    code_of_practice="https://fernwick.example/code",
    imprint="x",
    disclosure="y",
)
STANCE = Claims(PARTY, ["@party@fernwick.example"], 30)


@pytest.mark.parametrize(
    ("bio", "claim"),
    [
        ("Proud FG member since 2015. Gardener.", Claim.MEMBER),
        ("Member of the Fernwick Greens", Claim.MEMBER),
        ("Fernwick Greens councillor", Claim.MEMBER),
        ("Card-carrying member", Claim.MEMBER),
        ("Member since 2015", Claim.SUPPORTER),
        ("Lifelong Fernwick Greens supporter", Claim.SUPPORTER),
        ("I vote Fernwick Greens", Claim.SUPPORTER),
        ("Cats, bikes, #FernwickGreens", Claim.SUPPORTER),
        ("Ｆｅｒｎｗｉｃｋ Ｇｒｅｅｎｓ supporter", Claim.SUPPORTER),
        ("Ex-member of the Fernwick Greens", Claim.NONE),
        ("Former FG member", Claim.NONE),
        ("Never voted for FG", Claim.NONE),
        ("I was a Fernwick Greens member", Claim.NONE),
        ("Fernwick Greens member until 2019", Claim.NONE),
        ("Not a member of FG", Claim.NONE),
        ("Member of the rowing club", Claim.NONE),
        ("Fernwick born and bred", Claim.NONE),
        ("", Claim.NONE),
    ],
)
def test_a_profile_claims_what_it_says_of_its_owner(said: Said, bio: str, claim: Claim) -> None:
    found = STANCE.claim(said("Good morning", profile={"bio": bio}), History())
    assert found.claim is claim
    assert bool(found.evidence) is (claim is not Claim.NONE)
    assert (found.confidence > 0) is (claim is not Claim.NONE)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("As a member of this party I am ashamed", Claim.MEMBER),
        ("As a paid-up member I say no", Claim.MEMBER),
        ("I'm a Fernwick Greens voter and I say no", Claim.SUPPORTER),
        ("I voted FG and you let me down", Claim.SUPPORTER),
        ("Do not insult our leader", Claim.SUPPORTER),
        ("As a member of the public I say no", Claim.NONE),
        ("I never voted FG", Claim.NONE),
        ("FG members are all the same", Claim.NONE),
        ("#FernwickGreens lied again", Claim.NONE),
        ("If I was a Fernwick Greens member I would resign", Claim.NONE),
    ],
)
def test_a_post_claims_only_in_the_first_person(said: Said, text: str, claim: Claim) -> None:
    assert STANCE.claim(said(text), History()).claim is claim


def test_the_evidence_is_the_author_s_own_words_with_the_field(said: Said) -> None:
    found = STANCE.claim(said("Hello", profile={"bio": "Gardener. Member since 2015."}), History())
    assert found.evidence == ("bio: 'Member since 2015'",)
    assert found.in_group


@pytest.mark.parametrize(
    ("profile", "history", "doubt"),
    [
        ({"created_at": NOON - timedelta(days=3)}, History(), "new: the account was 3 days old"),
        ({}, History(names=("@old@b.example",)), "renamed: seen before as @old@b.example"),
        ({"display_name": "Not the party (parody)"}, History(), "parody: the profile says 'parody'"),
        ({"handle": "@Pаrty@b.example"}, History(), "look-alike: the handle resembles @party@fernwick.example"),
        ({"handle": "@p4rty_@b.example"}, History(), "look-alike: the handle resembles @party@fernwick.example"),
        ({"display_name": "Fernwick Greens"}, History(), "look-alike: the display name is the party's"),
    ],
)
def test_a_doubtful_account_is_never_one_of_us(
    said: Said, profile: dict[str, Any], history: History, doubt: str
) -> None:
    found = STANCE.claim(said("Hello", profile={"bio": "FG member since 2015"} | profile), history)
    assert (found.claim, found.in_group) == (Claim.MEMBER, False)
    assert doubt in found.doubts


def test_an_account_older_than_the_limit_is_not_new(said: Said) -> None:
    profile = {"bio": "FG member", "created_at": NOON - timedelta(days=31)}
    assert STANCE.claim(said("Hello", profile=profile), History()).doubts == ()


def test_our_own_account_does_not_look_like_itself(said: Said) -> None:
    assert STANCE.claim(said("Hello", profile={"handle": "@Party@fernwick.example"}), History()).doubts == ()
