"""The registers that a verifier asks for, and what a finding says of its row and its people: from real workbooks."""

from __future__ import annotations

import json
from dataclasses import asdict, astuple, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from openpyxl import Workbook

from tests.browser import Browser, open_browser
from tests.conftest import DAY, Results
from tests.rendering import render
from validator.cases import Case, read_cases
from validator.findings import (
    AssignmentLine,
    CheckReport,
    Evidence,
    Mark,
    RegisterEntry,
    Registers,
    Suggestion,
    TrackerResult,
)
from validator.pipeline import check_files
from validator.reports import WRITERS
from validator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AS_OF = date(2024, 3, 8)
AUTHORISED, DEADLINE = "Authorised by the Lead Internal Verifier", "Deadline"
FIRST, PREVIOUS, NEW = "First assessment record", "Earlier assessment record", "New assessment record"
DECLARED, CONFIRMED, EXCEPTIONAL = "Learner’s declaration", "Assessor’s confirmation", "Exceptional reason"
GAPS = ("missing", "wrong")


def case_of(folder: Path, **changes: Any) -> Case:
    """Return the honest centre with what a case may change of it."""
    path = folder / "RSB001.yaml"
    path.write_text(yaml.safe_dump([{"case": "changed", "expect": "silent", **changes}]), "utf-8")
    return read_cases(path)[0]


def checked(folder: Path, layout: str = "log", **changes: Any) -> tuple[TrackerResult, dict[str, str]]:
    """Return the result of the changed honest centre as a workbook, and where each value stands in it."""
    case = case_of(folder, **changes)
    places = render(case.tables, folder / "tracker.xlsx", layout)
    (result,) = check_files([folder / "tracker.xlsx"], Settings(case.as_of))
    assert result.status == "checked"
    assert result.reason == ""
    return result, places


def entry(result: TrackerResult, kind: str, learner: str = "Noor Abbas") -> RegisterEntry:
    (found,) = [e for e in result.registers.entries if (e.kind, e.learner) == (kind, learner)]
    return found


def evidence(result: TrackerResult, kind: str, what: str) -> Evidence:
    (found,) = [piece for piece in entry(result, kind).evidence if piece.what == what]
    return found


def change(record: str, **fields: Any) -> dict[str, Any]:
    return {"change": {"attempts": {record: fields}}}


def without(*fields: str) -> dict[str, Any]:
    return {"without": [f"attempts.{field}" for field in fields]}


# ---------------------------------------------------------------------- resubmissions and retakes


@pytest.mark.parametrize("layout", ["log", "blocks", "prefixed"])
def test_an_honest_centre_has_all_the_evidence(tmp_path: Path, layout: str) -> None:
    result, places = checked(tmp_path, layout)
    told = {kind: [(e.what, e.state) for e in entry(result, kind).evidence] for kind in ("resubmission", "re-sit")}
    assert told == {
        "resubmission": [(w, "present") for w in (AUTHORISED, DEADLINE, FIRST, DECLARED, NEW, CONFIRMED)],
        "re-sit": [(w, "present") for w in (AUTHORISED, EXCEPTIONAL, DEADLINE, PREVIOUS, DECLARED, NEW, CONFIRMED)],
    }
    assert [(e.kind, e.learner, e.unit, e.assignment) for e in result.registers.entries] == [
        ("resubmission", "Noor Abbas", "Unit 4", "Assignment 1"),
        ("re-sit", "Noor Abbas", "Unit 4", "Assignment 1"),
    ]
    assert evidence(result, "resubmission", AUTHORISED) == Evidence(
        AUTHORISED, "present", "Rania Haddad, 28 September 2023", places["attempts.resubmission.authorised_by"]
    )
    assert evidence(result, "resubmission", DEADLINE) == Evidence(
        DEADLINE, "present", "19 October 2023, working day 15 of 15", places["attempts.resubmission.deadline"]
    )
    assert evidence(result, "resubmission", FIRST).cell == places["attempts.first.assessed"]
    assert evidence(result, "resubmission", NEW).told == "20 October 2023, grade U"
    assert evidence(result, "re-sit", PREVIOUS).cell == places["attempts.resubmission.assessed"]


RESUBMITTED = [
    # What is changed, the piece of evidence, its state, what is told of it, and the field in whose cell it stands.
    (change("resubmission", authorised_by="", authorised_on=""), AUTHORISED, "missing", "missing", "authorised_by"),
    (change("resubmission", authorised_by="Not authorised"), AUTHORISED, "missing", "Not authorised", "authorised_by"),
    (change("resubmission", authorised_on=""), AUTHORISED, "missing", "Rania Haddad, not dated", "authorised_on"),
    (change("resubmission", authorised_by=""), AUTHORISED, "missing", "28 September 2023, nobody", "authorised_by"),
    (change("resubmission", authorised_by="Sam Whitlock"), AUTHORISED, "wrong", "not the Lead", "authorised_by"),
    (change("resubmission", authorised_by="R. Haddad"), AUTHORISED, "present", "R. Haddad, 28", "authorised_by"),
    (change("resubmission", authorised_on=date(2023, 10, 20)), AUTHORISED, "wrong", "after the work", "authorised_on"),
    (change("resubmission", authorised_on="soon"), AUTHORISED, "unclear", "date cannot be read", "authorised_on"),
    (without("authorised_on"), AUTHORISED, "unclear", "no column for the date", "authorised_by"),
    (without("authorised_by"), AUTHORISED, "unclear", "no column for who", "authorised_on"),
    (without("authorised_by", "authorised_on"), AUTHORISED, "no-column", "no column for it", None),
    (change("resubmission", deadline=date(2023, 10, 20)), DEADLINE, "wrong", "working day 16: 15 are", "deadline"),
    (change("resubmission", deadline=""), DEADLINE, "missing", "missing", "deadline"),
    (change("resubmission", deadline="mid October"), DEADLINE, "unclear", "cannot be read", "deadline"),
    (change("first", results_received=""), DEADLINE, "unclear", "the results have no date,", "deadline"),
    (without("results_received"), DEADLINE, "unclear", "no column for their date", "deadline"),
    (without("deadline"), DEADLINE, "no-column", "no column for it", None),
    (change("resubmission", submitted=date(2023, 10, 20)), DEADLINE, "wrong", "handed in 20 October 2023", "deadline"),
    (change("first", assessed="", grade="", achieved="", not_achieved=""), FIRST, "missing", "missing", None),
    (change("first", assessed=""), FIRST, "unclear", "grade U, not dated", None),
    (without("assessed"), FIRST, "present", "grade U; no column for the date", None),
    ({"remove": {"attempts": ["first"]}}, FIRST, "missing", "no first submission on record", None),
    (change("resubmission", learner_declared="", learner_declared_on=""), DECLARED, "missing", "missing",
     "learner_declared"),
    (change("resubmission", learner_declared="No", learner_declared_on=""), DECLARED, "missing", "says no",
     "learner_declared"),
    (change("resubmission", learner_declared_on=""), DECLARED, "missing", "signed, not dated", "learner_declared_on"),
    (change("resubmission", learner_declared=""), DECLARED, "present", "dated 19 October 2023", "learner_declared_on"),
    (without("learner_declared_on"), DECLARED, "unclear", "signed; no column for the date", "learner_declared"),
    (without("learner_declared", "learner_declared_on"), DECLARED, "no-column", "no column for it", None),
    (change("resubmission", assessor_declared="", assessor_declared_on=""), CONFIRMED, "missing", "missing",
     "assessor_declared"),
    (change("resubmission", assessor_declared_on=""), CONFIRMED, "present", "signed", "assessor_declared"),
    (without("assessor_declared", "assessor_declared_on"), CONFIRMED, "no-column", "no column for it", None),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "what", "state", "told", "field"), RESUBMITTED)
def test_each_state_of_the_evidence_of_a_resubmission(
    tmp_path: Path, changes: dict[str, Any], what: str, state: str, told: str, field: str | None
) -> None:
    result, places = checked(tmp_path, **changes)
    piece = evidence(result, "resubmission", what)
    assert piece.state == state
    assert told in piece.told
    if field:
        assert piece.cell == places[f"attempts.resubmission.{field}"]
    if state == "no-column":
        assert piece.cell == ""


UNUSED = {"submitted": "", "learner_declared": "", "learner_declared_on": "", "assessed": "", "grade": "",
          "achieved": "", "not_achieved": "", "assessor_declared": "", "assessor_declared_on": "", "verifier": "",
          "verified_on": "", "results_received": ""}  # fmt: skip


def test_what_an_authorised_resubmission_lacks_is_not_due_before_work_comes_in(tmp_path: Path) -> None:
    changes = {**change("resubmission", **UNUSED), "remove": {"attempts": ["retake"]}, "as_of": date(2023, 10, 10)}
    result, _ = checked(tmp_path, **changes)
    states = {piece.what: piece.state for piece in entry(result, "resubmission").evidence}
    assert states == dict.fromkeys((AUTHORISED, DEADLINE, FIRST), "present") | dict.fromkeys(
        (DECLARED, NEW, CONFIRMED), "not-due"
    )


@pytest.mark.parametrize(("as_of", "state"), [(date(2023, 11, 23), "not-due"), (date(2023, 11, 24), "missing")])
def test_work_that_waits_for_its_assessment_becomes_a_gap_after_twenty_working_days(
    tmp_path: Path, as_of: date, state: str
) -> None:
    waiting = {**UNUSED, "submitted": date(2023, 10, 19), "learner_declared": "Yes"}
    waiting["learner_declared_on"] = date(2023, 10, 19)
    changes = {**change("resubmission", **waiting), "remove": {"attempts": ["retake"]}, "as_of": as_of}
    result, _ = checked(tmp_path, **changes)
    assert evidence(result, "resubmission", NEW).state == state
    assert evidence(result, "resubmission", CONFIRMED).state == "not-due"


RETAKEN = [
    (change("retake", exceptional_reason=""), EXCEPTIONAL, "missing", "missing"),
    (change("retake", exceptional_reason="None"), EXCEPTIONAL, "missing", "missing"),
    (without("exceptional_reason"), EXCEPTIONAL, "no-column", "no column for it"),
    (change("retake", deadline_agreed_on=date(2023, 11, 7)), DEADLINE, "wrong", "after the start on 6 November 2023"),
    (change("retake", deadline_agreed_on=date(2023, 11, 6)), DEADLINE, "present", "agreed 6 November 2023"),
    (change("retake", submitted=date(2023, 11, 18)), DEADLINE, "wrong", "handed in 18 November 2023, after it"),
    (change("retake", authorised_on=""), AUTHORISED, "missing", "not dated"),
    (change("retake", assessor_declared="No"), CONFIRMED, "missing", "says no"),
]


@pytest.mark.parametrize(("changes", "what", "state", "told"), RETAKEN)
def test_each_state_of_the_evidence_of_a_re_sit(
    tmp_path: Path, changes: dict[str, Any], what: str, state: str, told: str
) -> None:
    piece = evidence(checked(tmp_path, **changes)[0], "re-sit", what)
    assert piece.state == state
    assert told in piece.told


SAME_FACTS = {
    ("resubmission", AUTHORISED): {"RSB002", "RSB003", "RSB004", "RSB019"},
    ("resubmission", DEADLINE): {"RSB008", "RSB009", "RSB010", "RSB011", "RSB012", "RSB023"},
    ("resubmission", DECLARED): {"RSB013", "SUB003"},
    ("resubmission", CONFIRMED): {"RSB014"},
    ("retake", AUTHORISED): {"RTK006"},
    ("retake", EXCEPTIONAL): {"RTK007"},
    ("retake", DEADLINE): {"RTK012", "RTK013", "RTK018"},
    ("retake", DECLARED): {"RTK014", "SUB003"},
    ("retake", CONFIRMED): {"RTK015"},
}
NO_MORE = {"RSB001", "RTK001", "RTK003"}
"""Where one second chance too many is the fault, the rules do not say what else the surplus one lacks."""


def test_the_registers_have_a_gap_exactly_where_the_rules_find_one(results: Results) -> None:
    compared = 0
    for case, result in results.items():
        is_its = case.as_of == DAY and case.rule.startswith(("RSB", "RTK"))
        if not is_its or NO_MORE & {finding.rule for finding in result.findings}:
            continue
        for (kind, what), rules in SAME_FACTS.items():
            found = {f.learner for f in result.findings if f.rule in rules and f.attempt == kind}
            gaps = {
                e.learner
                for e in result.registers.entries
                if ("retake" if e.kind == "re-sit" else e.kind) == kind
                and any(piece.what == what and piece.state in GAPS for piece in e.evidence)
            }
            assert gaps == found, f"{case}: {what} of a {kind}"
            compared += len(found)
    assert compared > 50


# ---------------------------------------------------------------------- extensions


EXTENDED = {"extension_applied": "Yes", "extension_reason": "Influenza", "extension_approved_by": "Rania Haddad",
            "extension_granted_on": date(2023, 9, 20), "extension_deadline": date(2023, 9, 29),
            "submitted": date(2023, 9, 28)}  # fmt: skip


def extension(result: TrackerResult, learner: str = "Omar Al-Khatib") -> dict[str, tuple[str, str]]:
    return {piece.what: (piece.state, piece.told) for piece in entry(result, "extension", learner).evidence}


def test_an_extension_with_all_that_is_to_be_recorded(tmp_path: Path) -> None:
    assert extension(checked(tmp_path, **change("omar", **EXTENDED))[0]) == {
        "Applied for": ("present", "yes"),
        "Reason": ("present", "Influenza"),
        "Approved by": ("present", "Rania Haddad"),
        "Granted on": ("present", "20 September 2023"),
        "New deadline": ("present", "29 September 2023"),
        "Handed in": ("present", "28 September 2023"),
    }


def test_a_refused_extension_needs_no_new_deadline(tmp_path: Path) -> None:
    refused = {**EXTENDED, "extension_approved_by": "No", "extension_granted_on": "", "extension_deadline": ""}
    told = extension(checked(tmp_path, **change("omar", **refused))[0])
    assert told["Approved by"] == ("wrong", "says “No”")
    assert told["Granted on"] == told["New deadline"] == ("not-due", "refused")


def test_blanks_of_an_extension_are_gaps_and_missing_columns_are_not(tmp_path: Path) -> None:
    blank = {**EXTENDED, "extension_approved_by": ""}
    result, _ = checked(tmp_path, **change("omar", **blank), without=["attempts.extension_granted_on"])
    told = extension(result)
    assert told["Approved by"] == ("missing", "missing")
    assert told["Granted on"] == ("no-column", "no column for it")


def test_work_after_the_new_deadline_is_told(tmp_path: Path) -> None:
    late = {**EXTENDED, "submitted": date(2023, 9, 30)}
    assert extension(checked(tmp_path, **change("omar", **late))[0])["Handed in"][0] == "wrong"


def test_entries_of_a_log_are_told_once_and_those_of_nobody_on_record_too(tmp_path: Path) -> None:
    columns = ["extension_applied", "extension_reason", "extension_approved_by", "extension_granted_on",
               "extension_deadline"]  # fmt: skip
    log = {"unit": "Unit 4", "assignment": "Assignment 1", "extension_reason": "Influenza",
           "extension_approved_by": "Rania Haddad", "extension_granted_on": date(2023, 9, 20),
           "extension_deadline": date(2023, 9, 29)}  # fmt: skip
    entries = {"omar": {"learner": "Omar Al-Khatib", **log}, "stranger": {"learner": "Jo Stranger", **log}}
    result, places = checked(tmp_path, change={"extensions": entries}, **without(*columns))
    assert [e.learner for e in result.registers.entries if e.kind == "extension"] == ["Omar Al-Khatib", "Jo Stranger"]
    assert extension(result)["Applied for"] == ("present", "entered in the log")
    assert extension(result, "Jo Stranger")["Handed in"] == ("unclear", "no such submission on record")
    assert entry(result, "extension", "Omar Al-Khatib").cell == places["extensions.omar.extension_deadline"]


def test_a_tracker_without_a_place_for_extensions_is_told_apart_from_one_without_extensions(tmp_path: Path) -> None:
    assert checked(tmp_path)[0].registers.keeps_extensions
    gone = [f"extension_{name}" for name in ("applied", "reason", "approved_by", "granted_on", "deadline")]
    assert not checked(tmp_path, **without(*gone))[0].registers.keeps_extensions


# ---------------------------------------------------------------------- work


def test_the_work_on_record_is_told_once_however_it_is_spelt(tmp_path: Path) -> None:
    changes = change("resubmission", learner="ABBAS, Noor", assignment="A1")
    changes["change"]["attempts"]["planned"] = {"like": "first", "learner": "Hana Suzuki", "assignment": "Assignment 2",
                                               **UNUSED}  # fmt: skip
    result, _ = checked(tmp_path, **changes)
    assert result.registers.work == (
        ("Hana Suzuki", "Unit 4", "Assignment 1"),
        ("Noor Abbas", "Unit 4", "Assignment 1"),
        ("Omar Al-Khatib", "Unit 4", "Assignment 1"),
    )


# ---------------------------------------------------------------------- internal verification


UNSAMPLED = {"verifier": "", "verified_on": ""}


def needs_of(result: TrackerResult) -> set[tuple[str, ...]]:
    """Return what no sample covers: assessors, assignments, and grades that an assessor gave."""
    found: set[tuple[str, ...]] = set()
    for row in result.registers.sampling:
        if not row.sampled:
            found.add((row.of, row.unit, row.name))
        if row.of == "assessor":
            found |= {("grade", row.name, grade.grade) for grade in row.grades if grade.grade and not grade.sampled}
    return found


def covered_by(suggested: tuple[Suggestion, ...]) -> set[tuple[str, ...]]:
    return {
        need
        for row in suggested
        for need in (
            ("assessor", "", row.assessor), ("assignment", row.unit, row.assignment), ("grade", row.assessor, row.grade)
        )
    }  # fmt: skip


def test_an_assessor_of_whom_nothing_was_sampled_is_in_the_suggested_sample(tmp_path: Path) -> None:
    elena = {"like": "hana", "assessor": "Elena Costa", **UNSAMPLED}
    more = {
        "set_noor": {**elena, "learner": "Noor Abbas", "unit": "Unit 1", "assignment": "Set Assignment", "grade": "P"},
        "set_hana": {**elena, "learner": "Hana Suzuki", "unit": "Unit 1", "assignment": "Set Assignment", "grade": "D"},
        "set_omar": {**elena, "learner": "Omar Al-Khatib", "unit": "Unit 1", "assignment": "Set Assignment",
                     "grade": "D", "assessor": "E. Costa"},
    }  # fmt: skip
    result, places = checked(tmp_path, change={"attempts": more})
    (row,) = [row for row in result.registers.sampling if row.name == "Elena Costa"]
    assert (row.of, row.assessed, row.sampled) == ("assessor", 3, 0)
    assert [astuple(grade) for grade in row.grades] == [("D", 2, 0), ("P", 1, 0)]
    suggested = result.registers.suggested
    assert needs_of(result) == {
        ("assessor", "", "Elena Costa"), ("assignment", "Unit 1", "Set Assignment"),
        ("grade", "Elena Costa", "D"), ("grade", "Elena Costa", "P"),
    }  # fmt: skip
    assert needs_of(result) <= covered_by(suggested) | {("grade", "Elena Costa", s.grade) for s in suggested}
    assert len(suggested) == 2
    assert suggested[0].covers[0] == "nothing of Elena Costa’s was sampled"
    assert {s.cell for s in suggested} <= {places[f"attempts.{name}.grade"] for name in more}


def test_a_sample_that_covers_everything_leaves_nothing_to_suggest(tmp_path: Path) -> None:
    result, _ = checked(tmp_path)
    assert needs_of(result) == set()
    assert result.registers.keeps_sampling
    assert result.registers.suggested == ()
    assert {(row.of, row.name, row.assessed, row.sampled) for row in result.registers.sampling} == {
        ("assessor", "Sam Whitlock", 5, 5),
        ("assignment", "Assignment 1", 5, 5),
    }


def test_a_sample_on_a_sheet_of_its_own_counts(tmp_path: Path) -> None:
    sample = {"learner": "Omar Al-Khatib", "unit": "Unit 4", "assignment": "Assignment 1", "attempt": "First",
              "verifier": "Priya Nair", "verified_on": date(2023, 9, 27)}  # fmt: skip
    stray = {**sample, "learner": "Jo Stranger"}
    result, _ = checked(
        tmp_path, change={"verifications": {"one": sample, "stray": stray}}, **without("verifier", "verified_on")
    )
    (row,) = [row for row in result.registers.sampling if row.of == "assignment"]
    assert (row.assessed, row.sampled, row.besides) == (5, 1, 1)
    assert {row.attempt for row in result.registers.suggested} == {"first", "resubmission", "retake"}


def test_without_any_place_for_verification_the_suggestion_says_that_nothing_is_known(tmp_path: Path) -> None:
    result, _ = checked(tmp_path, **without("verifier", "verified_on"))
    assert not result.registers.keeps_sampling
    assert needs_of(result) <= covered_by(result.registers.suggested)


def test_large_cohorts_get_a_small_sample_that_covers_all_and_is_always_the_same(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Learner", "Unit", "Assignment", "Deadline", "Date submitted", "Assessor", "Date assessed", "Grade",
                  "Verified by"])  # fmt: skip
    for number in range(600):
        sheet.append([
            f"Learner {chr(65 + number % 26)}{chr(65 + number // 26)} Test", f"Unit {1 + number % 8}", "Assignment 1",
            date(2023, 9, 22), date(2023, 9, 21), f"Assessor {'ABCDEFG'[number % 7]}bbott", date(2023, 9, 26),
            "PMDU"[number % 4], "Priya Nair" if number % 7 == 0 else None,
        ])  # fmt: skip
    book.save(tmp_path / "cohort.xlsx")
    again = [check_files([tmp_path / "cohort.xlsx"], Settings(AS_OF))[0] for _ in range(2)]
    result = again[0]
    assert len(result.registers.work) == 600
    suggested = result.registers.suggested
    assert needs_of(result)
    assert needs_of(result) <= covered_by(suggested)
    assert len(suggested) <= len(needs_of(result))
    assert len({row.learner for row in suggested}) == len(suggested)
    assert again[0].registers == again[1].registers


# ---------------------------------------------------------------------- the time line


def test_the_time_line_has_hand_outs_deadlines_windows_and_breaches(tmp_path: Path) -> None:
    result, _ = checked(tmp_path, **change("resubmission", deadline=date(2023, 10, 20)))
    lines = {(line.unit, line.assignment): line.marks for line in result.registers.time_line}
    assert list(lines)[:2] == [("Unit 4", "Assignment 1"), ("Unit 4", "Assignment 2")]
    marks = lines["Unit 4", "Assignment 1"]
    assert Mark("handed-out", "2023-09-11", "2023-09-11", 0) in marks
    assert Mark("deadline", "2023-09-22", "2023-09-22", 0) in marks
    assert Mark("resubmission", "2023-09-28", "2023-10-20", 1) in marks
    assert Mark("retake", "2023-11-06", "2023-11-17", 1) in marks
    assert Mark("breach", "2023-10-20", "2023-10-20", 1, rule="RSB009", severity="error") in marks
    assert [(p.name, p.starts) for p in result.registers.periods][:2] == [
        ("Autumn 1", "2023-09-04"), ("Autumn 2", "2023-10-30"),
    ]  # fmt: skip


def test_without_a_plan_the_first_submissions_make_the_time_line(tmp_path: Path) -> None:
    result, _ = checked(tmp_path, without=["assignments", "programme"])
    (line,) = result.registers.time_line
    assert Mark("deadline", "2023-09-22", "2023-09-22", 3) in line.marks


def test_trackers_of_a_chunk_have_the_registers_that_they_have_alone(tmp_path: Path) -> None:
    changed = [{}, change("resubmission", authorised_by=""), change("omar", **EXTENDED), change("hana", **UNSAMPLED)]
    paths = [tmp_path / f"{number}.xlsx" for number in range(len(changed))]
    for path, changes in zip(paths, changed, strict=True):
        render(case_of(tmp_path, **changes).tables, path)
    together = check_files(paths, Settings(AS_OF))
    alone = [check_files([path], Settings(AS_OF))[0] for path in paths]
    assert [result.registers for result in together] == [result.registers for result in alone]
    assert [result.findings for result in together] == [result.findings for result in alone]


def test_a_programme_beyond_the_guide_has_no_registers_of_its_evidence(tmp_path: Path) -> None:
    nationals = {"qualification": "Pearson BTEC Level 5 Higher National Diploma in Computing"}
    result, _ = checked(tmp_path, change={"programme": {"it": nationals}})
    assert result.registers.work
    assert result.registers == Registers(result.registers.work)


# ---------------------------------------------------------------------- findings: people and rows


def test_a_finding_says_whose_work_it_is_about_and_shows_its_row(tmp_path: Path) -> None:
    result, places = checked(tmp_path, **change("resubmission", deadline=date(2023, 10, 20), verifier="P. Nair"))
    (finding,) = [f for f in result.findings if f.rule == "RSB009"]
    assert (finding.assessor, finding.internal_verifier) == ("Sam Whitlock", "P. Nair")
    assert finding.cells[0] == places["attempts.resubmission.deadline"]
    told = {cell: (heading, value) for heading, value, cell in finding.record}
    assert told[places["attempts.resubmission.deadline"]] == ("Deadline", "20 October 2023")
    assert told[places["attempts.resubmission.learner"]][1] == "Noor Abbas"
    assert all(value for _, value, _ in finding.record)
    assert places["attempts.first.deadline"] not in told


def test_where_the_record_names_nobody_the_plan_tells_who_it_was(tmp_path: Path) -> None:
    late = {"submitted": date(2023, 9, 25), "assessor": "", **UNSAMPLED}
    result, _ = checked(tmp_path, **change("omar", **late))
    (finding,) = [f for f in result.findings if f.rule == "DDL001"]
    assert (finding.assessor, finding.internal_verifier) == ("Sam Whitlock", "Priya Nair")


def test_findings_of_a_plan_name_its_people_and_those_of_a_learner_nobody(tmp_path: Path) -> None:
    late_brief = {"assignments": {"a2": {"brief_verified_on": date(2023, 10, 31)}}}
    changes = {**late_brief, "learners": {"omar": {"registration": ""}}}
    result, places = checked(tmp_path, change=changes)
    people = {f.rule: (f.assessor, f.internal_verifier) for f in result.findings}
    assert people["IVR001"] == ("Sam Whitlock", "Priya Nair")
    assert people["TRK005"] == (None, None)
    (finding,) = [f for f in result.findings if f.rule == "IVR001"]
    assert (
        "31 October 2023", places["assignments.a2.brief_verified_on"]
    ) in [(value, cell) for _, value, cell in finding.record]  # fmt: skip


def test_a_date_that_cannot_be_read_shows_its_row_as_it_stands(tmp_path: Path) -> None:
    result, places = checked(tmp_path, **change("omar", assessed="a.s.a.p."))
    (finding,) = [f for f in result.findings if f.rule == "STR005"]
    assert (finding.assessor, finding.internal_verifier) == ("Sam Whitlock", "Priya Nair")
    assert ("Date assessed", "a.s.a.p.", places["attempts.omar.assessed"]) in [
        ("Date assessed", value, cell) for _, value, cell in finding.record
    ]


def test_blocks_of_a_row_are_told_apart(tmp_path: Path) -> None:
    result, places = checked(tmp_path, "blocks", **change("resubmission", deadline=date(2023, 10, 20)))
    (finding,) = [f for f in result.findings if f.rule == "RSB009"]
    headings = {cell: heading for heading, _, cell in finding.record}
    assert headings[places["attempts.resubmission.deadline"]].endswith("(resubmission)")
    assert len(set(headings.values())) == len(headings)


def test_a_very_wide_row_tells_what_it_is_about_and_what_stands_near_and_how_much_more_there_is(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Unit 4"
    criteria = [f"{aim}.P{number}" for aim in "ABCD" for number in range(1, 21)]
    sheet.append(["Learner", "Assignment", "Deadline", "Date submitted", *criteria, "Date assessed"])
    for name, assessed in (("Noor Abbas", date(2023, 9, 20)), ("Hana Suzuki", date(2023, 9, 26))):
        sheet.append([name, "Assignment 1", date(2023, 9, 22), date(2023, 9, 21), *(["✓"] * 80), assessed])
    book.save(tmp_path / "wide.xlsx")
    (result,) = check_files([tmp_path / "wide.xlsx"], Settings(AS_OF))
    (finding,) = [f for f in result.findings if f.rule == "SUB006"]
    assert finding.learner == "Noor Abbas"
    values = [value for _, value, _ in finding.record]
    assert {"Noor Abbas", "Assignment 1", "20 September 2023", "21 September 2023"} <= set(values)
    assert finding.record[0] == ("unit", "Unit 4", "'Unit 4'!A1")
    assert len(finding.record) == 1 + 40
    assert finding.record[-1] == ("46 more columns", "see the workbook", "'Unit 4'!A2:CG2")


def test_findings_json_names_the_people_and_leaves_the_row_out(tmp_path: Path) -> None:
    result, _ = checked(tmp_path, **change("resubmission", deadline=date(2023, 10, 20)))
    document = json.loads(WRITERS["json"](CheckReport("2023-24", "2024-03-08", (result,))))
    (finding,) = [f for f in document["trackers"][0]["findings"] if f["rule"] == "RSB009"]
    assert (finding["assessor"], finding["internal_verifier"]) == ("Sam Whitlock", "Priya Nair")
    assert "record" not in finding


def test_everything_in_the_registers_is_plain_values(tmp_path: Path) -> None:
    result, _ = checked(tmp_path, **change("omar", **EXTENDED))

    def kinds(value: object) -> set[type]:
        if isinstance(value, dict):
            return set().union(*map(kinds, value.values()))
        if isinstance(value, tuple):
            return set().union(*map(kinds, value))
        return {type(value)}

    assert kinds(asdict(result.registers)) <= {str, int, bool, type(None)}


# ---------------------------------------------------------------------- the page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as started:
        yield started


def page_of(folder: Path, *results: TrackerResult) -> Path:
    target = folder / "report.html"
    target.write_text(WRITERS["html"](CheckReport("2023-24", "2024-03-08", results)), "utf-8")
    return target


def section(browser: Browser) -> str:
    return " ".join(browser.run("return document.querySelector('.registers').textContent").split())


def test_the_page_shows_each_state_in_words(browser: Browser, tmp_path: Path) -> None:
    changes = change("resubmission", deadline=date(2023, 10, 20), authorised_on="")
    result, places = checked(
        tmp_path, **changes, without=["attempts.assessor_declared", "attempts.assessor_declared_on"]
    )
    browser.open(page_of(tmp_path, result))
    told = section(browser)
    assert "Resubmissions 1 entry: 1 with a gap" in told
    assert "On record: signed 19 October 2023" in told
    assert f"Gap: Rania Haddad, not dated {places['attempts.resubmission.authorised_on']}" in told
    assert "Not as it should be: 20 October 2023, working day 16: 15 are allowed" in told
    assert "Not recorded in this tracker: no column for it" in told
    assert "1 of which this tracker does not tell all" in told  # the re-sit
    assert browser.console() == []
    assert len(browser.requests()) == 1


def test_a_learners_story_has_their_entries_of_the_registers_and_nobody_elses(browser: Browser, tmp_path: Path) -> None:
    late = {"deadline": date(2023, 10, 20)}
    others = {"like": "resubmission", "learner": "Omar Al-Khatib", **late}
    result, _ = checked(tmp_path, change={"attempts": {"resubmission": late, "another": others}})
    browser.open(page_of(tmp_path, result))
    rows = "return [...document.querySelectorAll('.registers tr[data-learner]')].filter(r => r.checkVisibility())"
    names = f"{rows}.map(r => r.dataset.learner)"
    assert set(browser.run(names)) == {"Noor Abbas", "Omar Al-Khatib"}
    browser.run("location.hash = 'view=learner&learner=Noor+Abbas'")
    browser.driver.refresh()
    assert set(browser.run(names)) == {"Noor Abbas"}
    assert not browser.run("return document.querySelector('.time-line').checkVisibility()")
    browser.run("document.getElementById('show-all').click()")
    assert set(browser.run(names)) == {"Noor Abbas", "Omar Al-Khatib"}
    assert browser.run("return document.querySelector('.time-line').checkVisibility()")


def test_the_time_line_says_in_words_what_it_draws(browser: Browser, tmp_path: Path) -> None:
    result, _ = checked(tmp_path, **change("resubmission", deadline=date(2023, 10, 20)))
    browser.open(page_of(tmp_path, result), scripts=False)
    label = browser.driver.find_element("css selector", ".tl-strip").get_attribute("aria-label")
    assert label is not None
    assert "handed out 11 September 2023" in label
    assert "resubmission 28 September 2023 to 20 October 2023 (1 learner)" in label
    told = section(browser)
    assert "RSB009, 20 October 2023" in told
    assert "Autumn 1 4 September 2023 to 20 October 2023" in told


@pytest.mark.parametrize("width", [1366, 390])
def test_the_drawing_is_to_scale_and_the_page_no_wider_than_its_window(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    browser.open(page_of(tmp_path, checked(tmp_path)[0]), width=width)
    assert browser.overflow() == 0
    strip, out, due = browser.run(
        "const s = document.querySelector('.tl-strip'), d = s.querySelectorAll('.tl-day');"
        "return [s, d[0], d[1]].map(e => { const b = e.getBoundingClientRect(); return [b.left, b.width]; })"
    )
    days = (date(2024, 2, 1) - date(2023, 9, 1)).days  # the last deadline is in January
    assert out[0] - strip[0] == pytest.approx(strip[1] * 10 / days, abs=1.5)
    assert due[0] - out[0] == pytest.approx(strip[1] * 11 / days, abs=1.5)


def test_registers_print_unfolded(browser: Browser, tmp_path: Path) -> None:
    browser.open(page_of(tmp_path, checked(tmp_path)[0]))
    shown = "return document.querySelector('.dates table').checkVisibility()"
    assert not browser.run(shown)
    browser.command("Emulation.setEmulatedMedia", media="print")
    assert browser.run(shown)
    browser.command("Emulation.setEmulatedMedia", media="")
    assert browser.pdf().startswith(b"%PDF")


HOSTILE = "<img src=x onerror=\"alert('learner')\"></td></svg><script>alert(1)</script>{{ 7 * 7 }}"


def test_hostile_names_stay_text(browser: Browser, tmp_path: Path) -> None:
    result, _ = checked(tmp_path, **change("omar", **EXTENDED))
    entries = tuple(
        replace(e, learner=HOSTILE, evidence=tuple(replace(p, told=HOSTILE, cell=HOSTILE) for p in e.evidence))
        for e in result.registers.entries
    )
    lines = tuple(replace(line, assignment=HOSTILE) for line in result.registers.time_line)
    suggested = (Suggestion(HOSTILE, HOSTILE, HOSTILE, "first", HOSTILE, "P", (HOSTILE,), HOSTILE),)
    sampling = tuple(replace(row, name=HOSTILE, unit=HOSTILE) for row in result.registers.sampling)
    registers = replace(
        result.registers, entries=entries, time_line=lines, suggested=suggested, sampling=sampling,
        periods=tuple(replace(period, name=HOSTILE) for period in result.registers.periods),
    )  # fmt: skip
    browser.open(page_of(tmp_path, replace(result, registers=registers)))
    assert browser.run("return document.querySelectorAll('.registers img, .registers script').length") == 0
    assert section(browser).count(HOSTILE) > 20
    assert browser.console() == []


def test_large_registers_are_whole_and_folded(browser: Browser, tmp_path: Path) -> None:
    result, _ = checked(tmp_path)
    one = entry(result, "resubmission")
    entries = tuple(replace(one, learner=f"Learner {number}") for number in range(1500))
    marks = tuple(Mark("resubmission", f"2023-10-{1 + n % 9:02}", f"2023-10-{11 + n % 19}", 7) for n in range(60))
    lines = tuple(AssignmentLine("Unit 1", f"Assignment {number}", marks) for number in range(60))
    registers = replace(result.registers, entries=entries, time_line=lines)
    browser.open(page_of(tmp_path, replace(result, registers=registers)))
    assert browser.run("return document.querySelectorAll('.registers .register tbody tr b').length") == 1500
    assert browser.run("return document.querySelector('.registers details').open") is False
    assert browser.run("return document.querySelectorAll('.time-line tbody tr').length") == 60
    assert "1,500 entries: 1,500 without a gap" in section(browser)
