from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.lab.opening import DAMAGES, damage, opened, size

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.conftest import Wrote

WORDS = b"some words\n" * 5_000


@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.csv", bytes), ("a.CSV.GZ", gzip.compress), ("a.csv.bz2", bz2.compress), ("a.csv.xz", lzma.compress)],
)
def test_content_is_the_same_however_it_is_packed(wrote: Wrote, name: str, pack: Callable[[bytes], bytes]) -> None:
    path = wrote(name, pack(WORDS))
    with opened(path) as file:
        assert (file.stream.read(), file.suffix) == (WORDS, ".csv")
        assert file.position == size(path)


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_half_a_packed_file_gives_what_is_there_and_then_says_so(
    wrote: Wrote, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    packed = pack(b"".join(b"%d some words\n" % number for number in range(150_000)))
    path = wrote(f"a.csv.{suffix}", packed[: len(packed) * 9 // 10])
    whole: list[bytes] = []
    with opened(path) as file, pytest.raises(DAMAGES) as raised:
        whole.extend(file.stream)
    assert len(whole) > 10
    assert str(damage(file.name, 7, raised.value)).startswith(f"{path}:7: the file ends or is damaged here")


def test_file_that_is_not_there_is_said_in_words() -> None:
    with pytest.raises(FileNotFoundError) as raised, opened(Path("nowhere.csv")):
        pass
    assert str(damage("nowhere.csv", None, raised.value)) == "nowhere.csv: cannot be read: No such file or directory"
    assert size(Path("nowhere.csv")) == 0
