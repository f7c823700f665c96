"""The example trackers: what was put wrong in them is found, nothing else is, and they are as they are made."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from rules.catalogue import catalogue
from validator.calendar import load_calendar
from validator.findings import Finding, TrackerResult
from validator.pipeline import check_files
from validator.settings import Settings
from validator.trackers import find_trackers

EXAMPLES = Path(__file__).parents[1] / "examples"
EXPECTED: dict[str, Any] = json.loads((EXAMPLES / "expected.json").read_text("utf-8"))
TRACKERS: dict[str, list[dict[str, Any]]] = EXPECTED["trackers"]
Results = dict[str, TrackerResult]
SEEDED = [(name, seed) for name, seeds in TRACKERS.items() for seed in seeds]
CLEAN = [name for name, seeds in TRACKERS.items() if not seeds]


@pytest.fixture(scope="module")
def results() -> Results:
    paths = [EXAMPLES / name for name in TRACKERS]
    settings = Settings(date.fromisoformat(EXPECTED["as_of"]), calendar=load_calendar(EXAMPLES / EXPECTED["calendar"]))
    return dict(zip(TRACKERS, check_files(paths, settings), strict=True))


def told(finding: Finding) -> dict[str, Any]:
    about = {part: getattr(finding, part) for part in ("rule", "learner", "unit", "assignment")}
    return {**about, "cell": finding.cells[0]}


def test_every_example_is_expected_and_understood(results: Results) -> None:
    assert {path.relative_to(EXAMPLES).as_posix() for path in find_trackers([EXAMPLES])} == set(TRACKERS)
    assert {name: result.status for name, result in results.items()} == dict.fromkeys(TRACKERS, "checked")
    unused = [c for r in results.values() for s in r.sheets for t in s.tables for c in t.columns if c.field is None]
    assert unused == []


@pytest.mark.parametrize("tracker", TRACKERS)
def test_what_was_put_wrong_is_found_and_nothing_else(results: Results, tracker: str) -> None:
    by_cell = itemgetter("rule", "cell")
    assert sorted(map(told, results[tracker].findings), key=by_cell) == sorted(TRACKERS[tracker], key=by_cell)


def test_every_centre_has_a_tracker_in_order(results: Results) -> None:
    assert {name.partition("/")[0] for name in CLEAN} == {name.partition("/")[0] for name in TRACKERS}
    for name in CLEAN:
        assert {entry.status for entry in results[name].coverage} == {"passed", "not-applicable", "not-checkable"}


def test_every_section_is_shown_at_work() -> None:
    shown = Counter(seed["rule"][:3] for _, seed in SEEDED)
    assert {code[:3]: shown[code[:3]] for code in catalogue() if shown[code[:3]] < 2} == {}


def test_nothing_else_is_checked_where_the_guide_does_not_apply(results: Results) -> None:
    found = results["harbour-view-school/hnd-plan.xlsx"].coverage
    judged = {entry.status for entry in found if not entry.rule.startswith(("STR", "SCP"))}
    assert judged == {"not-applicable"}


def test_the_sources_mark_what_is_wrong() -> None:
    marked: dict[str, list[str]] = {}
    for source in (EXAMPLES / "source").glob("*.toml"):
        text = source.read_text("utf-8")
        comments = " ".join(re.findall(r"# (.*)", text))
        marked[tomllib.loads(text)["workbook"]] = sorted(re.findall(r"\b[A-Z]{3}[0-9]{3}\b", comments))
    assert marked == {name: sorted(seed["rule"] for seed in TRACKERS[name]) for name in marked}


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
