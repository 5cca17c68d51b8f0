"""What an auditor does: recompute the figures from an export, and hold the published report against them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.report.export import Chains, lines
from bot.report.figures import Fold
from bot.report.making import made_again
from bot.report.sealing import AGES, MADE, sealed
from bot.report.sheet import as_json
from bot.store.encoding import from_json

if TYPE_CHECKING:
    from bot.report.periods import Length, Period

_MISSING = object()
_OTHER = {
    "waits": "How long things took is not what these figures give.",
    "second_readings": "The agreement of second readings is not what these figures give.",
    AGES: "The ages of referrals are not those that were noted when the report was made.",
    "sealed": "The report carries other seals of the chains than were noted when it was made.",
}
Open = Callable[[], Iterable[bytes]]
"""Begins to read the export anew; it is read twice, and never held."""


@dataclass(frozen=True, slots=True)
class Altered:
    """An event that is not as it was written, or is missing."""

    stream: str
    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at the whole export found."""

    events: int
    faults: tuple[Altered, ...]
    made: tuple[Mapping[str, Any], ...]
    """What the audit says of each report that was made, in order."""


def check(export: Open) -> Checked:
    """Recompute every chain. Raises NoExportError."""
    chains, faults, made = Chains(), [], []
    for line in lines(export()):
        if what := chains.fault(line):
            faults.append(Altered(line.stream, line.seq, what))
        if line.kind == MADE:
            made.append(from_json(bytes(line.detail).decode()))
    return Checked(chains.events, tuple(faults), tuple(made))


def recompute(export: Open, period: Period, base: Length, heads: Mapping[str, str], salt: str) -> tuple[Any, list[str]]:
    """The full figures, and what of `heads` is not in the export: the seals of the last events that were counted.

    With heads, nothing after them is counted. Raises NoExportError and NoSuchPeriodError.
    """
    fold, missing = Fold(period, base), dict(heads)
    before = None
    for line in lines(export()):
        if line.stream != before:
            fold.end_of_chain()
            before = line.stream
        if heads and line.stream not in missing:
            continue
        fold.take(line.at, line.kind, line.case, line.detail)
        if heads and sealed([line.stream, line.seq, line.digest], salt) == missing[line.stream]:
            del missing[line.stream]
    fold.end_of_chain()
    return fold.plain(), sorted(missing)


def differences(published: Mapping[str, Any], figures: Any, noted: Mapping[str, Any]) -> list[str]:  # noqa: ANN401 - JSON
    """Where a published report.json says otherwise than these figures, each as a sentence; empty when nowhere.

    Every word of it is compared; `noted` is what the audit says of its making.
    """
    found = []
    if sealed(figures, noted["salt"]) != published["sealed"]["figures"]:
        found.append("The full figures are not those that the report was made from.")
    given = json.loads(json.dumps(as_json(made_again(noted, figures))))
    if given.get(AGES, []) != noted.get(AGES, []):
        found.append(
            "What was noted of the ages of referrals when the report was made has another digest than it says."
        )
    ours = {each["name"]: each for each in given["tables"]}
    theirs = {each["name"]: each for each in published["tables"]}
    found += [
        f"The table “{(ours.get(name) or theirs[name])['title']}” is not what these figures give."
        for name in ours.keys() | theirs.keys()
        if ours.get(name) != theirs.get(name)
    ]
    if not found and given["tables"] != published["tables"]:
        found.append("The tables are not in their order, or one is there twice.")
    found += [
        _OTHER.get(name, f"What stands there as “{name}” is not what it was made with.")
        for name in (given.keys() | published.keys()) - {"tables"}
        if given.get(name, _MISSING) != published.get(name, _MISSING)
    ]
    return sorted(found)


def made_as(checked: Checked, published: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the audit says of the making of this report; `None` when it says nothing."""
    return next((each for each in checked.made if each["figures"] == published["sealed"]["figures"]), None)
