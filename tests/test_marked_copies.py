"""Marked copies: real trackers in, and what a person finds in the copy beside what they had in the original."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from tests.hostile_files import MAIN, ods, xlsx, zipped
from tests.rendering import render
from tests.test_cli import case, run
from validator.findings import CheckReport, Finding, TrackerResult
from validator.pipeline import check_files
from validator.reading import place, read_workbook, reference
from validator.reports.marked import Job, MarkedCopy, mark_copies
from validator.reports.marked.copying import make_copy
from validator.settings import Settings
from validator.trackers import is_tracker_name

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SETTINGS = Settings(date(2024, 3, 8))
AS_OF = "2024-03-08"
XLS = Path(__file__).parent / "data" / "submissions.xls"
EXAMPLE = Path(__file__).parents[1] / "examples" / "cedar-hill-college" / "it-12-tracker.xlsx"
SOFFICE = shutil.which("soffice")
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
HOSTILE = "=cmd|' /C calc'!A0"


def tracker(folder: Path, name: str = "tracker.xlsx") -> Path:
    """A tracker with a breach, as a centre may have it."""
    path = folder / name
    render(case("RSB009", "the deadline is working day 16").tables, path)
    return path


def finding(*cells: str, severity: Any = "error", rule: str = "RSB009", **told: Any) -> Finding:
    return Finding(
        rule, "resubmission-deadline-too-late", severity, "Too late.", "Set it earlier.", "Forms", cells=cells, **told
    )


def report(path: Path, *findings: Finding) -> CheckReport:
    """The report on a tracker: of a check, or with these findings where there are any."""
    (result,) = check_files([path], SETTINGS)
    if findings:
        result = replace(result, findings=findings)
    return CheckReport("2023-24", AS_OF, (result,), tuple(rule.card() for rule in SETTINGS.rules()))


def marked(path: Path, *findings: Finding) -> Path:
    """Make the marked copy of a tracker, which itself must not change."""
    before = path.read_bytes()
    made = make_copy(path, Job(report(path, *findings), path.parent / "copies" / path.stem))
    assert path.read_bytes() == before
    assert made.reason == ""
    return Path(made.path)


@pytest.fixture(autouse=True)
def copies(tmp_path: Path) -> Path:
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies"


def opened(path: Path) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, keep_vba=path.suffix == ".xlsm")


def head(path: Path) -> str:
    """What the first sheet says above its table."""
    sheet = opened(path).worksheets[0]
    return " ".join(str(sheet.cell(row, 1).value) for row in (1, 2, 3))


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    headings = [cell.value for cell in sheet[4]]
    rows = []
    for row in sheet.iter_rows(min_row=5, values_only=True):
        if row[0] is None:
            break
        rows.append(dict(zip(headings, row, strict=True)))
    return rows


def with_parts(path: Path, new: dict[str, bytes], changed: dict[str, tuple[bytes, bytes]]) -> None:
    """Put parts into a workbook, and replace text in others."""
    with zipfile.ZipFile(path) as archive:
        parts: dict[str, bytes] = {name: archive.read(name) for name in archive.namelist()}
    for name, (old, text) in changed.items():
        assert old in parts[name]
        parts[name] = parts[name].replace(old, text)
    path.write_bytes(zipped({**parts, **new}))


def values(path: Path) -> dict[str, list[list[object]]]:
    return {sheet.name: [list(row) for row in sheet.rows] for sheet in read_workbook(path).sheets}


def test_the_cells_of_a_finding_are_filled_and_say_why(tmp_path: Path) -> None:
    path = tracker(tmp_path)
    told = report(path).trackers[0].findings
    (late,) = [found for found in told if found.rule == "RSB009"]
    copy = opened(marked(path))
    for where in late.cells:
        sheet, row, column = place(where)
        cell = copy[sheet].cell(row + 1, column + 1)
        assert cell.fill.start_color.rgb == "00F6C7C3"
        assert cell.comment is not None
        for words in ("ERROR RSB009", "Noor Abbas", late.message, late.remedy, "8 March 2024"):
            assert words in cell.comment.text
    first = copy.worksheets[0]
    (row,) = [row for row in table(first) if row["Rule"] == "RSB009"]
    assert row["Severity"] == "Error"
    assert row["Cell"] == late.cells[0]
    assert late.message in row["What was found"]
    assert (row["Remedy"], row["Section of the guide"]) == (late.remedy, late.section)
    assert len(table(first)) == len(told)


def test_the_first_sheet_is_the_one_that_opens_and_its_links_lead_to_the_cells(tmp_path: Path) -> None:
    path = tracker(tmp_path)
    copy = opened(marked(path))
    first = copy.worksheets[0]
    assert copy.active is first
    assert [sheet.title for sheet in copy.worksheets if sheet.sheet_view.tabSelected] == ["Findings"]
    links = {
        cell.coordinate: cell.hyperlink.location for row in first.iter_rows(min_row=5) for cell in row if cell.hyperlink
    }
    assert links["C5"] == first["C5"].value
    sheet, row, column = place(links["C5"])
    assert copy[sheet].cell(row + 1, column + 1).comment is not None
    assert first.auto_filter.ref == f"A4:H{4 + len(table(first))}"
    assert first.freeze_panes == "A5"


@pytest.mark.parametrize("sheet", ["Submissions", "Unit 4", "It's here", "a!b", "''", "R1", "Été", "C3"])
def test_a_reference_is_taken_apart_as_it_was_made(sheet: str) -> None:
    assert place(reference(sheet, 33, 700)) == (sheet, 33, 700)


@pytest.mark.parametrize("told", ["", "F34", "Unit 4!A", "'Unit!A1", "Sheet!A1:B2"])
def test_what_is_no_reference_to_a_cell_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match="no reference"):
        place(told)


def test_all_findings_of_a_cell_are_told_and_the_gravest_colours_it(tmp_path: Path) -> None:
    path = tracker(tmp_path)
    findings = [
        finding("Submissions!C2", severity=s, rule=f"RSB00{n}") for n, s in enumerate(("note", "error", "warning"))
    ]
    cell = opened(marked(path, *findings))["Submissions"]["C2"]
    assert cell.fill.start_color.rgb == "00F6C7C3"
    assert re.findall(r"(?:ERROR|WARNING|NOTE) RSB00\d", cell.comment.text) == [
        "ERROR RSB001",
        "WARNING RSB002",
        "NOTE RSB000",
    ]


def test_a_cell_with_very_many_findings_counts_those_that_it_does_not_tell(tmp_path: Path) -> None:
    path = tracker(tmp_path)
    findings = [finding("Submissions!A1", learner=f"Learner {number}") for number in range(3000)]
    copy = opened(marked(path, *findings))
    assert "And 2,992 more findings" in copy["Submissions"]["A1"].comment.text
    assert len(table(copy.worksheets[0])) == 3000


def test_everything_else_is_as_it_was(tmp_path: Path) -> None:
    path = tracker(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["Submissions"]
    sheet["A1"].fill, sheet["A1"].font = PatternFill("solid", "FF1F4E78"), Font(color="FFFFFFFF", bold=True)
    sheet["C2"].comment = Comment("Ask Sam", "Kim")
    sheet["C2"].number_format = "yyyy"
    sheet["AZ1"], sheet["AZ2"] = "=1+1", '="<"&"b"'
    sheet.merge_cells("BA1:BC3")
    sheet["BA1"] = "merged"
    sheet.column_dimensions["A"].width = 33.5
    sheet.add_data_validation(DataValidation("list", formula1='"a,b"', sqref="B2:B9"))
    sheet.conditional_formatting.add("A1:A9", CellIsRule("equal", ["1"], fill=PatternFill("solid", "FFFF0000")))
    sheet.protection.sheet = True
    sheet.protection.password = "secret"
    chart = BarChart()
    chart.add_data(Reference(sheet, range_string="Submissions!$AZ$1:$AZ$1"))
    sheet.add_chart(chart, "BE1")
    hidden = book.create_sheet("It's hidden")
    hidden["B2"] = "x"
    hidden.sheet_state = "veryHidden"
    book.save(path)
    found = marked(path, finding("Submissions!C2", "Submissions!BB2", "Submissions!A1", "'It''s hidden'!B2"))
    copy = opened(found)
    ours = copy["Submissions"]
    assert ours["C2"].comment.text.startswith("Ask Sam\n\nbtec-validator")
    assert ours["C2"].number_format == "yyyy"
    assert ours["A1"].font.b
    assert ours["A1"].font.color.rgb == "FF000000"
    assert (ours["AZ1"].value, ours["AZ2"].value) == ("=1+1", '="<"&"b"')
    assert "Too late" in ours["BA1"].comment.text
    assert ours.merged_cells.ranges == sheet.merged_cells.ranges
    assert ours.column_dimensions["A"].width == 33.5
    assert [(v.formula1, str(v.sqref)) for v in ours.data_validations.dataValidation] == [('"a,b"', "B2:B9")]
    assert [str(area.sqref) for area in ours.conditional_formatting] == ["A1:A9"]
    assert ours.protection.sheet
    assert ours.protection.password == sheet.protection.password
    assert len(ours._charts) == 1
    assert copy["It's hidden"].sheet_state == "veryHidden"
    assert copy.sheetnames[1:] == book.sheetnames
    said = head(found)
    assert "Charts are drawn anew" in said
    assert "Not kept" not in said
    assert "(hidden sheet)" in table(copy.worksheets[0])[0]["Other cells"]
    before, after = values(path), values(found)
    assert {name: rows for name, rows in after.items() if name in before} == before


def test_formulas_keep_the_values_that_they_had(tmp_path: Path) -> None:
    """Excel's Protected View and previews calculate nothing."""
    path = tmp_path / "tracker.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Tracker"
    sheet.append(['=A9&"<"', "=1/3", "=TRUE()", "=1/0", '=""', "=Z9", "danger", "_x0041_ and"])
    sheet["I1"], sheet["I1"].number_format = "=TODAY()", "dd/mm/yyyy"
    book.save(path)
    stored = {"A1": (b"str", b"a&lt;&amp;"), "B1": (b"n", b"0.3333333333333333"), "C1": (b"b", b"1")}
    stored |= {"D1": (b"e", b"#DIV/0!"), "E1": (b"str", b""), "I1": (b"n", b"45000.25")}
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    for at, (kind, value) in stored.items():
        xml, done = re.subn(
            rb'<c r="%b"([^>]*)>(<f>.*?</f>)<v ?/>' % at.encode(),
            rb'<c r="%b"\g<1> t="%b">\g<2><v>%b</v>' % (at.encode(), kind, value),
            xml,
        )
        assert done == 1
    xml = xml.replace(b"danger", b"=danger()").replace(b"_x0041_ and", b"_x005F_x0041_ and _x0001_")
    with_parts(path, {"xl/worksheets/sheet1.xml": xml}, {})
    before = read_workbook(path).sheets[0]
    found = marked(path, finding("Tracker!B1"))
    after = read_workbook(found).sheets[1]
    assert after.rows == before.rows
    assert after.issues == before.issues
    assert opened(found)["Tracker"]["B1"].value == "=1/3"
    assert opened(found)["Tracker"]["G1"].data_type == "s"


def test_a_list_on_another_sheet_stays_the_choice_of_a_cell(tmp_path: Path) -> None:
    """Excel writes such a validation where the library does not look for it."""
    path = tracker(tmp_path)
    extension = (
        b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations count="1" '
        b'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        b'<x14:dataValidation type="list" allowBlank="1">'
        b"<x14:formula1><xm:f>Learners!$A$2:$A$9</xm:f></x14:formula1><xm:sqref>B2:B40</xm:sqref></x14:dataValidation>"
        b"</x14:dataValidations></ext></extLst></worksheet>"
    )
    number = openpyxl.load_workbook(path).sheetnames.index("Submissions") + 1
    with_parts(path, {}, {f"xl/worksheets/sheet{number}.xml": (b"</worksheet>", extension)})
    found = marked(path)
    (kept,) = opened(found)["Submissions"].data_validations.dataValidation
    assert (kept.type, kept.formula1, str(kept.sqref)) == ("list", "Learners!$A$2:$A$9", "B2:B40")
    assert "Not kept" not in head(found)


def test_what_the_copy_lacks_is_said_in_it(tmp_path: Path) -> None:
    path = tracker(tmp_path)
    book = openpyxl.load_workbook(path)
    chart = BarChart()
    chart.add_data(Reference(book.worksheets[0], range_string=f"{reference(book.sheetnames[0], 0, 0)}:$A$2"))
    book.worksheets[0].add_chart(chart, "Z1")
    book.save(path)
    box = (
        b"<xdr:twoCellAnchor><xdr:from>{0}</xdr:from><xdr:to>{0}</xdr:to><xdr:sp><xdr:nvSpPr>"
        b"<xdr:cNvPr id='9' name='Box'/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr/></xdr:sp>"
        b"<xdr:clientData/></xdr:twoCellAnchor>"
    )
    corner = b"<xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff>"
    box = box.replace(b"{0}", corner)
    sparklines = b'<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"/></extLst></worksheet>'
    with zipfile.ZipFile(path) as archive:
        drawing = archive.read("xl/drawings/drawing1.xml")
    box = box if b"xdr:" in drawing else box.replace(b"xdr:", b"")
    end = drawing[drawing.rfind(b"</") :]
    with_parts(
        path,
        {},
        {"xl/drawings/drawing1.xml": (end, box + end), "xl/worksheets/sheet2.xml": (b"</worksheet>", sparklines)},
    )
    said = head(marked(path))
    assert "Not kept: shape or text box and sparklines of a sheet." in said


def test_the_logo_of_the_centre_is_kept(tmp_path: Path) -> None:
    pictures = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    path = tracker(tmp_path)
    logo = BytesIO()
    pictures.new("RGB", (40, 20), "navy").save(logo, "PNG")
    book = openpyxl.load_workbook(path)
    book.worksheets[0].add_image(Image(logo), "Z1")
    book.save(path)
    found = marked(path)
    assert "Not kept" not in head(found)
    with zipfile.ZipFile(found) as archive:
        assert archive.read("xl/media/image1.png").startswith(b"\x89PNG")


def test_macros_are_kept_and_said_to_be(tmp_path: Path) -> None:
    path = tracker(tmp_path, "tracker.xlsm")
    with_parts(
        path,
        {"xl/vbaProject.bin": b"macros"},
        {
            "[Content_Types].xml": (
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            ),
            "xl/_rels/workbook.xml.rels": (
                b"</Relationships>",
                b'<Relationship Id="rIdV" Target="vbaProject.bin" '
                b'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/></Relationships>',
            ),
        },
    )
    found = marked(path)
    assert found.suffix == ".xlsm"
    assert "The macros are kept." in head(found)
    with zipfile.ZipFile(found) as archive:
        assert archive.read("xl/vbaProject.bin") == b"macros"
        assert b"macroEnabled" in archive.read("[Content_Types].xml")


def test_names_are_never_formulas(tmp_path: Path) -> None:
    path = tmp_path / "tracker.csv"
    path.write_text(f'Learner,Assignment\n"{HOSTILE}",=1+1\n+44,@SUM(A1)\n#N/A,-\x01\n', "utf-8")
    hostile = replace(finding("tracker!A2", learner=HOSTILE, assignment="\x01\ud800"), remedy="=2+2")
    found = marked(path, hostile)
    copy = opened(found)
    assert {cell.data_type for sheet in copy for row in sheet for cell in row if cell.value is not None} == {"s"}
    quoted = copy["tracker"]
    assert quoted["A2"].value == HOSTILE
    assert all(quoted[at].quotePrefix for at in ("A2", "B2", "A3", "B3", "B4"))
    with zipfile.ZipFile(found) as archive:
        assert not [name for name in archive.namelist() if "sheets/" in name and b"<f>" in archive.read(name)]
    assert "It has the tracker's values" in head(found)
    assert values(found)["tracker"] == values(path)["tracker"]


def test_a_name_too_long_for_a_sheet_is_cut_and_links_follow(tmp_path: Path) -> None:
    stem = "a very long name of [a tracker], longer than a sheet's"
    path = tmp_path / f"{stem}.csv"
    path.write_text("Learner,Assignment\nNoor,1\n", "utf-8")
    copy = opened(marked(path, finding(reference(stem, 1, 0))))
    assert copy.sheetnames == ["Findings", "a very long name of _a tracker_"]
    assert copy.worksheets[0]["C5"].hyperlink.location == "'a very long name of _a tracker_'!A2"
    assert copy.worksheets[1]["A2"].comment is not None


def test_a_workbook_of_another_format_becomes_one_of_excel_with_its_values(tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    shutil.copy(XLS, path)
    found = marked(path)
    assert found.suffix == ".xlsx"
    assert "Its formulas, formats, comments, pictures and macros are not in it." in head(found)
    before, after = values(path), values(found)
    assert {name: after[name] for name in before} == before


def test_an_opendocument_workbook_too(tmp_path: Path) -> None:
    path = tmp_path / "open.ods"
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    row = "<table:table-row>" + cell.format("Learner") + cell.format("=1+1") + "</table:table-row>"
    path.write_bytes(ods(row))
    found = marked(path, finding("Tracker!B1"))
    assert values(found)["Tracker"] == [["Learner", "=1+1"]]
    assert opened(found)["Tracker"]["B1"].comment is not None


def test_a_workbook_that_the_library_reads_wrongly_is_copied_by_its_values(tmp_path: Path) -> None:
    """An ISO Strict workbook is empty to the library, without any error."""
    path = tmp_path / "strict.xlsx"
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Tracker"
    book.worksheets[0]["A1"] = 5
    book.save(path)
    parts = ("xl/workbook.xml", "xl/worksheets/sheet1.xml")
    with_parts(path, {}, {name: (MAIN.encode(), STRICT.encode()) for name in parts})
    found = marked(path, finding("Tracker!A1"))
    assert "could not be copied as it is (the value of Tracker, cell A1, would change)" in head(found)
    assert values(found)["Tracker"] == [[5.0]]


def test_a_merge_over_a_whole_sheet_does_not_hang_it(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    merge = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    path.write_bytes(xlsx('<row r="1"><c r="A1"><v>5</v></c></row>', after=merge))
    found = marked(path, finding("Tracker!A1"))
    assert "merged areas span" in head(found)
    assert values(found)["Tracker"] == [[5.0]]


def test_a_sheet_that_is_called_findings_keeps_its_name(tmp_path: Path) -> None:
    path = tracker(tmp_path)
    book = openpyxl.load_workbook(path)
    book.create_sheet("FINDINGS")["A1"] = "own"
    book.save(path)
    copy = opened(marked(path))
    assert copy.sheetnames[0] == "Findings (btec-validator)"
    assert copy["FINDINGS"]["A1"].value == "own"


def test_no_finding_is_no_all_clear(tmp_path: Path) -> None:
    path = tmp_path / "clean.xlsx"
    render(case("RSB009", "the honest centre").tables, path)
    (checked,) = report(path).trackers
    told = CheckReport("2023-24", AS_OF, (replace(checked, findings=()),), report(path).rules)
    found = Path(make_copy(path, Job(told, tmp_path / "copies" / "clean")).path)
    first = opened(found).worksheets[0]
    assert "No breach found in what could be checked" in head(found)
    assert first["A5"].value == "No finding. What could not be checked is listed below."
    listed = {row[1]: row[0] for row in first.iter_rows(min_row=8, values_only=True)}
    assert listed == {c.rule: "Not checked" for c in checked.coverage if c.status == "not-checkable"}


def test_the_same_tracker_gives_the_same_bytes(tmp_path: Path) -> None:
    path = Path(shutil.copy(EXAMPLE, tmp_path))
    assert marked(path).read_bytes() == marked(path).read_bytes()


def test_a_tracker_that_has_changed_since_it_was_checked_is_not_copied(tmp_path: Path) -> None:
    path = tracker(tmp_path)
    told = report(path)
    book = openpyxl.load_workbook(path)
    book["Submissions"]["A2"] = "Somebody else"
    book.save(path)
    made = make_copy(path, Job(told, tmp_path / "copies" / "x"))
    assert made == MarkedCopy(path.as_posix(), reason=made.reason)
    assert "was changed" in made.reason
    assert list((tmp_path / "copies").iterdir()) == []


def test_each_tracker_has_a_copy_of_its_own_and_none_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "B").mkdir()
    paths = [
        tracker(tmp_path / "a"),
        tracker(tmp_path / "B"),
        tracker(tmp_path / "a", "Tracker (findings marked).xlsx"),
    ]
    before = [path.read_bytes() for path in paths]
    results = tuple(check_files(paths, SETTINGS))
    unread = TrackerResult("gone.xlsx", status="unreadable", reason="It is gone.")
    told = CheckReport("2023-24", AS_OF, (*results, unread), ())
    made = mark_copies(told, tmp_path / "a", jobs=1, timeout=60, memory_mib=2048)
    assert [path.read_bytes() for path in paths] == before
    assert [Path(copy.path).name for copy in made] == [
        "tracker (findings marked 2).xlsx",
        "tracker (findings marked 3).xlsx",
        "Tracker (findings marked) (findings marked).xlsx",
        "",
    ]
    assert made[3].reason == "It is gone."
    assert all(Path(copy.path).is_file() for copy in made[:3])


def test_a_marked_copy_in_a_folder_is_not_taken_for_a_tracker() -> None:
    names = [
        "IT 12A (findings marked).xlsx",
        "IT 12A (findings marked 12).xlsm",
        "IT 12A (marked).xlsx",
        "findings marked.csv",
    ]
    assert [is_tracker_name(Path(name)) for name in names] == [False, False, True, True]


def test_the_command_writes_copies_beside_the_trackers_and_says_where(tmp_path: Path) -> None:
    path = tracker(tmp_path, "it's =12A.xlsx")
    for _ in range(2):
        done = run("check", tmp_path, "--as-of", AS_OF, "--annotate", tmp_path / "copies" / "new")
        assert done.returncode == 1, done.stderr
    made = tmp_path / "copies" / "new" / "it's =12A (findings marked).xlsx"
    assert str(made) in done.stdout
    assert sorted(made.parent.iterdir()) == [made]
    assert not (tmp_path / "compliance-report.html").exists()
    done = run("check", tmp_path, "--as-of", AS_OF, "--json", "-")
    assert done.stdout.count('"path":') == 1
    assert path.is_file()


def test_a_copy_that_cannot_be_made_costs_no_other_output(tmp_path: Path) -> None:
    path = tracker(tmp_path)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(path.read_bytes()[:2000])
    (tmp_path / "copies" / "tracker (findings marked).xlsx").mkdir()
    output = tmp_path / "findings.json"
    done = run("check", path, broken, "--as-of", AS_OF, "--annotate", tmp_path / "copies", "--json", output)
    assert done.returncode == 2
    assert "There is no marked copy of" in done.stderr
    assert done.stderr.count("Error:") == 2
    assert "Traceback" not in done.stderr
    assert output.is_file()
    (tmp_path / "file").write_text("x")
    done = run("check", path, "--as-of", AS_OF, "--annotate", tmp_path / "file" / "folder", "--json", output)
    assert done.returncode == 2
    assert "marked copies cannot be written" in done.stderr


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("name", ["it-12-tracker.xlsx", "old.xls", "text.csv"])
def test_libreoffice_opens_the_copy_and_reads_what_it_reads_in_the_original(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("csv"):
        path.write_text(f'Learner,Assignment\n"{HOSTILE}",1\n', "utf-8")
    else:
        shutil.copy(XLS if name.endswith("xls") else EXAMPLE, path)
    found = marked(path)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for source, folder in ((path, "one"), (found, "other")):
        command = [SOFFICE, profile, "--headless", "--convert-to", "ods", "--outdir", tmp_path / folder, source]
        subprocess.run(command, check=True, capture_output=True, timeout=120)  # type: ignore[arg-type]
    (converted,) = (tmp_path / "other").iterdir()
    original = [sheet.rows for sheet in read_workbook(tmp_path / "one" / f"{path.stem}.ods").sheets]
    copied = read_workbook(converted).sheets
    assert copied[0].name == "Findings"
    if not name.endswith("csv"):  # of a .csv LibreOffice makes numbers and formulas; a copy holds its texts
        assert [sheet.rows for sheet in copied[1:]] == original
