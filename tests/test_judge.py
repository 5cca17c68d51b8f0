"""`judge` keeps to what scripts rely on: order, ids, places in the original text, one answer for each line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judge import explain_text, judge_files, judge_lines
from bot.lines import LONGEST
from tests.fakes.office import ABUSE, FAIR, RUDE, THREAT, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from bot.files import Files

KEYS = ["id", "abusive", "verdict", "policy", "severity", "affiliation", "target", "matches", "response"]


def judged(files: Files, *lines: object) -> list[tuple[Any, bool]]:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    found = judge_lines(enumerate(raw, start=1), files.rulebook, files.responses, account="party")
    return [(json.loads(line), valid) for line, valid in found]


def answer(files: Files, **line: object) -> Any:
    [(found, valid)] = judged(files, {"id": "1", **line})
    assert valid, found
    return found


def test_answer_has_the_promised_keys_in_their_order(files: Files) -> None:
    found = answer(files, text=ABUSE)
    assert list(found) == KEYS
    assert (found["abusive"], found["verdict"], found["policy"], found["severity"]) == (
        True,
        "respond",
        "personal_abuse",
        2,
    )
    assert found["matches"] == [{"rule": "made-up-insult", "start": 4, "end": 9, "text": "florp", "field": "text"}]
    assert list(found["affiliation"]) == ["claim", "confidence", "evidence"]
    assert found["response"] in {response.id for response in files.responses.all}


def test_answer_to_what_is_not_abuse_has_the_same_keys(files: Files) -> None:
    found = answer(files, text=FAIR)
    assert list(found) == KEYS
    assert (found["abusive"], found["verdict"], found["policy"], found["severity"]) == (False, "ignore", None, 0)
    assert (found["matches"], found["response"], found["target"]) == ([], None, None)


@pytest.mark.parametrize(("text", "verdict"), [(RUDE, "record"), (THREAT, "escalate")])
def test_abusive_is_true_whatever_is_due_and_what_is_not_answered_has_no_response(
    files: Files, text: str, verdict: str
) -> None:
    found = answer(files, text=text)
    assert (found["abusive"], found["verdict"], found["response"]) == (True, verdict, None)


def test_supporter_gets_the_in_group_response_and_the_evidence_is_told(files: Files) -> None:
    author = {
        "handle": "@a@example.org",
        "bio": "Fernwick Party member since 2015",
        "created_at": "2016-01-01T00:00:00Z",
    }
    found = answer(files, text=ABUSE, author=author)
    assert found["affiliation"]["claim"] == "member"
    assert found["affiliation"]["confidence"] > 0.5
    assert any("since 2015" in evidence for evidence in found["affiliation"]["evidence"])
    assert found["response"].endswith("in-group")
    assert not answer(files, text=ABUSE)["response"].endswith("in-group")


def test_order_is_kept_and_each_line_has_its_answer(files: Files) -> None:
    lines = [{"id": str(n), "text": [ABUSE, FAIR, THREAT][n % 3]} for n in range(60)]
    found = judged(files, *lines)
    assert [entry["id"] for entry, _ in found] == [line["id"] for line in lines]


@pytest.mark.parametrize("line_id", ["7", 7, "", "é 😀", 2**70, -1, "1.5", "x" * 1000])
def test_id_comes_back_as_it_was(files: Files, line_id: str | int) -> None:
    assert answer(files, id=line_id, text="x")["id"] == line_id


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"{", "cut off"),
        (b"nonsense", "not JSON"),
        (b'"text"', "expected keys and values in { }, found text"),
        (b"[]", "found a list"),
        (b'{"id": "1"}', "“text” is missing"),
        (b'{"text": "x"}', "“id” is missing"),
        (b'{"id": null, "text": "x"}', "“id”: expected"),
        (b'{"id": true, "text": "x"}', "“id”: expected"),
        (b'{"id": "1", "text": 5}', "“text”: expected text"),
        (b'{"id": "1", "text": "x", "author": "sam"}', "“author”: expected keys"),
        (b'{"id": "1", "text": "x", "created_at": "yesterday"}', "“created_at”: expected a time such as"),
        (b'{"id": "1", "text": "\xff"}', "not in UTF-8"),
        (b'{"id": "1", "text": "\\ud83d"}', "half of a character"),
        (b'{"id": "1", "text": "x"} {"id": "2", "text": "y"}', "a line of its own"),
        (b'{"id": "1", "text": "x", "created_at": "0001-01-01T00:00:00+14:00"}', "out of range"),
        (b'{"id": "1", "text": "x", "extra": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "brackets within brackets"),
    ],
)
def test_line_that_is_not_valid_gets_an_error_in_its_place(files: Files, raw: bytes, says: str) -> None:
    good = {"id": "g", "text": FAIR}
    found = judged(files, good, raw, good)
    assert [entry["id"] for entry, _ in found] == ["g", None, "g"]
    assert [valid for _, valid in found] == [True, False, True]
    assert found[1][0]["error"].startswith("line 2: ")
    assert says in found[1][0]["error"]


def test_a_line_without_end_gets_an_error_in_its_place_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = json.dumps({"id": "g", "text": FAIR}).encode()
    longest = b'{"id": "l", "text": ""}'.ljust(LONGEST)
    (tmp_path / "long.jsonl").write_bytes(b"\n".join([good, longest, longest + b" ", b"x" * (3 * LONGEST), good, b""]))
    with (tmp_path / "long.jsonl").open("rb") as file:
        answers = judge_files([file], write_files(tmp_path), workers=1)
        found = b"".join(answer.lines for answer in answers).splitlines()
    said = [json.loads(line) for line in found]
    assert [line["id"] for line in said] == ["g", "l", None, None, "g"]
    assert [line["error"] for line in said[2:4]] == [f"line {n}: longer than 1 MB; that is no mention" for n in (3, 4)]


def test_error_counts_lines_as_an_editor_does_empty_ones_too(files: Files) -> None:
    found = judged(files, b"\n", {"id": "1", "text": "x"}, b"   \r\n", b"oops\n")
    assert len(found) == 2
    assert found[1][0]["error"].startswith("line 4: ")


def test_unknown_keys_are_passed_over(files: Files) -> None:
    line = {"text": ABUSE, "likes": 7, "author": {"handle": "@a@b.example", "verified": True}, "raw": {"deep": [1, {}]}}
    assert answer(files, **line)["verdict"] == "respond"


def test_no_input_gives_no_output(files: Files) -> None:
    assert judged(files) == []
    assert judged(files, b"", b"\n", b" \t\r\n") == []


def test_mark_of_byte_order_before_the_first_line_is_no_mistake(files: Files) -> None:
    assert judged(files, b'\xef\xbb\xbf{"id": "1", "text": "x"}\r\n')[0][1]


@pytest.mark.parametrize(
    "before",
    [
        "",
        "😀 ",
        "👩‍👩‍👧‍👦🏳️‍🌈 ",
        "e\u0301a\u0308\u0323 ",
        "\u05e9\u05dc\u05d5\u05dd \u0639\u0644\u064a\u0643\u0645 ",
        "\u202eabc\u202c ",
        "\ufb01 \ufdfa ",
        "\u0130stanbul ",
        "\u200b\u2060 ",
        "\x00 ",
    ],
)
def test_places_count_characters_of_the_original_text(files: Files, before: str) -> None:
    text = f"{before}you florp 😀"
    [match] = answer(files, text=text)["matches"]
    assert text[match["start"] : match["end"]] == match["text"] == "florp"
    assert match["start"] == len(before) + 4


@pytest.mark.parametrize("field", ["content_warning", "display_name"])
def test_match_elsewhere_names_its_field(files: Files, field: str) -> None:
    words = "what a florp you are"
    line = {"author": {"handle": "@a@b.example", "display_name": words}} if field == "display_name" else {field: words}
    matches = answer(files, text="you florp", **line)["matches"]
    assert "text" in {match["field"] for match in matches}
    for match in matches:
        text = "you florp" if match["field"] == "text" else words
        assert text[match["start"] : match["end"]] == match["text"]


@pytest.mark.parametrize("text", ["a" * 65_536, "a " * 32_768, "😀" * 16_384, "\u0301" * 32_768, "florp " * 10_923])
def test_text_of_64_kb_is_judged_like_any_other(files: Files, text: str) -> None:
    found = answer(files, text=text)
    assert found["abusive"] == ("florp" in text)
    assert all(text[match["start"] : match["end"]] == match["text"] for match in found["matches"])


def test_language_without_a_pack_is_never_answered(files: Files) -> None:
    found = answer(files, text="Jij florp, dit is een heel slecht besluit voor ons allemaal.", lang="nl")
    assert found["verdict"] != "respond"
    assert found["response"] is None


def test_everything_that_a_line_may_hold_is_taken(files: Files) -> None:
    found = answer(
        files,
        text=ABUSE,
        platform="mastodon",
        lang="en",
        content_warning="politics",
        created_at="2026-11-20T10:00:00Z",
        author={
            "handle": "@a@example.org",
            "display_name": "A",
            "bio": "",
            "created_at": "2020-01-01T00:00:00",
            "followers": 12,
        },
        mentions=["@leader@fernwick.example"],
        in_reply_to={"author": "@leader@fernwick.example", "text": "Tonight we voted."},
    )
    assert found["target"]["handle"] == "@leader@fernwick.example"


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60), insulted=st.booleans())
@settings(max_examples=150)
def test_any_text_gets_an_answer_whose_matches_lie_in_it(files: Files, text: str, insulted: bool) -> None:  # noqa: FBT001  Hypothesis
    said = f"{text} you florp" if insulted else text
    found = answer(files, text=said)
    assert list(found) == KEYS
    for match in found["matches"]:
        assert 0 <= match["start"] < match["end"] <= len(said)
        assert said[match["start"] : match["end"]] == match["text"]


@given(raw=st.binary(max_size=80))
@settings(max_examples=150)
def test_any_bytes_get_one_line_of_json(files: Files, raw: bytes) -> None:
    line = raw.replace(b"\n", b" ")
    found = judged(files, line)
    assert len(found) == bool(line.strip())


def test_explaining_shows_every_step_and_ends_with_the_verdict(files: Files) -> None:
    explanation = explain_text(ABUSE, files.rulebook, account="party")
    assert {tried.rule.id for tried in explanation.tried} == {"made-up-insult"}
    assert explanation.verdict.kind == "respond"


def test_large_files_are_judged_by_several_processes_as_by_one(tmp_path: Path) -> None:
    config_file = write_files(tmp_path)
    lines = [
        b'{"id": %d, "text": "%s, says %d"}\n' % (n, [b"you florp", b"a fair word"][n % 2], n) for n in range(30_000)
    ]
    lines[29_000] = b"oops\n"
    (tmp_path / "large.jsonl").write_bytes(b"".join(lines))
    (tmp_path / "small.jsonl").write_bytes(b"\n{}\n")
    found = []
    for workers in (1, 2):
        with (tmp_path / "large.jsonl").open("rb") as large, (tmp_path / "small.jsonl").open("rb") as small:
            answers = list(judge_files([large, small], config_file, workers=workers))
        assert [answer.valid for answer in answers[-2:]] == [True, False]
        found.append(b"".join(answer.lines for answer in answers).splitlines())
    assert found[0] == found[1]
    assert [json.loads(line)["id"] for line in found[0][:29_000]] == list(range(29_000))
    assert json.loads(found[0][29_000])["error"].startswith("line 29001: ")
    assert json.loads(found[0][-1])["error"].startswith("line 2: ")
