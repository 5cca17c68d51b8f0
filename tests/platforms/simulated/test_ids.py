from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.simulated.ids import IdStyle, LocalIds

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@given(
    style=st.sampled_from(["snowflake", "ulid"]),
    steps=st.lists(st.integers(0, 3), max_size=60),
)
def test_later_ids_sort_after_earlier_ones_and_none_comes_twice(style: IdStyle, steps: list[int]) -> None:
    ids, moment, made = LocalIds(style), NOON, []
    for step in steps:
        moment += timedelta(milliseconds=step)
        made.append(ids.at(moment))
    assert sorted(made, key=ids.order) == made
    assert len(set(made)) == len(made)


def test_ulids_sort_as_text() -> None:
    ids = LocalIds("ulid")
    made = [ids.at(NOON + timedelta(seconds=second)) for second in range(20)]
    assert sorted(made) == made
    assert {len(one) for one in made} == {26}


def test_thousands_in_one_millisecond_are_all_different() -> None:
    ids = LocalIds()
    made = {ids.at(NOON + timedelta(milliseconds=late)) for late in (0, 0, 0, 1) for _ in range(1500)}
    assert len(made) == 6000


def test_two_servers_of_one_world_never_make_the_same_id() -> None:
    one, other = LocalIds(salt=0), LocalIds(salt=1)
    assert not {one.at(NOON) for _ in range(900)} & {other.at(NOON) for _ in range(900)}


def test_notifications_are_numbered_across_a_change_of_length() -> None:
    ids = LocalIds()
    made = [ids.notice(NOON) for _ in range(5)]
    assert made == ["97", "98", "99", "100", "101"]
    assert sorted(made, key=ids.order) == made != sorted(made)


def test_a_cursor_that_is_no_id_comes_before_everything() -> None:
    ids = LocalIds()
    assert ids.order("rubbish") < ids.order(ids.at(NOON))
