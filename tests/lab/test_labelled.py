from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.lab.labelled import Labelled, read

if TYPE_CHECKING:
    from tests.lab.conftest import Wrote


def test_labels_are_read_with_what_is_said_of_each_text(wrote: Wrote) -> None:
    path = wrote(
        "town.csv", "id,text,label,category,source,licence\na1,You florp,1,insult,hall,CC0\n,Fair,0,,,\n,Odd,1.0\n"
    )
    assert list(read([path])) == [
        Labelled("a1", "You florp", True, "insult", "hall"),  # noqa: FBT003  the columns in order
        Labelled("3", "Fair", False, "", "town"),  # noqa: FBT003
        Labelled("4", "Odd", True, "", "town"),  # noqa: FBT003
    ]


def test_label_that_is_neither_is_named_with_its_line_and_the_rest_goes_on(wrote: Wrote) -> None:
    path = wrote("town.csv", "text,label\none,maybe\ntwo,1\nthree,\n")
    first, second, third = read([path])
    assert str(first) == f"{path}:2: label: expected 0 (not abusive) or 1 (abusive), not “maybe”"
    assert isinstance(second, Labelled)
    assert str(third).startswith(f"{path}:4: label: ")


def test_file_that_is_not_there_does_not_stop_the_next(wrote: Wrote) -> None:
    missing, text = read([Path("nowhere.csv"), wrote("town.csv", "text,label\none,1\n")])
    assert str(missing).startswith("nowhere.csv: cannot be read: ")
    assert isinstance(text, Labelled)
