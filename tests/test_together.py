"""Several workbooks as one tracker: whatever one workbook gives, its sheets in workbooks of their own give too."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

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
