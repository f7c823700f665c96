"""From verdicts to findings and coverage: the part of the pipeline that no rule has to know.

It works out the four outcomes, turns rows and fields into cells, and fills in the sentences.
"""

from __future__ import annotations

import string
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rules.rule import POINTERS
from validator.findings import Coverage, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules.records import Records
    from rules.rule import Rule, Verdict
    from validator.concerned import Concerned
    from validator.tables.model import Tables


@dataclass(frozen=True)
class Judgement:
    """What the rules say of each tracker of a chunk."""

    findings: Mapping[int, list[Finding]]
    coverage: Mapping[int, list[Coverage]]
    defects: Mapping[str, str]
    """The rules that failed on a tracker judged alone, which is a defect of theirs, with the kind of failure."""


def judge(rules: Iterable[Rule], records: Records, tables: Tables, trackers: int, concerned: Concerned) -> Judgement:
    """Return the findings and the coverage of each rule on each tracker of a chunk.

    Each rule runs once, over all trackers together; a chunk gives exactly what its trackers give one by one.
    In a tracker of a programme that the guide does not cover, rules are not applicable.

    Whatever a rule raises is raised, so that the trackers are tried one by one; a rule that fails on a tracker
    alone is not checkable there, and the others are judged all the same.
    """
    defects: dict[str, str] = {}
    findings: dict[int, list[Finding]] = defaultdict(list)
    coverage: dict[int, list[Coverage]] = defaultdict(list)
    for rule in rules:
        if rule.judge is None:
            continue
        try:
            verdict = rule.judge(records)
            judged, missing = _judged(rule, verdict, tables, records)
            if records.beyond_scope and not rule.beyond_scope:
                judged = judged[~judged["tracker"].isin(records.beyond_scope)]
                missing = {number: names for number, names in missing.items() if number not in records.beyond_scope}
            breaching = judged[judged["_breaching"]] if judged["_breaching"].any() else judged.iloc[:0]
            found = _findings(rule, verdict, breaching, tables, concerned)
        except Exception as error:
            if trackers != 1:
                raise
            kind = type(error).__name__
            defects[rule.code] = f"{kind}: {error}" if rule.origin else kind
            coverage[0].append(Coverage(rule.code, "not-checkable", missing=rule.fields()))
            continue
        counts = np.bincount(judged["tracker"].to_numpy("int64"), minlength=trackers)
        breaches = Counter(breaching["tracker"])
        for number, finding in found:
            findings[number].append(finding)
        for number in range(trackers):
            lacking = missing.get(number, ())
            checked = int(counts[number])
            status = (
                "breached"
                if breaches[number]
                else "not-checkable"
                if lacking
                else "passed"
                if checked
                else "not-applicable"
            )
            coverage[number].append(Coverage(rule.code, status, checked, breaches[number], tuple(lacking)))  # type: ignore[arg-type]
    return Judgement(findings, coverage, defects)


# ---------------------------------------------------------------------- what can be judged


def _judged(
    rule: Rule, verdict: Verdict, tables: Tables, records: Records
) -> tuple[pd.DataFrame, dict[int, tuple[str, ...]]]:
    """Return the rows of a verdict whose needs the tracker records, and for each tracker the fields it lacks."""
    rows = verdict.considered.assign(_breaching=verdict.breaching.reindex(verdict.considered.index).eq(True))
    if verdict.severity is not None:
        rows = rows.assign(_severity=verdict.severity)
    lacking: dict[int, list[str]] = defaultdict(list)
    checkable = np.ones(len(rows), dtype=bool)
    without = _without_such_attempts(rule, tables) | verdict.nothing_in
    for need in rule.needs:
        alternatives = need.split("|")
        held = np.zeros(len(rows), dtype=bool)
        for field in alternatives:
            pointer = field.partition(".")[0]
            if pointer == "terms":  # they may stand in a calendar of their own, and belong to every record
                held |= records.calendars.knows_terms(rows["tracker"]).to_numpy(bool)
            elif f"{pointer}_row" in rows:
                held |= records.recorded(rows, field).to_numpy(bool)
        checkable &= held
        names = [_table_field(field) for field in alternatives]
        for number in () if held.all() else rows.loc[~held, "tracker"].unique():
            lacking[number].extend(names)
        for number in _silent(alternatives, tables, records, rows) - without:
            lacking[number].extend(names)
    doubtful = np.zeros(len(rows), dtype=bool)
    for field, unknown in verdict.unknown.items():
        unsettled = (unknown.reindex(rows.index).eq(True) & ~rows["_breaching"]).to_numpy(bool) & checkable
        doubtful |= unsettled
        for number in rows.loc[unsettled, "tracker"].unique():
            lacking[number].append(field)
    rows = rows if (checkable := checkable & ~doubtful).all() else rows[checkable]
    return rows, {number: tuple(dict.fromkeys(names)) for number, names in lacking.items()}


def _silent(alternatives: list[str], tables: Tables, records: Records, rows: pd.DataFrame) -> set[int]:
    """Return the trackers of which no row was considered, and which record none of the alternatives of a need:
    it cannot be said that nothing falls under the rule."""
    numbers = set(tables.frames["programme"]["tracker"]) - set(rows["tracker"])
    for field in alternatives if numbers else ():
        pointer, _, name = field.partition(".")
        kind = POINTERS[pointer]
        frame, cells = tables.frames[kind], tables.cells[kind]
        if pointer == "terms":
            trackers = tables.frames["programme"]["tracker"]
            numbers -= set(trackers[records.calendars.knows_terms(trackers)])
        if kind == "attempts" and pointer in ("resubmission", "retake"):
            numbers -= set(frame["tracker"]) - set(frame.loc[frame["attempt"] == pointer, "tracker"])
        told = cells[name].notna()
        if kind == "attempts":  # those of nobody are not judged
            told &= frame["learner_key"].notna()
        numbers -= set(frame.loc[told, "tracker"])
    return numbers


def _without_such_attempts(rule: Rule, tables: Tables) -> set[int]:
    """Return the trackers that record attempts and none of the kind that a rule judges (a resubmission, a retake):
    nothing in them falls under the rule, whatever else they lack."""
    attempts = tables.frames["attempts"]
    found: set[int] = set()
    for need in rule.needs:
        kinds = {alternative.partition(".")[0] for alternative in need.split("|")}
        if kinds <= {"resubmission", "retake"}:
            found |= set(attempts["tracker"]) - set(attempts.loc[attempts["attempt"].isin(kinds), "tracker"])
    return found


def _table_field(field: str) -> str:
    pointer, _, name = field.partition(".")
    return f"{POINTERS[pointer]}.{name}"


# ---------------------------------------------------------------------- findings


def _findings(
    rule: Rule, verdict: Verdict, rows: pd.DataFrame, tables: Tables, concerned: Concerned
) -> list[tuple[int, Finding]]:
    if rows.empty:
        return []
    remedy = verdict.remedy or rule.page["remedy"]
    found: list[tuple[int, Finding]] = []
    breaches: list[dict[str, Any]] = rows.to_dict("records")  # type: ignore[assignment]
    for row in breaches:
        finding = Finding(
            rule.code,
            rule.name,
            row.get("_severity") or rule.severity,
            speak(verdict.message, row),
            speak(remedy, row),
            rule.section,
            learner=_told(row.get("learner")),
            unit=_told(row.get("unit")),
            assignment=_told(row.get("assignment")),
            attempt=_told(row.get("attempt")),
            criterion=_told(row.get("criterion")),
            cells=_cells(verdict.cells, row, tables),
        )
        found.append((int(row["tracker"]), concerned.named_in(finding, row)))
    return found


def _told(value: object) -> str | None:
    return None if _is_missing(value) else str(value)


def _cells(fields: tuple[str, ...], row: dict[str, Any], tables: Tables) -> tuple[str, ...]:
    found: list[str] = []
    for field in fields:
        pointer, _, name = field.format_map(row).partition(".")
        labels = row.get(f"{pointer}_row")
        places = tables.cells[POINTERS[pointer]][name]
        rows = labels if isinstance(labels, tuple | list) else (labels,)
        told = [places.get(int(label)) for label in rows if not _is_missing(label)]
        found.extend(place for place in told if isinstance(place, str) and place)
    return tuple(dict.fromkeys(found))


class _Speaker(string.Formatter):
    """Formats values as a person would say them: 3 November 2023; A.P1, A.P2; nothing."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            return str(format(value, format_spec))
        if isinstance(value, tuple | list | set | frozenset):
            return ", ".join(map(str, value))
        if _is_missing(value):
            return "(blank)"
        if isinstance(value, pd.Timestamp):
            return f"{value.day} {value:%B %Y}"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value)


def speak(template: str, row: Mapping[str, Any]) -> str:
    """Return a sentence: `template` with the values of `row`, dates and lists as people write them."""
    return _Speaker().vformat(template, (), row)


def _is_missing(value: object) -> bool:
    return value is None or (not isinstance(value, tuple | list | set | frozenset) and bool(pd.isna(value)))  # type: ignore[call-overload]
