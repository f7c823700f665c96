"""Resubmissions, retakes and re-sits, with the evidence of them that a Standards Verifier asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from rules.people import same_people
from rules.resubmission_of_evidence import DATE_IN_TEXT
from rules.resubmissions import (
    before_retake,
    every_resubmission,
    in_another_year,
    resubmissions_after_first,
    windows,
    with_last_day,
)
from rules.retakes import began, every_retake, with_evidence
from rules.wording import says
from validator.findings import Evidence, EvidenceState, RegisterEntry
from validator.registers.cells import Cell, Told, absent, dicts, is_refusal, name, signed, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.records import Records

AUTHORISED = "Authorised by the Lead Internal Verifier"
DEADLINE = "Deadline"
FIRST_RECORD = "First assessment record"
PREVIOUS_RECORD = "Earlier assessment record"
DECLARED = "Learner’s declaration"
SECOND_RECORD = "New assessment record"
CONFIRMED = "Assessor’s confirmation"
EXCEPTIONAL = "Exceptional reason"


def resubmissions(records: Records, told: Told) -> list[tuple[int, RegisterEntry]]:
    """Return the resubmissions that were authorised or made, each with its tracker."""
    rows = with_last_day(records, every_resubmission(records))
    answering = before_retake(records, resubmissions_after_first(records))["attempts_row"]
    rows = rows.assign(
        lead=rows["tracker"].map(records.leads),
        results=records.value(rows, "first.results_received"),
        in_other_year=in_another_year(records, rows) & rows["attempts_row"].isin(answering),
    )
    counted = windows(records)
    counted = counted.assign(
        limit=records.limit(counted, "resubmission_working_days"),
        holiday=records.calendars.holiday_period(
            counted["tracker"], counted["first_results_received"], counted["deadline"]
        ),
        out_of_term=records.calendars.in_term(counted["tracker"], counted["deadline"]).eq(False).fillna(False),
        other_year=in_another_year(records, counted),
    )
    window = {row["attempts_row"]: row for row in dicts(counted)}
    answers = set(before_retake(records, rows)["attempts_row"])
    return [
        (
            int(row["tracker"]),
            _entry(
                "resubmission",
                row,
                told,
                _authorised(told, row, (row["authorisation_row"], row["attempts_row"], row["first_row"])),
                _in_time(
                    _due(told, row, window.get(row["attempts_row"]), answers_first=row["attempts_row"] in answers), row
                ),
                _record(FIRST_RECORD, told, row["first_row"], lacking="no first submission on record"),
                *_what_came(records, told, row, came_in=bool(row["came_in"])),
            ),
        )
        for row in dicts(rows)
    ]


def retakes(records: Records, told: Told) -> list[tuple[int, RegisterEntry]]:
    """Return the retakes and re-sits that were authorised or begun, each with its tracker."""
    rows = every_retake(records)
    came = set(with_evidence(records, rows)["attempts_row"])
    planned = records.value(rows, "retake_plan.deadline").mask(rows["deadline"].notna())
    last_day = with_last_day(records, rows)["last_day"].fillna(planned)
    rows = rows.assign(
        lead=rows["tracker"].map(records.leads),
        began_on=began(records, rows),
        last_day=last_day,
        results=pd.Series(pd.NaT, rows.index),
        in_other_year=False,
    )
    return [
        (
            int(row["tracker"]),
            _entry(
                row["kind"],
                row,
                told,
                _if_begun(told, row, _authorised(told, row, (row["attempts_row"],))),
                _if_begun(told, row, _reason(told.cell("attempts", row["attempts_row"], "exceptional_reason"))),
                _in_time(_agreed(told, row), row),
                _record(PREVIOUS_RECORD, told, row["previous_row"], lacking="no earlier attempt on record"),
                *_what_came(records, told, row, came_in=row["attempts_row"] in came),
            ),
        )
        for row in dicts(rows)
    ]


def _entry(kind: Any, row: Mapping[str, Any], told: Told, *evidence: Evidence) -> RegisterEntry:
    learner, unit, assignment = (name(row[part]) for part in ("learner", "unit", "assignment"))
    place = told.first_told([row["attempts_row"]], "submitted", "authorised_by", "assignment", "learner").where
    return RegisterEntry(kind, learner, unit, assignment, evidence, place)


def _authorised(told: Told, row: Mapping[str, Any], places: Sequence[object]) -> Evidence:
    """Return what is on record of the authorisation: who, and when; some note it with the first submission."""
    by, on = told.first_told(places, "authorised_by"), told.first_told(places, "authorised_on")
    place = by.where or on.where
    if is_refusal(by):
        return Evidence(AUTHORISED, "missing", f"says “{by}”", place)
    if by:
        return _authorised_by(by, on, row)
    if on and not by.has_column:
        return Evidence(AUTHORISED, "unclear", f"dated {on}; no column for who", place)
    return absent(AUTHORISED, by, on, missing=f"dated {on}, nobody named" if on else "missing")


def _authorised_by(by: Cell, on: Cell, row: Mapping[str, Any]) -> Evidence:
    lead = name(row["lead"])
    dated_beside = pd.Series([by.value]).str.contains(DATE_IN_TEXT, regex=True).iloc[0]
    if lead and same_people(pd.Series([by.value]), pd.Series([lead])).iloc[0] is False:
        found = Evidence(AUTHORISED, "wrong", f"{by}, who is not the Lead Internal Verifier ({lead})", by.where)
    elif on and on.value > row["submitted"] and not row["submitted"] < row["results"]:
        state: EvidenceState = "wrong" if row["attempt"] == "resubmission" else "unclear"
        found = Evidence(AUTHORISED, state, f"{by}, {on}, after the work came in", on.where)
    elif on:
        found = Evidence(AUTHORISED, "present", f"{by}, {on}", by.where)
    elif dated_beside:
        found = Evidence(AUTHORISED, "present", str(by), by.where)
    elif on.is_unread:
        found = Evidence(AUTHORISED, "unclear", f"{by}; the date cannot be read", on.where)
    elif on.has_column:
        found = Evidence(AUTHORISED, "missing", f"{by}, not dated", on.where)
    else:
        found = Evidence(AUTHORISED, "unclear", f"{by}; no column for the date", by.where)
    return found


def _due(told: Told, row: Mapping[str, Any], window: Mapping[str, Any] | None, *, answers_first: bool) -> Evidence:
    """Return the deadline of a resubmission, held against the results of the first submission."""
    deadline = told.cell("attempts", row["attempts_row"], "deadline")
    if deadline and window is not None and not pd.isna(window["day"]):
        return _within(deadline, window)
    if deadline:
        results = told.cell("attempts", row["first_row"], "results_received")
        if not answers_first:
            why = "the work follows a retake or re-sit"
        elif results.is_unread:
            why = "the date of the results cannot be read"
        else:
            why = f"the results have no {'date' if results.has_column else 'column for their date'}"
        return Evidence(DEADLINE, "unclear", f"{deadline}; {why}, so the days cannot be counted", deadline.where)
    extended = told.cell("attempts", row["attempts_row"], "extension_deadline")
    if extended:
        return Evidence(DEADLINE, "unclear", f"extended to {extended}; none before that", extended.where)
    return absent(DEADLINE, deadline, missing="missing")


def _within(deadline: Cell, window: Mapping[str, Any]) -> Evidence:
    """Return a deadline with its working day, held against what the guide allows."""
    day, limit = int(window["day"]), int(window["limit"])
    told = f"{deadline}, working day {day} of {limit}"
    if day < 0:
        return Evidence(DEADLINE, "wrong", f"{deadline}, before the results", deadline.where)
    if day > limit:
        told = f"{deadline}, working day {day}: {limit} are allowed"
    elif window["other_year"]:
        told = f"{told}, in another academic year"
    elif not pd.isna(window["holiday"]):
        told = f"{told}; the time touches {window['holiday']}"
    elif window["out_of_term"]:
        told = f"{told}, not in term"
    else:
        return Evidence(DEADLINE, "present", told, deadline.where)
    return Evidence(DEADLINE, "wrong", told, deadline.where)


def _in_time(deadline: Evidence, row: Mapping[str, Any]) -> Evidence:
    """Return what is on record of a deadline, and that the work came in after it where it did."""
    if deadline.state == "wrong":
        return deadline
    if row["submitted"] < row["results"]:
        how = "before the results"
    elif row["submitted"] > row["last_day"]:
        how = "after it"
    elif row["in_other_year"]:
        how = "in another academic year"
    else:
        return deadline
    return replace(deadline, state="wrong", told=f"{deadline.told}; handed in {spoken(row['submitted'])}, {how}")


def _agreed(told: Told, row: Mapping[str, Any]) -> Evidence:
    """Return the deadline of a retake, which is agreed before the learner starts."""
    own = told.cell("attempts", row["attempts_row"], "deadline")
    planned = told.cell("assignments", row["retake_plan_row"], "deadline")
    agreed_on = told.cell("attempts", row["attempts_row"], "deadline_agreed_on")
    deadline = own or planned
    if not deadline:
        return _if_begun(told, row, absent(DEADLINE, own, planned, missing="missing"))
    if agreed_on and agreed_on.value > row["began_on"]:
        late = f"{deadline}, agreed {agreed_on}, after the start on {spoken(row['began_on'])}"
        return Evidence(DEADLINE, "wrong", late, agreed_on.where)
    agreed = f", agreed {agreed_on}" if agreed_on else ""
    return Evidence(DEADLINE, "present", f"{deadline}{agreed}", deadline.where)


def _if_begun(told: Told, row: Mapping[str, Any], evidence: Evidence) -> Evidence:
    """Return the evidence of a retake; what it lacks is not due before the learner begins."""
    begun = row["made"] or row["began_on"] <= told.as_of
    return evidence if begun else _not_due(evidence, "not begun yet")


def _reason(cell: Cell) -> Evidence:
    if not cell or bool(says(pd.Series([cell.value]), "nothing").iloc[0]):
        return absent(EXCEPTIONAL, cell, missing=f"says “{cell}”" if cell else "missing")
    return Evidence(EXCEPTIONAL, "present", str(cell), cell.where)


_OF_A_RECORD = ("grade", "achieved", "not_achieved")


def _record(what: str, told: Told, row: object, *, lacking: str) -> Evidence:
    """Return what is on record of the assessment of an attempt."""
    if row is None or pd.isna(row):  # type: ignore[call-overload]
        return Evidence(what, "missing", lacking)
    assessed = told.cell("attempts", row, "assessed")
    result = told.first_told([row], *_OF_A_RECORD)
    grade = told.cell("attempts", row, "grade")
    outcome = f"grade {grade}" if grade else "criteria decided" if result else ""
    if assessed and assessed.value > told.as_of:
        return Evidence(what, "unclear", f"dated {assessed}, which is still to come", assessed.where)
    if assessed:
        return Evidence(what, "present", f"{assessed}, {outcome}" if outcome else str(assessed), assessed.where)
    if not result:
        return absent(what, assessed, result, missing="missing")
    if assessed.has_column:
        why = "the date cannot be read" if assessed.is_unread else "not dated"
        return Evidence(what, "unclear", f"{outcome}, {why}", assessed.where)
    return Evidence(what, "present", f"{outcome}; no column for the date", result.where)


def _what_came(records: Records, told: Told, row: Mapping[str, Any], *, came_in: bool) -> Iterable[Evidence]:
    """Return the declaration, the record and the confirmation that go with the work of a second chance."""
    at = row["attempts_row"]
    declared, confirmed = (
        signed(
            what,
            told.cell("attempts", at, f"{who}_declared"),
            told.cell("attempts", at, f"{who}_declared_on"),
            needs_date=who == "learner",
        )
        for what, who in ((DECLARED, "learner"), (CONFIRMED, "assessor"))
    )
    record = _record(SECOND_RECORD, told, at, lacking="missing")
    assessed = bool(row["assessed_made"]) and not row["assessed"] > records.as_of
    if not came_in:
        nothing = "nothing handed in yet"
        return [_not_due(declared, nothing), _not_due(record, nothing), _not_due(confirmed, nothing)]
    if not assessed:
        submitted = row["submitted"]
        days = records.calendars.working_days(
            pd.Series([row["tracker"]]), pd.Series([submitted]).astype("datetime64[s]"), records.as_of
        ).iloc[0]
        allowed = records.limit(pd.DataFrame({"tracker": [row["tracker"]]}), "results_held_back_working_days").iloc[0]
        waiting = f"handed in {spoken(submitted)}, not assessed yet"
        if not pd.isna(days) and days <= allowed:
            record = _not_due(record, waiting)
        confirmed = _not_due(confirmed, "not assessed yet")
    return [declared, record, confirmed]


def _not_due(evidence: Evidence, why: str) -> Evidence:
    """Return a blank as what nobody need have yet; what is on record, or cannot be, stays."""
    is_blank = evidence.state == "missing" and evidence.told == "missing"
    return Evidence(evidence.what, "not-due", why, evidence.cell) if is_blank else evidence
