"""What several test modules share: the cases of the rules, judged once."""

from __future__ import annotations

import os
import pickle
import time
from datetime import date

import pytest

from tests.cases import Case, all_cases
from validator.cases import judge_cases, raw_tracker
from validator.findings import TrackerResult
from validator.settings import Settings

Results = dict[Case, TrackerResult]

DAY = date(2024, 3, 8)
"""The day of nearly all cases."""
PATIENCE = 5 * 60 * 10
"""So many fifths of a second (ten minutes) the others wait: the process that judges may have been killed."""


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The result of every case: of several processes that run tests, one judges them for all."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return _judged()
    folder = tmp_path_factory.getbasetemp().parent
    kept, claim = folder / "results.pickle", folder / "results.claimed"
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        for _ in range(PATIENCE):
            if kept.exists():
                break
            time.sleep(0.2)
        found: Results | Exception = pickle.loads(kept.read_bytes())
    else:
        try:
            found = _judged()
        except Exception as error:  # or the others would wait for ever
            found = RuntimeError(f"The cases could not be judged: {error!r}")
        unfinished = folder / "results.unfinished"
        unfinished.write_bytes(pickle.dumps(found))
        unfinished.replace(kept)
    if isinstance(found, Exception):
        raise found
    return found


def _judged() -> Results:
    """All cases of one day are one chunk: that is how the pipeline meets trackers.

    Those of another day are few, and each chunk costs as much as many trackers: they are judged by their own rules.
    """
    cases = all_cases()
    judged = judge_cases([case for case in cases if case.as_of == DAY], Settings(DAY))
    others = [case for case in cases if case.as_of != DAY]
    own = {code for case in others for code in (case.rule, case.speaks) if code}
    return judged | judge_cases(others, Settings(DAY, select=tuple(sorted(own))))


__all__ = ["DAY", "Results", "raw_tracker", "results"]
