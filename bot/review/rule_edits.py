"""What admins change in rules and lists: the text that a change makes, its effect before it is made, its draft."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import config
from bot.effect import PastText, effect
from bot.model import State
from bot.rules.language import Amended, Pack
from bot.store import RevisionState, TextKind
from bot.texts.packs import ListEdit, content_of, with_list_changed, with_own_list, with_rule_amended
from bot.yaml_file import BadFile, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.effect import Effect
    from bot.review.rule_room import RuleRoom
    from bot.rules.written import WrittenList, WrittenRule
    from bot.store import Revision, Store
    from bot.texts import TextRefusal, Texts

MOST_IGNORED = 4_000
"""Ignored texts, the newest, on which a change is tried."""
MOST_RECORDED = 1_000
WAITING = frozenset({State.OPEN, State.ESCALATED, State.APPROVED})
MOST_CASES = 500
"""Cases of each kind whose mentions it is tried on: closed ones, and those that wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A file of rules as it would read, before anything is kept of it."""

    name: str
    """Of the file."""
    text: str
    seen: str | None
    """Id of the revision that it was made from: the draft that waits, else what is live."""


@dataclass(frozen=True, kw_only=True)
class RuleEdits:
    """The changes that are made in the console. Who may make them, `texts` says once more."""

    room: RuleRoom
    store: Store
    texts: Texts

    # ── what a change makes of a file ────────────────────────────────────────────────────────────────────────────

    def file_of_list(self, one: WrittenList) -> str:
        """The name of the file in which a list is changed: its own, or one of the console's for a shipped list."""
        own = None if one.shipped else self.texts.folders.name(one.path)
        return own[1] if own else self._in_folder(f"list-{one.lang}-{one.name}.yaml")

    def file_of_rule(self, rule: WrittenRule) -> str:
        """The name of the file in which a rule is amended."""
        return self._in_folder(f"rule-{rule.facts.id}.yaml")

    async def standing(self, name: str) -> tuple[Revision | None, Revision | None]:
        """What is live of a file, and the draft that waits."""
        history = await self.texts.history(TextKind.RULES, name)
        by_state = {each.state: each for each in reversed(history)}
        return by_state.get(RevisionState.LIVE), by_state.get(RevisionState.DRAFT)

    async def with_list(self, one: WrittenList, *, add: tuple[str, ...], remove: tuple[str, ...]) -> Proposal:
        """The file with these words on the list and without those, made from the newest that stands."""
        name = self.file_of_list(one)
        live, draft = await self.standing(name)
        newest = draft or live
        edit = ListEdit(lang=one.lang, name=one.name, add=add, remove=remove)
        if self.is_own(one):
            text = with_own_list(newest.text if newest else self.room.files().written[one.path], edit)
        else:
            base = [entry for entry in (*one.entries, *one.left_out) if entry not in one.added]
            text = with_list_changed(newest.text if newest else None, edit, entries=base)
        return Proposal(name=name, text=text, seen=newest.id if newest else None)

    async def with_rule(self, rule: WrittenRule, by: Amended) -> Proposal:
        """The file that amends the rule in this way and no longer in another."""
        name = self.file_of_rule(rule)
        live, draft = await self.standing(name)
        newest = draft or live
        text = with_rule_amended(newest.text if newest else None, rule.facts.id, by, lang=rule.facts.lang)
        return Proposal(name=name, text=text, seen=newest.id if newest else None)

    async def amendment(self, rule: WrittenRule) -> Amended:
        """How the console amends a rule by now: in the draft that waits, else live; an empty one where it does not."""
        live, draft = await self.standing(self.file_of_rule(rule))
        newest = draft or live
        path = self.texts.folders.path(TextKind.RULES, self.file_of_rule(rule))
        if newest is None or path is None:
            return Amended()
        try:
            return read(path, Pack, newest.text).value.amended.get(rule.facts.id, Amended())
        except BadFile:
            return Amended()

    def is_own(self, one: WrittenList) -> bool:
        """Whether a list stands in a file of the party's, which is then edited itself."""
        return not one.shipped and self.texts.folders.name(one.path) is not None

    def elsewhere(self, rule: WrittenRule) -> str:
        """Where a rule is amended by hand, so that the console may not; empty where it is not."""
        if rule.facts.id in self.room.files().config.rules.states:
            return "config.yaml says its state, under rules.states. Whoever runs the bot changes it there."
        by = self.room.written.amended_in.get(rule.facts.id)
        named = self.texts.folders.name(by) if by else None
        if named is not None and named[1] != self.file_of_rule(rule):
            return f"It is amended by hand in {named[1]}. Change it there, or take it out of that file first."
        return ""

    def near_danger(self, revision: Revision) -> tuple[str, ...]:
        """The rules about danger that a file bears on: it amends them, or they use a list which it holds or changes."""
        written, path = self.room.written, self.texts.folders.path(revision.kind, revision.name)
        said = content_of(revision.text, path) if path is not None else {}
        named = {str(rule) for rule in _mapping(said, "amended")}
        lists = {str(name) for key in ("lists", "additions", "left_out") for name in _mapping(said, key)}
        used = {rule for (_, name), rules in written.users.items() if name in lists for rule in rules}
        return tuple(rule for rule, one in written.rules.items() if one.facts.danger and rule in named | used)

    # ── what it would change, and what becomes of it ─────────────────────────────────────────────────────────────

    async def effect(self, name: str, text: str, *, safety: bool, on_texts: bool = True) -> Effect:
        """What a file would change in the place of what runs: in the examples, and in the texts that are kept.

        Without `safety` those of the safety desk's cases are not among them: a count alone would answer guesses.
        Raises WorkerFailedError or BrokenProcessPool when it cannot be found out.
        """
        files = self.room.files()
        path = self.texts.folders.path(TextKind.RULES, name)
        written = files.written if path is None else {**files.written, path: text}
        past = await self._past(safety=safety) if on_texts else []
        return await effect(files.rulebook_parts, files.saying(written).rulebook_parts, past)

    async def save(
        self,
        proposal: Proposal,
        *,
        by: str,
        why: str,
        case_id: str | None = None,
        unfinished: bool = False,
        let_in_by: frozenset[str] = frozenset(),
    ) -> Revision | TextRefusal:
        """Keep it as a draft for another admin; `unfinished` where it is to wait though it cannot run yet."""
        folder = config.console_folder(self.texts.files.loaded)
        with suppress(OSError):  # where it cannot be made, the file is not written, and it is said when it goes live
            await asyncio.to_thread(folder.mkdir, exist_ok=True)
        return await self.texts.draft(
            TextKind.RULES,
            proposal.name,
            proposal.text,
            by=by,
            why=why,
            seen=proposal.seen,
            case_id=case_id,
            unfinished=unfinished,
            let_in_by=let_in_by,
        )

    async def _past(self, *, safety: bool) -> list[PastText]:
        """The texts that are kept, the newest of each kind first: left alone, recorded, and those of cases."""
        ignored = await self.store.left_alone(MOST_IGNORED)
        recorded = await self.store.recorded(MOST_RECORDED)
        cases = [
            *await self.store.cases(states=WAITING, safety=None if safety else False, limit=MOST_CASES),
            *await self.store.closed(MOST_CASES),
            *(await self.store.closed(MOST_CASES, safety=True) if safety else ()),
        ]
        now = self.room.now()
        return [
            *(PastText(mention=self.room.mention(one.text, now, lang=one.lang)) for one in ignored if one.text),
            *(PastText(mention=one.mention) for one in recorded),
            *(PastText(mention=case.mention) for case in cases if case.mention.text),
        ]

    def _in_folder(self, file: str) -> str:
        """The name of a file in the console's folder."""
        path = config.console_folder(self.texts.files.loaded) / file
        named = self.texts.folders.name(path)
        return named[1] if named else file


def _mapping(content: Mapping[str, object], key: str) -> Mapping[object, object]:
    found = content.get(key)
    return found if isinstance(found, dict) else {}
