"""Batches of work spread over processes: results come back in order, and no more is held than a few batches."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from concurrent.futures import Future
    from multiprocessing.process import BaseProcess

B = TypeVar("B")
R = TypeVar("R")

ENOUGH = 1_000_000_000


class WorkerFailedError(Exception):
    """What went wrong in a worker, in words, where the exception itself cannot cross between processes."""


def in_order(
    batches: Iterable[B | None],
    build: Callable[[], Callable[[B], R]],
    *,
    workers: int,
    ahead: int = 2,
    alone: int = 0,
) -> Generator[R, None, None]:
    """The result of each batch, in the order of the batches. Close it when it is left early.

    `build` makes what does the work, once in each process: it, batches and results must be picklable, so it is a
    function of a module, or a `functools.partial` of one. At most `ahead` batches for each worker are read before
    their turn. `None` among the batches says that no more is at hand for now: what was given is answered before the
    next is asked for. The first `alone` batches after each such pause are done in this process, and other processes
    are started only when one comes after them; with one worker none ever is. What a worker raises is raised here, in
    the place of its batch; `BrokenProcessPool` when a worker was killed.
    """
    if workers <= 1:
        alone = ENOUGH
    here = build() if alone else None
    waiting: deque[Future[R]] = deque()
    since_pause = 0
    with ExitStack() as stack:
        pool: ProcessPoolExecutor | None = None
        for batch in batches:
            if batch is None:
                since_pause = 0
            elif here is not None and since_pause < alone:
                since_pause += 1
                yield here(batch)
            else:
                pool = pool or stack.enter_context(_pool(build, workers))
                with _undisturbed():
                    waiting.append(pool.submit(_work_on, batch))
            while waiting and (batch is None or len(waiting) >= workers * ahead or waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _pool(build: Callable[[], Callable[[Any], Any]], workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that do not copy the state of this one, and are gone when the block ends."""
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(build,))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Holds Ctrl-C back; processes started meanwhile never see it, as it is for this one to end them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_build: Callable[[], Callable[[Any], Any]] | None = None
_work: Callable[[Any], Any] | None = None


def _begin(build: Callable[[], Callable[[Any], Any]]) -> None:
    """Get a worker ready; it ends with the process that it works for, even where that was killed."""
    global _build  # noqa: PLW0603  a worker has no other place that outlives a batch
    _build = build
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _work_on(batch: Any) -> Any:  # noqa: ANN401  any batch
    """The result of one batch, in a worker; what works on it is built with the first."""
    global _work  # noqa: PLW0603  see above
    try:
        if _work is None and _build is not None:
            _work = _build()
        return _work(batch) if _work is not None else None
    except Exception as error:
        raise _portable(error) from error


def _portable(error: Exception) -> Exception:
    """The exception, or its words when it does not survive the way to another process, which would break the pool."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  our own
    except Exception:  # noqa: BLE001  whatever its own methods raise
        return WorkerFailedError(f"{type(error).__name__}: {error}")
    return error
