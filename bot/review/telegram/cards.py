"""The text of a card in Telegram's HTML: cut to length first, then escaped, then put between tags.

Texts of strangers stand behind a spoiler and cannot become a link, a name or a command that a reviewer might touch.
Lengths are in UTF-16 units after parsing, as Telegram counts.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from bot.model import State
from bot.review.difference import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.review.card import CaseCard, Segment
    from bot.review.checklist import StepView
    from bot.review.difference import Piece

TEXT_UNITS = 4096
"""What one message holds."""
MOST_ENTITIES, SPARE_ENTITIES = 100, 5
"""Marks, links and commands that one message may have; some of these Telegram finds by itself."""
REPLY_UNITS = 1500
"""A longer reply is not shown whole, and so cannot be approved here."""
POST_UNITS, EDIT_UNITS, OTHER_UNITS, LINE_UNITS = 1200, 600, 300, 240
MOST_SEGMENTS, MOST_EVIDENCE, MOST_LINES = 24, 6, 4
SPOILER, BOLD, CODE, BLOCK = "tg-spoiler", "b", "code", "pre"
STYLES = {Change.REMOVED: "s", Change.ADDED: "u"}

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, marks that reorder the line they stand in, and halves of characters."""
_LIVE = re.compile(r"[@#/.:$](?!\s)")
"""Where Telegram begins to see a name, a command, a tag or a link; at the end, because other words may follow."""
JOINER = "\u2060"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A card as it is sent. `whole` says that the proposed reply can be read to its end, if there is one."""

    text: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style."""

    text: str
    tag: str = ""
    marked: bool = False
    link: str = ""
    style: str = ""
    """A tag inside that of the run: `s` struck out, `u` underlined."""


Runs = tuple[Run, ...]


def units(text: str) -> int:
    """Length as Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, most: int) -> str:
    """The beginning of the text, with an ellipsis when something is missing; never longer than `most` units."""
    if units(text) <= most:
        return text
    kept, left = [], most - 1
    for character in text:
        left -= units(character)
        if left < 0:
            break
        kept.append(character)
    return "".join(kept) + "…"


def calm(text: str) -> str:
    """A stranger's words without what hides, reorders, floods or links."""
    text = _UNSEEN.sub("", text.replace("\r\n", "\n"))
    text = re.sub(r"\n\s*\n\s*", "\n\n", text).strip()
    return _LIVE.sub(lambda found: found[0] + JOINER, text)


def picture(card: CaseCard, *, console: str | None = None) -> Picture:
    """The whole card of a case that waits for somebody. `console` is its address there."""
    reply = _reply(card)
    whole = card.reply is None or _readable(card.reply.wording)
    top: list[Runs] = [(Run(cut(calm(card.headline), LINE_UNITS), BOLD),), (Run(cut(calm(card.status), LINE_UNITS)),)]
    if card.incident:
        top.append((Run(cut(calm(card.incident), LINE_UNITS)),))
    end: list[Runs] = [*reply, _foot(card, console)]
    body, left = [], TEXT_UNITS - _length([*top, *end])
    for runs in _body(card):
        fitting = _cut_runs(runs, left - 1)
        left -= _length([fitting]) + 1
        body.append(fitting)
        if left <= 1:
            break
    return Picture(text=_html(_sober([*top, *body, *end])), whole=whole)


def stub(card: CaseCard, *, console: str | None = None) -> str:
    """What stays of a card when there is nothing left to decide: no words of the author, nor their name."""
    return _html(
        [(Run(cut(calm(card.headline), LINE_UNITS), BOLD),), _told(card.status), _foot(replace(card, url=""), console)]
    )


def bare(case_id: str, sentence: str) -> str:
    """A card reduced to one sentence of ours."""
    return _html([(Run(sentence),), (Run(f"/case_{case_id}"),)])


def line(card: CaseCard) -> str:
    """A case in a list of many."""
    return _html([(Run(cut(calm(card.headline), LINE_UNITS), BOLD), Run(f" /case_{card.case_id}")), _told(card.status)])


def plain(text: str) -> str:
    """A sentence of ours as Telegram's HTML."""
    return html.escape(cut(_UNSEEN.sub("", text), TEXT_UNITS), quote=False)


def _body(card: CaseCard) -> Iterable[Runs]:
    """The middle of the card, the most needed first: what does not fit is left out from the end."""
    yield (Run(""),)
    yield _spoiled(card.text, POST_UNITS)
    for name, pieces in card.edit[:MOST_LINES]:
        yield (Run(f"Edited (struck out: gone, underlined: new), {calm(name)}: "), *_changed(pieces))
    for name, segments in card.others[:MOST_LINES]:
        yield (Run(f"{calm(name)}: "), *_spoiled(segments, OTHER_UNITS))
    yield (Run(""),)
    for piece in card.evidence[:MOST_EVIDENCE]:
        words = Run(cut(calm(piece.words), 60), SPOILER, marked=True)
        clause = f" ({cut(calm(piece.clause), 100)})" if piece.clause else ""
        yield (Run("• "), words, Run(" "), Run(piece.rule, CODE), Run(f" {piece.policy}{clause}, {piece.field}"))
    if len(card.evidence) > MOST_EVIDENCE:
        yield (Run(f"• and {len(card.evidence) - MOST_EVIDENCE} more"),)
    for note in card.notes[:MOST_LINES]:
        yield (Run("! "), Run(cut(calm(note), LINE_UNITS)))
    yield from map(_step, card.checklist)
    yield _labelled("Aimed at: ", card.target, "")
    if card.severity:
        yield _labelled("Severity: ", card.severity, "")
    yield _labelled("By: ", card.author, SPOILER)
    yield (*_labelled("One of us: ", card.affiliation, SPOILER), Run(f" (shared identity: {card.shared_identity})"))
    if card.parent is not None:
        author, text = card.parent
        yield _labelled("In answer to ", f"{cut(author, 80)}: {text}", SPOILER)
    for past in card.past[:MOST_LINES]:
        yield _labelled("Another case of theirs: ", past, "")
    for reason in card.reasons[:MOST_LINES]:
        yield _labelled("Why: ", reason, "")


def _step(step: StepView) -> Runs:
    """A step of the checklist: what is to be done, or who has done it."""
    told = f"☑ {step.title}: {step.done}" if step.done else f"☐ {step.title}: {step.words}"
    return (Run(cut(calm(told), LINE_UNITS)),)


def _reply(card: CaseCard) -> list[Runs]:
    reply = card.reply
    if reply is None:
        return [(Run("\nNo reply."),)] if not card.safety else []
    by = f", written by {cut(calm(reply.written_by), 60)}" if reply.written_by else ""
    what = "Our reply" if card.state is State.PUBLISHED else "Proposed reply"
    head = f"\n{what} by {calm(reply.account)}, {reply.length} of {reply.limit} characters{by}:"
    if not _readable(reply.wording):
        why = "It is too long to show here whole, or holds invisible characters. Open the case in the console."
        return [(Run(head),), (Run(why),)]
    return [(Run(head),), (Run(reply.wording, BLOCK),)]


def _readable(wording: str) -> bool:
    """Whether a reviewer sees here exactly what would be posted."""
    return bool(wording.strip()) and units(wording) <= REPLY_UNITS and not _UNSEEN.search(wording)


def _foot(card: CaseCard, console: str | None) -> Runs:
    runs = [Run(f"\n/case_{card.case_id}")]
    if card.url and not card.safety:
        runs += [Run(" · "), Run("the post", link=card.url)]
    if console:
        runs += [Run(" · "), Run("in the console", link=console)]
    return tuple(runs)


def _labelled(label: str, words: str, tag: str) -> Runs:
    return (Run(label), Run(cut(calm(words), LINE_UNITS), tag))


def _told(sentence: str) -> Runs:
    """A sentence of ours, whose links may work."""
    return (Run(cut(_UNSEEN.sub("", sentence), 2 * LINE_UNITS)),)


def _spoiled(segments: Sequence[Segment], most: int) -> Runs:
    """The segments behind a spoiler; when they are too long, each loses its middle, so that every mark stays."""
    runs = [Run(calm(part.text) if part.text.strip() else part.text, SPOILER, part.marked) for part in segments]
    runs = [replace(run, text=_keep_edges(part.text, run.text)) for part, run in zip(segments, runs, strict=True)]
    if sum(units(run.text) for run in runs) > most:
        share = most // min(len(runs), MOST_SEGMENTS) - 5
        runs = [replace(run, text=_without_middle(run.text, share)) for run in runs[:MOST_SEGMENTS]]
    return tuple(runs) or (Run("(no words)"),)


def _changed(pieces: Sequence[Piece]) -> Runs:
    """What an edit changed, behind a spoiler; what is too long loses its end."""
    runs = [Run(_keep_edges(each.text, calm(each.text)), SPOILER, style=STYLES.get(each.change, "")) for each in pieces]
    return _cut_runs(tuple(runs), EDIT_UNITS)


def _keep_edges(before: str, after: str) -> str:
    """The spaces at the edges of a segment, which part it from its neighbours."""
    if not before.strip():
        return " "
    return (" " if before[0].isspace() else "") + after + (" " if before[-1].isspace() else "")


def _without_middle(text: str, most: int) -> str:
    if units(text) <= most:
        return text
    return f"{cut(text, most * 2 // 3 - 1)} {text[-(most // 6) :]}"


def _cut_runs(runs: Runs, most: int) -> Runs:
    kept, left = [], max(most, 0)
    for run in runs:
        if units(run.text) > left:
            if left > 0:
                kept.append(replace(run, text=cut(run.text, left)))
            break
        kept.append(run)
        left -= units(run.text)
    return tuple(kept)


def _length(lines: Sequence[Runs]) -> int:
    """Units of these lines with the line breaks between them."""
    return sum(units(run.text) for runs in lines for run in runs) + max(len(lines) - 1, 0) + 1


def _html(lines: Sequence[Runs]) -> str:
    return "\n".join("".join(_tagged(tag, list(runs)) for tag, runs in groupby(each, _tag_of)) for each in lines)


def _sober(lines: Sequence[Runs]) -> list[Runs]:
    """The lines with as many marks as a message may have: of more, Telegram drops some, and not those we choose."""
    others = sum(1 for runs in lines for tag, _ in groupby(runs, _tag_of) if tag)
    others += sum(1 for runs in lines for run in runs if run.link or run.style)
    left = (MOST_ENTITIES - SPARE_ENTITIES - others) // 2  # each mark is bold and underlined
    sober = []
    for runs in lines:
        kept = []
        for run in runs:
            left -= run.marked
            kept.append(replace(run, marked=run.marked and left >= 0))
        sober.append(tuple(kept))
    return sober


def _tag_of(run: Run) -> str:
    return run.tag


def _tagged(tag: str, runs: list[Run]) -> str:
    inner = "".join(_styled(run) for run in runs)
    return f"<{tag}>{inner}</{tag}>" if tag else inner


def _styled(run: Run) -> str:
    words = html.escape(run.text, quote=False)
    if run.link:
        return f'<a href="{html.escape(run.link)}">{words}</a>'
    if run.style:
        return f"<{run.style}>{words}</{run.style}>"
    return f"<b><u>{words}</u></b>" if run.marked else words
