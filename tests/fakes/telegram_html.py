"""Telegram's HTML as its server reads it: plain text and entities, counted in UTF-16 units."""

from __future__ import annotations

import html
import re

TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
TAG = re.compile(r"<(?P<end>/?)(?P<name>[^\s<>/]+)(?P<rest>[^<>]*)>")
KNOWN_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
FOUND_BY_SERVER = (
    ("url", re.compile(r"(?:https?://|(?:[\w-]+\.)+(?:com|org|net|example|social)\b)\S*", re.IGNORECASE)),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{4,32}")),
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?")),
    ("hashtag", re.compile(r"(?<!\w)#\w+")),
)
"""What Telegram makes clickable by itself, outside code and links."""


class MarkupError(ValueError):
    """The text cannot be parsed; the message is the one that the server gives."""


def units(text: str) -> int:
    """Length as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def read_html(source: str) -> tuple[str, list[dict[str, object]]]:
    """The text without tags, and its entities in order of their start."""
    text, at = "", 0
    opened: list[tuple[str, int, str]] = []
    entities: list[dict[str, object]] = []
    for found in TAG.finditer(source):
        text += _plain(source[at : found.start()])
        at = found.end()
        name, where = found["name"].lower(), len(source[: found.start()].encode())
        if not found["end"]:
            if name not in TYPES:
                raise MarkupError(f'Unsupported start tag "{name}" at byte offset {where}')
            opened.append((name, units(text), found["rest"]))
            continue
        if not opened:
            raise MarkupError(f"Unexpected end tag at byte offset {where}")
        expected, start, rest = opened.pop()
        if name != expected:
            raise MarkupError(f'Unmatched end tag at byte offset {where}, expected "</{expected}>", found "</{name}>"')
        if units(text) > start:
            entities.append(_entity(expected, start, units(text) - start, rest))
    text += _plain(source[at:])
    if opened:
        raise MarkupError(f"Can't find end tag corresponding to start tag {opened[-1][0]}")
    return text, sorted(entities, key=lambda entity: (entity["offset"], -int(str(entity["length"]))))


def found_entities(text: str, entities: list[dict[str, object]]) -> list[dict[str, object]]:
    """What the server finds by itself in a text: links, names, commands and hashtags, not inside code."""
    quiet = [
        (int(str(entity["offset"])), int(str(entity["offset"])) + int(str(entity["length"])))
        for entity in entities
        if entity["type"] in {"code", "pre", "text_link"}
    ]
    found: list[dict[str, object]] = []
    for kind, pattern in FOUND_BY_SERVER:
        for hit in pattern.finditer(text):
            start = units(text[: hit.start()])
            if not any(low <= start < high for low, high in quiet):
                found.append({"type": kind, "offset": start, "length": units(hit[0])})
    return found


def _plain(source: str) -> str:
    if "<" in source:
        where = len(source[: source.index("<")].encode())
        raise MarkupError(f"Unclosed start tag at byte offset {where}")
    return KNOWN_REFERENCE.sub(lambda reference: html.unescape(reference[0]), source)


def _entity(name: str, start: int, length: int, rest: str) -> dict[str, object]:
    entity: dict[str, object] = {"type": TYPES[name], "offset": start, "length": length}
    if name == "a":
        link = re.search(r'href="([^"]*)"', rest)
        entity["url"] = html.unescape(link[1]) if link else ""
    if name == "blockquote" and "expandable" in rest:
        entity["type"] = "expandable_blockquote"
    return entity
