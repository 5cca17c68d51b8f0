"""A claim to be one of us is read from the author's own words, and doubted where it should be."""

# ruff: noqa: RUF001  look-alike letters are what is tested

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.config import Party
from bot.model import Claim, EarlierCase, History, Side
from bot.rules.affiliation import Claims
from tests.rules.conftest import NOON

if TYPE_CHECKING:
    from tests.rules.conftest import Said

PARTY = Party(
    name="Fernwick Greens",
    names=("FG",),
    hashtags=("#FernwickGreens",),
    emblems=("🌿", "🟢"),
    others=("Harbour Party", "Hill Alliance"),
    code_of_practice="https://fernwick.example/code",
    imprint="x",
    disclosure="y",
)
CLAIMS = Claims(PARTY, ["@party@fernwick.example"], 30)


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
    found = CLAIMS.claim(said("Good morning", profile={"bio": bio}), History())
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
    assert CLAIMS.claim(said(text), History()).claim is claim


def test_the_evidence_is_the_author_s_own_words_with_the_field(said: Said) -> None:
    found = CLAIMS.claim(said("Hello", profile={"bio": "Gardener. Member since 2015."}), History())
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
    found = CLAIMS.claim(said("Hello", profile={"bio": "FG member since 2015"} | profile), history)
    assert (found.claim, found.in_group) == (Claim.MEMBER, False)
    assert doubt in found.doubts


def test_an_account_older_than_the_limit_is_not_new(said: Said) -> None:
    profile = {"bio": "FG member", "created_at": NOON - timedelta(days=31)}
    assert CLAIMS.claim(said("Hello", profile=profile), History()).doubts == ()


def test_our_own_account_does_not_look_like_itself(said: Said) -> None:
    assert CLAIMS.claim(said("Hello", profile={"handle": "@Party@fernwick.example"}), History()).doubts == ()


@pytest.mark.parametrize(
    ("profile", "text", "confidence"),
    [
        ({"bio": "FG member since 2015"}, "Hello", 0.9),
        ({"bio": "Fernwick Greens supporter"}, "Hello", 0.8),
        ({"bio": "I vote FG"}, "Hello", 0.7),
        ({"bio": "Member since 2015"}, "Hello", 0.6),
        ({"bio": "#FernwickGreens"}, "Hello", 0.5),
        ({"display_name": "Ada 🌿"}, "Hello", 0.3),
        ({"display_name": "Ada 🌿", "bio": "FG member"}, "Hello", 0.95),
        ({"bio": "FG member. Also Harbour Party."}, "Hello", 0.7),
    ],
)
def test_the_scale_of_confidence_is_kept(said: Said, profile: dict[str, Any], text: str, confidence: float) -> None:
    assert CLAIMS.claim(said(text, profile=profile), History()).confidence == pytest.approx(confidence)


@pytest.mark.parametrize(
    ("profile", "text", "doubt"),
    [
        ({"bio": "FG member, now Hill Alliance"}, "Hello", "another party: the bio names 'hill alliance'"),
        ({"bio": "FG supporter. Former FG member."}, "Hello", "taken back: the bio"),
        ({"bio": "FG member 🙄"}, "Hello", "perhaps sarcasm: the bio says '🙄'"),
        ({"bio": "FG member"}, "Yeah right, as a member of this party I believe you", "perhaps sarcasm: the text"),
    ],
)
def test_what_speaks_against_a_claim_is_a_doubt(said: Said, profile: dict[str, Any], text: str, doubt: str) -> None:
    found = CLAIMS.claim(said(text, profile=profile), History())
    assert not found.in_group
    assert any(each.startswith(doubt) for each in found.doubts)


def test_an_emblem_is_the_weakest_claim_and_an_earlier_claim_little_more(said: Said) -> None:
    before = EarlierCase(
        case_id="1", opened_at=NOON, policy="sexism", outcome="dismissed", answered=False, claim=Claim.MEMBER
    )
    found = CLAIMS.claim(said("Hello"), History(cases=(before,)))
    assert (found.claim, found.confidence) == (Claim.MEMBER, 0.4)
    assert found.evidence == ("history: claimed to be a member on 2026-11-20",)


def test_what_is_said_today_counts_more_than_what_was_said_before(said: Said) -> None:
    before = EarlierCase(
        case_id="1", opened_at=NOON, policy="sexism", outcome="dismissed", answered=False, claim=Claim.MEMBER
    )
    found = CLAIMS.claim(said("Hello", profile={"bio": "I vote FG"}), History(cases=(before,)))
    assert (found.claim, found.evidence) == (Claim.SUPPORTER, ("bio: 'I vote FG'",))


@pytest.mark.parametrize(
    ("bio", "side"),
    [
        ("Gardener.", Side.NONE),
        ("Proud FG member since 2015", Side.OURS),
        ("Harbour Party, always", Side.ANOTHER),
        ("FG member. I also like the Harbour Party.", Side.UNCLEAR),
    ],
)
def test_the_side_that_an_author_claims_goes_by_what_their_profile_names(said: Said, bio: str, side: Side) -> None:
    mention = said("Good morning", profile={"bio": bio})
    assert CLAIMS.side(mention.author, CLAIMS.claim(mention, History())) is side
