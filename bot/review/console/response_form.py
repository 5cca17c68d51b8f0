"""What somebody typed into the form of a response, kept so that it can be shown again whatever is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.review.console.forms import whole_number
from bot.texts import Sheet
from bot.yaml_file import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.datastructures import FormData

MOST_WORDINGS = 60
LONGEST = 2_000
"""Characters of one field that are kept; no reply is as long."""
TAKEN_OUT = (
    "is empty, and cannot be taken out: a wording that was used is remembered by its place. Write it again, and tick"
    " “no longer used” if nobody is to get it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The fields of the form."""

    sheet: Sheet
    id: str = ""
    """Of a new response."""
    min_strikes: str = "0"
    why: str = ""
    seen: str = ""
    """Id of the revision with which the writer began."""
    case_id: str = ""
    act: str = "save"
    """`save`, `preview` or `add`."""
    blank: int = 1
    """Empty fields for new wordings."""
    problems: tuple[Problem, ...] = field(default=())

    @property
    def faults(self) -> dict[int, list[str]]:
        """What is wrong with each wording, by its place from 0."""
        told: dict[int, list[str]] = {}
        for problem in self.problems:
            if (index := _place(problem)) is not None:
                told.setdefault(index, []).append(problem.message)
        return told

    @property
    def others(self) -> tuple[Problem, ...]:
        """What is wrong elsewhere."""
        return tuple(problem for problem in self.problems if _place(problem) is None)

    def with_problems(self, problems: Iterable[Problem]) -> Typed:
        """The same, with what is wrong."""
        return replace(self, problems=tuple(problems))


def shown(sheet: Sheet, *, seen: str, case_id: str = "") -> Typed:
    """The form as it is opened."""
    return Typed(sheet=sheet, min_strikes=str(sheet.min_strikes), seen=seen, case_id=case_id)


def typed(form: FormData, *, kept: int) -> Typed:
    """What was typed. New wordings that are empty are left out; the first `kept` are in use and cannot be."""
    wordings = [_text(value) for value in form.getlist("wording")[:MOST_WORDINGS]]
    ticked = {str(value) for value in form.getlist("retired")}
    pairs = [(wording, str(index) in ticked) for index, wording in enumerate(wordings) if wording or index < kept]
    strikes = _text(form.get("min_strikes")) or "0"
    min_strikes = whole_number(strikes)
    sheet = Sheet(
        title=_text(form.get("title")),
        policies=tuple(_text(value) for value in form.getlist("policies")),
        audience=_text(form.get("audience")),
        voice=_text(form.get("voice")),
        min_strikes=min_strikes or 0,
        variants=tuple(wording for wording, _ in pairs),
        retired=frozenset(index for index, (_, retired) in enumerate(pairs) if retired),
    )
    empty = (Problem("", None, f"variants[{i}]", TAKEN_OUT) for i, wording in enumerate(sheet.variants) if not wording)
    wrong = (Problem("", None, "min_strikes", "expected a whole number, such as 2"),) if min_strikes is None else ()
    act = _text(form.get("act"))
    return Typed(
        sheet=sheet,
        id=_text(form.get("id")).lower(),
        min_strikes=strikes,
        why=_text(form.get("why")),
        seen=_text(form.get("seen")),
        case_id=_text(form.get("case")),
        act=act if act in {"preview", "add"} else "save",
        blank=2 if act == "add" else 1,
        problems=(*empty, *wrong),
    )


def _text(value: object) -> str:
    return value[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else ""


def _place(problem: Problem) -> int | None:
    """The wording that is at fault, from 0."""
    inside = problem.key.removeprefix("variants[").removesuffix("]")
    return int(inside) if inside != problem.key and inside.isdecimal() else None
