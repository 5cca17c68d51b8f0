"""What the servers say that we posted, held against what people decided and what the bot believes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.model import State

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from bot.model import Case
    from bot.store import Store
    from tests.store.by_hand import Hand

SETTLED = frozenset({State.FAILED, State.UNCONFIRMED, State.RETRACTED, State.CLOSED, State.OPEN})
"""Where an approved reply may end without standing on the network: each of these is shown to people."""


@dataclass(kw_only=True)
class Books:
    """What is wrong, each in a sentence; all empty when every promise was kept."""

    unapproved: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    """No fault by itself: cases whose outcome a person is asked to settle."""

    @property
    def whole(self) -> bool:
        """Whether every promise was kept."""
        return not (self.unapproved or self.twice or self.lost or self.broken)


async def compare(
    store: Store, hand: Hand, *, posts: Sequence[Mapping[str, Any]], said: Collection[str], approved: Collection[str]
) -> Books:
    """The books of an evening that is over.

    `hand` reads the database without the program; `posts` is the servers' own record; `said` are the addresses of the
    mentions that are still there; `approved` are the cases of which a person was told that their approval counts.
    """
    books = Books()
    texts = _approved_texts(hand)
    cases = await store.cases(states=set(State), limit=1_000_000)
    by_mention: dict[str, list[Case]] = {}
    for case in cases:
        by_mention.setdefault(case.mention.uri, []).append(case)
    ours = [post for post in posts if post["sent_by"] == "api"]
    for post in ours:
        if not any(post["text"] in texts.get(case.id, ()) for case in by_mention.get(post["in_reply_to"], ())):
            books.unapproved.append(f"{post['uri']} answers {post['in_reply_to']}, and nobody approved its text")
    standing = Counter(post["in_reply_to"] for post in ours)
    books.twice += [f"{uri} was answered {times} times" for uri, times in standing.items() if times > 1]
    for case in cases:
        _kept(case, standing[case.mention.uri], books, approved=case.id in approved)
    known = await store.known(said)
    books.lost += [f"{uri} was never received" for uri in said if uri not in known]
    books.broken += [f"{fault.stream} {fault.seq}: {fault.what}" for fault in await store.verify()]
    books.broken += await store.check()
    return books


def _approved_texts(hand: Hand) -> dict[str, set[str]]:
    """By case, the texts that as many people approved as the case asks for."""
    rows = hand.execute(
        "SELECT cases.id, drafts.text FROM cases JOIN drafts ON drafts.case_id = cases.id"
        " JOIN decisions ON decisions.draft_id = drafts.id WHERE decisions.kind = 'approve'"
        " GROUP BY cases.id, drafts.id, drafts.text, cases.approvals_required"
        " HAVING count(DISTINCT decisions.reviewer_id) >= cases.approvals_required"
    )
    found: dict[str, set[str]] = {}
    for case_id, text in rows.fetchall():
        found.setdefault(case_id, set()).add(text)
    return found


def _kept(case: Case, replies: int, books: Books, *, approved: bool) -> None:
    """Whether what the case says of its reply is what the servers say."""
    if case.state is State.UNCONFIRMED:
        books.unconfirmed.append(f"case {case.id}: {case.note}")
        if not case.note:
            books.lost.append(f"case {case.id} is unconfirmed and does not say what to look at")
    elif case.state is State.PUBLISHED and replies != 1:
        books.lost.append(f"case {case.id} is published, and {replies} replies stand on the network")
    elif case.state is State.FAILED and replies:
        books.lost.append(f"case {case.id} is said to have failed, and its reply stands on the network")
    elif approved and case.state not in SETTLED | {State.PUBLISHED}:
        books.lost.append(f"case {case.id} was approved and is still {case.state}")
