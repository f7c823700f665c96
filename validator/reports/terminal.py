"""The summary on the terminal: what a person needs before opening the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from validator.findings import SEVERITIES
from validator.reports import waivers
from validator.reports.overview import Overview
from validator.reports.words import PRIVACY, attempt_name, count, long_date, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from validator.findings import CheckReport, Finding, Severity
    from validator.reports.overview import Group, TrackerOverview

SHOWN: dict[Severity, int] = {"error": 20, "warning": 10, "note": 0}
"""How many findings of each severity are shown; the rest is counted, never left out in silence."""
SHOWN_WAIVED = 10
"""How many waived findings are shown; the rest is counted."""
SHOWN_GONE = 10
"""How many findings of the baseline are shown that are no longer there; the rest is counted."""

DRIFT_SHOWN = 10
"""How many differences from its profile are shown of each tracker."""

_STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold blue",
    "clear": "bold green",
    "partial": "bold magenta",
    "unchecked": "bold magenta",
}


def summary(report: CheckReport, console: Console, *, written: Sequence[str] = ()) -> None:
    """Print the verdict, a line for each tracker, the first findings and how much could not be checked.

    `written` are the files that the reports went to. What is left out for brevity is counted. Text of the
    trackers is shown as it is, without acting on the terminal, in any encoding.
    """
    overview = Overview(report)
    say = _Speaker(console)
    say.line(f"BTEC compliance check as of {long_date(report.as_of)}, guide edition {report.guide}")
    if report.learners != "named":
        say.line(PRIVACY[report.learners])
    say.gap()
    for tracker in overview.trackers:
        _tracker(tracker, say)
    for tracker in overview.trackers:
        _drift(tracker, say, in_report=bool(written))
    if overview.departures:
        say.gap()
        say.line("Not the default check", style="bold")
        for departure in overview.departures:
            some = len(departure.trackers)
            where = f", for {count(some, 'tracker')}" if some != len(overview.trackers) else ""
            say.line(departure.sentence, after=f" ({departure.source}{where})", indent=2)
    for severity in SEVERITIES:
        _findings(overview, severity, say, in_report=bool(written))
    _waived(overview, say, in_report=bool(written))
    _gone(overview, say, in_report=bool(written))
    say.gap()
    say.line(f"{overview.headline}.", style=_STYLES[overview.standing])
    if overview.since:
        say.line(overview.since)
    say.line(f"{overview.caveat}.", style=_STYLES["unchecked" if overview.incomplete else "clear"])
    for path in written:
        say.line(f"Report: {path}")


def _tracker(tracker: TrackerOverview, say: _Speaker) -> None:
    found = ", ".join(count(tracker.counts[severity], severity) for severity in SEVERITIES)
    if waived := tracker.waived.total():
        found += f", {waived:,} waived"
    reach = tracker.reach
    state = {
        "checked": f"{found}; {reach.checked} of {reach.applicable} applicable rules checked"
        + (f". {tracker.result.reason}" if tracker.result.reason else ""),
        "not-understood": f"{tracker.state}. {tracker.result.reason}",
        "unreadable": f"{tracker.state}. {tracker.result.reason}",
    }[tracker.result.status]
    say.line(tracker.result.path, after=f": {state}", style=_STYLES[tracker.standing])


def _drift(tracker: TrackerOverview, say: _Speaker, *, in_report: bool) -> None:
    drift = tracker.result.drift
    if not drift:
        return
    say.gap()
    say.line("Not as its profile describes", after=f" ({tracker.result.path})", style="bold")
    for entry in drift[:DRIFT_SHOWN]:
        say.line(entry.message, indent=2)
    if len(drift) > DRIFT_SHOWN:
        where = "in the report" if in_report else "not shown here"
        say.line(f"and {count(len(drift) - DRIFT_SHOWN, 'more difference')} {where}", indent=2)


def _findings(overview: Overview, severity: Severity, say: _Speaker, *, in_report: bool) -> None:
    findings = [
        (tracker, group, finding)
        for tracker in overview.trackers
        for group in tracker.groups
        if group.severity == severity
        for finding in group.findings
        if not finding.waiver
    ]
    shown = findings[: SHOWN[severity]]
    if not findings:
        return
    say.gap()
    if shown:
        say.line(f"{severity}s".capitalize(), style=_STYLES[severity])
    heading: tuple[TrackerOverview, Group] | None = None
    for tracker, group, finding in shown:
        if heading != (tracker, group):
            of_tracker = f" ({tracker.result.path})" if len(overview.trackers) > 1 else ""
            say.line(f"{group.code} {group.title}", after=of_tracker, style="bold", indent=2)
            heading = tracker, group
        say.line(("New: " if finding.change == "new" else "") + _place(finding), indent=4)
        say.line(finding.message, indent=6)
    hidden = len(findings) - len(shown)
    if hidden:
        where = "in the report" if in_report else "not shown here"
        more = f"and {count(hidden, f'more {severity}')}" if shown else count(hidden, severity)
        say.line(f"{more} {where}", indent=2 if shown else 0)


def _waived(overview: Overview, say: _Speaker, *, in_report: bool) -> None:
    """Print the waivers, and the findings that they cover: nothing is hidden by a waiver."""
    if not overview.report.waivers:
        return
    say.gap()
    say.line("Waivers", after=f" {waivers.WHOSE}", style="bold")
    for told in overview.waivers:
        style = "" if told.use.state == "used" else "bold yellow"
        say.line(f"{told.names}:", after=f" {told.state} {waivers.grounds(told.use.waiver)}", style=style, indent=2)
    found = [
        (tracker, finding) for tracker in overview.trackers for finding in tracker.result.findings if finding.waiver
    ]
    for tracker, finding in found[:SHOWN_WAIVED]:
        of_tracker = f" ({tracker.result.path})" if len(overview.trackers) > 1 else ""
        say.line(f"Waived {finding.severity} {finding.rule}{of_tracker}  {_place(finding)}", indent=2)
        say.line(finding.message, indent=4)
    if (hidden := len(found) - SHOWN_WAIVED) > 0:
        where = "in the report" if in_report else "not shown here"
        say.line(f"and {count(hidden, 'more waived finding')} {where}", indent=2)


def _gone(overview: Overview, say: _Speaker, *, in_report: bool) -> None:
    """Print what is fixed since the baseline, and what may or may not be."""
    for title, named in (("Fixed since the baseline", "fixed"), ("Cannot be told whether fixed", "unsettled")):
        found = [(tracker, finding) for tracker in overview.trackers for finding in getattr(tracker.result, named)]
        if not found:
            continue
        say.gap()
        say.line(title, style="bold")
        for tracker, finding in found[:SHOWN_GONE]:
            of_tracker = f" ({tracker.result.path})" if len(overview.trackers) > 1 else ""
            say.line(f"{finding.severity} {finding.rule}{of_tracker}  {_place(finding)}", indent=2)
        if (hidden := len(found) - SHOWN_GONE) > 0:
            say.line(f"and {hidden:,} more {'in the report' if in_report else 'not shown here'}", indent=2)


def _place(finding: Finding) -> str:
    """Return whom and what a finding is about, and the cell to go to."""
    attempt = attempt_name(finding.attempt or "")
    work = (finding.learner, finding.unit, finding.assignment, attempt, finding.criterion)
    subject = ", ".join(part for part in work if part)
    return "  ".join(part for part in (subject, *finding.cells[:1]) if part) or "The tracker as a whole"


class _Speaker:
    """Says lines on a console: plain text only, in whatever encoding it has."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def line(self, text: str, *, after: str = "", style: str = "", indent: int = 0) -> None:
        """Print `text` in a style and `after` without one."""
        # A Text is never parsed for markup, and a long line is left whole for the program that reads a pipe.
        line = Text(self._safe(text), style=style if not after else "")
        if after:
            line = Text.assemble((self._safe(text), style), self._safe(after))
        if self._console.is_terminal:
            self._console.print(Padding(line, (0, 0, 0, indent), expand=False))
        else:
            self._console.print(Text(" " * indent) + line, soft_wrap=True)

    def gap(self) -> None:
        """Print an empty line."""
        self._console.print()

    def _safe(self, text: str) -> str:
        """Return text that neither acts on a terminal nor fails to be written to it."""
        encoding = self._console.encoding
        return visible(text).encode(encoding, "backslashreplace").decode(encoding)
