"""How well each layout is read: the same cohorts, with their breaches, in every layout, plain and with noise.

    python -m benchmarks.layouts [EVERY [LAYOUT …]]

takes every EVERYth case of the rules (default 40) and prints, for each layout, how many of the findings that its
tables hold were found (recall), how many of those told were right (precision), and the share of columns recognised:
as it is, with all noise, and with headings beyond the vocabulary, those it was mended by and those held out.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cases import Case, all_cases
from tests.rendering import can_render
from tests.test_layouts import NOISES, UNTOLD, Rendering, checked, told
from validator.cases import judge_cases
from validator.settings import Settings

if TYPE_CHECKING:
    from validator.findings import TrackerResult

SHOWN = {
    "none": {},
    "all": NOISES["all of it"],
    "beyond": {"beyond": True},
    "held out": {"beyond": True, "held_out": True},
}


def main() -> None:
    """Print the lines of each layout."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    chosen = all_cases()[::every]
    expected = judge_cases(chosen, Settings(date.min))  # the cases say what day it is
    print(f"{'layout':<26}{'noise':<10}{'trackers':>9}{'findings':>9}{'recall':>8}{'precision':>10}{'columns':>9}")
    NOISES.update(SHOWN)
    for layout in sys.argv[2:] or UNTOLD:
        cases = [case for case in chosen if can_render(case.tables, layout)]
        _report([Rendering(case, layout, name) for name in SHOWN for case in cases], expected)


def _report(renderings: list[Rendering], expected: dict[Case, TrackerResult]) -> None:
    """Check the renderings of a layout together and print a line for each kind of noise."""
    counts: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for each, _, result in checked(renderings, Path(folder)):
            wanted, found = (Counter(told(r, each.layout)) for r in (expected[each.case], result))
            columns = [c for sheet in result.sheets for table in sheet.tables for c in table.columns]
            counts.setdefault(each.noise, Counter()).update(
                trackers=1,
                wanted=wanted.total(),
                found=found.total(),
                right=(wanted & found).total(),
                columns=len(columns),
                recognised=sum(column.field is not None for column in columns),
            )
    for noise, count in counts.items():
        recall, precision = count["right"] / max(count["wanted"], 1), count["right"] / max(count["found"], 1)
        share = count["recognised"] / count["columns"]
        figures = f"{count['trackers']:>9}{count['wanted']:>9}{recall:>8.1%}{precision:>10.1%}{share:>9.1%}"
        print(f"{renderings[0].layout:<26}{noise:<10}{figures}", flush=True)


if __name__ == "__main__":
    main()
