"""`btec-validator.toml` as centres use it: real files beside real trackers, through the real command."""

from __future__ import annotations

import copy
import json
import os
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from rules.catalogue import catalogue
from rules.edition import load_editions
from tests.cases import FOLDER, cases_of
from tests.conftest import raw_tracker
from tests.rendering import render
from tests.test_cli import AS_OF, case, findings, run
from validator.calendar import Calendar
from validator.configuration import Configuration, ConfigurationError, find_configuration
from validator.configuration.choosing import Choice, Options, settings_of
from validator.configuration.loading import load_configuration
from validator.findings import TrackerResult
from validator.pipeline import check_files, check_tables
from validator.settings import LEAD, Settings

NAME = "btec-validator.toml"
README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BUNCHED = case("PLN016", next(c.title for c in cases_of(FOLDER / "PLN016.yaml") if c.expect == "breach"))


def tracker(folder: Path, of: Any, name: str = "tracker.xlsx") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    render(of.tables, folder / name)
    return folder / name


def configured(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text(text, "utf-8")
    return folder / NAME


def loaded(folder: Path, text: str, *, vouched: bool = True) -> Configuration:
    return load_configuration(configured(folder, text), vouched=vouched)


def refused(folder: Path, text: str, *, vouched: bool = True) -> str:
    with pytest.raises(ConfigurationError) as error:
        loaded(folder, text, vouched=vouched)
    return str(error.value)


def judged(of: Any, configuration: Configuration, *select: str) -> TrackerResult:
    (result,) = check_tables([raw_tracker(of)], settings_of(Options(of.as_of, select=select), configuration))
    return result


def outcome(of: Any, configuration: Configuration, code: str) -> str:
    (coverage,) = judged(of, configuration, code).coverage
    return coverage.status


# ---------------------------------------------------------------------- finding


def test_the_nearest_file_upward_is_found(tmp_path: Path) -> None:
    top, near = configured(tmp_path, ""), configured(tmp_path / "a" / "b", "")
    (tmp_path / "a" / "b" / "c").mkdir()
    (tmp_path / "a" / NAME).mkdir()
    assert find_configuration(tmp_path / "a" / "b" / "c" / "t.xlsx") == near
    assert find_configuration(tmp_path / "a" / "b" / ".." / "t.xlsx") == top


def test_two_trackers_may_have_two_configurations_and_a_third_none(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        tracker(tmp_path / name, BUNCHED)
    configured(tmp_path / "a", "limits = {deadlines_per_week = 30}")
    configured(tmp_path / "b", 'severities = {PLN016 = "error"}')
    done = run("check", ".", *AS_OF, "--json", "-", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    found = {t["path"]: t for t in json.loads(done.stdout)["trackers"]}
    assert list(found) == ["a/tracker.xlsx", "b/tracker.xlsx", "c/tracker.xlsx"]
    severities = [{f["severity"] for f in t["findings"] if f["rule"] == "PLN016"} for t in found.values()]
    assert severities == [set(), {"error"}, {"note"}]
    limit, severity, default = (t["departures"] for t in found.values())
    assert limit == [
        {
            "kind": "limit", "what": "deadlines_per_week", "source": f"a/{NAME}",
            "now": "30", "default": "3", "reason": "", "rules": [],
        }
    ]  # fmt: skip
    assert [(d["what"], d["now"], d["default"], d["rules"]) for d in severity] == [
        ("PLN016", "error", "note", ["PLN016"])
    ]
    assert default == []


def test_config_holds_for_every_tracker_whatever_lies_beside_it(tmp_path: Path) -> None:
    for name in ("a", "b"):
        tracker(tmp_path / name, BUNCHED)
    configured(tmp_path / "a", "this is wrong")
    own = tmp_path / "policy.toml"
    own.write_text("limits = {deadlines_per_week = 30}", "utf-8")
    done = run("check", "a", "b", *AS_OF, "--json", "-", "--config", own, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    trackers = json.loads(done.stdout)["trackers"]
    assert [[d["source"] for d in t["departures"]] for t in trackers] == [["policy.toml"]] * 2


# ---------------------------------------------------------------------- files that are wrong


def test_a_found_file_that_is_wrong_keeps_its_trackers_from_being_checked_and_no_others(tmp_path: Path) -> None:
    tracker(tmp_path / "a", BUNCHED)
    tracker(tmp_path / "b", BUNCHED)
    configured(tmp_path / "a", "limit = 3")
    done = run("check", ".", *AS_OF, "--html", "r.html", "--json", "-", cwd=tmp_path)
    assert done.returncode == 2
    wrong, right = json.loads(done.stdout)["trackers"]
    assert wrong["reason"].endswith(f"a/{NAME}: limit is not known; did you mean limits?")
    assert wrong["status"] == "not-understood"
    assert {c["status"] for c in wrong["coverage"]} == {"not-checkable"}
    assert [c["rule"] for c in wrong["coverage"]] == list(catalogue())
    assert right["status"] == "checked"
    assert [f for f in right["findings"] if f["rule"] == "PLN016"]
    assert "limit is not known" in (tmp_path / "r.html").read_text("utf-8")


def test_a_named_file_that_is_wrong_ends_with_2_and_a_sentence(tmp_path: Path) -> None:
    path = tracker(tmp_path, BUNCHED)
    wrong = configured(tmp_path / "other", "limits = {deadlines_per_week = 0}")
    for config, says in ((wrong, "limits.deadlines_per_week: 0 is too little"), (tmp_path / "gone.toml", "gone.toml")):
        done = run("check", path, "--config", config, cwd=tmp_path)
        assert done.returncode == 2
        assert says in done.stderr
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "compliance-report.html").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("calender = 'x'", f"{NAME}: calender is not known; did you mean calendar?"),
        ("zzz = 1", "zzz is not known; known are guide, calendar, spec"),
        ("[staff]\nassesors = 'x'", "staff.assesors is not known; did you mean assessors?"),
        ("[rules]\nmodule = []", "rules.module is not known; did you mean modules?"),
        ("[limits]\ndeadlines_per_wek = 3", "limits.deadlines_per_wek is not known; did you mean deadlines_per_week?"),
        ("[limits]\nresubmission_working_days = 20", "the guide fixes this number (15), and no configuration may"),
        ("[limits]\nretakes = 2", "limits.retakes: the guide fixes this number (1)"),
        ("[limits]\ndeadlines_per_week = '4'", "'4' must be a whole number without quotation marks"),
        ("[limits]\ndeadlines_per_week = true", "True must be a whole number"),
        ("[limits]\ndeadlines_per_week = 3.5", "3.5 must be a whole number"),
        ("limits = 3", "limits must be a table: write [limits] on a line of its own"),
        ("staff = 'Sam'", "staff must be a table"),
        ("[severities]\nPLN016 = 'grave'", "severities.PLN016: 'grave' is no severity; write error, warning or note"),
        ("[severities]\nPLN0016 = 'note'", "there is no rule PLN0016; did you mean PLN016?"),
        ("[severities]\nPLN = 'note'", "severities.PLN: there is no rule PLN; btec-validator rules lists them all"),
        ("[ignore]\nPLN016 = ''", "ignore.PLN016: it is blank"),
        ("[ignore]\nPLN016 = true", 'write the reason why it is not run, in quotation marks: PLN016 = "why"'),
        ("ignore = ['PLN016']", "ignore must be a table"),
        ("[ignore]\nPL = 'x'", "ignore.PL: no rule's code is or begins with PL"),
        ("[ignore]\n'' = 'everything'", "no rule's code is or begins with"),
        ("[ignore]\nXYZ = 'x'", "ignore.XYZ: no rule's code"),
        ("guide = '1999'", "guide: there is no edition '1999'; there are: 2023-24"),
        ("country = 'Atlantis'", "country: 'Atlantis' is no country that is known"),
        ("weekend = ['Fri', 'Friday']", "weekend: it must list different days"),
        ("weekend = 'Fri'", "weekend: 'Fri' must be a list in square brackets"),
        ("study_days = 'sometimes'", "study_days: 'sometimes' names no days"),
        ("[staff]\nassessors = ['Sam', 'n/a']", "staff.assessors: 'n/a' names nobody"),
        ("calendar = 'gone.csv'", "calendar: there is no file 'gone.csv' in "),
        ("calendar = 'btec-validator.toml'", "calendar: btec-validator.toml: 'calendar' is not known here"),
        ("spec = 'gone.toml'", "spec: there is no file 'gone.toml'"),
        ("spec = 'btec-validator.toml'", "spec: btec-validator.toml: "),
        ("[rules]\nmodules = ['gone.py']", "rules.modules: there is no file 'gone.py'"),
        ("calendar = 'C:\\terms.csv'", f"{NAME}: calendar: there is no file"),
        ('calendar = "C:\\terms\\zero.csv"', "in paths write / instead of \\"),
        ("a = " + "[" * 100_000, "it is not valid TOML"),
        ("# " + "x" * 2**20, "it is far too large"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_the_key_and_what_to_write(tmp_path: Path, text: str, says: str) -> None:
    assert says in refused(tmp_path, text)


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, "zzz = 1\nstudy_days = 'x'\n[severities]\nPLN016 = 'x'")
    assert all(key in said for key in ("zzz", "study_days", "severities.PLN016"))


def test_a_file_that_is_not_utf_8_is_told_and_a_mark_at_its_beginning_is_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text("guide = '2023-24'", "utf-16")
    with pytest.raises(ConfigurationError, match="not saved as UTF-8"):
        load_configuration(path, vouched=True)
    path.write_text("guide = '2023-24'", "utf-8-sig")
    assert load_configuration(path, vouched=True).guide == "2023-24"


def test_a_found_file_that_would_take_for_ever_costs_its_own_trackers(tmp_path: Path) -> None:
    tracker(tmp_path / "a", BUNCHED)
    tracker(tmp_path / "b", BUNCHED)
    huge = tmp_path / "a" / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(8 * 2**30)
    configured(tmp_path / "a", 'calendar = "huge.csv"')
    done = run("check", "a/tracker.xlsx", "b", *AS_OF, "--json", "-", "--memory", 1024, cwd=tmp_path)
    assert done.returncode == 2
    wrong, right = json.loads(done.stdout)["trackers"]
    assert "took too much time or memory" in wrong["reason"]
    assert right["status"] == "checked"


# ---------------------------------------------------------------------- found files and strangers


@pytest.mark.parametrize(
    "path", ["/etc/terms.csv", "C:/terms.csv", "C:terms.csv", "//server/share/terms.csv", "\\\\server\\x.csv"]
)
@pytest.mark.parametrize("key", ["calendar", "spec"])
def test_a_found_file_may_name_no_path_of_its_own_choosing(tmp_path: Path, path: str, key: str) -> None:
    assert "must be a path from the folder of this file" in refused(tmp_path, f"{key} = '{path}'", vouched=False)


def test_a_found_file_may_ignore_rules_of_modules_that_are_not_run(tmp_path: Path) -> None:
    text = "[ignore]\nNGA = 'not yet'\n[severities]\nNGA001 = 'note'\n[rules]\nmodules = ['our_rules.py']"
    found = loaded(tmp_path, text, vouched=False)
    assert (found.modules, found.not_run) == ((), ("our_rules.py",))
    assert "there is no rule RSB999" in refused(tmp_path, text.replace("NGA001", "RSB999"), vouched=False)
    assert "NGA" in refused(tmp_path, "[ignore]\nNGA = 'not yet'", vouched=False)


# ---------------------------------------------------------------------- what it changes


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ("deadlines_per_week", "PLN016"),
        ("assessment_overdue_working_days", "SUB008"),
        ("results_held_back_working_days", "RSB020"),
        ("tracker_out_of_date_weeks", "TRK009"),
    ],
)
def test_a_limit_is_the_centres_own(tmp_path: Path, limit: str, code: str) -> None:
    breaches = [c for c in cases_of(FOLDER / f"{code}.yaml") if c.expect == "breach"]
    wide = loaded(tmp_path, f"[limits]\n{limit} = 1000")
    plain = [outcome(c, Configuration(""), code) for c in breaches]
    assert set(plain) == {"breached"}
    assert "passed" in [outcome(c, wide, code) for c in breaches]


def test_every_number_that_a_centre_may_set_is_tried(tmp_path: Path) -> None:
    said = refused(tmp_path, "[limits]\nzzzzzzzz = 1")
    assert said.endswith(
        "known are assessment_overdue_working_days, deadlines_per_week, results_held_back_working_days, "
        "tracker_out_of_date_weeks."
    )


@pytest.mark.parametrize(("severity", "status"), [("error", 1), ("note", 0)])
def test_a_severity_decides_the_exit_status_and_is_told(tmp_path: Path, severity: str, status: int) -> None:
    breached = case("RSB009", "the deadline is working day 16")
    tracker(tmp_path, breached)
    every = {f"{c}": "note" for c in {f.rule for f in judged(breached, Configuration("")).findings}}
    lines = "\n".join(f"{code} = '{s}'" for code, s in {**every, "RSB009": severity}.items())
    configured(tmp_path, f"[severities]\n{lines}")
    done = run("check", "tracker.xlsx", *AS_OF, cwd=tmp_path)
    assert done.returncode == status, done.stdout
    line = f"RSB009 (Resubmission deadline too late) counts as note instead of error. ({NAME})"
    assert (line in " ".join(done.stdout.split())) == (severity == "note")


def test_a_severity_holds_for_all_findings_of_its_rule_those_of_files_included(tmp_path: Path) -> None:
    (tmp_path / "tracker.xlsx").write_bytes(b"no workbook")
    configured(tmp_path, "[severities]\nSTR001 = 'warning'")
    done = run("check", "tracker.xlsx", *AS_OF, "--json", "-", cwd=tmp_path)
    assert done.returncode == 2
    assert findings(done.stdout)["tracker.xlsx"]["counts"] == {"error": 0, "warning": 1, "note": 0}


def test_an_ignored_rule_is_seen_in_every_report_with_its_reason(tmp_path: Path) -> None:
    tracker(tmp_path, BUNCHED)
    configured(tmp_path, "[ignore]\nPLN016 = 'Weeks are agreed with the learners.'\nFBK = 'Kept elsewhere'")
    done = run("check", "tracker.xlsx", *AS_OF, "--html", "r.html", "--json", "r.json", cwd=tmp_path)
    said = " ".join(done.stdout.split())
    assert f"PLN016 (Deadlines bunched) was not run. Reason: Weeks are agreed with the learners. ({NAME})" in said
    assert "FBK (4 rules) was not run. Reason: Kept elsewhere." in said
    assert "5 rules were left out as asked" in said
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "Weeks are agreed with the learners" in page
    assert "5 rules were left out" in page
    one = findings((tmp_path / "r.json").read_text("utf-8"))["tracker.xlsx"]
    assert not {"PLN016", "FBK001"} & {c["rule"] for c in one["coverage"]}
    assert {code for d in one["departures"] if d["kind"] == "left-out" for code in d["rules"]} == {
        "PLN016", "FBK001", "FBK002", "FBK003", "FBK004",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("option", "kind", "says"),
    [
        (("--ignore", "PLN016"), "left-out", "PLN016 (Deadlines bunched) was not run. No reason was given. (--ignore)"),
        (("--select", "RSB009"), "selected", f"Only RSB009 was run; {len(catalogue()) - 1} other rules were not."),
    ],
)  # fmt: skip
def test_select_and_ignore_are_departures_and_never_all_clear(
    tmp_path: Path, option: tuple[str, str], kind: str, says: str
) -> None:
    tracker(tmp_path, case("RSB009", "the honest centre"))
    done = run("check", "tracker.xlsx", *AS_OF, *option, "--html", "r.html", "--json", "r.json", cwd=tmp_path)
    assert done.returncode == 0
    assert says in " ".join(done.stdout.split())
    assert "Every rule that applies could be checked" not in done.stdout
    (departure,) = findings((tmp_path / "r.json").read_text("utf-8"))["tracker.xlsx"]["departures"]
    assert departure["kind"] == kind
    page = (tmp_path / "r.html").read_text("utf-8")
    assert '<p class="headline is-clear">' not in page
    assert "left out as asked" in page


def test_without_departures_nothing_is_said_of_them(tmp_path: Path) -> None:
    tracker(tmp_path, case("RSB009", "the honest centre"))
    configured(tmp_path, "[limits]\ndeadlines_per_week = 3\n[severities]\nPLN016 = 'note'")
    done = run("check", "tracker.xlsx", *AS_OF, "--html", "r.html", cwd=tmp_path)
    assert "default check" not in done.stdout + (tmp_path / "r.html").read_text("utf-8")


# ---------------------------------------------------------------------- what it tells for silent trackers


def silent_on_lead() -> Any:
    """A resubmission that Priya Nair authorised, in a tracker that does not name the Lead Internal Verifier."""
    breach = next(c for c in cases_of(FOLDER / "RSB004.yaml") if c.expect == "breach")
    tables = {name: {key: dict(record) for key, record in records.items()} for name, records in breach.tables.items()}
    tables.pop("staff", None)
    for record in tables["programme"].values():
        record.pop("lead_iv", None)
    tables["attempts"]["resubmission"]["authorised_by"] = "Priya Nair"
    return replace(breach, tables=tables)


def test_the_lead_internal_verifier_is_taken_where_the_tracker_names_none(tmp_path: Path) -> None:
    silent = silent_on_lead()
    assert outcome(silent, Configuration(""), "RSB004") == "not-checkable"
    for lead, status in (("'Rania Haddad'", "breached"), ("['Rania Haddad', 'Nair, Priya']", "passed")):
        configuration = loaded(tmp_path, f"[staff]\nlead_internal_verifier = {lead}\nassessors = 'Sam Whitlock'")
        assert outcome(silent, configuration, "RSB004") == status
    for record in silent.tables["programme"].values():
        record["lead_iv"] = "Priya Nair"
    other = loaded(tmp_path, "[staff]\nlead_internal_verifier = 'Rania Haddad'")
    assert outcome(silent, other, "RSB004") == "passed"
    for record in silent.tables["programme"].values():
        record["lead_iv"] = ""
    assert outcome(silent, other, "RSB004") == "breached"
    silent.tables["staff"] = {"p": {"person": "Priya Nair", "role": "LIV"}}
    assert outcome(silent, other, "RSB004") == "passed"


def test_each_lead_internal_verifier_of_a_staff_list_may_authorise() -> None:
    silent = silent_on_lead()
    silent.tables["staff"] = {
        "r": {"person": "Rania Haddad", "role": LEAD},
        "p": {"person": "Priya Nair", "role": "Lead IV"},
    }
    assert outcome(silent, Configuration(""), "RSB004") == "passed"


def test_what_it_supplies_breaks_no_rule_of_its_own(tmp_path: Path) -> None:
    honest = case("RSB009", "the honest centre")
    configuration = loaded(
        tmp_path,
        "country = 'Jordan'\nstudy_days = 'Mon-Fri'\n[staff]\nlead_internal_verifier = 'Rania Haddad'\n"
        "assessors = ['Sam Whitlock', 'Elena Costa']\ninternal_verifiers = ['Priya Nair', 'Priya Nair']",
    )
    before, after = judged(honest, Configuration("")), judged(honest, replace(configuration, calendar=None))
    assert after.findings == before.findings
    bare = replace(honest, tables={"attempts": honest.tables["attempts"]})
    assert (
        judged(bare, configuration).findings == judged(bare, replace(configuration, staff=(), study_days="")).findings
    )


def test_a_lead_that_it_supplies_contradicts_nothing_that_a_tracker_tells(tmp_path: Path) -> None:
    path = tracker(tmp_path, case("RSB009", "the honest centre"))
    book = load_workbook(path)
    book.create_sheet("Cover", 0).append(["Lead Internal Verifier", "tbc"])
    book.save(path)
    configuration = loaded(tmp_path, "[staff]\nlead_internal_verifier = 'Priya Nair'")
    (result,) = check_files([path], settings_of(Options(date(2024, 3, 8), select=("STR014",)), configuration))
    assert result.findings == ()


def test_study_days_are_counted_where_the_tracker_tells_none(tmp_path: Path) -> None:
    late = case("RSB009", "the deadline is working day 16")
    part_time = loaded(tmp_path, "study_days = 'Mon, Wed'")
    assert outcome(late, Configuration(""), "RSB009") == "breached"
    assert outcome(late, part_time, "RSB009") == "passed"
    tables = {name: {key: dict(record) for key, record in records.items()} for name, records in late.tables.items()}
    for record in tables["programme"].values():
        record["study_days"] = "Mon, Wed"
    assert outcome(replace(late, tables=tables), Configuration(""), "RSB009") == "passed"
    for record in tables["programme"].values():
        record["study_days"] = "full time"
    assert outcome(replace(late, tables=tables), part_time, "RSB009") == "breached"
    for record in tables["learners"].values():
        record["study_days"] = "2 days a week"
    assert outcome(replace(late, tables=tables), part_time, "RSB009") == "passed"


def test_country_weekend_and_calendar_complete_each_other(tmp_path: Path) -> None:
    (tmp_path / "terms.csv").write_text("Term,Starts,Ends\nAutumn,04/09/2023,15/12/2023\n", "utf-8")
    found = loaded(tmp_path, "calendar = 'terms.csv'\ncountry = 'Egypt'\nweekend = ['Fri', 'Sat']", vouched=False)
    assert found.calendar is not None
    assert (found.calendar.country, found.calendar.weekend) == ("EG", frozenset({4, 5}))
    assert [period.name for period in found.calendar.periods] == ["Autumn"]
    option = Calendar(country="JO", source="jordan.toml")
    used = settings_of(Options(date(2024, 3, 8), calendar=option), found).calendar
    assert used == Calendar(country="JO", weekend=frozenset({4, 5}))
    assert settings_of(Options(date(2024, 3, 8)), found).calendar == found.calendar


def test_a_calendar_in_a_workbook_is_read_from_a_found_file_too_and_is_no_tracker(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Term", "Starts", "Ends"], ["Autumn", date(2023, 9, 4), date(2023, 12, 15)]):
        book.active.append(row)
    (tmp_path / "trackers").mkdir()
    book.save(tmp_path / "trackers" / "terms.xlsx")
    silent = case("RSB009", "the honest centre")
    tracker(tmp_path / "trackers", replace(silent, tables={k: v for k, v in silent.tables.items() if k != "terms"}))
    configured(tmp_path, "calendar = 'trackers/terms.xlsx'")
    done = run("check", "trackers", *AS_OF, "--json", "-", cwd=tmp_path)
    ((name, one),) = findings(done.stdout).items()
    assert name == "tracker.xlsx"
    assert "terms.xlsx (sheet Sheet)" in one["calendar"]
    assert [(d["kind"], d["what"], d["now"]) for d in one["departures"]] == [
        ("supplied", "Term dates", "trackers/terms.xlsx")
    ]
    (tmp_path / "trackers" / "tracker.xlsx").unlink()
    done = run("check", "trackers", cwd=tmp_path)
    assert done.returncode == 2
    assert "only a calendar" in done.stderr


def test_a_specification_is_taken_from_the_file_unless_the_option_names_another(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text("qualification = 'X'\n[[units]]\nunit = 'Unit 9'\n", "utf-8")
    tracker(tmp_path, case("RSB009", "the honest centre"))
    configured(tmp_path, "spec = 'one.toml'")
    done = run("check", "tracker.xlsx", *AS_OF, "--json", "-", cwd=tmp_path)
    one = findings(done.stdout)["tracker.xlsx"]
    assert [(d["what"], d["now"]) for d in one["departures"]] == [("Specification", "one.toml")]
    done = run("check", "tracker.xlsx", *AS_OF, "--json", "-", "--spec", "two.toml", cwd=tmp_path)
    assert findings(done.stdout)["tracker.xlsx"]["departures"] == []


def test_an_edition_that_it_names_counts_for_every_year_unless_the_option_names_one(tmp_path: Path) -> None:
    tracker(tmp_path, case("RSB009", "the honest centre"))
    reasons, departures = [], []
    for text, option in (("", ()), ("guide = '2023-24'", ()), ("guide = '2023-24'", ("--guide", "2023-24"))):
        configured(tmp_path, text)
        done = run("check", "tracker.xlsx", *AS_OF, "--json", "-", *option, cwd=tmp_path)
        one = findings(done.stdout)["tracker.xlsx"]
        reasons.append(one["guide_reason"])
        departures.append([(d["kind"], d["what"], d["now"], d["source"]) for d in one["departures"]])
    assert reasons == ["The academic year in the tracker is 2023-24.", *["It was chosen for this check."] * 2]
    assert departures == [[], [("supplied", "Guide edition", "2023-24", NAME)], []]


def test_a_limit_departs_from_the_edition_that_each_tracker_is_checked_against(tmp_path: Path) -> None:
    (tmp_path / "editions").mkdir()
    for name, numbers in (
        ("2024-25", "[advice]\ndeadlines_per_week = 5"),
        ("2025-26", "[limits]\ndeadlines_per_week = 2"),
    ):
        (tmp_path / "editions" / f"{name}.toml").write_text(
            f"edition = '{name}'\napplies_from = {name[:4]}-09-01\nextends = '2023-24'\n{numbers}\n", "utf-8"
        )
    every = load_editions(tmp_path / "editions")
    limits = {"deadlines_per_week": 5}
    assert [edition.with_limits(limits).number("deadlines_per_week") for edition in every] == [5, 5, 2]
    choice = Choice(Settings(date(2024, 3, 8), editions=every, limits=limits), NAME)
    told = [[(d.now, d.default) for d in choice.departures_from(edition.name)] for edition in every]
    assert told == [[("5", "3")], [], []]
    years = [replace(BUNCHED, tables=copy.deepcopy(BUNCHED.tables)) for _ in every]
    for edition, of in zip(every, years, strict=True):
        of.tables["programme"]["it"]["academic_year"] = edition.name
    widest = replace(choice.settings, limits={"deadlines_per_week": 30}, select=("PLN016",))
    results = check_tables([raw_tracker(of) for of in years], widest)
    assert [(r.guide, r.coverage[0].status) for r in results] == [
        ("2023-24", "passed"), ("2024-25", "passed"), ("2025-26", "breached"),
    ]  # fmt: skip


# ---------------------------------------------------------------------- what it costs, what is written of it


def test_trackers_that_agree_in_substance_are_judged_together(tmp_path: Path) -> None:
    one, two = (loaded(tmp_path / name, "[limits]\ndeadlines_per_week = 5") for name in ("a", "b"))
    assert one.source != two.source
    assert settings_of(Options(date(2024, 3, 8)), one) == settings_of(Options(date(2024, 3, 8)), two)
    assert settings_of(Options(date(2024, 3, 8)), one) != Settings(date(2024, 3, 8))


def test_pydantic_is_imported_only_where_a_configuration_is_named(tmp_path: Path) -> None:
    tracker(tmp_path, case("RSB009", "the honest centre"))
    own = configured(tmp_path / "own", "")
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\nfrom validator.cli import main\n"
        "if __name__ == '__main__':\n"
        "    try: main(sys.argv[1:])\n"
        "    except SystemExit: pass\n"
        "    print({'pydantic', 'pandas'} & set(sys.modules), file=sys.stderr)\n",
        "utf-8",
    )
    root = Path(__file__).parents[1]

    def imported(*arguments: object) -> str:
        import sys

        done = subprocess.run(
            [sys.executable, str(program), *map(str, arguments)],
            capture_output=True, text=True, cwd=tmp_path, check=False, env={**os.environ, "PYTHONPATH": str(root)},
        )  # fmt: skip
        return done.stderr.strip().splitlines()[-1]

    check = ("check", "tracker.xlsx", *AS_OF, "--json", "out.json")
    configured(tmp_path, "")
    assert imported(*check) == "set()"
    assert imported(*check, "--config", own) == "{'pydantic'}"


def test_the_example_of_the_readme_is_one_that_works(tmp_path: Path) -> None:
    (text,) = (b.partition("```")[0] for b in README.split("```toml\n")[1:] if "[ignore]" in b)
    (tmp_path / "term dates.xlsx").write_bytes(b"")
    (tmp_path / "term dates.csv").write_text("Term,Starts,Ends\nAutumn,04/09/2023,15/12/2023\n", "utf-8")
    found = loaded(tmp_path, text.replace("term dates.xlsx", "term dates.csv"), vouched=False)
    assert found.limits
    assert found.ignored
    assert found.staff
