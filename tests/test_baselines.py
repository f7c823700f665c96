"""What changed since an earlier check, as people and build servers ask: real trackers, changed between two checks."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from jsonschema import Draft4Validator
from openpyxl import load_workbook

from tests.rendering import render
from tests.test_cli import AS_OF, case, run
from tests.test_outputs import DATA, HEADINGS, OUTPUTS, SCHEMA, closed, objections
from validator.baselines import RecordedRun, RecordedTracker, compare
from validator.findings import Coverage, Finding, TrackerResult
from validator.fingerprints import fingerprinted

RULES = "SUB002,DDL001"
ROW = "{},Unit 4,Assignment 1,First submission,13/11/2023,{},{},P"


def log(path: Path, *learners: tuple[str, str, str]) -> Path:
    """A log as .csv: for each learner the day of the submission and the declaration."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([",".join(HEADINGS), *(ROW.format(*learner) for learner in learners), ""]), "utf-8")
    return path


def check(home: Path, *arguments: object) -> tuple[int, dict[str, Any]]:
    done = run("check", *arguments, *AS_OF, "--select", RULES, "--json", "-", cwd=home)
    assert done.stdout, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    assert objections(closed(SCHEMA), document) == []
    return done.returncode, document


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a tracker in which Omar and Noor have not declared, and the findings.json of that."""
    log(tmp_path / "t" / "it.csv", ("Omar Said", "13/11/2023", "No"), ("Noor Abbas", "13/11/2023", "No"))
    _, document = check(tmp_path, "t")
    assert [finding["learner"] for finding in document["trackers"][0]["findings"]] == ["Noor Abbas", "Omar Said"]
    (tmp_path / "old.json").write_text(json.dumps(document), "utf-8")
    return tmp_path


def changed(home: Path) -> Path:
    """Omar has declared, Noor has not, and now Lina has not either; the rows are in another order."""
    return log(
        home / "t" / "it.csv",
        ("Noor Abbas", "13/11/2023", "No"),
        ("Lina Costa", "13/11/2023", "No"),
        ("Omar Said", "13/11/2023", "Yes"),
    )


def told(document: dict[str, Any]) -> dict[str, str]:
    (tracker,) = document["trackers"]
    found = {finding["learner"]: finding["change"] for finding in tracker["findings"]}
    for gone in ("fixed", "unsettled"):
        found |= {finding["learner"]: gone for finding in tracker[gone]}
    return found


def test_findings_are_new_unchanged_or_fixed(home: Path) -> None:
    changed(home)
    status, document = check(home, "t", "--baseline", "old.json")
    assert told(document) == {"Noor Abbas": "unchanged", "Lina Costa": "new", "Omar Said": "fixed"}
    assert document["baseline"] == {
        "source": "old.json", "as_of": "2024-03-08", "moved": [], "added": [], "gone": [],
    }  # fmt: skip
    assert status == 1


def test_without_a_baseline_nothing_is_said_of_changes(home: Path) -> None:
    _, document = check(home, "t")
    assert set(told(document).values()) == {None}
    assert document["baseline"] is None


@pytest.mark.parametrize(("fail_on", "status"), [("new", 1), ("new-warning", 1), ("never", 0)])
def test_new_findings_fail(home: Path, fail_on: str, status: int) -> None:
    changed(home)
    assert check(home, "t", "--baseline", "old.json", "--fail-on", fail_on)[0] == status


def test_what_the_baseline_has_does_not_fail_where_only_the_new_counts(home: Path) -> None:
    assert check(home, "t", "--baseline", "old.json")[0] == 1
    for choice in ("new", "new-warning", "new-note"):
        assert check(home, "t", "--baseline", "old.json", "--fail-on", choice)[0] == 0


def test_new_counts_errors_and_the_others_say_from_which_severity_they_count(home: Path) -> None:
    (home / "t" / "btec-validator.toml").write_text('severities = {SUB002 = "warning"}', "utf-8")
    changed(home)
    for choice, status in (("new", 0), ("new-warning", 1), ("new-note", 1)):
        assert check(home, "t", "--baseline", "old.json", "--fail-on", choice)[0] == status


def test_a_new_finding_that_is_waived_does_not_fail(home: Path) -> None:
    changed(home)
    (home / "t" / "btec-validator.toml").write_text(
        '[[waivers]]\nrule = "SUB002"\nlearner = "Lina Costa"\nreason = "r"\nowner = "o"\nexpires = 2030-01-01', "utf-8"
    )
    assert check(home, "t", "--baseline", "old.json", "--fail-on", "new")[0] == 0


def test_fail_on_new_needs_a_baseline(home: Path) -> None:
    done = run("check", "t", "--fail-on", "new", "--json", "-", cwd=home)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--fail-on new needs --baseline" in done.stderr


def test_an_incomplete_check_stays_incomplete(home: Path) -> None:
    (home / "t" / "broken.xlsx").write_bytes(b"PK")
    status, document = check(home, "t", "--baseline", "old.json", "--fail-on", "new")
    assert status == 2
    assert document["baseline"]["added"] == ["t/broken.xlsx"]


# ---------------------------------------------------------------------- what can be told to be fixed


def test_a_rule_that_cannot_be_checked_any_more_has_fixed_nothing(home: Path) -> None:
    text = (home / "t" / "it.csv").read_text("utf-8")
    rows = [line.split(",") for line in text.splitlines()]
    (home / "t" / "it.csv").write_text("\n".join(",".join(row[:6] + row[7:]) for row in rows), "utf-8")
    _, document = check(home, "t", "--baseline", "old.json")
    assert told(document) == {"Noor Abbas": "unsettled", "Omar Said": "unsettled"}


def test_a_rule_that_was_not_run_has_fixed_nothing(home: Path) -> None:
    done = run("check", "t", *AS_OF, "--select", "DDL001", "--baseline", "old.json", "--json", "-", cwd=home)
    assert told(json.loads(done.stdout)) == {"Noor Abbas": "unsettled", "Omar Said": "unsettled"}


def test_a_tracker_that_cannot_be_read_any_more_has_fixed_nothing(home: Path) -> None:
    render(case("RSB009", "the deadline is working day 16").tables, home / "late.xlsx")
    before = run("check", "late.xlsx", *AS_OF, "--select", "RSB009", "--json", "old.json", cwd=home)
    assert before.returncode == 1
    (home / "late.xlsx").write_bytes((home / "late.xlsx").read_bytes()[:2000])
    done = run("check", "late.xlsx", *AS_OF, "--select", "RSB009", "--baseline", "old.json", "--json", "-", cwd=home)
    (tracker,) = json.loads(done.stdout)["trackers"]
    assert (tracker["fixed"], [finding["rule"] for finding in tracker["unsettled"]]) == ([], ["RSB009"])


def test_a_tracker_that_is_not_checked_now_has_fixed_nothing(home: Path) -> None:
    log(home / "other.csv", ("Lina Costa", "13/11/2023", "No"))
    _, document = check(home, "other.csv", "--baseline", "old.json")
    assert told(document) == {"Lina Costa": "new"}
    assert (document["baseline"]["gone"], document["baseline"]["added"]) == (["t/it.csv"], ["other.csv"])


# ---------------------------------------------------------------------- which tracker is which


def test_a_tracker_that_moved_is_found_by_its_content(home: Path) -> None:
    (home / "t" / "it.csv").rename(home / "renamed.csv")
    _, document = check(home, "renamed.csv", "--baseline", "old.json")
    assert set(told(document).values()) == {"unchanged"}
    assert document["baseline"]["moved"] == [{"tracker": "renamed.csv", "was": "t/it.csv"}]


def test_a_tracker_that_moved_and_changed_is_found_by_its_name(home: Path) -> None:
    changed(home).rename(home / "it.csv")
    _, document = check(home, "./it.csv", "--baseline", "old.json")
    assert told(document) == {"Noor Abbas": "unchanged", "Lina Costa": "new", "Omar Said": "fixed"}


def test_a_name_that_two_trackers_have_pairs_none_of_them(home: Path) -> None:
    for folder in ("a", "b"):
        log(home / folder / "it.csv", (f"Lina {folder}", "13/11/2023", "No"))
    _, document = check(home, "a", "b", "--baseline", "old.json")
    assert document["baseline"]["added"] == ["a/it.csv", "b/it.csv"]
    assert {finding["change"] for t in document["trackers"] for finding in t["findings"]} == {"new"}
    assert not [finding for t in document["trackers"] for finding in t["fixed"]]


# ---------------------------------------------------------------------- findings on one record


def finding(message: str) -> Finding:
    return Finding("SUB002", "late", "error", message, "Do it.", "Section", learner="Noor Abbas", unit="Unit 4")


def result(*messages: str) -> TrackerResult:
    coverage = (Coverage("SUB002", "breached" if messages else "passed", 9, len(messages)),)
    return TrackerResult("it.csv", coverage=coverage, findings=fingerprinted(finding(message) for message in messages))


@pytest.mark.parametrize(
    ("before", "now", "new", "fixed"),
    [
        (("a", "b", "c"), ("b", "c"), set(), {"a"}),
        (("b", "c"), ("a", "b", "c"), {"a"}, set()),
        (("a", "b"), ("b", "d"), set(), set()),
        (("a", "b", "c"), ("c", "d"), set(), {"b"}),
        (("a", "a", "b"), ("a", "b"), set(), {"a"}),
        (("a",), (), set(), {"a"}),
        ((), ("a",), {"a"}, set()),
    ],
)
def test_among_findings_on_one_record_the_same_sentence_is_the_same_finding(
    before: tuple[str, ...], now: tuple[str, ...], new: set[str], fixed: set[str]
) -> None:
    recorded = RecordedRun(date(2024, 3, 1), (RecordedTracker("it.csv", result(*before).findings),))
    ((compared,), _) = compare([result(*now)], recorded, "old.json")
    assert {found.message for found in compared.findings if found.change == "new"} == new
    assert {found.message for found in compared.fixed} == fixed
    fingerprints = [found.fingerprint for found in (*compared.findings, *compared.fixed)]
    assert len(set(fingerprints)) == len(fingerprints)


def test_a_recorded_waiver_is_none_of_now(home: Path) -> None:
    document = json.loads((home / "old.json").read_text("utf-8"))
    for recorded in document["trackers"][0]["findings"]:
        recorded["waiver"] = {"reason": "r", "owner": "o", "expires": "2024-01-01", "source": "s"}
    (home / "old.json").write_text(json.dumps(document), "utf-8")
    changed(home)
    _, now = check(home, "t", "--baseline", "old.json")
    (tracker,) = now["trackers"]
    assert [found["waiver"] for found in (*tracker["findings"], *tracker["fixed"])] == [None] * 3


# ---------------------------------------------------------------------- files that are no baseline


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be opened"),
        ("", "is not JSON"),
        ('{"schema_version": "1", "trackers": [', "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not what btec-validator writes"),
        ('{"version": "2.1.0", "runs": []}', "is not what btec-validator writes"),
        ('{"schema_version": "2", "trackers": []}', "of another version (schema_version '2'"),
        ('{"schema_version": "1", "trackers": []}', "is damaged at as_of"),
        (
            '{"schema_version": "1", "as_of": "2024-03-08", "trackers": [{"path": "x", "findings": [{}]}]}',
            "is damaged at trackers.0.findings.0.rule",
        ),
        ('{"schema_version": "1", "as_of": "2024-03-08", "trackers": {"path": "x"}}', "is damaged at trackers"),
    ],
)
def test_what_is_no_baseline_is_told(home: Path, content: str | None, says: str) -> None:
    path = home / "wrong.json"
    if content is not None:
        path.write_text(content, "utf-8")
    done = run("check", "t", "--baseline", path, "--json", "-", cwd=home)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_baseline_may_be_replaced_by_the_check_that_reads_it(home: Path) -> None:
    changed(home)
    done = run("check", "t", *AS_OF, "--select", RULES, "--baseline", "old.json", "--json", "old.json", cwd=home)
    assert done.returncode == 1
    assert told(json.loads((home / "old.json").read_text("utf-8")))["Omar Said"] == "fixed"


def test_a_baseline_as_windows_powershell_redirects_it_is_read(home: Path) -> None:
    text = (home / "old.json").read_text("utf-8")
    (home / "old.json").write_text(text, "utf-16")
    _, document = check(home, "t", "--baseline", "old.json")
    assert set(told(document).values()) == {"unchanged"}


# ---------------------------------------------------------------------- every output


@pytest.fixture
def outputs(home: Path) -> dict[str, str]:
    changed(home)
    written = [word for name, suffix in OUTPUTS.items() for word in (f"--{name}", f"out.{suffix}")]
    options = ("--select", RULES, "--baseline", "old.json", "--annotate", "marked")
    done = run("check", "t", *AS_OF, *options, *written, cwd=home)
    assert done.returncode == 1, done.stderr
    return {name: (home / f"out.{suffix}").read_text("utf-8-sig") for name, suffix in OUTPUTS.items()} | {
        "terminal": done.stdout
    }


SINCE = "Since the baseline of 8 March 2024 (old.json): 1 finding is new, 1 unchanged, 1 fixed."


@pytest.mark.parametrize("output", ["html", "markdown", "terminal"])
def test_people_are_told_what_changed(outputs: dict[str, str], output: str) -> None:
    assert SINCE in outputs[output]
    for learner in ("Omar Said", "Lina Costa"):
        assert learner in outputs[output]


def test_markdown_names_what_is_new_and_what_is_fixed(outputs: dict[str, str]) -> None:
    assert "| new error | SUB002 |" in outputs["markdown"]
    assert "| fixed error | SUB002 |" in outputs["markdown"]


def test_sarif_has_the_state_of_every_result(outputs: dict[str, str]) -> None:
    document = json.loads(outputs["sarif"])
    (log,) = document["runs"]
    states = {result["properties"]["learner"]: result["baselineState"] for result in log["results"]}
    assert states == {"Noor Abbas": "unchanged", "Lina Costa": "new", "Omar Said": "absent"}
    schema = json.loads((DATA / "sarif-2.1.0-rtm.4.json").read_text("utf-8"))
    assert [error.message for error in Draft4Validator(schema).iter_errors(document)] == []


def test_junit_tells_what_changed_and_what_is_fixed(outputs: dict[str, str]) -> None:
    (suite,) = fromstring(outputs["junit"].encode())
    properties = {told.get("name"): told.get("value") for told in suite.find("properties")}
    assert [properties[name] for name in ("baseline", "new", "unchanged", "fixed", "unsettled")] == [
        "old.json", "1", "1", "1", "0",
    ]  # fmt: skip
    assert suite.find("system-out").text.startswith("fixed error: No declaration of authenticity by Omar Said")
    (failure,) = suite.iter("failure")
    assert "new error: No declaration of authenticity by Lina Costa" in failure.text


def test_csv_tells_what_changed(outputs: dict[str, str]) -> None:
    rows = csv.DictReader(io.StringIO(outputs["csv"]))
    assert [(row["learner"], row["severity"], row["change"]) for row in rows] == [
        ("Noor Abbas", "error", "unchanged"),
        ("Lina Costa", "error", "new"),
        ("Omar Said", "fixed", "fixed"),
    ]


def test_a_marked_copy_says_what_is_new(home: Path, outputs: dict[str, str]) -> None:
    assert outputs
    sheet = load_workbook(home / "marked" / "it (findings marked).xlsx")["Findings"]
    assert SINCE in sheet["A2"].value
    assert [sheet[f"A{row}"].value for row in (5, 6)] == ["Error", "New error"]


def test_people_are_told_what_cannot_be_said_to_be_fixed(home: Path) -> None:
    written = [word for name, suffix in OUTPUTS.items() for word in (f"--{name}", f"out.{suffix}")]
    done = run("check", "t", *AS_OF, "--select", "DDL001", "--baseline", "old.json", *written, cwd=home)
    says = "2 others are not found any more, and it cannot be told whether that is a change"
    for text in (done.stdout, *((home / f"out.{OUTPUTS[name]}").read_text("utf-8") for name in ("html", "markdown"))):
        assert says in text
    (log,) = json.loads((home / "out.sarif").read_text("utf-8"))["runs"]
    assert log["results"] == []
    assert "unsettled" in [n["descriptor"]["id"] for n in log["invocations"][0]["toolExecutionNotifications"]]


def test_a_finding_of_a_tracker_that_was_not_paired_is_never_fixed() -> None:
    recorded = RecordedRun(date(2024, 3, 1), (RecordedTracker("x/it.csv", result("a").findings),) * 2)
    ((compared,), baseline) = compare([replace(result("a"), path="y/it.csv")], recorded, "old.json")
    assert (compared.fixed, compared.findings[0].change) == ((), "new")
    assert baseline.gone == ("x/it.csv", "x/it.csv")
