"""Cell addresses as Excel writes them."""

from __future__ import annotations

import re

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

_PLAIN = re.compile(r"[^\W\d][\w.]*")
_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)")
_REFERENCE = re.compile(r"(?:'((?:[^']|'')*)'|([^'!]+))!([A-Z]{1,3})([0-9]{1,7})")
_ROW_COLUMN = re.compile(r"R([0-9]+)|R?C([0-9]+)")


def column_letters(column: int) -> str:
    """Return the letters of a 0-based column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the 0-based column of its letters, in either case: A is 0, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def a1(row: int, column: int) -> str:
    """Return the address of a cell, such as `F34`, from its 0-based row and column."""
    return f"{column_letters(column)}{row + 1}"


def reference(sheet: str, row: int, column: int) -> str:
    """Return a reference that Excel understands, such as `Submissions!F34` or `'Unit 4'!F34`."""
    if _needs_quotes(sheet):
        sheet = "'" + sheet.replace("'", "''") + "'"
    return f"{sheet}!{a1(row, column)}"


def place(reference: str) -> tuple[str, int, int]:
    """Return the sheet, the 0-based row and the 0-based column of a reference: what `reference` was made from.

    Raises ValueError for what is no reference to one cell of a sheet.
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(f"no reference to a cell: {reference}")
    quoted, plain, letters, number = match.groups()
    return plain if quoted is None else quoted.replace("''", "'"), int(number) - 1, column_number(letters)


def _needs_quotes(sheet: str) -> bool:
    """Say whether Excel puts quotes around a sheet's name."""
    name = sheet.upper()
    return not _PLAIN.fullmatch(sheet) or name in ("TRUE", "FALSE") or _is_cell(name) or _is_row_column(name)


def _is_cell(name: str) -> bool:
    """Say whether a name could be read as a cell, such as `FY24`."""
    cell = _CELL.fullmatch(name)
    return cell is not None and column_number(cell[1]) < MAX_COLUMNS and 0 < int(cell[2]) <= MAX_ROWS


def _is_row_column(name: str) -> bool:
    """Say whether a name begins as a cell does in Excel's other notation, R1C1: Excel quotes those too."""
    if name in ("R", "C", "RC"):
        return True
    match = _ROW_COLUMN.match(name)
    if not match:
        return False
    row, column = match.groups()
    return 0 < int(row) <= MAX_ROWS if row else 0 < int(column) <= MAX_COLUMNS
