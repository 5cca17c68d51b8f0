"""What can be wrong with the rotas: people who may not do the work, who are on twice, and hours that nobody has.

A week is looked at by its wall clock, in seconds since Monday midnight. Where no hour of that is free, none is on the
two nights of the year on which the clocks change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Role
from bot.yaml_file import listed, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import time

    from bot.config.shape import Config, Shift

    Broken = tuple[tuple[str | int, ...], str]
    """A place in the file, and what is wrong there."""
    Stretch = tuple[int, int]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60 * 60
WEEK = 7 * DAY
ROLES = {"staff": frozenset({Role.APPROVER, Role.PRINCIPAL}), "safety": frozenset({Role.SAFETY})}
"""Who may be on: one of these roles."""


def broken_rotas(config: Config) -> Iterator[Broken]:
    """Every mistake in both rotas, each with its place."""
    for name in ("staff", "safety"):
        shifts = getattr(config.shifts, name)
        for index, shift in enumerate(shifts):
            yield from _people(config, ("shifts", name, index), shift, ROLES[name])
        yield from _twice(("shifts", name), shifts)
    safety = config.shifts.safety
    if safety and all(map(_whole, safety)):
        for start, end in _gaps(safety):
            message = f"nobody is on from {_moment(start)} to {_moment(end)}: a threat then would ring for nobody"
            yield ("shifts", "safety"), message


def stretches(shift: Shift) -> list[Stretch]:
    """From when to when a shift lasts, on each of its days; one that begins on Sunday night ends in the next week."""
    start = _second(shift.start)
    lasts = (_second(shift.end) - start) % DAY or DAY
    return [(begin, begin + lasts) for begin in sorted(WEEKDAYS.index(day) * DAY + start for day in set(shift.days))]


def _people(config: Config, at: tuple[str | int, ...], shift: Shift, roles: frozenset[Role]) -> Iterator[Broken]:
    reviewers = {reviewer.id: reviewer for reviewer in config.reviewers if reviewer.id}
    for place, who in enumerate(shift.people):
        loc = (*at, "people", place)
        if who and who in shift.people[:place]:
            yield loc, f"“{who}” is named twice"
        elif who and who not in reviewers:
            yield loc, f"there is no reviewer “{who}”{nearest(who, reviewers)}"
        elif who and reviewers[who].roles and not reviewers[who].roles & roles:
            yield loc, f"“{who}” does not have the role {listed(sorted(roles))}, and could do nothing"
    for place, day in enumerate(shift.days):
        if day in shift.days[:place] and day:
            yield (*at, "days", place), f"{day} is named twice"


def _twice(at: tuple[str | int, ...], shifts: tuple[Shift, ...]) -> Iterator[Broken]:
    """Each person who is on in two shifts at the same time."""
    whole = [(index, shift) for index, shift in enumerate(shifts) if _whole(shift)]
    for place, (index, shift) in enumerate(whole):
        for earlier, other in whole[:place]:
            both = [who for who in shift.people if who and who in other.people]
            shared = _shared(shift, other) if both else None
            if shared:
                message = f"{both[0]} is on from {_moment(shared)} already, in shifts.{at[1]}[{earlier}]"
                yield (*at, index, "people"), message


def _shared(one: Shift, other: Shift) -> int | None:
    """When two shifts first overlap; `None` when they never do."""
    for start, end in stretches(one):
        for begin, finish in stretches(other):
            for shift in (-WEEK, 0, WEEK):
                first = max(start, begin + shift)
                if first < min(end, finish + shift):
                    return first % WEEK
    return None


def _gaps(shifts: tuple[Shift, ...]) -> list[Stretch]:
    """The stretches of a week in which nobody is on; one that goes on over Sunday midnight is one."""
    taken = sorted(stretch for shift in shifts for stretch in stretches(shift))
    covered = max(end for _, end in taken) - WEEK  # the end of the last week reaches into this one
    found = []
    for start, end in taken:
        if start > covered:
            found.append((max(covered, 0), start))
        covered = max(covered, end)
    if covered < WEEK:
        found.append((covered, WEEK))
    if len(found) > 1 and found[0][0] == 0 and found[-1][1] == WEEK:
        found = [*found[1:-1], (found[-1][0], found[0][1])]
    return found


def _whole(shift: Shift) -> bool:
    """Whether nothing of it was found wrong by itself."""
    given = (getattr(shift, name) for name in ("start", "end"))
    return all((shift.days, *shift.days)) and all(clock is not None for clock in given)


def _second(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _moment(second: int) -> str:
    day, rest = divmod(second % WEEK, DAY)
    return f"{WEEKDAYS[day].capitalize()} {rest // 3600:02}:{rest % 3600 // 60:02}"
