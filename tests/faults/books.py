"""What the servers say that we posted, held against what people decided and what the bot believes.

Decisions, drafts, publications and the audit are read by hand, without the program that wrote them; what people see of
a reply in doubt is read from the card that every desk shows.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.model import State, Verb

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Any

    from bot.app import App
    from bot.model import Case
    from tests.store.by_hand import Hand

SETTLED = frozenset({State.FAILED, State.UNCONFIRMED, State.RETRACTED, State.CLOSED, State.OPEN})
"""Where an approved reply may end without standing on the network: each of these is shown to people."""
WHAT_TO_DO = "Look at the thread, then say."


@dataclass(kw_only=True)
class Books:
    """What is wrong, each in a sentence; all empty when every promise was kept."""

    unapproved: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    """No fault by itself: cases whose outcome a person is asked to settle."""
    standing: int = 0
    """How many of these stand on the network, where a look can settle them."""
    came_of: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By kind of fault, where the cases ended whose posting it met."""

    @property
    def whole(self) -> bool:
        """Whether every promise was kept."""
        return not (self.unapproved or self.twice or self.lost or self.broken)


async def compare(  # noqa: PLR0913  each is a side of the comparison, given by name
    app: App,
    hand: Hand,
    books: Books,
    *,
    posts: Sequence[Mapping[str, Any]],
    said: Collection[str],
    approved: Collection[str],
    struck: Iterable[tuple[str, str]],
) -> None:
    """Writes into the books of an evening that is over.

    `posts` is the servers' own record; `said` are the addresses of the mentions that must be known; `approved` are the
    cases of which a person was told that their approval counts; `struck` are kinds of fault with the mention they met.
    """
    cases = await app.store.cases(states=set(State), limit=1_000_000)
    ours = [post for post in posts if post["sent_by"] == "api"]
    books.unapproved += _unapproved(hand, ours)
    posted = Counter(post["in_reply_to"] for post in ours)
    books.twice += [f"{uri} was answered {times} times" for uri, times in posted.items() if times > 1]
    standing = Counter(post["in_reply_to"] for post in ours if not post["deleted_at"])
    for case in cases:
        _kept(case, standing[case.mention.uri], books, approved=case.id in approved)
        if case.state is State.UNCONFIRMED:
            await _shown(app, case, books)
    ends = {case.mention.uri: case.outcome or case.state.value for case in cases}
    for kind, uri in struck:
        books.came_of[kind][ends.get(uri, "no case")] += 1
    known = await app.store.known(said)
    books.lost += [f"{uri} was never received" for uri in said if uri not in known]
    books.broken += _chains(hand)
    books.broken += [f"{fault.stream} {fault.seq}: {fault.what}" for fault in await app.store.verify()]
    books.broken += await app.store.check()


_BY_KEY = """
SELECT publications.idempotency_key, drafts.id, drafts.case_id, drafts.text, cases.approvals_required,
  publications.intended_at, drafts.revision
FROM publications JOIN drafts ON drafts.id = publications.draft_id JOIN cases ON cases.id = drafts.case_id
"""
_APPROVERS = """
SELECT draft_id, count(DISTINCT reviewer_id) FROM decisions WHERE kind = 'approve' AND draft_id IS NOT NULL
GROUP BY draft_id
"""
_NEWEST = "SELECT case_id, revision, created_at FROM drafts"


def _unapproved(hand: Hand, ours: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Posts whose key belongs to no publication of just that text, as approved by as many people as were asked for.

    An approval that was taken back leaves a newer revision, so the draft must have been the newest at the intent.
    """
    approvers = dict(hand.execute(_APPROVERS).fetchall())
    revisions = defaultdict(list)
    for case_id, revision, made in hand.execute(_NEWEST).fetchall():
        revisions[case_id].append((revision, made))
    known = {row[0]: row[1:] for row in hand.execute(_BY_KEY).fetchall()}
    for post in ours:
        found = known.get(post["idempotency_key"])
        what = f"{post['uri']} answers {post['in_reply_to']}"
        if found is None:
            yield f"{what} under a key that no publication has"
            continue
        draft, case_id, text, asked, intended, revision = found
        if text != post["text"]:
            yield f"{what} with another text than the one approved"
        if approvers.get(draft, 0) < asked:
            yield f"{what}, and {approvers.get(draft, 0)} of {asked} people approved its text"
        if any(later > revision and made < intended for later, made in revisions[case_id]):
            yield f"{what} with a text whose approval had been taken back"


def _kept(case: Case, replies: int, books: Books, *, approved: bool) -> None:
    """Whether what the case says of its reply is what the servers say."""
    if case.state is State.UNCONFIRMED:
        books.unconfirmed.append(f"case {case.id}: {case.note}")
        books.standing += replies
    elif case.state is State.PUBLISHED and replies != 1:
        books.lost.append(f"case {case.id} is published, and {replies} replies stand on the network")
    elif case.state in {State.FAILED, State.RETRACTED} and replies:
        books.lost.append(f"case {case.id} is {case.state}, and its reply stands on the network")
    elif approved and case.state not in SETTLED | {State.PUBLISHED}:
        books.lost.append(f"case {case.id} was approved and is still {case.state}")


async def _shown(app: App, case: Case, books: Books) -> None:
    """Whether the desks ask somebody to settle it, and say what to look at."""
    card = await app.room.card(case)
    asked = [
        person for person in app.files.reviewers.values() if {Verb.CONFIRM, Verb.DENY} <= app.room.verbs(case, person)
    ]
    if WHAT_TO_DO not in card.status or not case.note or not card.url or not asked:
        books.lost.append(f"case {case.id} is unconfirmed, and its card does not say what to do: {card.status}")


def _chains(hand: Hand) -> Iterable[str]:
    """Recomputes every chain of the audit from what `bot/store/audit.py` says of it."""
    names = ("stream", "seq", "at", "kind", "actor", "case_id", "detail", "prev")
    rows = hand.execute(
        "SELECT stream, seq, at, kind, actor, case_id, detail, prev, digest FROM audit_events ORDER BY stream, seq"
    )
    ends: dict[str, tuple[int, str]] = {}
    for *values, digest in rows.fetchall():
        event = dict(zip(names, values, strict=True))
        last, before = ends.get(event["stream"], (0, _sha256(f"stream:{event['stream']}")))
        event["detail"] = json.loads(event["detail"])
        told = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if event["seq"] != last + 1 or event["prev"] != before or digest != _sha256(told):
            yield f"the chain of {event['stream']} breaks at {event['seq']}"
        ends[event["stream"]] = (event["seq"], digest)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
