"""What is remembered of an erasure recognises who was erased, to whoever holds the key, and tells nobody else."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot import config
from bot.privacy.memory import BadMemoryError, Memory
from bot.store import Remembered, RememberedHold
from tests.fakes.databases import ON_POSTGRESQL
from tests.fakes.office import write_files

if TYPE_CHECKING:
    from pathlib import Path

KEY = "0123456789abcdef0123456789abcdef"


def erasure(memory: Memory, name: str = "1", *, pending: bool = False) -> Remembered:
    digests = frozenset({memory.digest("al@other.example")})
    return Remembered(id=name, at=datetime(2026, 11, 20, tzinfo=UTC), actor="mara", digests=digests, pending=pending)


def test_what_was_noted_is_read_again_each_as_it_was_noted_last(tmp_path: Path) -> None:
    memory = Memory(path=tmp_path / "erased")
    first = erasure(memory, pending=True)
    second = replace(erasure(memory, "2"), until=datetime(2026, 11, 22, tzinfo=UTC))
    for each in (first, second, replace(first, pending=False)):
        memory.remember(each)
    assert Memory(path=tmp_path / "erased").all() == [replace(first, pending=False), second]


def test_files_are_private_and_hold_no_name(tmp_path: Path) -> None:
    memory = Memory(path=tmp_path / "erased")
    memory.remember(erasure(memory))
    assert {stat.S_IMODE(file.stat().st_mode) for file in (memory.path, memory.key_file)} == {0o600}
    assert "other.example" not in memory.path.read_text(encoding="utf-8")


def test_nothing_is_made_before_the_first_erasure(tmp_path: Path) -> None:
    assert Memory(path=tmp_path / "erased").all() == []
    assert list(tmp_path.iterdir()) == []


def test_a_key_from_the_environment_stands_in_no_file(tmp_path: Path) -> None:
    memory = Memory(path=tmp_path / "erased", given_key=KEY, key_env="ERASURE_KEY")
    memory.remember(erasure(memory))
    assert [file.name for file in tmp_path.iterdir()] == ["erased"]
    assert KEY not in memory.path.read_text(encoding="utf-8")


def test_another_key_is_noticed_and_said_before_anybody_is_passed_over(tmp_path: Path) -> None:
    memory = Memory(path=tmp_path / "erased", given_key=KEY, key_env="ERASURE_KEY")
    memory.remember(erasure(memory))
    other = replace(memory, given_key=KEY[::-1])
    with pytest.raises(BadMemoryError, match="ERASURE_KEY does not hold the key"):
        other.all()
    with pytest.raises(BadMemoryError, match="ERASURE_KEY does not hold the key"):
        other.remember(erasure(other, "2"))


def test_a_key_that_is_gone_is_not_replaced_by_a_new_one(tmp_path: Path) -> None:
    memory = Memory(path=tmp_path / "erased")
    memory.remember(erasure(memory))
    memory.key_file.unlink()
    with pytest.raises(BadMemoryError, match="cannot be used"):
        memory.all()
    assert not memory.key_file.exists()


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    memory = Memory(path=tmp_path / "erased")
    memory.remember(erasure(memory))
    with memory.path.open("a") as file:
        file.write("{}\n")
    with pytest.raises(BadMemoryError, match="line 3"):
        memory.all()


def test_it_lies_beside_the_database_unless_it_is_named(tmp_path: Path) -> None:
    loaded = config.load(write_files(tmp_path))
    assert Memory.of(loaded, {}).path == tmp_path / ("bot.erased" if ON_POSTGRESQL else "bot.db.erased")
    named = config.load(write_files(tmp_path, privacy={"memory": "kept/erased", "key_env": "ERASURE_KEY"}))
    assert Memory.of(named, {"ERASURE_KEY": KEY}).path == tmp_path / "kept" / "erased"


def test_a_key_that_should_be_there_and_is_not_is_asked_for(tmp_path: Path) -> None:
    loaded = config.load(write_files(tmp_path, privacy={"memory": "erased", "key_env": "ERASURE_KEY"}))
    unset = Memory.of(loaded, {})
    assert unset.all() == []  # nobody was ever erased, so there is nothing that it could be needed for
    with pytest.raises(BadMemoryError, match="ERASURE_KEY"):
        unset.digest("al@other.example")
    Memory.of(loaded, {"ERASURE_KEY": KEY}).remember(erasure(Memory.of(loaded, {"ERASURE_KEY": KEY})))
    for environment in ({}, {"ERASURE_KEY": "short"}):
        with pytest.raises(BadMemoryError, match="ERASURE_KEY must hold the key"):
            Memory.of(loaded, environment)


def test_of_each_box_the_last_hold_is_remembered_and_no_erasure_is_mixed_up_with_it(tmp_path: Path) -> None:
    memory = Memory(path=tmp_path / "erased")
    gone = erasure(memory)
    first = RememberedHold(id="h1", box=memory.digest("box b1"), at=gone.at, actor="greta")
    second = replace(first, id="h2", lifted=True)
    for hold in (first, replace(first, box=memory.digest("box b2")), second):
        memory.remember_hold(hold)
    memory.remember(gone)
    assert (memory.all(), memory.holds()) == ([gone], [second, replace(first, box=memory.digest("box b2"))])
