"""Makes a pack of evidence: a folder that stands by itself, and that anybody can verify with nothing but Python.

`pack.pdf` is for reading, `originals/` holds what was captured to the byte, `manifest.json` the digests of it all and
the chain of captures, `verify.py` says whether anything was altered. The same cases give the same bytes. No name of
staff is in it, and nothing of what was drafted or decided. An original that cannot be opened is left out, and each of
them says so: one that is lost must not keep the others from the police.
"""

from __future__ import annotations

import asyncio
import json
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib.resources import files as resources
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.safety.pack import verify
from bot.safety.pack.document import Sheet, greys_of, printed
from bot.safety.pack.entries import sheet_of
from bot.vault import CannotOpenError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.store.evidence import Evidence

FORM = "not-in-our-name evidence 1"
_OLD = (1980, 1, 1, 0, 0, 0)
"""The only time that a file in an archive has, so that the same pack is the same archive."""


class NoSuchCaseError(Exception):
    """A case that is to be in a pack does not exist; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whose pack it is, and what its readers need besides what was captured."""

    party: str
    clauses: Mapping[str, str] = field(default_factory=dict)
    """The clause of the code of practice by its policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopened:
    """An exhibit whose original could not be opened, and is not in the pack."""

    case: str
    exhibit: str
    """As the pack numbers it."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A pack that was made."""

    digest: str
    """Of its manifest."""
    unopened: tuple[Unopened, ...]

    def noted(self, case_ids: Sequence[str], desk: str) -> dict[str, object]:
        """What the audit says of its making."""
        left_out = [[each.case, each.exhibit] for each in self.unopened]
        return {
            "cases": sorted(set(case_ids)),
            "manifest_sha256": self.digest,
            "unopened": left_out,
            "desk": desk,
        }


async def make(evidence: Evidence, case_ids: Sequence[str], folder: Path, about: About) -> Packed:
    """Writes a pack of these cases into a folder that is empty or not there.

    Cases are numbered in the order of their opening. Raises NoSuchCaseError, OSError, and CannotOpenError: where no key
    is given at all, and where what is known of what was captured is not as it was.
    """
    sheets: list[Sheet] = []
    for number, case_id in enumerate(sorted(set(case_ids)), start=1):  # in the order in which the store made them
        dossier = await evidence.dossier(case_id)
        if dossier is None:
            raise NoSuchCaseError(f"There is no case {case_id}.")
        sheets.append(await asyncio.to_thread(sheet_of, dossier, number, folder, about.clauses))
    digest = await asyncio.to_thread(_bound, sheets, folder, about)
    wrong, _ = await asyncio.to_thread(verify.verify, folder)
    for place, what in wrong[:1]:
        raise CannotOpenError(f"No pack was made: {place} {what}. Run `audit verify --bytes` to see where.")
    return Packed(digest=digest, unopened=tuple(each for sheet in sheets for each in _unopened(sheet)))


def _unopened(sheet: Sheet) -> list[Unopened]:
    exhibits = (one for capture in sheet.captures for one in capture["exhibits"] if one["unopened"])
    return [Unopened(case=sheet.case["id"], exhibit=one["exhibit"], why=one["unopened"]) for one in exhibits]


def put(folder: Path, target: Path) -> None:
    """Puts a pack where it is to stay, for its owner alone: as an archive where the name ends in .zip."""
    if target.suffix == ".zip":
        zipped(folder, target)
        target.chmod(0o600)
    else:
        folder.chmod(0o700)
        folder.rename(target)


async def bundled(
    evidence: Evidence, case_ids: Sequence[str], folder: str, name: str, about: About
) -> tuple[Path, Packed]:
    """Writes a pack of these cases as an archive of that name into a folder; where it is, and what it is."""
    pack, archive = Path(folder) / "pack", Path(folder) / f"{name}.zip"
    packed = await make(evidence, case_ids, pack, about)
    await asyncio.to_thread(put, pack, archive)
    return archive, packed


def zipped(folder: Path, archive: Path) -> None:
    """Packs the folder into one file, the same for the same folder. Raises FileExistsError."""
    with zipfile.ZipFile(archive, "x", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = f"{archive.stem}/{path.relative_to(folder).as_posix()}"
            packed.writestr(zipfile.ZipInfo(name, _OLD), path.read_bytes(), zipfile.ZIP_DEFLATED)


def _bound(sheets: list[Sheet], folder: Path, about: About) -> str:
    """Print the sheets and put the verifier and the manifest beside them; the digest of the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    captures = sorted((capture for sheet in sheets for capture in sheet.captures), key=lambda one: int(one["seq"]))
    # Each in a process of its own: what Typst remembers while it works is given back to the machine when it ends.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as apart:
        greys = apart.submit(greys_of, sheets, folder).result()
        pdf = apart.submit(printed, sheets, captures, greys, party=about.party).result()
    (folder / "pack.pdf").write_bytes(pdf)
    (folder / "verify.py").write_bytes(resources(__package__).joinpath("verify.py").read_bytes())
    said: dict[str, Any] = {"form": FORM, "party": about.party, "cases": [sheet.case for sheet in sheets]}
    said |= {"captures": captures, "files": {}}
    for path in sorted(verify.files_in(folder)):
        digest, size = verify.sha256_of(folder / path)
        said["files"][path] = {"sha256": digest, "size": size}
    said = json.loads(verify.canonical(said))  # as it will be read again, so that both readings have one digest
    digest = verify.digest_of(said)
    (folder / verify.MANIFEST).write_bytes(verify.canonical({**said, "digest": digest}) + b"\n")
    return digest
