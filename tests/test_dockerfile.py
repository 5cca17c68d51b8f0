from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.docker_steps import PROJECT, Rehearsal, Step, steps_of

if TYPE_CHECKING:
    from pathlib import Path

STEPS = steps_of(PROJECT / "Dockerfile")
LAST = max(step.stage for step in STEPS)


def last(verb: str) -> Step:
    """The instruction of the stage that becomes the image."""
    (found,) = (step for step in STEPS if step.stage == LAST and step.verb == verb)
    return found


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps a file of the top folder out of the build."""
    lines = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    return f"!{path.split('/', maxsplit=1)[0]}" not in lines


def test_what_builds_is_not_what_runs() -> None:
    assert LAST == 1
    assert [step.rest for step in STEPS if step.verb == "COPY" and "--from=build" in step.flags] == [
        "/opt/bot /opt/bot"
    ]


def test_the_base_is_one_exact_version_in_every_stage() -> None:
    (base,) = (step.rest for step in STEPS if step.verb == "ARG")
    assert re.fullmatch(r"PYTHON=python:3\.\d+\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?", base)
    assert {step.rest.split(" ")[0] for step in STEPS if step.verb == "FROM"} == {"${PYTHON}"}


def test_everything_that_is_copied_exists_and_reaches_the_build() -> None:
    copied = [step.rest.split()[:-1] for step in STEPS if step.verb == "COPY" and "--from=build" not in step.flags]
    for source in (name for names in copied for name in names):
        assert (PROJECT / source).exists(), source
        assert not ignored(source), source


@pytest.mark.parametrize("name", [".env", ".git", ".venv", "bot.db", "tokens.env", "tests", "server.json"])
def test_nothing_private_reaches_the_build(name: str) -> None:
    assert ignored(name)


def test_every_package_is_installed_by_its_hash_and_ourselves_without_asking_anyone() -> None:
    installs = [step.rest for step in STEPS if "pip install" in step.rest]
    assert installs
    for command in installs:
        assert "--no-deps" in command
        assert "--require-hashes" in command or "--no-index" in command


def test_it_runs_as_a_user_who_is_not_root() -> None:
    user = last("USER").rest.split(":")
    assert all(part.isdecimal() and int(part) > 0 for part in user)
    order = [step.verb for step in STEPS if step.stage == LAST]
    assert "RUN" not in order[order.index("USER") :], "nothing is done after that which would need more rights"


def test_all_data_lies_in_one_volume_where_it_starts() -> None:
    assert last("VOLUME").rest == "/data"
    assert last("WORKDIR").rest == "/data"
    owned = [step for step in STEPS if step.stage == LAST and step.verb == "COPY" and "--from=build" not in step.flags]
    assert [step.rest for step in owned] == ["config.yaml /data/config.yaml", "responses /data/responses"]
    assert all(f"--chown={last('USER').rest}" in step.flags for step in owned)


def test_nothing_is_written_outside_the_volume_so_that_the_root_can_be_read_only() -> None:
    environment = dict(word.split("=", 1) for word in last("ENV").rest.split())
    assert environment["TMPDIR"] == "/data"
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1"


def test_its_health_is_asked_at_the_port_of_the_shipped_configuration() -> None:
    check = last("HEALTHCHECK").rest
    (command,) = re.findall(r"CMD (\[.*\])$", check)
    assert "/readyz" in json.loads(command)[-1]
    compile(json.loads(command)[-1], "HEALTHCHECK", "exec")
    (port,) = re.findall(r"HEALTH_PORT=(\d+)", last("ENV").rest)
    assert f"health_port: {port}" in (PROJECT / "config.yaml").read_text(encoding="utf-8")


def test_it_starts_the_bot_itself_so_that_a_stop_reaches_it() -> None:
    assert json.loads(last("ENTRYPOINT").rest) == ["not-in-our-name"]
    assert json.loads(last("CMD").rest) == ["run"]


def test_no_secret_stands_in_the_dockerfile() -> None:
    text = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    assert not re.search(r"(?i)(token|secret|password)\s*=", text)


def test_a_dockerfile_is_read_with_its_continued_lines_and_flags(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        "# note\nARG X=1\nFROM a AS b\nRUN one \\\n  # why\n  two\nCOPY --from=b --x /c /d\n"
    )
    assert steps_of(tmp_path / "Dockerfile") == [
        Step(-1, "ARG", (), "X=1"),
        Step(0, "FROM", (), "a AS b"),
        Step(0, "RUN", (), "one two"),
        Step(0, "COPY", ("--from=b", "--x"), "/c /d"),
    ]


def test_a_rehearsal_keeps_to_its_own_folder(tmp_path: Path) -> None:
    rehearsal = Rehearsal(tmp_path)
    assert rehearsal.here("/opt/a/pip -r b.lock /data") == f"{tmp_path}/opt/a/pip -r b.lock {tmp_path}/data"
    assert rehearsal.here("sed '/^x/,/opt/p' http://h/data /usr/bin") == "sed '/^x/,/opt/p' http://h/data /usr/bin"
