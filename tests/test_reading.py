"""What is read from a file, and what is said of a file that cannot be read."""

from __future__ import annotations

import codecs
import hashlib
import os
import struct
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.hostile_files import compound, ods, xlsb, xlsx, xlsx_parts, zipped
from validator.reading import (
    CellIssue,
    Limits,
    Sheet,
    Unreadable,
    Workbook,
    a1,
    read_workbook,
    reference,
)
from validator.trackers import find_trackers, is_tracker_name

XLS = Path(__file__).parent / "data" / "submissions.xls"


def at(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


NUMBER = '<row r="1"><c r="A1"><v>1</v></c></row>'


def saved(book: openpyxl.Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def read(folder: Path, content: bytes, name: str = "tracker.xlsx", limits: Limits | None = None) -> Workbook:
    path = folder / name
    path.write_bytes(content)
    workbook = read_workbook(path, limits or Limits())
    assert path.read_bytes() == content
    return workbook


def sheet_of(folder: Path, content: bytes, name: str = "tracker.xlsx", limits: Limits | None = None) -> Sheet:
    (sheet,) = read(folder, content, name, limits).sheets
    return sheet


def refusal(folder: Path, content: bytes, name: str = "tracker.xlsx", limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        read(folder, content, name, limits)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


# Addresses


@pytest.mark.parametrize(
    ("row", "column", "address"),
    [(0, 0, "A1"), (33, 5, "F34"), (0, 25, "Z1"), (0, 26, "AA1"), (9, 701, "ZZ10"), (0, 702, "AAA1"),
     (1_048_575, 16_383, "XFD1048576")],
)  # fmt: skip
def test_addresses_count_as_excel_does(row: int, column: int, address: str) -> None:
    assert a1(row, column) == address


@pytest.mark.parametrize(
    "name",
    [
        "Submissions",
        "sheet_2",
        "Sheet.1",
        "_",
        "été",
        "Übersicht",
        "A0",
        "XFE1",
        "A1048577",
        "R0C0",
        "CR",
        "ABCD1",
    ],
)
def test_plain_sheet_names_need_no_quotes(name: str) -> None:
    assert reference(name, 33, 5) == f"{name}!F34"


@pytest.mark.parametrize(
    "name",
    ["My Sheet", "Unit-4", "4", "2024 plan", ".x", "", "A1", "fy24", "XFD1048576", "R", "c", "RC", "R1C1",
     "rc2z", "C8", "TRUE", "a!b", "[x]"],
)  # fmt: skip
def test_other_sheet_names_are_quoted(name: str) -> None:
    assert reference(name, 0, 0) == f"'{name}'!A1"


def test_quotes_in_sheet_names_are_doubled() -> None:
    assert reference("Noor's", 1, 1) == "'Noor''s'!B2"


# Finding trackers


@pytest.mark.parametrize("name", ["a.xlsx", "a.XLSM", "a.xls", "a.xlsb", "a.ods", "a.csv", "~a.xlsx", "$a.csv"])
def test_workbooks_are_trackers(name: str) -> None:
    assert is_tracker_name(Path("folder") / name)


@pytest.mark.parametrize("name", ["~$a.xlsx", ".a.xlsx", ".~lock.a.ods#", "a.docx", "a.txt", "a", "xlsx", "a.xlsx.bak"])
def test_lock_files_and_other_files_are_not(name: str) -> None:
    assert not is_tracker_name(Path("folder") / name)


def test_folders_are_walked_in_order_and_files_kept_once(tmp_path: Path) -> None:
    for name in ("b/z.xlsx", "b/deep/a.csv", "b/~$z.xlsx", "b/notes.txt", "b/.git/x.xlsx", "a.ods"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    given = [tmp_path / "missing.xlsx", tmp_path / "b", tmp_path / "a.ods", tmp_path / "b" / ".." / "a.ods"]
    found = find_trackers([*given, tmp_path / "b" / "notes.txt"])
    names = [path.relative_to(tmp_path).as_posix() for path in found]
    assert names == ["missing.xlsx", "b/z.xlsx", "b/deep/a.csv", "a.ods", "b/notes.txt"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_folder_that_contains_itself_is_walked_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    (tmp_path / "again").symlink_to(tmp_path)
    assert find_trackers([tmp_path]) == [tmp_path / "a.csv"]


# Values


def test_values_of_an_excel_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    row = ["  Noor Abbas ", 12, 0.5, True, at(2024, 3, 8), at(2024, 3, 8, 14, 30), time(9, 15),
           timedelta(hours=30), None, "N/A", "one\ntwo"]  # fmt: skip
    sheet.append(row)
    values = sheet_of(tmp_path, saved(book)).rows[0]
    assert values == [*row[:4], date(2024, 3, 8), *row[5:]]
    assert [type(value) for value in values[1:5]] == [float, float, bool, date]


def test_the_first_cell_of_the_grid_is_a1(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["C4"] = "x"
    sheet["D5"] = "y"
    assert sheet_of(tmp_path, saved(book)).rows == [[None] * 4] * 3 + [
        [None, None, "x", None],
        [None, None, None, "y"],
    ]


def test_blank_cells_that_are_only_formatted_do_not_stretch_the_grid(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576" s="0"/><c r="B1048576" s="0"></c></row>'
    assert sheet_of(tmp_path, xlsx(NUMBER, far)).rows == [[1.0]]


def test_blank_texts_at_the_end_are_cut(tmp_path: Path) -> None:
    text = '<row r="3"><c r="A3"/><c r="C3" t="str"><f>IF(A1,"","x")</f><v></v></c></row>'
    sheet = sheet_of(tmp_path, xlsx(NUMBER, text))
    assert sheet.rows == [[1.0]]
    assert sheet.issues == ()


def test_dates_from_1904_on(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0].append([at(2024, 3, 8), at(2024, 3, 8, 12, 0)])
    assert sheet_of(tmp_path, saved(book)).rows == [[date(2024, 3, 8), at(2024, 3, 8, 12, 0)]]


def test_strict_workbooks_are_read(tmp_path: Path) -> None:
    day = '<row r="1"><c r="A1" t="d"><v>2024-03-08T00:00:00</v></c><c r="B1" t="inlineStr"><is><t>P</t></is></c></row>'
    strict = {
        name: str(part)
        .replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
        .replace(
            "http://schemas.openxmlformats.org/officeDocument/2006",
            "http://purl.oclc.org/ooxml/officeDocument",
        )
        for name, part in xlsx_parts(day).items()
    }
    assert sheet_of(tmp_path, zipped(dict(strict))).rows == [[at(2024, 3, 8), "P"]]


def test_sheets_keep_their_order_and_say_whether_they_are_hidden(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Z & a"
    book.create_sheet("Hidden").sheet_state = "hidden"
    book.create_sheet("Gone").sheet_state = "veryHidden"
    book.create_chartsheet("Chart")
    book.create_sheet("A")["B2"] = 1
    content = saved(book)
    workbook = read(tmp_path, content)
    assert [(sheet.name, sheet.visible) for sheet in workbook.sheets] == [
        ("Z & a", True), ("Hidden", False), ("Gone", False), ("A", True)]  # fmt: skip
    assert workbook.sheets[0].rows == []
    assert workbook.name == "tracker.xlsx"
    assert workbook.sha256 == hashlib.sha256(content).hexdigest()


def test_merged_cells_and_hidden_rows_and_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in range(1, 6):
        sheet.append([row, row, row, row])
    sheet.merge_cells("B2:C3")
    sheet.row_dimensions[4].hidden = True
    sheet.row_dimensions[90].hidden = True
    sheet.column_dimensions.group("C", "D", hidden=True)
    result = sheet_of(tmp_path, saved(book))
    assert result.merged == ((1, 1, 2, 2),)
    assert result.hidden_rows == {3}
    assert result.hidden_columns == {2, 3}


def test_a_workbook_of_excel_97(tmp_path: Path) -> None:
    first, hidden, empty = read(tmp_path, XLS.read_bytes(), "tracker.xls").sheets
    assert first.rows[:3] == [
        [None] * 6,
        [None, "Learner", "Deadline", "Grade", "Calc", "T"],
        [None, "Learner 3 ", date(2024, 1, 3), "P", None, at(2024, 1, 3, 10, 30)],
    ]
    assert first.rows[5] == [None, None, True, 12, 0.5, timedelta(hours=30)]
    assert first.merged == ((11, 1, 12, 3),)
    assert first.issues == (CellIssue(2, 4, "error-value", "#DIV/0!"), CellIssue(7, 1, "error-value", "#N/A"))
    assert (hidden.name, hidden.visible, hidden.rows) == ("Hidden one", False, [[1]])
    assert (empty.name, empty.rows) == ("Empty", [])


def test_an_open_document_workbook(tmp_path: Path) -> None:
    blank = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    first = (
        '<table:table-row table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="string"><text:p>P</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2024-03-08"/>'
        '<table:table-cell office:value-type="time" office:time-value="PT30H05M00S"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=1+1"/>'
        '<table:table-cell table:number-columns-repeated="16376"/></table:table-row>'
    )
    after = '<table:table-row table:number-rows-repeated="1048571"><table:table-cell/></table:table-row>'
    sheet = sheet_of(tmp_path, ods(blank, first, after), "tracker.ods")
    row = [None, None, "P", date(2024, 3, 8), timedelta(hours=30, minutes=5), True]
    assert sheet.rows == [[None] * 6] * 3 + [row] * 2
    assert sheet.issues == (
        CellIssue(3, 6, "error-value", "#DIV/0!"),
        CellIssue(3, 7, "formula-not-calculated", ""),
    )


def test_a_binary_workbook(tmp_path: Path) -> None:
    text = struct.pack("<I", 5) + "Grade".encode("utf-16-le")
    cells = ((1, 2, 6, text), (2, 2, 5, struct.pack("<d", 4.5)), (3, 2, 3, b"\x17"))
    sheet = sheet_of(tmp_path, xlsb(*cells), "tracker.xlsb")
    assert sheet.rows == [[None] * 3, [None, None, "Grade"], [None, None, 4.5]]
    assert sheet.issues == (CellIssue(3, 2, "error-value", "#REF!"),)


def test_cells_without_addresses_and_tags_with_a_prefix(tmp_path: Path) -> None:
    rows = ("<x:row><x:c><x:v>1</x:v></x:c><x:c t='e'><x:v>#REF!</x:v></x:c></x:row>",
            '<x:row r="4" hidden="1"><x:c s="0" r="c4"><x:f>1</x:f></x:c><x:c><x:v>2</x:v></x:c></x:row>',
            "<x:row><x:c><x:v>3</x:v></x:c></x:row>")  # fmt: skip
    sheet = sheet_of(tmp_path, xlsx(*rows, prefix="x"))
    blank = [None] * 4
    assert sheet.rows == [[1.0, *blank[1:]], blank, blank, [*blank[:3], 2.0], [3.0, *blank[1:]]]
    assert sheet.hidden_rows == {3}
    assert CellIssue(3, 2, "formula-not-calculated", "") in sheet.issues


def moved(parts: dict[str, str | bytes], old: str, new: str) -> dict[str, str | bytes]:
    """The same workbook with other names in its references and its archive."""
    return {name.replace(old, new): str(part).replace(old, new) for name, part in parts.items()}


def test_workbooks_that_are_put_together_in_another_way(tmp_path: Path) -> None:
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="e"><v>#SPILL!</v></c></row>'
    usual = xlsx_parts(row, strings="<sst><si><t>P</t></si></sst>")
    references = "xl/_rels/workbook.xml.rels"
    ways = [
        moved(usual, "workbook.xml", "workbook2.xml"),
        moved(usual, "xl/", "book/"),
        {name.upper().replace("_RELS/.RELS", "_rels/.rels"): part for name, part in usual.items()},
        {name.replace("/", "\\"): part for name, part in usual.items()},
        {name: part for name, part in usual.items() if name != "_rels/.rels"},
        *(
            usual | {references: str(usual[references]).replace('"worksheets/', f'"{start}worksheets/')}
            for start in ("/xl/", "xl/", "../xl/", "./")
        ),
    ]
    for parts in ways:
        sheet = sheet_of(tmp_path, zipped(parts))
        assert sheet.rows == [["P"]], parts
        assert sheet.issues == (CellIssue(0, 1, "error-value", "#SPILL!"),), parts


# Cells that only seem blank


ERRORS = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"]


def test_classic_error_values_are_told(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{a1(0, n)}" t="e"><f>x</f><v>{error}</v></c>' for n, error in enumerate(ERRORS))
    sheet = sheet_of(tmp_path, xlsx(f'<row r="1">{cells}<c r="H1"><v>1</v></c></row>'))
    assert sheet.rows == [[None] * 7 + [1.0]]
    assert sheet.issues == tuple(CellIssue(0, n, "error-value", error) for n, error in enumerate(ERRORS))


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#GETTING_DATA", "#BUSY!"])
def test_an_error_value_that_the_reader_does_not_know_costs_only_its_cell(tmp_path: Path, error: str) -> None:
    cell = f'<c r="B2" t="e" cm="1"><f t="array" ref="B2">SORT(A:A)</f><v>{error}</v></c>'
    row = f'<row r="2"><c r="A2"><v>2</v></c>{cell}<c r="C2" t="s"><v>0</v></c></row>'
    sheet = sheet_of(tmp_path, xlsx(NUMBER, row, strings="<sst><si><t>P</t></si></sst>"))
    assert sheet.rows == [[1.0, None, None], [2.0, None, "P"]]
    assert sheet.issues == (CellIssue(1, 1, "error-value", error),)


@pytest.mark.parametrize(
    "cell",
    [
        "<f>1+1</f>",
        "<f>1+1</f><v/>",
        "<f>1+1</f><v></v>",
        '<f t="shared" si="0"/>',
        '<f t="shared" si="0"/>\n<v />',
    ],
)
def test_a_formula_without_a_stored_value_is_told(tmp_path: Path, cell: str) -> None:
    sheet = sheet_of(tmp_path, xlsx(f'<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="0">{cell}</c></row>'))
    assert sheet.rows == [[1.0]]
    assert sheet.issues == (CellIssue(0, 1, "formula-not-calculated", ""),)


@pytest.mark.parametrize(
    "cell",
    ['r="B1"><f>1+1</f><v>2</v>', 'r="B1" t="str"><f>A1&amp;""</f><v></v>', 'r="B1"><v>2</v>', 'r="B1">'],
)
def test_a_cell_with_its_value_is_no_issue(tmp_path: Path, cell: str) -> None:
    assert sheet_of(tmp_path, xlsx(f'<row r="1"><c r="A1"><v>1</v></c><c {cell}</c></row>')).issues == ()


# Delimited text


TABLE = "Learner,Grade\nNoor Abbas,P\nZoë Müller,M\n"
ROWS = [["Learner", "Grade"], ["Noor Abbas", "P"], ["Zoë Müller", "M"]]


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        codecs.BOM_UTF8 + TABLE.encode(),
        codecs.BOM_UTF16_LE + TABLE.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"),
        TABLE.encode("cp1252"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r").encode(),
        TABLE.rstrip().encode(),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace(",", "|").encode(),
        ("sep=;\r\n" + TABLE.replace(",", ";")).encode(),
    ],
)
def test_delimited_text_in_its_encodings_and_dialects(tmp_path: Path, content: bytes) -> None:
    sheet = sheet_of(tmp_path, content, "it-12a.csv")
    assert (sheet.name, sheet.visible, sheet.rows) == ("it-12a", True, ROWS)


def test_arabic_delimited_text_as_excel_saves_it(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "اسم الطالب;Grade\nنور عباس;P\n".encode("cp1256"), "it-12a.csv")
    assert sheet.rows == [["اسم الطالب", "Grade"], ["نور عباس", "P"]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('a,b\n"one\ntwo, three","say ""x"""\n', [["a", "b"], ["one\ntwo, three", 'say "x"']]),
        ("a,b\n\n x ,\n", [["a", "b"], [None, None], [" x ", None]]),
        ("a,b,,\n1,2,,\n,,,\n\n", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,2,3\n4\n", [["a", "b", None], ["1", "2", "3"], ["4", None, None]]),
        ("Learner name\nNoor Abbas\n", [["Learner name"], ["Noor Abbas"]]),
        ("Full name,Unit no\nA B,4\n", [["Full name", "Unit no"], ["A B", "4"]]),
        ("a,b\nx,good; late\ny,see; me; soon\n", [["a", "b"], ["x", "good; late"], ["y", "see; me; soon"]]),
        ("a;b\nAbbas, Noor;good, but late\n", [["a", "b"], ["Abbas, Noor", "good, but late"]]),
        ("Tracker, IT; 2024\n\nn,d,g\na,01/09/2023,P\nb,02/09/2023,M\n",
         [["Tracker", " IT; 2024", None], [None] * 3, ["n", "d", "g"],
          ["a", "01/09/2023", "P"], ["b", "02/09/2023", "M"]]),
    ],
)  # fmt: skip
def test_delimited_text_that_is_less_tidy(tmp_path: Path, text: str, rows: list[list[str | None]]) -> None:
    assert sheet_of(tmp_path, text.encode(), "t.csv").rows == rows


def test_a_delimited_text_with_a_field_longer_than_the_usual_limit(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, b"a,b\n1," + b"x" * 200_000, "t.csv").rows[1] == ["1", "x" * 200_000]


def test_the_bytes_decide_and_not_the_name(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, xlsx(NUMBER), "tracker.csv").rows == [[1.0]]
    assert sheet_of(tmp_path, xlsx(NUMBER), "tracker.xls").rows == [[1.0]]
    assert read(tmp_path, XLS.read_bytes(), "tracker.xlsx").sheets[1].rows == [[1]]


# Files that are no trackers


HTML = b"\xef\xbb\xbf <html><table><tr><td>Learner</td></tr></table></html>"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"", "empty"),
        ("a.csv", b"", "empty"),
        ("a.xls", HTML, "web page"),
        ("a.csv", HTML, "web page"),
        ("a.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "web page"),
        ("a.xls", b'<?xml version="1.0"?><Workbook/>', "XML"),
        ("a.xlsx", TABLE.encode(), ".csv"),
        ("a.xls", b"\x09\x00\x04\x00\x02\x00\x10\x00", "Excel 4"),
        ("a.csv", b"\x00\x01\x02\x03" * 50, "neither Excel"),
        ("a.csv", b"a,b\n\x81\x8d,x", "characters"),
        ("a.xlsx", b"%PDF-1.7", "PDF"),
        ("a.xlsx", zipped({"word/document.xml": "x"}), "Word"),
        ("a.xlsx", zipped({"notes.txt": "x"}), "zip archive"),
        ("a.csv", zipped({"notes.txt": "x"}), "zip archive"),
        ("a.xlsx", compound(EncryptionInfo=b"x", EncryptedPackage=b"x"), "password"),
        ("a.xls", compound(WordDocument=b"x"), "Word"),
        ("a.xls", compound(Workbook=struct.pack("<HHH", 0x2F, 2, 1)), "password"),
        ("a.ods", ods(manifest="<manifest:encryption-data/>"), "password"),
        ("a.xlsx", xlsx(NUMBER)[:-200], "damaged"),
        ("a.xlsx", xlsx(NUMBER)[:300], "damaged"),
        ("a.xls", XLS.read_bytes()[:512], "damaged"),
        ("a.xls", XLS.read_bytes()[:3000], "damaged"),
        ("a.xlsx", xlsx('<row r="1"><c r="A1" t="n"><v>abc</v></c></row>'), "'Tracker' cannot be read"),
        ("a.xlsx", xlsx('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), "'Tracker' cannot be read"),
        ("a.xlsx", zipped({"xl/workbook.xml": "<workbook"}), "damaged"),
        ("a.xlsx", zipped({"xl/workbook.xml": "<workbook/>"}), "damaged"),
        ("a.xlsx", zipped({"xl/workbook.xml": '<?xml version="1.0" encoding="odd"?><workbook/>'}), "damaged"),
        ("a.xls", compound(Other=b"x"), "of another kind"),
        ("~$a.xlsx", b"\x05Noor ", "a.xlsx"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_file_that_is_no_tracker(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    assert words in refusal(tmp_path, content, name)


def test_what_is_said_where_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no such file"):
        read_workbook(tmp_path / "gone.xlsx")
    with pytest.raises(Unreadable, match="folder"):
        read_workbook(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="no pipes in folders on Windows")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xlsx")
    with pytest.raises(Unreadable, match="pipe"):
        read_workbook(tmp_path / "a.xlsx")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(NUMBER))
    path.chmod(0)
    with pytest.raises(Unreadable, match="right to read"):
        read_workbook(path)


# Files that would take the machine along


def test_a_stray_value_in_the_last_cell_is_refused(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "XFD1048576" in refusal(tmp_path, xlsx(NUMBER, far))


@pytest.mark.parametrize("reference_of_row", ["", ' r="1"'])
def test_a_cell_counts_where_it_says_and_not_where_it_stands(tmp_path: Path, reference_of_row: str) -> None:
    row = f"<row{reference_of_row}><c r='XFD1048576' t=\"str\"><f>x</f><v></v></c></row>"
    assert "XFD1048576" in refusal(tmp_path, xlsx(row))


def test_an_address_that_no_sheet_has_is_refused(tmp_path: Path) -> None:
    assert "stretches" in refusal(tmp_path, xlsx('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'))
    assert refusal(tmp_path, xlsx('<row r="1"><c r="A0"><v>1</v></c></row>'))


def test_the_limit_of_cells_is_a_limit(tmp_path: Path) -> None:
    content = xlsx(NUMBER, '<row r="10"><c r="C10"><v>1</v></c><c r="Z10" s="0"/></row>')
    assert len(sheet_of(tmp_path, content, limits=Limits(cells=30)).rows) == 10
    assert "C10" in refusal(tmp_path, content, limits=Limits(cells=29))


def test_the_limit_of_cells_in_the_other_formats(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    wide = f'<table:table-row table:number-rows-repeated="1000000">{cell * 25}</table:table-row>'
    assert "Y1000000" in refusal(tmp_path, ods(wide), "a.ods")
    number = struct.pack("<d", 1)
    assert "XFD1048576" in refusal(tmp_path, xlsb((0, 0, 5, number), (1_048_575, 16_383, 5, number)), "a.xlsb")
    assert "rows" in refusal(tmp_path, b"," * 3000 + b"\n" * 10_000, "a.csv")
    assert refusal(tmp_path, XLS.read_bytes(), "a.xls", Limits(cells=50))


def test_the_limit_of_unpacked_bytes_is_a_limit(tmp_path: Path) -> None:
    parts = xlsx_parts(NUMBER)
    parts["xl/media/image1.png"] = bytes(1_000_000)
    total = sum(len(part) for part in parts.values())
    assert sheet_of(tmp_path, zipped(parts), limits=Limits(unpacked_bytes=total)).rows == [[1.0]]
    assert "unpacks" in refusal(tmp_path, zipped(parts), limits=Limits(unpacked_bytes=total - 1))


def test_the_limits_of_parts_and_of_the_file_are_limits(tmp_path: Path) -> None:
    content, count = xlsx(NUMBER), len(xlsx_parts(NUMBER))
    exact = Limits(entries=count, file_bytes=len(content))
    assert sheet_of(tmp_path, content, limits=exact).rows == [[1.0]]
    assert "parts" in refusal(tmp_path, content, limits=Limits(entries=count - 1))
    assert "larger" in refusal(tmp_path, content, limits=Limits(file_bytes=len(content) - 1))


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    parts = xlsx_parts(NUMBER)
    parts["xl/worksheets/sheet1.xml"] = b" " * 300_000_001
    assert "unpacks" in refusal(tmp_path, zipped(parts))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_part_that_is_longer_than_it_says_is_refused(tmp_path: Path, part: str) -> None:
    parts = xlsx_parts(NUMBER)
    longer = str(parts.get(part, "<styleSheet/>")).encode() + b" " * 100_000
    content = bytearray(zipped(parts | {part: longer}))
    directory = content.rfind(b"PK\x01\x02", 0, content.rfind(part.encode()))
    announced = 20
    content[directory + 16 : directory + 20] = struct.pack("<I", zlib.crc32(longer[:announced]))
    content[directory + 24 : directory + 28] = struct.pack("<I", announced)
    assert "damaged" in refusal(tmp_path, bytes(content))


def test_a_part_that_comes_twice_is_refused(tmp_path: Path) -> None:
    file = BytesIO(xlsx(NUMBER))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    assert "damaged" in refusal(tmp_path, file.getvalue())


@pytest.mark.parametrize("count", ["4000000000", "9000000000000000000", "99999999999999999999999"])
def test_a_count_of_strings_that_are_not_there_does_no_harm(tmp_path: Path, count: str) -> None:
    strings = f'<sst xmlns="x" count="{count}" uniqueCount="{count}"><si><t>P</t></si></sst>'
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    assert sheet_of(tmp_path, xlsx(row, strings=strings)).rows == [["P"]]


def test_counts_in_binary_workbooks_are_checked(tmp_path: Path) -> None:
    number = (0, 0, 5, struct.pack("<d", 1))
    assert sheet_of(tmp_path, xlsb(number, strings=struct.pack("<II", 0, 0)), "a.xlsb").rows == [[1.0]]
    assert "damaged" in refusal(tmp_path, xlsb(number, strings=struct.pack("<II", 1, 0x7FFFFFFF)), "a.xlsb")
    old = XLS.read_bytes()
    dimensions = old.find(struct.pack("<HH", 0x200, 14)) + 4
    for rows, columns, accepted in ((65_536, 256, True), (0xFFFFFFF0, 0xFFFF, False)):
        changed = old[:dimensions] + struct.pack("<IIHH", 0, rows, 0, columns) + old[dimensions + 12 :]
        if accepted:
            assert len(read(tmp_path, changed, "a.xls").sheets) == 3
        else:
            assert "damaged" in refusal(tmp_path, changed, "a.xls")
    strings = old.find(struct.pack("<H", 0xFC), 512) + 8
    assert "damaged" in refusal(tmp_path, old[:strings] + b"\xff\xff\xff\x7f" + old[strings + 4 :], "a.xls")


def test_a_table_without_an_end_is_not_searched_for_it_for_ever(tmp_path: Path) -> None:
    assert "damaged" in refusal(tmp_path, ods("</table:table><table:table><table:table-row>"), "a.ods")


def test_sectors_of_a_size_that_does_not_exist_are_refused(tmp_path: Path) -> None:
    old = XLS.read_bytes()
    assert "damaged" in refusal(tmp_path, old[:30] + b"\x01\x00" + old[32:], "a.xls")


def test_entities_that_unfold_are_refused(tmp_path: Path) -> None:
    parts = xlsx_parts(NUMBER)
    parts["xl/workbook.xml"] = f'<!DOCTYPE w [<!ENTITY a "{"x" * 100}">]>' + str(parts["xl/workbook.xml"])
    assert "damaged" in refusal(tmp_path, zipped(parts))
