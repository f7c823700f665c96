"""The same tracker in every layout, with and without noise: the same findings, at the right cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases import Case, all_cases
from tests.conftest import Results
from tests.headings import Noise
from tests.rendering import can_render, render
from validator.findings import TrackerResult
from validator.pipeline import check_files
from validator.settings import Settings

IN_BLOCKS = ("STR", "RTK002", "SUB001")
UNTOLD = {
    "log": ("STR",),
    "blocks": IN_BLOCKS,
    "prefixed": IN_BLOCKS,
    "grid per unit": IN_BLOCKS,
    "grid per unit, turned": IN_BLOCKS,
    "grid per assignment": IN_BLOCKS,
    "markbook export": IN_BLOCKS,
    "blocks per assignment": IN_BLOCKS,
    "sheet per learner": ("STR",),
    "decisions apart": ("STR",),
}
"""By layout, what it cannot tell: the heading of a block is no word for the attempt, nor can it stand twice."""
LAYOUTS = tuple(UNTOLD)
SHARE = 8
"""Each layout takes the eighth part of the cases, each another one."""


def rendered(
    cases: list[Case], folder: Path, layout: str, noise: Noise
) -> list[tuple[Case, dict[str, str], TrackerResult]]:
    """Render cases of any day as workbooks and check each day's as one chunk."""
    found = []
    for day in sorted({case.as_of for case in cases}):
        chosen = [case for case in cases if case.as_of == day]
        paths = [folder / f"{layout}-{day}-{number}.xlsx" for number, _ in enumerate(chosen)]
        places = [render(case.tables, path, layout, noise) for case, path in zip(chosen, paths, strict=True)]
        found.extend(zip(chosen, places, check_files(paths, Settings(day)), strict=True))
    return found


def told(result: TrackerResult, layout: str) -> list[tuple[str, str, str]]:
    return sorted((f.rule, f.fingerprint, f.severity) for f in result.findings if not f.rule.startswith(UNTOLD[layout]))


def structural(result: TrackerResult) -> list[str]:
    return sorted(f.rule for f in result.findings if f.rule.startswith("STR") and f.severity != "note")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_case_gives_the_same_findings_as_a_workbook(layout: str, tmp_path: Path, results: Results) -> None:
    cases = [case for case in all_cases()[LAYOUTS.index(layout) :: SHARE] if can_render(case.tables, layout)]
    for case, places, result in rendered(cases, tmp_path, layout, Noise()):
        expected = results[case]
        assert told(result, layout) == told(expected, layout), case
        assert structural(result) == structural(expected), case
        cells = {f.fingerprint: f.cells for f in result.findings}
        for finding in expected.findings:
            if (
                not finding.rule.startswith(UNTOLD[layout]) and finding.learner
            ):  # else any learner's cell may stand for all
                wanted = [places[cell] for cell in finding.cells if cell in places]
                assert [cell for cell in cells[finding.fingerprint] if cell in wanted] == wanted, (
                    case,
                    finding,
                )
        assert coverage(result, layout) == coverage(expected, layout), case


def coverage(result: TrackerResult, layout: str) -> dict[str, str]:
    return {entry.rule: entry.status for entry in result.coverage if not entry.rule.startswith(UNTOLD[layout])}


NOISES = {
    "rows shuffled": {"shuffled": True},
    "sheets renamed": {"renamed": True},
    "blank rows inserted": {"blank_rows": True},
    "blank columns inserted": {"blank_columns": True},
    "headings respelt": {"respelt": True},
    "titles above": {"titled": True},
    "totals and a key below": {"totals": True},
    "all of it": dict.fromkeys(
        ("shuffled", "renamed", "blank_rows", "blank_columns", "respelt", "titled", "totals"), True
    ),
}


@pytest.mark.parametrize(
    ("noise", "layout"), [*((noise, "log") for noise in NOISES), *(("all of it", kind) for kind in LAYOUTS[1:])]
)
def test_noise_changes_no_fingerprint(noise: str, layout: str, tmp_path: Path, results: Results) -> None:
    breaching = [case for case in all_cases() if case.expect == "breach" and can_render(case.tables, layout)]
    part = breaching[len(noise + layout) % 20 :: 20]
    for case, _, result in rendered(part, tmp_path, layout, Noise(len(noise), **NOISES[noise])):
        assert told(result, layout) == told(results[case], layout), (case, noise)
        assert structural(result) == structural(results[case]), case
