"""Builds the source archive and, from it, the wheel; then looks whether everything and nothing else is in them.

Run: `python tests/packaging.py`. Needs no network: the build tools of the environment are used.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
from email import message_from_bytes
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

PROJECT = Path(__file__).parents[1]
NEEDED = ("bot/rules/packs/", "bot/store/migrations/", "/templates/", "/static/", "bot/shipped/responses/")
NOT_SHIPPED = {".pyc", ".db", ".orig", ".rej"}


def built(source: Path, target: str, folder: Path) -> Path:
    """The one file that hatchling makes of a source tree."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)  # noqa: S603  our own words
    pattern = "*.whl" if target == "wheel" else "*.tar.gz"
    (archive,) = folder.glob(pattern)
    return archive


def unpacked(archive: Path, folder: Path) -> Path:
    """The source tree in a source archive."""
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (tree,) = folder.iterdir()
    return tree


def expected() -> set[str]:
    """Every file of the package and what is shipped with it, as named in the wheel."""
    package = {str(path.relative_to(PROJECT)) for path in _files(PROJECT / "bot")}
    responses = {f"bot/shipped/responses/{path.name}" for path in _files(PROJECT / "responses")}
    return package | responses | {"bot/shipped/config.yaml", "bot/py.typed"}


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in NOT_SHIPPED
    ]


def faults(wheel: Path) -> list[str]:
    """What is wrong with a wheel, each a sentence."""
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (info,) = {name.split("/")[0] for name in names if ".dist-info/" in name}
        metadata = message_from_bytes(archive.read(f"{info}/METADATA"))
        entry_points = archive.read(f"{info}/entry_points.txt").decode()
    ours = {name for name in names if not name.startswith(f"{info}/")}
    found = [f"{name} is missing" for name in sorted(expected() - ours)]
    found += [f"{name} does not belong there" for name in sorted(ours - expected())]
    found += [f"there is nothing in {part}" for part in NEEDED if not any(part in name for name in ours)]
    if f"{info}/licenses/LICENSE" not in names:
        found.append("the LICENSE is missing")
    if metadata["License-Expression"] != "Apache-2.0" or metadata["Name"] != "not-in-our-name":
        found.append("name or licence are not what they should be")
    if "not-in-our-name = bot.__main__:main" not in entry_points:
        found.append("the console script is missing")
    return found


def main() -> None:
    """Exit status 1 with every fault."""
    with TemporaryDirectory(prefix="packaging-") as name:
        folder = Path(name)
        tree = unpacked(built(PROJECT, "sdist", folder / "sdist"), folder / "tree")
        wheel = built(tree, "wheel", folder / "wheel")
        found = faults(wheel)
        if not (tree / "tests").is_dir():
            found.append("the source archive has no tests")
        if found:
            sys.exit("\n".join(f"{wheel.name}: {fault}" for fault in found))
        print(f"{wheel.name}: {len(expected())} files, none missing, none too many.")  # noqa: T201  a script speaks


if __name__ == "__main__":
    main()
