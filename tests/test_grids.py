"""Sheets as centres keep them besides logs: grids, forms, blocks, lists beside each other. What is found, and where."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from validator.findings import TrackerResult
from validator.pipeline import check_files
from validator.settings import Settings

Rows = list[list[Any]]

HANDED_OUT, DUE, LATE, ON_TIME = date(2023, 9, 11), date(2023, 9, 22), date(2023, 9, 25), date(2023, 9, 21)
PLAN: Rows = [
    ["Programme", "Pearson BTEC International Level 3 Subsidiary Diploma in IT (2020)"],
    ["Academic year", "2023-24"],
    [],
    ["Unit", "Assignment", "Title", "Criteria", "Hand out", "Deadline"],
    ["Unit 4", "Assignment 1", "Thinking", "A.P1, A.P2, A.M1", HANDED_OUT, DUE],
    ["Unit 4", "Assignment 2", "Building", "B.P3, B.P4, B.M2", date(2023, 10, 30), date(2023, 11, 10)],
]


def checked(folder: Path, sheets: dict[str, Rows]) -> TrackerResult:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "tracker.xlsx")
    return check_files([folder / "tracker.xlsx"], Settings(date(2024, 3, 8)))[0]


def told(result: TrackerResult, *rules: str) -> list[tuple[str, str | None, str]]:
    """Return the rule, the learner and the first cell of the findings that are more than a note, or of some rules."""
    return [
        (f.rule, f.learner, f.cells[0]) for f in result.findings if (f.rule in rules if rules else f.severity != "note")
    ]


def test_a_grid_may_be_a_learner_and_two_criteria(tmp_path: Path) -> None:
    rows = [["Learner", "A.P1", "A.P2"], *([name, "a", "na"] for name in ("Noor Abbas", "Omar Khan"))]
    result = checked(tmp_path, {"Assessment plan": PLAN, "Unit 4 Assignment 1": rows})
    (read,) = (table for sheet in result.sheets if sheet.sheet == "Unit 4 Assignment 1" for table in sheet.tables)
    assert [column.field for column in read.columns] == ["attempts.learner", *["attempts.decision"] * 2]


LATE_WORK: dict[str, tuple[dict[str, Rows], str]] = {
    "fields numbered by assignment": (
        {
            "Unit 4": [
                ["Learner", "Deadline 1", "Submitted 1", "Grade 1", "Deadline 2", "Submitted 2", "Grade 2"],
                ["Noor Abbas", DUE, LATE, "P", date(2023, 11, 10), date(2023, 11, 9), "M"],
                ["Omar Al-Khatib", DUE, ON_TIME, "P", date(2023, 11, 10), None, None],
            ]
        },
        "'Unit 4'!C2",
    ),
    "dates of each assignment among the headings": (
        {
            "Unit 4": [
                ["Unit 4 Programming"],
                ["", "Assignment 1", None, None, None, "Assignment 2"],
                ["Hand out", HANDED_OUT, None, None, None, date(2023, 10, 30)],
                ["Deadline", DUE, None, None, None, date(2023, 11, 10)],
                ["Learner", "A.P1", "A.P2", "A.M1", "Submitted", "B.P3", "B.P4", "Submitted"],
                ["Noor Abbas", "A", "A", "A", LATE, "A", "A", date(2023, 11, 9)],
                ["Omar Al-Khatib", "A", "A", "NA", ON_TIME, "A", "NA", date(2023, 11, 10)],
            ]
        },
        "'Unit 4'!E6",
    ),
    "three levels of headings": (
        {
            "Unit 4": [
                ["Unit 4"],
                ["Learner", "Assignment 1", None, None, None, "Assignment 2"],
                [None, "First submission", None, "Resubmission", None, "First submission"],
                [None, "Due", "Submitted", "Due", "Submitted", "Due", "Submitted"],
                ["Noor Abbas", DUE, LATE, None, None, date(2023, 11, 10), date(2023, 11, 9)],
                ["Omar Al-Khatib", DUE, ON_TIME, None, None, date(2023, 11, 10), date(2023, 11, 9)],
            ]
        },
        "'Unit 4'!C5",
    ),
    "criteria down, learners across": (
        {
            "Unit 4 Assignment 1": [
                ["Criterion", "Noor Abbas", "Omar Al-Khatib"],
                ["A.P1", date(2023, 9, 26), date(2023, 9, 26)],
                ["A.P2", date(2023, 9, 26), "X"],
                ["Submitted", LATE, ON_TIME],
                ["Deadline", DUE, DUE],
            ]
        },
        "'Unit 4 Assignment 1'!B4",
    ),
    "a form for each learner's work": (
        {
            "Noor A1": [
                ["Assessment record"],
                ["Programme", "Pearson BTEC International Level 3 Subsidiary Diploma in IT (2020)"],
                ["Learner name", "Noor Abbas", "Assessor name", "Sam Whitlock"],
                ["Unit number and title", "Unit 4 Programming", "Assignment title", "Assignment 1"],
                ["Deadline", DUE, "Date submitted", LATE],
                [],
                ["Targeted criteria", "Criteria achieved (Yes/No)", "Assessment comments"],
                ["A.P1", "Yes", "Clear"],
                ["A.P2", "No", "Not enough"],
                [],
                ["Learner signature", "Noor Abbas", "Date", LATE],
                ["Assessor signature", "S Whitlock", "Date", date(2023, 9, 28)],
            ]
        },
        "'Noor A1'!D5",
    ),
    "a markbook's export": (
        {
            "Grades": [
                [
                    "First name",
                    "Surname",
                    "ID number",
                    "Username",
                    "Assignment 1 - Due date",
                    "Assignment 1 - Submitted",
                ],
                ["Noor", "Abbas", "KX1", "nabbas", DUE, LATE],
                ["Omar", "Al-Khatib", "KX2", "oalk", DUE, ON_TIME],
            ]
        },
        "Grades!F2",
    ),
    "the plan above, the submissions below": (
        {
            "All": [
                *PLAN[3:5],
                [],
                [],
                ["Learner", "Unit", "Assignment", "Deadline", "Submitted", "Grade"],
                ["Noor Abbas", "Unit 4", "Assignment 1", DUE, LATE, "P"],
                ["Omar Al-Khatib", "Unit 4", "Assignment 1", DUE, ON_TIME, "P"],
                [],
                ["Key"],
                ["P", "Pass"],
            ]
        },
        "All!E6",
    ),
    "sections, each with its assignment in a title": (
        {
            "Tracking": [
                ["Unit 4 Programming"],
                [],
                ["Assignment 1"],
                ["Learner", "Deadline", "Submitted", "Grade"],
                ["Noor Abbas", DUE, ON_TIME, "P"],
                ["Omar Al-Khatib", DUE, ON_TIME, "P"],
                ["Total", None, 2],
                [],
                ["Assignment 2 (see the folder)"],
                ["Learner", "Deadline", "Submitted", "Grade"],
                ["Noor Abbas", date(2023, 11, 10), date(2023, 11, 13), "M"],
                ["Omar Al-Khatib", date(2023, 11, 10), date(2023, 11, 9), "P"],
            ]
        },
        "Tracking!C11",
    ),
    "sections of learners under labels": (
        {
            "A to Z": [
                ["Progress sheets"],
                [],
                ["Learner:", "Omar Al-Khatib", "Reg no:", "KX2"],
                ["Unit", "Assignment", "Deadline", "Submitted", "Grade"],
                ["Unit 4", "Assignment 1", DUE, ON_TIME, "P"],
                ["Comments: going well"],
                [],
                ["Learner:", "Noor Abbas", "Reg no:", "KX1"],
                ["Unit", "Assignment", "Deadline", "Submitted", "Grade"],
                ["Unit 4", "Assignment 1", DUE, LATE, "P"],
            ]
        },
        "'A to Z'!D10",
    ),
    "sections of assignments under labels": (
        {
            "Tracking": [
                ["Unit:", "4 Programming", "Assignment:", 1, "Deadline:", DUE],
                [],
                ["Learner", "Reg no", "Submitted", "Grade"],
                ["Noor Abbas", "KX1", LATE, "P"],
                ["Omar Al-Khatib", "KX2", ON_TIME, "P"],
                [],
                ["Unit:", "4 Programming", "Assignment:", 2, "Deadline:", date(2023, 11, 10)],
                [],
                ["Learner", "Reg no", "Submitted", "Grade"],
                ["Noor Abbas", "KX1", date(2023, 11, 9), "P"],
                ["Omar Al-Khatib", "KX2", date(2023, 11, 9), "P"],
            ]
        },
        "Tracking!C4",
    ),
    "sections, each with its unit in a title": (
        {
            "All units": [
                ["UNIT 4: PROGRAMMING"],
                ["Learner", "Assignment", "Deadline", "Submitted", "Grade"],
                ["Noor Abbas", "Assignment 1", DUE, ON_TIME, "P"],
                ["Omar Al-Khatib", "Assignment 1", DUE, ON_TIME, "P"],
                [],
                ["UNIT 7: NETWORKS"],
                ["Learner", "Assignment", "Deadline", "Submitted", "Grade"],
                ["Noor Abbas", "Assignment 1", DUE, LATE, "P"],
                ["Omar Al-Khatib", "Assignment 1", DUE, ON_TIME, "P"],
            ]
        },
        "'All units'!D8",
    ),
    "a plan beside the staff above a wider log, signed below": (
        {
            "Tracker": [
                ["Unit", "Assignment", "Hand out", "Deadline", None, "Staff", "Role"],
                ["Unit 4", "Assignment 1", HANDED_OUT, DUE, None, "Rania Haddad", "LIV"],
                [None, None, None, None, None, "Sam Whitlock", "Assessor"],
                [],
                ["Learner", "Unit", "Assignment", "Deadline", "Submitted", "Assessor", "Grade", "Comments"],
                ["Noor Abbas", "Unit 4", "Assignment 1", DUE, LATE, "Sam Whitlock", "P", "late"],
                ["Omar Al-Khatib", "Unit 4", "Assignment 1", DUE, ON_TIME, "Sam Whitlock", "P", "good"],
                [],
                ["Term", "Starts", "Ends"],
                ["Autumn", date(2023, 9, 4), date(2023, 12, 15)],
                ["Assessor signature:", "S Whitlock", "Date", date(2023, 10, 2)],
            ]
        },
        "Tracker!E6",
    ),
    "headings in Arabic": (
        {
            "سجل": [
                ["اسم الطالب", "الوحدة", "الواجب", "الموعد النهائي", "تاريخ التسليم"],
                ["Noor Abbas", "Unit 4", "Assignment 1", "٢٢/٠٩/٢٠٢٣", "٢٥/٠٩/٢٠٢٣"],
                ["Omar Al-Khatib", "Unit 4", "Assignment 1", "٢٢/٠٩/٢٠٢٣", "٢١/٠٩/٢٠٢٣"],
            ]
        },
        "سجل!E2",
    ),
}


@pytest.mark.parametrize("layout", LATE_WORK)
def test_late_work_is_found_in_its_cell(layout: str, tmp_path: Path) -> None:
    sheets, cell = LATE_WORK[layout]
    assert told(checked(tmp_path, sheets)) == [("DDL001", "Noor Abbas", cell)]


FIRST: Rows = [
    ["Learner", "Unit", "Assignment", "Deadline", "Submitted", "Grade"],
    ["Noor Abbas", "Unit 4", "Assignment 1", DUE, ON_TIME, "U"],
    ["Omar Al-Khatib", "Unit 4", "Assignment 1", DUE, ON_TIME, "P"],
]
AGAIN = [date(2023, 10, 20), date(2023, 10, 23), "P"]
LATE_RESUBMISSION: dict[str, tuple[dict[str, Rows], str]] = {
    "below, under a title": (
        {
            "Log": [
                ["1. First submissions"],
                *FIRST,
                [],
                ["2. Resubmissions (authorised by LIV)"],
                FIRST[0],
                ["Noor Abbas", "Unit 4", "Assignment 1", *AGAIN],
                [],
                ["3. Internal verification"],
                ["Learner", "Unit", "Assignment", "Internal verifier", "Date of IV"],
                ["Noor Abbas", "Unit 4", "Assignment 1", "Priya Nair", ON_TIME],
            ]
        },
        "Log!E8",
    ),
    "on a sheet of which some headings say so": (
        {
            "Log": FIRST,
            "Sheet3": [
                ["Learner", "Unit", "Assignment", "Authorised by", "Resub deadline", "Date resubmitted", "Grade"],
                ["Noor Abbas", "Unit 4", "Assignment 1", "Rania Haddad", *AGAIN],
            ],
        },
        "Sheet3!F2",
    ),
    "in columns numbered by assignment": (
        {
            "Unit 4": [
                [
                    "Learner",
                    *(f"{h} {n}" for n in (1, 2) for h in ("Due", "Submitted", "Resub due", "Resub submitted")),
                ],
                ["Noor Abbas", DUE, ON_TIME, *AGAIN[:2], date(2023, 11, 10), date(2023, 11, 9), None, None],
                ["Omar Al-Khatib", DUE, ON_TIME, None, None, date(2023, 11, 10), date(2023, 11, 9), None, None],
            ]
        },
        "'Unit 4'!E2",
    ),
    "beside abbreviated headings of each assignment": (
        {
            "Unit 4": [
                ["Learner", *(f"A{n} {h}" for n in (1, 2) for h in ("HI", "Sub", "Resub HI", "Resub sub"))],
                ["Noor Abbas", DUE, ON_TIME, *AGAIN[:2], date(2023, 11, 10), date(2023, 11, 9), None, None],
                ["Omar Al-Khatib", DUE, ON_TIME, None, None, date(2023, 11, 10), date(2023, 11, 9), None, None],
            ]
        },
        "'Unit 4'!E2",
    ),
}


@pytest.mark.parametrize("layout", LATE_RESUBMISSION)
def test_a_late_resubmission_is_found_in_its_cell(layout: str, tmp_path: Path) -> None:
    sheets, cell = LATE_RESUBMISSION[layout]
    found = told(checked(tmp_path, sheets), "RSB012", "RSB018", "RSB021", "SUB001", "STR008", "STR014")
    assert found == [("RSB012", "Noor Abbas", cell)]


GRID = [["Unit 4: Programming"], [], ["Name", "A.P1", "A.P2", "A.M1", "B.P3", "B.P4", "B.M2", "Unit grade"]]


def test_a_grid_of_a_unit_takes_its_assignments_from_the_plan(tmp_path: Path) -> None:
    rows: Rows = [
        *GRID,
        ["Noor Abbas", "✓", "✓", "✓", "✓", "✓", "X", "P"],
        ["Omar Al-Khatib", "✓", "✓", "X", "✓", "✓", None, "P"],
        [],
        ["Key:", "✓ = achieved, X = not achieved"],
    ]
    result = checked(tmp_path, {"Plan": PLAN, "U4": rows})
    assert [(f.rule, f.learner, f.assignment) for f in result.findings if f.severity == "error"] == [
        ("SUB005", "Omar Al-Khatib", "Assignment 2")
    ]
    assert {table.kind for sheet in result.sheets for table in sheet.tables} >= {"attempts", "unit_results"}


def test_a_grid_of_ticks_alone_says_by_a_blank_what_was_not_achieved(tmp_path: Path) -> None:
    rows: Rows = [*GRID, ["Noor Abbas", "✓", "✓", "✓", "✓", "✓", None], ["Omar Al-Khatib", "✓", "✓", None, "✓", None]]
    result = checked(tmp_path, {"Plan": PLAN, "U4": rows})
    assert told(result) == []
    assert {entry.rule: entry.status for entry in result.coverage}["SUB005"] == "not-checkable"


@pytest.mark.parametrize(
    ("marks", "met"),
    [(("x", "x"), True), (("✓", "x"), False), (("A", "X"), False), (("1", "0"), False), (("✓", "M"), True)],
)
def test_a_mark_means_what_its_grid_makes_it_mean(marks: tuple[str, str], met: bool, tmp_path: Path) -> None:
    """The merit is met, or not: a Merit grade is above what the criteria earn, or it is not."""
    pass_mark, merit_mark = marks
    rows: Rows = [
        ["Unit 4 Assignment 1"],
        ["Learner", "A.P1", "A.P2", "A.M1", "Grade"],
        ["Noor Abbas", pass_mark, pass_mark, merit_mark, "M"],
        ["Omar Al-Khatib", pass_mark, pass_mark, pass_mark, "M"],
    ]
    result = checked(tmp_path, {"Plan": PLAN, "U4 A1": rows})
    assert told(result, "TRK002") == ([] if met else [("TRK002", "Noor Abbas", "'U4 A1'!E3")])


def test_neighbouring_columns_and_learning_aims_above_say_which_criterion_and_attempt(tmp_path: Path) -> None:
    rows: Rows = [
        ["Unit 4 - Assignment 1"],
        [None, "Learning aim A", None, None, "Learning aim B"],
        [None, "P1", "Resub", "M1", "P3"],
        ["Noor Abbas", "A", None, "A", "A"],
        ["Omar Al-Khatib", "A", "NA", "A", "A"],
    ]
    result = checked(tmp_path, {"Unit 4 A1": rows})
    assert told(result, "RSB016") == [("RSB016", "Omar Al-Khatib", "'Unit 4 A1'!C5")]
    assert [f.criterion for f in result.findings if f.rule == "RSB016"] == ["A.P1"]


def test_a_grid_may_speak_by_its_colours(tmp_path: Path) -> None:
    rows: Rows = [
        ["Unit 4 Assignment 1"],
        ["Learner", "A.P1", "A.P2", "A.M1", "Grade"],
        ["Noor Abbas", None, None, None, "M"],
        ["Omar Al-Khatib", None, None, None, "M"],
        [],
        ["Green = achieved"],
        ["Red = not achieved"],
    ]
    checked(tmp_path, {"Plan": PLAN, "U4 A1": rows})
    book = load_workbook(tmp_path / "tracker.xlsx")
    green, red = PatternFill("solid", fgColor="FF00B050"), PatternFill("solid", fgColor="FFC00000")
    for cell in ("B3", "C3", "D3", "B4", "C4"):
        book["U4 A1"][cell].fill = green
    book["U4 A1"]["D4"].fill = red
    book.save(tmp_path / "tracker.xlsx")
    result = check_files([tmp_path / "tracker.xlsx"], Settings(date(2024, 3, 8)))[0]
    assert told(result, "TRK002") == [("TRK002", "Omar Al-Khatib", "'U4 A1'!E4")]


def test_a_master_grid_holds_a_grade_for_each_learner_and_unit(tmp_path: Path) -> None:
    rows: Rows = [
        ["Grade tracker"],
        [],
        ["Learner", "Reg No", "Unit 1: Systems", "Unit 4: Programming", "Unit 6"],
        ["Noor Abbas", "KX1", "P", "M", "D"],
        ["Omar Al-Khatib", "KX2", "P", "U", None],
        ["Average", None, None, None, None],
    ]
    (table,) = checked(tmp_path, {"Grades": rows}).sheets[0].tables
    assert (table.kind, table.records) == ("unit_results", 5)


def test_lists_beside_each_other_are_lists_of_their_own(tmp_path: Path) -> None:
    rows: Rows = [
        ["Learner", "Reg No", "Group", None, "Name", "Role", None, "Term", "Starts", "Ends"],
        ["Noor Abbas", "KX1", "A", None, "Rania Haddad", "LIV", None, "Autumn 1", date(2023, 9, 4), date(2023, 10, 20)],
        ["Omar Al-Khatib", "KX2", "A", None, "Sam Whitlock", "Assessor"],
        ["Hana Suzuki", "KX3", "A"],
    ]
    tables = checked(tmp_path, {"Lists": rows}).sheets[0].tables
    assert [(table.kind, table.records) for table in tables] == [("learners", 3), ("staff", 2), ("terms", 1)]


def test_a_list_may_stand_beside_the_records_of_a_log(tmp_path: Path) -> None:
    staff = [["Staff", "Role"], ["Rania Haddad", "LIV"], ["Sam Whitlock", "Assessor"], []]
    learners = [[name, *FIRST[1][1:]] for name in ("Noor Abbas", "Omar Khan", "Hana Suzuki", "Sara Haddad")]
    rows: Rows = [FIRST[0], *([*row, None, *beside] for row, beside in zip(learners, staff, strict=True))]
    tables = checked(tmp_path, {"Log": rows}).sheets[0].tables
    assert [(table.kind, table.records) for table in tables] == [("attempts", 4), ("staff", 2)]


def test_a_sample_of_an_internal_verifier_is_signed_below(tmp_path: Path) -> None:
    sample: Rows = [
        ["Internal verification of assessment decisions"],
        ["Assessor", "Sam Whitlock", "Internal Verifier", "Sam Whitlock"],
        ["Unit", "Unit 4", "Assignment title", "Assignment 1"],
        [],
        ["Learner name", "Criteria awarded", "Has the work been assessed accurately?", "IV comments"],
        ["Noor Abbas", "A.P1, A.P2", "Y", "fine"],
        [],
        ["Internal Verifier signature", "Sam Whitlock", "Date", date(2023, 9, 27)],
    ]
    result = checked(tmp_path, {"Plan": PLAN, "IV": sample})
    (table,) = result.sheets[1].tables
    assert (table.kind, table.records) == ("verifications", 1)


def test_a_sheet_of_resubmissions_holds_resubmissions(tmp_path: Path) -> None:
    headings = ["Learner", "Unit", "Assignment", "Deadline", "Submitted", "Grade"]
    first: Rows = [headings, ["Noor Abbas", "Unit 4", "Assignment 1", DUE, ON_TIME, "U"]]
    second: Rows = [headings, ["Noor Abbas", "Unit 4", "Assignment 1", date(2023, 10, 20), date(2023, 10, 19), "P"]]
    both: Rows = [["Submission and resubmission log"], *first]
    assert told(checked(tmp_path, {"Submissions": first, "Resubmissions": second})) == []
    assert told(checked(tmp_path, {"Submissions and resubmissions": both}), "RSB018", "STR014") == []


def test_a_name_may_stand_only_in_the_first_row_of_its_learner(tmp_path: Path) -> None:
    headings = ["Learner", "Unit", "Assignment", "Submission type", "Deadline", "Submitted", "Grade"]
    rows: Rows = [
        headings,
        ["Noor Abbas", "Unit 4", "Assignment 1", "First", DUE, ON_TIME, "U"],
        [None, None, None, "Resubmission", date(2023, 10, 20), date(2023, 10, 23), "P"],
        ["Omar Al-Khatib", "Unit 4", "Assignment 1", "First", DUE, ON_TIME, "P"],
        ["Hana Suzuki", "Unit 4", "Assignment 1", "First", DUE, LATE, "P"],
    ]
    assert told(checked(tmp_path, {"Log": rows}), "STR009", "DDL001", "RSB001", "SUB001") == [
        ("DDL001", "Hana Suzuki", "Log!F5")
    ]


def test_one_name_left_out_among_many_is_a_slip(tmp_path: Path) -> None:
    headings = ["Learner", "Unit", "Assignment", "Deadline", "Submitted", "Grade"]
    names = ["Noor Abbas", "Omar Al-Khatib", None, "Hana Suzuki", "Sara Haddad"]
    rows: Rows = [headings, *([name, "Unit 4", "Assignment 1", DUE, ON_TIME, "P"] for name in names)]
    assert [cell for rule, _, cell in told(checked(tmp_path, {"Log": rows}), "STR009")] == ["Log!A4"]


def test_colours_without_a_key_are_not_guessed_and_told(tmp_path: Path) -> None:
    rows: Rows = [
        ["Unit 4 Assignment 1"],
        ["Learner", "A.P1", "A.P2", "A.M1", "Grade"],
        ["Noor Abbas", None, None, None, "M"],
        ["Omar Al-Khatib", None, None, None, "M"],
    ]
    checked(tmp_path, {"Plan": PLAN, "U4 A1": rows})
    book = load_workbook(tmp_path / "tracker.xlsx")
    for cell in ("B3", "C3", "D3", "B4"):
        book["U4 A1"][cell].fill = PatternFill("solid", fgColor="FF00B050")
    book.save(tmp_path / "tracker.xlsx")
    result = check_files([tmp_path / "tracker.xlsx"], Settings(date(2024, 3, 8)))[0]
    assert told(result) == []
    assert "no key on the sheet says what the colours mean" in result.sheets[1].note


def test_a_title_with_labels_beside_it_heads_no_block(tmp_path: Path) -> None:
    rows: Rows = [
        ["Unit 4: Programming", None, None, "Assessor: Sam Whitlock", None, "IV: Priya Nair"],
        [],
        ["Learner", "Reg No", "Assignment 1", None, None, "Assignment 2"],
        [None, None, "H/I", "Rec'd", "Resub rec'd", "H/I", "Rec'd"],
        ["Noor Abbas", "KX1", DUE, LATE, "n/a", date(2023, 11, 10), date(2023, 11, 9)],
        ["Omar Al-Khatib", "KX2", DUE, ON_TIME, "-", date(2023, 11, 10), "TBC"],
        ["Total submitted", None, None, 2, None, None, 1],
    ]
    result = checked(tmp_path, {"Plan": PLAN, "Grid": rows})
    assert told(result, "DDL001", "STR009", "STR005") == [("DDL001", "Noor Abbas", "Grid!D5")]


def test_abbreviated_headings_of_a_resubmission_beside_a_column_that_may_be_the_attempt(tmp_path: Path) -> None:
    rows: Rows = [
        ["Student", "Unit", "Ass No", "HI", "Sub", "Resub HI", "Resub sub", "Resub grade"],
        ["Noor Abbas", "Unit 4", "Assignment 1", DUE, ON_TIME, date(2023, 10, 19), date(2023, 10, 23), "P"],
        ["Omar Al-Khatib", "Unit 4", "Assignment 1", DUE, ON_TIME, None, None, None],
    ]
    assert ("RSB012", "Noor Abbas", "Log!G2") in told(checked(tmp_path, {"Log": rows}))


@pytest.mark.parametrize(("said", "rule"), [("Resub", "RSB012"), ("1st", "DDL001")])
@pytest.mark.parametrize("besides", [["PSA version used", "PSA file"], ["Resub authorised by", "Resub authorised on"]])
def test_no_heading_makes_blocks_of_a_log_whose_rows_say_what_they_are(
    besides: list[str], said: str, rule: str, tmp_path: Path
) -> None:
    rows: Rows = [
        ["Learner", "Unit", "Assignment", "Submission", "Deadline", "Submitted", *besides],
        ["Noor Abbas", "Unit 4", "Assignment 1", "1st", DUE, LATE],
        ["Noor Abbas" if said == "Resub" else "Omar Khan", "Unit 4", "Assignment 1", said, DUE, LATE],
    ]
    found = told(checked(tmp_path, {"Plan": PLAN, "Log": rows}), "DDL001", "RSB012")
    assert {(code, cell) for code, _, cell in found} == {("DDL001", "Log!F2"), (rule, "Log!F3")}


def test_a_detail_that_is_to_be_confirmed_is_told_by_another_sheet(tmp_path: Path) -> None:
    log = [
        ["Learner", "Unit", "Assignment", "Attempt", "Deadline", "Submitted", "Authorised by", "Authorised on"],
        ["Noor Abbas", "Unit 4", "Assignment 1", "1st", DUE, ON_TIME],
        ["Noor Abbas", "Unit 4", "Assignment 1", "Resub", DUE, DUE, "Sam Whitlock", ON_TIME],
    ]
    plan = [["Lead IV", "Rania Haddad"], *PLAN]
    result = checked(tmp_path, {"Cover": [["Group", "12A"], ["Lead IV", "tbc"]], "Plan": plan, "Log": log})
    assert told(result, "RSB004") == [("RSB004", "Noor Abbas", "Log!G3")]


def test_a_grade_is_not_measured_by_criteria_of_which_a_part_was_not_read(tmp_path: Path) -> None:
    headings = ["Learner", "Unit", "Assignment", "Submitted", "Criteria thus far, see folder", "Grade"]
    again = ["Resub submitted", "Resub criteria achieved", "Resub grade"]
    rows: Rows = [
        [*headings, *again],
        ["Noor Abbas", "Unit 4", "Assignment 1", ON_TIME, "A.P1", "U", date(2023, 10, 19), "A.P2, A.M1", "M"],
    ]
    assert told(checked(tmp_path, {"Plan": PLAN, "Log": rows}), "TRK002") == []


@pytest.mark.parametrize("word", ["B-side", "Second chance?"])
def test_an_attempt_that_cannot_be_read_is_not_judged_as_a_first_submission(word: str, tmp_path: Path) -> None:
    headings = ["Learner", "Unit", "Assignment", "Attempt", "Deadline", "Submitted", "Grade"]
    rows: Rows = [
        headings,
        ["Noor Abbas", "Unit 4", "Assignment 1", "First", DUE, ON_TIME, "U"],
        ["Noor Abbas", "Unit 4", "Assignment 1", word, date(2023, 10, 19), date(2023, 10, 23), "P"],
        ["Omar Al-Khatib", "Unit 4", "Assignment 1", "First", DUE, ON_TIME, "P"],
        ["Sara Haddad", "Unit 4", "Assignment 1", word, DUE, LATE, "P"],
    ]
    found = told(checked(tmp_path, {"Log": rows}))
    assert [(rule, cell) for rule, _, cell in found] == [("STR008", "Log!D3"), ("STR008", "Log!D5")]


def test_a_turned_log_is_read_whole(tmp_path: Path) -> None:
    records = [
        [n, "Unit 4", "Assignment 1", "First", DUE, LATE, "P"] for n in ("Noor Abbas", "Omar Khan", "Hana Suzuki")
    ]
    headings = ["Learner", "Unit", "Assignment", "Attempt", "Deadline", "Submitted", "Grade"]
    turned: Rows = [list(row) for row in zip(headings, *records, strict=True)]
    found = told(checked(tmp_path, {"Log": turned}), "DDL001")
    assert found == [
        ("DDL001", "Noor Abbas", "Log!B6"), ("DDL001", "Hana Suzuki", "Log!D6"), ("DDL001", "Omar Khan", "Log!C6"),
    ]  # fmt: skip


def test_symbols_in_cells_say_something(tmp_path: Path) -> None:
    headings = ["Learner", "Unit", "Assignment", "Attempt", "Submitted", "Learner declaration", "Grade"]
    marks = {"Noor Abbas": ("✅", "P"), "Omar Khan": ("❌", "P"), "Hana Suzuki": ("ü", "♥")}
    rows: Rows = [[name, "Unit 4", "Assignment 1", "First", ON_TIME, *both] for name, both in marks.items()]
    found = checked(tmp_path, {"Log": [headings, *rows]})
    assert told(found, "SUB002", "STR008") == [("STR008", "Hana Suzuki", "Log!G4"), ("SUB002", "Omar Khan", "Log!F3")]


def test_points_and_overall_grade_of_a_master_grid_are_of_no_unit(tmp_path: Path) -> None:
    headings = ["Learner", "Unit 1", "Unit 2", "Unit 4", "Points", "Overall grade"]
    rows: Rows = [[name, "P", "M", "D", 120, "MM"] for name in ("Noor Abbas", "Omar Khan", "Hana Suzuki")]
    (sheet,) = checked(tmp_path, {"Grades": [headings, *rows, ["Passes", 3, 0, 0]]}).sheets
    fields = {column.heading: column.field for table in sheet.tables for column in table.columns}
    assert fields["Unit 4"] == "unit_results.grade"
    assert fields["Points"] is None
    assert fields["Overall grade"] is None
    assert [table.records for table in sheet.tables] == [9]


IN_ORDER: Rows = [
    ["Learner", "Unit", "Assignment", "Deadline", "Date submitted", "Learner declaration", "Grade"],
    *([n, "Unit 4", "Assignment 1", DUE, ON_TIME, "Yes", "P"] for n in ("Noor Abbas", "Omar Khan", "Hana Suzuki")),
]


@pytest.mark.parametrize(
    "below",
    [
        ["Number submitted", None, None, None, 3],
        ["% submitted", None, None, None, 1],
        ["Pass rate", None, None, None, None, None, "100%"],
        ["Class size", 3, None, None, None, None, "Highest grade"],
        ["Last updated", date(2023, 10, 2)],
        ["Verified by", "K Lee", None, None, date(2023, 10, 2)],
        ["Internal Verifier", "K Lee", "Signature", "K Lee", "02/10/2023"],
        ["Programme leader", "M Gill", "Signature", "MG", "05/12/2023"],
        ["Somebody said something", None, None, date(2023, 10, 2)],
    ],
    ids=lambda below: below[0],
)
def test_a_row_below_a_log_that_is_about_nobody_is_no_record(below: list[Any], tmp_path: Path) -> None:
    assert told(checked(tmp_path, {"Log": [*IN_ORDER, [], below]})) == []


@pytest.mark.parametrize("titled", [True, False])
def test_another_table_below_a_log_is_told_and_not_read_as_its_records(titled: bool, tmp_path: Path) -> None:
    headings = ["Learner", "Parent", "Reason", "Date", "Phoned on"]
    calls = [[n, "Mrs K", "Attendance", "2 February", date(2024, 2, 2)] for n in ("Noor Abbas", "Omar Khan")]
    title = [["Contact log"]] if titled else []
    found = checked(tmp_path, {"Log": [*IN_ORDER, [], *title, headings, *calls]})
    assert [rule for rule, _, _ in told(found)] == ["STR002"]


@pytest.mark.parametrize(
    "headings",
    [
        ["Deadline (draft)", "Deadline", "Date submitted (draft)", "Date submitted"],
        ["Deadline (internal)", "Deadline", "Submitted (Turnitin)", "Date submitted"],
        ["Extension refused", "Deadline", "Extension declined", "Date submitted"],
    ],
    ids=lambda headings: headings[0],
)
def test_a_heading_of_something_else_is_not_taken_for_the_thing(headings: list[str], tmp_path: Path) -> None:
    said_first = "No" if headings[0].startswith("Extension") else LATE
    rows: Rows = [[n, "Unit 4", "Assignment 1", said_first, DUE, ON_TIME, LATE] for n in ("Noor Abbas", "Omar Khan")]
    found = checked(tmp_path, {"Log": [["Learner", "Unit", "Assignment", *headings], *rows]})
    assert [cell for rule, _, cell in told(found) if rule == "DDL001"] == ["Log!G2", "Log!G3"]


def test_a_list_says_who_is_registered_and_when_and_born(tmp_path: Path) -> None:
    headings = ["Learner", "Registered", "Registration date", "Date of birth", "Group"]
    births = (date(2006, 1, 2), date(2006, 3, 4), date(2007, 5, 6))
    names = ("Ali Hassan", "Ali Hassan", "Noor Abbas")
    rows: Rows = [[n, "Y", date(2023, 11, 1), born, "A"] for n, born in zip(names, births, strict=True)]
    assert told(checked(tmp_path, {"Learners": [headings, *rows], "Plan": PLAN})) == []


def test_a_summary_may_repeat_the_grades_of_the_units_own_sheets(tmp_path: Path) -> None:
    names = ("Noor Abbas", "Omar Khan", "Hana Suzuki")
    unit: Rows = [["Learner", "Unit", "Unit grade"], *([n, "Unit 1", "P"] for n in names)]
    summary: Rows = [["Learner", "Unit 1", "Unit 2"], *([n, "P", "M"] for n in names)]
    assert told(checked(tmp_path, {"Unit 1": unit, "Summary": summary})) == []


def test_of_two_columns_for_one_thing_the_filled_one_counts(tmp_path: Path) -> None:
    headings = ["Learner", "Unit", "Assignment", "Date due", "Deadline", "Date submitted"]
    rows: Rows = [[name, "Unit 4", "Assignment 1", None, DUE, LATE] for name in ("Noor Abbas", "Omar Khan")]
    found = checked(tmp_path, {"Log": [headings, *rows]})
    assert told(found, "DDL001") == [("DDL001", "Noor Abbas", "Log!F2"), ("DDL001", "Omar Khan", "Log!F3")]


NAMES = ("Noor Abbas", "Omar Khan", "Hana Suzuki")
CRITERIA = ["P1", "P2", "M1"]
TITLE = ["Unit 4 Assignment 1"]


def marked(*more: list[Any], grades: tuple[str, ...] = ("M", "M", "P")) -> Rows:
    """Return the rows of three learners with their criteria, a grade and what `more` has for each: Omar Khan's Merit
    is above what his criteria earn."""
    marks = (["A", "A", "A"], ["A", "A", "NA"], ["A", "A", "NA"])
    return [[n, *m, g, *x] for n, m, g, x in zip(NAMES, marks, grades, more or ([],) * 3, strict=True)]


ABOVE: dict[str, tuple[dict[str, Rows], str]] = {
    "totals of few learners, with a label and without": (
        {
            "Unit 4 A1": [
                ["Learner", *CRITERIA, "Grade"],
                *marked(),
                ["Total", 3, 3, 1],
                ["M", 0, 0, 1],
                [None, 3, 3, 1],
                [None, 1, 1, 0.33],
                ["Assessor", "Sam Whitlock", "Signed", "SW", date(2023, 10, 2)],
            ]
        },
        "'Unit 4 A1'!E3",
    ),
    "labels with dates that are texts": (
        {
            "Unit 4 A1": [
                ["Hand out", "13/09/2023", "Deadline", "22/09/2023", "Assessor", "Sam Whitlock"],
                [],
                ["Learner", *CRITERIA, "Grade"],
                *marked(),
            ]
        },
        "'Unit 4 A1'!E5",
    ),
    "a title in two cells": (
        {"Sheet1": [["Unit 4 Programming", None, None, "Assignment 1"], ["Learner", *CRITERIA, "Grade"], *marked()]},
        "Sheet1!E4",
    ),
    "criteria explained in a column of a turned grid": (
        {
            "U4 A1": [
                [*TITLE, None, None, None],
                ["Student", None, *NAMES],
                ["P1", "Explain how programs work", "A", "A", "A"],
                ["P2", "Explain how they are tested", "A", "A", "A"],
                ["M1", "Assess the design", "A", "NA", "NA"],
                ["Grade", None, "M", "M", "P"],
                ["No. achieved", None, 3, 2, 2],
            ]
        },
        "'U4 A1'!D6",
    ),
    "the attempt before the criterion, and under the grade": (
        {
            "U4 A1": [
                TITLE,
                ["Learner", *CRITERIA, "Grade", "Grade", "Resub P1", "Resub P2", "Resub M1"],
                [None, None, None, None, "1st", "Resub", None, None, None],
                *marked(["N/A"] * 4, ["N/A"] * 4, ["P", None, None, "NA"]),
            ]
        },
        "'U4 A1'!E5",
    ),
    "groups below each other": (
        {
            "U4 A1": [
                TITLE,
                ["Group A", None, None, "Tutor: SW"],
                ["Learner", *CRITERIA, "Grade"],
                ["Sara Haddad", "A", "A", "A", "M"],
                ["Group B", None, None, "Tutor: PN"],
                ["Learner", *CRITERIA, "Grade"],
                *marked(),
            ]
        },
        "'U4 A1'!E8",
    ),
    "assignments below each other": (
        {
            "Unit 4": [
                ["Assignment 2", "Deadline", date(2023, 11, 10)],
                ["Learner", "P3", "P4", "M2", "Grade"],
                *marked(grades=("M", "P", "P")),
                [],
                ["Assignment 1", "Deadline", DUE],
                [],
                ["Learner", *CRITERIA, "Grade"],
                *marked(),
            ]
        },
        "'Unit 4'!E11",
    ),
    "a key above, with a word for an attempt": (
        {"U4 A1": [["Achieved", "Not achieved", "Resubmission"], TITLE, ["Learner", *CRITERIA, "Grade"], *marked()]},
        "'U4 A1'!E5",
    ),
    "the assignment before each criterion": (
        {
            "Unit 4": [
                ["Learner", "A1 P1", "A1 P2", "A1 M1", "A1 Grade", "A2 P3", "A2 P4", "A2 M2", "A2 Grade"],
                *marked(*[["A", "A", "NA", "P"]] * 3),
            ]
        },
        "'Unit 4'!E3",
    ),
    "an assignment that is still to come": (
        {
            "Unit 4": [
                ["Learner", "A1", None, None, None, "A2", None, None, None],
                [None, *CRITERIA, "Grade", "P3", "P4", "M2", "Grade"],
                *marked(),
            ]
        },
        "'Unit 4'!E4",
    ),
    "days beside the marks, and a key below": (
        {
            "U4 A1": [
                ["Learner", *CRITERIA, "Grade"],
                ["Noor Abbas", "A 26/09/23", "A 26/09/23", "A (27/09/23)", "M"],
                ["Omar Khan", "A 26/09/23", "26/09/23 A", "NA 26/09/23", "M"],
                [],
                ["A", "Achieved (date)"],
                ["NA", "Not achieved"],
            ]
        },
        "'U4 A1'!E3",
    ),
}


@pytest.mark.parametrize("layout", ABOVE)
def test_a_grade_above_its_criteria_is_found_in_its_cell(layout: str, tmp_path: Path) -> None:
    sheets, cell = ABOVE[layout]
    assert told(checked(tmp_path, {"Plan": PLAN, **sheets})) == [("TRK002", "Omar Khan", cell)]


ALONE: dict[str, tuple[Rows, str]] = {
    "Unit 4 A1": ([["Learner", *CRITERIA, "Grade"], *marked()], "'Unit 4 A1'!E3"),
    "Unit 4": ([["Learner", *CRITERIA, "Unit grade", "P1 Resub", "Resub grade"], *marked()], "'Unit 4'!E3"),
    "All": (
        [
            ["Learner", "Unit 4", None, None, "Unit 6", None, None, "Unit 8 grade"],
            [None, *CRITERIA, *CRITERIA, None],
            *([n, "A", "A", "NA", "A", "A", "A", "P"] for n in NAMES),
        ],
        "",
    ),
}


@pytest.mark.parametrize("name", ALONE)
def test_without_a_plan_the_columns_say_what_is_targeted(name: str, tmp_path: Path) -> None:
    rows, cell = ALONE[name]
    assert told(checked(tmp_path, {name: rows})) == ([("TRK002", "Omar Khan", cell)] if cell else [])


def test_a_unit_in_progress_may_have_criteria_that_are_still_to_come(tmp_path: Path) -> None:
    rows: Rows = [["Learner", *CRITERIA, "Unit grade"], *([name, "A", "NA", None, None] for name in NAMES)]
    assert told(checked(tmp_path, {"Unit 4": rows})) == []


def test_a_column_may_say_which_attempt_the_criteria_of_a_row_are(tmp_path: Path) -> None:
    rows: Rows = [
        ["Unit 4 Assignment 1"],
        ["Learner", "Attempt", "Deadline", "Submitted", *CRITERIA, "Grade", "Results"],
        ["Noor Abbas", "First", DUE, ON_TIME, "A", "NA", "NA", "U", date(2023, 10, 2)],
        ["Noor Abbas", "Resub", date(2023, 10, 20), date(2023, 10, 23), "NA", "A", "NA", "P", None],
        ["Omar Khan", "B-side", DUE, LATE, "A", "A", "A", "M", None],
    ]
    found = told(checked(tmp_path, {"Plan": PLAN, "Log": rows}), "RSB012", "RSB016", "STR008", "DDL001")
    assert sorted(found) == [
        ("RSB012", "Noor Abbas", "Log!D4"), ("RSB016", "Noor Abbas", "Log!E4"), ("STR008", "Omar Khan", "Log!B5"),
    ]  # fmt: skip


def test_a_master_grid_may_have_counts_below_it_or_its_units_down(tmp_path: Path) -> None:
    count = [None, None, "P", 2, 2, 0]
    down: Rows = [
        ["Learner", "Reg No", "SEN", "Unit 1", "Unit 2", "Unit 4"],
        *([name, f"KX{n}", None, "P", "P", "M"] for n, name in enumerate(NAMES)),
        *([*count[:2], mark, *count[3:]] for mark in "UPMD"),
    ]
    assert told(checked(tmp_path, {"Grades": down})) == []
    rows: Rows = [
        ["Unit", "GLH", *NAMES],
        ["Unit 1 Systems", 90, "P", "M", "D"],
        ["Unit 2 Data", 90, "P", "Z", "D"],
        ["Unit 4 Programming", 60, "M", "P", None],
        ["Total points", None, 30, 24, 48],
    ]
    found = checked(tmp_path, {"Grades": rows})
    assert told(found) == [("STR008", "Omar Khan", "Grades!D3")]
    assert [(table.kind, table.records) for table in found.sheets[0].tables] == [("unit_results", 8)]


@pytest.mark.parametrize("units", [["Unit 4"], ["Unit 4", "Unit 6"]])
def test_a_grade_beside_the_assignments_of_a_unit_is_the_units(units: list[str], tmp_path: Path) -> None:
    block = ["Assignment 1", None, None, "Assignment 2", None, None, "Grade"]
    rows: Rows = [
        ["Learner", *(cell for unit in units for cell in (unit, *[None] * 6))],
        ["Learner", *block * len(units)],
        [None, *[*CRITERIA, "P3", "P4", "M2", None] * len(units)],
        *([name, *["A", "A", "NA", "A", "A", "A", "P"] * len(units)] for name in NAMES),
    ]
    checked(tmp_path, {"Grades": rows})
    book = load_workbook(tmp_path / "tracker.xlsx")
    for cells in ("B1:H1", "B2:D2", "E2:G2", "I1:O1", "I2:K2", "L2:N2")[: 3 * len(units)]:
        book["Grades"].merge_cells(cells)
    book.save(tmp_path / "tracker.xlsx")
    found = check_files([tmp_path / "tracker.xlsx"], Settings(date(2024, 3, 8)))[0]
    assert told(found) == []
    assert ("unit_results", 3 * len(units)) in [(table.kind, table.records) for table in found.sheets[0].tables]


@pytest.mark.parametrize(
    "headings",
    [
        [
            "Alumno / Student",
            "Unidad / Unit",
            "Tarea / Assignment",
            "Fecha límite / Deadline",
            "Entrega / Submitted on",
        ],
        ["Learner (Pelajar)", "Unit", "Assignment (Tugasan)", "Deadline (Tarikh akhir)", "Submitted (Tarikh hantar)"],
        ["ชื่อนักเรียน Student", "หน่วย Unit", "งาน Assignment", "กำหนดส่ง Deadline", "ส่งใหม่ Submitted"],
        ["الطالب", "الوحدة", "الواجب", "الموعد النهائي للتسليم", "تاريخ التسليم الفعلي"],
    ],
)
def test_headings_in_another_language_beside_english(headings: list[str], tmp_path: Path) -> None:
    rows: Rows = [
        headings,
        ["Noor Abbas", "Unit 4", "Assignment 1", DUE, LATE],
        ["Omar Al-Khatib", "Unit 4", "Assignment 1", DUE, ON_TIME],
    ]
    assert told(checked(tmp_path, {"Log": rows}), "DDL001") == [("DDL001", "Noor Abbas", "Log!E2")]


def test_a_single_heading_of_two_words_is_not_one_in_two_languages(tmp_path: Path) -> None:
    rows: Rows = [
        ["Learner", "Unit", "Assignment", "Turnitin / Deadline", "Date submitted", "Sub / Resub"],
        ["Noor Abbas", "Unit 4", "Assignment 1", DUE, ON_TIME, "Sub"],
        ["Noor Abbas", "Unit 4", "Assignment 1", date(2023, 10, 19), date(2023, 10, 18), "Resub"],
    ]
    result = checked(tmp_path, {"Log": rows})
    (read,) = (table for sheet in result.sheets for table in sheet.tables)
    assert [column.field for column in read.columns][3:] == [None, "attempts.submitted", "attempts.attempt"]
    assert told(result, "SUB001") == []


def test_a_merged_deadline_is_everybodys_and_a_merged_grade_is_not_each_attempts(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Learner", "Unit", "Assignment", "Submission type", "Deadline", "Date submitted", "Results", "Grade"])
    sheet.append(["Noor Abbas", "Unit 4", "Assignment 1", "First", DUE, ON_TIME, date(2023, 9, 28), "P"])
    sheet.append(["Omar Al-Khatib", "Unit 4", "Assignment 1", "First", None, LATE, date(2023, 9, 28), "P"])
    sheet.append(["Omar Al-Khatib", "Unit 4", "Assignment 1", "Resubmission", None, date(2023, 10, 5), None, None])
    for cells in ("E2:E3", "H3:H4"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "tracker.xlsx")
    result = check_files([tmp_path / "tracker.xlsx"], Settings(date(2024, 3, 8)))[0]
    assert told(result, "DDL001") == [("DDL001", "Omar Al-Khatib", "Sheet!F3")]
    assert [f.cells[0] for f in result.findings if f.rule == "RSB008"] == ["Sheet!E4"]


HEADINGS = ["Assignment", "Hand out", "Deadline", "Submitted", "Grade"]
IN_TIME = ["Assignment 1", HANDED_OUT, DUE, ON_TIME, "P"]
IN_SECTIONS: dict[str, tuple[Rows, str]] = {
    "labels with their values beside them head no table": (
        [
            ["Learner:", "Noor Abbas", None, "Reg. no.:", "KX41221", None, "DOB:", date(2006, 4, 2)],
            ["Course:", "IT", None, "Tutor:", "Sam Whitlock"],
            ["Target grade:", "M"],
            ["Unit", *HEADINGS],
            ["Unit 4", "Assignment 1", HANDED_OUT, DUE, LATE, "P"],
        ],
        "E5",
    ),
    "a title over each table": (
        [
            ["Learner", "Noor Abbas", "ID", "KX41221"],
            ["Unit 4: Thinking"],
            HEADINGS,
            IN_TIME,
            [],
            ["Unit 5: Networks"],
            HEADINGS,
            ["Assignment 1", HANDED_OUT, DUE, LATE, "P"],
            [],
            ["Overall comments", "Works well"],
        ],
        "D8",
    ),
    "a title over the rows of each unit": (
        [
            ["Learner", "Noor Abbas"],
            HEADINGS,
            ["Unit 4: Thinking"],
            IN_TIME,
            ["Unit 5: Networks"],
            ["Assignment 1", HANDED_OUT, DUE, LATE, "P"],
        ],
        "D6",
    ),
    "labels that come again": (
        [
            ["Learner profile"],
            ["Learner", "Noor Abbas"],
            ["Unit 4 - Assignment 1"],
            ["Deadline", DUE],
            ["Date submitted", ON_TIME],
            [],
            ["Unit 5 - Assignment 1"],
            ["Deadline", DUE],
            ["Date submitted", LATE],
        ],
        "B9",
    ),
}


@pytest.mark.parametrize("name", IN_SECTIONS)
def test_a_learners_own_sheet_has_a_section_for_each_unit(name: str, tmp_path: Path) -> None:
    rows, cell = IN_SECTIONS[name]
    result = checked(tmp_path, {"Noor": rows})
    assert [(f.rule, f.learner, f.cells[0]) for f in result.findings if f.rule[:3] in ("DDL", "SUB", "STR")] == [
        ("DDL001", "Noor Abbas", f"Noor!{cell}")
    ]


EXPORTS: dict[str, tuple[Rows, str]] = {
    "a worksheet of one assignment": (
        [
            ["Identifier", "Full name", "ID number", "Status", "Grade", "Last modified (submission)"],
            ["Participant 7", "Noor Abbas", "KX41221", "Submitted", "Pass", "Monday, 25 September 2023, 9:05 AM"],
        ],
        "F2",
    ),
    "the days of due and done": (
        [
            ["Learner Ref", "Forename", "Surname", "Target Date", "Actual Date", "Grade"],
            ["KX41221", "Noor", "Abbas", DUE, LATE, "P"],
        ],
        "E2",
    ),
    "a number behind each assignment, and a row of points": (
        [
            [
                "Student",
                "ID",
                "SIS User ID",
                "Unit 4 Assignment 1 (10234)",
                "Submitted",
                "Unit 4 Assignment 2",
                "Submitted",
            ],
            ["    Points Possible", None, None, "(read only)", None, "(read only)", None],
            ["Abbas, Noor", 5501, "KX41221", "P", LATE, "M", date(2023, 11, 9)],
        ],
        "E3",
    ),
    "an assignment before each criterion": (
        [
            ["First name", "Surname", "Unit 4 Assignment 1 / A.P1", "Unit 4 Assignment 1 / A.P2", "Date submitted"],
            ["Noor", "Abbas", "Achieved", "Not achieved", LATE],
        ],
        "E2",
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_read_by_what_it_writes_besides(name: str, tmp_path: Path) -> None:
    rows, cell = EXPORTS[name]
    result = checked(tmp_path, {"Plan": PLAN, "Unit 4 Assignment 1": rows})
    sheet = "'Unit 4 Assignment 1'"
    assert told(result, "DDL001", "STR008", "STR002", "TRK005") == [("DDL001", name_in(rows), f"{sheet}!{cell}")]


def name_in(rows: Rows) -> str:
    """Return the learner as an export spells the name."""
    return "Abbas, Noor" if "Abbas, Noor" in rows[-1] else "Noor Abbas"


def test_whether_a_thing_was_verified_is_no_date_of_it(tmp_path: Path) -> None:
    rows = [[*PLAN[3], "IV of brief", "IV of decision"], [*PLAN[4], date(2023, 9, 8), "Approved"]]
    result = checked(tmp_path, {"Plan": rows})
    assert told(result, "STR004", "STR005") == [("STR004", None, "Plan!H1")]


def log(*records: tuple[str, str, str, date], headings: tuple[str, ...] = ("Unit", "Assignment")) -> Rows:
    """Return a log of first submissions that came in on their deadline."""
    rows = [
        [name, *([unit] if "Unit" in headings else []), work, "First", on, on, "P"] for name, unit, work, on in records
    ]
    return [["Learner", *headings, "Attempt", "Deadline", "Submitted", "Grade"], *rows]


OTHERS: dict[str, dict[str, Rows]] = {
    "assignments of two units, in a log without units": {
        "Log": log(*((n, "", f"Unit {unit} A1", DUE) for n in NAMES for unit in (2, 3)), headings=("Assignment",)),
    },
    "units of one title and two numbers": {
        "Units": [["Unit", "Title"], ["Unit 4", "Programming"], ["Unit 2", "Networks"]],
        "Log": log(*((n, f"Unit {unit}: Programming", "A1", DUE) for n in NAMES for unit in (4, 14))),
    },
    "assignments whose titles share a word": {
        "Plan": [
            ["Unit", "Assignment", "Title", "Hand out", "Deadline"],
            ["Unit 4", "A1", "Computer systems report", HANDED_OUT, DUE],
            ["Unit 4", "A2", "Computer networks report", HANDED_OUT, DUE],
        ],
        "Log": log(*((n, "Unit 4", work, DUE) for n in NAMES for work in ("A1", "1 Computer networks report"))),
    },
}


@pytest.mark.parametrize("which", OTHERS)
def test_what_is_called_alike_is_not_the_same(which: str, tmp_path: Path) -> None:
    assert told(checked(tmp_path, OTHERS[which]), "SUB001", "STR010") == []


def test_an_old_record_that_agrees_with_itself_is_no_slip(tmp_path: Path) -> None:
    records = [(f"{name} {letter}", "Unit 4", "Assignment 1", DUE) for name in NAMES for letter in "ABCDEFG"]
    rows = log(*records, ("Old Timer", "Unit 4", "Assignment 1", date(2019, 6, 10)))
    assert told(checked(tmp_path, {"Log": rows}), "STR007") == []
    rows[-1][4] = DUE
    assert told(checked(tmp_path, {"Log": rows}), "STR007") == [("STR007", "Old Timer", f"Log!F{len(rows)}")]


def test_work_assessed_without_a_resubmission_is_a_first_submission(tmp_path: Path) -> None:
    rows: Rows = [
        ["Learner", "Unit", "Assignment", "Resub submitted", "Assessed", "Grade"],
        ["Noor Abbas", "Unit 4", "Assignment 1", date(2023, 10, 19), date(2023, 10, 20), "P"],
        *([name, "Unit 4", "Assignment 1", None, date(2023, 9, 26), "P"] for name in NAMES[1:]),
    ]
    found = checked(tmp_path, {"Log": rows})
    assert {n for _, n, _ in told(found, "RSB002", "RSB018")} <= {"Noor Abbas"}


def test_two_columns_of_days_of_submission_are_no_deadline(tmp_path: Path) -> None:
    headings = ["Learner", "Unit", "Assignment", "Submission date", "Date received", "Grade"]
    rows = [
        [name, "Unit 4", "Assignment 1", date(2023, 9, 18 + n), date(2023, 9, 19 + n), "P"]
        for n, name in enumerate(NAMES)
    ]
    assert told(checked(tmp_path, {"Plan": PLAN, "Log": [headings, *rows]}), "DDL001", "DDL009") == []


def test_a_title_in_two_cells_between_tables_counts_for_the_one_below(tmp_path: Path) -> None:
    table = [["Learner", "Deadline", "Submitted", "Grade"], *([name, DUE, ON_TIME, "P"] for name in NAMES)]
    second = [
        ["Learner", "Deadline", "Submitted", "Grade"],
        *([n, date(2023, 11, 10), date(2023, 11, 9), "P"] for n in NAMES),
    ]
    rows = [["Unit 4", "Assignment 1"], *table, [], ["Unit 4", "Assignment 2"], *second]
    assert told(checked(tmp_path, {"Plan": PLAN, "Log": rows}), "SUB001", "STR010", "DDL009", "TRK004") == []


def test_a_sheet_called_key_may_hold_records(tmp_path: Path) -> None:
    rows: Rows = [["Pupil ref", "Piece", "In", "Out"], *([f"ref {n}", "x", DUE, LATE] for n in range(4))]
    found = checked(tmp_path, {"Log": log(*((n, "Unit 4", "A1", DUE) for n in NAMES)), "Key": rows})
    assert told(found, "STR002") == [("STR002", None, "Key!A1")]
