"""Lines come in batches, whole, numbered, and without waiting for what is not there yet."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bot.lines import LONGEST, SIZE, Batch, batches, too_long

if TYPE_CHECKING:
    from pathlib import Path


@given(
    lines=st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"")), max_size=30), ends=st.booleans()
)
def test_batches_together_are_the_file(lines: list[bytes], *, ends: bool) -> None:
    content = b"\n".join(lines) + b"\n" * ends
    assert b"".join(batch.lines for batch in batches(io.BytesIO(content)) if batch) == content


def test_each_batch_begins_with_a_line_and_knows_its_number(tmp_path: Path) -> None:
    numbers = b"".join(b"%d %s\n" % (number, b"x" * (number % 300)) for number in range(1, 5_000))
    numbers += b"5000 " + b"y" * (3 * SIZE)
    (tmp_path / "numbers").write_bytes(numbers)
    with (tmp_path / "numbers").open("rb") as file:
        found = [batch for batch in batches(file) if batch]
    assert len(found) > 5
    assert all(batch.lines.startswith(b"%d " % batch.first) for batch in found)
    assert b"".join(batch.lines for batch in found) == numbers


def test_what_is_there_is_given_before_more_is_waited_for() -> None:
    out, into = os.pipe()
    with open(out, "rb") as reader, open(into, "wb", buffering=0) as writer:  # noqa: PTH123  they have no path
        found = batches(reader)
        writer.write(b"one\ntwo\nthr")
        assert next(found) == Batch(1, b"one\ntwo\n")
        assert next(found) is None
        writer.write(b"ee\n")
        assert next(found) == Batch(3, b"three\n")
        assert next(found) is None
        writer.write(b"four")
        writer.close()
        assert [batch for batch in found if batch] == [Batch(4, b"four")]


def test_of_a_line_without_end_no_more_is_held_than_shows_it() -> None:
    written = [b"before", b"x" * LONGEST, b"y" * (LONGEST + 1), b"z" * (4 * LONGEST), b"after"]
    found = [batch for batch in batches(io.BytesIO(b"\n".join(written))) if batch]
    lines = b"".join(batch.lines for batch in found).split(b"\n")
    assert [len(line) for line in lines] == [6, LONGEST, LONGEST + 1, LONGEST + 1, 5]
    assert [too_long(line + b"\n") for line in lines] == [False, False, True, True, False]
    assert max(len(batch.lines) for batch in found) < 4 * LONGEST
