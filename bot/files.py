"""All that people write for the bot, read together: the configuration, the rules and the responses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from bot import config
from bot.model import Author, History, Mention, Mode
from bot.responses import Responses
from bot.rules import Rulebook
from bot.rules.loading import SHIPPED
from bot.rules.proofs import Proofs, proof
from bot.yaml_file import BadFile, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config import Config
    from bot.model import Account, Reviewer
    from bot.store import RuleText
    from bot.yaml_file import Loaded


@dataclass(frozen=True, kw_only=True)
class Files:
    """What the files say. Rules and responses are read when they are first asked for, against the configuration.

    So that a mistake in a rule, which stops the start of the bot, never stops the command that pauses it.
    """

    loaded: Loaded[Config]
    accounts: Mapping[str, Account]
    reviewers: Mapping[str, Reviewer]

    @classmethod
    def open(cls, path: Path, *, dry_run: bool = False) -> Files:
        """Read the configuration alone. Raises BadFile. `dry_run` turns every live account to it."""
        loaded = config.load(path)
        accounts = loaded.value.accounts_by_id()
        if dry_run:
            accounts = {
                name: replace(account, mode=Mode.DRY_RUN) if account.mode is Mode.LIVE else account
                for name, account in accounts.items()
            }
        return cls(loaded=loaded, accounts=accounts, reviewers=loaded.value.reviewers_by_id())

    @classmethod
    def read(cls, path: Path, *, dry_run: bool = False) -> Files:
        """Read everything that the configuration leads to. Raises BadFile with the mistakes of all files at once.

        Rules and responses are looked at only once the configuration is right.
        """
        files = cls.open(path, dry_run=dry_run)
        problems: list[Problem] = []
        for part in ("rulebook", "responses"):
            try:
                getattr(files, part)
            except BadFile as bad:
                problems += bad.problems
        if not problems:
            problems += files.abusive_responses()
        if problems:
            raise BadFile(problems)
        return files

    @property
    def config(self) -> Config:
        """The configuration alone."""
        return self.loaded.value

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules, each of which holds for its own examples. Raises BadFile."""
        return self.untested.tested(proofs=_cache())

    @cached_property
    def untested(self) -> Rulebook:
        """The rules, whether or not they hold for their own examples. Raises BadFile."""
        settings = self.config
        return Rulebook(
            packs=config.pack_folders(self.loaded),
            policies=settings.policies,
            rules=settings.rules,
            party=settings.party,
            own=[account.handle for account in settings.accounts],
            protected=[person.handle for person in settings.protected],
            new_account_days=settings.limits.new_account_days,
            cache=_cache(),
        )

    def digests(self) -> dict[str, str]:
        """SHA-256 of all rules and of all responses as they are read: a change of either shows. Raises BadFile."""
        rules = "".join(f"{rule.id} {rule.digest}\n" for rule in self.rule_texts())
        responses = "".join(response.model_dump_json() for response in self.responses.all)
        texts = {"rules": rules, "responses": responses}
        return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}

    def rule_texts(self) -> list[RuleText]:
        """Every rule, for the store to tell which were edited. Raises BadFile.

        Another state, and an escalation that is one no longer, count as edits too: the same words do something new.
        """
        from bot.store import RuleText  # noqa: PLC0415  heavy, and not for those who only judge

        return [
            RuleText(
                id=rule.id,
                digest=f"{rule.state}{' escalates' if rule.danger else ''} {rule.digest}",
                escalates=rule.danger,
                shipped=Path(rule.file).is_relative_to(SHIPPED),
            )
            for rule in self.rulebook.rules
        ]

    @cached_property
    def responses(self) -> Responses:
        """The reply texts. Raises BadFile."""
        try:
            slurs = self.rulebook.slurs
        except BadFile:
            slurs = frozenset()  # the rules' own mistakes are told where the rules are asked for
        return Responses.load(
            config.responses_folder(self.loaded),
            party=self.config.party,
            accounts=self.accounts.values(),
            policies=self.config.policies,
            slurs=slurs,
        )

    def abuse_in(self, text: str) -> tuple[str, ...]:
        """Why the rules would not let this stand if somebody else had written it; none when they would."""
        nobody = Author(uri="", handle="@nobody@invalid")
        ours = Mention(
            uri="", platform="", account="", native_id="", author=nobody, text=text, created_at=datetime.now(UTC)
        )
        matches = self.rulebook.judge(ours, History()).matches
        return tuple(f"“{match.text}” would itself count as {match.policy}: say it otherwise." for match in matches)

    def abusive_responses(self) -> list[Problem]:
        """Variants of the responses that the rules would not let stand; what was right is not judged twice."""
        folder, proofs = config.responses_folder(self.loaded), Proofs(_cache())
        proven = proof(self.rulebook.digest, repr(self.responses.all))
        if proven in proofs:
            return []
        found = [
            Problem(str(folder / f"{response.id}.yaml"), None, f"variants[{number}]", fault)
            for response in self.responses.all
            for number, text in enumerate(response.variants)
            for fault in self.abuse_in(text)
        ]
        if not found:
            proofs.add([proven])
        return found


def _cache() -> Path:
    """Where what may be lost is kept between starts."""
    return user_cache_path("not-in-our-name", appauthor=False)
