"""What several test modules share: the cases of the rules, judged once."""

from __future__ import annotations

import pytest

from tests.cases import Case, all_cases
from validator.findings import TrackerResult
from validator.pipeline import check_tables
from validator.settings import Settings
from validator.tables.build import RawTable, RawTracker

Results = dict[Case, TrackerResult]


def raw_tracker(case: Case) -> RawTracker:
    """Return the tables of a case as a reader of its workbook would: what one record tells, all have a column for."""
    tracker: RawTracker = {}
    for name, records in case.tables.items():
        tracker[name] = RawTable()
        for key, record in records.items():
            sheet = [other for other in records.values() if other.get("plan") == record.get("plan")]
            columns = list(dict.fromkeys(column for other in sheet for column in other))
            tracker[name].add(
                {c: (record.get(c) if record.get(c) != "" else None, f"{name}.{key}.{c}") for c in columns}
            )
    return tracker


@pytest.fixture(scope="session")
def results() -> Results:
    """All cases of one day are one chunk: that is how the pipeline meets trackers."""
    found: Results = {}
    for day in sorted({case.as_of for case in all_cases()}):
        cases = [case for case in all_cases() if case.as_of == day]
        checked = check_tables([raw_tracker(case) for case in cases], Settings(day))
        found |= dict(zip(cases, checked, strict=True))
    return found
