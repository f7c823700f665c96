"""What other tools run: the steps of the GitHub Action, and the hook of pre-commit."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.rendering import render
from tests.test_cli import case, environment
from validator.cli import COMMANDS
from validator.reports import WRITERS
from validator.trackers import is_tracker_name

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
CHECK: dict[str, Any] = next(step for step in ACTION["runs"]["steps"] if step.get("id") == "check")
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
BASH = shutil.which("bash")


def step(folder: Path, **given: str) -> tuple[int, str, dict[str, str]]:
    """Run the step that checks as a runner does; return its status, what it said and its outputs."""
    inputs = {name: asked.get("default", "") for name, asked in ACTION["inputs"].items()}
    inputs |= {name.replace("_", "-"): value for name, value in given.items()}
    program = folder / "program"
    program.write_text(f'#!{BASH}\nexec "{sys.executable}" -m validator "$@"\n', "utf-8")
    program.chmod(0o755)
    values = {"steps.install.outputs.program": str(program), **{f"inputs.{name}": v for name, v in inputs.items()}}
    asked = {name: values[re.fullmatch(r"\$\{\{ (.+) \}\}", text)[1]] for name, text in CHECK["env"].items()}  # type: ignore[index]
    files = {name: str(folder / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    done = subprocess.run(
        [str(BASH), "--noprofile", "--norc", "-eo", "pipefail", "-c", CHECK["run"]],
        cwd=folder,
        env={**environment(ROOT), "RUNNER_TEMP": str(folder), **files, **asked},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    told = Path(files["GITHUB_OUTPUT"]).read_text("utf-8").splitlines()
    return done.returncode, done.stdout + done.stderr, dict(line.split("=", 1) for line in told)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "our trackers").mkdir()
    render(case("RSB009", "the honest centre").tables, tmp_path / "our trackers" / "clean.xlsx")
    render(case("RSB009", "the deadline is working day 16").tables, tmp_path / "breached.xlsx")
    return tmp_path


needs_bash = pytest.mark.skipif(BASH is None, reason="the steps of the action are bash")


@needs_bash
def test_the_action_checks_and_writes_what_it_is_asked_for(folder: Path) -> None:
    status, said, told = step(
        folder,
        paths="our trackers\nbreached.xlsx\n",
        options="--as-of=2024-03-08\n--ignore=PLN",
        junit="out/junit.xml",
        json="findings $(touch owned).json",
    )
    assert status == 2, "the folder out does not exist"
    assert "out does not exist" in said
    assert told == {"exit-status": "2"}
    assert (folder / "findings $(touch owned).json").is_file()
    assert (folder / "compliance-report.html").is_file()
    assert not (folder / "owned").exists()


@needs_bash
@pytest.mark.parametrize(
    ("paths", "fail_on", "status"),
    [
        ("our trackers", "error", 0),
        ("breached.xlsx", "error", 1),
        ("breached.xlsx", "never", 0),
        ("gone.xlsx", "never", 2),
    ],
)
def test_the_action_ends_as_the_command_does(folder: Path, paths: str, fail_on: str, status: int) -> None:
    ended, said, told = step(folder, paths=paths, fail_on=fail_on, options="--as-of=2024-03-08")
    assert (ended, told["exit-status"]) == (status, str(status)), said


@needs_bash
def test_the_action_shows_a_summary_and_hands_on_sarif_even_where_something_is_found(folder: Path) -> None:
    status, _, told = step(
        folder, paths="breached.xlsx", summary="true", upload_sarif="true", options="--as-of=2024-03-08"
    )
    assert status == 1
    assert Path(told["sarif"]).is_file()
    assert "RSB009" in (folder / "GITHUB_STEP_SUMMARY").read_text("utf-8")


@needs_bash
def test_the_action_names_no_learner_on_the_page_of_the_run_unasked(folder: Path) -> None:
    step(folder, paths="breached.xlsx", options="--as-of=2024-03-08")
    assert not (folder / "GITHUB_STEP_SUMMARY").exists()


def test_the_action_has_an_input_for_every_output_and_reads_none_as_program_text() -> None:
    assert set(WRITERS) <= set(ACTION["inputs"])
    assert not [step for step in ACTION["runs"]["steps"] if "${{" in step.get("run", "")]


@pytest.mark.parametrize(
    "path",
    [
        "a.xlsx",
        "my/it 12.XLSM",
        "b.xls",
        "c.xlsb",
        "d.ods",
        "e.csv",
        "f.txt",
        "g.xlsx.pdf",
        "x/~$a.xlsx",
        ".~lock.a.ods",
    ],
)
def test_the_hook_takes_what_the_command_takes_for_a_tracker(path: str) -> None:
    taken = re.search(HOOK["files"], path) is not None and re.search(HOOK["exclude"], path) is None
    assert taken == is_tracker_name(Path(path))


def test_the_hook_runs_a_command_that_there_is_and_tells_what_could_not_be_checked() -> None:
    assert HOOK["entry"].split()[0] == "btec-validator"
    assert HOOK["entry"].split()[1] in COMMANDS
    assert HOOK["verbose"] is True
