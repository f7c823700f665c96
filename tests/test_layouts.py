"""The same tracker in every layout, with and without noise: the same findings, at the right cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cases import Case, all_cases
from tests.conftest import DAY, Results
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
    "grid of dates": IN_BLOCKS,
    "grid of colours": IN_BLOCKS,
    "markbook export": IN_BLOCKS,
    "blocks per assignment": IN_BLOCKS,
    "sheet per learner": ("STR",),
    "decisions apart": ("STR",),
    "forms": ("STR",),
    "master grid": ("STR",),
    "one sheet": ("STR",),
    "lists beside each other": ("STR",),
    "right to left": ("STR",),
}
"""By layout, what it cannot tell: the heading of a block is no word for the attempt, nor can it stand twice."""
LAYOUTS = tuple(UNTOLD)
MANY = 26
"""About how many cases each layout takes, each another part of them; `python -m benchmarks.layouts` takes many more."""
NOISES = {
    "rows shuffled": {"shuffled": True},
    "sheets renamed": {"renamed": True},
    "blank rows inserted": {"blank_rows": True},
    "blank columns inserted": {"blank_columns": True},
    "headings respelt": {"respelt": True},
    "headings beyond the vocabulary": {"beyond": True},
    "titles above": {"titled": True},
    "totals and a key below": {"totals": True},
    "all of it": dict.fromkeys(
        ("shuffled", "renamed", "blank_rows", "blank_columns", "respelt", "titled", "totals"), True
    ),
}


@dataclass(frozen=True)
class Rendering:
    """One case in one layout, with noise of one kind or with none."""

    case: Case
    layout: str
    noise: str = ""


def checked(renderings: Sequence[Rendering], folder: Path) -> Iterator[tuple[Rendering, dict[str, str], TrackerResult]]:
    """Write cases as workbooks and check those of a day as one chunk; yield where each value went, and the result."""
    for day in sorted({each.case.as_of for each in renderings}):
        chosen = [each for each in renderings if each.case.as_of == day]
        paths = [folder / f"{day}-{number}.xlsx" for number, _ in enumerate(chosen)]
        places = [
            render(each.case.tables, path, each.layout, Noise(len(each.noise), **NOISES.get(each.noise, {})))
            for each, path in zip(chosen, paths, strict=True)
        ]
        yield from zip(chosen, places, check_files(paths, Settings(day)), strict=True)


def told(result: TrackerResult, layout: str) -> list[tuple[str, str, str]]:
    return sorted((f.rule, f.fingerprint, f.severity) for f in result.findings if not f.rule.startswith(UNTOLD[layout]))


def structural(result: TrackerResult) -> list[str]:
    return sorted(f.rule for f in result.findings if f.rule.startswith("STR") and f.severity != "note")


def coverage(result: TrackerResult, layout: str) -> dict[str, str]:
    return {entry.rule: entry.status for entry in result.coverage if not entry.rule.startswith(UNTOLD[layout])}


def part(layout: str, many: int, *, breaching: bool = False) -> list[Case]:
    """Return about so many of the cases that a layout can hold, from another one on for each layout."""
    cases = [case for case in all_cases() if case.as_of == DAY and (not breaching or case.expect == "breach")]
    held = [case for case in cases if can_render(case.tables, layout)]
    every = max(len(held) // many, 1)
    return held[LAYOUTS.index(layout) % every :: every]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_gives_the_same_findings_at_the_right_cells(layout: str, tmp_path: Path, results: Results) -> None:
    noises = {"log": [*NOISES]}.get(layout, ["all of it"])
    renderings = [Rendering(case, layout) for case in part(layout, MANY)]
    renderings += [Rendering(c, layout, noise) for noise in noises for c in part(layout, MANY // 2, breaching=True)]
    assert len(renderings) > MANY
    for each, places, result in checked(renderings, tmp_path):
        expected = results[each.case]
        assert told(result, layout) == told(expected, layout), each
        assert structural(result) == structural(expected), each
        if not each.noise:
            assert coverage(result, layout) == coverage(expected, layout), each
            if layout != "forms":  # what is blank in a form may be told at its label
                assert_cells(result, expected, places, layout)


def assert_cells(result: TrackerResult, expected: TrackerResult, places: dict[str, str], layout: str) -> None:
    """Hold each finding to the cells where its values went; of one about no learner any cell may stand for all."""
    cells = {f.fingerprint: f.cells for f in result.findings}
    for finding in expected.findings:
        if not finding.rule.startswith(UNTOLD[layout]) and finding.learner:
            wanted = [places[cell] for cell in finding.cells if cell in places]
            assert [cell for cell in cells[finding.fingerprint] if cell in wanted] == wanted, finding
