"""findings.json: everything a check says, for other programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from validator import __version__
from validator.reports.words import encodable

if TYPE_CHECKING:
    from validator.findings import Baseline, CheckReport, Finding, TrackerResult, WaiverUse

SCHEMA_VERSION = "1"


def render(report: CheckReport) -> str:
    """Return the text of findings.json: the same report gives the same bytes."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "btec-validator", "version": __version__},
        "guide": report.guide,
        "as_of": report.as_of,
        "learners": report.learners,
        "trackers": [_tracker(tracker) for tracker in report.trackers],
        "waivers": [_waiver(use) for use in report.waivers],
        "baseline": _baseline(report.baseline) if report.baseline else None,
    }
    return encodable(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def _tracker(tracker: TrackerResult) -> dict[str, Any]:
    return {
        "path": tracker.path,
        "sha256": tracker.sha256,
        "parts": [asdict(part) for part in tracker.parts],
        "status": tracker.status,
        "reason": tracker.reason,
        "programme": tracker.programme,
        "calendar": tracker.calendar,
        "guide": tracker.guide,
        "guide_reason": tracker.guide_reason,
        "counts": tracker.counts(),
        "waived": tracker.waived(),
        "coverage": [asdict(coverage) for coverage in tracker.coverage],
        "findings": [_finding(finding) for finding in tracker.findings],
        "fixed": [_finding(finding) for finding in tracker.fixed],
        "unsettled": [_finding(finding) for finding in tracker.unsettled],
        "departures": [asdict(departure) for departure in tracker.departures],
        "sheets": [asdict(sheet) for sheet in tracker.sheets],
        "drift": [asdict(drift) for drift in tracker.drift],
    }


def _waiver(use: WaiverUse) -> dict[str, Any]:
    return {
        **asdict(use.waiver),
        "names": dict(use.names),
        "state": use.state,
        "doubt": use.doubt,
        "findings": [{"tracker": tracker, "fingerprint": fingerprint} for tracker, fingerprint in use.findings],
    }


def _baseline(baseline: Baseline) -> dict[str, Any]:
    moved = [{"tracker": now, "was": then} for now, then in baseline.moved]
    return {**asdict(baseline), "moved": moved}


def _finding(finding: Finding) -> dict[str, Any]:
    # The rest of the row is for people who look at the report: a build server has no need of it.
    return {name: value for name, value in asdict(finding).items() if name != "record"}
