"""All that people write for the bot, read together: the configuration, the rules and the responses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_cache_path

from bot import config
from bot.model import Author, History, Mention, Mode, VerdictKind
from bot.responses import ReplyLinks, Responses
from bot.rules import Rulebook
from bot.rules.pack_files import SHIPPED
from bot.rules.proofs import Proofs, proof
from bot.yaml_file import SUFFIXES, BadFile, Problem, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config import Config
    from bot.model import Account, Reviewer, Verdict
    from bot.store import RuleText
    from bot.yaml_file import Loaded


@dataclass(frozen=True, kw_only=True)
class Files:
    """What the files say. Rules and responses are read when they are first asked for, against the configuration.

    So that a mistake in a rule, which stops the start of the bot, never stops the command that pauses it. Everybody who
    holds these files judges and answers by the newest texts that they were told to `take`.
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
        problems = files.mistakes()
        if problems:
            raise BadFile(problems)
        return files

    def mistakes(self) -> list[Problem]:
        """Everything that is wrong with the rules and the responses, each once; empty when they can run."""
        problems: list[Problem] = []
        for part in ("rulebook", "responses"):
            try:
                getattr(self, part)
            except BadFile as bad:
                problems += bad.problems
        return list(dict.fromkeys(problems)) or self.abusive_responses()

    @cached_property
    def written(self) -> Mapping[Path, str]:
        """Every response, and every rule pack of the party's own, as it is written. Raises BadFile."""
        folder = config.responses_folder(self.loaded)
        packs = *config.pack_folders(self.loaded), config.console_folder(self.loaded)
        paths = [path for pack in packs for path in pack.rglob("*")]
        texts: dict[Path, str] = {}
        problems: list[Problem] = []
        try:
            paths += folder.iterdir()
        except OSError as error:
            problems.append(Problem(str(folder), None, "", f"cannot be read: {error.strerror}"))
        for path in sorted(path for path in paths if path.suffix in SUFFIXES):
            try:
                texts[path] = text_of(path)
            except BadFile as bad:
                problems += bad.problems
        if problems:
            raise BadFile(problems)
        return texts

    def saying(self, written: Mapping[Path, str]) -> Files:
        """The same configuration over other texts; what these leave as it was is not read again."""
        other = replace(self)
        other.__dict__["written"] = written
        before, folder = self.__dict__.get("written"), config.responses_folder(self.loaded)
        if before is not None and _but(folder, before) == _but(folder, written):
            _keep(self, other, "untested", "rulebook")
            if before == written:
                _keep(self, other, "responses")
        return other

    def take(self, other: Files) -> None:
        """Judge and answer by the texts of those from here on."""
        parts = ("written", "untested", "rulebook", "responses")
        for part in parts:
            self.__dict__.pop(part, None)
        _keep(other, self, *parts)

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
        return Rulebook(**self.rulebook_parts)

    @property
    def rulebook_parts(self) -> dict[str, Any]:
        """What the rules are made of, for another process as well."""
        settings, console = self.config, config.console_folder(self.loaded)
        changed = any(path.is_relative_to(console) for path in self.written)
        return {
            "packs": [*config.pack_folders(self.loaded), *([console] if changed else [])],
            "policies": settings.policies,
            "rules": settings.rules,
            "party": settings.party,
            "own": [account.handle for account in settings.accounts],
            "protected": [person.handle for person in settings.protected],
            "new_account_days": settings.limits.new_account_days,
            "cache": _cache(),
            "texts": self.written,
        }

    def shipped_digest(self) -> str:
        """SHA-256 of the rules that came with the program, as they are read: another version may have others."""
        rules = "".join(f"{rule.id} {rule.digest}\n" for rule in self.rule_texts() if rule.shipped)
        return hashlib.sha256(rules.encode()).hexdigest()

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

    def titles(self) -> Mapping[str, str]:
        """What each rule looks for, in words, by its id; empty where its author gave it none. Raises BadFile."""
        return {rule.id: rule.title for rule in self.rulebook.rules}

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
            texts=self.written,
            links=self.links,
        )

    @property
    def links(self) -> ReplyLinks | None:
        """What makes the right-of-reply links; `None` where there is no page for them."""
        public = self.config.public
        return None if public is None else ReplyLinks(str(public.url).rstrip("/"), public.invitation, public.contact)

    def abuse_in(self, text: str) -> tuple[str, ...]:
        """Why the rules would not let this stand if somebody else had written it; none when they would."""
        found = dict.fromkeys((match.text, match.policy.replace("_", " ")) for match in self._judged(text).matches)
        return tuple(f"“{words}” would itself count as {policy}: say it otherwise." for words, policy in found)

    def dangerous(self, text: str) -> bool:
        """Whether the rules would pass this to the safety team, if somebody had written it to us."""
        return self._judged(text).kind is VerdictKind.ESCALATE

    def _judged(self, text: str) -> Verdict:
        """What the rules say of a text by nobody."""
        nobody = Author(uri="", handle="@nobody@invalid")
        said = Mention(
            uri="", platform="", account="", native_id="", author=nobody, text=text, created_at=datetime.now(UTC)
        )
        return self.rulebook.judge(said, History())

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


def _keep(source: Files, target: Files, *parts: str) -> None:
    """Have what the source has read of these parts; each is read when it is first asked for."""
    target.__dict__.update({part: source.__dict__[part] for part in parts if part in source.__dict__})


def _but(folder: Path, written: Mapping[Path, str]) -> dict[Path, str]:
    """The texts that do not lie in that folder."""
    return {path: text for path, text in written.items() if path.parent != folder}


def _cache() -> Path:
    """Where what may be lost is kept between starts."""
    return user_cache_path("not-in-our-name", appauthor=False)
