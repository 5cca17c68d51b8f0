"""The checklists of the safety team: what is to be done for each kind of danger, in the words of `checklists.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.safety.kinds import Kind
from bot.yaml_file import read

if TYPE_CHECKING:
    from bot.config import Referral, Safety

FILE = Path(__file__).parent / "checklists.yaml"
NAMES = frozenset({"number", "service", "liaison", "platform"})
"""What a step's words may have filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do."""

    id: str
    """All that the audit keeps of it."""
    title: str
    """Short enough for a button."""
    words: str


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=24)]
    words: Annotated[str, Field(min_length=1, max_length=240)]

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        if unknown := set(Template(self.words).get_identifiers()) - NAMES:
            raise ValueError(f"no such name to fill in: ${min(unknown)}")
        return self


class Checklists(BaseModel):
    """The file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: str
    steps: dict[Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")], _Words]
    kinds: dict[Kind, Annotated[tuple[str, ...], Field(min_length=1)]]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if absent := set(Kind) - self.kinds.keys():
            raise ValueError(f"no list for {min(absent)}")
        if unknown := {step for steps in self.kinds.values() for step in steps} - self.steps.keys():
            raise ValueError(f"no words for the step {min(unknown)}")
        return self


@cache
def shipped() -> Checklists:
    """The checklists that come with the program."""
    return read(FILE, Checklists).value


def checklist(kind: Kind, safety: Safety, referral: Referral) -> tuple[Step, ...]:
    """The steps for that kind of danger, in order, filled from the configuration."""
    lists = shipped()
    filled = {
        "number": safety.emergency.number,
        "service": safety.emergency.words,
        "liaison": safety.police_liaison or referral.police,
        "platform": referral.platform,
    }
    return tuple(
        Step(id=step, title=text.title, words=Template(text.words).substitute(filled).strip())
        for step, text in ((each, lists.steps[each]) for each in lists.kinds[kind])
    )
