"""What is played: a scripted evening, or the texts of a file. Only what is said; how it is staged stands beside it."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.model import RejoinderKind
from bot.yaml_file import BadFile, Problem, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOME = "fernwick.example"
ELSEWHERE = "tidewater.example"
ADDRESSED = f"@leader@{HOME}"
SUPPORTER = "Fernwick Party supporter."
START = time(18, 29)


class Shape(BaseModel):
    """A part of the script."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Shape):
    """Somebody on the simulated network."""

    name: str
    server: str = ELSEWHERE
    display: str = ""
    bio: str = ""
    joined: date = date(2020, 1, 1)
    followers: int = 50
    official: bool = False

    @property
    def handle(self) -> str:
        """With the server."""
        return f"@{self.name}@{self.server}"


class Post(Shape):
    """Something that somebody says."""

    id: str
    at: time
    by: str
    """A name, or `name@server` where two people share one."""
    text: str
    answers: str | None = None
    visibility: Literal["public", "unlisted", "private", "direct"] = "public"
    lang: str | None = "en"
    kind: Literal[
        "", "fair", "praise", "abuse", "borderline", "mistake", "threat", "quote", "irony", "private", "hostile"
    ] = ""


class Turn(Shape):
    """Something that an author does, once a post of theirs has a case, or a reply to it is approved or is out."""

    after_case_of: str | None = None
    after_approval_of: str | None = None
    after_reply_to: str | None = None
    says: RejoinderKind | None = None
    """What they choose behind the link in our reply."""
    delete: str | None = None
    edit: str | None = None
    text: str = ""


class Evening(Shape):
    """A whole script, in the order of time."""

    date: date
    people: tuple[Person, ...]
    posts: tuple[Post, ...]
    then: tuple[Turn, ...] = ()
    suspended: tuple[str, ...] = ()
    """Handles of people whom the party has suspended, which its compliance team alone knows."""
    spacing: timedelta = Field(default=timedelta(0), exclude=True)
    """Between two posts of a replay, which have no time of their own."""

    @property
    def start(self) -> datetime:
        """When the curtain rises, in UTC."""
        return datetime.combine(self.date, START, UTC)

    def moment(self, at: time) -> datetime:
        """That time of that evening."""
        return datetime.combine(self.date, at, UTC)

    def person(self, by: str) -> Person:
        """Who is meant by a name. Raises KeyError."""
        name, _, server = by.partition("@")
        found = [person for person in self.people if person.name == name and server in {"", person.server}]
        if not found:
            raise KeyError(by)
        return found[0]

    def spoken(self, post: Post) -> str:
        """The text with every short handle of somebody on stage made whole."""
        names = {person.name: person.handle for person in reversed(self.people)}
        return re.sub(r"(?<!\w)@([a-z0-9_]+)(?![\w@])", lambda found: names.get(found[1], found[0]), post.text)


def scripted() -> Evening:
    """The evening that comes with the software."""
    with resources.as_file(resources.files("bot.demo") / "evening.yaml") as path:
        return read(path, Evening).value


def replayed(path: Path) -> Evening:
    """The texts of a CSV (column `text`) or JSONL file (keys `text`, perhaps `author`), each said to the leader.

    Each text has an author of its own, who claims to be a supporter unless the file gives a bio. Raises BadFile.
    """
    base = scripted()
    stage = tuple(person for person in base.people if person.official)
    people, posts = [], []
    for number, (text, bio) in enumerate(_rows(path), start=1):
        people.append(Person(name=f"reader{number}", display=f"Reader {number}", bio=bio or SUPPORTER))
        posts.append(Post(id=f"r{number}", at=START, by=f"reader{number}", text=f"{ADDRESSED} {text}"))
    if not posts:
        raise BadFile([Problem(str(path), None, "", "there is no text in it")])
    return Evening(date=base.date, people=(*stage, *people), posts=tuple(posts), spacing=timedelta(seconds=2))


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    """Text and bio of each row that has a text. Raises BadFile."""
    rows = _json_rows(path) if path.suffix in {".jsonl", ".json", ".ndjson"} else _csv_rows(path)
    try:
        yield from ((text, bio) for text, bio in rows if text.strip())
    except UnicodeDecodeError:
        raise BadFile([Problem(str(path), None, "", "expected text in UTF-8")]) from None


def _csv_rows(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        try:
            if "text" not in (reader.fieldnames or ()):
                raise BadFile([Problem(str(path), 1, "text", "the first line must name a column `text`")])
            for row in reader:
                yield row["text"] or "", row.get("bio") or ""
        except csv.Error as error:
            raise BadFile([Problem(str(path), reader.line_num + 1, "", f"not readable as CSV: {error}")]) from None


def _json_rows(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                text, bio = row["text"], (row.get("author") or {}).get("bio") or ""
                # Only text can be encoded, and not even that when an escape names half a character.
                text.encode(), bio.encode()
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                message = 'each line must be a JSON object with a "text"'
                raise BadFile([Problem(str(path), number, "text", message)]) from None
            yield text, bio
