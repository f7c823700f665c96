"""How much checking trackers by the chunk saves over checking them one by one: `python benchmarks/batch.py [N]`.

It prints ratios, which hold where seconds do not.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.cases import all_cases
from tests.headings import Noise
from tests.rendering import render
from validator.pipeline import check_files, read_trackers
from validator.settings import Settings

SETTINGS = Settings(date(2024, 3, 8))


def seconds(work: object) -> float:
    """Return how long a call takes, the best of three."""
    assert callable(work)
    times = []
    for _ in range(3):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def main(number: int) -> None:
    """Render trackers, then read them, check them in one chunk and check them one by one."""
    cases = all_cases()
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{n}.xlsx" for n in range(number)]
        for n, path in enumerate(paths):
            render(cases[n % len(cases)].tables, path, "log", Noise(n))
        check_files(paths[:2], SETTINGS)
        reading = seconds(lambda: read_trackers(paths))
        together = seconds(lambda: check_files(paths, SETTINGS))
        alone = seconds(lambda: [check_files([path], SETTINGS) for path in paths])
    print(f"{number} trackers, {1000 * together / number:.1f} ms each in one chunk")
    print(f"one by one / in one chunk: {alone / together:.1f}")
    print(f"checking in one chunk / reading alone: {together / reading:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
