"""findings.csv: a row for each finding, to be opened in Excel."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from validator.reports.words import encodable, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.findings import CheckReport, Finding, TrackerResult

COLUMNS = (
    "tracker",
    "severity",
    "rule",
    "name",
    "learner",
    "unit",
    "assignment",
    "attempt",
    "criterion",
    "message",
    "remedy",
    "cells",
    "section",
    "fingerprint",
    "waived_by",
    "waived_until",
    "waived_reason",
    "change",
)
INCOMPLETE = "incomplete"
"""Stands for the severity in the row of a tracker that was not wholly checked, where no finding says so. So do `fixed`
and `unsettled` for findings of the baseline: whoever counts errors must not count those."""

_FORMULA = re.compile(r"(\A|;)(?=\s*[=+\-@＝＋－＠])")
"""What begins as a formula does: a cell, or what follows a semicolon, which parts cells where decimals have commas."""


def render(report: CheckReport) -> str:
    """Return the text of the file, with the mark by which Excel knows UTF-8: the same report gives the same bytes.

    Cells that Excel would take for formulas begin with an apostrophe, and each is on one line.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in row] for tracker in report.trackers for row in _rows(tracker))
    return "\ufeff" + text.getvalue()


def _rows(tracker: TrackerResult) -> Iterator[list[str]]:
    for finding in tracker.findings:
        yield _row(tracker, finding, {})
    for gone in ("fixed", "unsettled"):
        for finding in getattr(tracker, gone):
            yield _row(tracker, finding, {"severity": gone, "change": gone})
    if not tracker.is_complete and all(finding.message != tracker.reason for finding in tracker.findings):
        yield [{"tracker": tracker.path, "severity": INCOMPLETE, "message": tracker.reason}.get(c, "") for c in COLUMNS]


def _row(tracker: TrackerResult, finding: Finding, instead: dict[str, str]) -> list[str]:
    told = {"tracker": tracker.path, **_waived(finding), **instead}
    return [told[column] if column in told else _told(finding, column) for column in COLUMNS]


def _waived(finding: Finding) -> dict[str, str]:
    waiver = finding.waiver
    by, until, reason = (waiver.owner, waiver.expires, waiver.reason) if waiver else ("", "", "")
    return {"waived_by": by, "waived_until": until, "waived_reason": reason}


def _told(finding: Finding, column: str) -> str:
    value: tuple[str, ...] | str | None = getattr(finding, column)
    return ", ".join(value) if isinstance(value, tuple) else value or ""


def harmless(cell: str) -> str:
    """Return a cell on one line that no program takes for a formula."""
    return _FORMULA.sub(r"\1'", visible(encodable(cell)))
