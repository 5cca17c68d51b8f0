"""What another version of the rules would have said of past mentions: counts, and a few texts of each change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from bot.effect import Change, changed
from bot.judge import NOBODY, mention_of
from bot.lab.archive import decode
from bot.lab.samples import Sample
from bot.lab.unreadable import Unreadable
from bot.misread import UNREADABLE, why
from bot.yaml_file import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.lab.archive import Archived, Piece
    from bot.lab.versions import Version
    from bot.model import Match, Verdict, VerdictKind
    from bot.rules import Rulebook

SAMPLES = 20
MOST_TEXT = 1_000
"""Characters of a text that are kept for showing."""
LEAD = 200
"""Characters that are kept before the first evidence, where a text is longer than that."""


class Outcome(NamedTuple):
    """What one version says of a mention."""

    kind: VerdictKind
    policy: str
    """Of the match that won; empty when none held."""
    rules: tuple[str, ...]
    """Live rules that held, the winner first."""
    spans: tuple[tuple[int, int], ...]
    """Their evidence in the text that is kept."""


class Changed(NamedTuple):
    """A mention that the two versions see differently."""

    name: str
    """The archive that it stands in."""
    line: int
    id: str
    text: str
    """An excerpt, when it is long."""
    old: Outcome
    new: Outcome


@dataclass(slots=True)
class Side:
    """How often things happened under one version."""

    flagged: int = 0
    verdicts: Counter[VerdictKind] = field(default_factory=Counter)
    policies: Counter[str] = field(default_factory=Counter)
    """Mentions on which any live rule of the policy held."""
    rules: Counter[str] = field(default_factory=Counter)
    """Mentions on which the rule held, live or shadow."""
    faults: Counter[str] = field(default_factory=Counter)
    """How often a rule was skipped because it failed."""

    def take(self, other: Side) -> None:
        """Count what another has counted."""
        self.flagged += other.flagged
        for name in ("verdicts", "policies", "rules", "faults"):
            getattr(self, name).update(getattr(other, name))

    def count(self, verdict: Verdict) -> None:
        """Count one mention."""
        self.flagged += verdict.abusive
        self.verdicts[verdict.kind] += 1
        if verdict.matches or verdict.shadow:
            self.policies.update({match.policy for match in verdict.matches})
            self.rules.update({match.rule for match in (*verdict.matches, *verdict.shadow)})


@dataclass(slots=True)
class Tally:
    """What was found, of one piece or of all of them together."""

    samples: int = SAMPLES
    """Of each kind of change, at most."""
    seed: int = 0
    mentions: int = 0
    """That could be read."""
    unreadable: Unreadable = field(default_factory=Unreadable)
    read: int = 0
    """Bytes of the archives."""
    old: Side = field(default_factory=Side)
    new: Side = field(default_factory=Side)
    moves: Counter[tuple[VerdictKind, VerdictKind]] = field(default_factory=Counter)
    """Old and new verdict of every mention."""
    changes: Counter[Change] = field(default_factory=Counter)
    gained: Counter[str] = field(default_factory=Counter)
    """By rule: mentions on which it holds now and did not before."""
    lost: Counter[str] = field(default_factory=Counter)
    kept: dict[Change, Sample[Changed]] = field(default_factory=dict)
    in_shadow: int = 0
    """Mentions on which no live rule of the new version holds, and a rule in shadow does."""
    only_shadow: Counter[str] = field(default_factory=Counter)
    """By rule in shadow: how many of these it holds on."""
    shadows: Sample[Changed] = field(init=False)
    """Some of these; the new outcome tells of the rules in shadow as if they were live."""

    def __post_init__(self) -> None:
        self.shadows = Sample(self.samples, self.seed)

    def take(self, other: Tally) -> None:
        """Add what came after."""
        self.mentions, self.read = self.mentions + other.mentions, self.read + other.read
        self.unreadable.take(other.unreadable)
        self.old.take(other.old)
        self.new.take(other.new)
        for name in ("moves", "changes", "gained", "lost", "only_shadow"):
            getattr(self, name).update(getattr(other, name))
        self.in_shadow += other.in_shadow
        self.shadows.take(other.shadows)
        for change, sample in other.kept.items():
            self._sample(change).take(sample)

    def count(self, name: str, number: int, line: Archived, old: Verdict, new: Verdict) -> None:
        """Count one mention that both versions have judged."""
        self.mentions += 1
        self.old.count(old)
        self.new.count(new)
        self.moves[old.kind, new.kind] += 1
        before, after = ({match.rule for match in verdict.matches} for verdict in (old, new))
        if before != after:
            self.gained.update(after - before)
            self.lost.update(before - after)
        change = changed(old, new)
        if change is not None:
            self.changes[change] += 1
            self._sample(change).add(line.text, _kept(name, number, line, old, new))
        if new.shadow and not new.matches:
            self.in_shadow += 1
            self.only_shadow.update({match.rule for match in new.shadow})
            as_if_live = replace(new, matches=new.shadow, policy=new.shadow[0].policy)
            self.shadows.add(line.text, _kept(name, number, line, new, as_if_live))

    def _sample(self, change: Change) -> Sample[Changed]:
        return self.kept.setdefault(change, Sample(self.samples, self.seed))


def build(old: Version, new: Version, *, samples: int, seed: int) -> Callable[[Piece], Tally]:
    """What judges a piece by both versions, each line as `judge` would; the rules have been tested before."""
    before, after, account, now = old.untested, new.untested, new.account, datetime.now(UTC)

    def compare(piece: Piece) -> Tally:
        tally = Tally(samples, seed, read=piece.read)
        faults = [Counter(book.faults) for book in (before, after)]
        for problem in piece.problems:
            tally.unreadable.add(problem)
        for number, raw in piece.lines:
            try:
                line = decode(raw.removeprefix(b"\xef\xbb\xbf"))
                mention = mention_of(line, account=account, now=now)
            except UNREADABLE as error:
                tally.unreadable.add(Problem(piece.name, number, "", f"not readable as a mention: {why(error)}"))
                continue
            tally.count(piece.name, number, line, before.judge(mention, NOBODY), after.judge(mention, NOBODY))
        tally.old.faults = _since(before, faults[0])
        tally.new.faults = _since(after, faults[1])
        return tally

    return compare


def _since(rulebook: Rulebook, earlier: Counter[str]) -> Counter[str]:
    return Counter(rulebook.faults) - earlier


def _kept(name: str, number: int, line: Archived, old: Verdict, new: Verdict) -> Changed:
    """The mention as it is shown, from shortly before the first evidence."""
    starts = [match.start for verdict in (old, new) for match in verdict.matches if match.field == "text"]
    cut = max(0, min(starts, default=0) - LEAD) if len(line.text) > MOST_TEXT else 0
    text = line.text[cut : cut + MOST_TEXT]
    shown = f"{'…' if cut else ''}{text}{'…' if cut + MOST_TEXT < len(line.text) else ''}"
    shift = cut - bool(cut)
    return Changed(
        name=name,
        line=number,
        id=str(line.id),
        text=shown,
        old=_outcome(old, shift, len(shown)),
        new=_outcome(new, shift, len(shown)),
    )


def _outcome(verdict: Verdict, shift: int, end: int) -> Outcome:
    return Outcome(
        kind=verdict.kind,
        policy=verdict.policy or "",
        rules=tuple(dict.fromkeys(match.rule for match in verdict.matches)),
        spans=tuple(
            (match.start - shift, match.end - shift)
            for match in verdict.matches
            if match.field == "text" and _inside(match, shift, end)
        ),
    )


def _inside(match: Match, shift: int, end: int) -> bool:
    return shift <= match.start and match.end - shift <= end
