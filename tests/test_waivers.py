"""Waivers as centres write them: told in every output, counted in none, and never lost without a word."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from jsonschema import Draft4Validator
from openpyxl import load_workbook

from tests.rendering import render
from tests.test_cli import AS_OF, case, run
from tests.test_configuration import configured, loaded, refused
from tests.test_outputs import DATA, OUTPUTS, SCHEMA, closed, objections

GROUNDS = 'reason = "The centre <b>closed</b> that week"\nowner = "Rania Haddad"\nexpires = {}\n'
LATE = '[[waivers]]\nrule = "RSB009"\nlearner = "ABBAS,  Noor"\n' + GROUNDS
VALID, OVER = "2024-03-08", "2024-03-07"
"""The last day of a waiver on the day of the check, and one before it."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with one tracker whose only finding is RSB009."""
    render(case("RSB009", "the deadline is working day 16").tables, tmp_path / "it-12a.xlsx")
    return tmp_path


def checked(home: Path, configuration: str, *options: str) -> tuple[int, dict[str, Any]]:
    configured(home, configuration)
    done = run("check", "it-12a.xlsx", *AS_OF, "--select", "RSB009", *options, "--json", "-", cwd=home)
    assert done.stdout, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    assert objections(closed(SCHEMA), document) == []
    return done.returncode, document


def test_a_waived_finding_is_told_and_does_not_count(home: Path) -> None:
    status, document = checked(home, LATE.format(VALID))
    (tracker,) = document["trackers"]
    (finding,) = tracker["findings"]
    assert status == 0
    assert (finding["rule"], finding["waiver"]["owner"], finding["waiver"]["expires"]) == (
        "RSB009",
        "Rania Haddad",
        VALID,
    )
    assert tracker["counts"] == {"error": 0, "warning": 0, "note": 0}
    assert tracker["waived"] == {"error": 1, "warning": 0, "note": 0}
    (use,) = document["waivers"]
    assert (use["state"], use["names"]) == ("used", {"rule": "RSB009", "learner": "ABBAS,  Noor"})
    assert use["findings"] == [{"tracker": "it-12a.xlsx", "fingerprint": finding["fingerprint"]}]


def test_an_expired_waiver_waives_nothing(home: Path) -> None:
    status, document = checked(home, LATE.format(OVER))
    (use,) = document["waivers"]
    assert (status, use["state"], len(use["findings"])) == (1, "expired", 1)
    assert document["trackers"][0]["counts"]["error"] == 1
    assert document["trackers"][0]["findings"][0]["waiver"] is None


def test_a_valid_waiver_waives_what_an_expired_one_names_too(home: Path) -> None:
    status, document = checked(home, LATE.format(OVER) + LATE.format(VALID))
    assert (status, [use["state"] for use in document["waivers"]]) == (0, ["expired", "used"])


def test_a_finding_is_named_by_its_fingerprint_too(home: Path) -> None:
    _, document = checked(home, "")
    fingerprint = document["trackers"][0]["findings"][0]["fingerprint"]
    status, document = checked(home, f'[[waivers]]\nfingerprint = "{fingerprint}"\n' + GROUNDS.format(VALID))
    assert (status, document["waivers"][0]["state"]) == (0, "used")
    status, document = checked(home, f'[[waivers]]\nfingerprint = "{"0" * 16}"\n' + GROUNDS.format(VALID))
    assert (status, document["waivers"][0]["state"]) == (1, "unmatched")


def test_a_waiver_covers_what_it_names_and_no_more(home: Path) -> None:
    covers = {
        'learner = "noor abbas"': True,
        'learner = "Noor"': False,
        'learner = "Noor Abbas-Khan"': False,
        'learner = "Noor Abbas"\nassignment = "ASSIGNMENT  1"\nunit = "unit 4"': True,
        'learner = "Noor Abbas"\nassignment = "Assignment 2"': False,
        'learner = "Noor Abbas"\nunit = "Unit 5"': False,
        'unit = "Unit 4"\ntracker = "IT-12A.xlsx"': True,
        'unit = "Unit 4"\ntracker = "it-12b.xlsx"': False,
    }
    text = "".join(f'[[waivers]]\nrule = "RSB009"\n{naming}\n' + GROUNDS.format(VALID) for naming in covers)
    status, document = checked(home, text)
    assert status == 0
    assert [use["state"] == "used" for use in document["waivers"]] == [*covers.values()]
    status, _ = checked(home, '[[waivers]]\nrule = "RSB009"\nlearner = "Noor"\n' + GROUNDS.format(VALID))
    assert status == 1


def test_a_waiver_of_another_rule_covers_nothing(home: Path) -> None:
    status, document = checked(home, LATE.format(VALID).replace("RSB009", "RSB010"))
    (use,) = document["waivers"]
    assert (status, use["state"], use["doubt"]) == (1, "unmatched", "RSB010 was not run on it-12a.xlsx.")


def test_a_waiver_does_not_make_an_incomplete_check_whole(home: Path) -> None:
    (home / "it-12a.xlsx").write_bytes((home / "it-12a.xlsx").read_bytes()[:2000])
    status, document = checked(home, LATE.format(VALID))
    assert (status, document["waivers"][0]["state"]) == (2, "unmatched")
    assert document["waivers"][0]["doubt"] == "it-12a.xlsx was not wholly checked."


def test_waivers_hold_for_the_trackers_of_their_own_file(home: Path) -> None:
    for name in ("a", "b"):
        (home / name).mkdir()
        (home / name / "it-12a.xlsx").write_bytes((home / "it-12a.xlsx").read_bytes())
    configured(home / "a", LATE.format(VALID))
    done = run("check", "a", "b", *AS_OF, "--select", "RSB009", "--json", "-", cwd=home)
    first, second = json.loads(done.stdout)["trackers"]
    assert (first["counts"]["error"], second["counts"]["error"], done.returncode) == (0, 1, 1)


# ---------------------------------------------------------------------- what is wrong in the file


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('rule = "RSB009"', "a rule alone would waive all that it finds"),
        ('learner = "Noor"', "it names no finding; write fingerprint, or rule with learner"),
        (
            f'fingerprint = "{"0" * 16}"\nrule = "RSB009"',
            "a fingerprint names one finding, so that rule cannot stand beside it",
        ),
        (
            f'fingerprint = "{"0" * 16}"\nunit = "U"\nlearner = "N"',
            "a fingerprint names one finding, so that learner and unit cannot stand beside it",
        ),
        ('fingerprint = "RSB009"', "fingerprint: 'RSB009' is no fingerprint; copy its 16 characters"),
        ('rule = "RSB999"\nlearner = "N"', "there is no rule RSB999"),
        ('rule = "RSB"\nlearner = "N"', "there is no rule RSB;"),
        ('rule = "RSB009"\nlearner = "?"', "learner: it names nothing"),
        ('rule = "RSB009"\nlearnr = "N"', "learnr is not known; did you mean learner?"),
        ('rule = 9\nlearner = "N"', "rule: 9 must be text in quotation marks"),
    ],
)
def test_a_waiver_that_does_not_say_what_it_is_for_is_refused(tmp_path: Path, text: str, says: str) -> None:
    said = refused(tmp_path, f"[[waivers]]\n{text}\n" + GROUNDS.format(VALID))
    assert f"waivers, number 1: {says}" in said


@pytest.mark.parametrize("expires", ['"2024-03-08"', "2024-03-08T10:00:00", "20240308", "true", '"soon"'])
def test_the_last_day_must_be_a_day(tmp_path: Path, expires: str) -> None:
    says = "waivers, number 1: expires: it must be a day, without a time or quotation marks"
    assert says in refused(tmp_path, LATE.format(expires))


@pytest.mark.parametrize("text", ["waivers = 3", "[waivers]\nrule = 'RSB009'", "waivers = ['RSB009']"])
def test_waivers_are_tables(tmp_path: Path, text: str) -> None:
    assert "write [[waivers]]" in refused(tmp_path, text)


def test_every_fault_of_every_waiver_is_told_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, "[[waivers]]\nrule = 'RSB009'\n[[waivers]]\nreason = ''\nowner = 'R'\nexpires = 'soon'")
    for fault in (
        "number 1: reason is missing; write why",
        "number 1: owner is missing; write who",
        "number 1: expires is missing; write its last day",
        "number 1: a rule alone",
        "number 2: reason: it is blank",
        "number 2: expires: it must be a day",
        "number 2: it names no finding",
    ):
        assert f"waivers, {fault}" in said


def test_a_found_file_may_waive_findings_of_rules_that_are_not_run(tmp_path: Path) -> None:
    text = "[rules]\nmodules = ['our_rules.py']\n" + LATE.format(VALID).replace("RSB009", "NGA001")
    assert len(loaded(tmp_path, text, vouched=False).waivers) == 1
    assert "there is no rule NGA001" in refused(tmp_path, LATE.format(VALID).replace("RSB009", "NGA001"))


# ---------------------------------------------------------------------- every output


@pytest.fixture
def told(home: Path) -> dict[str, str]:
    """Every output of a check with a waiver that is used, one that is expired and one that matches nothing."""
    other = LATE.replace("ABBAS,  Noor", "Omar Said")
    configured(home, LATE.format(VALID) + LATE.format(OVER) + other.format(VALID))
    written = [word for name, suffix in OUTPUTS.items() for word in (f"--{name}", f"out.{suffix}")]
    done = run("check", "it-12a.xlsx", *AS_OF, "--select", "RSB009", *written, "--annotate", "marked", cwd=home)
    assert done.returncode == 0, done.stderr
    return {name: (home / f"out.{suffix}").read_text("utf-8-sig") for name, suffix in OUTPUTS.items()} | {
        "terminal": done.stdout
    }


@pytest.mark.parametrize("output", ["html", "markdown", "terminal"])
def test_people_are_told_how_many_are_waived_by_whom_and_what_to_look_at(told: dict[str, str], output: str) -> None:
    text = told[output]
    assert "No breach that counts found in what could be checked; 1 finding is waived by the centre" in text
    for words in (
        "Rania Haddad",
        "8 March 2024",
        "Expired on 7 March 2024. 1 finding counts again.",
        "Matches nothing that was found.",
        "Omar Said",
    ):
        assert words in text
    assert "not Pearson" in text
    assert "No breach found" not in text


def test_the_page_marks_the_row_of_a_waived_finding(told: dict[str, str]) -> None:
    assert "Waived</em> until 8 March 2024, Rania Haddad: " in told["html"]
    assert ">1 waived</span>" in told["html"]
    assert "&lt;b&gt;closed&lt;/b&gt;" in told["html"]
    assert "<b>closed</b>" not in told["html"]


def test_sarif_tells_a_waived_finding_as_suppressed_and_stays_valid(told: dict[str, str]) -> None:
    log = json.loads(told["sarif"])
    (run_of,) = log["runs"]
    (result,) = run_of["results"]
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert suppression["justification"].startswith("Waived by Rania Haddad until 8 March 2024: The centre")
    notified = [told["descriptor"]["id"] for told in run_of["invocations"][0]["toolConfigurationNotifications"]]
    assert [kind for kind in notified if kind.startswith("waiver")] == ["waiver-expired", "waiver-unmatched"]
    schema = json.loads((DATA / "sarif-2.1.0-rtm.4.json").read_text("utf-8"))
    # What the draft calls the state of a suppression is its status in the standard.
    properties = schema["definitions"]["suppression"]["properties"]
    properties["status"] = properties.pop("state")
    assert [error.message for error in Draft4Validator(schema).iter_errors(log)] == []


def test_junit_does_not_fail_on_a_waived_finding_and_tells_it(told: dict[str, str]) -> None:
    root = fromstring(told["junit"].encode())
    assert root.get("failures") == "0"
    (said,) = root.iter("system-out")
    assert said.text.startswith("waived error: Waived by Rania Haddad until 8 March 2024: ")


def test_csv_says_who_waived_a_finding(told: dict[str, str]) -> None:
    (row,) = csv.DictReader(io.StringIO(told["csv"]))
    assert (row["severity"], row["waived_by"], row["waived_until"]) == ("error", "Rania Haddad", VALID)
    assert row["waived_reason"] == "The centre <b>closed</b> that week"


def test_a_marked_copy_tells_a_waived_finding_apart(home: Path, told: dict[str, str]) -> None:
    assert told
    book = load_workbook(home / "marked" / "it-12a (findings marked).xlsx")
    sheet = book["Findings"]
    severity, what, cell = sheet["A5"], sheet["F5"], sheet["C5"].value
    assert severity.value == "Waived error"
    assert "Waived by Rania Haddad until 8 March 2024" in what.value
    assert "1 finding is waived by the centre" in sheet["A1"].value
    assert "Expired on 7 March 2024" in sheet["A2"].value
    name, _, address = cell.rpartition("!")
    marked = book[name][address]
    assert marked.fill.start_color.rgb.endswith("E9E7E1")
    assert "WAIVED ERROR RSB009" in marked.comment.text


def test_without_waivers_no_output_speaks_of_them(home: Path) -> None:
    written = [word for name, suffix in OUTPUTS.items() for word in (f"--{name}", f"out.{suffix}")]
    done = run("check", "it-12a.xlsx", *AS_OF, "--select", "RSB009", *written, cwd=home)
    texts = [done.stdout, *((home / f"out.{OUTPUTS[name]}").read_text("utf-8") for name in ("html", "markdown"))]
    page = re.compile("<(style|script)>.*?</\\1>", re.DOTALL)
    assert not [text for text in texts if re.search("Waiver|waived until|is waived|are waived", page.sub("", text))]
    assert "suppressions" not in (home / "out.sarif").read_text("utf-8")
