"""Reports without names, as they are sent to others: nothing in them tells a learner of the trackers."""

from __future__ import annotations

import copy
import csv
import io
import json
import re
import tomllib
import unicodedata
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from rules.catalogue import catalogue
from tests.grids import SPREAD
from tests.rendering import render
from tests.test_cli import AS_OF, case, run
from tests.test_configuration import configured
from tests.test_outputs import DATA, OUTPUTS, SCHEMA, closed, objections
from tests.test_report import REPORT
from validator.findings import (
    Baseline,
    CheckReport,
    ColumnReading,
    Departure,
    Drift,
    Finding,
    Part,
    People,
    Registers,
    SheetReading,
    TableReading,
    TrackerResult,
    Waiver,
    WaiverUse,
)
from validator.mentions import CODE, Mentions, code_of
from validator.privacy import key_of, pseudonymised, without_names

EXAMPLES = Path(__file__).parents[1] / "examples"
HOSTILE = "<img src=x onerror=alert('Quillfeather')>"
RENAMED = {
    "Noor Abbas": "Zephyrine Quillfeather",
    "Omar Al-Khatib": HOSTILE,
    "Hana Suzuki": "Nūr al-Zahrāwī",
    "KX41221": "QF90417",
    "KX41207": "QF90418",
    "KX41228": "QF90419",
    "Sam Whitlock": "Soren Whitcombe",
}
WRITTEN = [word for name, suffix in OUTPUTS.items() for word in (f"--{name}", f"out.{suffix}")]
MODES = ("--pseudonymise", "--without-names")


def folded(text: str) -> str:
    """Return text as somebody reads it who looks for a name, however it is written."""
    text = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", bare.casefold())


def told(home: Path, *arguments: object, status: tuple[int, ...] = (0, 1)) -> dict[str, str]:
    """Return every output of a check, by its name, with what stands on the terminal."""
    done = run("check", *arguments, *AS_OF, *WRITTEN, cwd=home)
    assert done.returncode in status, done.stderr
    texts = {name: (home / f"out.{suffix}").read_text("utf-8-sig") for name, suffix in OUTPUTS.items()}
    document = json.loads(texts["json"])
    assert objections(closed(SCHEMA), document) == []
    schema = json.loads((DATA / "sarif-2.1.0-rtm.4.json").read_text("utf-8"))
    schema["definitions"]["suppression"]["properties"]["status"] = {"type": "string"}
    assert [error.message for error in Draft4Validator(schema).iter_errors(json.loads(texts["sarif"]))] == []
    return texts | {"terminal": done.stdout + done.stderr}


def betrayed(texts: dict[str, str], secrets: set[str]) -> list[tuple[str, str]]:
    """Return each secret that an output tells, with the output. What is no word of its own is no mention of a name."""
    found = []
    for output, text in texts.items():
        plain = f" {folded(text)} "
        found += [(output, secret) for secret in secrets if f" {folded(secret).strip()} " in plain]
    return found


def renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: renamed(part) for key, part in value.items()}
    return RENAMED.get(value, value) if isinstance(value, str) else value


SECRETS = {
    "Quillfeather", "Zephyrine", "Zephyrine Quillfeather", "Quillfeather, Zephyrine", "onerror", "Zahrawi", "Nur",
    "QF90417", "QF90418", "QF90419",
}  # fmt: skip


def breached(home: Path, layout: str) -> Path:
    """A tracker in which these learners broke many rules, with their names in comments and in the name of the file."""
    tables = renamed(copy.deepcopy(case("RSB009", "the deadline is working day 16").tables))
    for attempt in tables["attempts"].values():
        attempt["learner_declared"] = "No"
        attempt["comments"] = "Zephyrine worked with Quillfeather's friend; see QF90417, zquillfeather@c.example."
    path = home / "quillfeather-it-12a.xlsx"
    render(tables, path, layout)
    return path


# ---------------------------------------------------------------------- nothing tells a learner


def test_no_output_tells_a_learner_whatever_the_layout(tmp_path: Path) -> None:
    for number, layout in enumerate(("log", "blocks", "grid per unit, turned", "sheet per learner")):
        assert layout in ("log", "blocks") or layout in SPREAD
        breached(tmp_path, layout).rename(tmp_path / f"{number} quillfeather.xlsx")
    names = sorted(path.name for path in tmp_path.glob("*.xlsx"))
    named = told(tmp_path, *names)
    assert {secret for _, secret in betrayed(named, SECRETS)} >= {"Quillfeather", "Zephyrine", "onerror"}
    for mode in MODES:
        assert betrayed(told(tmp_path, *names, mode), SECRETS) == []


def learners_of(source: Path) -> set[str]:
    """Return what tells a learner of an example: names, numbers, and words in names that no member of staff has."""
    content = tomllib.loads(source.read_text("utf-8"))
    learners: set[str] = set()
    staff = {content.get("lead_iv", "")}
    for sheet in content["sheets"]:
        keys = [column[1] for column in sheet.get("columns", ())]
        for row in sheet.get("rows", ()):
            for key, value in zip(keys, row, strict=False):
                if key in ("learner", "registration") and value:
                    learners.add(str(value))
                elif key in ("person", "assessor", "iv", "verifier"):
                    staff.add(str(value))
    words = {word for name in staff for word in folded(name).split()}
    parts = {part for name in learners for part in folded(name).split()}
    return learners | {p for p in parts if len(p) > 2 and p not in words and not p.isdigit()}


@pytest.mark.parametrize("mode", MODES)
def test_no_output_tells_a_learner_of_the_examples(tmp_path: Path, mode: str) -> None:
    pages = {"pages": " ".join(part for rule in catalogue().values() for part in rule.page.values())}
    centres = ["cedar-hill-college", "riverside-international", "northgate-academy"]
    secrets: set[str] = set().union(*(learners_of(EXAMPLES / "source" / f"{name}.toml") for name in centres))
    secrets -= {secret for _, secret in betrayed(pages, secrets)}  # the pages of the rules name learners of their own
    assert len(secrets) > 60
    trackers = [path for name in centres for path in sorted((EXAMPLES / name).glob("*.xlsx"))]
    texts = told(tmp_path, *trackers, mode, status=(0, 1, 2))
    assert betrayed(texts, secrets) == []


def test_staff_keep_their_names_under_codes_and_lose_them_without_names(tmp_path: Path) -> None:
    path = breached(tmp_path, "log")
    configured(tmp_path, '[staff]\nassessors = "Ursula Brandt"\ninternal_verifiers = ["Priya Nair"]')
    assert "Ursula Brandt" in told(tmp_path, path.name, "--pseudonymise")["json"]
    texts = told(tmp_path, path.name, "--without-names")
    assert "(left out)" in texts["json"]
    assert betrayed(texts, {"Ursula Brandt", "Brandt", "Soren Whitcombe", "Whitcombe"}) == []


@pytest.mark.parametrize("mode", MODES)
def test_waivers_and_what_is_fixed_tell_no_learner_either(tmp_path: Path, mode: str) -> None:
    path = breached(tmp_path, "log")
    before = run("check", path.name, *AS_OF, "--json", "old.json", cwd=tmp_path)
    assert before.returncode == 1
    assert "Zephyrine Quillfeather" in (tmp_path / "old.json").read_text("utf-8")
    configured(
        tmp_path,
        '[[waivers]]\nrule = "SUB002"\nlearner = "Quillfeather, Zephyrine"\nreason = "Zephyrine was ill"\n'
        'owner = "Rania Haddad"\nexpires = 2030-01-01\n'
        '[[waivers]]\nrule = "SUB002"\nlearner = "Oswin Thistlewood"\nreason = "left"\n'
        'owner = "Rania Haddad"\nexpires = 2030-01-01\n',
    )
    render(case("RSB009", "the honest centre").tables, path)  # all of them have left
    texts = told(tmp_path, path.name, "--baseline", "old.json", mode)
    document = json.loads(texts["json"])
    assert document["trackers"][0]["fixed"]
    assert betrayed(texts, SECRETS | {"Thistlewood", "Oswin"}) == []
    if mode == "--without-names":
        assert {use["owner"] for use in document["waivers"]} == {"(left out)"}


def test_a_waiver_covers_the_same_findings_under_codes(tmp_path: Path) -> None:
    path = breached(tmp_path, "log")
    configured(
        tmp_path,
        '[[waivers]]\nrule = "RSB009"\nlearner = "Zephyrine Quillfeather"\nreason = "r"\nowner = "o"\n'
        "expires = 2030-01-01\n",
    )
    plain = json.loads(told(tmp_path, path.name)["json"])
    coded = json.loads(told(tmp_path, path.name, "--pseudonymise")["json"])
    shown = [
        {finding["fingerprint"]: bool(finding["waiver"]) for finding in document["trackers"][0]["findings"]}
        for document in (plain, coded)
    ]
    assert shown[0] == shown[1]
    assert any(shown[0].values())
    assert coded["waivers"][0]["names"]["learner"] == code_of("QF90417")
    assert (coded["learners"], plain["learners"]) == ("coded", "named")


def test_a_coded_run_may_be_a_baseline(tmp_path: Path) -> None:
    path = breached(tmp_path, "log")
    run("check", path.name, *AS_OF, "--pseudonymise", "--json", "old.json", cwd=tmp_path)
    document = json.loads(told(tmp_path, path.name, "--pseudonymise", "--baseline", "old.json")["json"])
    assert {finding["change"] for finding in document["trackers"][0]["findings"]} == {"unchanged"}
    assert document["trackers"][0]["fixed"] == []


@pytest.mark.parametrize(("mode", "says"), [(MODES[0], "Learners are called by codes"), (MODES[1], "Names are left")])
def test_people_are_told_why_they_see_no_names(tmp_path: Path, mode: str, says: str) -> None:
    texts = told(tmp_path, breached(tmp_path, "log").name, mode)
    for output in ("html", "markdown", "terminal"):
        assert says in texts[output]
    assert "names learners and members of staff" not in texts["html"]


# ---------------------------------------------------------------------- codes


def codes_in(home: Path, name: str) -> set[str]:
    done = run("check", name, *AS_OF, "--pseudonymise", "--json", "-", cwd=home)
    findings = json.loads(done.stdout)["trackers"][0]["findings"]
    return {finding["learner"] for finding in findings if finding["learner"]}


def test_the_same_learner_has_the_same_code_in_every_tracker_and_at_every_check(tmp_path: Path) -> None:
    path = breached(tmp_path, "log")
    tables = copy.deepcopy(case("RSB009", "the deadline is working day 16").tables)
    tables = renamed(tables)
    for record in (record for table in tables.values() for record in table.values()):
        if record.get("learner") == RENAMED["Noor Abbas"]:
            record["learner"] = "QUILLFEATHER, Zephyrine"
    render(tables, tmp_path / "other.xlsx")
    assert codes_in(tmp_path, path.name) == codes_in(tmp_path, path.name)
    assert code_of("QF90417") in codes_in(tmp_path, path.name) & codes_in(tmp_path, "other.xlsx")
    assert CODE.fullmatch(code_of("QF90417"))


def test_the_key_is_written_on_request_and_tells_each_code(tmp_path: Path) -> None:
    path = breached(tmp_path, "log")
    before = set(tmp_path.iterdir())
    done = run("check", path.name, *AS_OF, "--pseudonymise", "--json", "f.json", cwd=tmp_path)
    assert set(tmp_path.iterdir()) - before == {tmp_path / "f.json"}
    done = run(
        "check", path.name, *AS_OF, "--pseudonymise", "--json", "f.json", "--pseudonym-key", "key.csv", cwd=tmp_path
    )
    assert done.returncode == 1, done.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "key.csv").read_text("utf-8-sig"))))
    assert {"code": code_of("QF90417"), "name": "Zephyrine Quillfeather", "number": "QF90417"} in rows
    assert {row["name"] for row in rows if row["number"]} == {RENAMED[name] for name in list(RENAMED)[:3]}
    document = json.loads((tmp_path / "f.json").read_text("utf-8"))
    used = {finding["learner"] for finding in document["trackers"][0]["findings"]} - {None}
    assert used <= {row["code"] for row in rows}


def test_the_key_holds_no_formula() -> None:
    people = People((("=cmd|' /C calc'!A0", "=1+1"), ("@admin", "")))
    key = key_of(CheckReport("2023-24", "2024-03-08", (TrackerResult("t.xlsx", people=people),)))
    cells = [cell for row in csv.reader(io.StringIO(key.removeprefix("\ufeff"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "-"))]
    assert "'@admin" in cells


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--pseudonymise", "--annotate", "marked"), "a marked copy is your own workbook"),
        (("--without-names", "--annotate", "marked"), "a marked copy is your own workbook"),
        (("--pseudonymise", "--without-names"), "choose one"),
        (("--pseudonym-key", "key.csv"), "--pseudonym-key needs --pseudonymise"),
        (("--pseudonymise", "--pseudonym-key", "-"), "not to standard output"),
        (("--pseudonymise", "--pseudonym-key", "t/key.csv"), "lies among, the trackers"),
        (("--pseudonymise", "--pseudonym-key", "t/it.xlsx"), "Write it to another folder"),
        (("--pseudonymise", "--pseudonym-key", "o.csv", "--csv", "o.csv"), "Give each a place of its own"),
    ],
)
def test_what_would_betray_or_overwrite_is_refused(tmp_path: Path, options: tuple[str, ...], says: str) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "it.xlsx").write_bytes(b"")
    done = run("check", "t", *AS_OF, *options, cwd=tmp_path)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
    assert [path.name for path in tmp_path.rglob("*")] == ["t", "it.xlsx"]


def test_a_key_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = breached(tmp_path, "log")
    done = run("check", path.name, *AS_OF, "--pseudonymise", "--pseudonym-key", "no/key.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "does not exist" in done.stderr


# ---------------------------------------------------------------------- mentions

PEOPLE = People(
    (
        ("Noor Abbas", "AB123456"), ("Omar Said", ""), ("Abbas, Lina", ""), ("Sam Day", "20231234"), ("May March", ""),
        (HOSTILE, ""), ("نور الهدى", ""), ("Learner 1", ""), ("Bartholomew Featherstonehaugh", ""),
        ("Yara al-Selim", "12"), ("★★", ""),
    ),
    ("Rania Haddad", "Priya Said"),
)  # fmt: skip
NOOR, OMAR, DAY = code_of("AB123456"), code_of("Omar Said"), code_of("20231234")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Noor Abbas was late.", f"{NOOR} was late."),
        ("ABBAS,  noor", NOOR),
        ("Nóor Abbas and Lina Abbas", f"{NOOR} and {code_of('Lina Abbas')}"),
        ("Noor's work; N. Abbas too", f"{NOOR}'s work; {NOOR} too"),
        ("Omar was late, said the assessor", f"{OMAR} was late, said the assessor"),
        ("Priya Said authorised it, Rania Haddad did not", "Priya Said authorised it, Rania Haddad did not"),
        ("Abbas was late", "Learner_unclear was late"),
        ("'Noor Abbas'!F34", f"{NOOR}!F34"),
        ("See 'Noor Abbas (2)'!F34", f"See '{NOOR} (2)'!F34"),
        ("'Bartholomew Featherstonehaug'!A1", f"{code_of('Bartholomew Featherstonehaugh')}!A1"),
        ("t/noor-abbas.xlsx", f"t/{NOOR}.xlsx"),
        ("t/lina.xlsx", f"t/{code_of('Abbas, Lina')}.xlsx"),
        ("noor.abbas@c.example, nabbas01, NoorAbbas", f"{NOOR}@c.example, {NOOR}, {NOOR}"),
        ("No AB123456, AB 123456 or s20231234", f"No {NOOR}, {NOOR} or {DAY}"),
        ("day 16 on 12 March 2024, 3 May 2024", "day 16 on 12 March 2024, 3 May 2024"),
        ("May has not met Day", f"{code_of('May March')} has not met {DAY}"),
        ("Learner 1 signed the Learner declaration", f"{code_of('Learner 1')} signed the Learner declaration"),
        (f"{HOSTILE} was late", f"{code_of(HOSTILE)} was late"),
        ("نُور الهدى was late", f"{code_of('نور الهدى')} was late"),
        ("★★ was late", f"{code_of('★★')} was late"),
        ("12 working days, Unit 12", "12 working days, Unit 12"),
        ("Al was late", "Al was late"),
        (f"{NOOR} was late", f"{NOOR} was late"),
        ("", ""),
    ],
)
def test_a_mention_is_found_however_it_is_written_and_nothing_else_is(text: str, says: str) -> None:
    assert Mentions(PEOPLE).coded(text) == says


def test_learners_of_other_trackers_are_known_by_their_full_names() -> None:
    mentions = Mentions(People((("Omar Said", ""),)), Mentions(PEOPLE))
    assert mentions.coded("Noor Abbas and Noor") == f"{NOOR} and Noor"


def test_two_learners_of_one_name_are_told_apart_by_number_alone() -> None:
    mentions = Mentions(People((("Noor Abbas", "AB123456"), ("Noor Abbas", "AB654321"))))
    assert mentions.coded("Noor Abbas, AB123456") == f"{code_of('Noor Abbas')}, {NOOR}"


# ---------------------------------------------------------------------- every text of a report


def everywhere(secret: str) -> CheckReport:
    """A report with a learner's name in every text that may hold one."""
    finding = Finding(
        "SUB002", "late", "error", f"{secret} was late", f"Ask {secret}", "Section", learner=secret, unit=secret,
        assignment=secret, cells=(f"'{secret}'!A1",), assessor=secret, internal_verifier=secret,
        record=((secret, secret, f"'{secret}'!A1"),), waiver=Waiver(secret, secret, "2024-03-08", secret),
    )  # fmt: skip
    tracker = TrackerResult(
        f"t/{secret}.xlsx", reason=secret, programme=secret, calendar=secret, guide_reason=secret,
        sheets=(SheetReading(secret, True, note=secret),), findings=(finding,), fixed=(finding,), unsettled=(finding,),
        departures=(Departure("supplied", "Assessors", secret, now=secret, default=secret, reason=secret),),
        registers=Registers(work=((secret, secret, secret),)), people=People(((secret, "AB123456"),)),
        parts=(Part(f"t/{secret}.xlsx", "0" * 64, f"[{secret}.xlsx]"),),
        drift=(Drift("missing", secret, secret, secret, secret, f"'{secret}'!A1"),),
    )  # fmt: skip
    use = WaiverUse(Waiver(secret, secret, "2024-03-08", secret), (("learner", secret),), "used",
                    ((f"t/{secret}.xlsx", "0" * 16),), secret)  # fmt: skip
    baseline = Baseline(secret, "2024-03-08", ((f"t/{secret}.xlsx", secret),), (secret,), (secret,))
    return CheckReport("2023-24", "2024-03-08", (tracker,), REPORT.rules, (use,), baseline)


@pytest.mark.parametrize("rewrite", [pseudonymised, without_names])
def test_no_text_of_a_report_is_forgotten(rewrite: Any) -> None:
    report = rewrite(everywhere("Zephyrine Quillfeather"))
    assert "Quillfeather" not in repr(report)
    assert "Zephyrine" not in repr(report)
    (tracker,) = report.trackers
    assert report.waivers[0].findings[0][0] == tracker.path == report.baseline.moved[0][0]
    assert report.rules == REPORT.rules


def test_every_field_of_a_tracker_is_in_that_report() -> None:
    tracker = everywhere("Zephyrine Quillfeather").trackers[0]
    told = {field.name for field in fields(tracker) if getattr(tracker, field.name)}
    assert {field.name for field in fields(tracker)} - told == {"sha256", "guide", "coverage"}


def test_trackers_that_a_name_told_apart_stay_apart() -> None:
    trackers = tuple(TrackerResult(f"t/{name}.xlsx", people=PEOPLE) for name in ("Noor Abbas", "Omar Said", "it.v2"))
    report = without_names(CheckReport("2023-24", "2024-03-08", trackers))
    assert [tracker.path for tracker in report.trackers] == ["t/Somebody.xlsx", "t/Somebody (2).xlsx", "t/it.v2.xlsx"]


def test_the_order_of_findings_does_not_tell_the_order_of_names() -> None:
    names = [f"Learner{letter} Somename{letter}" for letter in "abcdefghij"]
    findings = tuple(Finding("SUB002", "late", "error", "Late.", "Ask.", "Section", learner=name) for name in names)
    tracker = TrackerResult("t.xlsx", findings=findings, people=People(tuple((name, "") for name in names)))
    (coded,) = pseudonymised(CheckReport("2023-24", "2024-03-08", (tracker,))).trackers
    learners = [finding.learner for finding in coded.findings]
    assert learners == sorted(learners, key=str)
    assert learners != [code_of(name) for name in names]


def test_a_sheet_without_a_name_is_no_hindrance() -> None:
    tracker = everywhere("Noor Abbas").trackers[0]
    finding = replace(tracker.findings[0], cells=("''!G2",), record=(("Name", "Noor Abbas", "''!A2"),))
    (coded,) = pseudonymised(CheckReport("2023-24", "2024-03-08", (replace(tracker, findings=(finding,)),))).trackers
    assert (coded.findings[0].cells, coded.findings[0].record) == (("''!G2",), ())


def test_the_row_of_a_finding_keeps_what_is_understood_without_the_names() -> None:
    columns = tuple(
        ColumnReading(heading, f"Log!{letter}1", field)
        for letter, heading, field in (
            ("A", "Learner", "attempts.learner"),
            ("B", "Reg no", "attempts.registration"),
            ("C", "Username", None),
            ("D", "Comments", "attempts.comments"),
        )
    )
    sheet = SheetReading("Log", True, (TableReading("Log", "attempts", (1,), 1, columns),))
    values = ("Noor Abbas", "77", "dragon", "Noor was ill")
    record = tuple((c.heading, value, f"Log!{c.cell[4]}7") for c, value in zip(columns, values, strict=True))
    finding = Finding("SUB002", "late", "error", "Late.", "Ask.", "Section", learner="Noor Abbas", record=record)
    tracker = TrackerResult("t.xlsx", sheets=(sheet,), findings=(finding,), people=PEOPLE)
    (coded,) = pseudonymised(CheckReport("2023-24", "2024-03-08", (tracker,))).trackers
    assert coded.findings[0].record == (("Learner", NOOR, "Log!A7"), ("Comments", f"{NOOR} was ill", "Log!D7"))
    (nameless,) = without_names(CheckReport("2023-24", "2024-03-08", (tracker,))).trackers
    assert (nameless.findings[0].record, nameless.findings[0].learner) == ((), "(left out)")
