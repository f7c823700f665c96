"""The example trackers: what was put wrong in them is found, nothing else is, and they are as they are made."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules.catalogue import catalogue
from validator.calendar import load_calendar
from validator.findings import Finding, TrackerResult
from validator.pipeline import check_files
from validator.reading import find_trackers
from validator.settings import Settings

EXAMPLES = Path(__file__).parents[1] / "examples"
EXPECTED: dict[str, Any] = json.loads((EXAMPLES / "expected.json").read_text("utf-8"))
TRACKERS: dict[str, dict[str, Any]] = EXPECTED["trackers"]
Results = dict[str, TrackerResult]
SEEDED = [(name, seed) for name, tracker in TRACKERS.items() for seed in tracker["must"]]


@pytest.fixture(scope="module")
def results() -> Results:
    paths = [EXAMPLES / name for name in TRACKERS]
    settings = Settings(date.fromisoformat(EXPECTED["as_of"]), calendar=load_calendar(EXAMPLES / EXPECTED["calendar"]))
    return dict(zip(TRACKERS, check_files(paths, settings), strict=True))


def is_of(finding: Finding, seed: dict[str, Any]) -> bool:
    return all(getattr(finding, part) == seed[part] for part in ("rule", "learner", "unit", "assignment"))


def test_every_example_is_expected_and_understood(results: Results) -> None:
    assert {path.relative_to(EXAMPLES).as_posix() for path in find_trackers([EXAMPLES])} == set(TRACKERS)
    assert {name: result.status for name, result in results.items()} == dict.fromkeys(TRACKERS, "checked")
    unused = [c for r in results.values() for s in r.sheets for t in s.tables for c in t.columns if c.field is None]
    assert unused == []


@pytest.mark.parametrize(("tracker", "seed"), SEEDED, ids=[f"{seed['rule']}-{seed['cell']}" for _, seed in SEEDED])
def test_what_was_put_wrong_is_found(results: Results, tracker: str, seed: dict[str, Any]) -> None:
    if seed["rule"] not in catalogue():
        pytest.skip(f"There is no {seed['rule']} yet.")
    found = [finding for finding in results[tracker].findings if is_of(finding, seed)]
    assert len(found) == 1
    assert seed["cell"] in found[0].cells


@pytest.mark.parametrize("tracker", TRACKERS)
def test_nothing_else_is_found(results: Results, tracker: str) -> None:
    must, may = TRACKERS[tracker]["must"], TRACKERS[tracker]["may"]
    others = [
        f"{finding.severity} {finding.rule}: {finding.message}"
        for finding in results[tracker].findings
        if finding.severity != "note" and finding.rule not in may and not any(is_of(finding, seed) for seed in must)
    ]
    assert others == []


def test_the_honest_centre_has_nothing_to_answer_for(results: Results) -> None:
    honest = results["northgate-academy/applied-science-tracker.xlsx"]
    assert honest.findings == ()
    assert {entry.status for entry in honest.coverage} == {"passed", "not-applicable", "not-checkable"}


def test_the_readme_tells_where_each_breach_is() -> None:
    lines = (EXAMPLES / "README.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    told = {(row[0], row[1], row[2], row[3]) for row in rows if row[0] in catalogue()}
    assert told == {
        (s["rule"], s["learner"] or "", " ".join(filter(None, (s["unit"], s["assignment"]))), f"`{s['cell']}`")
        for _, s in SEEDED
    }


def test_the_workbooks_are_what_the_script_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, EXAMPLES / "make_examples.py", tmp_path], check=True, capture_output=True)
    assert {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*.xlsx")} == {
        name: (EXAMPLES / name).read_bytes() for name in TRACKERS
    }
