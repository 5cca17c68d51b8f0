"""Reads a YAML file into a pydantic model and names every mistake at once, each with its line and key.

Values never appear in messages: any of them might be a secret pasted into the wrong place.
"""

from __future__ import annotations

import difflib
import re
from contextlib import suppress
from dataclasses import dataclass, field
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Generic, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from bot.yaml_mistakes import CIRCULAR, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

T = TypeVar("T", bound=BaseModel)

SUFFIXES = frozenset({".yaml", ".yml"})
"""How the name of a YAML file ends."""
MOST_NODES = 1_000_000
"""A file whose aliases unfold to more than this is an attack or an accident."""
MOST_DEPTH = 50
"""Nothing of ours is nested deeper, and libyaml's binding overruns the stack on what is nested without end."""
_OPEN = 0
"""The size of what is not counted to its end yet."""
_SECTIONS = re.compile(r"^(?=[A-Za-z_])", re.MULTILINE)
"""Before each line that begins with a key of the top level."""
SECRETIVE = re.compile(r"token|secret|password|passwd|api_?key", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file. `str()` is a line such as `config.yaml:12: accounts[0].mode: expected …`."""

    file: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.key, self.message) if part)


class BadFile(Exception):  # noqa: N818  the file is at fault, and the name says so
    """A file cannot be used as it is. `str()` names every mistake, one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain content, with the line on which each of its keys stands."""

    path: Path
    content: object
    root: yaml.Node | None = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    """As it was written."""
    problems: tuple[Problem, ...] = ()
    """Mistakes that leave the rest readable: keys that stand twice."""

    def line(self, *loc: str | int) -> int | None:
        """The line of the key or list entry at this place, or of the nearest thing around it that exists."""
        line, _ = self._follow(loc)
        return line

    def problem(self, *loc: str | int, message: str) -> Problem:
        """A mistake at this place."""
        return Problem(str(self.path), self.line(*loc), spell(loc), message)

    def mistakes(self, shape: type[BaseModel], error: ValidationError) -> Iterator[Problem]:
        """What pydantic found wrong with this content, in words."""
        details = error.errors(include_url=False, include_context=True)
        for detail in details:
            if detail["type"] == "too_short" and any(_inside(other["loc"], detail["loc"]) for other in details):
                continue  # pydantic counts the entries that are right; the others are named already
            line, loc = self._follow(detail["loc"])
            if detail["type"] == "missing":
                loc = (*loc, detail["loc"][-1])
            key = spell(loc)
            message = _words(detail, known_keys(shape, detail["loc"][:-1]))
            if SECRETIVE.search(key) and isinstance(detail["input"], str) and detail["input"]:
                message = message.replace(detail["input"], "…")
            yield Problem(str(self.path), line, key, message)

    def _follow(self, loc: Iterable[str | int]) -> tuple[int | None, tuple[str | int, ...]]:
        """The line of a place and the part of its path that exists; names of union members in it are passed over."""
        if self.root is None:
            return None, ()
        node, line, found = self.root, self.root.start_mark.line + 1, []
        for part in loc:
            step = _child(node, part)
            if step is not None:
                line, node = step
                found.append(part)
        return line, tuple(found)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """A valid file's content, which still knows its lines."""

    value: T
    path: Path
    document: Document = field(repr=False)

    def line(self, *loc: str | int) -> int | None:
        """The line of the key at this place: `line("accounts", 0, "mode")`."""
        return self.document.line(*loc)

    def problem(self, *loc: str | int, message: str) -> Problem:
        """A mistake at this place, found after the shape was right."""
        return self.document.problem(*loc, message=message)


def read(path: Path, shape: type[T], text: str | None = None) -> Loaded[T]:
    """Read a file, or this text in its place, into a model.

    Raises BadFile, which names every mistake of shape with its line and key.
    """
    document = parse(path, text)
    value, problems = fit(document, shape)
    if value is None or problems:
        raise BadFile(problems)
    return Loaded(value, path, document)


def fit(document: Document, shape: type[T]) -> tuple[T | None, tuple[Problem, ...]]:
    """The content as the model, or None with every mistake of shape; keys that stand twice are among the mistakes."""
    try:
        return shape.model_validate(document.content), document.problems
    except ValidationError as error:
        return None, (*document.problems, *document.mistakes(shape, error))


def parse(path: Path, text: str | None = None) -> Document:
    """Read a file, or this text in its place, without judging its shape. Raises BadFile for what is not YAML."""
    return _parsed(path, text_of(path) if text is None else text)


def text_of(path: Path) -> str:
    """What is written in a file. Raises BadFile for what is no text in UTF-8, or cannot be read."""
    if path.exists() and not path.is_file():  # reading from a pipe or a device would wait, or never end
        kind = "a folder" if path.is_dir() else "no file that can be read to its end"
        raise BadFile([Problem(str(path), None, "", f"is {kind}; a text file is expected here")])
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadFile([Problem(str(path), line, "", "not in UTF-8; save the file with that encoding")]) from None
    except OSError as error:
        raise BadFile([Problem(str(path), None, "", f"cannot be read: {error.strerror}")]) from None


def sections(path: Path) -> dict[str, object]:
    """The top-level keys with their content, as far as each can be read by itself: a mistake in one hides no other.

    Raises BadFile for a file that is no text.
    """
    text, found = text_of(path), dict[str, object]()
    for section in _SECTIONS.split(text):
        with suppress(BadFile):
            content = _parsed(path, section).content
            found |= content if isinstance(content, dict) else {}
    return found


def _parsed(path: Path, text: str) -> Document:
    loader = _Loader(text)
    try:
        deep = _too_deep(text)
        if deep is not None:
            raise BadFile([Problem(str(path), deep, "", f"nested more than {MOST_DEPTH} deep")])
        root = loader.get_single_node()
        if root is None:
            raise BadFile([Problem(str(path), None, "", "the file is empty")])
        twice = tuple(Problem(str(path), line, key, message) for line, key, message in _twice(root))
        if _size(root, {}) > MOST_NODES:
            raise BadFile([Problem(str(path), 1, "", "its aliases (*name) unfold to more than a million entries")])
        content = loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        line, message = told(text, error)
        raise BadFile([Problem(str(path), line, "", message)]) from None
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise BadFile([Problem(str(path), line, "", "a character that YAML does not allow")]) from None
    except (yaml.YAMLError, ValueError) as error:
        raise BadFile([Problem(str(path), None, "", f"not readable as YAML ({type(error).__name__})")]) from None
    except (ArithmeticError, AttributeError, LookupError):  # PyYAML's own, of a text that is not what its tag says
        message = "a value is not of the kind that stands before it with “!!”; take the “!!…” away"
        raise BadFile([Problem(str(path), None, "", message)]) from None
    except RecursionError:
        message = "aliases (*name) within aliases, to a greater depth than can be followed"
        raise BadFile([Problem(str(path), None, "", message)]) from None
    finally:
        loader.dispose()
    return Document(path, content, root, text, twice)


def spell(loc: Iterable[str | int]) -> str:
    """A place as staff would write it: `accounts[0].mode`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


def nearest(word: str, known: Iterable[str]) -> str:
    """The words `; did you mean “…”?` with the nearest known word, or nothing when none is near."""
    near = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f"; did you mean “{near[0]}”?" if near else ""


def listed(words: Iterable[str]) -> str:
    """Words as a list for people: `a, b or c`."""
    *most, last = list(words) or [""]
    return f"{', '.join(most)} or {last}" if most else last


class _Loader(yaml.CSafeLoader):
    """YAML 1.2's plain types. YAML 1.1 reads `off` as false, `22:00` as 1320 and a date as something else than text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  PyYAML's own attribute


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def _too_deep(text: str) -> int | None:
    """The line of the first place that is nested too deeply, if there is one."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH:
            return event.start_mark.line + 1 if event.start_mark else None
    return None


def _twice(root: yaml.Node) -> Iterator[tuple[int, str, str]]:
    """Line, key and message for each key that stands twice in its mapping; each anchored node is looked at once."""
    seen: set[int] = set()
    waiting: list[tuple[yaml.Node, tuple[str | int, ...]]] = [(root, ())]
    while waiting:
        node, loc = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend((entry, (*loc, index)) for index, entry in enumerate(node.value))
        if isinstance(node, yaml.MappingNode):
            first: dict[str, int] = {}
            for key, value in node.value:
                name, line = str(key.value), key.start_mark.line + 1
                if name in first:
                    yield line, spell((*loc, name)), f"stands here a second time; it is already on line {first[name]}"
                first.setdefault(name, line)
                waiting.append((value, (*loc, name)))


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """How many nodes there are once every alias is unfolded. Raises MarkedYAMLError for one that contains itself."""
    if known.get(id(node)) == _OPEN:
        raise yaml.MarkedYAMLError(problem=CIRCULAR, problem_mark=node.start_mark)
    if id(node) not in known:
        known[id(node)] = _OPEN
        children = (
            [child for pair in node.value for child in pair]
            if isinstance(node, yaml.MappingNode)
            else node.value
            if isinstance(node, yaml.SequenceNode)
            else []
        )
        known[id(node)] = 1 + sum(_size(child, known) for child in children)
    return known[id(node)]


def _child(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line + 1, node.value[part]
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            if key.value == str(part):
                return key.start_mark.line + 1, value
    return None


def known_keys(shape: object, loc: Iterable[str | int]) -> frozenset[str]:
    """The keys that the model knows at this place."""
    models = set(_models(shape))
    for part in loc:
        below = {
            model
            for owner in models
            for name, info in owner.model_fields.items()
            if part in {name, info.alias}
            for model in _models(info.annotation)
        }
        models = below or models
    return frozenset(info.alias or name for model in models for name, info in model.model_fields.items())


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    """The models that a type is, or holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    origin = get_origin(annotation)
    inner = get_args(annotation)[:1] if origin is Annotated else get_args(annotation)
    if origin in {Union, UnionType, Annotated} or isinstance(origin, type):
        for part in inner:
            yield from _models(part)


_EXPECTED: Mapping[str, str] = {
    "string": "text (put it in quotes)",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "finite": "a number",
    "list": "a list: lines that begin with “- ”",
    "tuple": "a list: lines that begin with “- ”",
    "set": "a list: lines that begin with “- ”",
    "frozen": "a list: lines that begin with “- ”",
    "model": "keys with values below it",
    "dict": "keys with values below it",
    "mapping": "keys with values below it",
    "url": "a web address such as https://example.org/",
    "date": "a date such as 2026-11-20",
    "time": "a time of day such as 07:30",
    "path": "the name of a file or folder",
}
"""What was expected, by the first word of pydantic's error type."""

_BOUNDS: Mapping[str, str] = {
    "missing": "is missing",
    "greater_than_equal": "expected {ge} or more",
    "greater_than": "expected more than {gt}",
    "less_than_equal": "expected {le} or less",
    "less_than": "expected less than {lt}",
    "too_short": "expected at least {min_length}, here are {actual_length}",
    "too_long": "expected at most {max_length}, here are {actual_length}",
    "string_too_short": "expected at least {min_length} characters",
    "string_too_long": "expected at most {max_length} characters",
    "string_pattern_mismatch": "expected text of the form {pattern}",
    "union_tag_invalid": "expected one of {expected_tags}",
    "recursion_loop": "contains itself",
}
"""The whole message, by pydantic's error type."""

_FORMS: Mapping[str, str] = {
    r"^[a-z][a-z_]*$": "expected small letters and _, the first a letter, such as little_pest",
    r"^[a-z]{2,3}$": "expected the code of a language in small letters, such as en",
}
"""The whole message, by the pattern that a text does not have."""


def _inside(loc: tuple[str | int, ...], outer: tuple[str | int, ...]) -> bool:
    return len(loc) > len(outer) and loc[: len(outer)] == outer


def _words(detail: ErrorDetails, known: frozenset[str]) -> str:
    """One of pydantic's errors in plain words, without the value that caused it."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        name = str(detail["loc"][-1])
        return "is not known here" + (nearest(name, known) or f"; known are {listed(sorted(known))}")
    if kind in {"enum", "literal_error"}:
        choices = [choice.strip("'") for choice in re.findall(r"'[^']*'|\d+", str(context.get("expected", "")))]
        return f"expected {listed(choices)}" + nearest(str(detail["input"]), choices)
    if kind in _BOUNDS:
        empty = kind == "string_too_short" and not str(detail["input"]).strip()
        form = _FORMS.get(str(context.get("pattern")), "")
        return "is empty" if empty else form or _BOUNDS[kind].format(**context)
    expected = _EXPECTED.get(kind.split("_")[0])
    if expected is None:
        return detail["msg"].removeprefix("Value error, ")
    if detail["input"] is not None:
        return f"expected {expected}"
    note = "; text that begins with # must stand in quotes" if isinstance(detail["loc"][-1], int) else ""
    return f"has no value; expected {expected}{note}"
