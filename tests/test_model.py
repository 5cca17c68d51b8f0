from __future__ import annotations

import hashlib
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import (
    TRANSITIONS,
    Affiliation,
    ApprovedReply,
    Claim,
    EarlierCase,
    Event,
    History,
    Match,
    Mention,
    State,
    Verdict,
    VerdictKind,
    Visibility,
)
from tests.fakes.cases import DRAFT, MENTION, SAM, case
from tests.fakes.network import EVENING

VISIBILITIES = st.sampled_from(Visibility)
SAID = st.text(max_size=12)


@st.composite
def mentions(draw: st.DrawFn) -> Mention:
    return replace(
        MENTION,
        text=draw(SAID),
        content_warning=draw(SAID),
        poll=tuple(draw(st.lists(SAID, max_size=2))),
        media=tuple(draw(st.lists(SAID, max_size=2))),
        emoji=tuple(draw(st.lists(SAID, max_size=2))),
    )


def said(mention: Mention) -> tuple[object, ...]:
    return (mention.text, mention.content_warning, mention.poll, mention.media, mention.emoji)


def reply(*people: str, decisions: tuple[str, ...] | None = None) -> ApprovedReply:
    return ApprovedReply(
        case_id="c1",
        account="leader",
        mention_uri=MENTION.uri,
        text="Argue with us.",
        visibility=Visibility.UNLISTED,
        lang="en",
        key="k1",
        decisions=decisions if decisions is not None else tuple(f"by_{person}" for person in people),
        approved_by=people,
        intended_at=EVENING,
    )


@given(VISIBILITIES, VISIBILITIES)
def test_narrower_of_two_visibilities_is_wider_than_neither(one: Visibility, other: Visibility) -> None:
    order = list(Visibility)
    narrow = one.narrowed_to(other)
    assert narrow is other.narrowed_to(one)
    assert narrow in {one, other}
    assert order.index(narrow) >= max(order.index(one), order.index(other))


def test_visibilities_stand_from_widest_to_narrowest() -> None:
    assert list(Visibility) == ["public", "unlisted", "followers", "direct"]


def test_escalate_outranks_every_other_verdict() -> None:
    assert sorted(VerdictKind, key=lambda kind: kind.rank) == ["ignore", "record", "respond", "escalate"]


def test_fields_are_every_text_that_the_author_chose() -> None:
    mention = replace(
        MENTION,
        text="One",
        content_warning="Two",
        author=replace(SAM, display_name="Three"),
        poll=("Four", "Five"),
        media=("Six",),
        emoji=("seven",),
    )
    assert dict(mention.fields()) == {
        "text": "One",
        "content_warning": "Two",
        "display_name": "Three",
        "poll.0": "Four",
        "poll.1": "Five",
        "media.0": "Six",
        "emoji.0": "seven",
    }
    assert dict(MENTION.fields()) == {"text": MENTION.text}


@given(mentions(), mentions())
def test_digest_tells_every_edit_and_nothing_else(one: Mention, other: Mention) -> None:
    assert (one.digest == other.digest) == (said(one) == said(other))


@given(mentions())
def test_new_profile_or_address_is_no_edit(mention: Mention) -> None:
    moved = replace(
        mention, author=replace(SAM, display_name="Somebody else"), native_id="99", url="https://x.example/9"
    )
    assert moved.digest == mention.digest


def test_one_field_can_not_pass_for_two() -> None:
    apart = replace(MENTION, text="one", content_warning="two")
    joined = replace(MENTION, text="one\0content_warning\0two")
    assert apart.digest != joined.digest


def test_text_that_is_no_valid_unicode_has_a_digest() -> None:
    assert replace(MENTION, text="half a pair: \ud83d").digest != MENTION.digest


def test_conversation_of_a_first_post_is_the_post_itself() -> None:
    assert MENTION.conversation == MENTION.uri
    assert replace(MENTION, thread="https://x.example/1").conversation == "https://x.example/1"


def test_claim_is_in_group_only_without_doubts() -> None:
    member = Affiliation(claim=Claim.MEMBER, confidence=0.9)
    assert member.in_group
    assert not replace(member, doubts=("The account is new.",)).in_group
    assert not Affiliation().in_group


def test_verdict_is_abusive_when_a_live_rule_held_whatever_is_due() -> None:
    match = Match(rule="r", policy="p", severity=1, field="text", start=0, end=1, text="x")
    assert Verdict(kind=VerdictKind.IGNORE, matches=(match,)).abusive
    assert not Verdict(shadow=(match,)).abusive


def test_approved_reply_needs_an_approval() -> None:
    with pytest.raises(ValueError, match="case c1: a reply needs an approval"):
        reply()


def test_approved_reply_counts_people_not_approvals() -> None:
    assert reply("mara", "tom").approved_by == ("mara", "tom")
    with pytest.raises(ValueError, match="2 different people"):
        reply("mara", "mara")
    with pytest.raises(ValueError, match="2 different people"):
        reply("mara", decisions=("d1", "d2"))


def test_facts_are_frozen() -> None:
    for fact, name in ((reply("mara"), "text"), (case(), "state"), (DRAFT, "text"), (MENTION, "text")):
        with pytest.raises(FrozenInstanceError):
            setattr(fact, name, "another")


def test_case_is_on_the_safety_desk_by_its_verdict_or_by_its_state() -> None:
    assert case(State.ESCALATED).on_safety_desk
    assert case(State.CLOSED, VerdictKind.ESCALATE).on_safety_desk
    assert not case(State.CLOSED).on_safety_desk


def test_draft_is_current_only_for_the_version_that_it_answers() -> None:
    assert case().draft_is_current
    assert not case(mention_version=2).draft_is_current
    assert not case(draft=None).draft_is_current


def test_every_state_can_be_reached_and_only_one_is_an_end() -> None:
    reached = {State.OPEN, State.ESCALATED}
    for _ in State:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert reached == set(State)
    assert set(State) - {before for before, _ in TRANSITIONS} == {State.CLOSED}


def test_every_event_happens_somewhere() -> None:
    assert {event for _, event in TRANSITIONS} == set(Event)


def test_strikes_besides_a_post_leave_out_every_case_of_that_post() -> None:
    post = "https://other.example/1"
    past = EarlierCase(case_id="a", opened_at=EVENING, policy="sexism", outcome="published", answered=True, strike=True)
    same = replace(past, case_id="b", post=hashlib.sha256(post.encode()).hexdigest())
    history = History(cases=(past, same, replace(same, case_id="c", strike=False)), strikes=2)
    assert (history.strikes_besides(post), history.strikes_besides("https://other.example/2")) == (1, 2)
    assert History(strikes=3).strikes_besides(post) == 3
