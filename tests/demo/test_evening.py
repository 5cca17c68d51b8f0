from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.demo.evening import ADDRESSED, SUPPORTER, Evening, replayed, scripted
from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def evening() -> Evening:
    return scripted()


def problem(path: Path) -> str:
    with pytest.raises(BadFile) as bad:
        replayed(path)
    [found] = bad.value.problems
    assert found.file == str(path)
    return str(found)


def test_evening_is_as_long_as_a_real_one_and_mostly_fair(evening: Evening) -> None:
    kinds = Counter(post.kind for post in evening.posts)
    assert 70 <= len(evening.posts) <= 100
    assert kinds["fair"] > kinds["abuse"] + kinds["threat"]
    assert all(kinds[kind] for kind in ("praise", "borderline", "threat", "quote", "irony", "private", "hostile"))


def test_evening_is_told_in_the_order_of_time(evening: Evening) -> None:
    times = [evening.moment(post.at) for post in evening.posts]
    assert times == sorted(times)
    assert evening.start < times[0]
    assert evening.start.tzinfo is UTC


def test_everybody_who_speaks_is_on_stage_and_everything_answered_was_said_before(evening: Evening) -> None:
    said: set[str] = set()
    for post in evening.posts:
        assert evening.person(post.by).handle.startswith("@")
        assert post.answers is None or post.answers in said
        assert post.id not in said
        said.add(post.id)


def test_every_turn_is_of_a_post_of_that_evening(evening: Evening) -> None:
    posts = {post.id for post in evening.posts}
    assert evening.then
    for turn in evening.then:
        [after] = [post for post in (turn.after_case_of, turn.after_approval_of, turn.after_reply_to) if post]
        assert after in posts
        assert (turn.says is None) == ((turn.delete or turn.edit) in posts)
        assert (turn.says is None) == (turn.after_reply_to is None)
        assert bool(turn.edit or turn.says) == bool(turn.text)


def test_two_people_of_one_name_are_told_apart_by_their_server(evening: Evening) -> None:
    assert evening.person("leader").official
    assert not evening.person("leader@tidewater.example").official
    with pytest.raises(KeyError):
        evening.person("nobody_of_that_name")


def test_short_handles_are_made_whole_and_nothing_else_is_touched(evening: Evening) -> None:
    post = evening.posts[0].model_copy(
        update={"text": "@leader @imogen, @nobody_here a@leader.example @leader@tidewater.example @leaders"}
    )
    assert evening.spoken(post) == (
        "@leader@fernwick.example @imogen@fernwick.example, @nobody_here a@leader.example "
        "@leader@tidewater.example @leaders"
    )


@pytest.mark.parametrize("name", ["texts.csv", "texts.txt"])
def test_csv_is_replayed_text_by_text(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text('id,text,bio\n1,"Hello, you",\n2,"Two\nlines",Gardener\n3,   ,\n', encoding="utf-8")
    evening = replayed(path)
    assert [post.text for post in evening.posts] == [f"{ADDRESSED} Hello, you", f"{ADDRESSED} Two\nlines"]
    authors = [evening.person(post.by) for post in evening.posts]
    assert [author.bio for author in authors] == [SUPPORTER, "Gardener"]
    assert len({author.handle for author in authors}) == 2
    assert evening.spacing == timedelta(seconds=2)


@pytest.mark.parametrize("suffix", ["jsonl", "json", "ndjson"])
def test_json_lines_are_replayed_text_by_text(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"texts.{suffix}"
    lines = [
        {"id": 1, "text": "One 😀"},
        {"text": "Two", "author": {"bio": "Gardener"}},
        {"text": "Three", "author": None},
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n", encoding="utf-8")
    evening = replayed(path)
    assert [post.text.removeprefix(ADDRESSED).strip() for post in evening.posts] == ["One 😀", "Two", "Three"]
    assert [evening.person(post.by).bio for post in evening.posts] == [SUPPORTER, "Gardener", SUPPORTER]


def test_file_from_a_spreadsheet_begins_with_a_mark_and_is_read_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("text\nHello\n", encoding="utf-8-sig")
    assert len(replayed(path).posts) == 1
    path = tmp_path / "texts.jsonl"
    path.write_text('{"text": "Hello"}\n', encoding="utf-8-sig")
    assert len(replayed(path).posts) == 1


def test_row_that_is_too_short_has_no_text(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("id,text\n1\n2,Hello\n", encoding="utf-8")
    assert len(replayed(path).posts) == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"id,words\n1,Hello\n", ":1: text: the first line must name a column `text`"),
        ("a.csv", b"", ":1: text: the first line must name a column `text`"),
        ("a.csv", b"text\n", "there is no text in it"),
        ("a.csv", b"text\n\xff\xfe\n", "expected text in UTF-8"),
        ("a.csv", b"text\n" + b"x" * 140_000, ":2: not readable as CSV"),
        ("a.jsonl", b"", "there is no text in it"),
        ("a.jsonl", b'{"text": "x"}\n\xff\n', "expected text in UTF-8"),
        ("a.jsonl", b'{"text": "x"}\n\noops\n', ":3: text: each line must be a JSON object"),
        ("a.jsonl", b'{"words": "x"}\n', ":1: text: each line"),
        ("a.jsonl", b'{"text": null}\n', ":1: text: each line"),
        ("a.jsonl", b'{"text": 5}\n', ":1: text: each line"),
        ("a.jsonl", b'["text"]\n', ":1: text: each line"),
        ("a.jsonl", b'{"text": "\\ud83d"}\n', ":1: text: each line"),
        ("a.jsonl", b'{"text": "x", "author": "sam"}\n', ":1: text: each line"),
        ("a.jsonl", b"[" * 100_000 + b"\n", ":1: text: each line"),
    ],
)
def test_file_that_can_not_be_replayed_is_refused_with_the_line(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert says in problem(tmp_path / name)


def test_start_is_on_the_evening_itself(evening: Evening) -> None:
    assert evening.start == datetime(2026, 11, 19, 18, 29, tzinfo=UTC)
