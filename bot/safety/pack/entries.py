"""What a pack says of one case: its captures for the manifest, with their originals written out, and its sheet."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import count
from typing import TYPE_CHECKING, Any

from bot.model import ExhibitKind
from bot.safety.pack.document import Picture, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bot.model import AuditEvent
    from bot.store.dossiers import Captured, Dossier, Held

_ENDINGS = {
    "application/json": "json",
    "text/html": "html",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
}
"""How the name of a file ends, by its media type; anything else ends in `bin`, and nothing opens it by mistake."""


def sheet_of(dossier: Dossier, number: int, folder: Path, clauses: Mapping[str, str]) -> Sheet:
    """The sheet of a case; the bytes of its exhibits are written into the folder."""
    names = (f"{number}.{place}" for place in count(1))
    captures = [_capture(capture, number, names, folder) for capture in dossier.captures]
    described = dict(enumerate(_descriptions(dossier)))
    pictures = [
        Picture(exhibit=said["exhibit"], described=described.get(place, ""), file=said["file"])
        for listed in captures
        for place, said in enumerate(one for one in listed["exhibits"] if one["kind"] == ExhibitKind.MEDIA)
    ]
    return Sheet(case=_case(dossier, number, clauses), captures=captures, pictures=pictures)


def _capture(capture: Captured, case: int, names: Iterator[str], folder: Path) -> dict[str, Any]:
    """A capture as the manifest lists it."""
    return {
        "id": capture.id,
        "seq": capture.seq,
        "at": capture.at,
        "kind": capture.kind,
        "mention": capture.mention,
        "mention_version": capture.mention_version,
        "said": capture.said,
        "tool": capture.tool,
        "prev": capture.prev,
        "digest": capture.digest,
        "case": case,
        "exhibits": [_exhibit(held, next(names), folder) for held in capture.holds],
        "audit": [_event(event) for event in capture.audit],
    }


def _case(dossier: Dossier, number: int, clauses: Mapping[str, str]) -> dict[str, Any]:
    """What was written, by whom, when, and what the rules made of it."""
    case, mention = dossier.case, dossier.case.mention
    parent = mention.parent
    return {
        "number": number,
        "id": case.id,
        "opened_at": case.opened_at.isoformat(),
        "verdict": str(case.verdict.kind),
        "policy": case.verdict.policy or "",
        "clause": clauses.get(case.verdict.policy or "", ""),
        "severity": case.verdict.severity,
        "author": {
            "handle": mention.author.handle,
            "uri": mention.author.uri,
            "display_name": mention.author.display_name,
            "bio": mention.author.bio,
            "created_at": mention.author.created_at.isoformat() if mention.author.created_at else None,
        },
        "text": mention.text,
        "content_warning": mention.content_warning,
        "url": mention.url,
        "uri": mention.uri,
        "written_at": (mention.edited_at or mention.created_at).isoformat(),
        "wordings": [
            {"version": version, "at": (one.edited_at or one.created_at).isoformat(), "text": one.text}
            for version, one in sorted(dossier.wordings.items())
        ],
        "addressed": list(mention.addressed),
        "in_answer_to": {"author": parent.author, "text": parent.text, "url": parent.url} if parent else None,
        "matched": [
            {"rule": match.rule, "policy": match.policy, "words": match.text} for match in case.verdict.matches
        ],
        "gone_found_at": case.gone_at.isoformat() if case.gone_at else None,
    }


def _exhibit(held: Held, name: str, folder: Path) -> dict[str, Any]:
    exhibit = held.exhibit
    file = ""
    if exhibit.body is not None:
        file = f"originals/{name}-{exhibit.kind}.{_ENDINGS.get(exhibit.media_type, 'bin')}"
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(exhibit.body)
    return {
        **held.facts,
        "exhibit": name,
        "file": file,
        "number": exhibit.number,
        "kind": str(exhibit.kind),
        "size": exhibit.size,
        "sha256": exhibit.sha256,
        "facts_sha256": held.facts_sha256,
        "blanked": held.blanked,
        "unopened": held.unopened,
    }


def _event(event: AuditEvent) -> dict[str, Any]:
    """An audit event as its digest has it. It names the bot alone: nobody of staff captures anything."""
    return {**asdict(event), "at": event.at.isoformat(timespec="microseconds")}


def _descriptions(dossier: Dossier) -> list[str]:
    """What the author wrote to go with each picture, in their order, as the post had it when it was received."""
    posts = (held.exhibit for capture in dossier.captures for held in capture.holds)
    body = next((post.body for post in posts if post.kind is ExhibitKind.POST and post.body), b"{}")
    try:
        attached = json.loads(body)["media_attachments"]
        return [str(medium.get("description") or "") for medium in attached]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
