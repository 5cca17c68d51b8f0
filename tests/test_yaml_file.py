from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.yaml_file import BadFile, Problem, listed, nearest, parse, read, sections, spell

if TYPE_CHECKING:
    from pathlib import Path


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


def _loud(text: str) -> str:
    if text != text.upper():
        raise ValueError(f"expected capitals, not {text}")
    return text


class Lamp(Strict):
    name: Annotated[str, Field(min_length=1)]
    state: Literal["on", "off", "dim"] = "off"
    colour: Colour = Colour.RED
    watts: Annotated[int, Field(ge=1, le=100)] = 10
    token_env: Annotated[str, AfterValidator(_loud)] = "LAMP"


class Round(Strict):
    kind: Literal["round"]
    radius: int


class Square(Strict):
    kind: Literal["square"]
    side: int


class House(Strict):
    lamps: Annotated[tuple[Lamp, ...], Field(min_length=1)]
    levels: dict[Literal[1, 2], str] = {}
    opens: str = ""
    bright: bool = True
    windows: tuple[Annotated[Round | Square, Field(discriminator="kind")], ...] = ()


def problems(folder: Path, content: str | bytes) -> list[str]:
    """Every problem in the file, each as `line key: message`."""
    path = folder / "house.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadFile) as caught:
        read(path, House)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return [f"{problem.line} {problem.key}: {problem.message}" for problem in caught.value.problems]


def test_a_good_file_becomes_its_model_and_knows_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "house.yaml"
    path.write_text("lamps:\n  - name: hall\n    watts: 5\n  - name: attic\nlevels:\n  1: low\n")
    loaded = read(path, House)
    assert [lamp.name for lamp in loaded.value.lamps] == ["hall", "attic"]
    assert loaded.line("lamps", 0, "watts") == 3
    assert loaded.line("lamps", 1) == 4
    assert loaded.line("levels", 1) == 6
    assert loaded.line("lamps", 1, "watts") == 4, "what is not there has the line of what is around it"
    assert loaded.problem("lamps", 0, "watts", message="too dim") == Problem(str(path), 3, "lamps[0].watts", "too dim")


def test_a_problem_reads_as_file_line_key_and_message() -> None:
    assert (
        str(Problem("config.yaml", 12, "accounts[0].mode", "is wrong")) == "config.yaml:12: accounts[0].mode: is wrong"
    )
    assert str(Problem("config.yaml", None, "", "is missing")) == "config.yaml: is missing"


def test_every_mistake_is_named_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "lamps:\n  - nmae: hall\n    watts: 200\n  - name: ''\n    watts: bright\n    state: dimm\n"
        "levels:\n  3: high\nbright: [1]\nopens: 7\nlamp: 1\n",
    )
    assert found == [
        "2 lamps[0].name: is missing",
        "2 lamps[0].nmae: is not known here; did you mean “name”?",
        "3 lamps[0].watts: expected 100 or less",
        "4 lamps[1].name: is empty",
        "5 lamps[1].watts: expected a whole number",
        "6 lamps[1].state: expected on, off or dim; did you mean “dim”?",
        "8 levels[3]: expected 1 or 2",
        "9 bright: expected true or false",
        "10 opens: expected text (put it in quotes)",
        "11 lamp: is not known here; did you mean “lamps”?",
    ]


def test_an_unknown_key_far_from_any_is_answered_with_those_that_are_known(tmp_path: Path) -> None:
    assert problems(tmp_path, "lamps: [{name: a, zzzz: 1}]") == [
        "1 lamps[0].zzzz: is not known here; known are colour, name, state, token_env or watts"
    ]


def test_the_member_of_a_union_is_not_shown_as_a_key(tmp_path: Path) -> None:
    assert problems(tmp_path, "lamps: [{name: a}]\nwindows:\n  - kind: round\n    radios: 1\n  - kind: oval\n") == [
        "3 windows[0].radius: is missing",
        "4 windows[0].radios: is not known here; did you mean “radius”?",
        "5 windows[1]: expected one of 'round', 'square'",
    ]


def test_a_key_that_stands_twice_is_refused_wherever_it_is(tmp_path: Path) -> None:
    assert problems(tmp_path, "lamps:\n  - name: a\n    name: b\nopens: x\nopens: y\n") == [
        "3 lamps[0].name: stands here a second time; it is already on line 2",
        "5 opens: stands here a second time; it is already on line 4",
    ]


def test_words_and_hours_are_not_turned_into_something_else(tmp_path: Path) -> None:
    path = tmp_path / "house.yaml"
    path.write_text("lamps: [{name: no, state: off}, {name: 2026-11-20, state: on}, {name: 0x10}]\nopens: 22:00\n")
    house = read(path, House).value
    assert [lamp.name for lamp in house.lamps] == ["no", "2026-11-20", "0x10"]
    assert [lamp.state for lamp in house.lamps] == ["off", "on", "off"]
    assert house.opens == "22:00"


def test_anchors_and_merges_are_welcome(tmp_path: Path) -> None:
    path = tmp_path / "house.yaml"
    path.write_text("lamps:\n  - &hall {name: hall, watts: 5}\n  - <<: *hall\n    name: attic\n")
    loaded = read(path, House)
    assert loaded.value.lamps[1] == Lamp(name="attic", watts=5)
    assert loaded.line("lamps", 1, "name") == 4


NOT_OF_ITS_KIND = "a value is not of the kind that stands before it with “!!”; take the “!!…” away"
TAGGED = (b'bool "x"', b'int ""', b'float ""', b'timestamp "x"', b'float "' + b"1:" * 900 + b'1"')


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "None : the file is empty"),
        (b"# only a note\n", "None : the file is empty"),
        (b"- 1\n", "1 : expected keys with values below it"),
        (b"opens: caf\xe9\n", "1 : not in UTF-8; save the file with that encoding"),
        (b"lamps:\n\t- name: a\n", "2 : a tab; YAML is indented with spaces"),
        (b"opens: x\nlamps: @a@b.example\n", "2 : text that begins with @ must stand in quotes"),
        (b"opens: [1\nlamps: 2\n", "2 : the list in [ ] that begins on line 1 lacks a comma, or its ]"),
        (b"opens: 1\n---\nopens: 2\n", "2 : not readable as YAML: but found another document"),
        (b"opens: \x00\n", "1 : a character that YAML does not allow"),
        (b"opens: *nothing\n", "1 : text that begins with * must stand in quotes"),
        (b"opens: &a [*a]\n", "1 : an alias (*name) contains itself"),
        (b"opens: " + b"[" * 60 + b"]" * 60, "1 : nested more than 50 deep"),
        (b"[" * 200_000, "1 : nested more than 50 deep"),
        *((b"opens: !!%s\n" % text, f"None : {NOT_OF_ITS_KIND}") for text in TAGGED),
    ],
)
def test_what_is_not_readable_is_said_plainly(tmp_path: Path, content: bytes, problem: str) -> None:
    assert problems(tmp_path, content) == [problem]


def test_aliases_that_unfold_without_end_are_refused(tmp_path: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]" for old, new in zip("abcdef", "bcdefg", strict=True)]
    assert problems(tmp_path, "\n".join(lines)) == ["1 : its aliases (*name) unfold to more than a million entries"]


def test_an_entry_that_became_a_note_is_told_what_it_wants(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "lamps:\n  - {name: a}\n  - # hall\n")
    assert found.startswith("3 lamps[1]: has no value;")
    assert found.endswith("text that begins with # must stand in quotes")


def test_no_object_of_python_is_ever_made(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "opens: !!python/object/apply:os.getcwd []\n")
    assert found == "1 : text that begins with ! must stand in quotes"


def test_a_missing_file_and_a_folder_are_problems_too(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"none\.yaml: cannot be read: No such file"):
        read(tmp_path / "none.yaml", House)
    with pytest.raises(BadFile, match="is a folder; a text file is expected here"):
        read(tmp_path, House)


def test_a_pipe_is_a_problem_and_nothing_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(BadFile, match=r"pipe\.yaml: is no file that can be read to its end"):
        read(tmp_path / "pipe.yaml", House)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_bytes(b"\xef\xbb\xbflamps: [{name: a}]\r\nopens: x\r\n")
    assert read(tmp_path / "house.yaml", House).value.opens == "x"


def test_a_token_pasted_into_token_env_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "lamps:\n  - name: a\n    token_env: hunter2-and-more\n")
    assert found == "3 lamps[0].token_env: expected capitals, not …"


@settings(max_examples=60, deadline=None)
@given(
    key=st.sampled_from(["name", "state", "colour", "watts", "token_env", "zzz"]),
    value=st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=12, max_size=30),
)
def test_no_value_of_a_file_ever_stands_in_a_message(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: str
) -> None:
    path = tmp_path_factory.mktemp("house") / "house.yaml"
    path.write_text(yaml.safe_dump({"lamps": [{key: f"Z{value}"}], "opens": [f"Z{value}"]}))
    with pytest.raises(BadFile) as caught:
        read(path, House)
    assert value not in str(caught.value).replace(str(path), "")


@settings(max_examples=150, deadline=None)
@given(content=st.one_of(st.binary(max_size=200), st.text("ab:-[]{}&*!|>'\"# \n\t@%<?,", max_size=60).map(str.encode)))
def test_whatever_the_file_holds_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.yaml"
    path.write_bytes(content)
    try:
        parse(path)
    except BadFile as bad:
        assert bad.problems  # noqa: PT017  either outcome is right; what must not happen is any other error


def test_places_and_choices_are_spelt_for_people() -> None:
    assert spell(("accounts", 0, "mode")) == "accounts[0].mode"
    assert listed(["a", "b", "c"]) == "a, b or c"
    assert not listed([])
    assert nearest("mdoe", ["mode", "id"]) == "; did you mean “mode”?"
    assert not nearest("zzz", ["mode", "id"])


def test_sections_of_a_broken_file_are_read_each_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text('party:\n  name: "Fern\ndesks:\n  a: 1\nparty_names: [x\nserver: {port: 2}\n', encoding="utf-8")
    assert sections(path) == {"desks": {"a": 1}, "server": {"port": 2}}


def test_sections_of_what_is_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile, match="UTF-8"):
        sections(tmp_path / "config.yaml")
