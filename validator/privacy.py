"""Reports without the names of learners: codes in their place, or nothing at all.

One function from report to report, before anything is rendered. It goes through every text of every value, so that an
output or a field that is new is covered too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from validator.findings import (
    Baseline,
    CheckReport,
    ColumnReading,
    Coverage,
    Departure,
    Finding,
    People,
    RuleCard,
    TableReading,
    TrackerResult,
    Waiver,
    WaiverUse,
)
from validator.fingerprints import in_order, learner_identity
from validator.mentions import CODE, SEVERAL, Mentions, code_of, codes_of
from validator.reading.addresses import place
from validator.reports.csv import harmless
from validator.settings import LEAD

if TYPE_CHECKING:
    from collections.abc import Sequence

Value = TypeVar("Value")

LEFT_OUT = "(left out)"
"""Stands for the whole of a name where names are left out."""
SOMEBODY = "Somebody"
"""Stands for a name in a sentence where names are left out."""

_ANY_CODE = re.compile(f"{CODE.pattern}|{SEVERAL}")
_NO_NAMES: Mapping[type, frozenset[str]] = {
    Finding: frozenset({"rule", "name", "severity", "section", "attempt", "criterion", "fingerprint", "change"}),
    TrackerResult: frozenset({"path", "sha256", "status", "guide"}),
    TableReading: frozenset({"kind"}),
    ColumnReading: frozenset({"field", "attempt", "how"}),
    Departure: frozenset({"kind", "what", "rules"}),
    Waiver: frozenset({"expires"}),
    WaiverUse: frozenset({"state"}),
    Baseline: frozenset({"as_of"}),
    RuleCard: frozenset(field.name for field in fields(RuleCard)),
    Coverage: frozenset(field.name for field in fields(Coverage)),
}
"""The fields in which nobody can be named: words of the guide, of the tracker model and of this program."""
_STAFF = frozenset({LEAD, "Internal verifiers", "Assessors"})
"""The facts that a configuration supplies and that are names."""


def pseudonymised(report: CheckReport) -> CheckReport:
    """Return a report that calls each learner by a code, everywhere.

    The code follows from the registration number, or from the name where the tracker has none, however the name is
    spelt: it is the same in every tracker and at every check.
    """
    return _rewritten(report, _People(report), nameless=False)


def without_names(report: CheckReport) -> CheckReport:
    """Return a report that names neither learners nor, as far as trackers and configurations tell them, staff."""
    return _rewritten(report, _People(report, staff_too=True), nameless=True)


def key_of(report: CheckReport) -> str:
    """Return which learner each code stands for, as the text of a .csv file; `report` still has the names."""
    people = _People(report)
    entries = {
        (code, name, number)
        for some in (*(people.of(tracker) for tracker in report.trackers), people.everybody)
        for (name, number), code in codes_of(some.learners).items()
    }
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("code", "name", "number"))
    writer.writerows([harmless(cell) for cell in entry] for entry in sorted(entries))
    return "\ufeff" + text.getvalue()


class _People:
    """Who is named in a run, and in each of its trackers."""

    def __init__(self, report: CheckReport, *, staff_too: bool = False) -> None:
        self._staff_too = staff_too
        known = {learner_identity(name) for tracker in report.trackers for name, _ in tracker.people.learners}
        in_waivers = {value for use in report.waivers for key, value in use.names if key == "learner"}
        each = [self.of(tracker) for tracker in report.trackers]
        learners = [learner for people in each for learner in people.learners]
        learners += [(name, "") for name in sorted(in_waivers) if learner_identity(name) not in known]
        staff = [person for people in each for person in people.staff]
        self.everybody = People(tuple(dict.fromkeys(learners)), tuple(dict.fromkeys(staff)))

    def of(self, tracker: TrackerResult) -> People:
        """Return the people of a tracker, with the learners of its findings: those of a baseline may have left."""
        named = {f.learner for f in (*tracker.findings, *tracker.fixed, *tracker.unsettled) if f.learner}
        known = {word for learner in tracker.people.learners for word in learner}
        others = ((name, "") for name in sorted(named - known) if not CODE.fullmatch(name))
        learners = (*tracker.people.learners, *others)
        if self._staff_too:
            return People((*learners, *((person, "") for person in tracker.people.staff)))
        return replace(tracker.people, learners=learners)


@dataclass(frozen=True)
class _Texts:
    """What becomes of the texts of a tracker, or of a run."""

    mentions: Mentions
    nameless: bool

    def __call__(self, text: str) -> str:
        """Return a text that names no learner."""
        coded = self.mentions.coded(text)
        if not self.nameless:
            return coded
        return LEFT_OUT if _ANY_CODE.fullmatch(coded) else _ANY_CODE.sub(SOMEBODY, coded)

    def learner(self, name: str) -> str:
        """Return what to call a learner."""
        if self.nameless:
            return LEFT_OUT
        coded = self.mentions.coded(name)
        return coded if _ANY_CODE.fullmatch(coded) else code_of(name)


def _rewritten(report: CheckReport, people: _People, *, nameless: bool) -> CheckReport:
    of_run = _Texts(Mentions(people.everybody), nameless)
    paths = _paths([tracker.path for tracker in report.trackers], of_run)

    def told(text: str) -> str:
        return paths[text] if text in paths else of_run(text)

    return replace(
        report,
        trackers=tuple(
            _tracker(tracker, paths[tracker.path], _Texts(Mentions(people.of(tracker), of_run.mentions), nameless))
            for tracker in report.trackers
        ),
        waivers=tuple(_walk(_unowned(use) if nameless else use, told) for use in report.waivers),
        baseline=_walk(report.baseline, told),
        learners="left-out" if nameless else "coded",
    )


def _paths(paths: Sequence[str], texts: _Texts) -> dict[str, str]:
    """Return what to call each tracker; those that only a name told apart get numbers."""
    found: dict[str, str] = {}
    for path in paths:
        folder, slash, name = texts(path).rpartition("/")
        stem, dot, suffix = name.rpartition(".") if name.rfind(".") > 0 else (name, "", "")
        others, number, path_now = set(found.values()), 1, f"{folder}{slash}{name}"
        while path_now in others:
            number += 1
            path_now = f"{folder}{slash}{stem} ({number}){dot}{suffix}"
        found[path] = path_now
    return found


def _tracker(tracker: TrackerResult, path: str, texts: _Texts) -> TrackerResult:
    columns = _columns(tracker)

    def findings(of: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return in_order(_finding(finding, columns, texts) for finding in of)

    rest = replace(tracker, path=path, people=People(), findings=(), fixed=(), unsettled=())
    if texts.nameless:
        told = (replace(d, now=LEFT_OUT) if d.what in _STAFF else d for d in tracker.departures)
        rest = replace(rest, departures=tuple(told))
    return replace(
        _walk(rest, texts),
        findings=findings(tracker.findings),
        fixed=findings(tracker.fixed),
        unsettled=findings(tracker.unsettled),
    )


def _finding(finding: Finding, columns: Mapping[tuple[str, int], str], texts: _Texts) -> Finding:
    if texts.nameless:
        kept = replace(
            finding,
            record=(),
            waiver=finding.waiver and replace(finding.waiver, owner=LEFT_OUT),
            assessor=finding.assessor and LEFT_OUT,
            internal_verifier=finding.internal_verifier and LEFT_OUT,
        )
    else:
        kept = replace(finding, record=_record(finding, columns))
    return replace(_walk(kept, texts), learner=texts.learner(finding.learner) if finding.learner else None)


def _unowned(use: WaiverUse) -> WaiverUse:
    return replace(use, waiver=replace(use.waiver, owner=LEFT_OUT))


def _columns(tracker: TrackerResult) -> dict[tuple[str, int], str]:
    """Return the field that each column of each sheet was taken for."""
    found = {}
    for column in (column for sheet in tracker.sheets for table in sheet.tables for column in table.columns):
        if column.field and (where := _column_of(column.cell)):
            found[where] = column.field.rpartition(".")[2]
    return found


def _column_of(cell: str) -> tuple[str, int] | None:
    """Return the sheet and the column of a cell; nothing of a sheet without a name."""
    try:
        sheet, _, column = place(cell)
    except ValueError:
        return None
    return sheet, column


def _record(finding: Finding, columns: Mapping[tuple[str, int], str]) -> tuple[tuple[str, str, str], ...]:
    """Return the row of a finding without what tells the learner by itself, such as the registration number, and
    without the columns of which nobody knows what they hold, such as an address."""
    telling = ("registration", "date_of_birth", None)
    fields_told = ((columns.get(where) if (where := _column_of(cell)) else None) for *_, cell in finding.record)
    return tuple(told for told, field in zip(finding.record, fields_told, strict=True) if field not in telling)


def _walk(value: Value, rewrite: Callable[[str], str]) -> Value:
    """Return a value with each of its texts rewritten, whatever holds them."""
    changed: Any = value
    if isinstance(value, str):
        changed = rewrite(value)
    elif isinstance(value, tuple | list):
        changed = type(value)(_walk(part, rewrite) for part in value)
    elif isinstance(value, Mapping):
        changed = {key: _walk(part, rewrite) for key, part in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        kept = _NO_NAMES.get(type(value), frozenset())
        parts = {field.name: getattr(value, field.name) for field in fields(value) if field.name not in kept}
        changed = replace(value, **{name: _walk(part, rewrite) for name, part in parts.items()})
    return changed  # type: ignore[no-any-return]
