"""Mentions as JSON lines in, verdicts as JSON lines out: the rules alone, without a network or a database."""

from __future__ import annotations

import gc
from codecs import BOM_UTF8
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import msgspec

from bot.crew import in_order
from bot.files import Files
from bot.lines import batches, too_long
from bot.misread import UNREADABLE, why
from bot.model import Author, History, Mention, Parent

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from pathlib import Path

    from bot.lines import Batch
    from bot.model import Verdict
    from bot.responses import Responses
    from bot.rules import Explanation, Rulebook

NOBODY = History()
ALONE = 12
"""Batches that one process judges before others are started; that takes it about as long as starting them."""


class AuthorLine(msgspec.Struct):
    """The author of a line, as far as it is known."""

    handle: str = ""
    display_name: str = ""
    bio: str = ""
    created_at: datetime | None = None
    followers: int | None = None


class ParentLine(msgspec.Struct):
    """The post that a line answers."""

    author: str = ""
    text: str = ""


class Line(msgspec.Struct):
    """One line of input. Keys that it does not know are passed over, so that exports can be fed in as they are."""

    id: str | int
    text: str
    platform: str = "mastodon"
    lang: str | None = None
    content_warning: str = ""
    created_at: datetime | None = None
    author: AuthorLine = msgspec.field(default_factory=AuthorLine)
    mentions: tuple[str, ...] = ()
    in_reply_to: ParentLine | None = None


DECODER = msgspec.json.Decoder(Line)
ENCODER = msgspec.json.Encoder()


class Answers(NamedTuple):
    """What is said to some lines."""

    lines: bytes
    """An answer to each, in their order, each with a newline at its end."""
    valid: bool
    """Whether every line was a mention."""
    faults: Mapping[str, int]
    """By rule, how often it was skipped because it failed."""


def judge_files(files: Iterable[BinaryIO], config_file: Path, *, workers: int) -> Generator[Answers, None, None]:
    """For each line of the files, in their order, its verdict; or what is wrong with it, and where.

    Large files are shared out among so many processes. Raises BadFile; WorkerFailedError or BrokenProcessPool where a
    process other than this one could not do its part.
    """
    given = (batch for file in files for batch in batches(file))
    return in_order(given, partial(answering, config_file), workers=workers, alone=ALONE)


def answering(config_file: Path) -> Callable[[Batch], Answers]:
    """What answers batches of lines by the files that this configuration leads to. Raises BadFile."""
    gc.disable()  # a million small objects are made here, and all stay: looking through them would take as long again
    files = Files.read(config_file)
    gc.freeze()
    gc.enable()
    account = files.config.accounts[0].id

    def judge(batch: Batch) -> Answers:
        before = dict(files.rulebook.faults)
        lines = enumerate(BytesIO(batch.lines), start=batch.first)
        said = list(judge_lines(lines, files.rulebook, files.responses, account=account))
        faults = {rule: count - before.get(rule, 0) for rule, count in files.rulebook.faults.items()}
        return Answers(
            b"".join(line for line, _ in said),
            all(valid for _, valid in said),
            {rule: count for rule, count in faults.items() if count},
        )

    return judge


def judge_lines(
    lines: Iterable[tuple[int, bytes]], rulebook: Rulebook, responses: Responses, *, account: str
) -> Iterator[tuple[bytes, bool]]:
    """For each numbered line, in the same order, its verdict and True; if it is not valid, what is wrong, and False.

    `account` is the id of the account of ours that the mentions are taken to address. Empty lines are passed over.
    Each line out ends with a newline.
    """
    now = datetime.now(UTC)
    for number, raw in lines:
        if not raw.strip():
            continue
        if too_long(raw):
            yield _refused(number, "longer than 1 MB; that is no mention"), False
            continue
        try:
            line = DECODER.decode(raw.removeprefix(BOM_UTF8))
            mention = mention_of(line, account=account, now=now)
        except UNREADABLE as error:
            yield _refused(number, why(error)), False
            continue
        verdict = rulebook.judge(mention, NOBODY)
        yield ENCODER.encode(answer(line.id, verdict, responses, lang=line.lang)) + b"\n", True


def explain_text(text: str, rulebook: Rulebook, *, account: str) -> Explanation:
    """Every step of the judgement of one text."""
    mention = mention_of(Line(id="1", text=text), account=account, now=datetime.now(UTC))
    return rulebook.explain(mention, NOBODY)


def mention_of(line: Line, *, account: str, now: datetime) -> Mention:
    """The mention that a line describes. What it leaves out is empty; without a time it was written *now*."""
    author = Author(
        uri=line.author.handle,
        handle=line.author.handle,
        display_name=line.author.display_name,
        bio=line.author.bio,
        created_at=_aware(line.author.created_at),
        followers=line.author.followers,
    )
    parent = line.in_reply_to
    return Mention(
        uri=str(line.id),
        platform=line.platform,
        account=account,
        native_id=str(line.id),
        author=author,
        text=line.text,
        content_warning=line.content_warning,
        created_at=_aware(line.created_at) or now,
        lang=line.lang,
        addressed=line.mentions,
        parent=Parent(uri="", author=parent.author, text=parent.text) if parent else None,
    )


def answer(line_id: str | int, verdict: Verdict, responses: Responses, *, lang: str | None) -> dict[str, object]:
    """The verdict as the line that scripts rely on."""
    affiliation, target = verdict.affiliation, verdict.target
    return {
        "id": line_id,
        "abusive": verdict.abusive,
        "verdict": verdict.kind,
        "policy": verdict.policy,
        "severity": verdict.severity,
        "affiliation": {
            "claim": affiliation.claim,
            "confidence": affiliation.confidence,
            "evidence": affiliation.evidence,
        },
        "target": target and {"kind": target.kind, "handle": target.handle, "characteristic": target.characteristic},
        "matches": [
            {"rule": match.rule, "start": match.start, "end": match.end, "text": match.text, "field": match.field}
            for match in verdict.matches
        ],
        "response": responses.name_for(verdict, lang=lang),
    }


def _refused(number: int, fault: str) -> bytes:
    return ENCODER.encode({"id": None, "error": f"line {number}: {fault}"}) + b"\n"


def _aware(at: datetime | None) -> datetime | None:
    """In UTC; a time without a zone is taken to be in it."""
    if at is None:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
