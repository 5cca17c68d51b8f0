from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.config import WEEKDAYS, Shift
from bot.rota import Rota
from bot.safety.relief import Watch, watch
from bot.store import Unfinished

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def shift(start: str, end: str, *people: str) -> Shift:
    times = {"start": time.fromisoformat(start), "end": time.fromisoformat(end)}
    return Shift.model_validate({"days": WEEKDAYS, **times, "people": people})


ROTA = Rota((shift("06:00", "18:00", "uma"), shift("18:00", "06:00", "nadia")), "UTC")


def at(hour: float) -> datetime:
    return MONDAY + timedelta(hours=hour)


def case(since: float, held_by: str | None = None) -> Unfinished:
    return Unfinished(case_id=f"c{since}", since=at(since), acknowledged_by=held_by)


def test_where_nothing_is_left_the_next_shift_is_on_alone() -> None:
    assert watch(ROTA, at(19), [], None) == Watch(on=("nadia",))
    assert watch(ROTA, at(19), [case(18.5)], None) == Watch(on=("nadia",))


def test_whoever_had_the_last_shift_stays_on_until_the_next_has_it() -> None:
    found = watch(ROTA, at(18), [case(17), case(18)], None)
    assert found == Watch(on=("nadia", "uma"), staying=("uma",), began=at(18), left=("c17",))
    assert found.may_take("nadia")
    assert not found.may_take("uma")
    assert watch(ROTA, at(18), [case(17)], at(18)) == Watch(on=("nadia",))


def test_who_was_never_relieved_stays_on_over_more_than_one_shift() -> None:
    three = Rota(
        (shift("06:00", "12:00", "uma"), shift("12:00", "18:00", "sofia"), shift("18:00", "06:00", "nadia")), "UTC"
    )
    assert watch(three, at(19), [case(11)], None).staying == ("uma", "sofia")
    assert watch(three, at(19), [case(11)], at(12)).staying == ("sofia",)
    assert watch(three, at(19), [case(11)], at(18)).staying == ()


def test_one_who_goes_on_alone_takes_over_from_the_one_who_leaves() -> None:
    both = Rota((shift("06:00", "12:00", "uma"), shift("06:00", "06:00", "nadia")), "UTC")
    assert watch(both, at(11), [case(10, "uma")], at(6)) == Watch(on=("uma", "nadia"))
    found = watch(both, at(13), [case(10, "uma")], at(6))
    assert (found.staying, found.began, found.may_take("nadia")) == (("uma",), at(12), True)


def test_one_person_with_every_shift_hands_nothing_to_themselves() -> None:
    alone = Rota((shift("00:00", "00:00", "nadia"),), "UTC")
    assert watch(alone, at(30), [case(1)], None) == Watch(on=("nadia",))


def test_without_a_rota_there_is_nobody_to_be_relieved() -> None:
    assert watch(Rota((), "UTC"), at(1), [case(0)], None) == Watch(on=())


def test_what_is_left_for_weeks_keeps_nobody_on_who_left_in_another_week() -> None:
    once = Rota((shift("06:00", "06:00", "nadia"),), "UTC")
    assert watch(once, at(0), [case(-24 * 30)], None).staying == ()


@given(since=st.lists(st.floats(-40, 40), max_size=5), now=st.floats(0, 40), taken=st.none() | st.floats(-40, 40))
def test_whoever_the_rota_names_is_always_on_and_somebody_can_always_take_over(
    since: list[float], now: float, taken: float | None
) -> None:
    left = [case(each) for each in sorted(since) if each <= now]
    found = watch(ROTA, at(now), left, None if taken is None else at(taken))
    assert set(ROTA.on(at(now))) <= set(found.on)
    assert (found.began is None) == (found.staying == ()) == (found.left == ())
    assert found.began is None or any(found.may_take(person) for person in found.on)
    if found.began is not None:
        assert watch(ROTA, at(now), left, found.began) == Watch(on=ROTA.on(at(now)))
