"""Which edition of the guide a tracker is checked against. The next edition is a file in a folder of its own here, as
it may be anywhere: `load_editions(folder)`."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rules.edition import edition_of, load_edition, load_editions
from tests.cases import FOLDER, cases_of
from tests.rendering import Tables, render
from validator.cli import main
from validator.findings import CheckReport, TrackerResult
from validator.guides import year_of
from validator.pipeline import check_files
from validator.reports import WRITERS
from validator.settings import Settings

AS_OF = date(2024, 3, 8)
NEXT = """
edition = "2024-25"
applies_from = 2024-09-01
extends = "2023-24"

[limits]
resubmission_working_days = 14
"""


@pytest.fixture
def editions(tmp_path: Path) -> Path:
    folder = tmp_path / "editions"
    folder.mkdir()
    (folder / "2024-25.toml").write_text(NEXT, "utf-8")
    return folder


@pytest.fixture
def honest() -> Tables:
    return copy.deepcopy(next(c for c in cases_of(FOLDER / "RSB009.yaml") if c.title == "the honest centre").tables)


def checked(tables: Tables, path: Path, **settings: Any) -> TrackerResult:
    render(tables, path)
    return check_files([path], Settings(AS_OF, **settings))[0]


def test_an_edition_that_extends_another_holds_what_differs(editions: Path) -> None:
    (old, new) = load_editions(editions)
    assert (old.name, new.name) == ("2023-24", "2024-25")
    assert (old.number("resubmission_working_days"), new.number("resubmission_working_days")) == (15, 14)
    assert {name for name in old.numbers if old.number(name) != new.number(name)} == {"resubmission_working_days"}
    assert [edition.name for edition in load_editions()] == ["2023-24"]


@pytest.mark.parametrize("basis", ["2019-20", "2024-25"])
def test_an_edition_cannot_extend_what_is_not_there_or_itself(editions: Path, basis: str) -> None:
    (editions / "2024-25.toml").write_text(NEXT.replace("2023-24", basis), "utf-8")
    with pytest.raises(ValueError, match=basis):
        load_editions(editions)


def test_an_edition_applies_from_its_day_and_the_oldest_before_all_of_them(editions: Path) -> None:
    both = load_editions(editions)
    days = [date(2022, 9, 1), date(2023, 9, 1), date(2024, 8, 31), date(2024, 9, 1), date(2030, 1, 1)]
    assert [edition_of(day, both).name for day in days] == ["2023-24", "2023-24", "2023-24", "2024-25", "2024-25"]
    with pytest.raises(ValueError, match="2023-24"):
        load_edition("2031-32")


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("2023-24", date(2023, 9, 1)),
        ("2023/2024", date(2023, 9, 1)),
        ("AY 2023 – 2024", date(2023, 9, 1)),
        ("23/24", date(2023, 9, 1)),
        ("Year 11/12, 2023-24", date(2023, 9, 1)),
        ("September 2023 to July 2024", date(2023, 9, 1)),
        ("2024", date(2024, 9, 1)),
        ("2099/00", date(2099, 9, 1)),
        ("Year 12", None),
        ("", None),
    ],
)
def test_an_academic_year_is_read_as_centres_write_it(text: str, begins: date | None) -> None:
    assert year_of(text) == begins


def test_a_year_alone_may_be_the_calendar_year_of_the_centre() -> None:
    assert year_of("2024", [date(2024, 1, 15)]) == date(2023, 9, 1)
    assert year_of("2024", [date(2024, 8, 26)]) == date(2024, 9, 1)
    assert year_of("2024", [date(2022, 9, 5)]) == date(2024, 9, 1)


def test_trackers_of_two_years_are_checked_together_each_against_its_own_edition(
    honest: Tables, editions: Path, tmp_path: Path
) -> None:
    render(honest, tmp_path / "old.xlsx")
    honest["programme"]["it"]["academic_year"] = "2024-25"
    render(honest, tmp_path / "new.xlsx")
    settings = Settings(AS_OF, editions=load_editions(editions))
    old, new = check_files([tmp_path / "old.xlsx", tmp_path / "new.xlsx"], settings)
    assert (old.guide, new.guide) == ("2023-24", "2024-25")
    assert [f.message for f in old.findings if f.rule == "RSB009"] == []
    (found,) = [f.message for f in new.findings if f.rule == "RSB009"]
    assert "working day 15, and 14 are allowed" in found


def test_the_edition_that_is_asked_for_wins(honest: Tables, editions: Path, tmp_path: Path) -> None:
    result = checked(honest, tmp_path / "t.xlsx", guide="2024-25", editions=load_editions(editions))
    assert (result.guide, result.guide_reason) == ("2024-25", "It was chosen for this check.")
    assert [f.rule for f in result.findings if f.severity == "error"] == ["RSB009"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, "The academic year in the tracker is 2023-24."),
        ({"academic_year": ""}, "The programme starts on 4 September 2023, and the tracker tells no academic year."),
        (
            {"academic_year": "", "starts": ""},
            "The first hand-out of the plan is on 11 September 2023, and the tracker tells no academic year.",
        ),
        (
            {"academic_year": "2019-20"},
            "The academic year in the tracker is 2019-20. No edition for so early a year is known to this program; "
            "this is the oldest that it has.",
        ),
        (
            {"academic_year": "2031-32"},
            "The academic year in the tracker is 2031-32. No edition for that year is known to this program; this is "
            "the newest that it has.",
        ),
    ],
)
def test_the_report_says_why_that_edition(change: dict[str, str], why: str, honest: Tables, tmp_path: Path) -> None:
    honest["programme"]["it"] |= change
    result = checked(honest, tmp_path / "t.xlsx")
    assert (result.guide, result.guide_reason) == ("2023-24", why)
    report = CheckReport(result.guide, AS_OF.isoformat(), (result,))
    assert f"Checked against edition 2023-24. {why}" in WRITERS["html"](report)
    assert json.loads(WRITERS["json"](report))["trackers"][0]["guide_reason"] == why


def test_records_without_a_plan_tell_the_year_by_their_dates(honest: Tables, editions: Path, tmp_path: Path) -> None:
    both = load_editions(editions)
    only = {"attempts": {"omar": honest["attempts"]["omar"]}}
    assert checked(only, tmp_path / "t.xlsx", editions=both).guide == "2023-24"
    only["attempts"]["omar"] |= {"handed_out": date(2024, 8, 28)}
    result = checked(only, tmp_path / "t.xlsx", editions=both)
    assert result.guide == "2024-25"
    assert result.guide_reason == "The first hand-out is on 28 August 2024, and the tracker tells no academic year."


def test_a_tracker_without_any_date_is_checked_against_the_edition_of_the_day(tmp_path: Path) -> None:
    tables = {"learners": {"noor": {"learner": "Noor Abbas", "registration": "KX41221"}}}
    result = checked(tables, tmp_path / "t.xlsx")
    assert result.guide_reason == (
        "The tracker tells no academic year and no date, so that of the check counts, 8 March 2024."
    )


def test_the_command_says_which_edition_and_why(honest: Tables, tmp_path: Path) -> None:
    render(honest, tmp_path / "t.xlsx")
    asked = ["check", str(tmp_path / "t.xlsx"), "--as-of", "2024-03-08", "--json", "-"]
    for more, why in (([], "The academic year in the tracker is 2023-24."), (["--guide", "2023-24"], "It was chosen")):
        done = CliRunner().invoke(main, [*asked, *more, "--jobs", "1"])
        document = json.loads(done.stdout)
        assert document["guide"] == document["trackers"][0]["guide"] == "2023-24"
        assert document["trackers"][0]["guide_reason"].startswith(why)
