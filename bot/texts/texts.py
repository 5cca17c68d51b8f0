"""The way of a text from a draft to what runs: drafted, held against every check, reviewed, live, written to its file.

The store says what is live; every process runs that. The file is written after the store, and never over a change that
somebody made on the disk. Whoever has the disk has the right: what is found in a file at a start is live.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import structlog

from bot.rights import ALONE, WRITERS
from bot.store import Overtaken, Revision, RevisionState, TextKind, Written
from bot.store.encoding import sha256
from bot.texts.folders import Folders, write
from bot.texts.sheet import brought_back, misplaced
from bot.yaml_file import BadFile, Problem, text_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.files import Files
    from bot.store import Store

LOG = structlog.get_logger()
Name: TypeAlias = tuple[TextKind, str]
FOUND = "Found in the file at a start."
RELOADED = "Found in the file when it was read again."
NO_RIGHT = "Only an admin may change responses and rules."


async def _nobody() -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRefusal:
    """Why a text was not taken, in words for whoever wrote or reviewed it; what they typed is theirs to keep."""

    code: str
    """`no_right`, `bad_text`, `overtaken`, `on_disk`, `not_now` or `unknown`."""
    message: str
    problems: tuple[Problem, ...] = ()
    """Every mistake in the text, with its line and key."""
    newest: Revision | None = None
    """For `overtaken`: what stands there now."""
    on_disk: str | None = None
    """For `on_disk`: what the file says now; `None` when it is gone."""


@dataclass(kw_only=True)
class Texts:
    """Every change of a response or rule pack while the bot runs. What `files` judge and answer by follows."""

    store: Store
    files: Files
    second_reviewer: bool = True
    """Whether a text goes live through another admin than its writer."""
    taken: Callable[[], Awaitable[None]] = _nobody
    """Called after other texts run than before."""
    unwritten: dict[Name, str] = field(default_factory=dict)
    """What is live and could not be written to its file, with the reason."""
    _running: dict[Name, str] = field(default_factory=dict)
    """The SHA-256 of what runs."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.folders = Folders(self.files.loaded)

    # ── from the files, and from other processes ─────────────────────────────────────────────────────────────────

    async def start(self) -> None:
        """Take what is live, and as live what was changed in the files since they were last read or written.

        For the process that has the desk. Raises BadFile, and then nothing is noted.
        """
        async with self._turn:
            await self._read_files(by="bot", why=FOUND)

    async def reload(self, *, by: str) -> tuple[Revision, ...] | TextRefusal:
        """Read the files again; the revisions that were made of those that had changed."""
        if not self._may(by):
            return TextRefusal(code="no_right", message=NO_RIGHT)
        async with self._turn:
            try:
                found = await self._read_files(by=by, why=RELOADED)
            except BadFile as bad:
                message = "The files cannot be taken as they are. What ran before runs on."
                return TextRefusal(code="bad_text", message=message, problems=bad.problems)
        await self.taken()
        return tuple(found)

    async def _read_files(self, *, by: str, why: str) -> list[Revision]:
        fresh = replace(self.files)
        disk = self.folders.named(await asyncio.to_thread(lambda: fresh.written))
        known, live = await self.store.revisions.in_files(), await self.store.revisions.live()
        found = {
            name: text
            for name, text in disk.items()
            if name not in live or (live[name].text != text and known.get(name) != sha256(text))
        }
        gone = [name for name in live if name not in disk and (name in known or self.folders.path(*name) is None)]
        texts = {name: revision.text for name, revision in live.items() if name not in gone} | found
        candidate = await self._checked(texts)
        made = await self.store.revisions.found(found, gone=gone, by=by, why=why) if found or gone else []
        same = {name: sha256(text) for name, text in texts.items() if disk.get(name) == text}
        await self.store.revisions.note_files({name: sha for name, sha in same.items() if known.get(name) != sha})
        self._run(candidate, texts)
        for name in texts.keys() - same.keys():
            await self._write(name, texts[name])
        return made

    async def follow(self, *, unread: bool = False) -> bool:
        """Take what is live in the store, if that is not what runs; whether it was.

        With `unread` it is read and checked when it is first asked for: for a command. Raises BadFile for what this
        process cannot run.
        """
        async with self._turn:
            if (running := await self.store.revisions.running()) == self._running or not running:
                return False
            texts = {name: revision.text for name, revision in (await self.store.revisions.live()).items()}
            candidate = self.files.saying(self.folders.placed(texts)) if unread else await self._checked(texts)
            self._run(candidate, texts)
        return True

    async def changed_on_disk(self, kind: TextKind) -> dict[str, str | None]:
        """The texts of that kind whose files were changed by hand since they were last read or written.

        With what stands there now, `None` for a file that is gone, and nothing for what cannot be read as text.
        """
        known = await self.store.revisions.in_files()
        live = {name: revision.text_sha256 for (of, name), revision in (await self.store.revisions.live(kind)).items()}
        changed: dict[str, str | None] = {}
        for name, sha in live.items():
            on_disk = await asyncio.to_thread(self._on_disk, kind, name)
            now = None if on_disk is None else sha256(on_disk)
            if now not in {sha, known.get((kind, name))}:
                changed[name] = on_disk
        return changed

    # ── in the console ───────────────────────────────────────────────────────────────────────────────────────────

    async def draft(  # noqa: PLR0913  each is a fact of its own, given by keyword
        self,
        kind: TextKind,
        name: str,
        text: str,
        *,
        by: str,
        why: str,
        seen: str | None,
        case_id: str | None = None,
        unfinished: bool = False,
        let_in_by: frozenset[str] = frozenset(),
    ) -> Revision | TextRefusal:
        """Keep a text as a draft, if it could run as it stands; or though it could not, where it is `unfinished`.

        `seen` is the id of the revision that the writer began with: the draft that waited, else what was live; `None`
        for a new name. `why` is a sentence for whoever reviews it, and for later. `let_in_by` are those through whose
        sign-in links the writer came in: they cannot be its second reviewer.
        """
        if not self._may(by):
            return TextRefusal(code="no_right", message=NO_RIGHT)
        if not why.strip():
            return TextRefusal(code="bad_text", message="Say in a sentence why: it stands in the history.")
        if self.folders.path(kind, name) is None:
            return TextRefusal(code="unknown", message=f"No {kind} of this bot can lie in a file called {name}.")
        if not unfinished and (refusal := await self._unfit(kind, name, text)):
            return refusal
        written = Written(
            kind=kind,
            name=name,
            text=text,
            by=by,
            why=why.strip(),
            case_id=case_id,
            second_reviewer=self.second_reviewer,
            let_in_by=let_in_by,
        )
        try:
            return await self.store.revisions.draft(written, seen=seen)
        except Overtaken as overtaken:
            return _overtaken(overtaken)

    async def _unfit(self, kind: TextKind, name: str, text: str) -> TextRefusal | None:
        live = (await self.store.revisions.live(kind)).get((kind, name))
        if live is not None and live.text == text:
            return TextRefusal(code="not_now", message="Nothing was changed: that is what is live.", newest=live)
        problems = await self.check(kind, name, text)
        if not problems and live is not None and kind is TextKind.RESPONSE:
            problems = tuple(problem for problem in [misplaced(live.text, text)] if problem)
        if problems:
            return TextRefusal(code="bad_text", message="It cannot be used as it stands.", problems=problems)
        return None

    async def check(self, kind: TextKind, name: str, text: str) -> tuple[Problem, ...]:
        """Everything that keeps this text from running beside the others; empty when it can."""
        try:
            await self.trial(kind, name, text)
        except BadFile as bad:
            return bad.problems
        return ()

    async def trial(self, kind: TextKind, name: str, text: str) -> Files:
        """What the bot would judge and answer by if this text were live. Raises BadFile for one that cannot be."""
        live = await self.store.revisions.live()
        texts = {each: revision.text for each, revision in live.items()} | {(kind, name): text}
        return await self._checked(texts)

    async def review(
        self, revision_id: str, *, by: str, let_in_by: frozenset[str] = frozenset()
    ) -> Revision | TextRefusal:
        """Make a draft live: in the store, in the running bot, then in its file. The file may have to wait.

        `let_in_by` are those through whose sign-in links the reviewer came in: none of them may have written it.
        """
        if not self._may(by):
            return TextRefusal(code="no_right", message=NO_RIGHT)
        async with self._turn:
            result = await self._reviewed(revision_id, by=by, let_in_by=let_in_by)
        if isinstance(result, Revision):
            await self.taken()
        return result

    async def _reviewed(self, revision_id: str, *, by: str, let_in_by: frozenset[str]) -> Revision | TextRefusal:
        draft = await self.store.revisions.get(revision_id)
        if draft is None:
            return TextRefusal(code="unknown", message="There is no such revision.")
        if draft.state is RevisionState.DRAFT and draft.second_reviewer and (own := self._own(draft, by, let_in_by)):
            return TextRefusal(code="no_right", message=own)
        name = (draft.kind, draft.name)
        if draft.state is RevisionState.DRAFT and (refusal := await self._not_over_another(draft)):
            return refusal
        live = await self.store.revisions.live()
        texts = {each: revision.text for each, revision in live.items()} | {name: draft.text}
        try:
            candidate = await self._checked(texts)
            revision = await self.store.revisions.review(revision_id, by=by)
        except BadFile as bad:
            message = "It cannot be used as it stands, because of what has gone live since it was written."
            return TextRefusal(code="bad_text", message=message, problems=bad.problems)
        except Overtaken as overtaken:
            return _overtaken(overtaken)
        self._run(candidate, texts)
        await self._write(name, draft.text)
        return revision

    def _own(self, draft: Revision, by: str, let_in_by: frozenset[str]) -> str | None:
        """Why this reviewer may be its writer: who makes a sign-in link can open it."""
        if draft.written_by == by:
            return "You wrote it, so another admin must review it before it goes live."
        writers, hands = draft.let_in_by | {draft.written_by}, let_in_by | {by}
        if not (shared := sorted(filter(None, writers & hands))):
            return None
        maker = self.files.reviewers.get(shared[0])
        whose = "you" if shared[0] == by else maker.name if maker else shared[0]
        todo = f"Sign in by yourself, then review it: {ALONE}." if shared[0] != by else "Let a third admin review it."
        return f"By a sign-in link that {whose} made, one person could have written it and review it too. {todo}"

    async def _not_over_another(self, draft: Revision) -> TextRefusal | None:
        """Why the file may not be written over: somebody changed it by hand."""
        known = (await self.store.revisions.in_files()).get((draft.kind, draft.name))
        live = (await self.store.revisions.live(draft.kind)).get((draft.kind, draft.name))
        try:
            on_disk = await asyncio.to_thread(self._on_disk, draft.kind, draft.name)
        except BadFile as bad:
            message = "The file was changed on the disk, and cannot be read. It is not written over."
            return TextRefusal(code="on_disk", message=message, problems=bad.problems)
        now = None if on_disk is None else sha256(on_disk)
        if now in {known, draft.text_sha256, live.text_sha256 if live else None}:
            return None
        message = "The file was changed on the disk meanwhile. It is not written over: have the files read again first."
        return TextRefusal(code="on_disk", message=message, on_disk=on_disk)

    async def withdraw(self, revision_id: str, *, by: str) -> Revision | TextRefusal:
        """Take a draft back; its text stays in the history."""
        if not self._may(by):
            return TextRefusal(code="no_right", message=NO_RIGHT)
        try:
            return await self.store.revisions.withdraw(revision_id, by=by)
        except Overtaken as overtaken:
            return _overtaken(overtaken)

    async def restore(  # noqa: PLR0913  as above
        self,
        kind: TextKind,
        name: str,
        number: int,
        *,
        by: str,
        why: str,
        seen: str | None,
        let_in_by: frozenset[str] = frozenset(),
    ) -> Revision | TextRefusal:
        """Draft the text of an earlier revision anew; it goes live as any other does.

        Wordings of a response that came after it keep their places, retired.
        """
        old = next((each for each in await self.history(kind, name) if each.number == number), None)
        if old is None:
            return TextRefusal(code="unknown", message=f"There is no revision {number} of {name}.")
        live = (await self.store.revisions.live(kind)).get((kind, name))
        text = brought_back(old.text, live.text) if live and kind is TextKind.RESPONSE else old.text
        return await self.draft(kind, name, text, by=by, why=why, seen=seen, case_id=old.case_id, let_in_by=let_in_by)

    async def history(self, kind: TextKind, name: str) -> list[Revision]:
        """Every revision of a text, the newest first."""
        return await self.store.revisions.history(kind, name)

    # ── what they share ──────────────────────────────────────────────────────────────────────────────────────────

    def _may(self, reviewer: str) -> bool:
        person = self.files.reviewers.get(reviewer)
        return person is not None and bool(person.roles & WRITERS)

    async def _checked(self, texts: Mapping[Name, str]) -> Files:
        """Files with these texts, which hold for all checks. Raises BadFile."""
        candidate = self.files.saying(self.folders.placed(texts))
        if problems := await asyncio.to_thread(candidate.mistakes):
            raise BadFile(problems)
        return candidate

    def _run(self, candidate: Files, texts: Mapping[Name, str]) -> None:
        self.files.take(candidate)
        self._running = {name: sha256(text) for name, text in texts.items()}

    async def _write(self, name: Name, text: str) -> None:
        """Bring a file up to what is live, unless somebody has changed it by hand."""
        path = self.folders.path(*name)
        if path is None:
            return
        try:
            await asyncio.to_thread(write, path, text)
        except OSError as error:
            self.unwritten[name] = f"{path} could not be written ({error.strerror}). What runs is in the database."
            LOG.warning("text.not_written", file=str(path), reason=error.strerror)
            return
        self.unwritten.pop(name, None)
        await self.store.revisions.note_files({name: sha256(text)})

    def _on_disk(self, kind: TextKind, name: str) -> str | None:
        """What the file says, `None` where there is none. Raises BadFile for what is no text."""
        path = self.folders.path(kind, name)
        return text_of(path) if isinstance(path, Path) and path.exists() else None


def _overtaken(overtaken: Overtaken) -> TextRefusal:
    newest = overtaken.newest
    what = "Nothing stands there any more." if newest is None else f"Revision {newest.number} stands there now."
    message = f"Somebody else was first. {what} Look at both, and save again."
    return TextRefusal(code="overtaken", message=message, newest=newest)
