"""Reading in processes of their own: warm models, a deadline each, rebuilt when one dies.

Invariants: a picture is given to a process twice at most; a broken or hanging process never takes the caller with it;
what comes back is a `Reading` or a `ReaderFailed`, whatever happened inside.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Self

from ocr.alarm import Alarm
from ocr.memory import bound, give_back, is_want_of_memory
from ocr.reading import Reading

_LOG = logging.getLogger(__name__)

Reader = Callable[[bytes], Reading]

NICENESS = 5  # a picture waits for a core rather than whoever asks something: of one core, both get 1 : 3
TOO_MUCH_MEMORY = "Reading this picture takes more memory than it may: please send it smaller, as a screenshot."
_TRIES = 2  # the picture that killed one process may kill the next: then it is the picture


class ReaderFailed(Exception):  # noqa: N818 — it is what the caller tells people, not an error of theirs
    """The reader gave no answer. `str(error)` is one sentence for the person who sent the picture. Picklable."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a process sends back: exactly one of the two. Plain data, because not every exception survives pickling."""

    reading: Reading | None = None
    problem: str | None = None
    spent: bool = False  # the process ran out of memory: nobody knows what of it is half done


class _DeadlineError(BaseException):
    """Raised inside a worker by its own alarm; no reader's `except Exception` swallows it."""


def read_picture(data: bytes) -> Reading:
    """The reader the pool uses unless it is given another."""
    from ocr.read import read  # noqa: PLC0415 — the caller's process never needs the models' libraries

    try:
        return read(data)
    finally:
        give_back()


def warm_reader() -> None:
    """Loads the models, so that the first picture does not wait for them."""
    from ocr.read import warm  # noqa: PLC0415

    warm()


def rest_reader() -> None:
    """Gives back the memory that is kept for the next picture: none came for a while."""
    if "ocr.read" in sys.modules:  # else nothing was read here, and it would be loaded for nothing
        sys.modules["ocr.read"].rest()
    give_back()


@dataclass(frozen=True, slots=True)
class _Rules:
    deadline: float
    grace: float
    start_limit: float
    pictures_per_worker: int
    niceness: int
    memory: int | None
    reader: Reader
    warm_up: Callable[[], None] | None
    rest: Callable[[], None] | None
    rest_after: float


class ReaderPool:
    """Reads pictures in `workers` processes. Use as `async with`, or call `start` and `close`.

    `deadline` is seconds a picture may take inside its process; a process stuck in native code past the deadline and
    `grace` more is killed. `start_limit` is seconds a new process may take to load its models. A process is replaced
    after `pictures_per_worker` pictures, so that nothing it leaks lasts. `niceness` (0..19) is how far it steps back
    where there is less than a core for everybody. `memory` is how many bytes it may have (None: all there are); a
    picture that needs more is refused, and its process replaced. `reader`, `warm_up` and `rest` (called where no
    picture came for `rest_after` seconds) are importable functions, which are called in the processes.
    """

    def __init__(
        self,
        *,
        workers: int = 1,
        deadline: float = 30.0,
        grace: float = 5.0,
        start_limit: float = 60.0,
        pictures_per_worker: int = 200,
        niceness: int = NICENESS,
        memory: int | None = None,
        reader: Reader = read_picture,
        warm_up: Callable[[], None] | None = warm_reader,
        rest: Callable[[], None] | None = rest_reader,
        rest_after: float = 5.0,
    ) -> None:
        rules = _Rules(
            deadline, grace, start_limit, pictures_per_worker, niceness, memory, reader, warm_up, rest, rest_after
        )
        self._workers = [_Worker(rules) for _ in range(workers)]
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        for worker in self._workers:
            self._idle.put_nowait(worker)
        self._waiting = 0
        self._closed = False

    @property
    def size(self) -> int:
        """How many processes there are when all is well."""
        return len(self._workers)

    @property
    def alive(self) -> int:
        """How many there are. One that died is replaced when the next picture comes to it."""
        return sum(worker.is_alive for worker in self._workers)

    @property
    def waiting(self) -> int:
        """Pictures that no process has taken yet."""
        return self._waiting

    async def start(self) -> None:
        """Starts the processes and waits until they are warm. Raises ReaderFailed where one does not come up."""
        await asyncio.gather(*(worker.start() for worker in self._workers))

    async def read(self, data: bytes) -> Reading:
        """The reading of one picture. Raises ReaderFailed where two processes in a row gave no answer."""
        worker = await self._take()  # a picture's clock starts when a process takes it, not while it queues
        try:
            for attempt in range(1, _TRIES + 1):
                if self._closed:
                    raise ReaderFailed("The reader is being shut down.")
                answer = await worker.read(data)
                if answer is not None:
                    if answer.reading is not None:
                        return answer.reading
                    raise ReaderFailed(answer.problem or "The picture could not be read.")
                _LOG.warning("a reader process died or hung (attempt %d of %d)", attempt, _TRIES)
        finally:
            self._idle.put_nowait(worker)
        raise ReaderFailed("Reading this picture stopped the reader twice. It is kept, but it cannot be read.")

    async def _take(self) -> _Worker:
        self._waiting += 1
        try:
            return await self._idle.get()
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """Ends the processes; pictures under way are given up. Safe to call twice."""
        self._closed = True
        await asyncio.gather(*(worker.close() for worker in self._workers))

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class _Worker:
    """One process, replaced when it dies: its neighbours' pictures are not lost with it."""

    def __init__(self, rules: _Rules) -> None:
        self._rules = rules
        self._executor: ProcessPoolExecutor | None = None

    @property
    def is_alive(self) -> bool:
        processes = _processes(self._executor)
        with contextlib.suppress(ValueError):  # closed between the two looks
            # The sentinel is looked at, for asking the process itself would reap it before its own executor does.
            return bool(processes) and not wait([process.sentinel for process in processes], timeout=0)
        return False

    async def start(self) -> None:
        executor = self._running()
        try:
            await asyncio.wait_for(asyncio.wrap_future(executor.submit(os.getpid)), self._rules.start_limit)
        except (BrokenExecutor, TimeoutError) as problem:
            self._drop(executor)
            raise ReaderFailed("The reader does not start: its models could not be loaded.") from problem

    async def read(self, data: bytes) -> _Answer | None:
        """The process's answer; None where it died or had to be killed."""
        executor = self._running()
        rules = self._rules
        try:
            future: Future[_Answer] = executor.submit(_run, rules.reader, data, rules.deadline)
            limit = rules.start_limit + rules.deadline + 2 * rules.grace  # the process may be new
            answer = await asyncio.wait_for(asyncio.wrap_future(future), limit)
            if answer.spent:
                self._drop(executor)
            return answer
        except BrokenExecutor:
            self._drop(executor)
        except TimeoutError:
            _LOG.error("a reader process hung in native code: killed")
            self._drop(executor)
        except asyncio.CancelledError:
            self._drop(executor)  # it would go on reading for nobody
            raise
        return None

    async def close(self) -> None:
        executor, self._executor = self._executor, None
        if executor is not None:
            _kill(executor)
            await asyncio.to_thread(executor.shutdown, wait=True, cancel_futures=True)

    def _running(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                max_workers=1,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_prepare,
                initargs=(self._rules,),
                max_tasks_per_child=self._rules.pictures_per_worker,
            )
        return self._executor

    def _drop(self, executor: ProcessPoolExecutor) -> None:
        """Ends a broken or hanging process; the next picture starts a new one."""
        if self._executor is executor:
            self._executor = None
        _kill(executor)
        executor.shutdown(wait=False, cancel_futures=True)


def _processes(executor: ProcessPoolExecutor | None) -> list[BaseProcess]:
    known: dict[int, BaseProcess] = getattr(executor, "_processes", None) or {}
    return list(known.values())


def _kill(executor: ProcessPoolExecutor) -> None:
    for process in _processes(executor):  # shutdown alone would wait for it
        with contextlib.suppress(ProcessLookupError, ValueError):
            process.kill()


_watch: Alarm | None = None  # native code that never returns hears no signal: its process is killed
_rest: Alarm | None = None  # memory kept for the next picture goes back where none comes


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _end_with_parent() -> None:
    """A parent that is killed can end nobody, and its queue never closes: this process would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        _die()


def _prepare(rules: _Rules) -> None:
    """Runs once in every new process."""
    global _watch, _rest  # noqa: PLW0603 — one of each per process, set before any picture
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to handle
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    if rules.memory is not None:
        bound(rules.memory)
    _watch = Alarm(rules.deadline + rules.grace, _die, name="reader-watch")
    threading.Thread(target=_end_with_parent, name="reader-parent", daemon=True).start()
    _step_back(rules.niceness)  # before the models are loaded: the bot answers commands meanwhile
    if rules.warm_up is not None:
        rules.warm_up()
    if rules.rest is not None:
        _rest = Alarm(rules.rest_after, rules.rest, name="reader-rest")


def _step_back(niceness: int) -> None:
    """Of every thread there is: Linux knows a priority for each, and later ones take their maker's."""
    own = os.nice(niceness)
    for thread in Path("/proc/self/task").glob("*"):  # elsewhere there is none, and it is the whole process's
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, int(thread.name), own)


def _run(reader: Reader, data: bytes, deadline: float) -> _Answer:
    """Runs in the process: the reader under its alarm; every failure comes back as plain words."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise _DeadlineError

    previous = signal.signal(signal.SIGALRM, ring)
    if _rest is not None:
        _rest.call_off()
    try:
        with _watch.over() if _watch is not None else contextlib.nullcontext():
            signal.setitimer(signal.ITIMER_REAL, deadline)
            try:
                return _Answer(reading=reader(data))
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
    except _DeadlineError:
        return _Answer(problem=f"Reading took longer than {deadline:g} seconds and was given up.")
    except Exception as problem:  # noqa: BLE001 — whatever it was, the caller gets words and the pool stays whole
        if is_want_of_memory(problem):
            return _Answer(problem=TOO_MUCH_MEMORY, spent=True)
        _LOG.exception("the reader raised")
        return _Answer(problem=f"The reader stumbled over this picture ({type(problem).__name__}).")
    finally:
        signal.signal(signal.SIGALRM, previous)
        if _rest is not None:
            _rest.set()
