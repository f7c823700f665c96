"""SARIF 2.1.0, for code scanning and editors: each finding with its tracker, sheet and cell."""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from validator import __version__
from validator.reading.addresses import place
from validator.reports.overview import Overview
from validator.reports.waivers import WHOSE, decision, grounds
from validator.reports.words import count, encodable, field_name, human, listed, visible

if TYPE_CHECKING:
    from validator.findings import CheckReport, Finding, RuleCard, TrackerResult
    from validator.reports.overview import ToldDeparture, ToldWaiver, TrackerOverview

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
PAGE_PARTS = {
    "why": "Why the guide asks",
    "breaks": "Breaks it",
    "keeps": "Keeps it",
    "remedy": "To put it right",
    "blind": "What it cannot see",
}
NOTIFICATIONS = {
    "unreadable": "A tracker could not be read, so nothing in it was checked.",
    "not-understood": "No table was recognised in a tracker, so nothing in it was checked.",
    "incomplete": "Some rules could not be run on a tracker.",
    "not-checkable": "A tracker does not record what some rules need, so they were not checked.",
    "unsettled": "It cannot be told whether findings of the baseline are fixed.",
    "departure": "The check was not the default one.",
    "waiver-expired": "The last day of a waiver is over, so that it waives nothing.",
    "waiver-unmatched": "A waiver matches nothing that was found.",
}
"""What the run says of the check itself, besides its results."""

_LINK = re.compile(r"\[(?=[^\]]*\]\()")


def render(report: CheckReport) -> str:
    """Return the text of a SARIF log with one run: the same report gives the same bytes.

    A tracker that was not wholly checked makes the run unsuccessful and is told in its notifications, and so are the
    rules that could not be checked; the outcome of every rule stands with the tracker among the run's artifacts.
    """
    overview = Overview(report)
    positions = {card.code: position for position, card in enumerate(report.rules)}
    artifacts = [_Artifact(tracker) for tracker in overview.trackers]
    run = {
        "tool": {
            "driver": {
                "name": "btec-validator",
                "version": __version__,
                "semanticVersion": __version__,
                "language": "en-GB",
                "rules": [_rule(card) for card in report.rules],
                "notifications": [_described(kind, text) for kind, text in NOTIFICATIONS.items()],
            }
        },
        "language": "en-GB",
        "invocations": [
            {
                "executionSuccessful": all(tracker.is_complete for tracker in report.trackers),
                "toolExecutionNotifications": [told for artifact in artifacts for told in artifact.notifications()],
                "toolConfigurationNotifications": [
                    *(_of_departure(told, overview) for told in overview.departures),
                    *(_of_waiver(told) for told in overview.waivers if told.use.state != "used"),
                ],
            }
        ],
        "artifacts": [artifact.described() for artifact in artifacts],
        "results": [result for artifact in artifacts for result in artifact.results(positions)],
        "properties": {
            "guide": report.guide,
            "asOf": report.as_of,
            "learners": report.learners,
            **({"baseline": visible(encodable(report.baseline.source))} if report.baseline else {}),
        },
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return encodable(json.dumps(log, ensure_ascii=False, indent=2)) + "\n"


class _Artifact:
    """One tracker: an artifact of the run, with what was found in it and what is to be said of its check."""

    def __init__(self, overview: TrackerOverview) -> None:
        self._overview = overview
        self._tracker: TrackerResult = overview.result

    @cached_property
    def _location(self) -> dict[str, Any]:
        return _location(self._overview)

    def described(self) -> dict[str, Any]:
        """Return the artifact with the codes of the rules that had each outcome."""
        tracker, outcomes = self._tracker, self._overview.outcomes
        properties = {
            "status": tracker.status,
            "programme": tracker.programme,
            "guide": tracker.guide,
            "breached": [coverage.rule for coverage in outcomes("breached")],
            "passed": [coverage.rule for coverage in outcomes("passed")],
            "notCheckable": [coverage.rule for coverage in outcomes("not-checkable")],
            "notApplicable": [coverage.rule for coverage in outcomes("not-applicable")],
        }
        hashes = {"hashes": {"sha-256": tracker.sha256}} if tracker.sha256 else {}
        return {
            "description": _message(tracker.path),
            "location": self._location,
            "roles": ["analysisTarget"],
            **hashes,
            "properties": properties,
        }

    def notifications(self) -> list[dict[str, Any]]:
        """Return why the tracker was not wholly checked, and which rules could not be."""
        told = []
        if not self._tracker.is_complete:
            kind = self._tracker.status if self._tracker.status != "checked" else "incomplete"
            told.append(self._notification(kind, "error", self._tracker.reason))
        if self._tracker.status == "checked" and (uncheckable := self._overview.outcomes("not-checkable")):
            wanted = listed([field_name(wanted.field) for wanted in self._overview.wanted()])
            reach = self._overview.reach
            told.append(
                self._notification(
                    "not-checkable",
                    "warning",
                    f"{count(reach.not_checkable, 'rule')} of {reach.applicable} could not be checked: "
                    f"{listed([coverage.rule for coverage in uncheckable])}. The tracker does not record {wanted}.",
                )
            )
        if gone := self._tracker.unsettled:
            codes = listed(list(dict.fromkeys(finding.rule for finding in gone)))
            text = (
                f"{count(len(gone), 'finding')} of the baseline cannot be told to be fixed, for these rules were not "
                f"run now, or could not be checked everywhere: {codes}."
            )
            told.append(self._notification("unsettled", "note", text))
        return told

    def _notification(self, kind: str, level: str, text: str) -> dict[str, Any]:
        return {
            "descriptor": {"id": kind, "index": list(NOTIFICATIONS).index(kind)},
            "level": level,
            "message": _message(text),
            "locations": [{"physicalLocation": {"artifactLocation": self._location}}],
        }

    def results(self, positions: dict[str, int]) -> list[dict[str, Any]]:
        """Return a result for each finding; `positions` are those of the rules in the run's tool."""
        fixed = [self._result(finding, positions) for finding in self._tracker.fixed]
        return [*(self._result(finding, positions) for finding in self._tracker.findings), *fixed]

    def _result(self, finding: Finding, positions: dict[str, int]) -> dict[str, Any]:
        # The standard: where any result of a run tells its suppressions, all of them do.
        report = self._overview.report
        state: dict[str, Any] = {"suppressions": _suppressions(finding)} if report.waivers else {}
        if report.baseline:
            state["baselineState"] = finding.change or "absent"
        where = f"See {listed(list(finding.cells))}." if finding.cells else ""
        # STR001 is told of an unreadable file even where only other rules were selected.
        index = {"ruleIndex": positions[finding.rule]} if finding.rule in positions else {}
        first, *others = [self._place(cell) for cell in finding.cells] or [self._place(None)]
        about = ("learner", "unit", "assignment", "attempt", "criterion", "section", "remedy")
        return {
            "ruleId": finding.rule,
            **index,
            "level": finding.severity,
            "message": _message(" ".join(filter(None, (finding.message, where, finding.remedy)))),
            "locations": [first],
            **({"relatedLocations": [{"id": n, **other} for n, other in enumerate(others, 1)]} if others else {}),
            "partialFingerprints": {
                "btecValidator/v1": finding.fingerprint,
                # GitHub knows alerts by this one alone, and two trackers may have the same finding.
                "primaryLocationLineHash": _digest(self._tracker.path, finding.fingerprint),
            },
            **state,
            "properties": {name: value for name in about if (value := getattr(finding, name))},
        }

    def _place(self, cell: str | None) -> dict[str, Any]:
        """Return the location of a cell, in its own workbook where the tracker has several, or of the whole tracker.

        GitHub asks for a region: it is the row and the column of the cell.
        """
        row, column = 0, 0
        file = self._location
        named: dict[str, Any] = {}
        if cell is not None:
            name = cell.rpartition("!")[2]
            named = {"logicalLocations": [{"name": name, "fullyQualifiedName": cell, "kind": "cell"}]}
            with suppress(ValueError):  # of a sheet without a name
                sheet, row, column = place(cell)
                named["message"] = _message(f"Cell {name} of the sheet {sheet}")
                file = next(({"uri": _uri(p.path)} for p in self._tracker.parts if sheet.startswith(p.book)), file)
        region = {"startLine": row + 1, "startColumn": column + 1, "endLine": row + 1, "endColumn": column + 2}
        return {"physicalLocation": {"artifactLocation": file, "region": region}, **named}


def _suppressions(finding: Finding) -> list[dict[str, str]]:
    if finding.waiver is None:
        return []
    justification = f"{decision(finding.waiver)} {WHOSE}"
    return [{"kind": "external", "status": "accepted", "justification": visible(encodable(justification))}]


def _of_departure(told: ToldDeparture, overview: Overview) -> dict[str, Any]:
    """Return what was changed and by whom, with the trackers unless it holds for all of them."""
    some = told.trackers if len(told.trackers) < len(overview.trackers) else ()
    locations = {"locations": [{"physicalLocation": {"artifactLocation": _location(tracker)}} for tracker in some]}
    return {
        "descriptor": {"id": "departure", "index": list(NOTIFICATIONS).index("departure")},
        "level": "note",
        "message": _message(f"{told.sentence} ({told.source})"),
        **(locations if some else {}),
    }


def _location(tracker: TrackerOverview) -> dict[str, Any]:
    return {"uri": _uri(tracker.result.path), "index": tracker.number - 1}


def _of_waiver(told: ToldWaiver) -> dict[str, Any]:
    kind = f"waiver-{told.use.state}"
    return {
        "descriptor": {"id": kind, "index": list(NOTIFICATIONS).index(kind)},
        "level": "warning",
        "message": _message(f"Waiver of {told.names}: {told.state} {grounds(told.use.waiver)}"),
    }


def _rule(card: RuleCard) -> dict[str, Any]:
    page = [(label, card.page[part]) for part, label in PAGE_PARTS.items() if card.page.get(part)]
    finds = card.page.get("finds", human(card.name))
    return {
        "id": card.code,
        "name": card.name,
        "shortDescription": {"text": human(card.name)},
        "fullDescription": {"text": finds},
        "help": {
            "text": "\n\n".join([finds, f"Guide: {card.section}", *(f"{label}: {text}" for label, text in page)]),
            "markdown": "\n\n".join([finds, f"Guide: *{card.section}*", *(f"**{lab}.** {text}" for lab, text in page)]),
        },
        "defaultConfiguration": {"level": card.severity},
        "properties": {"tags": ["BTEC", card.section]},
    }


def _described(kind: str, text: str) -> dict[str, Any]:
    """Return a kind of notification; GitHub asks for all three texts."""
    return {"id": kind, **{part: {"text": text} for part in ("shortDescription", "fullDescription", "help")}}


def _message(text: str) -> dict[str, str]:
    """Return a message in which nothing that a tracker says is taken for a placeholder or a link."""
    return {"text": _LINK.sub(r"\\[", visible(encodable(text))).replace("{", "{{").replace("}", "}}")}


def _uri(path: str) -> str:
    """Return a path as a URI reference: relative where the path is."""
    return Path(path).as_uri() if Path(path).is_absolute() else quote(os.fsencode(path))


def _digest(*parts: str) -> str:
    return hashlib.sha256(encodable("\x1f".join(parts)).encode()).hexdigest()[:16]
