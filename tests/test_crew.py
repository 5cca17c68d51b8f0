"""Work spread over processes comes back in order, fails where it failed, and holds no more than it must."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crew import WorkerFailedError, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]


class UnpicklableError(Exception):
    """Takes two arguments and remembers one."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(f"{what} in {where}")


def doubling(factor: int = 2) -> Callable[[int], tuple[int, int]]:
    """Answers with the product and its process; some numbers are refused."""

    def work(number: int) -> tuple[int, int]:
        if number < 0:
            raise ValueError(f"{number} is less than nothing")
        if number == 1313:
            raise UnpicklableError("bad luck", "the shed")
        if number == 9999:
            os.kill(os.getpid(), signal.SIGKILL)
        return number * factor, os.getpid()

    return work


def failing_to_build() -> Callable[[int], int]:
    raise UnpicklableError("no tools", "the shed")


@pytest.mark.parametrize("workers", [1, 3])
def test_results_come_in_the_order_of_the_batches(workers: int) -> None:
    found = list(in_order(range(50), partial(doubling, 3), workers=workers))
    assert [number for number, _ in found] == [number * 3 for number in range(50)]
    assert ({pid for _, pid in found} == {os.getpid()}) is (workers == 1)


@given(batches=st.lists(st.none() | st.integers(0, 9)), alone=st.integers(0, 3))
def test_pauses_change_no_result(batches: list[int | None], alone: int) -> None:
    found = list(in_order(batches, doubling, workers=1, alone=alone))
    assert [number for number, _ in found] == [number * 2 for number in batches if number is not None]


def test_the_first_after_a_pause_are_done_here_and_before_it_all_is_answered() -> None:
    given_out: list[int | None] = [1, 2, 3, None, 4, 5, None, 6]
    answered: list[int] = []

    def batches() -> Iterator[int | None]:
        so_far = 0
        for batch in given_out:
            yield batch
            so_far += batch is not None
            assert batch is not None or len(answered) == so_far

    here = []
    for number, pid in in_order(batches(), doubling, workers=2, alone=1):
        answered.append(number)
        here.append(pid == os.getpid())
    assert answered == [2, 4, 6, 8, 10, 12]
    assert here == [True, False, False, True, False, True]


def test_no_more_is_read_than_a_few_batches_ahead() -> None:
    read = 0

    def batches() -> Iterator[int]:
        nonlocal read
        while read < 100:
            read += 1
            yield read

    with closing(in_order(batches(), doubling, workers=2, ahead=3)) as found:
        for count, _ in enumerate(found, start=1):
            assert read <= count + 6
            if count == 20:
                break


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_worker_raises_is_raised_in_its_place(workers: int) -> None:
    with closing(in_order([1, 2, -3, 4], doubling, workers=workers)) as found:
        assert [next(found)[0], next(found)[0]] == [2, 4]
        with pytest.raises(ValueError, match="-3 is less"):
            next(found)


def test_an_exception_that_cannot_cross_is_told_in_words() -> None:
    with pytest.raises(WorkerFailedError, match="UnpicklableError: bad luck in the shed"):
        list(in_order([1313], doubling, workers=2))
    with pytest.raises(WorkerFailedError, match="no tools"):
        list(in_order([1], failing_to_build, workers=2))


def test_a_worker_that_was_killed_is_told() -> None:
    with pytest.raises(BrokenProcessPool):
        list(in_order([1, 9999], doubling, workers=2))


def test_leaving_early_leaves_no_process_behind() -> None:
    with closing(in_order(range(1000), doubling, workers=2)) as found:
        next(found)
    assert not multiprocessing.active_children()


def test_workers_end_with_a_process_that_was_killed() -> None:
    script = (
        "from tests.test_crew import doubling; from bot.crew import in_order; import os, signal, sys\n"
        "found = in_order(iter(range(9)), doubling, workers=1 + 1)\n"
        "print(next(found)[1], flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # The workers hold the other end of its output: it is read to its end only when they are gone too.
    ended = subprocess.run(  # noqa: S603  our own script
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, timeout=60, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert int(ended.stdout) > 0
