"""Runs the work on strangers' files in processes that may run out of time or memory, or die.

A chunk of trackers goes to a worker. When the worker raises, dies or hangs, the trackers of the chunk are
tried again one at a time: the one that does it again becomes a failed result, and the others keep theirs.
"""

from __future__ import annotations

import contextlib
import gc
import math
import multiprocessing
import os
import pickle
import tempfile
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from pebble import ProcessExpired, ProcessPool

from validator.trackers import Tracker, files_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Result = TypeVar("Result")
"""What a task says of a tracker: plain values, so that the command needs none of the worker's libraries."""
Item = TypeVar("Item", bound=Tracker)
Task = Callable[[tuple[Item, ...]], list[Result]]
"""Works on a chunk of trackers and returns a result for each, in their order; it must be picklable."""

_CHUNK_BYTES = 16 * 2**20
"""A chunk is closed once its files are as large as this, since a worker holds all of them in memory."""
_POOLS = 3
"""How often a pool that broke down as a whole is replaced by a new one."""
_OUT_OF_MEMORY = (b"memory allocation of", b"bad_alloc", b"MemoryError", b"Cannot allocate memory")
"""What a worker says on standard error before it dies for want of memory."""
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Frames are many objects and hardly any cycles: looked for as often as Python does, they take a tenth of the time."""
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""The pool keeps the processors busy; threads of numpy's would only take memory in every worker."""

Trouble = Literal["time", "memory", "crash", "exception", "pool"]


@dataclass(frozen=True, slots=True)
class _Answer(Generic[Result]):
    """What a worker sends back."""

    results: list[Result] = field(default_factory=list)
    trouble: Trouble | None = None
    exception: str = ""
    """The name of the exception's type."""


def run_in_workers(
    trackers: Sequence[Item],
    task: Task[Item, Result],
    *,
    jobs: int,
    chunk: int = 50,
    timeout: float = 120.0,
    memory_mib: int | None = 2048,
    on_done: Callable[[int], None] = lambda _: None,
    fail: Callable[[Item, str], Result],
    doing: str = "Checking",
) -> list[Result]:
    """Return the result of each tracker, in their order.

    Up to `jobs` workers take chunks of at most `chunk` trackers. A worker may take `timeout` seconds for a
    chunk, or for a tracker that is tried alone, and hold `memory_mib` MiB (None: no limit; nor is there one
    where the platform has none). A tracker that raises, kills or hangs its worker even when it is alone gets
    what `fail` makes of it and a sentence, which calls the work what `doing` says. `on_done` is told how many
    trackers have just been finished.
    """
    results: dict[int, Result] = {}

    def finish(numbers: Sequence[int], finished: Sequence[Result]) -> None:
        results.update(zip(numbers, finished, strict=True))
        on_done(len(numbers))

    def give_up(numbers: Sequence[int], answer: _Answer[Result]) -> None:
        reason = _reason(answer, doing, timeout, memory_mib)
        finish(numbers, [fail(trackers[number], reason) for number in numbers])

    jobs = max(jobs, 1)
    todo = deque(_chunks(trackers, jobs, max(chunk, 1)))
    pickled = pickle.dumps(task)
    with tempfile.TemporaryDirectory(prefix="btec-validator-", ignore_cleanup_errors=True) as last_words:
        for _ in range(_POOLS):
            if not todo:
                break
            with _Workers(min(jobs, len(todo)), (pickled, memory_mib, last_words)) as workers:
                for numbers, answer in workers.answers(trackers, todo, timeout):
                    if answer.trouble is None:
                        finish(numbers, answer.results)
                    elif len(numbers) == 1:
                        give_up(numbers, answer)
                    else:
                        todo.extend((number,) for number in numbers)
    for numbers in todo:
        give_up(numbers, _Answer(trouble="pool"))
    return [results[number] for number in range(len(trackers))]


def _chunks(trackers: Sequence[Tracker], jobs: int, most: int) -> Iterator[tuple[int, ...]]:
    """Yield the numbers of the trackers in chunks: enough for every worker, none too large for memory."""
    rounds = math.ceil(len(trackers) / (most * jobs))
    most = math.ceil(len(trackers) / (rounds * jobs)) if trackers else 1
    numbers: list[int] = []
    size = 0
    for number, tracker in enumerate(trackers):
        for file in files_of(tracker):
            with contextlib.suppress(OSError, ValueError):
                size += file.stat().st_size
        numbers.append(number)
        if len(numbers) == most or size >= _CHUNK_BYTES:
            yield tuple(numbers)
            numbers, size = [], 0
    if numbers:
        yield tuple(numbers)


def _reason(answer: _Answer[Any], doing: str, timeout: float, memory_mib: int | None) -> str:
    """Return the sentence for a tracker on which the work could not be done."""
    save_again = "Open it in Excel, save it under a new name as Excel Workbook (.xlsx), and check the new file."
    match answer.trouble:
        case "time":
            return f"{doing} the workbook took longer than {timeout:g} seconds. {save_again}"
        case "memory":
            room = f"more than {memory_mib:,} MiB of memory" if memory_mib else "more memory than there is"
            return (
                f"{doing} the workbook needed {room}. Delete the sheets, rows and columns that do not "
                "belong to the tracker, save, and check it again."
            )
        case "crash":
            return f"The reader crashed on the workbook. {save_again}"
        case "exception":
            return (
                f"An unexpected problem ({answer.exception}) stopped {doing.lower()} the workbook. Please "
                "report it to the developers of btec-validator."
            )
        case _:
            return "The processes that check the workbooks ended more than once. Check the workbook again."


class _Workers:
    """A pool of workers that is never left behind: it ends with the block, at once if that raises."""

    def __init__(self, count: int, beginning: tuple[bytes, int | None, str]) -> None:
        """Prepare the workers; they start with the first chunk."""
        self._count = count
        self._last_words = Path(beginning[2])
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPool(max_workers=count, initializer=_begin, initargs=beginning, context=context)

    def __enter__(self) -> _Workers:
        """Return the workers."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers, whatever they are at."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def answers(
        self, trackers: Sequence[Tracker], todo: deque[tuple[int, ...]], timeout: float
    ) -> Iterator[tuple[tuple[int, ...], _Answer[Any]]]:
        """Take chunks from `todo`, to which more may be added meanwhile, and yield what became of each.

        Where the pool itself breaks down, what it did not finish is put back.
        """
        running: dict[Future[_Answer[Any]], tuple[int, ...]] = {}
        try:
            while todo or running:
                while todo and len(running) < 2 * self._count:
                    numbers = todo.popleft()
                    chunk = tuple(trackers[number] for number in numbers)
                    try:
                        future: Future[_Answer[Any]] = self._pool.schedule(_work, args=(chunk,), timeout=timeout)
                    except RuntimeError:
                        todo.append(numbers)
                        return
                    running[future] = numbers
                done, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
                if not done and not self._pool.active:
                    return
                for future in done:
                    if isinstance(future.exception(), BrokenExecutor):
                        return
                    yield running.pop(future), self._answer(future)
        finally:
            todo.extend(running.values())

    def _answer(self, future: Future[_Answer[Any]]) -> _Answer[Any]:
        """Return a worker's answer, or what kept it from giving one."""
        try:
            return future.result()
        except TimeoutError:
            return _Answer(trouble="time")
        except ProcessExpired as error:
            return _Answer(trouble="memory" if self._died_of_hunger(error) else "crash")
        except Exception as error:
            return _Answer(trouble="exception", exception=type(error).__name__)

    def _died_of_hunger(self, error: ProcessExpired) -> bool:
        """Say whether a dead worker's last words were about memory."""
        try:
            words = (self._last_words / str(error.pid)).read_bytes()
        except OSError:
            return False
        return any(mark in words for mark in _OUT_OF_MEMORY)


_task: Task[Any, Any] | None = None
_no_task: _Answer[Any] = _Answer(trouble="exception")


def _begin(pickled: bytes, memory_mib: int | None, last_words: str) -> None:
    """Prepare this process as a worker: what it says, what it may hold, and what it is to do."""
    global _task, _no_task  # noqa: PLW0603 - the one thing that a worker keeps between its chunks
    with contextlib.suppress(OSError):
        descriptor = os.open(Path(last_words) / str(os.getpid()), os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        os.dup2(descriptor, 2)
        os.close(descriptor)
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    if memory_mib is not None:
        _limit_memory(memory_mib * 2**20)
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        _task = pickle.loads(pickled)
    except BaseException as error:  # a worker that fails to start takes the whole pool along
        _no_task = _trouble(error)


def _limit_memory(limit: int) -> None:
    """Limit what this process may allocate, where the platform can."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _work(chunk: tuple[Tracker, ...]) -> _Answer[Any]:
    """Do the task on a chunk and answer with plain values, whatever happens."""
    if _task is None:
        return _no_task
    try:
        results = _task(chunk)
        if len(results) != len(chunk):
            raise ValueError(f"{len(results)} results for {len(chunk)} trackers")
    except BaseException as error:  # the reader's panics are no Exceptions
        return _trouble(error)
    return _Answer(results)


def _trouble(error: BaseException) -> _Answer[Any]:
    """Return the answer for an exception."""
    if isinstance(error, MemoryError):
        return _Answer(trouble="memory")
    return _Answer(trouble="exception", exception=type(error).__name__)
