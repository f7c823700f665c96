"""What several test modules share: the cases of the rules, judged once."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cases import Case, all_cases
from validator.cases import judge_cases, raw_tracker
from validator.findings import TrackerResult
from validator.settings import Settings

Results = dict[Case, TrackerResult]

DAY = date(2024, 3, 8)
"""The day of nearly all cases."""


@pytest.fixture(scope="session")
def results() -> Results:
    """All cases of one day are one chunk: that is how the pipeline meets trackers.

    Those of another day are few, and each chunk costs as much as many trackers: they are judged by their own rules.
    """
    cases = all_cases()
    judged = judge_cases([case for case in cases if case.as_of == DAY], Settings(DAY))
    others = [case for case in cases if case.as_of != DAY]
    own = {code for case in others for code in (case.rule, case.speaks) if code}
    return judged | judge_cases(others, Settings(DAY, select=tuple(sorted(own))))


__all__ = ["DAY", "Results", "raw_tracker", "results"]
