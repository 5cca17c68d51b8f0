"""What the rules get right on labelled texts: figures by source, category, policy and rule, and the worst misses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from bot.judge import NOBODY, Line, mention_of
from bot.lab.figures import Figures
from bot.lab.samples import Sample
from bot.lab.unreadable import Unreadable
from bot.yaml_file import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.lab.labelled import Labelled
    from bot.lab.versions import Version
    from bot.model import Verdict, VerdictKind

BATCH = 500
"""Texts that are judged in one go: enough to be worth the way to another process."""
MISSES = 10


class Said(NamedTuple):
    """What the rules say of one text, as far as it is counted."""

    kind: VerdictKind
    severity: int
    live: tuple[tuple[str, str], ...]
    """Rule and policy of each live rule that held, the winner first."""
    shadow: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]


class Miss(NamedTuple):
    """A text that people and rules see differently."""

    text: Labelled
    said: Said


@dataclass(slots=True)
class Held:
    """How often a rule, or any rule of a policy, held."""

    policy: str
    state: str
    on_abusive: int = 0
    on_fair: int = 0
    alone_on_abusive: int = 0
    """Nothing else held: what would be missed without it."""
    alone_on_fair: int = 0
    """Nothing else held: what would be right without it."""

    def count(self, *, abusive: bool, alone: bool) -> None:
        """Count one text on which it held."""
        if abusive:
            self.on_abusive, self.alone_on_abusive = self.on_abusive + 1, self.alone_on_abusive + alone
        else:
            self.on_fair, self.alone_on_fair = self.on_fair + 1, self.alone_on_fair + alone


@dataclass(slots=True)
class Evaluation:
    """Everything that was found, put together text by text."""

    misses: int = MISSES
    overall: Figures = field(default_factory=Figures)
    sources: dict[str, Figures] = field(default_factory=dict)
    categories: dict[tuple[str, str], Figures] = field(default_factory=dict)
    """By source and category."""
    rules: dict[str, Held] = field(default_factory=dict)
    policies: dict[str, Held] = field(default_factory=dict)
    unreadable: Unreadable = field(default_factory=Unreadable)
    flagged: Sample[Miss] = field(init=False)
    """Not abusive and flagged, the gravest verdicts first."""
    missed: Sample[Miss] = field(init=False)
    """Abusive and not flagged, first those of which a rule found the words and was then held back."""

    def __post_init__(self) -> None:
        self.flagged, self.missed = Sample(self.misses), Sample(self.misses)

    def add(self, text: Labelled, said: Said) -> None:
        """Count one text."""
        flagged = bool(said.live)
        self.overall.add(label=text.abusive, flagged=flagged)
        self.sources.setdefault(text.source, Figures()).add(label=text.abusive, flagged=flagged)
        self.categories.setdefault((text.source, text.category), Figures()).add(label=text.abusive, flagged=flagged)
        self._count(text, said)
        if flagged and not text.abusive:
            self.flagged.add(
                text.text, Miss(text, said), rank=said.kind.rank * 100 + said.severity * 10 + len(said.live)
            )
        if text.abusive and not flagged:
            self.missed.add(text.text, Miss(text, said), rank=bool(said.shadow or _held_back(said)))

    def _count(self, text: Labelled, said: Said) -> None:
        rules, policies = {rule for rule, _ in said.live}, {policy for _, policy in said.live}
        for state, found in (("live", said.live), ("shadow", said.shadow)):
            for rule, policy in dict(found).items():
                held = self.rules.setdefault(rule, Held(policy, state))
                held.count(abusive=text.abusive, alone=rules <= {rule})
        for policy in policies:
            held = self.policies.setdefault(policy, Held(policy, "live"))
            held.count(abusive=text.abusive, alone=len(policies) == 1)


def batches(given: Iterable[Labelled | Problem], unreadable: Unreadable) -> Iterator[list[Labelled]]:
    """The texts in batches; what could not be read is counted apart."""
    texts = _readable(given, unreadable)
    while batch := list(islice(texts, BATCH)):
        yield batch


def _readable(given: Iterable[Labelled | Problem], unreadable: Unreadable) -> Iterator[Labelled]:
    for each in given:
        if isinstance(each, Problem):
            unreadable.add(each)
        else:
            yield each


def build(version: Version) -> Callable[[list[Labelled]], list[tuple[Labelled, Said]]]:
    """What judges a batch by a version of the rules, each text as `judge` would; the rules have been tested before."""
    rulebook, account, now = version.untested, version.account, datetime.now(UTC)

    def judge(batch: list[Labelled]) -> list[tuple[Labelled, Said]]:
        mentions = (mention_of(Line(id=text.id, text=text.text), account=account, now=now) for text in batch)
        return [(text, _said(rulebook.judge(mention, NOBODY))) for text, mention in zip(batch, mentions, strict=True)]

    return judge


def _said(verdict: Verdict) -> Said:
    return Said(
        kind=verdict.kind,
        severity=verdict.severity,
        live=tuple((match.rule, match.policy) for match in verdict.matches),
        shadow=tuple((match.rule, match.policy) for match in verdict.shadow),
        reasons=verdict.reasons,
    )


def _held_back(said: Said) -> bool:
    return any(reason.startswith("Rule ") for reason in said.reasons)
