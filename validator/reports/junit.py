"""JUnit XML, for the test views of CI servers: a suite for each tracker, a case for each rule that applies to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from validator import __version__
from validator.reports.overview import Overview
from validator.reports.waivers import decision
from validator.reports.words import count, encodable, field_name, kind, listed, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.findings import CheckReport, Coverage, Finding
    from validator.reports.overview import ToldDeparture, TrackerOverview

FAILING = ("error", "warning")
"""The severities that make a case fail; notes, and what is waived, are told in its output."""

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML 1.0 cannot hold, not even as references."""


def render(report: CheckReport) -> str:
    """Return the text of the XML file: the same report gives the same bytes.

    A rule with errors or warnings fails, one that could not be checked is skipped with the missing columns, one that
    does not apply has no case. A tracker that was not wholly checked has a case that ends in an error.
    """
    overview = Overview(report)
    suites = [_suite(tracker, report, overview.departures) for tracker in overview.trackers]
    totals = {kind: sum(int(suite.attrib[kind]) for suite in suites) for kind in ("tests", "failures", "errors")}
    root = ET.Element("testsuites", {"name": "btec-validator", **{kind: str(n) for kind, n in totals.items()}})
    root.extend(suites)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(tracker: TrackerOverview, report: CheckReport, departures: Sequence[ToldDeparture]) -> ET.Element:
    found: dict[str, list[Finding]] = {}
    for finding in tracker.result.findings:
        found.setdefault(finding.rule, []).append(finding)
    judged = {c.rule: c for c in tracker.outcomes("breached", "passed", "not-checkable")}
    names = {card.code: card.name for card in report.rules}
    names |= {code: of[0].name for code, of in found.items()}
    cases = [
        _case(tracker, f"{code} {names.get(code, '')}".rstrip(), judged.get(code), found.get(code, ()))
        for code in dict.fromkeys([*judged, *found])
    ]
    if not tracker.result.is_complete and not any(case.find("error") is not None for case in cases):
        case = _empty_case(tracker, "The whole tracker was checked")
        ET.SubElement(case, "error", type="incomplete", message=_text(tracker.result.reason))
        cases.insert(0, case)
    ended = {kind: sum(case.find(end) is not None for case in cases) for kind, end in _ENDS.items()}
    suite = ET.Element(
        "testsuite",
        {
            "name": _text(tracker.result.path),
            "tests": str(len(cases)),
            **{kind: str(number) for kind, number in ended.items()},
            "time": "0",
            "file": _text(tracker.result.path),
        },
    )
    properties = ET.SubElement(suite, "properties")
    told = (("guide", tracker.result.guide), ("as-of", report.as_of), ("sha256", tracker.result.sha256))
    for name, value in (*told, ("btec-validator", __version__), *_besides(tracker, report, departures)):
        ET.SubElement(properties, "property", name=name, value=_text(value))
    suite.extend(cases)
    gone = [f"fixed {_line(finding)}" for finding in tracker.result.fixed]
    gone += [f"unsettled {_line(finding)}" for finding in tracker.result.unsettled]
    if gone:
        ET.SubElement(suite, "system-out").text = "\n".join(gone)
    return suite


_ENDS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def _case(tracker: TrackerOverview, name: str, coverage: Coverage | None, found: Sequence[Finding]) -> ET.Element:
    case = _empty_case(tracker, name)
    failing = [finding for finding in found if finding.severity in FAILING and not finding.waiver]
    if found and tracker.result.status != "checked":
        # Nothing in this tracker was judged: the findings say why.
        end = ET.SubElement(case, "error", type=tracker.result.status, message=_text(tracker.result.reason))
        end.text = _lines(found)
    elif failing:
        message = failing[0].message if len(failing) == 1 else count(len(failing), "finding")
        end = ET.SubElement(case, "failure", type=failing[0].severity, message=_text(message))
        end.text = _lines(failing)
    elif coverage and coverage.status == "not-checkable":
        missing = listed([field_name(field) for field in coverage.missing])
        why = f"the tracker does not record {missing}" if missing else "nothing in the tracker was checked"
        ET.SubElement(case, "skipped", message=_text(f"Not checkable: {why}."))
    if notes := [finding for finding in found if finding not in failing and tracker.result.status == "checked"]:
        ET.SubElement(case, "system-out").text = _lines(notes)
    return case


def _empty_case(tracker: TrackerOverview, name: str) -> ET.Element:
    return ET.Element("testcase", name=name, classname=_text(tracker.result.path), time="0")


def _besides(
    tracker: TrackerOverview, report: CheckReport, departures: Sequence[ToldDeparture]
) -> Iterator[tuple[str, str]]:
    """Yield the properties of a check that was not the plain one: names, baseline, departures from the default."""
    if report.learners != "named":
        yield "learners", report.learners
    if report.baseline is not None:
        yield "baseline", report.baseline.source
        yield from zip(("new", "unchanged", "fixed", "unsettled"), map(str, tracker.changes), strict=True)
    own = (told for told in departures if tracker in told.trackers)
    for number, told in enumerate(own, 1):
        yield f"departure-{number}", f"{told.sentence} ({told.source})"


def _lines(findings: Sequence[Finding]) -> str:
    """Return findings with their cells and remedies, a line for each."""
    return "\n".join(map(_line, findings))


def _line(finding: Finding) -> str:
    named = f"{kind(finding)}:" + (f" {decision(finding.waiver)}" if finding.waiver else "")
    cells = f"[{', '.join(finding.cells)}]" if finding.cells else ""
    return _text(" ".join((named, finding.message, cells, finding.remedy)))


def _text(text: str) -> str:
    """Return text on one line that XML can hold, with the characters spelt out that it cannot."""
    return _NO_XML.sub(lambda found: ascii(found[0])[1:-1], visible(encodable(text)))
