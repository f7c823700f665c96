"""What the records of an .xls or .xlsb tell beyond the values that the reader gives."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from validator.reading.guard import DAMAGED, PASSWORD, Archive, Unreadable
from validator.reading.package import main_part, sheet_parts
from validator.reading.sheets import CellIssue, SheetFacts

if TYPE_CHECKING:
    from collections.abc import Iterator

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}

# Records of an .xls.
_END, _PASSWORD, _SHEET, _STRINGS, _DIMENSIONS = 0x000A, 0x002F, 0x0085, 0x00FC, 0x0200
_FORMULA, _MANY_NUMBERS, _BOOLEAN_OR_ERROR = 0x0006, 0x00BD, 0x0205
_CELLS = frozenset({_FORMULA, _MANY_NUMBERS, _BOOLEAN_OR_ERROR, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x027E})
_MAX_ROWS, _MAX_COLUMNS = 65_536, 256

# Records of an .xlsb.
_ROW, _CELL_ERROR, _FORMULA_ERROR, _END_CELLS, _BUNDLE, _BEGIN_STRINGS = 0, 3, 11, 146, 156, 159
_FIRST_CELL, _LAST_CELL = 2, 11


def examine_xls(stream: bytes) -> list[tuple[str, SheetFacts]]:
    """Return the name and facts of each sheet in the workbook stream.

    Raises Unreadable for a password, and where the reader would reserve memory for what cannot be there.
    """
    sheets = []
    try:
        for kind, start, length in _xls_records(stream, 0):
            if kind == _PASSWORD:
                raise Unreadable(PASSWORD)
            if kind == _STRINGS and struct.unpack_from("<I", stream, start + 4)[0] > len(stream) // 3:
                raise Unreadable(DAMAGED)
            if kind == _SHEET:
                sheets.append((_xls_name(stream[start + 6 : start + length]), _xls_sheet(stream, start)))
    except (struct.error, IndexError) as error:
        raise Unreadable(DAMAGED) from error
    return sheets


def _xls_sheet(stream: bytes, bound: int) -> SheetFacts:
    """Return the facts of the sheet whose place in the stream a record names."""
    height = width = 0
    issues = []
    for kind, start, length in _xls_records(stream, struct.unpack_from("<I", stream, bound)[0]):
        if kind == _DIMENSIONS:
            wide = struct.unpack_from("<IIHH" if length >= 12 else "<HHHH", stream, start)
            if wide[1] > _MAX_ROWS or wide[3] > _MAX_COLUMNS:
                raise Unreadable(DAMAGED)
        elif kind in _CELLS:
            row, column = struct.unpack_from("<HH", stream, start)
            last = struct.unpack_from("<H", stream, start + length - 2)[0] if kind == _MANY_NUMBERS else column
            height, width = max(height, row + 1), max(width, last + 1)
            error = _xls_error(stream, kind, start)
            if error is not None:
                issues.append(CellIssue(row, column, "error-value", _ERRORS.get(error, "#?")))
    return SheetFacts(height, width, tuple(issues))


def _xls_error(stream: bytes, kind: int, start: int) -> int | None:
    """Return the code of the error value in a cell, None where the cell has none."""
    if kind == _BOOLEAN_OR_ERROR and stream[start + 7]:
        return stream[start + 6]
    if kind == _FORMULA and stream[start + 12 : start + 14] == b"\xff\xff" and stream[start + 6] == 2:
        return stream[start + 8]
    return None


def _xls_name(text: bytes) -> str:
    """Return the name of a sheet: a length, a width and the characters (Excel 5 has no width)."""
    if len(text) == 1 + text[0]:
        return text[1:].decode("cp1252", "replace")
    if text[1] & 1:
        return text[2 : 2 + 2 * text[0]].decode("utf-16-le", "replace")
    return text[2 : 2 + text[0]].decode("latin-1")


def _xls_records(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """Yield the kind, the start of the content and the length of each record up to the end of a part."""
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        if kind == _END:
            return
        yield kind, start + 4, length
        start += 4 + length


def examine_xlsb(archive: Archive) -> list[tuple[str, SheetFacts]]:
    """Return the name and facts of each sheet; raises Unreadable where its counts cannot be."""
    try:
        strings = archive.part("xl/sharedStrings.bin")
        for kind, start, _ in _xlsb_records(strings):
            if kind == _BEGIN_STRINGS and max(struct.unpack_from("<II", strings, start)) > len(strings):
                raise Unreadable(DAMAGED)
            break
        book = main_part(archive)
        bundle = list(_xlsb_bundle(archive.part(book)))
        return [(name, _xlsb_sheet(archive.part(part))) for name, part in sheet_parts(archive, book, bundle)]
    except (struct.error, IndexError) as error:
        raise Unreadable(DAMAGED) from error


def _xlsb_bundle(workbook: bytes) -> Iterator[tuple[str, str]]:
    """Yield the name and the relationship of each sheet."""
    for kind, start, _ in _xlsb_records(workbook):
        if kind == _BUNDLE:
            identity, after = _xlsb_text(workbook, start + 8)
            yield _xlsb_text(workbook, after)[0], identity


def _xlsb_sheet(part: bytes) -> SheetFacts:
    """Return the facts of one sheet."""
    row = height = width = 0
    issues = []
    for kind, start, _ in _xlsb_records(part):
        if kind == _ROW:
            row = struct.unpack_from("<I", part, start)[0]
        elif _FIRST_CELL <= kind <= _LAST_CELL:
            column = struct.unpack_from("<I", part, start)[0]
            height, width = max(height, row + 1), max(width, column + 1)
            if kind in (_CELL_ERROR, _FORMULA_ERROR):
                issues.append(CellIssue(row, column, "error-value", _ERRORS.get(part[start + 8], "#?")))
        elif kind == _END_CELLS:
            break
    return SheetFacts(height, width, tuple(issues))


def _xlsb_text(part: bytes, start: int) -> tuple[str, int]:
    """Return a text and where it ends."""
    end = start + 4 + 2 * min(struct.unpack_from("<I", part, start)[0], len(part))
    return part[start + 4 : end].decode("utf-16-le", "replace"), end


def _xlsb_records(part: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the kind, the start of the content and the length of each record: numbers in groups of 7 bits."""
    start = 0
    while start < len(part):
        kind = part[start]
        start += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (part[start] & 0x7F) << 7
            start += 1
        length = shift = 0
        while True:
            byte = part[start]
            start += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        yield kind, start, length
        start += length
