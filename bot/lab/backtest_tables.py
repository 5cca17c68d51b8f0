"""A backtest as tables for a terminal, and as plain content for scripts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from bot.effect import Change
from bot.lab.figures import share
from bot.lab.samples import masked
from bot.lab.tables import Grid, percent, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.lab.backtest import Changed, Outcome, Side, Tally
    from bot.lab.samples import Kept
    from bot.lab.versions import Version
    from bot.model import VerdictKind
    from bot.rules import RuleFacts


@dataclass(frozen=True, slots=True)
class Report:
    """What was compared, on what, and what came out."""

    old: Version
    new: Version
    archives: tuple[str, ...]
    at: datetime
    """When it ended."""
    seconds: float
    tally: Tally
    whole: bool = True
    """False when somebody stopped it before the end of the archives."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule under both versions."""

    rule: str
    policy: str
    """As `old → new` where it changed."""
    state: str
    """Such as `live`; `shadow → live` where it changed, `absent` for a version that does not have the rule."""
    old: int
    new: int
    gained: int
    """Mentions on which it holds now and did not before."""
    lost: int

    @property
    def in_shadow(self) -> bool:
        """Whether it only counts under the new version."""
        return self.state.endswith("shadow")

    @property
    def moved(self) -> bool:
        """Whether anything about it is not as before."""
        return bool(self.gained or self.lost) or "→" in self.state or "→" in self.policy


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """Mentions on which any live rule of a policy held."""

    policy: str
    old: int
    new: int


def rule_rows(report: Report) -> list[RuleRow]:
    """Every rule of either version, those that changed most first."""
    tally = report.tally
    old, new = ({rule.id: rule for rule in version.rulebook.rules} for version in (report.old, report.new))
    rows = [
        RuleRow(
            rule=rule,
            policy=_turned(old.get(rule), new.get(rule), "policy"),
            state=_turned(old.get(rule), new.get(rule), "state"),
            old=tally.old.rules[rule],
            new=tally.new.rules[rule],
            gained=tally.gained[rule],
            lost=tally.lost[rule],
        )
        for rule in old | new
    ]
    return sorted(rows, key=lambda row: (-row.gained - row.lost, not row.moved, -row.new, row.rule))


def policy_rows(report: Report) -> list[PolicyRow]:
    """Every policy of which a rule held, the most frequent first."""
    old, new = report.tally.old.policies, report.tally.new.policies
    rows = [PolicyRow(policy, old[policy], new[policy]) for policy in old | new]
    return sorted(rows, key=lambda row: (-max(row.old, row.new), row.policy))


def moves(report: Report) -> list[tuple[VerdictKind, VerdictKind, int]]:
    """Old verdict, new verdict and how often, where the two differ; the most frequent first."""
    found = [(old, new, count) for (old, new), count in report.tally.moves.items() if old is not new]
    return sorted(found, key=lambda move: (-move[2], move[0], move[1]))


def samples(report: Report, change: Change | None) -> list[Kept[Changed]]:
    """The texts that were kept of a change, most often said first; with `None` those that only rules in shadow find."""
    sample = report.tally.kept.get(change) if change else report.tally.shadows
    return sorted(sample.all(), key=lambda kept: (-kept.times, rules_of(kept.what))) if sample else []


def nothing_differs(report: Report) -> str | None:
    """Why the two versions judge alike, where they are the same rules; `None` where they are not."""
    old, new, tally = report.old, report.new, report.tally
    if tally.changes or tally.gained or tally.lost or old.rulebook.digest != new.rulebook.digest:
        return None
    told = "You compared these rules with themselves" if old.name == new.name else "Both are the same rules"
    told += ", each in the same state, so nothing can differ."
    folder = old.folder or new.folder
    if folder is not None and old.folder != new.folder:
        told += f" The configuration names {folder} under rules.packs already, so “live” has these packs too."
    told += " To see what an edit does, compare a copy of the packs from before it with the packs."
    return told


def grids(report: Report, *, with_text: bool) -> Iterator[Grid]:
    """What a person reads, the widest view first."""
    tally, mentions = report.tally, report.tally.mentions
    same = mentions - tally.changes.total()
    changes: list[tuple[object, ...]] = [("judged", mentions, "")]
    changes += [(change, tally.changes[change], percent(tally.changes[change], mentions)) for change in Change]
    yield Grid("What changes", ("mentions", "count", "share"), [*changes, ("as before", same, percent(same, mentions))])
    turned: list[tuple[object, ...]] = [(*move, percent(move[2], mentions)) for move in moves(report)]
    yield Grid("Verdicts that change", ("old", "new", "count", "share"), turned)
    both = ("old", "share", "new", "share")
    policies: list[tuple[object, ...]] = [
        (row.policy, row.old, percent(row.old, mentions), row.new, percent(row.new, mentions))
        for row in policy_rows(report)
    ]
    yield Grid("By policy", ("policy", *both), policies)
    rules: list[tuple[object, ...]] = [
        (
            *(row.rule, row.policy, row.state, row.old, percent(row.old, mentions)),
            *(row.new, percent(row.new, mentions), f"+{row.gained}", f"-{row.lost}"),
        )
        for row in rule_rows(report)
        if row.moved
    ]
    yield Grid("Rules that hold elsewhere", ("rule", "policy", "state", *both, "now also", "no longer"), rules)
    yield Grid(SHADOWS, ("rule", "policy", "holds on", "share", "where no live rule does"), _shadow_rules(report))
    for change in Change:
        examples = [_example(kept, with_text=with_text) for kept in samples(report, change)]
        yield Grid(f"Some that are {_WORDS[change]}", ("where", "times", "old", "new", "rules", "text"), examples)
    found = [_example(kept, with_text=with_text) for kept in samples(report, None)]
    columns = ("where", "times", "rules", "text")
    yield Grid("Some that only rules in shadow find", columns, [(*row[:2], *row[4:]) for row in found])


def as_json(report: Report, *, with_text: bool) -> dict[str, object]:
    """What scripts read."""
    tally, mentions = report.tally, report.tally.mentions
    return {
        "old": {"name": report.old.name, "about": report.old.about, **_side(tally.old, mentions)},
        "new": {"name": report.new.name, "about": report.new.about, **_side(tally.new, mentions)},
        "archives": report.archives,
        "at": report.at.isoformat(),
        "seconds": round(report.seconds, 3),
        "whole": report.whole,
        "mentions": mentions,
        "unreadable": tally.unreadable.total,
        "problems": list(tally.unreadable.told()),
        "changes": {
            change.name.lower(): {
                "count": tally.changes[change],
                "share": share(tally.changes[change], mentions),
                "samples": [_sample(kept, with_text=with_text) for kept in samples(report, change)],
            }
            for change in Change
        },
        "same_rules": nothing_differs(report) is not None,
        "shadow": {
            "count": tally.in_shadow,
            "share": share(tally.in_shadow, mentions),
            "rules": dict(sorted(tally.only_shadow.items())),
            "samples": [_sample(kept, with_text=with_text) for kept in samples(report, None)],
        },
        "verdicts": [{"old": old, "new": new, "count": count} for old, new, count in moves(report)],
        "policies": [asdict(row) for row in policy_rows(report)],
        "rules": [asdict(row) for row in rule_rows(report)],
    }


_WORDS = {
    Change.NEWLY: "newly flagged",
    Change.NO_LONGER: "no longer flagged",
    Change.VERDICT: "given another verdict",
    Change.POLICY: "held against another policy",
}


SHADOWS = "If rules in shadow were live"


def _shadow_rules(report: Report) -> list[tuple[object, ...]]:
    """Each rule that is in shadow under the new version and held, with where it would be the first to find anything."""
    mentions, alone = report.tally.mentions, report.tally.only_shadow
    return [
        (row.rule, row.policy, row.new, percent(row.new, mentions), alone[row.rule])
        for row in rule_rows(report)
        if row.in_shadow and row.new
    ]


def _turned(old: RuleFacts | None, new: RuleFacts | None, name: str) -> str:
    """What a rule has for this in both versions, as one word where it is the same."""
    if name == "policy" and (old is None or new is None):
        return str(getattr(old or new, name))
    before, after = (str(getattr(rule, name)) if rule else "absent" for rule in (old, new))
    return before if before == after else f"{before} → {after}"


def outcome(said: Outcome) -> str:
    """A verdict in few words."""
    return f"{said.kind}: {said.policy}" if said.policy else str(said.kind)


def rules_of(changed: Changed) -> str:
    """The rules that made it so."""
    old, new = (", ".join(said.rules) for said in (changed.old, changed.new))
    return f"{old} → {new}" if old and new and old != new else new or old


def _example(kept: Kept[Changed], *, with_text: bool) -> tuple[object, ...]:
    what = kept.what
    return (
        f"{what.name}:{what.line}",
        kept.times,
        outcome(what.old),
        outcome(what.new),
        rules_of(what),
        shown(what.text, with_text=with_text),
    )


def _side(side: Side, mentions: int) -> dict[str, object]:
    return {
        "flagged": side.flagged,
        "share": share(side.flagged, mentions),
        "verdicts": dict(sorted(side.verdicts.items())),
        "skipped": dict(sorted(side.faults.items())),
    }


def _sample(kept: Kept[Changed], *, with_text: bool) -> dict[str, object]:
    what = kept.what
    return {
        "archive": what.name,
        "line": what.line,
        "id": what.id,
        "times": kept.times,
        "text": what.text if with_text else masked(what.text),
        "old": what.old._asdict(),
        "new": what.new._asdict(),
    }
