"""What the office prints of the ages of referrals is read as it was printed, or not at all."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ages import Ages, NoAgesError, read

TOLD = Ages(quarter="2026-Q4", acknowledgement=4, outcome=None)
days = st.none() | st.integers(0, 5000)


@given(days, days)
def test_what_was_printed_is_read_again_and_has_the_digest_of_its_bytes(acknowledgement: int, outcome: int) -> None:
    ages = Ages(quarter="2026-Q4", acknowledgement=acknowledgement, outcome=outcome)
    printed = ages.printed().encode()
    assert read(printed) == ages
    assert ages.sha256 == hashlib.sha256(printed).hexdigest()


def test_no_count_is_printed() -> None:
    """Beside the report's own counts one would give the small ones away."""
    assert set(json.loads(TOLD.printed())) == {
        "quarter",
        "least",
        "median_days_to_acknowledgement",
        "median_days_to_outcome",
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "\x00",
        "[" * 5000,
        '{"quarter": "2026-Q4"}',
        TOLD.printed().replace("2026-Q4", "2026"),
        TOLD.printed().replace("4,", "true,"),
        TOLD.printed().replace("4,", "-4,"),
        TOLD.printed().replace("4,", '"4",'),
        TOLD.printed() + " " * 5000,
    ],
)
def test_what_is_no_such_file_is_refused_with_how_one_is_made(text: str) -> None:
    with pytest.raises(NoAgesError, match=r"is not what .* prints|was changed"):
        read(text.encode())


@pytest.mark.parametrize("more", [{"received": 40}, {"received": None}])
def test_figures_with_counts_are_refused(more: dict[str, object]) -> None:
    with pytest.raises(NoAgesError, match="again without --counts"):
        read(json.dumps({**TOLD.plain(), **more}).encode())


@pytest.mark.parametrize("change", [{"least": 5}, {"note": "All is well."}])
def test_what_was_added_or_changed_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(NoAgesError, match="was changed after it was printed"):
        read(f"{json.dumps({**TOLD.plain(), **change}, indent=1)}\n".encode())
