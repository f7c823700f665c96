"""Profiles: drafted from a tracker, filled in, used; what a profile says wins, and drift from it is told."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from schemas.specification import TABLES, plain, table
from tests.headings import Noise, heading
from tests.rendering import SHEETS, render
from tests.test_cli import case, findings, run
from validator.configuration.loading import load_configuration
from validator.findings import CheckReport, TrackerResult
from validator.pipeline import check_files, draft_profiles, read_trackers
from validator.profiles import NO_PROFILE, Profile, ProfileError
from validator.profiles.loading import load_profile
from validator.profiles.meanings import field_names, heading_for
from validator.reports.html import render as html
from validator.settings import Settings

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted(path for path in (ROOT / "examples").rglob("*.xlsx"))
DAY = date(2024, 3, 8)
BREACHED = case("RSB009", "the deadline is working day 16")
SYLLABLES = ("glo", "snar", "wur", "fee", "zog", "plon", "qui", "dra", "vee", "mox")
"""Of these, headings are made that nobody has."""

Rows = list[list[Any]]
LOG: Rows = [
    ["Learner", "Unit", "Assignment", "Deadline", "Date submitted", "Grade"],
    ["Ali Omar", "Unit 4", "Assignment 1", date(2024, 1, 22), date(2024, 1, 22), "P"],
    ["Sara Nabil", "Unit 4", "Assignment 1", date(2024, 1, 22), date(2024, 1, 25), "M"],
    ["Mona Adel", "Unit 4", "Assignment 1", date(2024, 1, 22), date(2024, 1, 20), "D"],
]


def saved(path: Path, **sheets: Rows) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def with_headings(rows: Rows, **others: str) -> Rows:
    """Return rows with other headings: `Date_submitted="Plonk"`."""
    renamed = {name.replace("_", " "): heading for name, heading in others.items()}
    return [[renamed.get(cell, cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def profile(folder: Path, text: str) -> Profile:
    (folder / "profile.toml").write_text(text, "utf-8")
    return load_profile(folder / "profile.toml")


def checked(path: Path, used: Profile = NO_PROFILE) -> TrackerResult:
    (result,) = check_files([path], Settings(DAY, profile=used))
    return result


def inspected(path: Path, used: Profile = NO_PROFILE) -> TrackerResult:
    (result,) = read_trackers([path], used)
    return result


def drafted(path: Path) -> str:
    ((_, text),) = draft_profiles([path])
    return text


def fields(result: TrackerResult) -> dict[str, str | None]:
    """Return what each heading of a tracker was read as, by its cell."""
    return {c.cell: c.field for sheet in result.sheets for read in sheet.tables for c in read.columns}


def told(result: TrackerResult, *, structural: bool = True) -> list[tuple[str, tuple[str, ...]]]:
    return sorted((f.rule, f.cells) for f in result.findings if structural or not f.rule.startswith("STR"))


def drift(result: TrackerResult) -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.expected, entry.cell) for entry in result.drift]


# ---------------------------------------------------------------------- a tracker that cannot be read


def invented(number: int) -> str:
    return f"{SYLLABLES[number % 10]}{SYLLABLES[number // 10]}x".capitalize()


def with_invented_headings(path: Path) -> dict[str, str]:
    """Replace the headings of a workbook's tables by invented ones; return what each means."""
    kinds = {title: kind for kind, title in SHEETS.items()}
    book = load_workbook(path)
    meanings: dict[str, str] = {}
    for sheet in book:
        kind = kinds[sheet.title]
        names = {heading(kind, name, Noise()): name for name in field_names(kind)}
        row = max(sheet.iter_rows(max_row=12), key=lambda cells: sum(cell.value in names for cell in cells))
        for cell in row:
            if cell.value in names:
                name = names[cell.value]
                text = next((t for t, m in meanings.items() if m == field_names(kind)[name]), invented(len(meanings)))
                meanings[text] = field_names(kind)[name]
                cell.value = text
    book.save(path)
    return meanings


def filled_in(text: str, meanings: dict[str, str]) -> str:
    """Return a draft as somebody fills it in who knows what the headings mean."""
    lines = []
    for line in text.splitlines():
        m = re.match(r'# "([^"]+)" = "[^"]*"', line)
        lines.append(f'"{m[1]}" = "{meanings[m[1]]}"' if m and m[1] in meanings else line)
    return "\n".join(lines)


@pytest.mark.parametrize("layout", ["log", "blocks"])
def test_a_tracker_nobody_can_read_is_drafted_filled_in_and_checked(layout: str, tmp_path: Path) -> None:
    path = tmp_path / "tracker.xlsx"
    render(BREACHED.tables, path, layout)
    expected = checked(path)
    meanings = with_invented_headings(path)
    assert inspected(path).status == "not-understood"
    text = drafted(path)
    assert {name for name in meanings if f'# "{name}" = ' not in text} == set()
    result = checked(path, profile(tmp_path, filled_in(text, meanings)))
    assert result.status == "checked"
    assert result.drift == ()
    assert [f.fingerprint for f in result.findings] == [f.fingerprint for f in expected.findings]
    assert told(result) == told(expected)
    assert "RSB009" in {f.rule for f in result.findings}
    assert result.coverage == expected.coverage


def test_what_to_do_with_a_tracker_that_is_not_understood_is_said_with_a_line_of_its_own(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Zog=[["Bearer", "Wurzel", "Glorp handed"], *([n, "A1", DAY] for n in "XYZ")])
    reason = checked(path).reason
    assert f'btec-validator profile "{path.as_posix()}" -o profile.toml' in reason
    assert f'btec-validator inspect "{path.as_posix()}"' in reason
    assert "--profile profile.toml" in reason
    (line,) = re.findall(r"`(\"[^`]*)`", reason)
    used = profile(tmp_path, f"[headings]\n{line}\n")
    assert used.headings[0].text in ("Bearer", "Wurzel", "Glorp handed")


def test_a_workbook_without_anything_like_headings_is_told_to_get_some(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Zog=[["Hello"]])
    assert "Give each table a heading row" in checked(path).reason
    assert "[headings]" in drafted(path)


# ---------------------------------------------------------------------- drafts


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_drafted_can_be_used_at_once_and_changes_nothing(path: Path, tmp_path: Path) -> None:
    text = drafted(path)
    used = profile(tmp_path, text)
    assert used == NO_PROFILE
    assert inspected(path, used) == inspected(path)
    assert len(text.splitlines()) <= 25


def test_a_draft_says_only_what_was_left_over_or_is_doubtful_with_the_nearest_field_and_the_cell(
    tmp_path: Path,
) -> None:
    rows = with_headings(LOG, Deadline="Deadlin for it", Grade="Grande")
    rows = [[*row, extra] for row, extra in zip(rows, ["Resub han\nout dt", DAY, DAY, DAY], strict=True)]
    path = saved(tmp_path / "t.xlsx", Log=rows, Old=[["Foo", "Xyzzy", "Quux"], *[[1, 2, 3]] * 4], Blank=[])
    text = drafted(path)
    assert "Log: submissions (3 records); 2 headings not recognised" in text
    assert '# "Resub han out dt" = "resubmission hand-out date"  # Log!G1, nearest' in text
    assert '# "Foo" = ""  # Old!A1, nothing like it is known' in text
    assert '# "Old" = ""' in text
    assert "Date submitted" not in text.replace("date submitted", "")
    assert "Blank" not in text.partition("[headings]")[2]


def test_dates_help_to_suggest_a_field(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Zog=[["Bearer", "Wurzel", "Grante"], *([n, "A1", DAY] for n in "XYZ")])
    (line,) = [line for line in drafted(path).splitlines() if '"Grante"' in line]
    assert '= "date ' in line
    path = saved(tmp_path / "u.xlsx", Zog=[["Bearer", "Wurzel", "Grayde"], *([n, "A1", "P"] for n in "XYZ")])
    (line,) = [line for line in drafted(path).splitlines() if '"Grayde"' in line]
    assert '= "grade"' in line


def test_words_that_were_not_understood_are_listed_where_they_can_be_filled_in(tmp_path: Path) -> None:
    rows = [[*row, said, day] for row, said, day in zip(LOG, ["Extension", "Ja", "Nein", "Ja"],
            ["Hand-out date", "03/04/2023", "see mail", "04/05/2023"], strict=True)]  # fmt: skip
    rows[2][5] = "Satisfactory"
    text = drafted(saved(tmp_path / "t.xlsx", Log=rows))
    assert '# "Ja" = "' in text.partition("[yes_no]")[2]
    assert "2 cells, first Log!G2" in text
    assert '# "Satisfactory" = "' in text.partition("[grades]")[2]
    top = text.partition("[headings]")[0]
    assert '# blank = ["see mail"]' in top
    assert '# dates = "day-first"' in top


def test_headings_with_signs_that_toml_would_trip_over_are_drafted_so_that_it_does_not(tmp_path: Path) -> None:
    odd = 'He said "so" \\ #1 = x'
    path = saved(tmp_path / "t.xlsx", Log=[[*LOG[0], odd], *([*row, "words"] for row in LOG[1:])])
    text = re.sub(r'(?m)^# ("He said.* = )"[^"]*"', r'\1"ignore"', drafted(path))
    used = profile(tmp_path, text)
    assert [named.text for named in used.headings] == [odd]
    assert fields(inspected(path, used))["Log!G1"] is None
    assert inspected(path, used).drift == ()


def test_everything_that_the_program_calls_a_field_may_be_written() -> None:
    known = {name for kind in TABLES for name in field_names(kind).values()}
    assert {name for name in known if not heading_for(name)} == set()


@pytest.mark.parametrize("kind", ["attempts", "assignments", "learners", "decisions", "verifications", "unit_results"])
def test_what_stands_for_a_field_means_that_field(kind: str) -> None:
    from validator.mapping.headings import known

    meant = {name: known(heading_for(told), kind) for name, told in field_names(kind).items()}
    assert meant == {name: (name,) for name in meant}


# ---------------------------------------------------------------------- what a profile says


def test_a_profile_wins_over_what_is_recognised(tmp_path: Path) -> None:
    rows = with_headings(LOG, Deadline="Date submitted", Date_submitted="Deadline")
    path = saved(tmp_path / "t.xlsx", Log=rows)
    assert fields(inspected(path))["Log!D1"] == "attempts.submitted"
    used = profile(tmp_path, '[headings]\n"Date submitted" = "deadline"\n"Deadline" = "date submitted"\n')
    assert fields(inspected(path, used))["Log!D1"] == "attempts.deadline"
    assert fields(inspected(path, used))["Log!E1"] == "attempts.submitted"
    late = [f for f in checked(path, used).findings if f.rule == "DDL001"]
    assert [(f.learner, f.cells[0]) for f in late] == [("Sara Nabil", "Log!E3")]


def test_a_heading_that_a_profile_names_comes_before_one_that_is_known(tmp_path: Path) -> None:
    rows = [[*row[:4], row[4], extra, row[5]] for row, extra in
            zip(LOG, ["Real", *[date(2024, 1, 30)] * 3], strict=True)]  # fmt: skip
    path = saved(tmp_path / "t.xlsx", Log=rows)
    read = fields(inspected(path, profile(tmp_path, '[headings]\n"Real" = "date submitted"\n')))
    assert (read["Log!E1"], read["Log!F1"]) == (None, "attempts.submitted")


def test_a_heading_is_what_the_profile_says_even_if_its_cells_do_not_look_like_it(tmp_path: Path) -> None:
    rows = [*with_headings(LOG[:1], Grade="Wen"), *([*row[:5], "soon"] for row in LOG[1:])]
    path = saved(tmp_path / "t.xlsx", Log=rows)
    result = checked(path, profile(tmp_path, '[headings]\n"Wen" = "results received"\n'))
    assert fields(result)["Log!F1"] == "attempts.results_received"
    assert sorted(f.cells for f in result.findings if f.rule == "STR005") == [("Log!F2",), ("Log!F3",), ("Log!F4",)]


def test_a_heading_may_mean_something_on_one_sheet_alone(tmp_path: Path) -> None:
    rows = with_headings(LOG, Deadline="When", Date_submitted="Done")
    path = saved(tmp_path / "t.xlsx", Log_A=rows, Log_B=rows, Other=rows)
    text = (
        '[headings]\n"Done" = "date submitted"\n"When" = "deadline"\n[headings_on."log *"]\n"When" = "hand-out date"\n'
    )
    read = fields(inspected(path, profile(tmp_path, text)))
    assert [read[cell] for cell in ("'Log A'!D1", "'Log B'!D1", "Other!D1")] == [
        "attempts.handed_out", "attempts.handed_out", "attempts.deadline",
    ]  # fmt: skip


def test_a_heading_may_name_an_attempt_a_criterion_or_a_block(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "t.xlsx",
        Log=[
            ["Learner", "Assignment", "Deadline", "Date submitted", "Second go by", "Second go in"],
            *([row[0], row[2], row[3], row[4], date(2024, 2, 9), date(2024, 2, 8)] for row in LOG[1:]),
        ],
        Unit_4=[["Learner", "Spam", "Ham"], *([row[0], "a", "a"] for row in LOG[1:])],
    )
    text = """
        [headings]
        "Second go by" = "resubmission deadline"
        "Second go in" = "resubmission: date submitted"
        "Spam" = "A.P1"
        "Ham" = "A.P2"
    """
    result = inspected(path, profile(tmp_path, text))
    columns = {c.cell: c for sheet in result.sheets for read in sheet.tables for c in read.columns}
    assert (columns["Log!E1"].field, columns["Log!E1"].attempt) == ("attempts.deadline", "resubmission")
    assert (columns["Log!F1"].field, columns["Log!F1"].attempt) == ("attempts.submitted", "resubmission")
    assert columns["'Unit 4'!B1"].field == "attempts.decision"
    assert {c.how for c in columns.values() if c.heading in ("Spam", "Second go by")} == {"profile"}


def test_headings_in_arabic_and_in_other_spellings(tmp_path: Path) -> None:
    rows = with_headings(LOG, Deadline="  آخر   يوم\n", Date_submitted="DATE-IN!")
    path = saved(tmp_path / "t.xlsx", Log=rows)
    used = profile(tmp_path, '[headings]\n"آخر يوم" = "deadline"\n"date in" = "date submitted"\n')
    read = fields(inspected(path, used))
    assert (read["Log!D1"], read["Log!E1"]) == ("attempts.deadline", "attempts.submitted")
    assert inspected(path, used).drift == ()


def test_a_turned_grid_and_labels_are_named_too(tmp_path: Path) -> None:
    grid: Rows = [["", "Ali Omar", "Sara Nabil", "Mona Adel"], ["Spam", "a", "na", "a"], ["Ham", "a", "a", "a"]]
    cover: Rows = [["Zeug:", "BTEC International Level 3 IT"], ["Wer: Rania Haddad"]]
    path = saved(tmp_path / "t.xlsx", Unit_4_Assignment_1=grid, Cover=cover)
    text = """
        [headings]
        "Spam" = "A.P1"
        "Ham" = "A.P2"
        "Zeug" = "qualification title"
        "Wer" = "Lead Internal Verifier"
    """
    result = checked(path, profile(tmp_path, text))
    read = fields(result)
    assert (read["'Unit 4 Assignment 1'!A2"], read["'Unit 4 Assignment 1'!A3"]) == ("attempts.decision",) * 2
    assert result.programme == "BTEC International Level 3 IT"
    assert read["Cover!A2"] == "programme.lead_iv"
    assert {c.heading for sheet in result.sheets for t in sheet.tables for c in t.columns} >= {"Spam", "Zeug", "Wer"}


def test_values_that_say_what_a_heading_says_stay_values(tmp_path: Path) -> None:
    rows = [[*row[:5], said] for row, said in zip(LOG, ["P", "P", "M", "P"], strict=True)]
    path = saved(tmp_path / "t.xlsx", Log=rows)
    plain_one = saved(tmp_path / "u.xlsx", Log=[[*LOG[0]], *rows[1:]])
    used = profile(tmp_path, '[headings]\n"P" = "grade"\n')
    assert fields(inspected(path, used))["Log!F1"] == "attempts.grade"
    assert told(checked(path, used)) == told(checked(plain_one))


def test_the_centres_own_words_are_understood(tmp_path: Path) -> None:
    words = ["Type", "Erstabgabe", "Zweitabgabe", "Erstabgabe"]
    rows = [[*row, said] for row, said in zip(LOG, words, strict=True)]
    for row, grade in zip(rows[1:], ["Befriedigend", "Gut", "Gut"], strict=True):
        row[5] = grade
    path = saved(tmp_path / "t.xlsx", Log=rows)
    assert fields(inspected(path))["Log!F1"] is None
    text = """
        [attempts]
        "Erstabgabe" = "first submission"
        "Zweitabgabe" = "resubmission"
        [grades]
        "Befriedigend" = "P"
        "Gut" = "M"
    """
    result = checked(path, profile(tmp_path, text))
    assert fields(result)["Log!F1"] == "attempts.grade"
    assert not {"STR004", "STR008"} & {f.rule for f in result.findings}
    assert "resubmission" in {f.attempt for f in result.findings}


def test_marks_of_a_grid_and_words_for_nothing(tmp_path: Path) -> None:
    grid = [["Learner", "A.P1", "A.P2"], ["Ali Omar", "♥", "♦"], ["Sara Nabil", "♥", "leer"], ["Mona Adel", "♦", "♥"]]
    path = saved(tmp_path / "t.xlsx", Unit_4_Assignment_1=grid)
    text = 'blank = ["leer"]\n[outcomes]\n"♥" = "achieved"\n"♦" = "not achieved"\n'
    result = checked(path, profile(tmp_path, text))
    assert list(fields(result).values()).count("attempts.decision") == 2
    assert not {"STR008"} & {f.rule for f in result.findings}


def test_dates_with_the_month_first(tmp_path: Path) -> None:
    rows = [[*row[:3], "01/04/2024", "02/04/2024", row[5]] if number else row for number, row in enumerate(LOG)]
    path = saved(tmp_path / "t.xlsx", Log=rows)
    assert "STR006" in {f.rule for f in checked(path).findings}
    result = checked(path, profile(tmp_path, 'dates = "month-first"\n'))
    assert "STR006" not in {f.rule for f in result.findings}
    assert [f for f in result.findings if f.rule == "DDL001" and "4 February 2024" not in f.message] == []
    assert "after the deadline of 4 January 2024" in next(f.message for f in result.findings if f.rule == "DDL001")


def test_colours_that_no_key_explains(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = Workbook()
    sheet = book.active
    sheet.title = "Unit 4 Assignment 1"
    sheet.append(["Learner", "A.P1", "A.P2", "A.M1"])
    for number, name in enumerate(("Ali Omar", "Sara Nabil", "Mona Adel"), 2):
        sheet.append([name])
        sheet.cell(number, 2).fill = PatternFill("solid", fgColor="FF92D050")
        sheet.cell(number, 3).fill = PatternFill("solid", fgColor="FFFF0000")
    book.save(path)
    text = drafted(path)
    assert '# "#92D050" = ""  # 3 cells, first \'Unit 4 Assignment 1\'!B2' in text
    used = profile(tmp_path, '[colours]\n"#92D050" = "achieved"\n"FF0000" = "not achieved"\n')
    from validator.layout.understand import understand
    from validator.reading import read_workbook
    from validator.tables.extract import extract

    decisions = extract(understand([read_workbook(path)], used)).tracker["decisions"]
    assert sorted(zip(decisions.cells["outcome"], decisions.values["outcome"], strict=True))[:2] == [
        ("'Unit 4 Assignment 1'!B2", "achieved"), ("'Unit 4 Assignment 1'!B3", "achieved"),
    ]  # fmt: skip
    assert decisions.values["outcome"].count("not achieved") == 3


def test_details_stand_where_the_profile_says(tmp_path: Path) -> None:
    cover: Rows = [["Lead Internal Verifier", "Somebody Else"], [], [None, "Rania Haddad"]]
    path = saved(tmp_path / "t.xlsx", Cover=cover, Log=LOG)
    used = profile(tmp_path, '[cells]\n"Lead Internal Verifier" = "Cover!B3"\n')
    assert fields(inspected(path, used))["Cover!B3"] == "programme.lead_iv"
    assert "Cover!A1" not in fields(inspected(path, used))
    assert inspected(path, used).drift == ()
    moved = profile(tmp_path, '[cells]\n"Lead Internal Verifier" = "Cover!B9"\n')
    assert fields(inspected(path, moved))["Cover!A1"] == "programme.lead_iv"
    assert drift(inspected(path, moved)) == [("missing", "Cover!B9", "")]


def test_sheets_that_are_left_out_and_sheets_that_hold_a_table(tmp_path: Path) -> None:
    odd: Rows = [["Learner", "Grade", "Points"], *([row[0], row[5], 6] for row in LOG[1:])]
    path = saved(tmp_path / "t.xlsx", Log=LOG, Log_old=LOG, Results=odd)
    used = profile(tmp_path, '[sheets]\n"*old" = "ignore"\n"Results" = "unit results"\n')
    result = checked(path, used)
    kinds = {sheet.sheet: [read.kind for read in sheet.tables] for sheet in result.sheets}
    assert kinds == {"Log": ["attempts"], "Log old": [], "Results": ["unit_results"]}
    assert "left out" in result.sheets[1].note
    assert not any("Log old" in cell for finding in result.findings for cell in finding.cells)


def test_a_column_that_is_left_out_is_neither_used_nor_told_as_unknown(tmp_path: Path) -> None:
    rows = [[*row, extra] for row, extra in zip(LOG, ["Room", "R1", "R2", "R3"], strict=True)]
    path = saved(tmp_path / "t.xlsx", Log=rows)
    assert "STR004" in {f.rule for f in checked(path).findings}
    used = profile(tmp_path, '[headings]\n"Room" = "ignore"\n"Grade" = "ignore"\n')
    result = checked(path, used)
    assert "STR004" not in {f.rule for f in result.findings}
    columns = {c.heading: (c.field, c.how) for sheet in result.sheets for read in sheet.tables for c in read.columns}
    assert (columns["Room"], columns["Grade"]) == ((None, "profile"), (None, "profile"))
    assert "Left out, as the profile asks" in html(CheckReport("2023-24", DAY.isoformat(), (result,)))


def test_a_profile_is_for_its_own_check_alone(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Log=with_headings(LOG, Deadline="Zip"))
    before = checked(path)
    used = profile(tmp_path, '[headings]\n"Zip" = "deadline"\n')
    assert told(checked(path, used)) != told(before)
    assert checked(path) == before


# ---------------------------------------------------------------------- drift


def test_a_heading_that_was_renamed_is_told_with_the_one_that_comes_nearest(tmp_path: Path) -> None:
    used = profile(tmp_path, '[headings]\n"Gloorp H/O" = "hand-out date"\n"Wibble" = "results received"\n')
    rows = [[*row, extra, DAY] for row, extra in zip(LOG, ["Gloorp H.O. new", *[date(2024, 1, 8)] * 3], strict=True)]
    rows[0][-1] = "Thrumm"
    path = saved(tmp_path / "t.xlsx", Log=rows)
    result = inspected(path, used)
    assert drift(result) == [("missing", "Gloorp H/O", "Log!G1"), ("missing", "Wibble", ""), ("surplus", "", "Log!H1")]
    assert "“Gloorp H/O”" in result.drift[0].message
    assert "“Gloorp H.O. new”" in result.drift[0].message
    assert "nearest" in result.drift[0].message


def test_drift_is_seen_in_every_report_of_people_and_in_the_json(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Log=LOG)
    (tmp_path / "p.toml").write_text('[headings]\n"Gone" = "results received"\n', "utf-8")
    done = run(
        "check", path, "--profile", tmp_path / "p.toml", "--html", tmp_path / "r.html", "--json", tmp_path / "r.json"
    )
    assert "Not as its profile describes" in done.stdout
    assert "The profile expects the heading “Gone”" in " ".join(done.stdout.split())
    assert "The profile expects the heading “Gone”" in (tmp_path / "r.html").read_text("utf-8")
    tracker = findings((tmp_path / "r.json").read_text("utf-8"))["t.xlsx"]
    assert [(entry["kind"], entry["expected"]) for entry in tracker["drift"]] == [("missing", "Gone")]
    (departure,) = tracker["departures"]
    assert (departure["kind"], departure["source"]) == ("profile", "--profile")
    assert "p.toml" in departure["what"]
    assert tracker["status"] == "checked"


def test_sheets_that_are_gone_are_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Log=LOG)
    text = '[sheets]\n"Old*" = "ignore"\n[headings_on."Unit *"]\n"X" = "grade"\n'
    assert drift(inspected(path, profile(tmp_path, text))) == [("missing", "Old*", ""), ("missing", "Unit *", "")]


def test_a_meaning_that_the_table_has_no_place_for_is_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Log=with_headings(LOG, Grade="Zap"))
    result = inspected(path, profile(tmp_path, '[headings]\n"Zap" = "induction date"\n"Grade" = "grade"\n'))
    assert drift(result) == [("missing", "Grade", ""), ("unused", "Zap", "Log!F1")]


def test_a_heading_on_a_sheet_that_is_still_not_understood_is_not_called_missing(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Zog=[["Bearer", "Wurzel", "Glorp"], *([n, "A1", DAY] for n in "XYZ")])
    result = inspected(path, profile(tmp_path, '[headings]\n"Glorp" = "deadline"\n'))
    assert drift(result) == [("unused", "Glorp", "Zog!C1"), ("surplus", "", "Zog!A1"), ("surplus", "", "Zog!B1")]


# ---------------------------------------------------------------------- the file


FAULTS = {
    '[headings]\n"X" = "hand-out dat"': """'hand-out dat' is no field; did you mean 'hand-out date'?""",
    '[headings]\n"X" = "foobarium"': "'foobarium' is no field; write one of those that btec-validator profile lists",
    '[headings]\n"X" = ""': 'headings."X": it is blank; write what it means, or "ignore"',
    '[headings]\n"X" = 3': 'headings."X": 3 must be text in quotation marks.',
    '[headings]\n"" = "grade"': 'headings."": the heading is blank',
    '[headings]\n"A b" = "grade"\n"a  B" = "deadline"': 'headings."a  B" is the same heading as "A b"',
    '[headings.Log]\n"X" = "grade"': "those of one sheet go under [headings_on.",
    '[heading]\n"X" = "grade"': "heading is not known; did you mean headings?",
    'headings = "x"': "headings must be a table: write [headings] on a line of its own",
    '[sheets]\n"X" = "cats"': """sheets."X": 'cats' is no table; write "staff list",""",
    '[cells]\n"Lead IV" = "B4"': """'B4' is no cell; write the sheet, "!" and the cell, such as "Cover!B4".""",
    '[cells]\n"Cat" = "A!B4"': "'Cat' is no detail of the programme; there are: qualification title",
    '[grades]\n"X" = "great"': """grades."X": 'great' is not known; write one of "P", "M", "D", "U", "not graded".""",
    '[yes_no]\n"" = "yes"': 'yes_no."": the word is blank',
    '[colours]\n"green" = "achieved"': 'colours."green" is no colour; write # and six digits',
    '[colours]\n"#92D050" = "good"': """'good' is not known; write one of "achieved",""",
    'dates = "US"': """dates: 'US' is not known; write "day-first" or "month-first".""",
    'blank = "x"': "blank: 'x' must be a list in square brackets",
    "[headings]\nX Y = grade": 'Each line reads "what the tracker says" = "what it means".',
}


@pytest.mark.parametrize("text", FAULTS)
def test_each_fault_of_the_file_is_a_sentence(text: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as error:
        profile(tmp_path, text)
    assert FAULTS[text] in str(error.value)
    assert "profile.toml: " in str(error.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as error:
        profile(tmp_path, '[headings]\n"X" = "foobarium"\n[grades]\n"G" = "great"\n[sheets]\n"S" = "cats"\n')
    assert [word for word in ("foobarium", "great", "cats") if word not in str(error.value)] == []


def test_a_profile_that_is_not_there_is_a_wrong_option(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Log=LOG)
    done = run("check", path, "--profile", tmp_path / "none.toml")
    assert done.returncode == 2
    assert "cannot be opened" in done.stderr


def test_a_configuration_names_a_profile_from_its_own_folder(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Log=with_headings(LOG, Deadline="Zip"))
    (tmp_path / "our.toml").write_text('[headings]\n"Zip" = "deadline"\n', "utf-8")
    (tmp_path / "btec-validator.toml").write_text('profile = "our.toml"\n', "utf-8")
    done = run("check", path, "--json", "-", cwd=tmp_path)
    tracker = findings(done.stdout)["t.xlsx"]
    assert "DDL001" in {f["rule"] for f in tracker["findings"]}
    (departure,) = tracker["departures"]
    assert (departure["kind"], departure["what"], departure["source"]) == ("profile", "our.toml", "btec-validator.toml")
    shown = json.loads(run("inspect", path, "--json", "-", cwd=tmp_path).stdout)
    assert [c["field"] for c in shown["sheets"][0]["tables"][0]["columns"]].count("attempts.deadline") == 1


def test_a_wrong_profile_of_a_configuration_is_told_with_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "our.toml").write_text('[headings]\n"Zip" = "dedline"\n', "utf-8")
    (tmp_path / "c.toml").write_text('profile = "our.toml"\n', "utf-8")
    with pytest.raises(ValueError, match="did you mean 'deadline'"):
        load_configuration(tmp_path / "c.toml", vouched=True)


def test_the_profile_in_the_readme_is_one(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    (text,) = [block for block in re.findall(r"```toml\n(.*?)```", readme, re.DOTALL) if "[headings]" in block]
    assert profile(tmp_path, text).headings


# ---------------------------------------------------------------------- the commands


def test_profile_writes_a_file_that_check_takes(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Log=with_headings(LOG, Deadline="Zip"))
    out = tmp_path / "our.toml"
    done = run("profile", path, "-o", out)
    assert (done.returncode, done.stdout.strip()) == (0, f"Profile: {out}")
    assert out.read_text("utf-8") == run("profile", path).stdout == drafted(path)
    plain_one, with_draft = (
        findings(run("check", path, "--as-of", "2024-03-08", "--json", "-", *more).stdout)["t.xlsx"]
        for more in ((), ("--profile", out))
    )
    assert with_draft == plain_one


def test_profile_never_writes_over_a_tracker(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Log=LOG)
    before = path.read_bytes()
    done = run("profile", path, "-o", path)
    assert done.returncode == 2
    assert path.read_bytes() == before


def test_profile_of_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(b"no workbook")
    done = run("profile", tmp_path / "t.xlsx")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "t.xlsx" in done.stderr


def test_profile_lists_all_fields() -> None:
    listed = run("profile", "--fields").stdout.splitlines()
    assert [table(kind).name for kind in ("attempts", "assignments") for name in field_names(kind).values()
            if f"  {name}" not in listed] == []  # fmt: skip


def test_inspect_says_what_was_read_as_what_how_surely_and_what_to_do_next(tmp_path: Path) -> None:
    rows = with_headings(LOG, Deadline="Deadlinne", Date_submitted="Grumf")
    path = saved(tmp_path / "t.xlsx", Log=rows, Old=[["Foo", "Bar", "Deadlin"], *[[1, 2, DAY]] * 4])
    done = run("inspect", path)
    text = " ".join(done.stdout.split())
    assert "A1 Learner learner certain (100%)" in text
    assert re.search(r"D1 Deadlinne deadline likely, a similar heading \([89][0-9]%\)", text)
    assert "E1 Grumf not recognised" in text
    assert "C1 Deadlin not recognised; nearest: deadline" in text
    assert f'btec-validator profile "{path.as_posix()}" -o profile.toml' in text
    assert "\x1b" not in done.stdout
    complete = json.loads(run("inspect", path, "--json", "-").stdout)
    assert [column["heading"] for column in complete["sheets"][1]["left_over"]] == ["Foo", "Bar", "Deadlin"]
    assert complete["drift"] == []


def test_inspect_with_a_profile_says_what_it_did_and_what_is_still_left(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", Log=with_headings(LOG, Deadline="Zip"))
    (tmp_path / "p.toml").write_text('[headings]\n"Zip" = "deadline"\n"Gone" = "results received"\n', "utf-8")
    text = " ".join(run("inspect", path, "--profile", tmp_path / "p.toml").stdout.split())
    assert "D1 Zip deadline certain, the profile says so (100%)" in text
    assert "The profile expects the heading “Gone” (results received), which is not there." in text
    assert plain("Nothing is left over") in plain(text)
