"""A centre's own rules, as CONTRIBUTING shows them: modules of a configuration, and installed packages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rules.catalogue import catalogue
from tests.cases import FOLDER, cases_of
from tests.rendering import render
from tests.test_cli import AS_OF, findings, run
from validator.own_rules import OwnRulesError, known_rules

ROOT = Path(__file__).parents[1]


def shown(language: str, beginning: str) -> str:
    """Return the code of CONTRIBUTING that begins so."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    (found,) = (b for b in re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL) if b.startswith(beginning))
    return str(found)


RULE = shown("python", '"""What Northgate Academy')
CASES = shown("yaml", "- case: results on working day 11")
CONFIGURATION = shown("toml", "[rules]")


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """Return the folder of a centre with a rule of its own, its cases, and a tracker that breaks it."""
    (tmp_path / "our_rules.py").write_text(RULE, "utf-8")
    (tmp_path / "btec-validator.toml").write_text(CONFIGURATION, "utf-8")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "NGA001.yaml").write_text(CASES, "utf-8")
    slow = cases_of(tmp_path / "cases" / "NGA001.yaml")[0]
    render(slow.tables, tmp_path / "slow.xlsx")
    return tmp_path


def test_a_module_that_is_named_adds_its_rules_to_the_check(centre: Path) -> None:
    done = run("check", "slow.xlsx", *AS_OF, "--config", "btec-validator.toml", "--json", "-", cwd=centre)
    assert done.returncode == 0, done.stderr
    tracker = findings(done.stdout)["slow.xlsx"]
    assert {"rule": "NGA001", "status": "breached", "checked": 5, "breaches": 1, "missing": []} in tracker["coverage"]
    (found,) = [finding for finding in tracker["findings"] if finding["rule"] == "NGA001"]
    assert found["message"].startswith("Omar Al-Khatib waited 11 working days for the results of Assignment 1")
    assert found["cells"][0].startswith("Submissions!")
    (departure,) = tracker["departures"]
    assert (departure["kind"], departure["what"], departure["rules"]) == ("rules", "our_rules.py", ["NGA001"])
    assert tracker["reason"] == ""


def test_the_report_tells_it_from_the_rules_of_the_guide(centre: Path) -> None:
    done = run("check", "slow.xlsx", *AS_OF, "--config", "btec-validator.toml", cwd=centre)
    assert "The centre's own rules in our_rules.py were added: NGA001. (btec-validator.toml)" in done.stdout
    page = (centre / "compliance-report.html").read_text("utf-8")
    assert "Centre&#39;s own rule, in our_rules.py: Northgate Academy, assessment policy, section 4" in page
    assert "Guide: Northgate" not in page


def test_a_module_of_a_configuration_that_was_only_found_is_not_run_and_that_is_told(centre: Path) -> None:
    leaves_a_trace = f"\nfrom pathlib import Path\n\nPath({str(centre / 'ran')!r}).touch()\n"
    (centre / "our_rules.py").write_text(RULE + leaves_a_trace, "utf-8")
    done = run("check", "slow.xlsx", *AS_OF, "--json", "-", cwd=centre)
    assert done.returncode == 2
    assert not (centre / "ran").exists()
    tracker = findings(done.stdout)["slow.xlsx"]
    assert tracker["status"] == "checked"
    assert "our_rules.py were not run" in tracker["reason"]
    assert '--config "btec-validator.toml"' in tracker["reason"]
    assert "NGA001" not in {entry["rule"] for entry in tracker["coverage"]}
    assert len(tracker["coverage"]) == len(catalogue())
    said = run("check", "slow.xlsx", *AS_OF, cwd=centre)
    assert "our_rules.py were not run" in said.stdout
    assert "some rules could not be run" in said.stdout
    assert "our_rules.py were not run" in (centre / "compliance-report.html").read_text("utf-8")
    assert run("check", "slow.xlsx", *AS_OF, "--config", "btec-validator.toml", cwd=centre).returncode == 0
    assert (centre / "ran").exists()


def test_it_is_in_the_catalogue_and_has_a_page(centre: Path) -> None:
    listed = json.loads(run("rules", "--config", "btec-validator.toml", "--json", "-", cwd=centre).stdout)
    assert [entry["code"] for entry in listed] == [*catalogue(), "NGA001"]
    assert listed[-1]["origin"] == "our_rules.py"
    assert listed[0]["origin"] == ""
    page = run("explain", "results-slow", "--config", centre / "btec-validator.toml").stdout
    assert "Rule of your own, in our_rules.py: Northgate Academy" in page
    assert "Why the centre asks" in page
    assert run("explain", "NGA001").returncode == 2


def test_its_cases_are_tried_out(centre: Path) -> None:
    arguments = ("rules", "--config", "btec-validator.toml", "--cases", "cases")
    done = run(*arguments, cwd=centre)
    assert (done.returncode, done.stdout) == (0, "4 cases of NGA001: all as expected\n"), done.stderr
    cases = centre / "cases" / "NGA001.yaml"
    cases.write_text(CASES.replace("2023-10-05", "2023-10-06").replace("not-checkable", "silent"), "utf-8")
    done = run(*arguments, cwd=centre)
    assert done.returncode == 1
    assert "NGA001: results on working day 10: it is breached, not passed or not-applicable" in done.stdout
    assert "NGA001: the tracker does not record results: it is not-checkable" in done.stdout
    assert "NGA001.yaml lacks a tracker that cannot tell" in done.stdout
    cases.write_text(CASES.replace("omar", "omer", 1), "utf-8")
    assert "it is breached" not in run(*arguments, cwd=centre).stdout
    cases.write_text(CASES.replace("without: [attempts.results_received]", "without: [attempt.grade]"), "utf-8")
    done = run(*arguments, cwd=centre)
    assert done.returncode == 2
    assert "NGA001.yaml, the tracker does not record results" in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("NGA001", "RSB900", "RSB900 begins with RSB, which is kept for rules of the guide"),
        ("NGA001", "NGA1", "NGA1 is no code"),
        ("results-slow", "self-verification", "NGA001 and IVR005 are both called self-verification"),
        ("results-slow", "Results slow", "use lower case and hyphens"),
        ('"warning"', '"grave"', "use error, warning, note"),
        ("    Cannot see:", "    Perhaps:", "our_rules.py, line 15: The docstring of NGA001 lacks: Cannot see."),
        ("attempts.submitted", "attempts.submited", "does not have; did you mean submitted"),
        ("attempts.submitted", "attempt.submitted", "there is no attempt; did you mean attempts"),
        ("attempts.submitted", "submitted", "line 15: NGA001 needs 'submitted'"),
        ("def results_slow", "def results slow", "our_rules.py, line 22: SyntaxError: expected '('"),
        ("ALLOWED = 10", "import no_such_module", "our_rules.py, line 12: ModuleNotFoundError"),
        ("ALLOWED = 10", "raise SystemExit(0)", "our_rules.py, line 12: SystemExit"),
        ("@rule", "@print", "our_rules.py"),
    ],
)
def test_a_module_that_is_wrong_is_told_in_a_sentence(centre: Path, old: str, new: str, says: str) -> None:
    (centre / "our_rules.py").write_text(RULE.replace(old, new, 1), "utf-8")
    done = run("check", "slow.xlsx", "--config", "btec-validator.toml", cwd=centre)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert says in " ".join(re.sub("[│╭╮╰╯─]", " ", done.stderr).split())


def test_a_module_without_a_rule_or_with_one_of_ours_adds_none(tmp_path: Path) -> None:
    module = tmp_path / "m.py"
    module.write_text("from rules.resubmission_procedure import resubmission_deadline_too_late\n", "utf-8")
    with pytest.raises(OwnRulesError, match=r"m\.py holds no rule"):
        known_rules((module,))


def test_two_modules_must_not_share_a_code(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(RULE, "utf-8")
    with pytest.raises(OwnRulesError, match=r"b\.py: a\.py has a rule NGA001 already"):
        known_rules((tmp_path / "a.py", tmp_path / "b.py"))


def test_every_rule_of_ours_needs_fields_that_there_are(tmp_path: Path) -> None:
    needs = {need for rule in catalogue().values() for need in rule.needs}
    module = tmp_path / "all.py"
    module.write_text(
        RULE.replace('("attempts.submitted", "attempts.results_received")', repr(tuple(sorted(needs)))), "utf-8"
    )
    assert known_rules((module,))["NGA001"].needs


@pytest.mark.parametrize("fault", ['rows["no_such_column"]', 'rows.rename(columns={"learner": "pupil"})["pupil"]'])
def test_a_rule_that_fails_is_the_centres_defect_and_the_others_are_checked(centre: Path, fault: str) -> None:
    broken = RULE.replace("{learner} waited", "{pupil} waited") if "pupil" in fault else RULE
    broken = broken.replace("    days = records", f"    {fault}\n    days = records")
    (centre / "our_rules.py").write_text(broken, "utf-8")
    done = run("check", "slow.xlsx", *AS_OF, "--config", "btec-validator.toml", "--json", "-", cwd=centre)
    assert done.returncode == 2
    tracker = findings(done.stdout)["slow.xlsx"]
    assert tracker["status"] == "checked"
    assert tracker["reason"].startswith("A defect in our_rules.py kept these rules from being run")
    assert "NGA001 (KeyError: " in tracker["reason"]
    statuses = {entry["rule"]: entry["status"] for entry in tracker["coverage"]}
    assert statuses["NGA001"] == "not-checkable"
    assert statuses["RSB009"] == "passed"
    told = run("rules", "--config", "btec-validator.toml", "--cases", "cases", cwd=centre)
    assert told.returncode == 1
    assert "NGA001: results on working day 11: A defect in our_rules.py" in told.stdout


def test_an_installed_package_adds_its_rules_without_any_configuration(tmp_path: Path, centre: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "installed"
    source.mkdir()
    (source / "northgate_rules.py").write_text(RULE, "utf-8")
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n'
        '[project]\nname = "northgate-rules"\nversion = "1.0"\n\n'
        + shown("toml", "[project.entry-points")
        + '\n[tool.hatch.build]\nonly-include = ["northgate_rules.py"]\n',
        "utf-8",
    )
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", "--target", target, source], check=True, capture_output=True)
    (centre / "btec-validator.toml").unlink()

    def run_with_package(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "validator", *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{target}", "PYTHONUTF8": "1"},
            cwd=centre,
            check=False,
        )

    done = run_with_package("check", "slow.xlsx", *AS_OF, "--json", "-")
    assert done.returncode == 0, done.stderr
    tracker = findings(done.stdout)["slow.xlsx"]
    assert "NGA001" in {finding["rule"] for finding in tracker["findings"]}
    (departure,) = tracker["departures"]
    assert (departure["what"], departure["source"]) == ("northgate-rules", "installed package")
    assert "NGA001  warning  results-slow  (northgate-rules)" in run_with_package("rules").stdout
    assert run_with_package("rules", "--cases", "cases").returncode == 0
    (target / "northgate_rules.py").write_text("1 / 0", "utf-8")
    done = run_with_package("check", "slow.xlsx")
    assert done.returncode == 2
    assert "northgate-rules cannot be loaded (ZeroDivisionError" in " ".join(done.stderr.split())


def test_cases_of_no_rule_of_ones_own_are_told() -> None:
    done = run("rules", "--cases", FOLDER)
    assert done.returncode == 2
    assert "no rules of your own" in done.stderr
