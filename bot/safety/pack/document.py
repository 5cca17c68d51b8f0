"""The pack as a person reads it: a tagged, accessible PDF, made by Typst from values that it never reads as markup."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files as resources
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typst

from bot.naming import policy_name
from bot.safety.pack.pictures import in_grey
from bot.safety.pack.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EXCERPT = 160
"""Characters of a post in the chronology."""
KINDS = {
    "post": "Post, as the interface of our server gave it",
    "thread": "Thread around it",
    "author": "Author’s account, as the interface of our server gave it",
    "post_page": "Page of the post",
    "profile_page": "Page of the author",
    "media": "Attached file",
}
LOOKS = {
    "present": "Looked at again: it was still there.",
    "gone": "Looked at again: it was no longer there. Mastodon does not tell who removed it: author or moderator.",
    "unreachable": "Looked at again: it could not be reached from our server.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of the contact sheet."""

    exhibit: str
    described: str
    """What the author wrote to go with it; may be empty."""
    file: str
    """Its original, by its path in the pack; empty where that was erased, or never had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A case of the pack."""

    case: dict[str, Any]
    """As the manifest has it."""
    captures: list[dict[str, Any]]
    pictures: Sequence[Picture]


def greys_of(sheets: Sequence[Sheet], pack: Path) -> list[bytes | None]:
    """The pictures of all sheets in their order, as the contact sheet has them; `pack` is where their originals are."""
    pictures = [picture for sheet in sheets for picture in sheet.pictures]
    return [in_grey((pack / picture.file).read_bytes()) if picture.file else None for picture in pictures]


def printed(
    sheets: Sequence[Sheet], captures: Sequence[dict[str, Any]], greys: Sequence[bytes | None], *, party: str
) -> bytes:
    """The PDF, the same for the same sheets; `greys` are their pictures, as `greys_of` gives them."""
    pictures = [picture for sheet in sheets for picture in sheet.pictures]
    told = {
        "party": shown(party),
        "tools": sorted({str(capture["tool"]) for capture in captures}),
        "last": _moment(max((str(capture["at"]) for capture in captures), default="")),
        "authors": [_author(name, list(theirs)) for name, theirs in groupby(_by_author(sheets), key=_handle)],
        "cases": [_case(sheet) for sheet in sheets],
        "pictures": [
            _picture(f"{number}.png" if grey else "", picture)
            for number, (grey, picture) in enumerate(zip(greys, pictures, strict=True))
        ],
        "files": sum(bool(one["file"]) for capture in captures for one in capture["exhibits"]),
        "captures": len(captures),
        "unopened": [one["exhibit"] for capture in captures for one in capture["exhibits"] if one["unopened"]],
    }
    with TemporaryDirectory(prefix="not-in-our-name-") as place:
        folder = Path(place)
        (folder / "pack.typ").write_bytes(resources(__package__).joinpath("pack.typ").read_bytes())
        (folder / "pack.json").write_text(json.dumps(told), encoding="utf-8")
        for number, grey in enumerate(greys):
            if grey is not None:
                (folder / f"{number}.png").write_bytes(grey)
        # No font but Typst's own, and no clock: the same on every machine, at any time.
        template = folder / "pack.typ"
        return typst.compile(template, root=folder, pdf_standards=["ua-1"], ignore_system_fonts=True, timestamp=0)


def _by_author(sheets: Sequence[Sheet]) -> list[Sheet]:
    """By the account, whose handle may have changed; within that as they are numbered."""
    return sorted(sheets, key=lambda sheet: (str(sheet.case["author"]["uri"]), sheet.case["number"]))


def _handle(sheet: Sheet) -> str:
    return str(sheet.case["author"]["uri"])


def _author(uri: str, sheets: list[Sheet]) -> dict[str, Any]:
    """What one author did, in the order in which it happened."""
    events = sorted((event for sheet in sheets for event in _events(sheet)), key=lambda event: event[0])
    handles = dict.fromkeys(str(sheet.case["author"]["handle"]) for sheet in sheets)
    return {
        "handles": shown(", ".join(handle for handle in handles if handle) or "an author whose name was erased"),
        "uri": shown(uri),
        "cases": len(sheets),
        "events": [[_moment(at), words, exhibits] for at, words, exhibits in events],
    }


def _events(sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    """When, what, and the exhibits that show it."""
    case = sheet.case
    for wording in case["wordings"]:
        what = "written" if wording["version"] == 1 else "edited"
        excerpt = shown(str(wording["text"]), EXCERPT).replace("\n", " ")
        yield _utc(wording["at"]), f"Case {case['number']}: the post was {what}. “{excerpt}”", ""
    for capture, times in _folded(sheet.captures):
        had = [one["exhibit"] for one in capture["exhibits"] if one["file"]]
        if times:
            words = f"looked at again {times:,} time{'' if times == 1 else 's'} since, and found the same each time."
        elif capture["kind"] == "look":
            words = LOOKS.get(str(capture["said"]), "Looked at again.")
        else:
            words = "captured as received." if capture["kind"] == "received" else "what stands around it was captured."
        yield _utc(capture["at"]), f"Case {case['number']}: {words[0].lower()}{words[1:]}", ", ".join(had)


def _folded(captures: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int]]:
    """Each capture, but of looks in a row that found the same only the first, and the last with how many came after."""
    for _, row in groupby(captures, key=lambda one: one["said"] if one["kind"] == "look" else one["seq"]):
        first, *more = row
        yield first, 0
        if more:
            yield more[-1], len(more)


def _case(sheet: Sheet) -> dict[str, Any]:
    case, author, parent = sheet.case, sheet.case["author"], sheet.case["in_answer_to"]
    rows = [
        ("Author", shown(f"{author['handle']} “{author['display_name']}”")),
        ("Profile text", shown(str(author["bio"]))),
        ("Account since", _since(author["created_at"])),
        ("Address of the post", shown(str(case["url"]))),
        ("Written, by its server’s word", _moment(case["written_at"])),
        ("Addressed to", shown(", ".join(case["addressed"]))),
        ("In answer to", shown(f"{parent['author']}: {parent['text']}", 500) if parent else ""),
        ("Judged as", _judged(case)),
        ("Words that rules matched", shown("; ".join(f"“{one['words']}” ({one['rule']})" for one in case["matched"]))),
    ]
    exhibits = [(capture, one) for capture in sheet.captures for one in capture["exhibits"]]
    return {
        "number": case["number"],
        "id": case["id"],
        "warning": shown(str(case["content_warning"])),
        "text": shown(str(case["text"])) or "The text was erased.",
        "rows": [[name, words] for name, words in rows if words],
        "exhibits": [_exhibit(one) for _, one in exhibits],
    }


def _judged(case: dict[str, Any]) -> str:
    policy = policy_name(str(case["policy"]))
    clause = f": {case['clause']}" if case["clause"] else ""
    return shown(f"{policy}, severity {case['severity']} of 4{clause}") if policy else ""


def _exhibit(one: dict[str, Any]) -> list[str]:
    """Number, what it is, where it came from, when, its digest, and its size or why there is none."""
    what = KINDS[one["kind"]]
    if one["file"] and not one["exact"]:
        what += ", written anew from what was read"
    source = shown(str(one["url"] or ""), 300)
    when = f"{_moment(one['received_at'])}\nServer: {_moment(one['server_time']) or 'it did not say'}"
    if one["file"]:
        return [one["exhibit"], what, source, when, str(one["sha256"]), f"{one['size']:,} bytes"]
    if one["unopened"]:
        why = "Not in this pack: when it was made, the original could not be opened. Its digest was " + one["sha256"]
    else:
        why = "Erased; its digest was " + one["sha256"] if one["sha256"] else f"Not had: {shown(str(one['missing']))}"
    return [one["exhibit"], what, source, when, "", why]


def _picture(file: str, picture: Picture) -> dict[str, str]:
    words = shown(picture.described, 300)
    return {
        "file": file,
        "exhibit": picture.exhibit,
        "words": f"Described by its author: “{words}”" if words else "Its author did not describe it.",
    }


def _utc(spelt: object) -> str:
    """A moment so that it sorts; empty for none."""
    return datetime.fromisoformat(str(spelt)).astimezone(UTC).isoformat(timespec="microseconds") if spelt else ""


def _since(spelt: object) -> str:
    """A moment, or its day alone: Mastodon tells of an account the day, as its midnight."""
    told = _moment(spelt)
    return told.removesuffix(", 00:00:00 UTC")


def _moment(spelt: object) -> str:
    if not spelt:
        return ""
    at = datetime.fromisoformat(str(spelt)).astimezone(UTC)
    return f"{at.day} {at:%b %Y, %H:%M:%S} UTC"
