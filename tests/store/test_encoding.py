"""What goes into JSON comes out as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.model import (
    Affiliation,
    Author,
    Claim,
    Match,
    Mention,
    Parent,
    Target,
    TargetKind,
    Verdict,
    VerdictKind,
    Visibility,
)
from bot.store.encoding import clean, from_json, mention_from, sha256, to_json, verdict_from

texts = st.text(st.characters(exclude_categories=[]), max_size=20)
lists = st.lists(texts, max_size=3).map(tuple)
moments = st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
maybe = st.none() | moments
words = st.none() | texts
small = st.integers(0, 9)
few = st.none() | small
mentions = st.builds(
    Mention,
    uri=texts,
    platform=texts,
    account=texts,
    native_id=texts,
    author=st.builds(Author, uri=texts, handle=texts, display_name=texts, bio=texts, created_at=maybe, followers=few),
    text=texts,
    created_at=moments,
    url=texts,
    content_warning=texts,
    poll=lists,
    media=lists,
    emoji=lists,
    lang=words,
    visibility=st.sampled_from(Visibility),
    edited_at=maybe,
    addressed=lists,
    parent=st.none() | st.builds(Parent, uri=texts, author=texts, text=texts, url=texts),
    thread=texts,
)
match = st.builds(Match, rule=texts, policy=texts, severity=small, field=texts, start=small, end=small, text=texts)
matches = st.lists(match, max_size=2).map(tuple)
target = st.builds(Target, kind=st.sampled_from(TargetKind), handle=words, characteristic=words)
affiliation = st.builds(
    Affiliation, claim=st.sampled_from(Claim), confidence=st.floats(0, 1), evidence=lists, doubts=lists
)
verdicts = st.builds(
    Verdict,
    kind=st.sampled_from(VerdictKind),
    policy=words,
    severity=st.integers(0, 4),
    matches=matches,
    shadow=matches,
    target=st.none() | target,
    affiliation=affiliation,
    reasons=lists,
    read=st.booleans(),
)


whole = st.integers(-(2**53), 2**53)
sound = st.text(st.characters(codec="utf-8"))
values = st.recursive(
    st.none() | st.booleans() | whole | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner)
)


@given(mentions)
def test_a_mention_survives(mention: Mention) -> None:
    assert mention_from(to_json(mention)) == mention


@given(verdicts)
def test_a_verdict_survives(verdict: Verdict) -> None:
    assert verdict_from(to_json(verdict)) == verdict


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
        lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    )
)
def test_json_is_canonical_so_that_writing_it_again_changes_nothing(value: object) -> None:
    assert to_json(from_json(to_json(value))) == to_json(value)


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")) | st.integers(-(2**53), 2**53)
    )
)
def test_canonical_json_is_what_the_standard_library_writes(value: dict[str, object]) -> None:
    assert to_json(value) == json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@given(texts)
def test_a_cleaned_text_can_be_written_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert clean(cleaned) == cleaned
    assert len(sha256(text)) == 64
