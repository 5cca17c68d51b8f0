"""Says whether a pack of evidence is as it was made, and names what is not. Needs nothing but Python 3.8 or later.

Run it in the folder of the pack, or give it the folder: `python3 -I verify.py FOLDER`. Exit status: 0 whole, 1 not, 2
no pack. With -I nothing but this file is run of what lies in the folder; without, it sees to that itself.

Whoever alters a pack with care can write a manifest that fits. Compare the digest that is printed last with the one
that you were given apart from the pack: the party has it in its audit.
"""

import sys

if __name__ == "__main__" and not sys.flags.isolated:
    # Before any other import, which is why none of `__future__` stands above: what somebody has put beside this file
    # must not run in the place of Python's own.
    sys.path = [place for place in sys.path[1:] if place]

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Iterator  # noqa: UP035  so that an older Python runs it too

MANIFEST = "manifest.json"
OF_A_CAPTURE = ("at", "id", "kind", "mention", "mention_version", "prev", "said", "seq", "tool")
OF_AN_EXHIBIT = ("facts_sha256", "kind", "number", "sha256", "size")
OF_THE_FACTS = ("exact", "headers", "media_type", "missing", "received_at", "server_time", "url")
OF_AN_EVENT = ("actor", "at", "case_id", "detail", "kind", "prev", "seq", "stream")


def canonical(value: object) -> bytes:
    """The one way to write a value as JSON: keys sorted, no spaces, UTF-8. Half a surrogate pair is escaped."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def digest_of(value: object) -> str:
    """The SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical(value)).hexdigest()


def sha256_of(path: Path) -> "tuple[str, int]":
    """The SHA-256 and the size of a file, read piece by piece."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
            size += len(part)
    return digest.hexdigest(), size


def read_manifest(folder: Path) -> "dict[str, Any] | None":
    """The manifest; `None` when it is not as it was written."""
    written = (folder / MANIFEST).read_bytes()
    try:
        manifest: dict[str, Any] = json.loads(written.decode("utf-8"))
        said = {name: value for name, value in manifest.items() if name != "digest"}
        whole = canonical(manifest) + b"\n" == written and digest_of(said) == manifest["digest"]
    except (ValueError, KeyError, AttributeError, RecursionError):
        return None
    return manifest if whole else None


def files_in(folder: Path) -> Iterator[str]:
    """Every file of the folder by its path in it, with `/` between, and every link to a folder."""
    for place, folders, names in os.walk(folder):
        for name in [*names, *(name for name in folders if (Path(place) / name).is_symlink())]:
            yield (Path(place) / name).relative_to(folder).as_posix()


def folders_in(folder: Path) -> Iterator[str]:
    """Every folder of the folder, links apart, as `files_in` gives files."""
    for place, _, _ in os.walk(folder):
        if Path(place) != folder:
            yield Path(place).relative_to(folder).as_posix()


def wrong_files(folder: Path, listed: "dict[str, Any]") -> "Iterator[tuple[str, str]]":
    """What is wrong with the files, each as its path and a sentence."""
    there = set(files_in(folder)) - {MANIFEST}
    for path in sorted(set(listed) - there):
        yield path, "is missing"
    wanted = {place.as_posix() for path in listed for place in Path(path).parents}
    for path in sorted((there | set(folders_in(folder))) - set(listed) - wanted):
        yield path, "does not belong to the pack"
    for path in sorted(there & set(listed)):
        if (folder / path).is_symlink():
            yield path, "is a link, and no file"
        elif sha256_of(folder / path) != (listed[path]["sha256"], listed[path]["size"]):
            yield path, "was altered"


def wrong_captures(manifest: "dict[str, Any]") -> "Iterator[tuple[str, str]]":
    """What does not fit between captures, their chain and the audit, each as a place and a sentence."""
    before: dict[str, Any] | None = None
    for capture in manifest["captures"]:
        place = f"capture {capture['id']}"
        said = {name: capture[name] for name in OF_A_CAPTURE}
        said["exhibits"] = [{name: one[name] for name in OF_AN_EXHIBIT} for one in capture["exhibits"]]
        if digest_of(said) != capture["digest"]:
            yield place, "does not match its digest"
        if before and before["seq"] + 1 == capture["seq"] and before["digest"] != capture["prev"]:
            yield place, "does not carry the digest of the capture before it"
        if not any(event["detail"].get("capture_sha256") == capture["digest"] for event in capture["audit"]):
            yield place, "is named by no event of the audit"
        if any(digest_of({name: event[name] for name in OF_AN_EVENT}) != event["digest"] for event in capture["audit"]):
            yield place, "has an event of the audit that does not match its digest"
        yield from wrong_exhibits(capture, manifest["files"])
        before = capture


def wrong_exhibits(capture: "dict[str, Any]", listed: "dict[str, Any]") -> "Iterator[tuple[str, str]]":
    """What does not fit between the exhibits of a capture and their files."""
    for one in capture["exhibits"]:
        facts = {name: one[name] for name in OF_THE_FACTS}
        if not one["blanked"] and digest_of(facts) != one["facts_sha256"]:
            yield f"exhibit {one['exhibit']}", "was captured elsewhere, or at another time, than is said"
        file = listed.get(one["file"])
        if one["file"] and not file:
            yield f"exhibit {one['exhibit']}", "has a file that the manifest does not list"
        if file and (file["sha256"], file["size"]) != (one["sha256"], one["size"]):
            yield f"exhibit {one['exhibit']}", "is not the file that was captured"
        if one["sha256"] and not (one["file"] or one["blanked"] or one.get("unopened")):
            yield f"exhibit {one['exhibit']}", "was captured and is not here, and nothing says why"


def absent(manifest: "dict[str, Any]") -> "list[tuple[str, str]]":
    """The exhibits that were captured and whose originals are not here, each as its place and a sentence."""
    found: list[tuple[str, str]] = []
    for one in (one for capture in manifest["captures"] for one in capture["exhibits"] if one["sha256"]):
        why = "had been erased" if one["blanked"] else "could not be opened" if one.get("unopened") else ""
        if why:
            what = f"is absent: it {why} when the pack was made. The SHA-256 of what was captured is {one['sha256']}"
            found.append((f"exhibit {one['exhibit']}", what))
    return found


def verify(folder: Path) -> "tuple[list[tuple[str, str]], str]":
    """What is wrong with a pack, each as a place and a sentence, and the digest of its manifest, or an empty text."""
    manifest = read_manifest(folder)
    if manifest is None:
        return [(MANIFEST, "was altered, so that nothing else can be judged by it")], ""
    return [*wrong_files(folder, manifest["files"]), *wrong_captures(manifest)], manifest["digest"]


def main() -> int:
    """Verify the folder that is named, or the one in which this file lies."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    say = sys.stdout.write
    if not (folder / MANIFEST).is_file():
        say(f"There is no {MANIFEST} in {folder}: this is no pack, or it is not whole.\n")
        return 2
    wrong, digest = verify(folder)
    for place, what in wrong:
        say(f"{place.encode('ascii', 'backslashreplace').decode()} {what}.\n")
    if wrong:
        say(f"The pack is NOT as it was made. Wrong places: {len(wrong)}.\n")
        return 1
    for place, what in absent(read_manifest(folder) or {"captures": []}):
        say(f"{place} {what}.\n")
    say("Every file, every exhibit and the chain of captures are as they were when the pack was made.\n")
    say(f"Digest of the manifest: {digest}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
