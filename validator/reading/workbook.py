"""Reads a tracker's file into sheets of values, under limits, without ever writing to it."""

from __future__ import annotations

import hashlib
import stat
from io import BytesIO
from typing import TYPE_CHECKING

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
)

from validator.reading import binary_facts, ods_facts, xlsx_facts
from validator.reading.addresses import MAX_COLUMNS, MAX_ROWS, a1
from validator.reading.compound import BadCompoundFileError, CompoundFile
from validator.reading.container import recognise
from validator.reading.delimited import read_delimited
from validator.reading.guard import DAMAGED, PASSWORD, Archive, Limits, Unreadable
from validator.reading.sheets import Sheet, SheetFacts, Value, Workbook

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from validator.reading.container import Kind

_DEFAULTS = Limits()


def read_workbook(path: Path, limits: Limits = _DEFAULTS) -> Workbook:
    """Return what a tracker's file holds: .xlsx, .xlsm, .xls, .xlsb, .ods or .csv, told by its bytes.

    Sheets come in the workbook's order, hidden ones too; chart and macro sheets are left out. Raises
    Unreadable, with a sentence for the person whose file it is, for a file that cannot be read; a value that
    is there is never left out in silence.
    """
    return workbook_of(_bytes_of(path, limits), path, limits)


def workbook_of(content: bytes, path: Path, limits: Limits = _DEFAULTS) -> Workbook:
    """Return what these bytes hold, as `read_workbook` does of the bytes of the file at `path`."""
    kind, container = recognise(content, path.suffix.lower(), limits)
    if container is None:
        sheets: tuple[Sheet, ...] = (Sheet(path.stem, True, _trimmed(read_delimited(content, limits))),)
    else:
        facts, readable = _examined(kind, container, content, limits)
        _check_extent(facts, limits)
        sheets = _sheets(readable, dict(facts))
        if kind == "ods":
            ods_facts.restore_durations(sheets)
    kept = content if kind == "xlsx" else b""
    return Workbook(path.name, hashlib.sha256(content).hexdigest(), sheets, kept)


def _bytes_of(path: Path, limits: Limits) -> bytes:
    """Return the bytes of a file; they are taken once, so that what is checked is what is read."""
    if path.name.startswith("~$"):
        raise Unreadable(
            "The file is the mark that Excel leaves while a workbook is open, not a tracker. Check the "
            f"workbook itself, {path.name[2:]}."
        )
    try:
        state = path.stat()
        if stat.S_ISDIR(state.st_mode):
            raise Unreadable("This is a folder, or one that may not be listed, not a workbook.")
        if not stat.S_ISREG(state.st_mode):
            raise Unreadable("This is a device or a pipe, not a workbook.")
        if state.st_size > limits.file_bytes:
            raise Unreadable(
                f"The file is larger than {limits.file_bytes // 10**6:,} MB. Copy the sheets of the tracker, "
                "without pictures, into a new workbook and check that one."
            )
        with path.open("rb") as file:
            return file.read(limits.file_bytes)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Unreadable("There is no such file. Check the path, and that the drive is connected.") from error
    except PermissionError as error:
        raise Unreadable(
            "The file may not be opened. Close it if it is open in another programme, or ask for the right to read it."
        ) from error
    except OSError as error:
        raise Unreadable(f"The file cannot be opened: {error.strerror or error}.") from error
    except ValueError as error:
        raise Unreadable("The path of the file holds a character that no path can have.") from error


def _examined(
    kind: Kind, container: Archive | CompoundFile, content: bytes, limits: Limits
) -> tuple[list[tuple[str, SheetFacts]], bytes]:
    """Return each sheet's name and facts, and the bytes to read: the file's own, or a mended copy of them."""
    if isinstance(container, CompoundFile):
        try:
            stream = container.stream("Workbook" if "Workbook" in container else "Book")
        except BadCompoundFileError as error:
            raise Unreadable(DAMAGED) from error
        return binary_facts.examine_xls(stream), content
    mended: dict[str, bytes] = {}
    if kind == "xlsx":
        facts, mended = xlsx_facts.examine(container, limits.cells)
    elif kind == "xlsb":
        facts = binary_facts.examine_xlsb(container)
    else:
        facts = list(ods_facts.examine(container.part("content.xml")))
    container.verify()
    return facts, container.replaced(mended) if mended else content


def _check_extent(facts: Iterable[tuple[str, SheetFacts]], limits: Limits) -> None:
    """Raise Unreadable where the sheets span more cells than is accepted: the reader holds blank ones too."""
    cells = 0
    for name, sheet in facts:
        cells += sheet.height * sheet.width
        if sheet.height > MAX_ROWS or sheet.width > MAX_COLUMNS or cells > limits.cells:
            raise Unreadable(
                f"The sheet '{name}' stretches to cell {a1(sheet.height - 1, sheet.width - 1)}, too large an "
                "area to read. Delete the rows below the tracker and the columns beside it, save, and check "
                "it again."
            )


def _sheets(content: bytes, facts: dict[str, SheetFacts]) -> tuple[Sheet, ...]:
    """Return the worksheets that the reader finds in the bytes of a workbook."""
    sheet = ""
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
            sheets = []
            for metadata in workbook.sheets_metadata:
                if metadata.typ == SheetTypeEnum.WorkSheet:
                    sheet = metadata.name
                    grid = workbook.get_sheet_by_name(sheet)
                    sheets.append(_sheet(metadata, grid, facts.get(sheet, SheetFacts())))
    except PasswordError as error:
        raise Unreadable(PASSWORD) from error
    except WorksheetNotFound as error:
        raise Unreadable(_spoilt(sheet, "the file does not hold it")) from error
    except CalamineError as error:
        raise Unreadable(_spoilt(sheet, str(error)) if sheet else DAMAGED) from error
    except BaseException as error:
        # A panic of the reader is no Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable(_spoilt(sheet, "the reader stopped at it")) from error
    if not sheets:
        raise Unreadable("The workbook has no sheet with cells. Check that it is the right file.")
    return tuple(sheets)


def _sheet(metadata: SheetMetadata, grid: CalamineSheet, facts: SheetFacts) -> Sheet:
    """Return one sheet as values from A1 on."""
    rows: list[list[Value]] = [
        [None if value == "" else value for value in row] for row in grid.to_python(skip_empty_area=False)
    ]
    for issue in facts.issues:
        if issue.row < len(rows) and issue.column < len(rows[issue.row]):
            rows[issue.row][issue.column] = None
    rows = _trimmed(rows)
    return Sheet(
        name=metadata.name,
        visible=metadata.visible == SheetVisibleEnum.Visible,
        rows=rows,
        merged=tuple((*first, *last) for first, last in grid.merged_cell_ranges or ()),
        issues=facts.issues,
        hidden_rows=frozenset(row for row in facts.hidden_rows if row < len(rows)),
        hidden_columns=frozenset(column for column in facts.hidden_columns if rows and column < len(rows[0])),
    )


def _trimmed(rows: list[list[Value]]) -> list[list[Value]]:
    """Return the rows without the blank ones at the end and the blank columns at their right."""
    width = height = 0
    for number, row in enumerate(rows, 1):
        last = len(row)
        while last and row[last - 1] is None:
            last -= 1
        if last:
            width, height = max(width, last), number
    if height == len(rows) and (not rows or width == len(rows[0])):
        return rows
    return [row[:width] for row in rows[:height]]


def _spoilt(sheet: str, reason: str) -> str:
    """Return the sentence for a workbook that the reader gives up."""
    place = f"The sheet '{sheet}'" if sheet else "The workbook"
    return (
        f"{place} cannot be read ({reason.rstrip('.')}). Open the workbook in Excel, save it under a new "
        "name as Excel Workbook (.xlsx), and check the new file."
    )
