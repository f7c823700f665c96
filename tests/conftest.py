"""What several test modules share: the cases of the rules, judged once."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cases import Case, all_cases
from validator.cases import judge_cases, raw_tracker
from validator.findings import TrackerResult
from validator.settings import Settings

Results = dict[Case, TrackerResult]


@pytest.fixture(scope="session")
def results() -> Results:
    """All cases of one day are one chunk: that is how the pipeline meets trackers."""
    return judge_cases(all_cases(), Settings(date(2024, 3, 8)))


__all__ = ["Results", "raw_tracker", "results"]
