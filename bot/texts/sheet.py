"""A response as a form has it, and the way from a filled form to the YAML that a person would have written.

A wording that was used is remembered by its place, so none is ever taken out: it is retired, and its place stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.responses import Audience, Response, Voice
from bot.texts.editing import phrase, prose, rewritten
from bot.yaml_file import Problem, fit, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

_NEW = 'id: {id}\ntitle: ""\npolicies: [none]\naudience: space\nlang: {lang}\nvariants:\n  - ""\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a person may change in a response. Its id and language stay as they were."""

    title: str = ""
    policies: tuple[str, ...] = ()
    audience: str = Audience.SPACE.value
    voice: str = Voice.ANY.value
    min_strikes: int = 0
    variants: tuple[str, ...] = ()
    retired: frozenset[int] = frozenset()
    """Variants that are no longer chosen, counted from 0."""


def sheet_of(text: str) -> Sheet:
    """What the YAML of a response says. Raises BadFile, and ValueError for a text that is no response."""
    response, _ = fit(parse(Path("response.yaml"), text), Response)
    if response is None:
        raise ValueError("The text is no response.")
    return Sheet(
        title=response.title,
        policies=response.policies,
        audience=response.audience.value,
        voice=response.voice.value,
        min_strikes=response.min_strikes,
        variants=response.variants,
        retired=frozenset(place - 1 for place in response.retired),
    )


def spelt(sheet: Sheet, text: str) -> str:
    """The YAML of a response with what the sheet says; what it leaves as it was keeps its lines.

    The sheet has at least as many variants as the text. Raises what `sheet_of` does.
    """
    return _spelt(sheet, text, sheet_of(text))


def new_text(response_id: str, sheet: Sheet, *, lang: str) -> str:
    """The YAML of a response that is not there yet."""
    return _spelt(sheet, _NEW.format(id=response_id, lang=lang), Sheet(policies=("none",), variants=("",)))


def misplaced(before: str, after: str) -> Problem | None:
    """Why a response may not follow another, as far as places go: a wording is gone, or stands elsewhere."""
    old, new = sheet_of(before).variants, sheet_of(after).variants
    if len(new) < len(old):
        message = f"has {len(new)} wordings where {len(old)} were; retire one instead of taking it out"
        return Problem("", None, "variants", message)
    for index, text in enumerate(new):
        if text in old and text not in old[index : index + 1]:
            message = f"stood in place {old.index(text) + 1} before; a wording is remembered by its place"
            return Problem("", None, f"variants[{index}]", message)
    return None


def brought_back(old: str, live: str) -> str:
    """An earlier text, with the wordings that came after it kept in their places and retired."""
    earlier, now = sheet_of(old), sheet_of(live)
    later = now.variants[len(earlier.variants) :]
    if not later:
        return old
    retired = earlier.retired | set(range(len(earlier.variants), len(now.variants)))
    return spelt(replace(earlier, variants=(*earlier.variants, *later), retired=retired), old)


def _spelt(sheet: Sheet, text: str, before: Sheet) -> str:
    def change(content: CommentedMap) -> None:
        if sheet.title != before.title:
            content["title"] = phrase(sheet.title, content["title"])
        if sheet.policies != before.policies:
            _refill(content, "policies", sheet.policies)
        for key, usual in (("audience", None), ("voice", Voice.ANY.value), ("min_strikes", 0)):
            if getattr(sheet, key) != getattr(before, key):
                _put(content, key, getattr(sheet, key), usual=usual)
        wordings = content["variants"]
        for index, wording in enumerate(sheet.variants):
            if index >= len(before.variants):
                wordings.append(prose(wording))
            elif wording != before.variants[index]:
                wordings[index] = prose(wording)
        if sheet.retired != before.retired:
            _refill(content, "retired", sorted(index + 1 for index in sheet.retired))

    return rewritten(text, change)


def _put(content: CommentedMap, key: str, value: object, *, usual: object) -> None:
    """Set a key where it stands, or before the wordings; one that was not there and has its usual value is left out."""
    if key in content:
        content[key] = value
    elif value != usual:
        content.insert(list(content).index("variants"), key, value)


def _refill(content: CommentedMap, key: str, entries: Iterable[object]) -> None:
    """Set a list in brackets, in the place and the form that it has."""
    entries = list(entries)
    if key in content and entries:
        content[key][:] = entries
    elif key in content and key != "policies":
        del content[key]
    elif entries or key in content:
        fresh = CommentedSeq(entries)
        fresh.fa.set_flow_style()
        content[key] = fresh
