"""When things happened, assignment by assignment: hand-outs, deadlines, second chances, and where rules were broken."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from rules.extensions import attempts_with_extensions
from validator.findings import SEVERITIES, AssignmentLine, Mark
from validator.tables.cells import assignment_key, unit_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules.records import Records
    from validator.findings import Finding
    from validator.tables.model import Tables

_Key = tuple[int, str, str]
"""Tracker, unit and assignment."""

_KEYS = ["tracker", "unit_key", "assignment_key"]
_DATED = ("attempts", "assignments", "verifications", "extensions", "feedback")
"""The tables whose dates say when a rule was broken."""


def time_lines(
    tables: Tables, records: Records, findings: Mapping[int, Sequence[Finding]]
) -> dict[int, tuple[AssignmentLine, ...]]:
    """Return the time line of each assignment of each tracker of a chunk, earliest first.

    The plan tells when an assignment is handed out and due; where it has no such assignment, the first submissions do.
    A breach stands on the first date among its cells; one without a date, or about no assignment, is not on the line.
    """
    names, marks = _names(records), defaultdict[_Key, list[Mark]](list)
    units: dict[tuple[int, str], list[_Key]] = defaultdict(list)
    for known in names:
        units[known[0], known[2]].append(known)
    for key, mark in (*_planned(records), *_recorded(records), *_breaches(tables, findings)):
        alone = units.get((key[0], key[2]), []) if not key[1] else []  # the plan told the unit of the records
        at = key if key in names else alone[0] if len(alone) == 1 else None
        if at is not None:
            marks[at].append(mark)
    lines: dict[int, list[AssignmentLine]] = defaultdict(list)
    for key in sorted(names, key=lambda key: (min((m.starts for m in marks[key]), default="9"), names[key])):
        if marks[key]:
            lines[key[0]].append(AssignmentLine(*names[key], tuple(sorted(marks[key], key=_order))))
    return {number: tuple(found) for number, found in lines.items()}


def _order(mark: Mark) -> tuple[str, str, str, str, str]:
    return mark.starts, mark.ends, mark.kind, mark.rule, mark.group


def _names(records: Records) -> dict[_Key, tuple[str, str]]:
    """Return how each assignment of the plan and of the records is spelt."""
    found: dict[_Key, tuple[str, str]] = {}
    for frame in (records.assignments, records.attempts):
        once = frame.dropna(subset=[*_KEYS, "assignment"]).drop_duplicates(_KEYS)
        for *key, unit, assignment in once[[*_KEYS, "unit", "assignment"]].itertuples(index=False):
            found.setdefault((int(key[0]), key[1], key[2]), (unit if isinstance(unit, str) else "", str(assignment)))
    return found


def _planned(records: Records) -> Iterator[tuple[_Key, Mark]]:
    """Yield the dates of the plan and, of assignments that it lacks, those of the first submissions."""
    plan = records.assignments
    for kind, field in (("handed-out", "handed_out"), ("deadline", "deadline")):
        rows = plan.dropna(subset=[*_KEYS, field]).drop_duplicates([*_KEYS, field])
        several = rows.duplicated(_KEYS, keep=False)
        for *key, day, groups, many in rows[[*_KEYS, field, "groups"]].assign(many=several).itertuples(index=False):
            group = ", ".join(sorted(groups)) if many else ""
            yield (int(key[0]), key[1], key[2]), Mark(kind, _iso(day), _iso(day), 0, group)  # type: ignore[arg-type]
        known = pd.MultiIndex.from_frame(rows[_KEYS].astype({"tracker": "int64"}))
        first = records.first.dropna(subset=[*_KEYS, field])
        first = first[~pd.MultiIndex.from_frame(first[_KEYS]).isin(known)]
        yield from _counted(first, kind, field, field)


def _recorded(records: Records) -> Iterator[tuple[_Key, Mark]]:
    """Yield what the records of learners show: extended deadlines, and the time for resubmissions and retakes."""
    extended = attempts_with_extensions(records)
    extended = extended[extended["extended"] & extended["extension_deadline"].notna()]
    yield from _counted(extended, "extension", "extension_deadline", "extension_deadline")
    again = records.resubmissions
    opened = records.value(again, "first.results_received").astype("datetime64[s]")
    again = again.assign(opened=opened.fillna(again["handed_out"]).fillna(again["deadline"]))
    again = again.assign(opened=again["opened"].where(again["opened"] <= again["deadline"], again["deadline"]))
    yield from _counted(again, "resubmission", "opened", "deadline")
    retaken = records.retakes
    retaken = retaken.assign(opened=retaken["handed_out"].fillna(retaken["deadline"]))
    retaken = retaken.assign(
        opened=retaken["opened"].where(retaken["opened"] <= retaken["deadline"], retaken["deadline"])
    )
    yield from _counted(retaken, "retake", "opened", "deadline")


def _counted(rows: pd.DataFrame, kind: Any, since: str, until: str) -> Iterator[tuple[_Key, Mark]]:
    """Yield a mark for each different span of each assignment, with how many learners have it."""
    rows = rows.dropna(subset=[*_KEYS, since, until])
    spans = zip(*(rows[column] for column in (*_KEYS, since, until)), strict=True)
    for (number, unit, assignment, first, last), count in Counter(spans).items():
        yield (int(number), unit, assignment), Mark(kind, _iso(first), _iso(last), count)


def _breaches(tables: Tables, findings: Mapping[int, Sequence[Finding]]) -> Iterator[tuple[_Key, Mark]]:
    days = _days(tables, {(number, cell) for number, found in findings.items() for f in found for cell in f.cells})
    found: Counter[tuple[_Key, str, str]] = Counter()
    severities: dict[tuple[_Key, str, str], list[int]] = defaultdict(list)
    for number, told in findings.items():
        for finding in told:
            day = next((days[number, cell] for cell in finding.cells if (number, cell) in days), None)
            if day is None or finding.assignment is None:
                continue
            key = number, unit_key(finding.unit or "") or "", assignment_key(finding.assignment) or ""
            found[key, day, finding.rule] += 1
            severities[key, day, finding.rule].append(SEVERITIES.index(finding.severity))
    for at, count in found.items():
        key, day, rule = at
        yield key, Mark("breach", day, day, count, rule=rule, severity=SEVERITIES[min(severities[at])])


def _days(tables: Tables, wanted: set[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """Return the date that stands in each of the wanted cells, where one does."""
    cells = {cell for _, cell in wanted}
    found: dict[tuple[int, str], str] = {}
    for kind in _DATED:
        frame, places = tables.frames[kind], tables.cells[kind]
        for name in places:
            if name not in frame or frame[name].dtype.kind != "M":
                continue
            here = places[name].isin(cells) & frame[name].notna()
            told = (frame["tracker"][here], places[name][here], frame[name][here])
            found |= {(int(number), str(cell)): _iso(day) for number, cell, day in zip(*told, strict=True)}
    return found


def _iso(day: Any) -> str:
    return str(day.date().isoformat())
