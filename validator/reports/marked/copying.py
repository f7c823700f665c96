"""Makes one marked copy, in a worker: the workbook opened, marked, put together again, and held to the original."""

from __future__ import annotations

import hashlib
import re
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from xml.sax.saxutils import escape

from openpyxl import Workbook as Book
from openpyxl import load_workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.datavalidation import DataValidation

from validator.reading import Limits, Unreadable, Workbook, a1, read_workbook, workbook_of
from validator.reading.container import recognise
from validator.reading.guard import Archive
from validator.reading.package import main_part, parsed, sheet_parts
from validator.reading.xlsx_facts import listed_sheets
from validator.reports import replace_file
from validator.reports.marked import MarkedCopy
from validator.reports.marked.cells import escaped, mark_cells, text_into
from validator.reports.marked.keeping import contents, lost
from validator.reports.marked.sheet import add_findings
from validator.reports.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from validator.findings import TrackerResult
    from validator.reading import CellIssue, Sheet, Value
    from validator.reports.marked import Job

_MERGED_CELLS = 2_000_000
"""The library makes an object of every cell of a merged area; a merge over a whole sheet would take hours."""
_SAVED = (1980, 1, 1, 0, 0, 0)
"""The time of every part of a copy: the same tracker gives the same bytes."""
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*?)>(<f(?:\s[^>]*)?(?:/>|>[^<]*</f>))<v ?(?:/>|></v>)</c>')
"""A cell with a formula as the library writes it: without the value that it had."""
_VALIDATIONS = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_AREAS = "{http://schemas.microsoft.com/office/excel/2006/main}"
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]|\A'|'\Z")
"""What Excel does not allow in the name of a sheet."""


class _NotKeptError(Exception):
    """The library would change what stands in the workbook, or never finish; the text says which."""


@dataclass
class _Draft:
    """A copy in the making."""

    book: Book
    names: dict[str, str]
    """The name of each sheet in the copy, by its name in the tracker."""
    stored: dict[str, dict[str, Cell]] = field(default_factory=dict)
    """The values that formulas had when the tracker was last saved, by sheet and address."""
    notes: list[str] = field(default_factory=list)
    """Sentences on how the copy differs from the tracker."""
    suffix: str = ".xlsx"


def make_copy(path: Path, job: Job) -> MarkedCopy:
    """Return what became of the copy of the tracker at `path`; it is there in whole or not at all."""
    (result,) = job.report.trackers
    try:
        content, suffix = _copy(path, job, result)
        target = job.target.with_name(job.target.name + suffix)
        replace_file(target, content)
    except Unreadable as error:
        return MarkedCopy(result.path, reason=str(error))
    except PermissionError:
        return MarkedCopy(
            result.path,
            reason=f"{job.target.name} cannot be written to {job.target.parent}: it is open in another program, or you "
            "may not write there.",
        )
    except OSError as error:
        return MarkedCopy(result.path, reason=f"It cannot be written ({error.strerror or error}).")
    return MarkedCopy(result.path, str(target))


def _copy(path: Path, job: Job, result: TrackerResult) -> tuple[bytes, str]:
    """Return the copy and the ending of its name; raises Unreadable where there can be none."""
    original = read_workbook(path)
    content = path.read_bytes()
    if {original.sha256, hashlib.sha256(content).hexdigest()} != {result.sha256}:
        raise Unreadable("The tracker was changed while it was being checked. Save it, and check it again.")
    kind, container = recognise(content, path.suffix.lower(), Limits())
    why = ""
    if kind == "xlsx" and isinstance(container, Archive):
        try:
            return _finished(_opened(content, container, original), job, original)
        except MemoryError:
            raise
        except _NotKeptError as error:
            why = f"The workbook could not be copied as it is ({error}). "
        except Exception as error:  # the library raises whatever it stumbles over
            why = f"The workbook could not be copied as it is ({type(error).__name__}). "
    draft = _rebuilt(original)
    rest = "" if kind == "text" else " Its formulas, formats, comments, pictures and macros are not in it."
    draft.notes.insert(0, f"{why}It has the tracker's values at their addresses.{rest}")
    try:
        return _finished(draft, job, original)
    except _NotKeptError as error:
        raise Unreadable(f"It would not say what the tracker says ({error}).") from None


def _opened(content: bytes, archive: Archive, original: Workbook) -> _Draft:
    """Return the tracker's own workbook, which the library may fail to open with any exception."""
    areas = [area for sheet in original.sheets for area in sheet.merged]
    merged = sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in areas)
    if merged > _MERGED_CELLS:
        raise _NotKeptError(f"its merged areas span {merged:,} cells")
    macros = b"macroEnabled" in archive.part("[Content_Types].xml")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        book = load_workbook(BytesIO(content), keep_vba=macros, rich_text=True)
        values = load_workbook(BytesIO(content), keep_vba=macros, data_only=True)
    draft = _Draft(
        book,
        {sheet.title: sheet.title for sheet in book.worksheets},
        stored={sheet.title: _stored(sheet, values[sheet.title]) for sheet in book.worksheets},
        suffix=".xlsm" if macros else ".xlsx",
    )
    _keep_escapes(book, original)
    for either in (book, values):
        _keep_validations(either, archive)
    # What the library drops, it drops from the values too; and a book that was saved once is not to be saved again.
    if missing := lost(contents(archive), contents(Archive(_saved(values), Limits()))):
        draft.notes.append(f"Not kept: {listed(missing)}.")
    if macros:
        draft.notes.append("The macros are kept.")
    elif "xl/vbaproject.bin" in archive:
        draft.notes.append("The macros are not kept.")
    if any(getattr(sheet, "_charts", ()) for sheet in book.worksheets) or book.chartsheets:
        draft.notes.append("Charts are drawn anew from their data and may look different.")
    if any(cell.comment for cell in _cells(book)):
        draft.notes.append("Existing comments keep their text but not their size and formatting.")
    dropped = Counter(str(entry.message).partition(" ")[0] for entry in said if "removed because" in str(entry.message))
    if dropped:
        draft.notes.append(f"Not kept either: comments inside merged areas ({dropped.total():,}).")
    return draft


def _cells(book: Book) -> Iterator[Cell]:
    """Yield the cells that there are, without making any."""
    for sheet in book.worksheets:
        yield from cast("Iterable[Cell]", sheet._cells.values())


def _stored(sheet: Worksheet, values: Worksheet) -> dict[str, Cell]:
    """Return the cells that hold what the formulas of a sheet last came to."""
    formulas = [place for place, cell in sheet._cells.items() if cell.data_type == "f"]
    return {f"{get_column_letter(column)}{row}": cast("Cell", values._cells[row, column]) for row, column in formulas}


def _keep_escapes(book: Book, original: Workbook) -> None:
    """Spell again what the library reads without its escape: the text `_x0041_` must not become an A."""
    rows = {sheet.name: sheet.rows for sheet in original.sheets}
    for cell in _cells(book):
        if cell.data_type == "s" and isinstance(cell.value, str) and "_x" in cell.value:
            for row in rows.get(cell.parent.title, [])[cell.row - 1 : cell.row]:
                for value in row[cell.column - 1 : cell.column]:
                    cell.value = escaped(str(value))
                    cell.data_type = "s"


def _keep_validations(book: Book, archive: Archive) -> None:
    """Keep the validations whose list is on another sheet: Excel writes them where the library does not look."""
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    main = main_part(archive)
    for name, part in sheet_parts(archive, main, listed_sheets(archive, main)):
        xml = archive.part(part)
        if name not in sheets or b"dataValidations" not in xml or _VALIDATIONS[1:-1].encode() not in xml:
            continue
        for element in parsed(archive, part).iter(f"{_VALIDATIONS}dataValidation"):
            area = element.findtext(f"{_AREAS}sqref")
            if not area:
                continue
            known: dict[str, Any] = {name: value for name, value in element.items() if name in DataValidation.__attrs__}
            for number in ("formula1", "formula2"):
                if formula := element.findtext(f"{_VALIDATIONS}{number}/{_AREAS}f"):
                    known[number] = formula
            sheets[name].add_data_validation(DataValidation(**{**known, "sqref": area}))


def _rebuilt(original: Workbook) -> _Draft:
    """Return a new workbook with the values of a tracker whose own workbook the library does not write."""
    book = Book()
    book.remove(book.worksheets[0])
    names: dict[str, str] = {}
    for sheet in original.sheets:
        names[sheet.name] = _sheet_name(sheet.name, names.values())
        made = book.create_sheet(names[sheet.name])
        made.sheet_state = "visible" if sheet.visible else "hidden"
        _fill(made, sheet)
    notes = []
    if changed := [f"{old} is {new}" for old, new in names.items() if old != new]:
        notes.append(f"Sheets that could not keep their names: {listed(changed)}.")
    if missing := [i for s in original.sheets for i in s.issues if i.kind == "formula-not-calculated"]:
        notes.append(f"Formulas without a stored value, blank here: {len(missing):,}.")
    return _Draft(book, names, notes=notes)


def _sheet_name(name: str, taken: Iterable[str]) -> str:
    """Return a name that Excel allows and no other sheet has."""
    plain = _SHEET_NAME.sub("_", name)[:31].strip() or "Sheet"
    others, number, unique = {other.casefold() for other in taken}, 1, plain
    while unique.casefold() in others:
        number += 1
        unique = f"{plain[: 31 - len(f' {number}')]} {number}"
    return unique


def _fill(made: Worksheet, sheet: Sheet) -> None:
    """Put the values of a sheet into an empty one."""
    widths: Counter[int] = Counter()
    for row, values in enumerate(sheet.rows, 1):
        for column, value in enumerate(values, 1):
            if value is None:
                continue
            cell = cast("Cell", made.cell(row, column))
            if isinstance(value, str):
                text_into(cell, value)
                if "\n" in value:
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
            else:
                cell.value = value
                if isinstance(value, date):
                    cell.number_format = "dd/mm/yyyy hh:mm" if isinstance(value, datetime) else "dd/mm/yyyy"
            longest = max(map(len, str(value).split("\n")))
            widths[column] = max(widths[column], min(longest + 2, 40))
    for issue in sheet.issues:
        if issue.kind == "error-value":
            cell = cast("Cell", made.cell(issue.row + 1, issue.column + 1))
            cell.value, cell.data_type = issue.text, "e"
    for column, width in widths.items():
        made.column_dimensions[get_column_letter(column)].width = max(width, 9)
    for top, left, bottom, right in sheet.merged:
        if (bottom - top + 1) * (right - left + 1) <= 10_000:
            made.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)


def _finished(draft: _Draft, job: Job, original: Workbook) -> tuple[bytes, str]:
    """Mark a draft and return its bytes; raises _NotKeptError where it would not say what the tracker says."""
    (result,) = job.report.trackers
    mark_cells(draft.book, result.findings, draft.names, job.report.as_of)
    add_findings(draft.book, job.report, draft.names, original, draft.notes)
    content = _packed(draft, job.report.as_of)
    _hold_to_original(content, original, draft.names)
    return content, draft.suffix


def _saved(book: Book) -> bytes:
    """Return the bytes of a workbook as the library writes them."""
    file = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book.save(file)
    return file.getvalue()


def _packed(draft: _Draft, as_of: str) -> bytes:
    """Return the bytes of a copy: always the same, and with the values that its formulas had."""
    saved, packed = BytesIO(_saved(draft.book)), BytesIO()
    sheets = {sheet.path[1:]: sheet.title for sheet in draft.book.worksheets}
    with zipfile.ZipFile(saved) as parts, zipfile.ZipFile(packed, "w") as copy:
        for name in sorted(set(parts.namelist()), key=lambda name: (name != "[Content_Types].xml", name)):
            part = parts.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>%bT00:00:00Z" % as_of.encode(), part)
            elif stored := draft.stored.get(sheets.get(name, "")):
                part = _with_values(part, stored, draft.book)
            copy.writestr(zipfile.ZipInfo(name, _SAVED), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _with_values(xml: bytes, stored: dict[str, Cell], book: Book) -> bytes:
    """Return a sheet's XML with the value that each formula had.

    Without it a formula is blank until a spreadsheet calculates it: in previews, and in Excel's Protected View.
    """

    def filled(match: re.Match[bytes]) -> bytes:
        cell = stored.get(match[1].decode())
        kind, value = _stored_value(cell, book) if cell is not None else ("", None)
        if value is None:
            return match[0]
        attributes = match[2] + (f' t="{kind}"'.encode() if kind else b"")
        told = escape(value).encode("utf-8", "replace")
        return b'<c r="%b"%b>%b<v>%b</v></c>' % (match[1], attributes, match[3], told)

    return _FORMULA.sub(filled, xml)


def _stored_value(cell: Cell, book: Book) -> tuple[str, str | None]:
    """Return the kind and the text of a value as a sheet's XML has them; None where there is no value."""
    kind, value = cell.data_type, cell.value
    if value is None:
        return ("str", "") if kind == "str" else ("", None)
    if kind == "d":
        serial: float = to_excel(value, book.epoch)  # type: ignore[no-untyped-call]
        return "", repr(serial)
    if kind == "n":
        return "", repr(value)
    return ("b", str(int(bool(value)))) if kind == "b" else ("e" if kind == "e" else "str", str(value))


def _hold_to_original(content: bytes, original: Workbook, names: dict[str, str]) -> None:
    """Raise _NotKeptError unless the sheets of a copy, but for its first, say what the tracker's say."""
    try:
        copy = workbook_of(content, Path("copy.xlsx"))
    except Unreadable as error:
        raise _NotKeptError(f"the copy could not be read: {error}") from error
    if [sheet.name for sheet in copy.sheets[1:]] != [names.get(sheet.name, sheet.name) for sheet in original.sheets]:
        raise _NotKeptError("a sheet would be missing")
    for ours, theirs in zip(copy.sheets[1:], original.sheets, strict=True):
        if _errors(ours) != _errors(theirs):
            raise _NotKeptError(f"an error value of {theirs.name} would change")
        if place := _difference(ours, theirs):
            raise _NotKeptError(f"the value of {theirs.name}, cell {place}, would change")


def _errors(sheet: Sheet) -> list[CellIssue]:
    return [issue for issue in sheet.issues if issue.kind == "error-value"]


def _difference(copy: Sheet, original: Sheet) -> str:
    """Return the address of the first cell whose value differs, or nothing."""
    if copy.rows == original.rows:
        return ""
    for row in range(max(len(copy.rows), len(original.rows))):
        ours, theirs = (sheet.rows[row] if row < len(sheet.rows) else [] for sheet in (copy, original))
        for column in range(max(len(ours), len(theirs))):
            one, other = (line[column] if column < len(line) else None for line in (ours, theirs))
            if one != other and not _as_good_as(one, other):
                return a1(row, column)
    return ""


def _as_good_as(one: Value, other: Value) -> bool:
    """Say whether two values differ by no more than a spreadsheet's rounding."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) <= 1e-12 * max(abs(one), abs(other))
    if isinstance(one, timedelta) and isinstance(other, timedelta):
        return abs(one - other) < timedelta(milliseconds=1)
    if isinstance(one, time) and isinstance(other, time):
        one, other = (datetime.combine(date.min, moment) for moment in (one, other))
    if isinstance(one, datetime) and isinstance(other, datetime):
        return abs(one - other) < timedelta(milliseconds=1)
    return False
