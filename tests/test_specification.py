"""Specifications given with `--spec`, and the structures that ship: what they tell, and what they never guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.claims import best_points
from rules.structures import grade_of_award, shipped
from tests.cases import FOLDER, Case, cases_of
from tests.conftest import raw_tracker
from tests.test_cli import AS_OF, findings, run
from validator.findings import TrackerResult
from validator.pipeline import check_tables
from validator.settings import Settings
from validator.specification import SpecificationError, load_specification

WHOLE = """
qualification = "Pearson BTEC International Level 3 in Information Technology (2020)"
source = "An invented specification"
applies_to = ["Information Technology"]

[[units]]
unit = "Unit 1"
title = "Information Technology Systems"
glh = 120
mandatory = true
set_assignment = true
criteria = "A.P1, A.P2, A.M1, B.P3, B.M2, AB.D1"

[[units]]
unit = "Unit 2"
glh = 90
mandatory = ["Subsidiary Diploma", "Diploma"]
criteria = ["A.P1", "A.M1"]

[[units]]
unit = "Unit 4"
glh = 90
mandatory = true

[[units]]
unit = "Unit 5"
glh = 60
mandatory = false
"""


@pytest.fixture
def specification(tmp_path: Path) -> Path:
    path = tmp_path / "specification.toml"
    path.write_text(WHOLE, "utf-8")
    return path


def case(code: str, title: str) -> Case:
    return next(c for c in cases_of(FOLDER / f"{code}.yaml") if c.title == title)


def checked(code: str, title: str, path: Path) -> TrackerResult:
    chosen = case(code, title)
    (result,) = check_tables([raw_tracker(chosen)], Settings(chosen.as_of, specification=load_specification(path)))
    return result


def status(result: TrackerResult, code: str) -> str:
    return next(entry.status for entry in result.coverage if entry.rule == code)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("units = 3", "`units` is not a list of tables"),
        ("title = 'IT'", "`title` of the file means nothing here"),
        ("qualification = 'IT'", "neither `units` nor `sizes`"),
        ("[[units]]\ntitle = 'IT'", "`unit` is missing in entry 1"),
        ("[[units]]\nunit = 'Unit 1'\nglh = '60'", "`glh` of Unit 1"),
        ("[[units]]\nunit = 'Unit 1'\nhours = 60", "`hours` of Unit 1 means nothing here"),
        ("[[units]]\nunit = 'Unit 1'\nmandatory = 'yes'", "`mandatory` of Unit 1"),
        ("[[units]]\nunit = 'Unit 1'\nset_assignment = 1", "`set_assignment` of Unit 1"),
        ("[[units]]\nunit = 'Unit 1'\ncriteria = 'all of them'", "`criteria` of Unit 1"),
        ("[[units]]\nunit = 'Unit 1'\n[[units]]\nunit = 'U1'", "`units` has U1 twice"),
        ("[[sizes]]\nglh = 360", "no `name`"),
        ("[[sizes]]\nname = 'Diploma'", "`sizes.Diploma.glh`"),
        ("[[sizes]]\nname = 'Diploma'\nglh = 720\ngrades = {Good = 3}", "has the grade 'Good'"),
        ("[[sizes]]\nname = 'Diploma'\nglh = 720\ngrades = {PP = 'many'}", "`sizes.Diploma.grades.PP`"),
        ("[[sizes]]\nname = 'Diploma'\nglh = 720\ncompensation = 60", "`sizes.Diploma.compensation`"),
        ("[[points]]\nglh = 60\n[[sizes]]\nname = 'Diploma'\nglh = 720", "`points.grades`"),
        ("applies_to = 'IT'\n[[units]]\nunit = 'Unit 1'", "`applies_to`"),
        ("[[units]", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SpecificationError) as told:
        load_specification(path)
    assert says in str(told.value)
    assert str(told.value).startswith("mine.toml")
    assert str(told.value).endswith(".")


def test_it_tells_what_is_mandatory_by_the_size_of_the_programme(specification: Path) -> None:
    given = load_specification(specification)
    title = "Pearson BTEC International Level 3 {} in Information Technology (2020)"
    subsidiary, certificate, unsized = (
        {row["unit"][0]: row for row in given.rows(title.format(size), "")}
        for size in ("Subsidiary Diploma", "Certificate", "")
    )
    assert subsidiary["Unit 2"]["mandatory"][0] is True
    assert certificate["Unit 2"]["mandatory"][0] is False
    assert "mandatory" not in unsized["Unit 2"]
    assert (subsidiary["Unit 1"]["size_glh"][0], certificate["Unit 1"]["size_glh"][0]) == (360, 180)
    assert "size_glh" not in unsized["Unit 1"]


def test_the_rules_see_it(specification: Path) -> None:
    assert status(checked("PLN019", "no specification was given", specification), "PLN019") == "breached"


def test_it_stands_before_the_unit_list_and_names_no_cell_of_its_own(specification: Path) -> None:
    result = checked("AWD002", "nobody says which units are mandatory", specification)
    (found,) = (finding for finding in result.findings if finding.rule == "AWD002")
    assert found.cells == ("unit_results.u4.grade", "awards.noor.grade")


def test_a_tracker_of_another_subject_is_left_alone(specification: Path) -> None:
    specification.write_text(WHOLE.replace('["Information Technology"]', '["Business"]'), "utf-8")
    assert status(checked("PLN019", "no specification was given", specification), "PLN019") == "not-checkable"


def test_it_supplies_the_compensation_that_does_not_ship(specification: Path) -> None:
    title = "a size whose compensation is not known"
    assert status(checked("AWD002", title, specification), "AWD002") == "not-checkable"
    size = "[[sizes]]\nname = 'Diploma'\nglh = 720\ngrades = {PP = 72}\ncompensation = {mandatory_passed = true}\n"
    specification.write_text(WHOLE + size, "utf-8")
    assert status(checked("AWD002", title, specification), "AWD002") == "breached"


def test_the_command_takes_it_and_tells_what_is_wrong_with_it(specification: Path, tmp_path: Path) -> None:
    from tests.rendering import render

    tracker = tmp_path / "tracker.xlsx"
    render(case("PLN019", "no specification was given").tables, tracker)
    done = run("check", tracker, *AS_OF, "--spec", specification, "--select", "PLN019", "--json", "-")
    assert [f["rule"] for f in findings(done.stdout)["tracker.xlsx"]["findings"] if f["rule"] == "PLN019"] == ["PLN019"]
    done = run("check", tracker, "--spec", tmp_path / "none.toml")
    assert done.returncode == 2
    assert "none.toml" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("Subsidiary Diploma", "Subsidiary Diploma"),
        ("BTEC International Sub Dip in IT", "Subsidiary Diploma"),
        ("Diploma", "Diploma"),
        ("Ext. Diploma", "Extended Diploma"),
        ("360 GLH", "Subsidiary Diploma"),
        ("180", "Certificate"),
        ("Extended Certificate", None),
        ("Information Technology", None),
        ("Diploma or Extended Diploma", None),
    ],
)
def test_sizes_are_known_by_their_names_and_hours(text: str, size: str | None) -> None:
    structure = shipped("international-level-3-2020")
    assert structure is not None
    found = structure.size_named(text)
    assert (found.name if found else None) == size


def test_what_is_not_known_is_not_made_up() -> None:
    structure = shipped("international-level-3-2020")
    assert structure is not None
    known = {size.name for size in structure.sizes if size.optional_glh_at_u is not None}
    assert known == {"Certificate", "Subsidiary Diploma"}
    assert structure.points_of(30, "P") is None
    assert shipped("nationals-2010") is None


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Distinction*", "D*"),
        ("d* d", "D*D"),
        ("MDM", "DMM"),
        ("Merit", "M"),
        ("Pass Pass", "PP"),
        ("expected M", None),
    ],
)
def test_grades_of_awards(text: str, grade: str | None) -> None:
    assert grade_of_award(text) == grade


def test_the_best_combination_makes_just_the_size() -> None:
    units = [(120.0, 12.0, True), (60.0, 6.0, False), (60.0, 16.0, False)]
    assert best_points(units, 180) == 28
    assert best_points(units, 200) is None
    assert best_points(units, float("nan")) is None
