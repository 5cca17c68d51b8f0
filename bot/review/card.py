"""One presentation of a case, the same on every desk: words and facts, no layout. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.model import Claim, State, TargetKind, VerdictKind
from bot.review.cue_words import cue_note, cue_views
from bot.review.difference import Piece, differences
from bot.review.notes import notes
from bot.review.status import status_of
from bot.review.words import age_of, name_of, pile_on_words, policy_words
from bot.safety.cues import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.config import Policy
    from bot.model import (
        Account,
        Affiliation,
        Author,
        Case,
        Draft,
        EarlierCase,
        History,
        Match,
        PlatformReport,
        Reviewer,
        Target,
    )
    from bot.review.checklist import StepView
    from bot.review.cue_words import CueView
    from bot.safety.cues import Cue
    from bot.store import Edit

FIELD_WORDS = {
    "text": "Post",
    "content_warning": "Content warning",
    "display_name": "Display name",
    "poll": "Poll option",
    "media": "Media description",
    "emoji": "Emoji",
}
"""How a desk names the field of a mention in which something stands."""

SHOWN_WHEN_MARKED = frozenset({"display_name", "emoji"})
"""Fields that a card repeats only when a rule matched in them; the author's line has the display name already."""

YOUNG_DAYS = 60
"""An account younger than this is shown with its age in days."""

LONG_TEXT = 4000
"""Characters of one field that a card shows; a post of 64 kB must not bury the buttons."""

EXCERPT = 280
"""Characters of a post that a list shows, where fifty of them are to come quickly to a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of a text, marked when it is what a rule matched."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One match, as a reviewer reads it: the words, the rule, the policy and its clause, the field."""

    words: str
    rule: str
    policy: str
    clause: str
    field: str
    """In words: `Post`, `Content warning`, `Poll option 2`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    """The newest draft, with the account that would say it."""

    text: str
    """The whole text as it would be posted, beginning with the handle it answers."""
    wording: str
    """The text without that handle: what a reviewer edits."""
    account: str
    """The handle that speaks."""
    length: int
    """As the platform counts, and as it is held against the limit."""
    limit: int
    whole: int
    """The same with the right-of-reply link at its end, as it is posted."""
    current: bool
    """Whether it answers the mention as it now stands; only then can it be approved."""
    written_by: str | None
    """The reviewer's name; `None` when it came from a response."""
    revision: int

    @property
    def characters(self) -> str:
        """How long it is, in words."""
        return characters(self.length, self.limit, self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """Everything a reviewer needs to decide, in words; texts of strangers are plain and still hostile."""

    case_id: str
    version: int
    state: State
    safety: bool
    """Whether only the safety desk may show it."""
    headline: str
    status: str
    author: str
    affiliation: str
    shared_identity: str
    """`yes`, `unclear` or `no`."""
    target: str
    severity: str
    """In the words of the configuration; empty when it has none for it."""
    text: tuple[Segment, ...]
    others: tuple[tuple[str, tuple[Segment, ...]], ...]
    """Other fields of the post, each with its name, when present."""
    edit: tuple[tuple[str, tuple[Piece, ...]], ...]
    """What the author changed and nobody has ruled on yet: each field with its name, and its pieces in order."""
    evidence: tuple[Evidence, ...]
    reasons: tuple[str, ...]
    """Why the verdict is so, each a sentence."""
    parent: tuple[str, str] | None
    """Author and text of the post that it answers."""
    past: tuple[str, ...]
    """Other cases of this author, before it or after, in words, newest first; none that its readers may not see."""
    reply: ReplyView | None
    """`None` when no reply exists or can exist."""
    notes: tuple[str, ...]
    """What else a reviewer must know before deciding."""
    incident: str
    """How large the pile-on is that the post is part of; empty when it is part of none."""
    opened_at: datetime
    age: str
    url: str
    """Of the mention; only ever `http` or `https`, else empty."""
    checklist: tuple[StepView, ...] = ()
    """What the safety team has to think of; empty on the staff desk."""
    cues: tuple[CueView, ...] = ()
    """What in the post makes it more pressing."""
    level: tuple[str, ...] = ()
    """The kinds of cues, those included that stand in no post; the more there are, the higher it stands."""


def _addressed(case: Case, text: str) -> str:
    handle = case.mention.author.handle
    return text if text.startswith(handle) else f"{handle} {text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How long a reply may be on its platform and how that platform counts."""

    limit: int
    count: Callable[[str], int] = field(default=len)
    """What of a whole reply is held against the limit: all but the right-of-reply link at its end."""
    whole: Callable[[str], int] = field(default=len)
    """All of it, as it is posted."""
    finish: Callable[[Case, str], str] = field(default=_addressed)
    """A reviewer's wording as it would be posted."""

    def of(self, case: Case, wording: str) -> tuple[int, int, str]:
        """How long the reply with this wording is, how long it may be, and both in words."""
        text = self.finish(case, wording)
        length = self.count(text)
        return length, self.limit, characters(length, self.limit, self.whole(text))


def characters(length: int, limit: int, whole: int) -> str:
    """How long a reply is: what is held against the limit, and beside it what is posted, where that is more."""
    ending = f", and {whole - length} for the link to answer us: {whole} as posted" if whole > length else ""
    return f"{length} of {limit} characters{ending}"


def present(  # noqa: PLR0913 - each is a fact of its own, given by keyword
    case: Case,
    *,
    account: Account,
    clauses: Mapping[str, Policy],
    history: History,
    reviewers: Mapping[str, Reviewer],
    measure: Measure,
    now: datetime,
    severities: Mapping[int, str] | None = None,
    paused: bool = False,
    edit: Edit | None = None,
    cues: Sequence[Cue] = (),
    strike_days: int = 365,
    report: PlatformReport | None = None,
) -> CaseCard:
    """The card of a case. `account` is the one that would answer; `history` is its author's.

    `paused` says that nobody posts for this account now; `edit` is news to reviewers; a strike lasts `strike_days`;
    `report` is what the bot reports of it to the platform.
    """
    mention, history = case.mention, history.told_on(case)
    age = age_of(case.opened_at, now)
    return CaseCard(
        case_id=case.id,
        version=case.version,
        state=case.state,
        safety=case.on_safety_desk,
        headline=f"{_about(case)} · to {_aimed_at(case, account)} · {age}",
        status=status_of(case, account=account, reviewers=reviewers, now=now, paused=paused, report=report),
        author=_author(mention.author, now),
        affiliation=_affiliation(case.verdict.affiliation),
        shared_identity=_shared_identity(case.verdict.affiliation),
        target=_target(case.verdict.target),
        severity=(severities or {}).get(case.verdict.severity, ""),
        text=mark(mention.text, "text", (*case.verdict.matches, *cues)),
        others=tuple(_others(case, cues)),
        edit=tuple(_edited(case, edit)) if edit else (),
        evidence=tuple(_evidence(match, clauses) for match in case.verdict.matches),
        reasons=case.verdict.reasons,
        parent=(mention.parent.author, mention.parent.text) if mention.parent else None,
        past=tuple(_other_case(past, strike_days) for past in history.cases if past.case_id != case.id),
        reply=_reply(case, case.draft, account.handle, reviewers, measure) if case.draft and _speaks(case) else None,
        notes=(
            *_notes_of_cues(cues),
            *_notes_of_edit(case, edit),
            *notes(case, account, history, now),
        ),
        incident=f"Pile-on: {pile_on_words(case.incident)}. One of them is answered at most." if case.incident else "",
        opened_at=case.opened_at,
        age=age,
        url=safe_link(mention.url),
        cues=cue_views(cues),
        level=tuple(kind.value for kind in kinds(cues)),
    )


def field_words(name: str) -> str:
    """The words for a field as `Mention.fields` names it: `poll.1` is `Poll option 2`."""
    kind, _, index = name.partition(".")
    words = FIELD_WORDS.get(kind, kind)
    return f"{words} {int(index) + 1}" if index.isdecimal() else words


def mark(text: str, name: str, matches: Iterable[Match | Cue]) -> tuple[Segment, ...]:
    """The text cut at the edges of its matches and cues; overlapping ones make one mark."""
    marks: list[tuple[int, int]] = []
    spans = sorted((max(m.start, 0), min(m.end, len(text))) for m in matches if m.field == name)
    for start, end in spans:
        if start >= end:
            continue
        if marks and start <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(end, marks[-1][1]))
        else:
            marks.append((start, end))
    cuts = [0, *(edge for mark in marks for edge in mark), len(text)]
    runs = (
        Segment(text=text[start:end], marked=index % 2 == 1)
        for index, (start, end) in enumerate(pairwise(cuts))
        if start < end
    )
    return _shortened(tuple(runs))


def _shortened(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """The same segments; a text that is too long keeps every mark and loses the middle of what lies between."""
    if sum(len(segment.text) for segment in segments) <= LONG_TEXT:
        return segments
    room = max(80, LONG_TEXT // (2 * len(segments)))
    return tuple(
        Segment(text=f"{part.text[:room]} […] {part.text[-room:]}", marked=part.marked)
        if len(part.text) > 2 * room + 5
        else part
        for part in segments
    )


def excerpt(segments: tuple[Segment, ...], most: int = EXCERPT) -> tuple[Segment, ...]:
    """So much of a text as a list shows: from its beginning, or from shortly before the first mark."""
    text = "".join(part.text for part in segments)
    if len(text) <= most:
        return segments
    first = next((index for index, part in enumerate(segments) if part.marked), 0)
    before = sum(len(part.text) for part in segments[:first])
    start = max(0, min(before - most // 4, len(text) - most))
    cut: list[Segment] = [Segment(text="[…] ", marked=False)] if start else []
    at = 0
    for part in segments:
        piece = part.text[max(0, start - at) : max(0, start + most - at)]
        at += len(part.text)
        if piece:
            cut.append(Segment(text=piece, marked=part.marked))
    return (*cut, Segment(text=" […]", marked=False)) if start + most < len(text) else tuple(cut)


def _others(case: Case, cues: Sequence[Cue]) -> Iterable[tuple[str, tuple[Segment, ...]]]:
    for name, text in case.mention.fields():
        if name == "text":
            continue
        segments = mark(text, name, (*case.verdict.matches, *cues))
        if name.partition(".")[0] in SHOWN_WHEN_MARKED and not any(segment.marked for segment in segments):
            continue
        yield field_words(name), segments


def _hidden(case: Case, edit: Edit) -> bool:
    """Whether the new words are for the safety desk alone, and this card is not."""
    return edit.verdict.kind is VerdictKind.ESCALATE and not case.on_safety_desk


def _edited(case: Case, edit: Edit) -> Iterable[tuple[str, tuple[Piece, ...]]]:
    if not _hidden(case, edit):
        yield from ((field_words(name), pieces) for name, pieces in differences(edit.before, edit.after))


def _notes_of_cues(cues: Sequence[Cue]) -> Iterable[str]:
    if note := cue_note(cues):
        yield note


def _notes_of_edit(case: Case, edit: Edit | None) -> Iterable[str]:
    """What the rules say of a post that was edited after our reply."""
    if edit is None or case.asked_at is None:
        return
    if _hidden(case, edit):
        yield "What it says now is for the safety desk, and shown there alone. A reply should not stand beside it."
    elif edit.verdict.policy is None:
        yield "As the post now reads, no rule holds in it."
    else:
        yield f"As the post now reads, rules still hold in it: {policy_words(edit.verdict.policy).lower()}."


def _evidence(match: Match, clauses: Mapping[str, Policy]) -> Evidence:
    policy = clauses.get(match.policy)
    return Evidence(
        words=match.text,
        rule=match.rule,
        policy=match.policy,
        clause=policy.clause if policy else "",
        field=field_words(match.field),
    )


def _speaks(case: Case) -> bool:
    """Whether the newest draft is still of any use: it was escalated, or an edit left nothing to answer."""
    if case.on_safety_desk and case.state in {State.ESCALATED, State.CLOSED}:
        return False
    return case.state is not State.OPEN or case.draft_is_current or case.answerable


def _reply(case: Case, draft: Draft, speaker: str, reviewers: Mapping[str, Reviewer], measure: Measure) -> ReplyView:
    handle = case.mention.author.handle
    return ReplyView(
        text=draft.text,
        wording=draft.text.removeprefix(handle).lstrip() if draft.text.startswith(handle) else draft.text,
        account=speaker,
        length=measure.count(draft.text),
        limit=measure.limit,
        whole=measure.whole(draft.text),
        current=case.draft_is_current,
        written_by=name_of(draft.written_by, reviewers) if draft.written_by else None,
        revision=draft.revision,
    )


def _about(case: Case) -> str:
    """What the case is about: its policy, or why it is here without one."""
    if case.correction:
        return "Correction of our mistake"
    if case.verdict.policy is not None:
        return policy_words(case.verdict.policy)
    reported = case.verdict.kind is VerdictKind.RESPOND
    return "Reported by a person" if reported else "Edited since: nothing matches now"


def _aimed_at(case: Case, account: Account) -> str:
    """The handle that the headline names: the target's, else the first that the post addresses, else ours."""
    target = case.verdict.target
    if target is not None and target.handle:
        return target.handle
    return case.mention.addressed[0] if case.mention.addressed else account.handle


def _author(author: Author, now: datetime) -> str:
    known = [f"{author.handle} ({author.display_name})" if author.display_name else author.handle]
    if author.created_at is not None:
        days = (now - author.created_at).days
        known.append(f"joined {days} days ago" if days < YOUNG_DAYS else f"joined {author.created_at.year}")
    if author.followers is not None:
        known.append(f"{author.followers:,} follower{'' if author.followers == 1 else 's'}")
    if author.bot:
        known.append("says it is a bot")
    return ", ".join(known)


def _affiliation(affiliation: Affiliation) -> str:
    if affiliation.claim is Claim.NONE:
        words = "does not claim to be one of us"
    else:
        words = ", ".join((affiliation.claim.value, *affiliation.evidence))
        words = f"{words} (confidence {affiliation.confidence:.1f})"
    return f"{words}; in doubt: {', '.join(affiliation.doubts)}" if affiliation.doubts else words


def _shared_identity(affiliation: Affiliation) -> str:
    if affiliation.in_group:
        return "yes"
    return "no" if affiliation.claim is Claim.NONE else "unclear"


def _target(target: Target | None) -> str:
    if target is None:
        return "not clear"
    words = {
        TargetKind.ACCOUNT: "the account",
        TargetKind.PROTECTED: "a protected person",
        TargetKind.PERSON: "another person",
        TargetKind.GROUP: "a group of people",
    }[target.kind]
    if target.handle:
        words = f"{words} {target.handle}"
    return f"{words}, for their {target.characteristic.replace('_', ' ')}" if target.characteristic else words


def _other_case(past: EarlierCase, strike_days: int) -> str:
    answered = ", answered" if past.answered else ""
    outcome = past.outcome.replace("_", " ")
    fades = past.seen_at + timedelta(days=strike_days) if past.strike and past.seen_at else None
    strike = f"; a strike until {fades:%-d %b %Y}" if fades else ""
    return f"{past.opened_at:%-d %b %Y}: {policy_words(past.policy).lower()}, {outcome}{answered}{strike}"


def safe_link(url: str) -> str:
    """The address if a browser may open it. A server could send `javascript:`, and a card makes it a link."""
    return url if url.startswith(("https://", "http://")) else ""
