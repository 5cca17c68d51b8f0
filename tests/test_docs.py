"""The documents, held against the program: what they show exists, what they quote is said, links lead somewhere."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from functools import cache
from pathlib import Path

import click
import pytest

from bot.__main__ import main
from bot.check import SCOPES
from bot.config import Config
from bot.model import TRANSITIONS
from docs.state_diagram import README as CODE_README
from docs.state_diagram import diagram, drawn
from tests.commands.conftest import inside

PROJECT = Path(__file__).parents[1]
README = PROJECT / "README.md"
RUNNING = PROJECT / "docs" / "running.md"
DOCUMENTS = [README, CODE_README, RUNNING, PROJECT / "CHANGELOG.md"]
PICTURES = sorted((PROJECT / "docs" / "pictures").glob("*.png"))
LARGEST_PICTURE = 300_000
LONGEST_README = 300
PROGRAM = "not-in-our-name"
OUR_PLACES = re.compile(
    r"pypi|pythonhosted|npmjs|index-url|(?<![\w.:/-])/(?:work|root|home|Users|tmp|mnt)/", re.IGNORECASE
)
"""Registries, and folders of somebody's machine."""


def texts() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in DOCUMENTS]


# ── what can be typed ────────────────────────────────────────────────────────────────────────────────────────────────


def shown_commands() -> list[str]:
    """Every command of ours in a block of code or between backticks, as words after the program's name."""
    found = [
        line.split(f"{PROGRAM} ", 1)[1]
        for text in texts()
        for block in re.findall(r"```\w*\n(.*?)```", re.sub(r"(?m)^ +(?=```)", "", text), re.DOTALL)
        for line in block.splitlines()
        if line.strip().startswith((f"{PROGRAM} ", f".venv/bin/{PROGRAM} "))
    ]
    inline = re.compile(rf"`(?:docker exec bot |\.venv/bin/)?{PROGRAM} ([^`]+)`")
    return sorted({*found, *(command for text in texts() for command in inline.findall(text))})


def test_documents_show_commands() -> None:
    assert len(shown_commands()) > 15


@pytest.mark.parametrize("shown", shown_commands())
def test_every_command_shown_can_be_typed(shown: str) -> None:
    words = shlex.split(shown.partition(" > ")[0])
    command: click.Command = main
    known = {"--help", "--version"}
    while words and isinstance(command, click.Group) and words[0] in inside(command):
        command = inside(command)[words.pop(0)]
        known |= {option for parameter in command.params for option in parameter.opts}
    assert command is not main, shown
    assert not (isinstance(command, click.Group) and not command.invoke_without_command), shown
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known


def test_every_target_shown_is_in_the_makefile() -> None:
    shown = {target for text in texts() for target in re.findall(r"(?m)(?:^ *|`)make ([a-z]+)", text)}
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert shown
    assert sorted(target for target in shown if not re.search(rf"(?m)^{target}:", makefile)) == []


# ── what is quoted ───────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def said() -> str:
    """Every text in the program, one after another."""
    return "\n".join(
        node.value
        for path in sorted((PROJECT / "bot").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_every_message_of_the_table_of_troubles_is_the_programs_own() -> None:
    quoted = re.findall(r"(?m)^\| “([^”]+)” \|", RUNNING.read_text(encoding="utf-8"))
    assert len(quoted) > 10
    assert [message for message in quoted if message not in said()] == []


def test_scopes_are_those_that_check_looks_for() -> None:
    text = README.read_text(encoding="utf-8")
    watching, posting, _ = SCOPES["mastodon"]
    [watched] = re.findall(r"(?m)^ *\| is watched \| (.*) \|$", text)
    [both] = re.findall(r"(?m)^ *\| also posts replies \| (.*) \|$", text)
    assert set(re.findall(r"`([^`]+)`", watched)) == set(watching)
    assert set(re.findall(r"`([^`]+)`", both)) == {*watching, *posting}


def test_every_part_of_the_configuration_is_explained() -> None:
    explained = README.read_text(encoding="utf-8") + (PROJECT / "config.yaml").read_text(encoding="utf-8")
    assert [key for key in Config.model_fields if not re.search(rf"(?m)^{key}:|`{key}[.`]", explained)] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_setting_named_exists(path: Path) -> None:
    sections = "|".join(Config.model_fields)
    named = re.findall(rf"`(?:{sections})\.([a-z_.]+)`(?<!\.py`)", path.read_text(encoding="utf-8"))
    config = (PROJECT / "config.yaml").read_text(encoding="utf-8")
    keys = [name.rpartition(".")[2] for name in named]
    assert [key for key in keys if not re.search(rf"(?m)^ *(?:# )?{key}:", config)] == []


# ── where they point ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'src="([^"]+)"', text)]
    local = [link.partition("#")[0] for link in links if not link.startswith(("https://", "mailto:"))]
    assert [link for link in local if not (path.parent / link).exists()] == []


def test_every_file_named_beside_the_code_exists() -> None:
    text = CODE_README.read_text(encoding="utf-8")
    named = re.findall(r"`((?:[a-z_]+/)*(?:test_)?[a-z0-9_]+\.(?:py|sql|html))`", text)
    places = (PROJECT, PROJECT / "bot")
    assert len(named) > 20
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def test_every_module_is_on_the_map() -> None:
    text = CODE_README.read_text(encoding="utf-8").partition("## Map")[2].partition("## Words")[0]
    top = [path for path in (PROJECT / "bot").iterdir() if path.is_dir() or path.suffix == ".py"]
    modules = [path for path in top if path.name not in {"__pycache__", "__init__.py"}]
    assert [path.name for path in modules if f"`{path.name}{'/' if path.is_dir() else ''}`" not in text] == []


def test_no_document_names_a_registry_or_somebodys_machine() -> None:
    assert [found[0] for text in texts() for found in OUR_PLACES.finditer(text)] == []


def test_users_can_read_the_front_page_to_its_end() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= LONGEST_README


# ── the pictures, the diagram, the libraries ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_every_picture_is_a_small_png(picture: Path) -> None:
    assert picture.read_bytes().startswith(b"\x89PNG\r\n")
    assert picture.stat().st_size <= LARGEST_PICTURE


def test_there_are_pictures_and_each_shown_one_says_in_words_what_it_shows() -> None:
    shown = re.findall(r"!\[([^\]]*)\]\(docs/pictures/|alt=\"([^\"]*)\"", README.read_text(encoding="utf-8"))
    assert len(PICTURES) > 4
    assert len(shown) > 2
    assert all(len(alt or other) > 20 for alt, other in shown)


def test_diagram_is_drawn_from_the_table_as_it_is() -> None:
    text = CODE_README.read_text(encoding="utf-8")
    assert drawn(text) == text
    assert all(f" {state} --> {after} : " in diagram() for (state, _), after in TRANSITIONS.items())


def test_every_library_is_there_for_a_reason() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    text = CODE_README.read_text(encoding="utf-8").partition("## Libraries")[2].partition("\n## ")[0]
    reasons = dict(re.findall(r"(?m)^- \*\*([a-z0-9-]+)\*\*: (.{20,})", text))
    wanted = {re.split(r"[^A-Za-z0-9-]", line)[0] for line in project["project"]["dependencies"]}
    assert reasons.keys() == wanted
    tools = {re.split(r"[^A-Za-z0-9-]", line)[0] for line in project["dependency-groups"]["dev"]}
    besides = {tool for tool in tools if not tool.startswith(("pytest-", "types-"))}
    assert sorted(tool for tool in besides if tool not in text) == []
