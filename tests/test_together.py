"""Several workbooks as one tracker: whatever one workbook gives, its sheets in workbooks of their own give too."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.test_cli import run
from validator.pipeline import check_files
from validator.settings import Settings
from validator.trackers import Together

EXAMPLES = Path(__file__).parents[1] / "examples"
AS_OF = ["--as-of", "2024-03-08", "--calendar", str(EXAMPLES / "calendar.toml"), "--fail-on", "never"]


def apart(tracker: Path, folder: Path) -> list[Path]:
    """Write each sheet of a workbook into one of its own; returns them in the order of the sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, name in enumerate(load_workbook(tracker, read_only=True).sheetnames):
        book = load_workbook(tracker)
        for other in book.sheetnames:
            if other != name:
                del book[other]
        written.append(folder / f"{number} {name}.xlsx")
        book.save(written[-1])
    return written


def checked(*arguments: str | Path) -> list[dict[str, Any]]:
    result = run("check", *map(str, arguments), *AS_OF, "--json", "-")
    assert result.stdout, result.stderr
    trackers: list[dict[str, Any]] = json.loads(result.stdout)["trackers"]
    return trackers


def told(tracker: dict[str, Any]) -> dict[str, str]:
    """Return what each finding says, by its fingerprint."""
    return {finding["fingerprint"]: finding["rule"] for finding in tracker["findings"]}


TRACKERS = sorted(EXAMPLES.glob("*/*.xlsx"))


def test_sheets_in_workbooks_of_their_own_are_checked_as_if_they_were_one(tmp_path: Path) -> None:
    groups = [Together(path.stem, tuple(apart(path, tmp_path / path.stem))) for path in TRACKERS]
    results = check_files([*TRACKERS, *groups], Settings(date(2024, 3, 8)))
    for whole, together in zip(results[: len(TRACKERS)], results[len(TRACKERS) :], strict=True):
        assert [f.fingerprint for f in together.findings] == [f.fingerprint for f in whole.findings], together.path
        assert together.coverage == whole.coverage, together.path


def test_cells_name_the_workbook_as_excel_names_another_workbook(tmp_path: Path) -> None:
    tracker = EXAMPLES / "cedar-hill-college" / "it-12-tracker.xlsx"
    files = apart(tracker, tmp_path / "apart")
    (whole,), (together,) = checked(tracker), checked("--together", *files)
    cells = [cell for finding in together["findings"] for cell in finding["cells"]]
    assert cells
    assert all(cell.startswith("'[") for cell in cells)
    values = {finding["fingerprint"]: finding["cells"] for finding in whole["findings"]}
    for finding in together["findings"]:
        for cell, original in zip(finding["cells"], values[finding["fingerprint"]], strict=True):
            assert cell.partition("]")[2].replace("'", "") == original.replace("'", "")
    assert [part["path"] for part in together["parts"]] == [file.as_posix() for file in files]


def test_a_workbook_that_cannot_be_read_keeps_the_whole_tracker_from_being_checked(tmp_path: Path) -> None:
    files = apart(EXAMPLES / "cedar-hill-college" / "it-12-tracker.xlsx", tmp_path / "apart")
    files[-1].write_bytes(files[-1].read_bytes()[:500])
    done = run("check", "--together", *files, *AS_OF, "--json", "-")
    (tracker,) = json.loads(done.stdout)["trackers"]
    assert done.returncode == 2
    assert tracker["status"] == "unreadable"
    assert files[-1].name in tracker["reason"]
    assert [finding["rule"] for finding in tracker["findings"]] == ["STR001"]


def test_workbooks_of_one_name_in_two_folders_are_told_apart(tmp_path: Path) -> None:
    tracker = EXAMPLES / "cedar-hill-college" / "it-12-tracker.xlsx"
    files = []
    for number, file in enumerate(apart(tracker, tmp_path)):
        files.append(tmp_path / f"part {number}" / "Tracker.xlsx")
        files[-1].parent.mkdir()
        file.rename(files[-1])
    (whole,), (together,) = checked(tracker), checked("--together", *files)
    assert told(together) == told(whole)
    assert len({part["book"] for part in together["parts"]}) == len(files)


def test_a_configuration_groups_workbooks_by_their_names(tmp_path: Path) -> None:
    tracker = EXAMPLES / "cedar-hill-college" / "it-12-tracker.xlsx"
    files = apart(tracker, tmp_path / "IT")
    (tmp_path / "other.xlsx").write_bytes(tracker.read_bytes())
    (tmp_path / "btec-validator.toml").write_text('[[together]]\nname = "IT 12"\nfiles = ["IT/*.xlsx"]\n', "utf-8")
    whole, grouped = sorted(checked(tmp_path), key=lambda found: len(found["parts"]))
    assert grouped["path"].endswith("IT 12")
    assert told(grouped) == told(whole)
    # One workbook of a group brings the others along.
    (alone,) = checked(files[0])
    assert alone == grouped


def test_a_group_of_which_a_workbook_is_missing_is_not_checked(tmp_path: Path) -> None:
    files = apart(EXAMPLES / "cedar-hill-college" / "it-12-tracker.xlsx", tmp_path)
    listed = json.dumps([file.name for file in files] + ["IV records.xlsx"])
    (tmp_path / "btec-validator.toml").write_text(f'[[together]]\nname = "IT 12"\nfiles = {listed}\n', "utf-8")
    done = run("check", *files, *AS_OF, "--json", "-")
    (tracker,) = json.loads(done.stdout)["trackers"]
    assert done.returncode == 2
    assert "IV records.xlsx" in tracker["reason"]
    assert not tracker["findings"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[together]]\nname = "IT"\n', "together.files: it is missing"),
        ('[[together]]\nname = "IT"\nfiles = []\n', "together.files: it is an empty list"),
        ('[[together]]\nname = "IT"\nfiles = ["../*.xlsx"]\n', "must lie in the folder"),
        ('[[together]]\nname = "IT"\nfile = ["a.xlsx"]\n', "did you mean files?"),
        ('[[together]]\nname = "IT"\nfiles = ["a.xlsx"]\n' * 2, "'IT' is there twice"),
    ],
)
def test_what_is_wrong_with_a_group_is_said(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "tracker.xlsx").write_bytes((EXAMPLES / "cedar-hill-college" / "it-12-tracker.xlsx").read_bytes())
    (tmp_path / "btec-validator.toml").write_text(text, "utf-8")
    (tracker,) = checked(tmp_path)
    assert said in tracker["reason"]


@pytest.mark.parametrize(
    ("plan", "unit", "assignment", "learner"),
    [
        (("Unit 4: Programming", "Assignment 1", "Thinking"), "U4", "A1 - Thinking", "Abbas, Noor"),
        (("4", "Assignment 1", "Computational thinking"), "Unit 4: Programming", "Thinking (A1)", "ABBAS Noor"),
        (("Unit 04 Programming", "4.1", ""), "Programming", "Assignment 4.1", "noor abbas"),
        (("Unit 4", "A1 Thinking", ""), "Unit four", "Assignment One", "Noor  Abbas"),
        (("Programming (Unit 4)", "U4A1", "Thinking"), "4", "Thinking", "Abbas Noor"),
        (None, "U4", "Assignment 1: Thinking", "Abbas Noor"),
    ],
)
def test_workbooks_are_joined_whatever_each_calls_units_assignments_and_learners(
    plan: tuple[str, ...] | None, unit: str, assignment: str, learner: str, tmp_path: Path
) -> None:
    due, came, again = date(2023, 9, 22), date(2023, 9, 21), date(2023, 10, 20)
    headings = ["Learner", "Unit", "Assignment", "Deadline", "Date submitted", "Grade"]
    names = ("Noor Abbas", "Omar Khan", "Hana Suzuki")
    books = {
        "Plan": [["Unit", "Assignment", "Title", "Deadline"], [*plan, due]] if plan else [],
        "Submissions": [headings, *([name, "Unit 4: Programming", "A1", due, came, "U"] for name in names)],
        "Resubmissions": [headings, [learner, unit, assignment, again, date(2023, 10, 23), "P"]],
    }
    files = []
    for name, rows in books.items():
        book = Workbook()
        book.active.title = name
        for row in rows:
            book.active.append(row)
        files.append(tmp_path / f"{name}.xlsx")
        book.save(files[-1])
    (result,) = check_files([Together("IT", tuple(files))], Settings(date(2024, 3, 8)))
    told = [(f.rule, f.cells[0]) for f in result.findings if f.severity != "note"]
    assert told == [("RSB012", "'[Resubmissions.xlsx]Resubmissions'!E2")]


def test_a_registration_number_joins_two_spellings_where_no_list_does(tmp_path: Path) -> None:
    headings = ["Learner", "Reg no", "Unit", "Assignment", "Deadline", "Date submitted"]
    names = {"KX1": "Omar Al-Khatib", "KX2": "Noor Abbas"}
    work = ["Unit 4", "Assignment 1", date(2023, 9, 22), date(2023, 9, 21)]
    book = Workbook()
    for row in (headings, *([name, number, *work] for number, name in names.items())):
        book.active.append(row)
    again = book.create_sheet("Resubmissions")
    for row in (headings, ["Omar Khatib", "KX1", *work[:2], date(2023, 10, 20), date(2023, 10, 23)]):
        again.append(row)
    book.save(tmp_path / "tracker.xlsx")
    (result,) = check_files([tmp_path / "tracker.xlsx"], Settings(date(2024, 3, 8)))
    told = [(f.rule, f.cells[0]) for f in result.findings if f.severity != "note"]
    assert told == [("RSB012", "Resubmissions!F2")]


@pytest.mark.parametrize("assignment", ["Assignment 2", "Assignment 1 part 2", "Building", "Unit 7 A1", "7.1"])
def test_another_assignment_is_not_joined(assignment: str, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Unit", "Assignment", "Title", "Deadline"])
    book.active.append(["Unit 4", "Assignment 1", "Thinking", date(2023, 9, 22)])
    log = book.create_sheet("Log")
    log.append(["Learner", "Unit", "Assignment", "Deadline", "Date submitted"])
    log.append(["Noor Abbas", "Unit 4", assignment, date(2023, 9, 22), date(2023, 9, 21)])
    book.save(tmp_path / "tracker.xlsx")
    (result,) = check_files([tmp_path / "tracker.xlsx"], Settings(date(2024, 3, 8)))
    assert "TRK007" in {finding.rule for finding in result.findings}


def test_inspect_and_profile_take_the_workbooks_of_one_tracker(tmp_path: Path) -> None:
    files = apart(EXAMPLES / "cedar-hill-college" / "it-12-tracker.xlsx", tmp_path)
    done = run("inspect", "--together", *files, "--json", "-")
    read = json.loads(done.stdout)
    assert (done.returncode, read["status"]) == (0, "checked")
    assert [part["path"] for part in read["parts"]] == [file.as_posix() for file in files]
    assert run("inspect", *files).returncode == 2
    drafted = run("profile", "--together", *files).stdout
    assert f'check --together "{files[0].name}" "{files[1].name}"' in drafted
    (tmp_path / "btec-validator.toml").write_text('[[together]]\nname = "IT 12"\nfiles = ["*.xlsx"]\n', "utf-8")
    assert json.loads(run("inspect", files[0], "--json", "-").stdout)["sheets"] == read["sheets"]


def test_each_workbook_gets_a_marked_copy_with_the_findings_that_lead_there(tmp_path: Path) -> None:
    files = apart(EXAMPLES / "cedar-hill-college" / "it-12-tracker.xlsx", tmp_path / "apart")
    (together,) = checked("--together", *files, "--annotate", tmp_path / "marked")
    marked = sorted((tmp_path / "marked").glob("*.xlsx"))
    assert len(marked) == len(files)
    commented: set[str] = set()
    for file, copy in zip(files, marked, strict=True):
        book = load_workbook(copy)
        for sheet in book.worksheets[1:]:
            commented |= {
                f"[{file.name}]{sheet.title}!{c.coordinate}" for r in sheet.iter_rows() for c in r if c.comment
            }
    assert commented >= {finding["cells"][0].replace("'", "") for finding in together["findings"] if finding["cells"]}
