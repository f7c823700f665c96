"""Forms and exports that others made and published, rebuilt by their structure, and read without configuration.

Labels and headings alone are theirs; what stands in the cells is made up. Sources:

- Pearson, "Internal Verification of Assessment Decisions Template (Single Learner)", 2020/21, version 1.0, BTEC
  Assessment: https://www.scribd.com/document/520858680/2020-21-BTEC-Internal-Verification-of-Assessment-Decisions-Template-Single-Learner-v1-0
- Pearson, assessment plan, assignment front sheet and assignment brief (BTEC QCF, example materials of the centre
  guide to assessment): https://www.scribd.com/document/156085351/Assessment-Doctuments
- Pearson Education 2016, "Internal verification of assignment brief, BTEC (RQF)":
  https://www.scribd.com/document/398570340/Btec-Hn-Internal-Verification-of-Abs
- Moodle, the spreadsheet of "Grades > Export", as the tests of its importer have it:
  https://github.com/moodle/moodle, grade/import/csv/tests/load_data_test.php
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.test_grids import checked, told
from validator.findings import TrackerResult

Rows = list[list[Any]]
DUE, LATE = date(2023, 9, 22), date(2023, 9, 25)

ASSESSMENT_PLAN: Rows = [
    ["Assessment plan"],
    ["Programme", "Pearson BTEC International Level 3 Subsidiary Diploma in IT (2020)"],
    ["Academic year", "2023-24"],
    [],
    [
        "Date",
        "Unit No & Title",
        "Assignment No & Title",
        "Learning outcome",
        "Hand Out Date",
        "Hand In Date",
        "Formative Assessment Date",
        "Summative Assessment Date",
        "IV Sampling Date",
        "Assessor Name",
        "IV Name",
    ],
    [
        None,
        "Unit 4",
        "Assignment 1",
        "A",
        date(2023, 9, 11),
        DUE,
        None,
        date(2023, 9, 26),
        date(2023, 9, 27),
        "Sam Whitlock",
        "Priya Nair",
    ],
    [
        None,
        "Unit 4",
        "Assignment 2",
        "B",
        date(2023, 10, 30),
        date(2023, 11, 10),
        None,
        None,
        date(2023, 11, 16),
        "Sam Whitlock",
        "Sam Whitlock",
    ],
    [],
    ["Programme Leader Signature:", None, "Name:", None, "Date:"],
]
FRONT_SHEET: Rows = [
    ["Assignment front sheet"],
    [
        "Qualification",
        "Pearson BTEC International Level 3 Subsidiary Diploma in IT (2020)",
        "Unit number and title",
        "Unit 4",
    ],
    ["Student name", "Noor Abbas", "Assessor name", "Sam Whitlock"],
    ["Date issued", date(2023, 9, 11), "Completion date", DUE, "Submitted on", LATE],
    ["Assignment title", "Assignment 1"],
    [
        "Criteria reference",
        "To achieve the criteria the evidence must show that the student is able to:",
        "Task no.",
        "Evidence",
    ],
    ["A.P1", "explain", 1, None],
    ["A.P2", "describe", 2, None],
    ["Student declaration"],
    ["Student signature:", "Noor Abbas", "Date:", LATE],
]
DECISIONS_VERIFIED: Rows = [
    ["INTERNAL VERIFICATION – ASSESSMENT DECISIONS (Single Learner)"],
    ["Programme Title:", "Pearson BTEC International Level 3 Subsidiary Diploma in IT (2020)"],
    ["Unit/Component Number and Title:", "Unit 4"],
    ["Assessor Name:", "Sam Whitlock", "Internal Verifier Name:", "Sam Whitlock"],
    ["Assignment title:", "Assignment 1"],
    [
        "Name of Learner",
        "Submission Type (First, Resubmission, Retake)",
        "List which assessment and grading criteria the Assessor has awarded",
        "Assessment Decision Accurate (Y/N)",
        "List the assessment and grading criteria where inaccurate decisions have been made",
        "State why the assessment decision is inaccurate",
    ],
    ["Noor Abbas", "First", "A.P1, A.P2", "Y", None, None],
    ["INTERNAL VERIFIER CHECKLIST", None, "Y/N"],
    ["Has the learner and the Assessor confirmed the authenticity of the evidence?", None, "Y"],
    ["Is there evidence of collusion or plagiarism?", None, "N"],
    ["GENERAL COMMENTS (if appropriate)"],
    ["Action Required", "Target Date for Completion", "Date Action Completed"],
    [None, None, None],
    ["Internal Verifier signature", "Sam Whitlock", "Date", date(2023, 9, 29)],
    ["Assessor signature", "Sam Whitlock", "Date", date(2023, 9, 29)],
    ["Lead Internal Verifier signature (if appropriate)", None, "Date"],
]
BRIEF_VERIFIED: Rows = [
    ["INTERNAL VERIFICATION – ASSIGNMENT BRIEF"],
    ["Programme title", "Pearson BTEC International Level 3 Subsidiary Diploma in IT (2020)"],
    ["Assessor", "Sam Whitlock", "Internal Verifier", "Priya Nair"],
    ["Unit", "Unit 4"],
    ["Assignment title", "Assignment 1"],
    ["Is this assignment an authorised assignment brief published by Pearson?", None, "N"],
    ["INTERNAL VERIFIER CHECKLIST", None, "Comments"],
    ["Is the programme title, unit title and unit number accurate?", "Y"],
    ["Is the submission date achievable in relation to the issue date of the assignment?", "Y"],
    ["Assessor signature", "Sam Whitlock", "Date", date(2023, 9, 14)],
    ["Internal Verifier signature", "Priya Nair", "Date", date(2023, 9, 14)],
    ["Action required:"],
    ["Action taken:"],
]
MOODLE: Rows = [
    [
        "First name",
        "Surname",
        "ID number",
        "Institution",
        "Department",
        "Email address",
        "Assignment: Unit 4 Assignment 1 (Letter)",
        "Feedback: Unit 4 Assignment 1",
        "Assignment: Unit 4 Assignment 2 (Letter)",
        "Course total",
        "Last downloaded from this course",
    ],
    ["Noor", "Abbas", "KX41221", "Northgate", "IT", "n@example.com", "P", "Clear", "M", "M", 1700000000],
    ["Omar", "Al-Khatib", "KX41207", "Northgate", "IT", "o@example.com", "D", None, "P", "P", 1700000000],
]


def fields(result: TrackerResult, sheet: str, kind: str) -> dict[str, str | None]:
    (found,) = [t for s in result.sheets if s.sheet == sheet for t in s.tables if t.kind == kind]
    return {column.heading: column.field for column in found.columns}


def test_pearsons_forms_kept_as_sheets_are_read_together(tmp_path: Path) -> None:
    forms = {"Plan": ASSESSMENT_PLAN, "Record": FRONT_SHEET, "IV": DECISIONS_VERIFIED, "IV brief": BRIEF_VERIFIED}
    result = checked(tmp_path, forms)
    assert [(s.sheet, t.kind, t.records) for s in result.sheets for t in s.tables if t.kind != "programme"] == [
        ("Plan", "assignments", 2),
        ("Record", "attempts", 1),
        ("IV", "verifications", 1),
        ("IV brief", "assignments", 1),
    ]
    assert set(told(result)) == {
        ("DDL001", "Noor Abbas", "Record!F4"),  # handed in on the 25th, due on the 22nd
        ("IVR001", None, "'IV brief'!D11"),  # the brief was verified three days after it was handed out
        ("IVR005", None, "Plan!K7"),  # Assignment 2 is to be verified by its assessor
        ("IVR005", "Noor Abbas", "IV!D4"),  # and the decisions on Assignment 1 were
    }


def test_the_columns_of_pearsons_assessment_plan_are_known(tmp_path: Path) -> None:
    found = fields(checked(tmp_path, {"Plan": ASSESSMENT_PLAN}), "Plan", "assignments")
    unread = {"Date", "Formative Assessment Date", "Summative Assessment Date"}  # nothing that is checked
    assert {heading for heading, name in found.items() if name is None} == unread
    assert found["IV Sampling Date"] == "assignments.verification_planned_on"


def test_moodles_export_is_read_by_its_column_headings(tmp_path: Path) -> None:
    result = checked(tmp_path, {"Plan": ASSESSMENT_PLAN, "Grades": MOODLE})
    found = fields(result, "Grades", "attempts")
    assert [name for heading, name in found.items() if heading.startswith("Assignment:")] == ["attempts.grade"] * 2
    assert found["First name"] == found["Surname"] == "attempts.learner"
    assert found["Feedback: Unit 4 Assignment 1"] == "attempts.comments"
    assert found["Course total"] is None
    (table,) = [table for sheet in result.sheets if sheet.sheet == "Grades" for table in sheet.tables]
    assert table.records == 4


RECORD: Rows = [
    ["Assessment record"],
    ["Learner name", "Noor Abbas", "Assessor name", "Sam Whitlock"],
    ["Unit no. & title", "Unit 4", "Targeted learning aims / assessment criteria", "A.P1, A.P2"],
    ["Assignment title", "Assignment 1", "First submission / resubmission*", "First"],
    ["Issue date", date(2023, 9, 11), "Submission date", DUE, "Submitted on", DUE],
    ["Target criteria", "Criteria achieved?", "Assessment comments"],
    ["A.P1", "Yes", "Clear"],
    ["A.P2", "No", "No example was given"],
    [],
    ["General comments", "A sound start"],
    ["Assessor declaration", "I certify that the evidence submitted for this assignment is the learner's own"],
    ["Assessor signature", "Sam Whitlock", "Date", date(2023, 9, 26)],
    ["Date of feedback to learner", date(2023, 9, 28)],
    ["Learner declaration", "I certify that the work submitted for this assignment is my own"],
    ["Learner signature", "Noor Abbas", "Date", DUE],
]
SECOND: Rows = [
    ["Assessment record – Resubmission"],
    ["Lead Internal Verifier", "Rania Haddad"],
    RECORD[1],
    ["Unit no. & title", "Unit 4", "Targeted assessment criteria", "A.P2"],
    ["Assignment title", "Assignment 1", "Resubmission authorised by Lead Internal Verifier", None, "Date", None],
    ["Resubmission deadline", date(2023, 10, 19), "Date resubmitted", date(2023, 10, 18)],
    ["Learner signature", "Noor Abbas", "Date", date(2023, 10, 18)],
]
ACKNOWLEDGED: Rows = [
    *RECORD[:13],
    ["Learner comments", "Thank you"],
    ["Learner signature", "Noor Abbas", "Date", date(2023, 9, 28)],
]


def put(rows: Rows, row: int, column: int, value: Any) -> Rows:
    """Return a form with another value in one cell."""
    own = [list(cells) for cells in rows]
    own[row][column] = value
    return own


def test_what_people_sign_on_a_form_is_not_that_they_signed(tmp_path: Path) -> None:
    for rows, expected in (
        (RECORD, []),
        (put(RECORD, 4, 5, LATE), [("DDL001", "Noor Abbas", "Record!F5")]),
        (put(put(RECORD, 14, 1, None), 14, 3, None), [("SUB002", "Noor Abbas", "Record!B15")]),
        (put(RECORD, 14, 3, None), [("SUB003", "Noor Abbas", "Record!C15")]),
        (put(RECORD, 6, 1, None), [("SUB005", "Noor Abbas", "Record!B8")]),
    ):
        assert told(checked(tmp_path, {"Record": rows})) == expected


def test_a_learner_who_signs_for_the_feedback_declares_nothing(tmp_path: Path) -> None:
    assert told(checked(tmp_path, {"Declaration": RECORD, "Record": ACKNOWLEDGED})) == []


def test_a_lead_internal_verifier_who_is_named_on_a_form_has_authorised_nothing(tmp_path: Path) -> None:
    result = checked(tmp_path, {"Record": RECORD, "Second": SECOND})
    assert told(result) == [("RSB002", "Noor Abbas", "Second!D5")]


def test_a_plan_is_signed_off_below_it(tmp_path: Path) -> None:
    signed = [*ASSESSMENT_PLAN, ["Lead Internal Verifier signature", None, "Date", date(2023, 9, 1)]]
    assert told(checked(tmp_path, {"Plan": signed}), "PLN002") == []
    assert told(checked(tmp_path, {"Plan": put(signed, -1, 3, None)}), "PLN002") == [("PLN002", None, "Plan!B10")]


def test_an_observation_record_is_no_submission(tmp_path: Path) -> None:
    observed: Rows = [["Observation record"], *RECORD[1:4], ["Learner signature", "Noor Abbas", "Date", DUE]]
    result = checked(tmp_path, {"Record": RECORD, "Seen": observed})
    assert told(result) == []
    assert [bool(sheet.tables) for sheet in result.sheets] == [True, False]


def test_a_log_with_observation_record_in_its_title_is_read(tmp_path: Path) -> None:
    rows: Rows = [
        ["Assessment and observation record 2023-24"],
        ["Learner", "Unit", "Assignment", "Attempt", "Deadline", "Submitted"],
        ["Noor Abbas", "Unit 4", "Assignment 1", "First", date(2023, 9, 22), date(2023, 9, 25)],
        ["Omar Khan", "Unit 4", "Assignment 1", "First", date(2023, 9, 22), date(2023, 9, 21)],
    ]
    assert told(checked(tmp_path, {"Log": rows}), "DDL001") == [("DDL001", "Noor Abbas", "Log!F3")]
