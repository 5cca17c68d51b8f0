"""The card says everything a reviewer needs, and nothing that a stranger wrote can change its shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import (
    Account,
    Affiliation,
    Case,
    Claim,
    EarlierCase,
    History,
    Match,
    Mode,
    Reviewer,
    State,
    Verdict,
    VerdictKind,
    Visibility,
)
from bot.review.card import LONG_TEXT, CaseCard, Measure, Segment, field_words, mark, present

if TYPE_CHECKING:
    from bot.config import Policies

NOW = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)
MakeCase = Callable[..., Case]
Show = Callable[..., CaseCard]
NO_PAST = History()


@pytest.fixture
def show(accounts: dict[str, Account], reviewers: dict[str, Reviewer], policies: Policies) -> Show:
    def present_case(case: Case, history: History = NO_PAST, account: Account | None = None) -> CaseCard:
        return present(
            case,
            account=account or accounts[case.account],
            clauses=policies.clauses,
            severities=dict(policies.severities.items()),
            history=history,
            reviewers=reviewers,
            measure=Measure(limit=500),
            now=NOW,
        )

    return present_case


def test_headline_names_policy_target_and_age(make_case: MakeCase, show: Show) -> None:
    assert show(make_case()).headline == "Sexism · to @leader@fernwick.example · 12 min"


def test_matched_words_are_marked_in_the_original_text(make_case: MakeCase, show: Show) -> None:
    assert show(make_case()).text == (
        Segment(text="Get back to the kitchen", marked=True),
        Segment(text=", councillor.", marked=False),
    )


def test_evidence_names_rule_policy_and_clause(make_case: MakeCase, show: Show) -> None:
    (evidence,) = show(make_case()).evidence
    assert (evidence.rule, evidence.policy, evidence.field) == ("sexist-demand", "sexism", "Post")
    assert evidence.clause.startswith("2.3")


def test_author_claim_target_and_parent_are_in_words(make_case: MakeCase, show: Show) -> None:
    card = show(make_case())
    assert card.author == "@sam@brindle.example (Sam), joined 2021, 40 followers"
    assert card.affiliation == "supporter, bio: 'member since 2015' (confidence 0.8)"
    assert card.target == "another person @leader@fernwick.example, for their sex"
    assert card.parent == ("@leader@fernwick.example", "I voted for the buses.")
    assert card.severity == "attacks a person for who they are"


@pytest.mark.parametrize(
    ("affiliation", "shared"),
    [
        (Affiliation(claim=Claim.MEMBER, confidence=0.9), "yes"),
        (Affiliation(claim=Claim.MEMBER, confidence=0.9, doubts=("the account is new",)), "unclear"),
        (Affiliation(), "no"),
    ],
)
def test_shared_identity_is_unclear_as_soon_as_there_is_a_doubt(
    make_case: MakeCase, show: Show, verdict: Verdict, affiliation: Affiliation, shared: str
) -> None:
    card = show(make_case(verdict=replace(verdict, affiliation=affiliation)))
    assert card.shared_identity == shared
    for doubt in affiliation.doubts:
        assert doubt in card.affiliation


def test_reply_shows_account_length_and_the_wording_without_the_handle(make_case: MakeCase, show: Show) -> None:
    reply = show(make_case()).reply
    assert reply is not None
    assert reply.account == "@leader@fernwick.example"
    assert (reply.length, reply.characters) == (len(reply.text), f"{len(reply.text)} of 500 characters")
    assert reply.text == f"@sam@brindle.example {reply.wording}"
    assert reply.current


def test_reply_to_an_older_version_of_the_post_is_not_current(make_case: MakeCase, show: Show) -> None:
    card = show(make_case(mention_version=2))
    assert card.reply is not None
    assert not card.reply.current
    assert any("changed after this reply was written" in note for note in card.notes)


def test_escalated_case_has_no_reply(make_case: MakeCase, show: Show, verdict: Verdict) -> None:
    case = make_case(state=State.ESCALATED, draft=None, verdict=replace(verdict, kind=VerdictKind.ESCALATE))
    card = show(case)
    assert card.reply is None
    assert card.safety


def test_case_escalated_by_hand_shows_no_reply(make_case: MakeCase, show: Show) -> None:
    assert show(make_case(state=State.ESCALATED)).reply is None
    assert show(make_case(state=State.CLOSED, acknowledged_by="sofia")).reply is None
    assert show(make_case(state=State.PUBLISHED)).reply is not None


def test_case_without_a_policy_says_why_it_is_here(make_case: MakeCase, show: Show) -> None:
    reported = show(make_case(draft=None, verdict=Verdict(kind=VerdictKind.RESPOND)))
    assert reported.headline == "Reported by a person · to @leader@fernwick.example · 12 min"
    assert "No rule matched. Write a reply yourself, escalate, or dismiss it." in reported.notes
    edited = show(make_case(mention_version=2, verdict=Verdict(kind=VerdictKind.IGNORE)))
    assert edited.headline.startswith("Edited since: nothing matches now · to ")
    assert edited.reply is None
    assert any("Dismiss it" in note for note in edited.notes)


def test_other_fields_are_shown_with_their_own_marks(make_case: MakeCase, show: Show, verdict: Verdict) -> None:
    case = make_case()
    case = replace(
        case,
        mention=replace(case.mention, content_warning="politics", poll=("yes", "go home"), media=("a cartoon",)),
        verdict=replace(
            verdict,
            matches=(
                Match(rule="r", policy="sexism", severity=2, field="poll.1", start=0, end=7, text="go home"),
                Match(rule="r", policy="sexism", severity=2, field="display_name", start=0, end=3, text="Sam"),
            ),
        ),
    )
    others = dict(show(case).others)
    assert others["Content warning"] == (Segment(text="politics", marked=False),)
    assert others["Poll option 2"] == (Segment(text="go home", marked=True),)
    assert others["Media description 1"] == (Segment(text="a cartoon", marked=False),)
    assert others["Display name"] == (Segment(text="Sam", marked=True),)


def test_other_cases_leave_out_the_case_itself(make_case: MakeCase, show: Show) -> None:
    past = EarlierCase(
        case_id="c0", opened_at=NOW - timedelta(days=40), policy="sexism", outcome="published", answered=True
    )
    past = replace(past, strike=True, seen_at=NOW - timedelta(days=41))
    itself = replace(past, case_id="c1", post=sha256(make_case().mention.uri.encode()).hexdigest())
    names = ("@sam@brindle.example", "@sammy@brindle.example")
    card = show(make_case(), History(cases=(itself, past), strikes=2, names=names))
    assert card.past == ("11 Oct 2026: sexism, published, answered; a strike until 10 Oct 2027",)
    assert "The same account was seen before as @sammy@brindle.example." in card.notes
    assert "1 other post of theirs, ruled abuse by a person, still counts." in card.notes


def test_notes_tell_of_edits_deletions_and_private_posts(make_case: MakeCase, show: Show) -> None:
    case = make_case(gone_at=NOW - timedelta(minutes=1), passed_on=2)
    case = replace(
        case,
        mention=replace(case.mention, edited_at=NOW - timedelta(minutes=3), visibility=Visibility.DIRECT),
    )
    notes = " ".join(show(case).notes)
    assert "Edited by its author at 21:01 UTC" in notes
    assert "our copy is kept" in notes
    assert "private message" in notes
    assert "passed on twice" in notes


def test_dry_run_says_that_nothing_will_be_posted(
    make_case: MakeCase, show: Show, accounts: dict[str, Account]
) -> None:
    card = show(make_case(), account=replace(accounts["leader"], mode=Mode.DRY_RUN))
    assert any("dry run" in note and "nothing will be posted" in note for note in card.notes)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//brindle.example", ""])
def test_only_web_addresses_become_links(make_case: MakeCase, show: Show, url: str) -> None:
    case = make_case()
    assert show(replace(case, mention=replace(case.mention, url=url))).url == ""


def test_huge_post_keeps_its_marks_and_loses_its_middle(make_case: MakeCase, show: Show, verdict: Verdict) -> None:
    text = "x" * 40_000 + "kitchen" + "y" * 24_000
    match = Match(rule="r", policy="sexism", severity=2, field="text", start=40_000, end=40_007, text="kitchen")
    case = make_case(verdict=replace(verdict, matches=(match,)))
    segments = show(replace(case, mention=replace(case.mention, text=text))).text
    assert Segment(text="kitchen", marked=True) in segments
    assert sum(len(segment.text) for segment in segments) < LONG_TEXT + 100


def test_field_that_is_unknown_keeps_its_own_name() -> None:
    assert field_words("caption.0") == "caption 1"


spans = st.tuples(st.integers(-5, 60), st.integers(-5, 60))


@given(text=st.text(max_size=50), wanted=st.lists(spans, max_size=6))
def test_marking_never_changes_adds_or_loses_a_character(text: str, wanted: list[tuple[int, int]]) -> None:
    matches = [
        Match(rule="r", policy="p", severity=1, field="text", start=start, end=end, text="") for start, end in wanted
    ]
    segments = mark(text, "text", matches)
    assert "".join(segment.text for segment in segments) == text
    marked = {place for start, end in wanted for place in range(max(start, 0), min(end, len(text)))}
    at = 0
    for segment in segments:
        assert all((place in marked) is segment.marked for place in range(at, at + len(segment.text)))
        at += len(segment.text)
