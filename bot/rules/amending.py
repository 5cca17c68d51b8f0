"""What one file changes in rules that stand in another: a party's say over the shipped rules without editing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.yaml_file import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from bot.rules.compiled import RuleState
    from bot.rules.language import Amended, Pack, RuleSection
    from bot.yaml_file import Loaded, Problem

ORDER: tuple[RuleState, ...] = ("off", "shadow", "live")
"""The states of a rule, the one that does least first."""


def amendments(packs: Iterable[Loaded[Pack]]) -> dict[str, Loaded[Pack]]:
    """For each rule that is amended, the file that does it: the first, if two do."""
    found: dict[str, Loaded[Pack]] = {}
    for pack in packs:
        for rule in pack.value.amended:
            found.setdefault(rule, pack)
    return found


def amended_twice(packs: Sequence[Loaded[Pack]]) -> Iterator[Problem]:
    """A problem for each file that amends a rule which another amends already."""
    first = amendments(packs)
    for pack in packs:
        for rule in pack.value.amended:
            if first[rule] is not pack:
                where = f"{first[rule].path}:{first[rule].line('amended', rule)}"
                message = f"rule “{rule}” is amended in {where} already; write it all there"
                yield pack.problem("amended", rule, message=message)


def amended(section: RuleSection, by: Amended) -> RuleSection:
    """The rule as it then reads. What it does not hold need not be taken from it."""
    changes: dict[str, object] = {
        kind: tuple(entry for entry in getattr(section, kind) if entry not in by.without)
        for kind in ("words", "phrases", "patterns")
    }
    changes |= {kind: (*getattr(section, kind), *getattr(by, kind)) for kind in ("unless", "matches", "ignores")}
    return section.model_copy(update=changes | {"state": by.state or section.state})


def turned_down(section: RuleSection, by: Amended) -> bool:
    """Whether the rule would hold, or be acted on, more seldom than as it is written."""
    lower = by.state is not None and ORDER.index(by.state) < ORDER.index(section.state)
    return lower or bool(by.without or by.unless)


def lost(packs: Iterable[Loaded[Pack]], rules: Collection[str]) -> Iterator[Problem]:
    """A problem for each rule that is to be amended and stands nowhere."""
    for pack in packs:
        for rule in pack.value.amended.keys() - rules:
            yield pack.problem("amended", rule, message=f"there is no such rule{nearest(rule, rules)}")
