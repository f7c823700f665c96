"""Markdown, for the comment on a pull request or an e-mail: the verdict, the trackers and the first findings."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from validator.findings import SEVERITIES
from validator.reports import waivers
from validator.reports.overview import Overview
from validator.reports.words import PRIVACY, attempt_name, count, encodable, kind, listed, long_date, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.findings import CheckReport, Finding
    from validator.reports.overview import TrackerOverview

LIMIT = 60_000
"""Characters of the whole text: a comment on GitHub holds 65,536, and a workflow may add some of its own."""
FOR_TRACKERS = 20_000
"""Characters of the list of trackers, so that findings are always told too."""
FOR_LISTS = 6_000
"""Characters of the list of departures from the default check, and of that of waivers."""
CELL = 400
"""Characters of one cell of a table, before those of Markdown are escaped."""

_MARKUP = re.compile(r"[\\`*_\[\]<>|~&#$]")
_CALLS = re.compile(r"(?<=[@#])(?=\w)|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
"""Where a name would call a person, an issue or a site: a space of no width keeps it from that."""


def render(report: CheckReport) -> str:
    """Return the text: the same report gives the same bytes, and never more than `LIMIT` characters.

    Trackers and findings that have no place are counted, those of least severity first.
    """
    overview = Overview(report)
    head = [
        "## BTEC compliance check",
        f"**{_safe(overview.headline)}.** {_safe(overview.caveat)}.",
        _safe(overview.since),
        f"As of {long_date(report.as_of)}, guide edition {_safe(report.guide)}.",
        PRIVACY[report.learners],
        _trackers(overview),
        _departures(overview),
        _waivers(overview),
    ]
    text = "\n\n".join(filter(None, head)) + "\n"
    findings = _findings(overview, LIMIT - len(text) - 1)
    return text + (f"\n{findings}\n" if findings else "")


def _trackers(overview: Overview) -> str:
    """Return the table of trackers, those first that were not checked or have errors."""
    ordered = sorted(overview.trackers, key=lambda t: (t.result.is_complete, *(-t.counts[s] for s in SEVERITIES)))
    rows = [_tracker(tracker) for tracker in ordered]
    shown = _fitting(rows, FOR_TRACKERS)
    table = ["| tracker | errors | warnings | notes | rules checked |", "|---|---|---|---|---|", *rows[:shown]]
    left = len(rows) - shown
    return "\n".join(table) + (f"\n\n{count(left, 'more tracker')} not shown here." if left else "")


def _tracker(tracker: TrackerOverview) -> str:
    reach = f"{tracker.reach.checked} of {tracker.reach.applicable} that apply"
    if not tracker.result.is_complete:
        state = f"{tracker.state}. " if tracker.result.status != "checked" else f"{reach}. "
        reach = f"**{_safe(state + tracker.result.reason)}**"
    return _row(_safe(tracker.result.path), *(str(tracker.counts[severity]) for severity in SEVERITIES), reach)


def _waivers(overview: Overview) -> str:
    """Return the list of waivers; the findings that they cover are marked in the table of findings."""
    told = [
        f"- **{_safe(waiver.names)}**: {_safe(waiver.state)} {_safe(waivers.grounds(waiver.use.waiver))}"
        for waiver in overview.waivers
    ]
    if not told:
        return ""
    return _list(f"**Waivers.** {waivers.WHOSE}", told, "waiver")


def _departures(overview: Overview) -> str:
    """Return in what the check was not the default one."""
    every = len(overview.trackers)
    told = [
        f"- {_safe(departure.sentence)} ({_safe(departure.source)}"
        + (f", for {count(some, 'tracker')})" if (some := len(departure.trackers)) != every else ")")
        for departure in overview.departures
    ]
    return _list("**Not the default check.**", told, "departure") if told else ""


def _list(title: str, told: Sequence[str], what: str) -> str:
    """Return as much of a list as there is room for, and how much is left out."""
    shown = _fitting(told, FOR_LISTS)
    left = f"\n\n{count(len(told) - shown, f'more {what}')} not shown here." if shown < len(told) else ""
    return "\n".join([title, "", *told[:shown]]) + left


def _findings(overview: Overview, room: int) -> str:
    """Return as many findings as there is room for, the most serious first, and how many are left out."""
    found = [
        (tracker, finding, kind(finding))
        for waived in (False, True)
        for severity in SEVERITIES
        for tracker in overview.trackers
        for group in tracker.groups
        if group.severity == severity
        for finding in group.findings
        if bool(finding.waiver) == waived
    ]
    for tracker in overview.trackers:
        found += [(tracker, finding, f"unsettled {finding.severity}") for finding in tracker.result.unsettled]
        found += [(tracker, finding, f"fixed {finding.severity}") for finding in tracker.result.fixed]
    if not found:
        return ""
    several = len(overview.trackers) > 1
    names = ["severity", "rule", *(["tracker"] if several else []), "where", "who and what", "finding"]
    head = "\n".join([_row(*names), _row(*["---"] * len(names))]) + "\n"
    left_out = "\n{} not shown here.\n"
    longest = left_out.format(_counted([named for *_, named in found]))
    rows = [_finding(tracker if several else None, finding, named) for tracker, finding, named in found]
    shown = _fitting(rows, room - len(head) - len(longest) - 1)
    rest = [named for *_, named in found[shown:]]
    return (head + "\n".join(rows[:shown]) + "\n" + (left_out.format(_counted(rest)) if rest else "")).rstrip("\n")


def _finding(tracker: TrackerOverview | None, finding: Finding, named: str) -> str:
    about = (finding.learner, finding.unit, finding.assignment, attempt_name(finding.attempt or ""), finding.criterion)
    return _row(
        named,
        finding.rule,
        *([_safe(tracker.result.path)] if tracker else []),
        _safe(finding.cells[0]) if finding.cells else "",
        _safe(", ".join(filter(None, about))),
        _safe(finding.message) + (f" {_safe(waivers.decision(finding.waiver))}" if finding.waiver else ""),
    )


def _counted(kinds: Sequence[str]) -> str:
    """Return how many more findings of each kind there are: "2 more errors and 5 more waived notes"."""
    return listed([count(number, f"more {named}") for named, number in Counter(kinds).items()])


def _fitting(rows: Sequence[str], room: int) -> int:
    """Return how many of the rows, from the first, fit into so many characters."""
    for shown, row in enumerate(rows):
        room -= len(row) + 1
        if room < 0:
            return shown
    return len(rows)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _safe(text: str) -> str:
    """Return text on one line of which Markdown and GitHub make nothing but that text, shortened where it is long."""
    text = visible(encodable(text))
    text = text if len(text) <= CELL else text[: CELL - 1] + "…"
    return _CALLS.sub("\u200b", _MARKUP.sub(r"\\\g<0>", text))
