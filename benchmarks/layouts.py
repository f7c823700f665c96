"""How well each layout is read: the same cohorts, with their breaches, in every layout, plain and with noise.

    python -m benchmarks.layouts [EVERY]

takes every EVERYth case of the rules (default 40) and prints, for each layout, how many of the findings that its
tables hold were found (recall), how many of those told were right (precision), and the share of columns recognised.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cases import Case, all_cases
from tests.headings import Noise
from tests.rendering import can_render
from tests.test_layouts import NOISES, UNTOLD, rendered, told
from validator.cases import judge_cases
from validator.settings import Settings

if TYPE_CHECKING:
    from validator.findings import TrackerResult


def main() -> None:
    """Print a line for each layout, plain and with all noise."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    chosen = all_cases()[::every]
    expected = judge_cases(chosen, Settings(date.min))  # the cases say what day it is
    print(f"{'layout':<24}{'noise':<7}{'trackers':>9}{'findings':>9}{'recall':>8}{'precision':>10}{'columns':>9}")
    for layout in UNTOLD:
        cases = [case for case in chosen if can_render(case.tables, layout)]
        for name, noise in (("none", Noise()), ("all", Noise(3, **NOISES["all of it"]))):
            _report(layout, name, cases, noise, expected)


def _report(layout: str, name: str, cases: list[Case], noise: Noise, expected: dict[Case, TrackerResult]) -> None:
    count: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for case, _, result in rendered(cases, Path(folder), layout, noise):
            wanted, found = (Counter(told(r, layout)) for r in (expected[case], result))
            columns = [c for sheet in result.sheets for table in sheet.tables for c in table.columns]
            count += Counter(
                wanted=wanted.total(),
                found=found.total(),
                right=(wanted & found).total(),
                columns=len(columns),
                recognised=sum(column.field is not None for column in columns),
            )
    recall, precision = count["right"] / count["wanted"], count["right"] / count["found"]
    share = count["recognised"] / count["columns"]
    print(f"{layout:<24}{name:<7}{len(cases):>9}{count['wanted']:>9}{recall:>8.1%}{precision:>10.1%}{share:>9.1%}")


if __name__ == "__main__":
    main()
