"""Workers that raise, die, hang and eat: each costs the one tracker that makes them do it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from python_calamine import load_workbook

from tests.hostile_files import xlsx
from validator.findings import TrackerResult
from validator.workers import run_in_workers

ROOT = Path(__file__).parent.parent


def check(paths: tuple[Path, ...], *, programme: str = "IT") -> list[TrackerResult]:
    """A task that does what the names of the trackers say."""
    for path in paths:
        match path.stem.rstrip("0123456789"):
            case "abort":
                os.abort()
            case "leave":
                os._exit(3)
            case "exit":
                sys.exit("no")
            case "hang":
                time.sleep(1000)
            case "raise":
                raise LookupError(path)
            case "hog":
                bytearray(2**30)
            case "bomb":
                load_workbook(path).get_sheet_by_index(0)
    return [TrackerResult(path=str(path), programme=programme, sha256=f"{len(paths)}") for path in paths]


def short(paths: tuple[Path, ...]) -> list[TrackerResult]:
    return check(paths)[1:]


def fail(path: Path, reason: str) -> TrackerResult:
    return TrackerResult(path=str(path), status="unreadable", reason=reason)


def paths_of(*names: str) -> list[Path]:
    return [Path(name) for name in names]


def test_results_come_in_the_order_of_the_paths() -> None:
    paths = paths_of(*(f"t{number}.xlsx" for number in range(23)))
    done: list[int] = []
    results = run_in_workers(paths, partial(check, programme="Art"), jobs=2, chunk=4, on_done=done.append, fail=fail)
    assert [result.path for result in results] == [str(path) for path in paths]
    assert {result.programme for result in results} == {"Art"}
    assert max(int(result.sha256) for result in results) <= 4
    assert sum(done) == 23


def test_no_trackers_need_no_workers() -> None:
    assert run_in_workers([], check, jobs=2, fail=fail) == []


def test_every_worker_gets_a_share() -> None:
    results = run_in_workers(paths_of("a", "b", "c", "d"), check, jobs=2, fail=fail)
    assert [result.sha256 for result in results] == ["2"] * 4


def test_large_trackers_do_not_share_a_chunk(tmp_path: Path) -> None:
    large = tmp_path / "large.xlsx"
    with large.open("wb") as file:
        file.truncate(17 * 2**20)
    results = run_in_workers([large, large, *paths_of("a", "b")], check, jobs=1, fail=fail)
    assert [result.sha256 for result in results] == ["1", "1", "2", "2"]


def test_one_tracker_that_troubles_its_worker_costs_no_other_its_result(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    bomb.write_bytes(xlsx(strings='<sst uniqueCount="4000000000"/>'))
    troubles = {
        "abort": "The reader crashed",
        "leave": "The reader crashed",
        "exit": "(SystemExit)",
        "hang": "longer than 2 seconds",
        "raise": "(LookupError)",
        "hog": "more than 700 MiB of memory",
        str(bomb): "more than 700 MiB of memory",
    }
    names = [f"t{number}" for number in range(28)]
    for position, name in zip(range(2, 28, 4), troubles, strict=True):
        names[position] = name
    done: list[int] = []
    results = run_in_workers(
        paths_of(*names), check, jobs=2, chunk=4, timeout=2, memory_mib=700, on_done=done.append, fail=fail
    )
    assert [result.path for result in results] == names
    assert sum(done) == len(names)
    for result in results:
        words = troubles.get(result.path)
        assert result.status == ("unreadable" if words else "checked"), result
        assert (words or "") in result.reason
        assert "Traceback" not in result.reason


def test_a_tracker_alone_may_trouble_its_worker_too() -> None:
    (result,) = run_in_workers(paths_of("abort"), check, jobs=4, fail=fail)
    assert result.status == "unreadable"


@pytest.mark.skipif(os.name == "nt", reason="no limit of memory on Windows")
def test_memory_is_limited_only_as_far_as_asked() -> None:
    reasons = [
        run_in_workers(paths_of("hog"), check, jobs=1, memory_mib=memory, fail=fail)[0].reason
        for memory in (700, 1500, None)
    ]
    assert ["700 MiB" in reason for reason in reasons] == [True, False, False]
    assert reasons[1:] == ["", ""]


def test_a_task_that_loses_a_tracker_is_a_fault() -> None:
    results = run_in_workers(paths_of("a", "b"), short, jobs=1, fail=fail)
    assert [result.status for result in results] == ["unreadable"] * 2
    assert "(ValueError)" in results[0].reason


def test_a_task_that_cannot_be_loaded_is_a_fault_of_its_own() -> None:
    results = run_in_workers(paths_of("a", "b"), Unloadable(), jobs=1, fail=fail)
    assert ["(ZeroDivisionError)" in result.reason for result in results] == [True, True]


class Unloadable:
    """A task that raises when a worker unpickles it."""

    def __call__(self, paths: tuple[Path, ...]) -> list[TrackerResult]:
        return check(paths)

    def __reduce__(self) -> tuple[object, ...]:
        return divmod, (1, 0)


@pytest.mark.skipif(os.name == "nt", reason="interrupts are sent in another way on Windows")
def test_an_interrupt_ends_the_workers(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom tests.test_workers import fail, report_and_hang\n"
        "from validator.workers import run_in_workers\n"
        "if __name__ == '__main__':\n"
        "    try:\n"
        "        run_in_workers([Path(sys.argv[1])] * 2, report_and_hang, jobs=2, fail=fail)\n"
        "    except KeyboardInterrupt:\n"
        "        print('interrupted')\n"
    )
    command = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    while len(workers := list(tmp_path.glob("*.worker"))) < 2:
        assert command.poll() is None
        time.sleep(0.05)
    command.send_signal(signal.SIGINT)
    output, _ = command.communicate(timeout=60)
    assert output == "interrupted\n"
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(int(worker.stem), 0)


def report_and_hang(paths: tuple[Path, ...]) -> list[TrackerResult]:
    (paths[0] / f"{os.getpid()}.worker").touch()
    time.sleep(1000)
    return []
