"""Cases as plain text and as JSON, for the terminal: the same presentation as on every desk, without colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import State
from bot.review.difference import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.model import Case
    from bot.review.card import CaseCard, Segment
    from bot.review.difference import Piece

WAITING = frozenset({State.OPEN, State.APPROVED, State.ESCALATED, State.FAILED, State.UNCONFIRMED})
COLUMNS = ("case", "state", "about", "author", "text")
WIDEST = 60
LONGEST = 2000


def row(card: CaseCard) -> tuple[str, ...]:
    """One line of the queue. An escalated case's text is not shown in a list."""
    text = "(safety desk)" if card.safety else _line("".join(segment.text for segment in card.text))
    about = f"{card.headline} · pile-on" if card.incident else card.headline
    return card.case_id, card.state, _line(about), _line(card.author.partition(" ")[0]), text


def full(card: CaseCard) -> str:
    """Everything that a reviewer sees of a case; matched words stand between «»."""
    return "\n".join(_line(line, widest=LONGEST) for line in _lines(card))


def facts(case: Case) -> dict[str, object]:
    """A case for scripts."""
    return {
        "id": case.id,
        "state": case.state,
        "version": case.version,
        "outcome": case.outcome,
        "verdict": case.verdict.kind,
        "policy": case.verdict.policy,
        "severity": case.verdict.severity,
        "account": case.account,
        "mention": case.mention.uri,
        "author": case.mention.author.handle,
        "text": case.mention.text,
        "reply": case.draft.text if case.draft else None,
        "approvals": [approval.reviewer_id for approval in case.approvals],
        "opened_at": case.opened_at.isoformat(),
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "incident": _incident(case),
    }


def _incident(case: Case) -> dict[str, object] | None:
    if case.incident is None:
        return None
    first, last = case.incident.first_at.isoformat(), case.incident.last_at.isoformat()
    size = {"posts": case.incident.posts, "people": case.incident.people}
    return {"id": case.incident.id, **size, "first_at": first, "last_at": last}


def _lines(card: CaseCard) -> Iterator[str]:
    yield f"{card.case_id}  {card.headline}  (version {card.version})"
    yield card.status
    if card.incident:
        yield card.incident
    yield ""
    yield f"Author       {card.author}"
    yield f"Affiliation  {card.affiliation}"
    yield f"Aimed at     {card.target}"
    if card.parent:
        yield f"In answer to {card.parent[0]}: {_line(card.parent[1])}"
    yield ""
    yield _marked(card.text)
    for name, segments in card.others:
        yield f"{name}: {_marked(segments)}"
    for name, pieces in card.edit:
        yield f"Edited, {name}: {''.join(_changed(piece) for piece in pieces)}"
    yield ""
    for evidence in card.evidence:
        yield f"«{_line(evidence.words)}»  rule {evidence.rule}, {evidence.policy}: {evidence.clause}"
    yield from card.reasons
    yield from card.notes
    for past in card.past:
        yield f"Another case of theirs: {past}"
    if card.reply is not None:
        yield ""
        yield f"Reply as {card.reply.account} ({card.reply.length} of {card.reply.limit}):"
        yield from card.reply.text.splitlines()


def _marked(segments: tuple[Segment, ...]) -> str:
    return "".join(f"«{part.text}»" if part.marked else part.text for part in segments)


def _changed(piece: Piece) -> str:
    """A piece of an edit: what was taken out in [-…-], what was put in in {+…+}."""
    left, right = {Change.SAME: ("", ""), Change.REMOVED: ("[-", "-]"), Change.ADDED: ("{+", "+}")}[piece.change]
    words = piece.text.rstrip()
    return f"{left}{words}{right}{piece.text[len(words) :]}"


def _line(text: str, *, widest: int = WIDEST) -> str:
    """Hostile text on one line: without control characters that could move the cursor or turn the writing round."""
    seen = "".join(character if character.isprintable() else " " for character in text)
    return seen if len(seen) <= widest else seen[: widest - 1] + "…"
