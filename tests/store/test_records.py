"""What goes in and comes out is frozen, and named where it is made."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest

from bot.store import records

RECORDS = [thing for thing in vars(records).values() if is_dataclass(thing) and isinstance(thing, type)]


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_is_frozen_and_made_by_name(record: type) -> None:
    assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]  # dataclasses do not tell mypy of it
    assert all(part.kw_only for part in fields(record))
    assert not hasattr(record, "__dict__") or "__slots__" in vars(record)
