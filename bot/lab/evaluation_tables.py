"""An evaluation as tables for a terminal, and as plain content for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.lab.figures import Figures, share, wilson
from bot.lab.samples import masked
from bot.lab.tables import Grid, decimal, rate, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from bot.lab.evaluation import Evaluation, Held, Miss
    from bot.lab.samples import Sample

MOST_ROWS = 12
"""Categories, and rules, that are shown to somebody who did not ask for all."""
SHARES = ("texts", "abusive", "accuracy", "precision (95 %)", "recall (95 %)", "F1", "false positives (95 %)")
COUNTS = ("on abusive", "on fair", "precision (95 %)", "alone on abusive", "alone on fair")
MISSES = ("id", "source", "category", "verdict", "why", "text")


def grids(found: Evaluation, *, with_text: bool, whole: bool = False) -> Iterator[Grid]:
    """What a person reads, the widest view first: of categories and rules those that err most, or with `whole` all."""
    sources = [(name, *_shares(figures)) for name, figures in sorted(found.sources.items())]
    if len(sources) != 1:
        sources.append(("all", *_shares(found.overall)))
    yield Grid("By source", ("source", *SHARES), list(sources))
    categories: list[tuple[object, ...]] = [
        (source, category, figures.n, figures.flagged, decimal(figures.accuracy))
        for (source, category), figures in _categories_shown(found, whole=whole)
    ]
    yield Grid("By category", ("source", "category", "texts", "flagged", "accuracy"), categories)
    yield Grid("By policy", ("policy", *COUNTS), [(name, *_counts(held)) for name, held in _worst(found.policies)])
    rules: list[tuple[object, ...]] = [
        (name, held.policy + ("" if held.state == "live" else f" ({held.state})"), *_counts(held))
        for name, held in _worst(found.rules)
        if whole or held.on_fair
    ]
    rules = rules if whole else rules[:MOST_ROWS]
    yield Grid("By rule, those that err most first" if whole else "Rules that err", ("rule", "policy", *COUNTS), rules)
    yield Grid("Fair, and flagged", MISSES, _misses(found.flagged, with_text=with_text))
    yield Grid("Abusive, and missed", MISSES, _misses(found.missed, with_text=with_text))


def as_json(found: Evaluation, never: Iterable[str], *, with_text: bool) -> dict[str, object]:
    """What scripts read. `never` are the rules that held on no text."""
    together: dict[str, Figures] = {}
    nested: dict[str, dict[str, Figures]] = {}
    for (source, category), figures in found.categories.items():
        together.setdefault(category, Figures()).take(figures)
        nested.setdefault(source, {})[category] = figures
    return {
        "overall": _figures(found.overall),
        "sources": {
            name: {**_figures(figures), "categories": _categories(nested[name])}
            for name, figures in sorted(found.sources.items())
        },
        "categories": _categories(together),
        "policies": {name: _held(held) for name, held in sorted(found.policies.items())},
        "rules": {
            name: {"policy": held.policy, "state": held.state, **_held(held)}
            for name, held in sorted(found.rules.items())
        },
        "never_held": sorted(never),
        "flagged": [_miss(kept.what, with_text=with_text) for kept in found.flagged.all()],
        "missed": [_miss(kept.what, with_text=with_text) for kept in found.missed.all()],
        "unreadable": found.unreadable.total,
        "problems": list(found.unreadable.told()),
    }


def left_out(found: Evaluation, never: Collection[str], *, whole: bool) -> str:
    """What the tables do not show, in a sentence. `never` are the live rules that held on no text."""
    if whole:
        return f"{len(never)} live rules held on no text{': ' if never else ''}{', '.join(sorted(never))}."
    right = sum(not held.on_fair for held in found.rules.values())
    never_held = f"{len(never)} live rules held on no text"
    return f"{right} rules held on abusive texts alone; {never_held}. With --all each is named."


def _categories_shown(found: Evaluation, *, whole: bool) -> list[tuple[tuple[str, str], Figures]]:
    """The categories by source and name: all, or those with the most texts that were judged wrongly."""
    named = [(key, figures) for key, figures in found.categories.items() if key[1]]
    if not whole:
        named = sorted(named, key=lambda item: -(item[1].fp + item[1].fn))[:MOST_ROWS]
    return sorted(named, key=lambda item: item[0])


def _shares(figures: Figures) -> tuple[object, ...]:
    right = figures.tp + figures.tn
    return (
        figures.n,
        figures.abusive,
        decimal(share(right, figures.n)),
        rate(figures.tp, figures.flagged),
        rate(figures.tp, figures.abusive),
        decimal(figures.f1) if figures.abusive else "–",
        rate(figures.fp, figures.fair),
    )


def _worst(counted: Mapping[str, Held]) -> list[tuple[str, Held]]:
    """What is wrong most often first; of those that never are, what finds most."""
    return sorted(counted.items(), key=lambda item: (-item[1].on_fair, -item[1].on_abusive, item[0]))


def _counts(held: Held) -> tuple[object, ...]:
    precision = rate(held.on_abusive, held.on_abusive + held.on_fair)
    return held.on_abusive, held.on_fair, precision, held.alone_on_abusive, held.alone_on_fair


def _misses(sample: Sample[Miss], *, with_text: bool) -> list[tuple[object, ...]]:
    return [
        (
            miss.text.id,
            miss.text.source,
            miss.text.category,
            miss.said.kind,
            _why(miss),
            shown(miss.text.text, with_text=with_text),
        )
        for miss in (kept.what for kept in sample.all())
    ]


def _why(miss: Miss) -> str:
    """The rules that held; else the first thing that the rules had to say."""
    return ", ".join(rule for rule, _ in miss.said.live) or next(iter(miss.said.reasons), "")


def _figures(figures: Figures) -> dict[str, object]:
    return {**figures.as_dict(), "intervals": figures.intervals()}


def _categories(found: Mapping[str, Figures]) -> dict[str, object]:
    return {
        name: {"n": figures.n, "accuracy": figures.accuracy, "flagged": figures.flagged}
        for name, figures in sorted(found.items())
    }


def _held(held: Held) -> dict[str, object]:
    both = held.on_abusive + held.on_fair
    return {
        "on_abusive": held.on_abusive,
        "on_fair": held.on_fair,
        "precision": share(held.on_abusive, both),
        "interval": wilson(held.on_abusive, both),
        "alone_on_abusive": held.alone_on_abusive,
        "alone_on_fair": held.alone_on_fair,
    }


def _miss(miss: Miss, *, with_text: bool) -> dict[str, object]:
    text = miss.text
    return {
        "id": text.id,
        "source": text.source,
        "category": text.category,
        "label": int(text.abusive),
        "verdict": miss.said.kind,
        "rules": [rule for rule, _ in miss.said.live],
        "reasons": miss.said.reasons,
        "text": text.text if with_text else masked(text.text),
    }
