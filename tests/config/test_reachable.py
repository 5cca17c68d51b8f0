"""What can be read of a broken configuration: enough to tell people that it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Reach, reach

EXAMPLE = Path(__file__).parents[2] / "config.yaml"
WHOLE = Reach(
    token_env="TELEGRAM_TOKEN",
    chats=(-1001000000001, -1001000000002),
    console_port=8311,
    public_url=None,
    health_port=8310,
)


def changed(folder: Path, before: str, after: str) -> Reach | None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert before in text
    (folder / "config.yaml").write_text(text.replace(before, after), encoding="utf-8")
    return reach(folder / "config.yaml")


def test_all_of_it_is_known_from_a_whole_file() -> None:
    assert reach(EXAMPLE) == WHOLE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("mode: dry_run", "mode: dry_rum"),
        ("mode: dry_run", "mode: [dry_run"),
        ("name: The Fernwick Party", 'name: "The Fernwick Party'),
        ("respond_from: 2", "\trespond_from: 2"),
        ("database: sqlite", "database sqlite"),
        ("accounts:", "accounts: *nothing"),
        ("health_port: 8310", "health_port: many"),
    ],
)
def test_mistake_elsewhere_hides_nothing(tmp_path: Path, before: str, after: str) -> None:
    assert changed(tmp_path, before, after) == WHOLE


def test_one_chat_that_is_readable_is_enough(tmp_path: Path) -> None:
    found = changed(tmp_path, "staff_chat: -1001000000001", "staff_chat: the staff")
    assert found is not None
    assert (found.token_env, found.chats) == ("TELEGRAM_TOKEN", (-1001000000002,))


@pytest.mark.parametrize("after", ["token_env: 7100000001:secret", "token_env:", "token_in: TELEGRAM_TOKEN"])
def test_without_the_name_of_the_token_no_chat_can_be_told(tmp_path: Path, after: str) -> None:
    found = changed(tmp_path, "token_env: TELEGRAM_TOKEN", after)
    assert found is not None
    assert found.token_env is None
    assert "secret" not in repr(found)


def test_console_that_is_switched_off_stays_closed(tmp_path: Path) -> None:
    found = changed(tmp_path, "enabled: true", "enabled: false")
    assert found is not None
    assert found.console_port is None


@pytest.mark.parametrize("text", ["", "Dear colleagues,\nplease find attached.\n", "buses: 12\n"])
def test_what_is_no_configuration_reaches_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    assert reach(tmp_path / "config.yaml") is None
    assert reach(tmp_path / "nowhere.yaml") is None
    assert reach(tmp_path) is None
