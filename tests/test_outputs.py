"""The outputs for machines: what they say is what findings.json says, and nothing that a tracker says acts in them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import xmlschema
from defusedxml.ElementTree import fromstring
from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker
from markdown_it import MarkdownIt
from openpyxl import Workbook

from tests.hostile_files import ods
from tests.rendering import render
from tests.test_cli import AS_OF, case, run
from tests.test_report import REPORT, many_findings
from validator.reports import WRITERS

DATA = Path(__file__).parent / "data"
SCHEMA = json.loads((Path(__file__).parents[1] / "schemas" / "findings.schema.json").read_text("utf-8"))
OUTPUTS = {"json": "json", "sarif": "sarif", "junit": "xml", "csv": "csv", "markdown": "md", "html": "html"}
"""Every output, with the suffix of its file."""
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "-2+3",
    "+Lead",
    "@admin #12 GH-1",
    "\t=1+1",
    "x;=1+1",
    "Eve\x07\x1b[31m Marshall",
    "\u202eEvil",
    "]]> & \ufffe \"q\" 'r'",
    "[click](https://evil.example) {0} www.evil.example",
    "a|b `c` *d* _e_ ~~f~~ \\|",
    "😀 Emoji",
    "نور الهدى",
)
"""Names of learners that a program might take for something else."""

HEADINGS = (
    "Learner name",
    "Unit",
    "Assignment",
    "Submission type",
    "Deadline",
    "Date submitted",
    "Learner declaration",
    "Grade",
)


def hostile_log(names: tuple[str, ...]) -> str:
    """A log as .csv in which each learner was late and declared nothing."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(
        [name, "Unit 4", "Assignment 1", "First submission", "13/11/2023", "24/11/2023", "No", "P"] for name in names
    )
    return text.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tracker of each kind, and beside it every output of one check of them."""
    home = tmp_path_factory.mktemp("outputs")
    trackers = home / "our trackers"
    trackers.mkdir()
    render(case("RSB009", "the honest centre").tables, trackers / "clean #1.xlsx")
    render(case("RSB009", "the deadline is working day 16").tables, trackers / "breached.xlsx")
    (trackers / "truncated.xlsx").write_bytes((trackers / "breached.xlsx").read_bytes()[:2000])
    (trackers / "hostile.csv").write_text(hostile_log(HOSTILE), "utf-8", newline="")
    odd = Workbook()
    for row in (["x1", "x2", "x3"], [1, 2, 3], [4, 5, 6], [7, 8, 9]):
        odd.active.append(row)
    odd.save(trackers / "odd.xlsx")
    written = [word for name, suffix in OUTPUTS.items() for word in (f"--{name}", f"out.{suffix}")]
    done = run("check", trackers.name, *AS_OF, *written, cwd=home)
    assert done.returncode == 2, done.stderr
    return home


@pytest.fixture(scope="module")
def document(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "out.json").read_text("utf-8"))
    return told


@pytest.fixture(scope="module")
def sarif(folder: Path) -> dict[str, Any]:
    log: dict[str, Any] = json.loads((folder / "out.sarif").read_text("utf-8"))
    return log


@pytest.fixture(scope="module")
def junit(folder: Path) -> Any:
    return fromstring((folder / "out.xml").read_bytes())


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def named(document: dict[str, Any], name: str) -> dict[str, Any]:
    (tracker,) = (t for t in document["trackers"] if t["path"].endswith(name))
    return dict(tracker)


def every_finding(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(tracker["path"], finding) for tracker in document["trackers"] for finding in tracker["findings"]]


OUTCOMES = {
    "breached": "breached",
    "passed": "passed",
    "not-checkable": "notCheckable",
    "not-applicable": "notApplicable",
}
"""The outcomes as findings.json and as SARIF's property bag call them."""
PASSED = {"rule": "RSB009", "status": "passed", "checked": 9, "breaches": 0, "missing": []}


def objections(schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


# ---------------------------------------------------------------------------------------------- findings.json


def closed(schema: Any) -> Any:
    """Return a schema that allows only the properties that it describes."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(part) for key, part in schema.items()}
    return inner | {"additionalProperties": False} if schema.get("type") == "object" else inner


def test_json_is_as_its_schema_says_and_the_schema_describes_all_of_it(document: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert {t["status"] for t in document["trackers"]} == {"checked", "not-understood", "unreadable"}
    assert {c["status"] for t in document["trackers"] for c in t["coverage"]} == {
        "breached",
        "passed",
        "not-checkable",
        "not-applicable",
    }
    assert objections(closed(SCHEMA), document) == []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (("schema_version",), "2"),
        (("as_of",), "8 March 2024"),
        (("trackers", 0, "status"), "passed"),
        (("trackers", 0, "coverage", 0), {**PASSED, "checked": 0}),
        (("trackers", 0, "coverage", 0), {**PASSED, "breaches": 1}),
        (("trackers", 0, "coverage", 0, "status"), "skipped"),
        (("trackers", 0, "findings", 0, "severity"), "fatal"),
        (("trackers", 0, "findings", 0, "cells"), ["Submissions"]),
        (("trackers", 0, "findings", 0, "fingerprint"), ""),
    ],
)
def test_the_schema_objects_to_what_is_not_agreed(document: dict[str, Any], part: tuple[Any, ...], value: Any) -> None:
    changed = json.loads(json.dumps(document | {"trackers": [named(document, "breached.xlsx")]}))
    place = changed
    for key in part[:-1]:
        place = place[key]
    place[part[-1]] = value
    assert objections(SCHEMA, changed)


# ---------------------------------------------------------------------------------------------- SARIF


def test_sarif_is_valid(sarif: dict[str, Any]) -> None:
    schema = json.loads((DATA / "sarif-2.1.0-rtm.4.json").read_text("utf-8"))
    errors = Draft4Validator(schema, format_checker=FormatChecker()).iter_errors(sarif)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
    assert sarif["version"] == "2.1.0"


def test_sarif_tells_every_finding_with_its_sheet_and_cell(
    folder: Path, sarif: dict[str, Any], document: dict[str, Any]
) -> None:
    (log,) = sarif["runs"]
    found = every_finding(document)
    assert len(log["results"]) == len(found) > 10
    for result, (path, finding) in zip(log["results"], found, strict=True):
        (first,) = result["locations"]
        uri = first["physicalLocation"]["artifactLocation"]["uri"]
        places = [first, *result.get("relatedLocations", [])]
        cells = [of["fullyQualifiedName"] for place in places for of in place.get("logicalLocations", [])]
        assert (result["ruleId"], result["level"], unquote(uri)) == (finding["rule"], finding["severity"], path)
        assert (folder / unquote(uri)).is_file()
        assert cells == finding["cells"]
        assert all(cell in result["message"]["text"] for cell in cells)
        assert log["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == finding["rule"]
        assert result["partialFingerprints"]["btecValidator/v1"] == finding["fingerprint"]
    hashes = [result["partialFingerprints"]["primaryLocationLineHash"] for result in log["results"]]
    assert len(set(hashes)) == len(hashes)


def test_sarif_gives_the_row_and_the_column_of_the_cell_as_the_region(sarif: dict[str, Any]) -> None:
    (result,) = (r for r in sarif["runs"][0]["results"] if r["ruleId"] == "RSB009")
    place = result["locations"][0]
    letters, row = re.fullmatch(r"([A-Z])([0-9]+)", place["logicalLocations"][0]["name"]).groups()  # type: ignore[union-attr]
    region = place["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (int(row), ord(letters) - 64)


def test_sarif_has_a_page_for_each_rule(sarif: dict[str, Any]) -> None:
    rules = {rule["id"]: rule for rule in sarif["runs"][0]["tool"]["driver"]["rules"]}
    assert rules["RSB009"]["name"] == "resubmission-deadline-too-late"
    for rule in rules.values():
        assert "To put it right" in rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert all(0 < len(rule[part]["text"]) <= 1024 for part in ("shortDescription", "fullDescription"))


def test_sarif_never_shows_what_could_not_be_checked_as_passed(sarif: dict[str, Any], document: dict[str, Any]) -> None:
    (log,) = sarif["runs"]
    (invocation,) = log["invocations"]
    assert invocation["executionSuccessful"] is False
    told = Counter(
        (told["descriptor"]["id"], unquote(told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]))
        for told in invocation["toolExecutionNotifications"]
    )
    expected: Counter[tuple[str, str]] = Counter()
    for artifact, tracker in zip(log["artifacts"], document["trackers"], strict=True):
        for status, name in OUTCOMES.items():
            codes = {c["rule"] for c in tracker["coverage"] if c["status"] == status}
            assert set(artifact["properties"][name]) == codes
        expected[tracker["status"] if tracker["status"] != "checked" else "not-checkable", tracker["path"]] = 1
    assert told == expected


def test_sarif_takes_nothing_that_a_tracker_says_for_a_placeholder_or_a_link(sarif: dict[str, Any]) -> None:
    texts = [result["message"]["text"] for result in sarif["runs"][0]["results"]]
    assert any(r"\[click](https://evil.example) {{0}}" in text for text in texts)
    assert not any(re.search(r"(?<!\\)\[[^]]*\]\(", text) for text in texts)
    assert all(character.isprintable() for text in texts for character in text if character != "\ufffe")


def test_sarif_of_a_good_run_is_successful(tmp_path: Path) -> None:
    tracker = tmp_path / "clean.xlsx"
    render(case("RSB009", "the honest centre").tables, tracker)
    done = run("check", tracker, *AS_OF, "--sarif", "-")
    (log,) = json.loads(done.stdout)["runs"]
    assert (done.returncode, log["invocations"][0]["executionSuccessful"]) == (0, True)
    assert log["artifacts"][0]["location"]["uri"] == tracker.as_uri()


def test_sarif_tells_findings_on_a_sheet_without_a_name(tmp_path: Path) -> None:
    records = (
        HEADINGS,
        ("Noor Abbas", "Unit 4", "Assignment 1", "First submission", "13/11/2023", "24/11/2023", "No", "P"),
    )
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = (f"<table:table-row>{''.join(map(cell.format, record))}</table:table-row>" for record in records)
    (tmp_path / "log.ods").write_bytes(ods(*rows, sheet=""))
    done = run("check", tmp_path / "log.ods", *AS_OF, "--select", "SUB002", "--sarif", "-")
    (result,) = json.loads(done.stdout)["runs"][0]["results"]
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "''!G2"


# ---------------------------------------------------------------------------------------------- JUnit


def test_junit_is_valid(folder: Path) -> None:
    schema = xmlschema.XMLSchema(DATA / "junit-10.xsd")
    assert [str(error.reason) for error in schema.iter_errors(str(folder / "out.xml"))] == []


def test_junit_has_a_suite_for_each_tracker_and_a_case_for_each_rule_that_applies(
    junit: Any, document: dict[str, Any]
) -> None:
    assert [suite.get("name") for suite in junit] == [tracker["path"] for tracker in document["trackers"]]
    for suite, tracker in zip(junit, document["trackers"], strict=True):
        ends = {case.get("name").split()[0]: [end.tag for end in case] for case in suite.iter("testcase")}
        severe = {f["rule"] for f in tracker["findings"] if f["severity"] in ("error", "warning")}
        for coverage in tracker["coverage"]:
            expected = {
                "breached": ["failure"] if coverage["rule"] in severe else ["system-out"],
                "passed": [],
                "not-checkable": ["skipped"],
                "not-applicable": None,
            }[coverage["status"]]
            if tracker["status"] == "checked":
                assert ends.get(coverage["rule"]) == expected or ends[coverage["rule"]] == ["failure", "system-out"]
        assert suite.get("tests") == str(len(ends))
        for count, end in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(count) == str(len(list(suite.iter(end))))
    assert junit.get("failures") == str(sum(int(suite.get("failures")) for suite in junit))


def test_junit_names_the_cells_of_a_failure_and_the_columns_that_are_missing(junit: Any) -> None:
    (suite,) = (suite for suite in junit if suite.get("name").endswith("breached.xlsx"))
    (late,) = (case for case in suite.iter("testcase") if case.get("name") == "RSB009 resubmission-deadline-too-late")
    (failure,) = late
    assert failure.get("type") == "error"
    assert "working day 16" in failure.get("message")
    assert "[Submissions!" in failure.text
    skipped = [end.get("message") for end in suite.iter("skipped")]
    assert skipped
    assert all(message.startswith("Not checkable: the tracker does not record ") for message in skipped)


@pytest.mark.parametrize("name", ["truncated.xlsx", "odd.xlsx"])
def test_junit_ends_in_an_error_where_a_tracker_was_not_checked(
    junit: Any, document: dict[str, Any], name: str
) -> None:
    (suite,) = (suite for suite in junit if suite.get("name").endswith(name))
    errors = [end.get("message") for end in suite.iter("error")]
    assert errors == [named(document, name)["reason"]]
    assert suite.find("testcase/failure") is None


def test_junit_ends_in_an_error_even_where_no_rule_that_says_so_was_run(folder: Path) -> None:
    done = run("check", "our trackers/odd.xlsx", *AS_OF, "--select", "DDL", "--junit", "-", cwd=folder)
    (suite,) = fromstring(done.stdout.encode())
    assert (done.returncode, suite.get("errors")) == (2, "1")
    assert suite.get("tests") == str(len(suite.findall("testcase")))


# ---------------------------------------------------------------------------------------------- CSV


def test_csv_has_a_row_for_each_finding(folder: Path, rows: list[dict[str, str]], document: dict[str, Any]) -> None:
    assert (folder / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    found = [
        (path, f["rule"], f["severity"], ", ".join(f["cells"]), f["fingerprint"]) for path, f in every_finding(document)
    ]
    assert [(r["tracker"], r["rule"], r["severity"], r["cells"], r["fingerprint"]) for r in rows if r["rule"]] == found
    assert [r["tracker"] for r in rows if not r["rule"]] == ["our trackers/odd.xlsx"]


def test_csv_holds_no_formula(rows: list[dict[str, str]]) -> None:
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert not [cell for cell in cells if re.search(r"[\t\r\n\x07\x1b\u202e]|;\s*[=+@-]", cell)]
    learners = {row["learner"] for row in rows}
    assert {
        "'=cmd|' /C calc'!A0",
        "'-2+3",
        "'+Lead",
        "'@admin #12 GH-1",
        "x;'=1+1",
        "نور الهدى",
        "😀 Emoji",
    } <= learners


def test_csv_says_that_a_tracker_was_not_checked_even_where_nothing_was_found(folder: Path) -> None:
    done = run("check", "our trackers/odd.xlsx", *AS_OF, "--select", "DDL", "--csv", "-", cwd=folder)
    (row,) = csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff")))
    assert (done.returncode, row["severity"], row["rule"]) == (2, "incomplete", "")
    assert "nothing was checked" in row["message"]


# ---------------------------------------------------------------------------------------------- Markdown


class Page(HTMLParser):
    """The elements of a page, and the text of each row of its tables without the spaces of no width."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.rows: list[list[str]] = []
        self.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.elements.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip("\n").replace("\u200b", "")


def test_markdown_tells_the_verdict_the_trackers_and_the_findings(folder: Path, document: dict[str, Any]) -> None:
    text = (folder / "out.md").read_text("utf-8")
    page = Page(text)
    trackers = {row[0]: row for row in page.rows if len(row) == 5}
    for tracker in document["trackers"]:
        row = trackers[tracker["path"]]
        assert row[1:4] == [str(tracker["counts"][severity]) for severity in ("error", "warning", "note")]
        assert tracker["reason"] in row[4]
    assert "could not be checked" in text
    told = [(row[0], row[1], row[2], row[3]) for row in page.rows if len(row) == 6][1:]
    found = [(f["severity"], f["rule"], p, (f["cells"] or [""])[0]) for p, f in every_finding(document)]
    assert sorted(told) == sorted(found)
    assert [row[0] for row in told] == sorted((row[0] for row in told), key=["error", "warning", "note"].index)


def test_markdown_takes_nothing_that_a_tracker_says_for_markup(folder: Path) -> None:
    text = (folder / "out.md").read_text("utf-8")
    page = Page(text)
    assert page.elements == {"h2", "p", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    shown = [row[4] for row in page.rows if len(row) == 6]
    plain = [name for name in HOSTILE if name.isprintable()]
    assert [name for name in plain if not any(row.startswith(f"{name}, ") for row in shown)] == []
    assert not re.search(r"[@#]\w|https?://|www\.", text)


def test_markdown_is_short_enough_for_a_comment_and_counts_what_it_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text(hostile_log(tuple(f"Learner {'x' * 90} {n}" for n in range(400))), "utf-8")
    done = run("check", tmp_path / "long.csv", *AS_OF, "--markdown", "-", "--json", tmp_path / "out.json")
    assert len(done.stdout) <= 60_000
    shown = Counter(row[0] for row in Page(done.stdout).rows if len(row) == 5)
    left_out = re.search(r"^(.*) not shown here\.$", done.stdout, re.MULTILINE)
    assert left_out
    counts = named(json.loads((tmp_path / "out.json").read_text("utf-8")), "long.csv")["counts"]
    rest = {
        kind: int(n.replace(",", "")) for n, kind in re.findall(r"([0-9,]+) more (error|warning|note)", left_out[1])
    }
    assert {kind: shown[kind] + rest.get(kind, 0) for kind in counts} == counts
    assert shown["error"] > 50


def test_markdown_of_very_many_trackers_is_short_enough_too_and_tells_the_worst_first() -> None:
    good = [replace(REPORT.trackers[1], path=f"trackers/{n}-{'x' * 60}.xlsx") for n in range(900)]
    bad, locked = many_findings(500).trackers[0], REPORT.trackers[3]
    text = WRITERS["markdown"](replace(REPORT, trackers=(*good, bad, locked)))
    assert len(text) <= 60_000
    trackers = [row for row in Page(text).rows if row[-1:] != ["finding"]]
    assert [row[0] for row in trackers[1:3]] == [locked.path, bad.path]
    left_out = re.search(r"^([0-9,]+) more trackers not shown here\.$", text, re.MULTILINE)
    assert left_out
    assert len([row for row in trackers[1:] if len(row) == 5]) + int(left_out[1]) == 902
    assert "more errors" in text


# ---------------------------------------------------------------------------------------------- where they go


def test_outputs_do_not_overwrite_trackers(tmp_path: Path) -> None:
    tracker = tmp_path / "log.csv"
    tracker.write_text(hostile_log(("Noor Abbas",)), "utf-8")
    before = tracker.read_bytes()
    for target, given in ((tracker, tracker), (tracker, tmp_path), (tmp_path / "findings.csv", tmp_path)):
        done = run("check", given, *AS_OF, "--csv", target)
        assert done.returncode == 2
        assert "Write it to another folder" in done.stderr
    assert tracker.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["log.csv"]


def test_two_outputs_cannot_go_to_one_place(tmp_path: Path) -> None:
    tracker = tmp_path / "log.csv"
    tracker.write_text(hostile_log(("Noor Abbas",)), "utf-8")
    for target in ("-", tmp_path / "out"):
        done = run("check", tracker, *AS_OF, "--json", target, "--sarif", target)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--json and --sarif" in done.stderr


def test_the_same_input_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    written = [word for name, suffix in OUTPUTS.items() for word in (f"--{name}", tmp_path / f"out.{suffix}")]
    run("check", "our trackers", *AS_OF, *written, "--jobs", "1", cwd=folder)
    different = [
        s for s in OUTPUTS.values() if (tmp_path / f"out.{s}").read_bytes() != (folder / f"out.{s}").read_bytes()
    ]
    assert different == []
