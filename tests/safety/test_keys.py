"""A key is taken from the variable that is named, and a bot that is to encrypt never begins without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.app import CannotStartError, open_store
from bot.files import Files
from bot.safety.keys import vault_of
from bot.vault import BadKeyError, CannotOpenError, new_key
from tests.fakes.office import write_files

if TYPE_CHECKING:
    from pathlib import Path


def files_in(folder: Path) -> Files:
    return Files.open(write_files(folder, evidence={"key_env": "EVIDENCE_KEY"}))


def test_several_keys_stand_in_one_variable_the_newest_first(tmp_path: Path) -> None:
    settings, old, new = files_in(tmp_path).config, new_key(), new_key()
    kept = vault_of(settings, {"EVIDENCE_KEY": old}).seal(b"x")
    assert vault_of(settings, {"EVIDENCE_KEY": f"{new} {old}\n"}).open(kept) == b"x"
    assert vault_of(settings, {"EVIDENCE_KEY": f"{new},{old}"}).open(kept) == b"x"


@pytest.mark.parametrize("content", ["", "  ", "not a key"])
def test_a_named_variable_without_a_key_is_told_by_name(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadKeyError, match="EVIDENCE_KEY"):
        vault_of(files_in(tmp_path).config, {"EVIDENCE_KEY": content})


def test_without_a_name_nothing_is_encrypted(files: Files) -> None:
    assert not vault_of(files.config, {}).encrypts


async def test_the_bot_does_not_begin_without_its_key_and_a_command_only_cannot_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = files_in(tmp_path)
    monkeypatch.delenv("EVIDENCE_KEY", raising=False)
    with pytest.raises(CannotStartError, match="EVIDENCE_KEY is not set"):
        open_store(files, exclusive=True)
    store = open_store(files, exclusive=False)
    await store.pause("all", actor="mara")
    assert await store.paused()
    with pytest.raises(CannotOpenError, match="EVIDENCE_KEY is not set"):
        store._db.vault.seal(b"x")  # noqa: SLF001  what a capture would do
    await store.close()
