"""The edits that the console makes in rule packs: words of a list, and what is changed in a rule of another file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.texts.editing import rewritten
from bot.yaml_file import BadFile, parse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ruamel.yaml.comments import CommentedMap

    from bot.rules.language import Amended

AMENDED = ("state", "why", "without", "unless", "matches", "ignores")
"""The keys of an amendment, in the order in which they are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEdit:
    """Words for a list of a file."""

    lang: str
    name: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def with_own_list(text: str, edit: ListEdit) -> str:
    """The pack with other words on a list of its own; the rest of the file stays as a person wrote it."""

    def change(content: CommentedMap) -> None:
        entries = content["lists"][edit.name]
        for word in edit.remove:
            while word in entries:
                entries.remove(word)
        entries.extend(word for word in _each_once(edit.add) if word not in entries)

    return rewritten(text, change)


def with_list_changed(text: str | None, edit: ListEdit, *, entries: Iterable[str]) -> str:
    """A file that changes a list of another file, with these words besides; `None` for one that is yet to be made.

    `entries` are what stands on the list in its own file.
    """
    own = set(entries)

    def change(content: CommentedMap) -> None:
        added = [word for word in _below(content, "additions", edit.name) if word not in edit.remove]
        added += [word for word in _each_once(edit.add) if word not in own and word not in added]
        left_out = [word for word in _below(content, "left_out", edit.name) if word not in edit.add]
        left_out += [word for word in _each_once(edit.remove) if word in own and word not in left_out]
        _set(content, "additions", edit.name, added)
        _set(content, "left_out", edit.name, left_out)

    return rewritten(text or _new(edit.lang, f"the list “{edit.name}”"), change)


def with_rule_amended(text: str | None, rule: str, by: Amended, *, lang: str) -> str:
    """A file that amends a rule of another file in this way, and no longer in any other."""

    def change(content: CommentedMap) -> None:
        said = by.model_dump(exclude_defaults=True)
        ordered = {key: _plain(said[key]) for key in AMENDED if key in said}
        _set(content, "amended", rule, ordered)

    return rewritten(text or _new(lang, f"the rule “{rule}”"), change)


def content_of(text: str, path: Path) -> dict[str, object]:
    """What a pack says, by its keys; nothing for what is none."""
    try:
        content = parse(path, text).content
    except BadFile:
        return {}
    return content if isinstance(content, dict) else {}


def _new(lang: str, what: str) -> str:
    return f"# Written by the console: what this party changes in {what}, which stands in another file.\nlang: {lang}\n"


def _below(content: CommentedMap, key: str, name: str) -> list[str]:
    return list((content.get(key) or {}).get(name) or ())


def _set(content: CommentedMap, key: str, name: str, value: object) -> None:
    """Put a value below a key, or take it away where there is none; a key with nothing below it goes too."""
    if value:
        content.setdefault(key, {})[name] = value
    elif name in (content.get(key) or {}):
        del content[key][name]
    if key in content and not content[key]:
        del content[key]


def _plain(value: object) -> object:
    """As it is written: an example that is a text alone as that text."""
    if isinstance(value, dict):
        said = {key: _plain(each) for key, each in value.items()}
        return said["text"] if said.keys() == {"text"} else said
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _each_once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
