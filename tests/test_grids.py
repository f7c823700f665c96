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
