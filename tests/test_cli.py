"""The command as people and machines use it: a process of its own, real files, exit statuses."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from rules.catalogue import catalogue
from tests.cases import FOLDER, cases_of
from tests.rendering import render

AS_OF = ["--as-of", "2024-03-08"]


def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "validator", *map(str, arguments)]
    root = Path(__file__).parents[1]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=cwd or root,
        env=environment(root),
        encoding="utf-8",
        check=False,
    )


def environment(root: Path) -> dict[str, str]:
    path = os.pathsep.join(map(str, (root / "tests" / "as_installed", root)))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}


def case(code: str, title: str) -> Any:
    return next(c for c in cases_of(FOLDER / f"{code}.yaml") if c.title == title)


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "clean.xlsx"
    render(case("RSB009", "the honest centre").tables, path)
    return path


@pytest.fixture
def breached(tmp_path: Path) -> Path:
    path = tmp_path / "breached.xlsx"
    render(case("RSB009", "the deadline is working day 16").tables, path)
    return path


@pytest.fixture
def truncated(tmp_path: Path, clean: Path) -> Path:
    path = tmp_path / "truncated.xlsx"
    path.write_bytes(clean.read_bytes()[:2000])
    return path


def findings(output: str) -> dict[str, Any]:
    return {Path(t["path"]).name: t for t in json.loads(output)["trackers"]}


def test_a_clean_tracker_ends_with_0_and_a_report_beside_it(clean: Path, tmp_path: Path) -> None:
    before = hashlib.sha256(clean.read_bytes()).hexdigest(), clean.stat().st_mtime_ns
    done = run("check", clean, *AS_OF, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "clean.xlsx" in done.stdout
    assert "compliance-report.html" in done.stdout
    assert "<html" in (tmp_path / "compliance-report.html").read_text("utf-8")
    assert before == (hashlib.sha256(clean.read_bytes()).hexdigest(), clean.stat().st_mtime_ns)


def test_a_breach_ends_with_1_and_names_the_cell(breached: Path) -> None:
    done = run("check", breached, *AS_OF, "--json", "-")
    assert done.returncode == 1
    tracker = findings(done.stdout)["breached.xlsx"]
    (found,) = [f for f in tracker["findings"] if f["rule"] == "RSB009"]
    assert found["learner"] == "Noor Abbas"
    assert found["cells"][0].startswith("Submissions!")
    assert tracker["counts"]["error"] == sum(f["severity"] == "error" for f in tracker["findings"])


@pytest.mark.parametrize(("fail_on", "status"), [("error", 1), ("warning", 1), ("never", 0)])
def test_fail_on(breached: Path, fail_on: str, status: int) -> None:
    assert run("check", breached, *AS_OF, "--json", "-", "--fail-on", fail_on).returncode == status


def test_one_file_that_cannot_be_read_does_not_keep_the_others_from_being_checked(
    breached: Path, truncated: Path, tmp_path: Path
) -> None:
    done = run("check", breached, truncated, tmp_path / "gone.xlsx", *AS_OF, "--json", "-")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    trackers = findings(done.stdout)
    assert trackers["breached.xlsx"]["status"] == "checked"
    assert trackers["breached.xlsx"]["findings"]
    for name in ("truncated.xlsx", "gone.xlsx"):
        assert trackers[name]["status"] == "unreadable"
        assert [f["rule"] for f in trackers[name]["findings"]] == ["STR001"]
        assert trackers[name]["findings"][0]["message"].endswith(".")
        assert {c["status"] for c in trackers[name]["coverage"] if c["rule"] != "STR001"} == {"not-checkable"}


def test_files_that_cannot_be_read_say_why_even_where_there_is_no_other(truncated: Path, tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("hello", "utf-8")
    done = run("check", truncated, tmp_path / "text.xlsx", tmp_path / "gone.xlsx", *AS_OF, "--json", "-")
    assert done.returncode == 2
    reasons = {name: tracker["reason"] for name, tracker in findings(done.stdout).items()}
    assert len(set(reasons.values())) == 3
    assert not [reason for reason in reasons.values() if "unexpected" in reason]


def test_a_workbook_without_any_table_is_not_understood(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["x1", "x2", "x3"], [1, 2, 3], [4, 5, 6], [7, 8, 9]):
        book.active.append(row)
    book.save(tmp_path / "odd.xlsx")
    done = run("check", tmp_path / "odd.xlsx", *AS_OF, "--json", "-")
    assert done.returncode == 2
    tracker = findings(done.stdout)["odd.xlsx"]
    assert tracker["status"] == "not-understood"
    assert [f["rule"] for f in tracker["findings"]] == ["STR002"]
    assert not [c for c in tracker["coverage"] if c["status"] == "passed" and not c["rule"].startswith("STR")]


def test_the_same_input_gives_the_same_bytes(breached: Path, clean: Path) -> None:
    first, second = (run("check", breached, clean, *AS_OF, "--json", "-", "--jobs", jobs) for jobs in (1, 2))
    assert first.stdout == second.stdout


def test_select_and_ignore_choose_rules_by_their_beginning(breached: Path) -> None:
    only = findings(run("check", breached, *AS_OF, "--json", "-", "--select", "RSB009,DDL").stdout)["breached.xlsx"]
    assert {c["rule"] for c in only["coverage"]} == {c for c in catalogue() if c == "RSB009" or c.startswith("DDL")}
    without = findings(run("check", breached, *AS_OF, "--json", "-", "--ignore", "RSB").stdout)["breached.xlsx"]
    assert not [f for f in without["findings"] if f["rule"].startswith("RSB")]
    assert "RSB009" not in {c["rule"] for c in without["coverage"]}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "x.xlsx", "--select", "XYZ"], "XYZ"),
        (["check", "x.xlsx", "--as-of", "8 March"], "8 March"),
        (["check", "x.xlsx", "--fail-on", "sometimes"], "sometimes"),
        (["check", "x.xlsx", "--calendar", "no-such-calendar.toml"], "no-such-calendar.toml"),
        (["check"], "PATH"),
        (["explain", "RSB999"], "RSB999"),
        (["deadline", "soon"], "soon"),
        (["deadline", "2023-11-17", "--country", "Atlantis"], "Atlantis"),
    ],
)
def test_wrong_options_end_with_2_and_a_sentence(arguments: list[str], says: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_an_output_that_cannot_be_written_is_told_and_the_others_are(breached: Path, tmp_path: Path) -> None:
    done = run(
        "check",
        breached,
        *AS_OF,
        "--html",
        tmp_path / "no" / "such" / "folder.html",
        "--json",
        tmp_path / "f.json",
    )
    assert done.returncode == 2
    assert "folder" in done.stderr
    assert (tmp_path / "f.json").is_file()


def test_a_folder_is_searched_and_an_empty_one_is_told(tmp_path: Path, clean: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("check", tmp_path / "empty")
    assert done.returncode == 2
    assert "No tracker" in done.stderr
    (clean.parent / "~$clean.xlsx").write_bytes(b"lock")
    done = run("check", clean.parent, *AS_OF, "--json", "-")
    assert list(findings(done.stdout)) == ["clean.xlsx"]


def test_inspect_says_what_became_of_each_column(clean: Path) -> None:
    said = json.loads(run("inspect", clean, "--json", "-").stdout)
    columns = {
        c["heading"]: c for s in said["sheets"] for t in s["tables"] for c in t["columns"] if t["kind"] == "attempts"
    }
    assert columns["Submission type"]["field"] == "attempts.attempt"
    spoken = run("inspect", clean)
    assert spoken.returncode == 0
    assert "date submitted" in spoken.stdout


def test_inspect_of_a_file_that_cannot_be_read(truncated: Path) -> None:
    done = run("inspect", truncated)
    assert done.returncode == 2
    assert "Traceback" not in done.stdout + done.stderr


def test_the_catalogue_lists_every_rule_and_explain_has_a_page_for_each() -> None:
    listed = json.loads(run("rules", "--json", "-").stdout)
    assert [entry["code"] for entry in listed] == list(catalogue())
    assert all(entry["section"] and entry["severity"] in ("error", "warning", "note") for entry in listed)
    page = run("explain", "rsb009").stdout
    assert "working day 16" in page
    assert "RSB022 speaks." in page
    assert run("explain", "resubmission-deadline-too-late").stdout == page


@pytest.mark.parametrize("arguments", [["--help"], ["rules"], ["explain", "RSB009"], ["check", "--help"]])
def test_help_and_the_catalogue_answer_without_pandas(arguments: list[str]) -> None:
    program = (
        "import sys; from validator.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'pandera', 'openpyxl', 'python_calamine'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=root,
        env=environment(root),
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_command_itself_never_imports_pandas(clean: Path) -> None:
    program = (
        "import sys; from validator.cli import main\n"
        f"try: main(['check', {str(clean)!r}, '--json', {str(clean.with_suffix('.json'))!r}])\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'pandera', 'openpyxl'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    script = clean.with_suffix(".py")
    script.write_text(f"if __name__ == '__main__':\n    exec({program!r})\n", "utf-8")
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        cwd=root,
        env=environment(root),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert clean.with_suffix(".json").is_file()


def test_deadline_counts_with_the_calendar_that_it_is_given(tmp_path: Path) -> None:
    calendar = tmp_path / "terms.csv"
    calendar.write_text("Term,Starts,Ends\nAutumn 1,04/09/2023,20/10/2023\nAutumn 2,30/10/2023,15/12/2023\n", "utf-8")
    said = run("deadline", "17/11/2023", "--calendar", calendar).stdout
    assert "Friday 8 December 2023" in said
    said = run("deadline", "2023-12-01", "--calendar", calendar).stdout
    assert "Friday 15 December 2023" in said or "December 2023" in said
