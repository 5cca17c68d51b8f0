"""Several processes on one PostgreSQL database: a tick becomes a job, which one process with that duty takes.

The jobs are Procrastinate's. They carry a name and wake somebody, and nothing else: what is due stands in the store,
and its claims decide who does it. A job that is lost, late or delivered twice changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import procrastinate
import structlog
from procrastinate import exceptions
from procrastinate.jobs import Status

from bot.duties import Duty, duty_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection

    from procrastinate.jobs import Job

LOG = structlog.get_logger()
SCHEMA = f"ticks_{procrastinate.__version__.replace('.', '_')}"
"""Of the jobs, beside our own tables. Another version of the engine gets another: no tick is worth carrying over."""
AT_ONCE = {Duty.WATCH: 32, Duty.PUBLISH: 8, Duty.DESK: 8}
"""How many jobs of each duty one process works on at a time: reading is waiting, posting needs the database."""
HEARTBEAT = 1.0
"""Wall-clock seconds between two signs of life."""
STALLED = 4.0
"""Wall-clock seconds without a sign of life, after which a process's jobs are given to others."""
REST = 2.0
"""Wall-clock seconds before the database is tried again after an error."""
_FAULTS = (exceptions.ProcrastinateException, OSError)


class Spread:
    """The jobs of one process: hands ticks to whoever has the duty, and takes those of its own."""

    def __init__(
        self,
        address: str,
        duties: Collection[Duty],
        *,
        work: Callable[[str], Awaitable[None]],
        say: Callable[[str, bool], None],
    ) -> None:
        """`work` does what a tick of these duties asks for, and returns when it is done; `say` is for the desk."""
        self._duties = frozenset(duties)
        self._handed: dict[tuple[str, str, bool], None] = {}
        """What is still to be handed on, in order and each once."""
        self._news = asyncio.Event()
        self._in_hand: set[int | None] = set()
        self._ended: dict[int | None, float] = {}
        """Jobs that were done here, with the time: their rows may not have heard of it."""
        connector = procrastinate.PsycopgConnector(
            conninfo="postgresql"
            + address[address.index(":") :],  # without the name of a driver, which libpq does not know
            kwargs={"options": f"-c search_path={SCHEMA}", "application_name": "not-in-our-name jobs"},
            min_size=1,
            max_size=4,
        )
        self._jobs = procrastinate.App(connector=connector)

        @self._jobs.task(name="tick", pass_context=True)
        async def tick(context: procrastinate.JobContext, *, name: str) -> None:
            self._in_hand.add(context.job.id)
            try:
                await work(name)
            finally:
                self._in_hand.discard(context.job.id)
                self._ended[context.job.id] = time.monotonic()

        @self._jobs.task(name="say")
        async def speak(text: str, safety: bool) -> None:  # noqa: FBT001  Procrastinate passes arguments by their names
            say(text, safety)

    def hand(self, tick: str) -> None:
        """Let somebody with that duty do it, soon. Returns at once; the same tick waits only once.

        Raises KeyError for a name that nobody gave.
        """
        duty_of(tick)
        self._put(tick, "", safety=False)

    def say(self, text: str, safety: bool) -> None:  # noqa: FBT001  as a desk's door has it
        """Have the desk say a sentence. Returns at once."""
        self._put("", text, safety=safety)

    def _put(self, tick: str, text: str, *, safety: bool) -> None:
        self._handed[tick, text, safety] = None
        self._news.set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Connect, and make the tables of the jobs where the desk is the first to come."""
        async with self._jobs.open_async():
            if Duty.DESK in self._duties:
                await self._make_tables()
            yield

    async def run(self, stop: asyncio.Event) -> None:
        """Hand on, take and rescue jobs until `stop` is set; a job that was begun is finished first."""
        async with asyncio.TaskGroup() as group:
            others = [group.create_task(self._hand_on()), group.create_task(self._rescue())]
            try:
                await self._take(stop)
            finally:
                for other in others:
                    other.cancel()

    async def _make_tables(self) -> None:
        connector = self._jobs.connector
        await connector.execute_query_async(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        there = await connector.execute_query_one_async("SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS there")
        if not there["there"]:
            await self._jobs.schema_manager.apply_schema_async()

    async def _hand_on(self) -> None:
        """Hand on what is waiting, for as long as the process runs."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._handed:
                tick, text, safety = each = next(iter(self._handed))
                del self._handed[each]  # before, because whoever takes it may be done before we hear that it was handed
                try:
                    await self._defer(tick, text, safety=safety)
                except _FAULTS as error:
                    self._handed[each] = None
                    LOG.warning("jobs.unreachable", error=type(error).__name__)
                    await asyncio.sleep(REST)

    async def _defer(self, tick: str, text: str, *, safety: bool) -> None:
        if text:
            await self._jobs.configure_task("say", queue=Duty.DESK).defer_async(text=text, safety=safety)
            return
        job = self._jobs.configure_task("tick", queue=duty_of(tick), lock=tick, queueing_lock=tick)
        try:
            await job.defer_async(name=tick)
        except exceptions.AlreadyEnqueued:
            return  # It waits already, and whoever takes it will see what is new.

    async def _take(self, stop: asyncio.Event) -> None:
        """Do the jobs of this process's duties, for as long as it runs."""
        while not stop.is_set():
            worker = asyncio.create_task(
                self._jobs.run_worker_async(
                    queues=sorted(self._duties),
                    concurrency=sum(AT_ONCE[duty] for duty in self._duties),
                    delete_jobs="always",
                    install_signal_handlers=False,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=STALLED,
                    shutdown_graceful_timeout=STALLED,
                )
            )
            try:
                await asyncio.shield(worker)
            except _FAULTS as error:
                LOG.warning("jobs.unreachable", error=type(error).__name__)
            except asyncio.CancelledError:
                worker.cancel()
                # No longer than that: the jobs only wake somebody, and a stop must not hang on a database that is gone.
                await asyncio.wait([worker], timeout=2 * STALLED)
                raise
            await asyncio.sleep(REST)

    async def _rescue(self) -> None:
        """Give the jobs of processes that died to others, and end those that ended here without the database's knowing.

        A row that is left behind would keep its tick from everybody.
        """
        jobs = self._jobs.job_manager
        while True:
            await asyncio.sleep(HEARTBEAT)
            overdue = {job_id for job_id, at in self._ended.items() if time.monotonic() - at > STALLED}
            try:
                stalled = await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED)
                forgotten = [job for job in await jobs.list_jobs_async(status="doing") if job.id in overdue]
                for job in {job.id: job for job in (*stalled, *forgotten) if job.id not in self._in_hand}.values():
                    await jobs.finish_job(job, Status.FAILED, delete_job=True)
                    self._again(job)
            except _FAULTS as error:
                LOG.warning("jobs.unreachable", error=type(error).__name__)
            else:
                self._ended = {job_id: at for job_id, at in self._ended.items() if job_id not in overdue}

    def _again(self, job: Job) -> None:
        arguments = job.task_kwargs
        if job.task_name == "tick":
            self.hand(str(arguments["name"]))
        else:
            self.say(str(arguments["text"]), bool(arguments["safety"]))
