"""Marked copies: the trackers' own workbooks with every finding in its cells and on a first sheet.

The command decides what each copy is called; workers open the trackers and make the copies.
"""

from __future__ import annotations

import os
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from validator.reading.addresses import place, reference
from validator.reports import OutputError
from validator.trackers import MARKED
from validator.workers import run_in_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from validator.findings import CheckReport, TrackerResult


@dataclass(frozen=True, slots=True)
class MarkedCopy:
    """What became of the marked copy of one tracker."""

    tracker: str
    """The tracker's path, as the report has it."""
    path: str = ""
    """Where the copy is, or nothing where there is none."""
    reason: str = ""
    """A sentence that says why there is none."""


@dataclass(frozen=True, slots=True)
class Job:
    """One copy to be made."""

    report: CheckReport
    """The report, with this tracker alone."""
    target: Path
    """Where the copy goes, without the ending, which follows from what is in the tracker."""


def mark_copies(
    report: CheckReport,
    folder: Path,
    *,
    jobs: int,
    timeout: float,
    memory_mib: int | None,
    on_done: Callable[[int], None] = lambda _: None,
) -> list[MarkedCopy]:
    """Write a marked copy of each workbook into a folder, which is made where there is none.

    Returns what became of each, in the order of the report. The trackers are only read, in workers under
    limits of time (seconds a tracker) and memory (MiB). Raises OutputError when there can be no such folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The marked copies cannot be written: there can be no folder {folder} ({error.strerror or error})."
        ) from None
    workbooks = [(tracker, workbook) for tracker in report.trackers for workbook in _workbooks(tracker)]
    targets = _targets([Path(workbook.path) for _, workbook in workbooks], folder)
    work = {
        Path(workbook.path): Job(replace(_of_one(report, tracker), trackers=(workbook,)), target)
        for (tracker, workbook), target in zip(workbooks, targets, strict=True)
        if workbook.status != "unreadable"
    }
    made = run_in_workers(
        list(work),
        partial(_make, work=work),
        jobs=jobs,
        chunk=10,
        timeout=timeout,
        memory_mib=memory_mib,
        on_done=on_done,
        fail=lambda path, reason: MarkedCopy(path.as_posix(), reason=reason),
        doing="Marking",
    )
    copies = {copy.tracker: copy for copy in made}
    return [
        copies.get(workbook.path, MarkedCopy(workbook.path, reason=workbook.reason or "The tracker could not be read."))
        for _, workbook in workbooks
    ]


def _workbooks(tracker: TrackerResult) -> Iterator[TrackerResult]:
    """Yield a tracker as it is, or each of the workbooks that make it, with the findings that lead there.

    In these, the cells of the workbook come first and are named as in the workbook itself. What leads to no cell at
    all stands in the first workbook.
    """
    if not tracker.parts:
        yield tracker
    for part in tracker.parts:
        findings = []
        for finding in tracker.findings:
            split = [(cell, _in_book(cell, part.book)) for cell in finding.cells]
            own = [cell for _, cell in split if cell]
            if own or (not split and part is tracker.parts[0]):
                cells = (*own, *(elsewhere for elsewhere, cell in split if not cell))
                findings.append(replace(finding, cells=cells))
        of_several = f"This workbook is one of the {len(tracker.parts)} that were checked together as {tracker.path}."
        yield replace(
            tracker,
            path=part.path,
            sha256=part.sha256,
            parts=(),
            findings=tuple(findings),
            guide_reason=f"{of_several} {tracker.guide_reason}",
        )


def _in_book(cell: str, book: str) -> str:
    """Return a reference as it is within a workbook; "" for one to another workbook."""
    with suppress(ValueError):
        sheet, row, column = place(cell)
        if sheet.startswith(book):
            return reference(sheet.removeprefix(book), row, column)
    return ""


def _of_one(report: CheckReport, tracker: TrackerResult) -> CheckReport:
    """Return a report with this tracker alone, and the waivers that name something in it."""
    uses = [replace(use, findings=tuple(f for f in use.findings if f[0] == tracker.path)) for use in report.waivers]
    alone = len(report.trackers) == 1
    return replace(report, trackers=(tracker,), waivers=tuple(use for use in uses if use.findings or alone))


def _make(paths: tuple[Path, ...], work: Mapping[Path, Job]) -> list[MarkedCopy]:
    from validator.reports.marked.copying import make_copy  # noqa: PLC0415 - openpyxl is for the workers alone

    return [make_copy(path, work[path]) for path in paths]


def _targets(trackers: Sequence[Path], folder: Path) -> list[Path]:
    """Return where each copy goes, without its ending: no two in one place, none in the place of a tracker."""
    taken = {_identity(tracker.with_suffix("")) for tracker in trackers}
    targets = []
    for tracker in trackers:
        number, name = 1, f"{tracker.stem}{MARKED})"
        while (identity := _identity(folder / name)) in taken:
            number += 1
            name = f"{tracker.stem}{MARKED} {number})"
        taken.add(identity)
        targets.append(folder / name)
    return targets


def _identity(path: Path) -> str:
    """Return what is the same for all spellings of a path that one of the usual file systems takes for one file."""
    return unicodedata.normalize("NFC", os.path.realpath(path.parent) + "/" + path.name).casefold()
