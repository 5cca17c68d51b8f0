from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Claim, Target, TargetKind, VerdictKind
from bot.responses import IN_GROUP_CONFIDENCE, MEASURES, Audience, NoSuchResponse, Voice, length, measure_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.model import Account, Mention, Proposal, Verdict
    from bot.responses import Responses

    Ask = Callable[..., Proposal | None]
    Own = Callable[..., tuple[str, str]]

NORM = "Not in our name, this is not what we expect."
CODE = "https://fernwick.example/code"
POLICIES = st.sampled_from(
    (
        "racism",
        "antisemitism",
        "islamophobia",
        "sexism",
        "homophobia_transphobia",
        "ableism",
        "personal_abuse",
        "sexual_harassment",
    )
)
FACTS = st.fixed_dictionaries(
    {
        "policy": POLICIES,
        "claim": st.sampled_from(Claim),
        "confidence": st.floats(0, 1),
        "doubts": st.sampled_from(((), ("new account",), ("renamed", "parody"))),
    }
)
WORDINGS = st.lists(
    st.tuples(st.sampled_from(("sexism-in-group", "sexism-space", "leader-in-group")), st.integers(0, 8))
)
MEMORIES = st.fixed_dictionaries({"strikes": st.integers(0, 5), "recent": WORDINGS, "skip": WORDINGS})


# What we ship


def test_each_public_policy_has_forms_of_its_own(shipped: Responses, answered: tuple[str, ...]) -> None:
    for policy in answered:
        for form, audience in (("in-group", Audience.IN_GROUP), ("space", Audience.SPACE)):
            response = shipped.get(f"{policy}-{form}")
            assert (response.policies, response.audience) == ((policy,), audience)
            assert len(response.variants) >= 6


def test_every_shipped_text_fits_every_platform_with_the_longest_values(shipped: Responses) -> None:
    long = [
        (response.id, preview.variant, preview.longest)
        for response in shipped.all
        for platform in MEASURES
        for preview in shipped.preview(response.id, platform)
        if preview.longest > preview.limit
    ]
    assert not long


def test_only_in_group_texts_say_not_in_our_name_and_each_of_them_does(shipped: Responses) -> None:
    for response in shipped.all:
        for text in response.variants:
            assert (NORM in text) is (response.audience is Audience.IN_GROUP)
            assert ("our name" in text.lower()) is (response.audience is Audience.IN_GROUP)


def test_every_public_text_asks_one_question_and_states_the_norm(shipped: Responses) -> None:
    for response in shipped.all:
        if response.audience in {Audience.IN_GROUP, Audience.SPACE}:
            for text in response.variants:
                assert text.count("?") == 1
                assert "this is not what we expect" in text.lower()


def test_no_two_shipped_texts_open_alike(shipped: Responses) -> None:
    openings = [re.split(r"[.;?]", text)[0] for response in shipped.all for text in response.variants]
    assert len(set(openings)) == len(openings)


def test_a_shipped_text_is_one_that_a_reviewer_may_post(shipped: Responses, own: Own) -> None:
    for response in shipped.all:
        for preview in shipped.preview(response.id, "mastodon"):
            assert own(preview.text) == (preview.text, "")
            if response.audience is not Audience.TARGET:
                is_ours, wrong = response.audience is Audience.IN_GROUP, response.audience is Audience.CORRECTION
                advice = shipped.advise(preview.text, handle="@sam@social.example", in_group=is_ours, correction=wrong)
                assert advice == ()


# Choosing


def test_who_claims_to_be_one_of_us_hears_not_in_our_name(ask: Ask) -> None:
    proposal = ask(claim=Claim.MEMBER)
    assert proposal is not None
    assert proposal.response == "sexism-in-group"
    assert proposal.text.startswith("@sam@social.example We ")
    assert NORM in proposal.text
    assert proposal.text.endswith(CODE)


@given(facts=FACTS, memory=MEMORIES)
def test_a_doubted_claim_never_gets_the_in_group_form(
    shipped: Responses, ask: Ask, leader_account: Account, facts: dict[str, object], memory: dict[str, object]
) -> None:
    proposal = ask(by=leader_account, memory=memory, **facts)
    assert proposal is not None
    assert proposal.response is not None
    confidence = facts["confidence"]
    assert isinstance(confidence, float)
    if facts["claim"] is Claim.NONE or facts["doubts"] or confidence < IN_GROUP_CONFIDENCE:
        assert shipped.get(proposal.response).audience is Audience.SPACE
        assert "our name" not in proposal.text
    elif not memory["skip"]:
        assert NORM in proposal.text


@given(facts=FACTS, memory=MEMORIES)
def test_the_same_facts_give_the_same_words(ask: Ask, facts: dict[str, object], memory: dict[str, object]) -> None:
    assert ask(memory=memory, **facts) == ask(memory=memory, **facts)


@given(facts=FACTS, memory=MEMORIES, kind=st.sampled_from([kind for kind in VerdictKind if kind != "respond"]))
def test_what_is_not_to_be_answered_never_gets_a_reply(
    ask: Ask, facts: dict[str, object], memory: dict[str, object], kind: VerdictKind
) -> None:
    assert ask(kind=kind, memory=memory, **facts) is None


@pytest.mark.parametrize("policy", ["threat", "doxxing", "unheard_of", None])
def test_a_policy_that_is_escalated_has_no_response_even_if_a_rule_asked_for_one(policy: str | None, ask: Ask) -> None:
    assert ask(policy=policy, claim=Claim.MEMBER, memory={"strikes": 9}) is None


def test_what_was_not_read_is_not_answered(ask: Ask) -> None:
    assert ask(read=False) is None


def test_a_language_without_responses_is_not_answered(ask: Ask, mention: Callable[..., Mention]) -> None:
    assert ask(author=mention(lang="cy")) is None
    assert ask(author=mention(lang="en-GB")) == ask(author=mention(lang="en")) == ask(author=mention(lang=None))


@given(facts=FACTS, strikes=st.integers(0, 3), recent=WORDINGS)
def test_a_thread_never_sees_a_wording_twice_and_then_there_is_none(
    ask: Ask, leader_account: Account, facts: dict[str, object], strikes: int, recent: list[tuple[str, int]]
) -> None:
    used, texts = set[tuple[str, int]](), set[str]()
    memory = {"strikes": strikes, "recent": recent, "used": used}
    while proposal := ask(by=leader_account, memory=memory, **facts):
        assert proposal.response is not None
        assert proposal.variant is not None
        assert proposal.text not in texts
        used.add((proposal.response, proposal.variant))
        texts.add(proposal.text)
    assert len(texts) >= 6


def test_the_norm_of_the_space_is_offered_once_every_in_group_wording_is_gone(shipped: Responses, ask: Ask) -> None:
    gone = {("sexism-in-group", variant) for variant in range(len(shipped.get("sexism-in-group").variants))}
    proposal = ask(claim=Claim.MEMBER, memory={"used": gone})
    assert proposal is not None
    assert proposal.response == "sexism-space"


def test_wordings_that_are_not_wanted_are_passed_over(ask: Ask) -> None:
    first, second = ask(), ask(memory={"skip": [("sexism-space", 0)]})
    assert first is not None
    assert second is not None
    assert (first.variant, second.variant) == (0, 1)


def test_a_retired_wording_is_never_chosen(shipped: Responses, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    retired = shipped.get("sexism-space").model_copy(update={"retired": (1, 3)})
    others = tuple(each for each in shipped.all if each.id != retired.id)
    monkeypatch.setattr(shipped, "all", (*others, retired))
    seen = set[int | None]()
    while proposal := ask(memory={"used": [("sexism-space", variant) for variant in seen]}):
        seen.add(proposal.variant)
    assert seen == set(retired.in_use)
    assert {0, 2}.isdisjoint(seen)


def test_the_least_recently_used_wording_comes_first(shipped: Responses, ask: Ask) -> None:
    variants = len(shipped.get("sexism-space").variants)
    recent: list[tuple[str, int]] = []
    for _ in range(2 * variants):
        proposal = ask(memory={"recent": recent})
        assert proposal is not None
        recent.insert(0, ("sexism-space", proposal.variant or 0))
    assert [variant for _, variant in reversed(recent)] == [*range(variants), *range(variants)]


def test_a_leader_says_do_not_do_this_for_me_in_turn_with_what_anyone_may_say(
    ask: Ask, leader_account: Account
) -> None:
    first = ask(by=leader_account, claim=Claim.SUPPORTER)
    second = ask(by=leader_account, claim=Claim.SUPPORTER, memory={"recent": [("leader-in-group", 0)]})
    assert first is not None
    assert second is not None
    assert "don't do this for me" in first.text
    assert (first.response, second.response) == ("leader-in-group", "sexism-in-group")


def test_the_party_never_speaks_in_a_leaders_voice(shipped: Responses, ask: Ask) -> None:
    used = set[tuple[str, int]]()
    while proposal := ask(claim=Claim.SUPPORTER, memory={"used": used}):
        assert proposal.response is not None
        assert shipped.get(proposal.response).voice is not Voice.LEADER
        used.add((proposal.response, proposal.variant or 0))


@pytest.mark.parametrize("handle", ["@Leader@fernwick.example", None])
def test_a_leader_who_was_attacked_does_not_speak_of_abuse_done_for_them(
    handle: str | None, ask: Ask, leader_account: Account
) -> None:
    target = Target(kind=TargetKind.ACCOUNT, handle=handle)
    proposal = ask(by=leader_account, claim=Claim.SUPPORTER, target=target)
    assert proposal is not None
    assert proposal.response == "sexism-in-group"


def test_from_the_second_strike_the_code_of_practice_is_named_and_no_status(ask: Ask) -> None:
    once, twice = (ask(claim=Claim.MEMBER, memory={"strikes": strikes}) for strikes in (1, 2))
    assert once is not None
    assert twice is not None
    assert (once.response, twice.response) == ("sexism-in-group", "code-in-group")
    assert f"Our code of practice is at {CODE}; everyone who joins is asked to keep to it." in twice.text
    assert "member" not in twice.text


@given(name=st.from_regex(r"[a-z0-9_]{1,120}", fullmatch=True))
def test_a_reply_fits_whoever_it_answers_or_is_not_offered(
    ask: Ask, mention: Callable[..., Mention], name: str
) -> None:
    handle = f"@{name}@social.example"
    proposal = ask(claim=Claim.MEMBER, author=mention(handle))
    if proposal is None:
        assert len(name) > 30
    else:
        assert proposal.text.startswith(f"{handle} ")
        assert length(proposal.text, "mastodon") <= measure_of("mastodon").limit


@pytest.mark.parametrize("handle", ["@sam @mp@fernwick.example", "sam", "", "@sam@social.example\nBuy now"])
def test_a_handle_that_is_none_is_not_answered(handle: str, ask: Ask, mention: Callable[..., Mention]) -> None:
    assert ask(author=mention(handle)) is None


def test_an_authors_handle_is_never_taken_for_a_name_to_fill(ask: Ask, mention: Callable[..., Mention]) -> None:
    proposal = ask(author=mention("@$party@social.example"))
    assert proposal is not None
    assert proposal.text.startswith("@$party@social.example ")


def test_the_simulated_server_counts_as_mastodon_does(ask: Ask, party_account: Account) -> None:
    assert ask(by=replace(party_account, platform="simulated")) == ask(by=party_account)


def test_a_verdict_names_its_response(shipped: Responses, verdict: Callable[..., Verdict]) -> None:
    assert shipped.name_for(verdict("racism", claim=Claim.SUPPORTER)) == "racism-in-group"
    assert shipped.name_for(verdict("racism", claim=Claim.SUPPORTER, doubts=("parody",))) == "racism-space"
    assert shipped.name_for(verdict("racism"), lang="de") is None
    assert shipped.name_for(verdict("racism", kind=VerdictKind.RECORD)) is None


def test_an_unknown_response_is_answered_with_the_nearest(shipped: Responses) -> None:
    with pytest.raises(NoSuchResponse, match="did you mean “sexism-space”"):
        shipped.get("sexism-spaces")


# A reviewer's own words


def test_own_words_get_the_authors_handle_and_are_otherwise_as_written(own: Own) -> None:
    text = "@sam@social.example Please argue with the vote.\n\nNot this."
    assert own("  Please argue with the vote.\n\nNot this. ") == (text, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "says nothing yet"),
        ("https://fernwick.example/code", "says nothing yet"),
        ("Please. " * 40, "300 are allowed: shorten it by "),
        ("Read $code_link.", "“$code_link” has not been filled in"),
        ("Read ${party}.", "“${party}” has not been filled in"),
        ("Leave @mp@fernwick.example alone.", "It names @mp@fernwick.example"),
        ("Leave @mp alone.", "It names @mp"),
        ("Don't call people grumbleweeds.", "repeats the abuse"),
        ("You are a party member, so behave.", "not ours to publish"),
        ("Please\u202e stop.", "cannot be seen"),
    ],
)
def test_own_words_that_must_not_be_posted_are_refused(text: str, said: str, own: Own) -> None:
    assert said in own(text, matched=("Grumbleweeds",))[1]


def test_our_own_accounts_and_prices_may_be_named(own: Own) -> None:
    assert own("Write to @leader@fernwick.example for $5.")[1] == ""


def test_a_matched_word_that_our_responses_use_may_be_used(own: Own) -> None:
    matched = ("women", "women belong at home")
    assert own("Women read this too.", matched=matched)[1] == ""
    assert "repeats" in own("Women belong at home, you say.", matched=matched)[1]


def test_the_authors_handle_may_be_an_offence_in_itself(own: Own, mention: Callable[..., Mention]) -> None:
    author = mention("@grumbleweeds@social.example")
    assert own("Please stop.", matched=("grumbleweeds",), author=author)[1] == ""


def test_a_text_without_its_author_is_refused(shipped: Responses) -> None:
    faults = shipped.check_text("Please stop.", platform="mastodon", handle="@sam@social.example")
    assert faults == ("It does not name @sam@social.example, who would not see it.",)


def test_unwise_words_are_only_pointed_out(shipped: Responses) -> None:
    text = "@sam@social.example Not in our name! WHY? And who? The police may care."
    assert shipped.check_text(text, platform="mastodon", handle="@sam@social.example") == ()
    advice = " ".join(shipped.advise(text, handle="@sam@social.example", in_group=False))
    for said in ("exclamation", "capitals", "more than one question", "law", "our name", "link to the code"):
        assert said in advice
