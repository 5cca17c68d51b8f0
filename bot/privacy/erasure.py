"""Erases somebody, proves it by looking through the bytes of our own files, and does it again after a restore."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bot.privacy.owned_files import backups_folder, database_files, naming, owned_files

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
    from pathlib import Path

    from bot.config import Config
    from bot.privacy.memory import Memory
    from bot.store import Person, Receipt, Remembered, Store, Trace
    from bot.yaml_file import Loaded


BEHIND_THE_WALL = (
    "What was passed to the disciplinary body, if anything was, is in the compliance team's office, which this does not"
    " reach. They answer for it, and can export and erase it, themselves: pass the request on to them."
)
"""On every receipt where they have given a key, whoever was erased: so it tells of nobody that they were referred."""


A_TRACE = "The database file still holds a trace: somebody reads it just now. Run the same command again."


class Done(Protocol):
    """What an erasure took, as far as it matters to whether it is done."""

    @property
    def erasure(self) -> Remembered:
        """As it is remembered now."""

    @property
    def empty(self) -> bool:
        """Whether there was nothing to take."""


class Erasing(Protocol):
    """A store that can erase people, and does it again after a restore: the bot's, and the compliance team's."""

    async def remembered(self) -> list[Remembered]:
        """Every erasure that the database knows of."""

    async def again(self, remembered: Collection[Remembered], *, digest: Callable[[str], str]) -> Sequence[Done]:
        """Erases once more whoever came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was done, and what is left for people to do."""

    receipt: Receipt
    left: tuple[str, ...]
    """Sentences: where the person still stands, or may, and why."""

    def as_dict(self) -> dict[str, object]:
        """The receipt as it is handed out and kept: counts, never a name."""
        found = self.receipt.trace
        return {
            "receipt": self.receipt.erasure.id,
            "at": self.receipt.erasure.at.isoformat(),
            **counts(found),
            "left": list(self.left),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a look through our own files found."""

    standing: set[Path]
    """Those whose bytes name the person."""
    unread: tuple[str, ...]
    """Sentences: those that could not be looked through."""


def counts(found: Trace) -> dict[str, int]:
    """How much is held on somebody, by kind; the same figures before an erasure and on its receipt."""
    return {
        "posts": len(found.mentions),
        "cases": len(found.cases),
        "posts_of_others_that_name_them": len(found.aimed),
        "captures_of_others_that_name_them": len(found.exhibits),
        "left_alone": len(found.left_alone),
        "not_understood": len(found.misread),
        "wordings": len(found.drafts),
        "notes": len(found.decisions) + len(found.notes) + len(found.pauses) + len(found.reasons),
        "hand_over_notes": len(found.handovers),
        "messages_of_support": len(found.support),
        "addresses_for_the_week": len(found.letters),
    }


async def erase(
    store: Store, memory: Memory, loaded: Loaded[Config], *, known: Iterable[str], names: Iterable[str], actor: str
) -> Erased:
    """Erase whoever bears these handles or addresses. Raises NotErasedError, and BadMemoryError before any change."""
    receipt = await store.subjects.erase(
        list(known), list(names), actor=actor, digest=memory.digest, remember=memory.remember
    )
    found = receipt.trace
    database = set(database_files(loaded))
    clean = not (found.waiting or found.beyond)
    search = await still_naming(
        found.person, database, lambda: owned_files(loaded), store.subjects.rewrite if clean else None
    )
    left = [*_left_in_database(found), *(_left_in(path, loaded) for path in sorted(search.standing - database))]
    left += search.unread
    if clean and search.standing & database:
        left.append(A_TRACE)
    if loaded.value.referral.compliance_key is not None:
        left.append(BEHIND_THE_WALL)
    return Erased(receipt=receipt, left=tuple(left))


async def still_naming(
    person: Person,
    database: Collection[Path],
    files: Callable[[], Iterable[Path]],
    rewrite: Callable[[], Awaitable[None]] | None,
) -> Search:
    """A look through the bytes of the files for somebody who was erased; what cannot be read is named.

    Where the database names them it is written anew first; `rewrite` is `None` where it may name them still.
    """
    found = _searched(person, files())
    if rewrite is not None and found.standing.intersection(database):
        await rewrite()
        found = _searched(person, files())
    return found


def _searched(person: Person, files: Iterable[Path]) -> Search:
    standing: set[Path] = set()
    unread = []
    for path in files:
        try:
            standing.update(naming(person, [path]))
        except FileNotFoundError:
            continue  # a journal that was there a moment ago
        except OSError as error:
            unread.append(f"{path} cannot be read ({error.strerror}): look by hand whether it names them.")
    return Search(standing=standing, unread=tuple(unread))


async def again(subjects: Erasing, memory: Memory) -> int:
    """Erase whoever came back with a restored backup, before anybody reads it; how many. Raises BadMemoryError.

    Also what could not go before, because a case of somebody else was open. What the database remembers and the file
    does not is noted there.
    """
    noted = {each.id: each for each in memory.all()}
    known = {each.id: each for each in await subjects.remembered()}
    for erasure in known.keys() - noted.keys():
        memory.remember(known[erasure])
    due = [each for each in noted.values() if each.pending or each.id not in known]
    receipts = await subjects.again(due, digest=memory.digest)
    for receipt in receipts:
        if receipt.erasure.pending != noted[receipt.erasure.id].pending:
            memory.remember(receipt.erasure)
    return sum(not receipt.empty for receipt in receipts)


def age_out(loaded: Loaded[Config], now: datetime) -> list[Path]:
    """Remove the copies in our own folder of backups whose time is over; which they were."""
    folder = backups_folder(loaded)
    old = [path for path in (sorted(folder.iterdir()) if folder.is_dir() else ()) if now >= _goes_at(path, loaded)]
    for path in old:
        path.unlink()
    return old


def _goes_at(path: Path, loaded: Loaded[Config]) -> datetime:
    made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return made + timedelta(days=loaded.value.retention.backup_days)


def _left_in_database(found: Trace) -> list[str]:
    left = [f"It stands in {where}." for where in found.beyond]
    if found.unopened:
        left.append(
            f"Evidence that no key opens, or that was altered, could not be searched: {', '.join(found.unopened)}. Put"
            " back the key that it was kept under and ask again; else it goes when its time is over."
        )
    if found.waiting:
        cases = ", ".join(found.waiting)
        left.append(f"Cases of others name them and are not done: {cases}. That goes by itself once they are.")
    if found.referred:
        left.append(
            f"Cases were referred: {found.referred}. Whoever received one keeps a record of their own: tell them."
        )
    if found.replies:
        left.append(f"Replies of ours that name them stand in public: {found.replies}. Take them down in the console.")
    return left


def _left_in(path: Path, loaded: Loaded[Config]) -> str:
    if path.parent == backups_folder(loaded):
        return f"The backup {path} holds them until it is removed on {_goes_at(path, loaded):%d %B %Y}."
    return f"{path} names them: take that out by hand."
