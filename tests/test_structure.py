"""What the reader and the schemas object to, on real workbooks: the STR rules, with their near misses."""

from __future__ import annotations

import copy
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.cases import FOLDER, cases_of
from tests.rendering import Places, Tables, render
from validator.findings import Finding, TrackerResult
from validator.pipeline import check_files
from validator.settings import Settings

AS_OF = Settings(date(2024, 3, 8))


@pytest.fixture
def honest() -> Tables:
    return copy.deepcopy(next(c for c in cases_of(FOLDER / "RSB009.yaml") if c.title == "the honest centre").tables)


def checked(path: Path) -> TrackerResult:
    return check_files([path], AS_OF)[0]


def of(result: TrackerResult, code: str) -> list[Finding]:
    return [finding for finding in result.findings if finding.rule == code]


def with_value(tables: Tables, folder: Path, field: str, value: Any) -> tuple[TrackerResult, Places]:
    """Check the honest tracker with one value of the first submission changed."""
    tables["attempts"]["first"][field] = value
    places = render(tables, folder / "tracker.xlsx")
    return checked(folder / "tracker.xlsx"), places


def test_the_honest_tracker_gives_nothing(honest: Tables, tmp_path: Path) -> None:
    render(honest, tmp_path / "tracker.xlsx")
    assert [f.message for f in checked(tmp_path / "tracker.xlsx").findings if f.severity != "note"] == []


@pytest.mark.parametrize(
    ("code", "field", "value"),
    [
        ("STR005", "deadline", "after half-term"),
        ("STR005", "deadline", "31/02/2024"),
        ("STR007", "deadline", "22/09/2566"),
        ("STR007", "deadline", "22/09/1445"),
        ("STR007", "deadline", "2013-09-22"),
        ("STR007", "submitted", "2024-03-09"),
        ("STR007", "assessed", "2024-03-09"),
        ("STR008", "grade", "B+"),
        ("STR008", "achieved", "A.X1"),
        ("STR008", "attempt", "October"),
        ("STR009", "learner", ""),
    ],
)
def test_a_cell_that_means_nothing_is_told_once_at_its_place(
    code: str, field: str, value: str, honest: Tables, tmp_path: Path
) -> None:
    result, places = with_value(honest, tmp_path, field, value)
    (found,) = of(result, code)
    if value:
        assert value in found.message
        assert found.cells == (places[f"attempts.first.{field}"],)
    assert not [
        f
        for f in result.findings
        if f.rule != code and f.severity == "error" and field in ("deadline", "submitted", "grade")
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("deadline", "22 Sept 2023"),
        ("deadline", "Fri 22nd September 23"),
        ("deadline", "22/09/2023"),
        ("deadline", "2023-09-22"),
        ("deadline", 45191),
        ("deadline", "22/09/2023 (5 days more)"),
        ("deadline", "٢٢ سبتمبر ٢٠٢٣"),
        ("deadline", "22 أيلول 2023 م"),
        ("deadline", "\u200fالجمعة ٢٢/٠٩/٢٠٢٣"),
        ("deadline", "2023年9月22日"),
        ("deadline", "22 de septiembre de 2023"),
        ("deadline", "22 Septmber '23"),
        ("deadline", "22/09/2023 by 4.30pm"),
        ("deadline", "22.09.2023 SW"),
        ("deadline", "Signed 22/9/23"),
        ("deadline", 20230922),
        ("guidance_given_on", "Abs."),
        ("extension_deadline", "Not required"),
        ("guidance_given_on", "No"),
        ("grade", "Unclassified"),
        ("grade", "U (final)"),
        ("achieved", "a.p1 and A.M1"),
        ("not_achieved", "A: P2 D1"),
        ("attempt", "1st submission"),
        ("learner_declared", "N. Abbas"),
        ("exceptional_reason", "n/a"),
    ],
)
def test_what_centres_write_is_understood(field: str, value: Any, honest: Tables, tmp_path: Path) -> None:
    result, _ = with_value(honest, tmp_path, field, value)
    assert [(f.rule, f.message) for f in result.findings if f.severity != "note"] == []


@pytest.mark.parametrize(
    ("code", "value", "why"),
    [
        ("STR005", "18-22 Sept", "it is a range of days"),
        ("STR005", "Mon 18th – Fri 22nd Sept 2023", "it is a range of days"),
        ("STR005", "18/09/2023 to 22/09/2023", "it is a range of days"),
        ("STR005", "w/c 18 September 2023", "it is a week"),
        ("STR005", "Week 4", "it is a week"),
        ("STR005", "22 Sept", "the year is missing"),
        ("STR005", "22/09/2023, extended to 29/09/2023", "it names several days"),
        ("STR005", "31/09/2023", "there is no such day"),
        ("STR007", "22/09/2566", "22 September 2023"),
        ("STR007", "22 ก.ย. 2566", "22 September 2023"),
        ("STR007", "29/02/2567", "29 February 2024"),
        ("STR007", "7 / 3 / 1445 هـ", "22 September 2023"),
        ("STR007", "7 ربيع الأول 1445", "22 September 2023"),
    ],
)
def test_a_date_that_is_none_is_told_as_what_it_is(
    code: str, value: str, why: str, honest: Tables, tmp_path: Path
) -> None:
    result, places = with_value(honest, tmp_path, "deadline", value)
    (found,) = of(result, code)
    assert why in found.message
    assert found.cells == (places["attempts.first.deadline"],)


def test_work_that_never_came_is_no_submission_on_a_bad_date(honest: Tables, tmp_path: Path) -> None:
    nothing = dict.fromkeys(honest["attempts"]["omar"], "")
    kept = {n: honest["attempts"]["omar"][n] for n in ("learner", "unit", "assignment", "attempt", "deadline")}
    honest["attempts"]["omar"] = {**nothing, **kept, "submitted": "Not submitted", "grade": "U"}
    render(honest, tmp_path / "tracker.xlsx")
    found = checked(tmp_path / "tracker.xlsx").findings
    assert [(f.rule, f.message) for f in found if f.severity != "note"] == []


def test_records_of_nobody_are_no_one_persons_story(honest: Tables, tmp_path: Path) -> None:
    for name in ("omar", "hana"):
        honest["attempts"][name]["learner"] = ""
    render(honest, tmp_path / "tracker.xlsx")
    found = checked(tmp_path / "tracker.xlsx").findings
    assert [f.rule for f in found if f.severity == "error"] == ["STR009", "STR009"]


@pytest.mark.parametrize(("verified_on", "told"), [("", 0), (date(2023, 9, 27), 1)])
def test_a_sample_that_is_only_planned_needs_no_learner(
    verified_on: object, told: int, honest: Tables, tmp_path: Path
) -> None:
    sample = {"unit": "Unit 4", "assignment": "Assignment 1", "verifier": "Priya Nair"}
    honest["verifications"] = {
        "drawn": {"learner": "Omar Al-Khatib", **sample, "verified_on": date(2023, 9, 27)},
        "planned": {"learner": "", **sample, "verified_on": verified_on},
    }
    render(honest, tmp_path / "tracker.xlsx")
    assert len(of(checked(tmp_path / "tracker.xlsx"), "STR009")) == told


def test_a_text_date_is_ambiguous_only_where_its_column_settles_nothing(honest: Tables, tmp_path: Path) -> None:
    result, places = with_value(honest, tmp_path, "assessed", "05/10/2023")
    (found,) = of(result, "STR006")
    assert found.cells == (places["attempts.first.assessed"],)
    assert "5 October 2023" in found.message
    assert "10 May 2023" in found.message
    result, _ = with_value(honest, tmp_path, "assessed", "Thu 05/10/2023")
    assert of(result, "STR006") == []
    honest["attempts"]["omar"]["assessed"] = "26/09/2023"
    result, _ = with_value(honest, tmp_path, "assessed", "05/10/2023")
    assert of(result, "STR006") == []


@pytest.mark.parametrize("written", ["Tue 05/09/2023", "Fri 05/10/2023", "Thu Fri 31/31/2023"])
def test_a_weekday_that_fits_both_readings_or_neither_settles_nothing(
    written: str, honest: Tables, tmp_path: Path
) -> None:
    honest["attempts"]["omar"]["assessed"] = "05/10/2023"
    result, places = with_value(honest, tmp_path, "assessed", written)
    assert places["attempts.omar.assessed"] in {finding.cells[0] for finding in of(result, "STR006")}


def test_a_record_that_stands_twice_is_one_record(honest: Tables, tmp_path: Path) -> None:
    honest["attempts"]["again"] = dict(honest["attempts"]["omar"])
    places = render(honest, tmp_path / "tracker.xlsx")
    result = checked(tmp_path / "tracker.xlsx")
    (found,) = of(result, "STR010")
    assert found.learner == "Omar Al-Khatib"
    assert places["attempts.again.learner"] in found.cells
    assert of(result, "SUB001") == []


def test_a_sheet_of_data_without_a_table_is_told_and_a_sheet_of_text_is_not(honest: Tables, tmp_path: Path) -> None:
    path = tmp_path / "tracker.xlsx"
    render(honest, path)
    book = load_workbook(path)
    for row in (["Codes", "1A", "1B"], [1, 2, 3], [4, 5, 6], [7, 8, 9]):
        book.create_sheet("Codes") if "Codes" not in book.sheetnames else None
        book["Codes"].append(row)
    for line in ("How to use this tracker", "Fill in one row for each attempt.", "Ask the Lead Internal Verifier."):
        book.create_sheet("Read me") if "Read me" not in book.sheetnames else None
        book["Read me"].append([line])
    book.save(path)
    (found,) = of(checked(path), "STR002")
    assert found.cells == ("Codes!A1",)


def test_a_heading_that_fits_nothing_is_told_with_the_nearest(honest: Tables, tmp_path: Path) -> None:
    path = tmp_path / "tracker.xlsx"
    places = render(honest, path)
    book = load_workbook(path)
    sheet = book["Submissions"]
    sheet.cell(1, sheet.max_column + 1, "Shoe size")
    sheet.cell(2, sheet.max_column, 43)
    sheet.cell(1, sheet.max_column + 1, "Empty column")
    book.save(path)
    (found,) = of(checked(path), "STR004")
    assert "Shoe size" in found.message
    assert places


def test_a_plan_without_units_lacks_a_column_unless_a_label_tells_it(tmp_path: Path) -> None:
    for title, missing in ((None, ["STR003"]), ("Unit: Unit 4 Programming", [])):
        book = Workbook()
        if title:
            book.active.append([title])
        book.active.append(["Assignment", "Criteria", "Hand-out date", "Deadline"])
        book.active.append(["A1", "A.P1, A.M1", date(2023, 9, 11), date(2023, 9, 22)])
        book.save(tmp_path / "plan.xlsx")
        assert [f.rule for f in checked(tmp_path / "plan.xlsx").findings if f.rule in ("STR003", "STR009")] == missing


def test_a_formula_without_a_value_and_an_error_value_are_no_missing_values(honest: Tables, tmp_path: Path) -> None:
    path = tmp_path / "tracker.xlsx"
    places = render(honest, path)
    book = load_workbook(path)
    sheet = book["Submissions"]
    formula = places["attempts.omar.learner_declared_on"].split("!")[1]
    error = places["attempts.hana.deadline"].split("!")[1]
    sheet[formula] = "=TODAY()"
    sheet[error] = "#REF!"
    sheet[error].data_type = "e"
    book.save(path)
    result = checked(path)
    assert [f.cells for f in of(result, "STR011")] == [(places["attempts.omar.learner_declared_on"],)]
    assert [f.cells for f in of(result, "STR012")] == [(places["attempts.hana.deadline"],)]
    assert "#REF!" in of(result, "STR012")[0].message
    assert {(f.learner, f.unit, f.assignment) for f in of(result, "STR012")} == {
        ("Hana Suzuki", "Unit 4", "Assignment 1")
    }
    assert {f.rule for f in result.findings if f.severity == "error"} == {"STR011", "STR012"}


def test_hidden_sheets_rows_and_columns_with_records_are_told(honest: Tables, tmp_path: Path) -> None:
    path = tmp_path / "tracker.xlsx"
    render(honest, path)
    book = load_workbook(path)
    book["Learners"].sheet_state = "hidden"
    book["Submissions"].row_dimensions[3].hidden = True
    book["Submissions"].column_dimensions["F"].hidden = True
    book.create_sheet("Lists").sheet_state = "hidden"
    book.save(path)
    told = {finding.cells[0].split("!")[0] for finding in of(checked(path), "STR013")}
    assert told == {"Learners", "Submissions"}


def test_two_sheets_that_tell_one_submission_differently_contradict_each_other(honest: Tables, tmp_path: Path) -> None:
    path = tmp_path / "tracker.xlsx"
    places = render(honest, path)
    for submitted, conflicts in ((date(2023, 9, 22), 0), (date(2023, 9, 25), 1)):
        book = load_workbook(path)
        sheet = book.create_sheet("Assignment log")
        sheet.append(["Learner", "Unit", "Assignment", "Submission type", "Date submitted"])
        sheet.append(["Hana Suzuki", "Unit 4", "Assignment 1", "First", submitted])
        book.save(tmp_path / "both.xlsx")
        result = checked(tmp_path / "both.xlsx")
        assert of(result, "SUB001") == []
        found = of(result, "STR014")
        assert len(found) == conflicts
        if conflicts:
            assert found[0].cells == (places["attempts.hana.submitted"], "'Assignment log'!E2")


def with_cover(path: Path, *rows: list[Any], name: str = "Cover", first: bool = True) -> TrackerResult:
    """Check the tracker with a sheet of labels and values added to it."""
    book = load_workbook(path)
    sheet = book.create_sheet(name, 0 if first else None)
    for row in rows:
        sheet.append(row)
    book.save(path.with_name("both.xlsx"))
    return checked(path.with_name("both.xlsx"))


@pytest.mark.parametrize(
    ("label", "told", "field", "other"),
    [
        ("Lead Internal Verifier", "Priya Nair", "lead_iv", "Rania Haddad"),
        ("Academic year", "2022-23", "academic_year", "2023-24"),
        ("Assessment plan version", "v1.1", "plan_version", "1.2"),
        ("Country", "Egypt", "country", "Jordan"),
        ("Level", "Level 2", "level", "3"),
        ("Qualification", "Pearson BTEC Level 3 National Diploma in IT (2010)", "qualification", None),
    ],
)
def test_two_sheets_that_tell_a_detail_of_the_programme_differently_contradict_each_other(
    label: str, told: str, field: str, other: str | None, honest: Tables, tmp_path: Path
) -> None:
    honest["programme"]["it"] |= {"country": "Jordan", "level": "3"}
    places = render(honest, tmp_path / "tracker.xlsx")
    (found,) = of(with_cover(tmp_path / "tracker.xlsx", [label, told]), "STR014")
    assert found.cells == ("Cover!B1", places[f"programme.it.{field}"])
    assert f"“{told}”" in found.message
    assert f"“{other or honest['programme']['it'][field]}”" in found.message


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("Lead Internal Verifier", "Ms R. Haddad"),
        ("Lead Internal Verifier", "RH"),
        ("LIV", "HADDAD, Rania"),
        ("Academic year", "2023/2024"),
        ("Academic year", "2024"),
        ("Academic year", "Year 12"),
        ("Assessment plan version", "v1.2"),
        ("Version", "7"),
        ("Country", "Amman, Jordan"),
        ("Country", "JO"),
        ("Level", "Level 3"),
        ("Qualification", "BTEC Level 3 International in IT"),
        ("Group", "IT-12B"),
        ("Centre", "The college"),
    ],
)
def test_a_detail_in_other_words_is_no_contradiction(label: str, told: str, honest: Tables, tmp_path: Path) -> None:
    honest["programme"]["it"] |= {"country": "Jordan", "level": "3"}
    render(honest, tmp_path / "tracker.xlsx")
    assert of(with_cover(tmp_path / "tracker.xlsx", [label, told], first=False), "STR014") == []


def test_a_sheet_of_another_group_or_another_year_speaks_for_itself(honest: Tables, tmp_path: Path) -> None:
    render(honest, tmp_path / "tracker.xlsx")
    group = [["Group", "IT-12B"], ["Lead IV", "Priya Nair"]]
    assert of(with_cover(tmp_path / "tracker.xlsx", *group, name="IT-12B", first=False), "STR014") == []
    assert len(of(with_cover(tmp_path / "tracker.xlsx", group[1], name="IT-12B", first=False), "STR014")) == 1
    for handed_out, conflicts in ((date(2022, 9, 12), 0), (date(2023, 9, 12), 1)):
        year = [
            ["Academic year", "2022-23"],
            [],
            ["Unit", "Assignment", "Criteria", "Hand-out date", "Deadline"],
            ["Unit 2", "Assignment 1", "A.P1, A.M1, A.D1", handed_out, handed_out],
        ]
        result = with_cover(tmp_path / "tracker.xlsx", *year, name="Plan before", first=False)
        assert len(of(result, "STR014")) == conflicts


def test_what_several_sheets_say_alike_is_one_contradiction(honest: Tables, tmp_path: Path) -> None:
    places = render(honest, tmp_path / "tracker.xlsx")
    with_cover(tmp_path / "tracker.xlsx", ["Lead IV", "Priya Nair"], name="Unit 1", first=False)
    result = with_cover(tmp_path / "both.xlsx", ["Lead Internal Verifier: Priya Nair"], name="Unit 4", first=False)
    (found,) = of(result, "STR014")
    assert found.cells == (places["programme.it.lead_iv"], "'Unit 1'!B1", "'Unit 4'!A1")
    assert {entry.rule: entry.status for entry in result.coverage}["STR014"] == "breached"


def test_the_staff_list_may_contradict_the_details_of_the_programme(honest: Tables, tmp_path: Path) -> None:
    for name, conflicts in (("Haddad, Rania", 0), ("Priya Nair", 1)):
        honest["staff"] = {"liv": {"person": name, "role": "Lead Internal Verifier"}}
        places = render(honest, tmp_path / "tracker.xlsx")
        found = of(checked(tmp_path / "tracker.xlsx"), "STR014")
        assert len(found) == conflicts
        if found:
            assert found[0].cells == (places["programme.it.lead_iv"], places["staff.liv.person"])


def test_a_person_who_is_spelt_differently_on_two_sheets_is_one_person(honest: Tables, tmp_path: Path) -> None:
    render(honest, tmp_path / "tracker.xlsx")
    for assessor, conflicts in (("Whitlock, S.", 0), ("Elena Costa", 1)):
        log = [
            ["Learner", "Unit", "Assignment", "Submission type", "Date submitted", "Assessor"],
            ["Hana Suzuki", "Unit 4", "Assignment 1", "First", date(2023, 9, 22), assessor],
        ]
        result = with_cover(tmp_path / "tracker.xlsx", *log, name="Assignment log", first=False)
        assert len(of(result, "STR014")) == conflicts


def test_the_original_is_the_same_byte_for_byte_after_a_check(honest: Tables, tmp_path: Path) -> None:
    path = tmp_path / "tracker.xlsx"
    render(honest, path)
    before = path.read_bytes()
    checked(path)
    assert path.read_bytes() == before
    with zipfile.ZipFile(path) as archive:
        assert any(re.search("sheet1", name) for name in archive.namelist())


@pytest.mark.parametrize(
    ("foot", "records"),
    [("Key Johnson", 4), ("Mean, Sam", 4), ("Total", 3), ("Key: U = unclassified", 3), ("Average grade", 3)],
)
def test_a_total_is_no_record_and_a_learner_is_none_the_less_for_the_name(
    foot: str, records: int, tmp_path: Path
) -> None:
    book = Workbook()
    book.active.append(["Learner", "Assignment", "Deadline", "Submitted", "Grade"])
    for name in ("Noor Abbas", "Omar Al-Khatib", "Hana Suzuki", foot):
        book.active.append([name, "Assignment 1", date(2023, 9, 22), date(2023, 9, 21), None])
    book.save(tmp_path / "tracker.xlsx")
    (table,) = checked(tmp_path / "tracker.xlsx").sheets[0].tables
    assert table.records == records


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("Noor Abbas", []),
        ("N. Abbas 21/9", []),
        ("Not completed", ["SUB003"]),
        ("to follow", ["SUB003"]),
        ("Awaiting form", ["SUB003"]),
        ("?", ["SUB003"]),
    ],
)
def test_what_a_declaration_says_is_taken_for_what_it_says(
    said: str, codes: list[str], honest: Tables, tmp_path: Path
) -> None:
    result, _ = with_value(honest, tmp_path, "learner_declared", said)
    assert [
        f.rule for f in result.findings if f.severity == "error" and f.rule in ("SUB002", "SUB003", "STR008")
    ] == codes


LOG = ["Learner", "Unit", "Assignment", "Attempt", "Deadline", "Submitted", "Assessed", "Grade"]


def of_log(learner: str) -> list[Any]:
    days = (date(2023, 9, 22), date(2023, 9, 21), date(2023, 9, 28))
    return [learner, "Unit 4", "Assignment 1", "First", *days, "P"]


BEYOND: dict[str, tuple[str, str, list[list[Any]]]] = {
    "records beside the table": ("STR002", "Log!J2", [LOG, *([*of_log(n), None, *of_log(f"X {n}")] for n in "ABC")]),
    "records above the headings": ("STR002", "Log!A1", [of_log("D"), of_log("E"), [], LOG, *map(of_log, "ABC")]),
    "dates without a heading": (
        "STR004",
        "Log!J2",
        [LOG, *([*of_log(n), "Resub", date(2023, 10, 20)] for n in "ABC")],
    ),
    "a heading whose formula was never calculated": (
        "STR011",
        "Log!I1",
        [[*LOG, "=Other!A1"], *([*of_log(n), date(2023, 10, 20)] for n in "ABC")],
    ),
    "a label's formula that was never calculated": (
        "STR011",
        "Log!B1",
        [["Lead Internal Verifier", "=Other!A1"], [], LOG, *map(of_log, "ABC")],
    ),
}


@pytest.mark.parametrize("what", BEYOND)
def test_what_stands_beyond_the_recognised_tables_is_told(what: str, tmp_path: Path) -> None:
    code, cell, rows = BEYOND[what]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Log"
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "tracker.xlsx")
    assert [found.cells[0] for found in of(checked(tmp_path / "tracker.xlsx"), code)] == [cell]


AROUND: dict[str, list[list[Any]]] = {
    "notes, a key and totals": [
        ["Updated", date(2023, 9, 1), "by", "Sam Whitlock"],
        [],
        LOG,
        *map(of_log, "ABC"),
        ["Total", 3, None, None, "Last seen", date(2023, 10, 2)],
        [],
        ["Key:", "P = Pass", "M = Merit"],
    ],
    "signatures below": [
        LOG,
        *map(of_log, "ABC"),
        [],
        ["Assessor signature", "S. Whitlock", "Date", date(2023, 10, 2)],
        ["IV signature", "P. Nair", "Date", date(2023, 10, 4)],
    ],
    "one dated remark beside": [LOG, [*of_log("A"), None, "seen by LIV", date(2023, 10, 4)], of_log("B"), of_log("C")],
}


@pytest.mark.parametrize("what", AROUND)
def test_what_stands_around_a_table_is_no_record(what: str, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in AROUND[what]:
        sheet.append(row)
    book.save(tmp_path / "tracker.xlsx")
    found = checked(tmp_path / "tracker.xlsx").findings
    assert [f.message for f in found if f.rule in ("STR002", "STR004")] == []


BESIDE_THE_LOG: dict[str, tuple[bool, list[list[Any]]]] = {
    "contents": (
        False,
        [["Sheet", "Purpose", "Updated"], ["Log", "All work", date(2024, 2, 1)], ["Other", "This", date(2024, 2, 1)]],
    ),
    "an index of assignments with their dates": (
        True,
        [
            ["Sheet", "Deadline", "Owner"],
            ["Log", date(2023, 9, 22), "SW"],
            ["Other", date(2023, 10, 6), "SW"],
            ["Old", date(2023, 10, 9), "SW"],
        ],
    ),
    "guidance": (
        False,
        [
            ["How to use this workbook", None],
            [1, "Enter the day on which work came"],
            [2, "Ask the learner to sign each time"],
            [3, "Tell the Lead Internal Verifier of delays"],
        ],
    ),
    "remarks on learners": (
        True,
        [
            ["Who", "What was said and agreed"],
            ["A", "Needs to come to every session on time"],
            ["B", "Will bring the missing pages next week"],
            ["C", "Wants to change the group after half-term"],
        ],
    ),
    "lists of drop-downs": (
        False,
        [["Results", "Yes or no", "Kind"], ["Pass", "Yes", "First"], ["Merit", "No", "Resub"], ["U", None, "Retake"]],
    ),
    "marks under unknown headings": (
        True,
        [["Code", "Part one", "Part two"], ["x1", "Pass", "Merit"], ["x2", "Pass", "Pass"], ["x3", "U", "Pass"]],
    ),
}


@pytest.mark.parametrize("what", BESIDE_THE_LOG)
def test_a_sheet_that_explains_the_workbook_is_no_data(what: str, tmp_path: Path) -> None:
    is_data, rows = BESIDE_THE_LOG[what]
    book = Workbook()
    log = book.active
    assert log is not None
    log.title = "Log"
    for row in [LOG, *map(of_log, "ABC")]:
        log.append(row)
    other = book.create_sheet("Other")
    for row in rows:
        other.append(row)
    book.save(tmp_path / "tracker.xlsx")
    assert [found.cells[0] for found in of(checked(tmp_path / "tracker.xlsx"), "STR002")] == ["Other!A1"] * is_data


@pytest.mark.parametrize(("name", "is_data"), [("Change log", False), ("Sheet4", True)])
def test_a_history_of_the_workbook_is_no_data_and_tells_no_version(name: str, is_data: bool, tmp_path: Path) -> None:
    book = Workbook()
    history = book.active
    assert history is not None
    history.title = name
    versions = [["1.0", date(2023, 9, 1), "MW"], ["1.1", date(2023, 9, 20), "JH"], ["1.2", date(2023, 10, 2), "JH"]]
    for row in [["Version", "Date", "Changed by"], *versions]:
        history.append(row)
    log = book.create_sheet("Log")
    for row in [LOG, *map(of_log, "ABC")]:
        log.append(row)
    book.save(tmp_path / "tracker.xlsx")
    result = checked(tmp_path / "tracker.xlsx")
    assert len(of(result, "STR002")) == is_data
    assert is_data or not result.sheets[0].tables


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("deadline", date(2032, 9, 22), "lie in other years"),
        ("results_received", date(2013, 9, 28), "lie in other years"),
        ("submitted", "21/9/66", "lie in other years"),
    ],
)
def test_a_date_of_another_time_is_told_and_nothing_is_judged_by_it(
    field: str, value: Any, why: str, honest: Tables, tmp_path: Path
) -> None:
    result, places = with_value(honest, tmp_path, field, value)
    assert [(f.rule, f.cells, why in f.message) for f in result.findings if f.severity != "note"] == [
        ("STR007", (places[f"attempts.first.{field}"],), True)
    ]


@pytest.mark.parametrize(
    ("left", "heading", "field"),
    [
        ("Extension (Y/N)", "Approved by", "attempts.extension_approved_by"),
        ("New deadline", "Granted by", "attempts.extension_approved_by"),
        ("Extension approved by", "Date approved", "attempts.extension_granted_on"),
        ("Authorised by LIV", "Approval date", "attempts.authorised_on"),
        ("Submitted", "Approved by", None),
        ("Room", "Date approved", None),
    ],
)
def test_a_heading_that_says_only_approved_is_about_what_stands_on_its_left(
    left: str, heading: str, field: str | None, tmp_path: Path
) -> None:
    value = date(2023, 9, 20) if "date" in heading.lower() else "Omar Haddad"
    filling = {"New deadline": date(2023, 9, 29), "Extension (Y/N)": "Y", "Room": "12"}.get(left, "Rania Haddad")
    headings = [*(h for h in LOG if h != left), left, heading]
    own = dict(zip(LOG, of_log("A"), strict=True))
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (headings, *([*([n, *[own[h] for h in headings[1:-2]]]), own.get(left, filling), value] for n in "ABC")):
        sheet.append(row)
    book.save(tmp_path / "tracker.xlsx")
    (read,) = (t for s in checked(tmp_path / "tracker.xlsx").sheets for t in s.tables if t.kind == "attempts")
    assert read.columns[-1].field == field


@pytest.mark.parametrize(("said", "codes"), [("Approved", []), ("next week", []), ("4-8 December", ["STR005"])])
def test_a_short_column_may_belie_a_heading_that_is_not_the_vocabularys(
    said: str, codes: list[str], tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Unit", "Assignment", "Hand-out date", "Deadline", "IV decision"])
    sheet.append(["Unit 4", "Assignment 1", date(2023, 9, 4), date(2023, 9, 22), said])
    book.save(tmp_path / "plan.xlsx")
    assert [f.rule for f in checked(tmp_path / "plan.xlsx").findings if f.rule == "STR005"] == codes
