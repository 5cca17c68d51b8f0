"""A version of the rules, by the name that is typed for it: a folder of packs, a configuration, or `live`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import yaml_file
from bot.files import Files
from bot.rules import Rulebook
from bot.rules.pack_files import SHIPPED
from bot.yaml_file import BadFile, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config import Config

LIVE = "live"
ACCEPTED = "a folder of rule packs, a configuration (a file that ends in .yaml), or “live” for the rules of --config"


class NoSuchVersionError(Exception):
    """What was typed for a version of the rules names none. `str()` says what is accepted."""


@dataclass(frozen=True)
class Version:
    """One version. On its way to another process it leaves its rules behind, and loads them there when first asked."""

    name: str
    config_file: Path
    folder: Path | None = None
    """Packs that are judged by instead of the configuration's own."""

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules, each of which holds for its own examples. Raises BadFile."""
        return self._files.rulebook if self.folder is None else self.untested.tested()

    @cached_property
    def untested(self) -> Rulebook:
        """The rules as another process has tested them already. Raises BadFile."""
        if self.folder is None:
            return self._files.untested
        settings, ids = self._settings, _rule_ids(self.folder)
        shipped = settings.rules.shipped and not self.stands_alone
        known = ids | _rule_ids(SHIPPED) if shipped else ids
        states = {rule: state for rule, state in settings.rules.states.items() if rule in known}
        return Rulebook(
            packs=[self.folder],
            policies=settings.policies,
            rules=settings.rules.model_copy(update={"shipped": shipped, "states": states}),
            party=settings.party,
            own=[account.handle for account in settings.accounts],
            protected=[person.handle for person in settings.protected],
            new_account_days=settings.limits.new_account_days,
        )

    @cached_property
    def stands_alone(self) -> bool:
        """Whether the folder takes the place of the shipped rules: it holds one of them, in whatever wording.

        Otherwise it is taken for a party's own packs, which stand beside the shipped ones.
        """
        return self.folder is not None and not _rule_ids(self.folder).isdisjoint(_rule_ids(SHIPPED))

    @property
    def account(self) -> str:
        """Id of the account that mentions are taken to address."""
        return self._settings.accounts[0].id

    @property
    def about(self) -> str:
        """What it is made of, in words."""
        if self.folder is None:
            return f"the rules of {self.config_file}"
        if not self._settings.rules.shipped:
            return f"the packs in {self.folder}"
        return f"the packs in {self.folder}, {'in place of' if self.stands_alone else 'beside'} the shipped ones"

    @cached_property
    def _files(self) -> Files:
        return Files.open(self.config_file)

    @property
    def _settings(self) -> Config:
        return self._files.config

    def __getstate__(self) -> dict[str, Any]:
        return {"name": self.name, "config_file": self.config_file, "folder": self.folder}


def version(named: str, config_file: Path) -> Version:
    """The version that somebody named. Raises NoSuchVersionError. Nothing is loaded yet."""
    path = Path(named)
    if named == LIVE:
        return Version(LIVE, config_file)
    if path.is_dir():
        if next(_packs(path), None) is None:
            raise NoSuchVersionError(f"{named}: no rule pack in this folder; packs end in .yaml or .yml")
        return Version(named, config_file, path)
    if path.is_file() and path.suffix in {".yaml", ".yml"}:
        return Version(named, path)
    raise NoSuchVersionError(f"{named}: not a version of the rules; give {ACCEPTED}")


def _packs(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix in {".yaml", ".yml"})


def _rule_ids(folder: Path) -> frozenset[str]:
    """The rules that stand in the packs of a folder. Raises BadFile for what is not YAML."""
    ids: set[str] = set()
    problems: list[Problem] = []
    for path in _packs(folder):
        try:
            content = yaml_file.parse(path).content
        except BadFile as bad:
            problems += bad.problems
            continue
        rules = content.get("rules") if isinstance(content, dict) else None
        ids.update(str(rule["id"]) for rule in rules or () if isinstance(rule, dict) and "id" in rule)
    if problems:
        raise BadFile(problems)
    return frozenset(ids)
