"""All that people write for the bot, read together: the configuration, the rules and the responses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from bot import config
from bot.model import Mode
from bot.responses import Responses
from bot.rules import Rulebook
from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bot.config import Config
    from bot.model import Account, Reviewer
    from bot.yaml_file import Loaded, Problem

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Files:
    """What the files say, after every mistake in them has been looked for and none was found."""

    loaded: Loaded[Config]
    rulebook: Rulebook
    responses: Responses
    accounts: Mapping[str, Account]
    reviewers: Mapping[str, Reviewer]

    @property
    def config(self) -> Config:
        """The configuration alone."""
        return self.loaded.value

    @classmethod
    def read(cls, path: Path, *, dry_run: bool = False) -> Files:
        """Read everything that `config.yaml` leads to. Raises BadFile with the mistakes of all files at once.

        `dry_run` turns every live account to it. Rules and responses are looked at only once the configuration is
        right, because they are read against its policies.
        """
        loaded = config.load(path)
        accounts = loaded.value.accounts_by_id()
        if dry_run:
            accounts = {
                name: replace(account, mode=Mode.DRY_RUN) if account.mode is Mode.LIVE else account
                for name, account in accounts.items()
            }
        problems: list[Problem] = []
        rulebook = _or_problems(problems, lambda: rules_of(loaded))
        responses = _or_problems(problems, lambda: responses_of(loaded))
        if rulebook is None or responses is None:
            raise BadFile(problems)
        reviewers = loaded.value.reviewers_by_id()
        return cls(loaded=loaded, rulebook=rulebook, responses=responses, accounts=accounts, reviewers=reviewers)


def rules_of(loaded: Loaded[Config]) -> Rulebook:
    """The rules alone, which is all that judging needs. Raises BadFile."""
    settings = loaded.value
    return Rulebook.load(
        packs=config.pack_folders(loaded),
        policies=settings.policies,
        rules=settings.rules,
        party=settings.party,
        own=[account.handle for account in settings.accounts],
        protected=[person.handle for person in settings.protected],
        new_account_days=settings.limits.new_account_days,
    )


def responses_of(loaded: Loaded[Config]) -> Responses:
    """The responses alone. Raises BadFile."""
    settings = loaded.value
    return Responses.load(
        config.responses_folder(loaded),
        party=settings.party,
        accounts=settings.accounts_by_id().values(),
        policies=settings.policies,
    )


def _or_problems(problems: list[Problem], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except BadFile as bad:
        problems.extend(bad.problems)
        return None
