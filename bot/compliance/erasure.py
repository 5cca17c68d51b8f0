"""Erases somebody behind the wall, looks through the bytes of the office's own files, and remembers it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.compliance.contents import contents_of
from bot.compliance.keeping import NotClearedError, copies_in, remove
from bot.compliance.settings import database_address, handover_folder
from bot.privacy.erasure import A_TRACE, still_naming
from bot.privacy.memory import Memory
from bot.privacy.owned_files import files_in, files_of_database
from bot.store.compliance.erasing import box_mark, refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bot.compliance.settings import ComplianceConfig
    from bot.store.compliance import ComplianceStore, Presence
    from bot.store.compliance.erasing import Receipt
    from bot.yaml_file import Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was done, and what is left."""

    receipt: Receipt
    left: tuple[str, ...]
    """Sentences: what stays and why, and what is for people to do."""

    def as_dict(self) -> dict[str, object]:
        """The receipt as it is handed out and kept: counts, never a name."""
        erasure = self.receipt.erasure
        return {
            "receipt": erasure.id,
            "at": erasure.at.isoformat(),
            **counts(self.receipt.found),
            "left": list(self.left),
        }


def memory_of(loaded: Loaded[ComplianceConfig], environment: Mapping[str, str]) -> Memory:
    """The office's memory of erasures. Raises BadMemoryError when its key should be there, and is not."""
    folder = loaded.path.resolve().parent
    return Memory.beside(database_address(loaded), loaded.value.privacy, environment, folder=folder, name="compliance")


def was_erased(memory: Memory, box_id: str) -> bool:
    """Whether what was in this box was erased for somebody. Raises BadMemoryError."""
    noted = memory.all()
    if not noted:
        return False
    mark = memory.digest(box_mark(box_id))
    return any(mark in each.digests for each in noted)


def counts(found: Presence) -> dict[str, int]:
    """How much goes, and how much stays; the same figures before an erasure and on its receipt."""
    return {
        "referrals": len(found.goes),
        "entries_on_the_list": len(found.going_entries),
        "referrals_that_stay": len({*found.stays} - {*found.naming}),
        "referrals_of_others_that_stay": len(found.naming),
    }


async def erase(
    store: ComplianceStore,
    memory: Memory,
    loaded: Loaded[ComplianceConfig],
    *,
    known: Iterable[str],
    names: Iterable[str],
    actor: str,
) -> Erased:
    """Erase whoever bears these handles or addresses. Raises NotErasedError, and BadMemoryError before any change."""
    receipt = await store.subjects.erase(
        known, names, reader=contents_of, actor=actor, digest=memory.digest, remember=memory.remember
    )
    found, folder = receipt.found, handover_folder(loaded)
    left = said(found)
    lying: dict[int, list[Path]] = {}
    try:
        lying = await asyncio.to_thread(copies_in, folder) if folder else {}
        await asyncio.to_thread(remove, [path for number in found.goes for path in lying.get(number, ())])
    except NotClearedError as error:
        left.append(str(error))
    database = set(files_of_database(database_address(loaded)))
    stays = {path for number in found.stays for path in lying.get(number, ())}
    clean = not (found.stays or found.noted)
    rewrite = store.subjects.rewrite if clean else None
    search = await still_naming(found.person, database, lambda: _ours(loaded, folder), rewrite)
    left += [f"{path} names them: take that out by hand." for path in sorted(search.standing - database - stays)]
    left += search.unread
    if clean and search.standing & database:
        left.append(A_TRACE)
    return Erased(receipt=receipt, left=tuple(left))


def said(found: Presence) -> list[str]:
    """What of somebody is not erased, in sentences: what stays, what cannot be searched, and who else has something."""
    left = refusals(found)
    if found.noted:
        left.append(
            f"{_numbers(found.noted)}: why it is held, or what the body's system calls it, names them. That goes with"
            " the hold, or with the referral."
        )
    if handed := sorted(set(found.goes).intersection(found.handed_over)):
        left.append(f"{_numbers(handed)}: the body's own system has it, and keeps a record of its own: tell them.")
    if found.unopened:
        left.append(f"Boxes that could not be opened: {found.unopened}. Nobody can tell whom they name.")
    return left


def _ours(loaded: Loaded[ComplianceConfig], folder: Path | None) -> list[Path]:
    """Every file beside the configuration or the database, and in the folder of the hand-over."""
    beside = {loaded.path.resolve().parent, *(path.parent for path in files_of_database(database_address(loaded)))}
    return files_in(beside, [folder] if folder else [])


def _numbers(numbers: Iterable[int]) -> str:
    return "No. " + ", No. ".join(map(str, numbers))
