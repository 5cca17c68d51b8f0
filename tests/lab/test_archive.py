from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judge import AuthorLine, ParentLine, mention_of
from bot.lab.archive import MOST_LINES, Archived, Piece, decode, pieces, total
from bot.lines import LONGEST

if TYPE_CHECKING:
    from tests.lab.conftest import Wrote

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FULL = Archived(
    id="7",
    text="Well, then",
    platform="mastodon",
    lang="en",
    created_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
    author=AuthorLine(handle="@a@x.example", bio="", followers=12),
    mentions=("@p@x.example", "@q@x.example"),
    in_reply_to=ParentLine(author="@m@x.example", text="Before"),
)


def read(*paths: Path) -> tuple[list[tuple[int, bytes]], list[str]]:
    """All lines and all problems."""
    found = list(pieces(paths))
    lines = [line for piece in found for line in piece.lines]
    return lines, [str(problem) for piece in found for problem in piece.problems]


def test_the_same_mention_reads_the_same_from_every_kind_of_file(wrote: Wrote, tmp_path: Path) -> None:
    author: dict[str, object] = {"handle": "@a@x.example", "bio": "", "followers": 12}
    parent = {"author": "@m@x.example", "text": "Before"}
    line: dict[str, object] = {"id": "7", "text": "Well, then", "lang": "en", "created_at": "2026-11-20T10:00:00Z"}
    line |= {"author": author, "mentions": ["@p@x.example", "@q@x.example"], "in_reply_to": parent, "likes": 3}
    jsonl = wrote("a.jsonl", json.dumps(line))
    table = wrote(
        "a.csv",
        "id,text,lang,created_at,author,author_followers,mentions,in_reply_to.author,in_reply_to_text,likes\n"
        '7,"Well, then",en,2026-11-20T10:00:00Z,@a@x.example,12,@p@x.example @q@x.example,@m@x.example,Before,3\n',
    )
    parquet = tmp_path / "a.parquet"
    with duckdb.connect() as connection:
        connection.read_json(str(jsonl)).to_parquet(str(parquet))
    for path in (jsonl, table, parquet):
        [(_, raw)], problems = read(path)
        assert problems == []
        assert mention_of(decode(raw), account="party", now=NOON) == mention_of(FULL, account="party", now=NOON), path


def test_empty_cells_say_nothing(wrote: Wrote) -> None:
    [(number, raw)], problems = read(wrote("a.csv", "id,text,author_followers,created_at,lang\n,,,,\n"))
    assert (number, decode(raw), problems) == (2, Archived(text=""), [])


@pytest.mark.parametrize("name", ["a.jsonl", "a.NDJSON", "a.json", "a.jsonl.gz"])
def test_lines_keep_their_numbers_and_empty_ones_are_passed_over(wrote: Wrote, name: str) -> None:
    content = b'{"text": "one"}\n\n  \r\nnonsense\n{"text": "two"}'
    path = wrote(name, gzip.compress(content) if name.endswith("gz") else content)
    lines, problems = read(path)
    assert ([number for number, _ in lines], problems) == ([1, 4, 5], [])


def test_endless_line_is_a_problem_and_is_not_held(wrote: Wrote) -> None:
    path = wrote("a.jsonl", b"before\n" + b"x" * (3 * LONGEST + 17) + b"\nafter\n")
    lines, problems = read(path)
    assert lines == [(1, b"before\n"), (3, b"after\n")]
    assert problems == [f"{path}:2: a line of more than 1 MB; not a mention"]


def test_archive_cut_in_the_middle_gives_its_first_half_and_the_next_goes_on(wrote: Wrote) -> None:
    packed = gzip.compress(b"".join(b'{"text": "number %d"}\n' % number for number in range(50_000)))
    half, whole = wrote("half.jsonl.gz", packed[: len(packed) // 2]), wrote("whole.jsonl", '{"text": "last"}\n')
    lines, [problem] = read(half, whole)
    assert len(lines) > 5_000
    assert lines[-1] == (1, b'{"text": "last"}\n')
    assert problem == f"{half}:{len(lines)}: the file ends or is damaged here; what comes after could not be read"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "id,words\n1,x\n", "there is no column text; the first line names: id, words"),
        ("a.xlsx", "PK", "not an archive by its name; read are JSON lines"),
        ("a.parquet", "PAR1", "not a whole Parquet file"),
        ("a.parquet.gz", gzip.compress(b"PAR1", mtime=0), "not an archive by its name"),
        ("a.jsonl.gz", "not packed", "the file ends or is damaged here"),
    ],
)
def test_file_of_no_use_is_one_problem(wrote: Wrote, name: str, content: str | bytes, words: str) -> None:
    lines, [problem] = read(wrote(name, content))
    assert lines == []
    assert words in problem


def test_folder_and_missing_file_are_problems(tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    lines, problems = read(tmp_path / "folder.jsonl", Path("nowhere.csv"), Path("nowhere.parquet"))
    assert lines == []
    assert [problem.partition(": cannot be read")[1] != "" for problem in problems] == [True] * 3


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "jsonl.gz"])
def test_pieces_are_small_and_tell_how_much_was_read(wrote: Wrote, suffix: str) -> None:
    content = b"text\n" + b"word\n" * (2 * MOST_LINES + 7)
    path = wrote(f"a.{suffix}", gzip.compress(content) if suffix.endswith("gz") else content)
    found = list(pieces([path, path]))
    assert all(len(piece.lines) <= MOST_LINES for piece in found)
    assert sum(piece.read for piece in found) == total([path, path])


def test_large_texts_make_smaller_pieces(wrote: Wrote) -> None:
    found = list(pieces([wrote("a.jsonl", (b"x" * 900_000 + b"\n") * 20)]))
    assert [len(piece.lines) for piece in found] == [5, 5, 5, 5, 0]


@given(st.binary(max_size=300), st.sampled_from(["jsonl", "csv", "parquet", "jsonl.gz", "csv.xz", "csv.bz2"]))
def test_no_bytes_at_all_are_an_exception(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    path = tmp_path_factory.mktemp("bytes") / f"a.{suffix}"
    path.write_bytes(content)
    assert all(isinstance(piece, Piece) for piece in pieces([path]))
