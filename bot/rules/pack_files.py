"""The files that rules are written in: read at once, understood when somebody asks what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot import yaml_file
from bot.rules.amending import amended, amendments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.rules.language import Pack, RuleSection

SHIPPED = Path(__file__).parent / "packs"


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A rule as it was written and amended, with its examples."""

    place: int
    """Among all rules."""
    section: RuleSection
    pack: yaml_file.Loaded[Pack]
    index: int
    """Among the rules of its file."""
    amended: yaml_file.Loaded[Pack] | None
    """The file that amends it; its examples come last."""

    @property
    def written(self) -> RuleSection:
        """The rule as it stands in its own file."""
        return self.pack.value.rules[self.index]

    def problem(self, *loc: str | int, message: str) -> yaml_file.Problem:
        """A mistake at this place of the rule, in its own file."""
        return self.pack.problem("rules", self.index, *loc, message=message)


@dataclass(frozen=True)
class PackFiles:
    """Every file of rules, as it was when it was read."""

    texts: Mapping[Path, str]
    """In the order in which they count, the shipped ones first."""
    unreadable: tuple[yaml_file.Problem, ...] = ()

    @classmethod
    def read(cls, folders: Iterable[Path], texts: Mapping[Path, str] | None = None, *, shipped: bool) -> PackFiles:
        """The packs in these folders. `texts` are their files, where these are not to be read from the disk."""
        problems: list[yaml_file.Problem] = []
        found = dict(_texts(SHIPPED, None, problems)) if shipped else {}
        for folder in folders:
            found |= _texts(folder, texts, problems)
        return cls(found, tuple(problems))

    @cached_property
    def packs(self) -> tuple[yaml_file.Loaded[Pack], ...]:
        """What they say. Raises BadFile with everything that cannot be read, and every mistake of shape."""
        from bot.rules.language import Pack  # noqa: PLC0415  slow to import, and not needed by most starts

        packs: list[yaml_file.Loaded[Pack]] = []
        problems = list(self.unreadable)
        for path, text in self.texts.items():
            try:
                packs.append(yaml_file.read(path, Pack, text))
            except yaml_file.BadFile as bad:
                problems += bad.problems
        if problems:
            raise yaml_file.BadFile(problems)
        return tuple(packs)

    @cached_property
    def rules(self) -> tuple[RuleSource, ...]:
        """Every rule as it counts, in the order of the files. Raises BadFile."""
        changes = amendments(self.packs)
        written = ((pack, index, section) for pack in self.packs for index, section in enumerate(pack.value.rules))
        return tuple(
            RuleSource(place, _amended(section, by), pack, index, by)
            for place, (pack, index, section) in enumerate(written)
            for by in [changes.get(section.id)]
        )


def _texts(
    folder: Path, texts: Mapping[Path, str] | None, problems: list[yaml_file.Problem]
) -> Iterator[tuple[Path, str]]:
    written = folder.rglob("*") if texts is None else (path for path in texts if path.is_relative_to(folder))
    packs = sorted(path for path in written if path.suffix in yaml_file.SUFFIXES)
    if not packs:
        none = "no rule pack in this folder; the name of one ends in .yaml"
        message = none if folder.is_dir() else "no such folder of rule packs"
        problems.append(yaml_file.Problem(str(folder), None, "", message))
    for path in packs:
        try:
            yield path, texts[path] if texts is not None else yaml_file.text_of(path)
        except yaml_file.BadFile as bad:
            problems += bad.problems


def _amended(section: RuleSection, by: yaml_file.Loaded[Pack] | None) -> RuleSection:
    return section if by is None else amended(section, by.value.amended[section.id])
