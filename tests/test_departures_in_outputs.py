"""In what a check was not the default one, as the outputs for machines and Markdown tell it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from jsonschema import Draft4Validator

from tests.rendering import render
from tests.test_cli import AS_OF, case, run
from tests.test_outputs import DATA, OUTPUTS


@pytest.fixture
def told(tmp_path: Path) -> dict[str, str]:
    """Every output of a check of two trackers, one of which has a configuration."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        render(case("RSB009", "the deadline is working day 16").tables, tmp_path / name / "it.xlsx")
    (tmp_path / "a" / "btec-validator.toml").write_text(
        'severities = {RSB009 = "note"}\n[ignore]\nFBK = "Kept in [another](https://x.example) system"', "utf-8"
    )
    written = [word for name, suffix in OUTPUTS.items() for word in (f"--{name}", f"out.{suffix}")]
    run("check", "a", "b", *AS_OF, "--ignore", "AWD", *written, cwd=tmp_path)
    return {name: (tmp_path / f"out.{suffix}").read_text("utf-8-sig") for name, suffix in OUTPUTS.items()}


def test_sarif_tells_departures_with_the_trackers_that_they_hold_for(told: dict[str, str]) -> None:
    document = json.loads(told["sarif"])
    (invocation,) = document["runs"][0]["invocations"]
    found = {
        said["message"]["text"]: [place["physicalLocation"]["artifactLocation"]["uri"] for place in said["locations"]]
        if "locations" in said
        else None
        for said in invocation["toolConfigurationNotifications"]
    }
    severity, ignored, option = sorted(found, key=lambda text: ["RSB", "FBK", "AWD"].index(text[:3]))
    assert "counts as note instead of error" in severity
    assert "Reason: Kept in \\[another](https://x.example) system. (a/btec-validator.toml)" in ignored
    assert "(--ignore)" in option
    assert [found[text] for text in (severity, ignored, option)] == [["a/it.xlsx"], ["a/it.xlsx"], None]
    schema = json.loads((DATA / "sarif-2.1.0-rtm.4.json").read_text("utf-8"))
    assert [error.message for error in Draft4Validator(schema).iter_errors(document)] == []


def test_junit_tells_departures_of_each_tracker(told: dict[str, str]) -> None:
    first, second = fromstring(told["junit"].encode())
    properties = [{p.get("name"): p.get("value") for p in suite.find("properties")} for suite in (first, second)]
    own, others = ([value for name, value in of.items() if name.startswith("departure-")] for of in properties)
    assert (len(own), len(others)) == (3, 1)
    assert "(--ignore)" in others[0]


def test_markdown_tells_departures_and_takes_nothing_in_them_for_markup(told: dict[str, str]) -> None:
    (listed,) = (part for part in told["markdown"].split("\n\n") if part.startswith("- RSB009"))
    assert told["markdown"].count("**Not the default check.**") == 1
    assert len(listed.splitlines()) == 3
    assert "for 1 tracker)" in listed
    assert "\\[another\\]" in listed
    assert "https://" not in listed


def test_csv_has_findings_alone(told: dict[str, str]) -> None:
    assert {row["severity"] for row in csv.DictReader(io.StringIO(told["csv"]))} <= {"error", "warning", "note"}


def test_a_default_check_tells_none(tmp_path: Path) -> None:
    render(case("RSB009", "the honest centre").tables, tmp_path / "it.xlsx")
    written = [word for name, suffix in OUTPUTS.items() for word in (f"--{name}", f"out.{suffix}")]
    run("check", "it.xlsx", *AS_OF, *written, cwd=tmp_path)
    (log,) = json.loads((tmp_path / "out.sarif").read_text("utf-8"))["runs"]
    assert log["invocations"][0]["toolConfigurationNotifications"] == []
    assert "departure-" not in (tmp_path / "out.xml").read_text("utf-8")
    assert "Not the default" not in (tmp_path / "out.md").read_text("utf-8")
