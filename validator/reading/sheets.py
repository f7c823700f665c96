"""What a workbook says once it is read: its sheets as grids of values whose first cell is A1."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from validator.reading.fills import fills_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Value = str | float | int | bool | date | datetime | time | timedelta | None
"""What a cell holds; None is a blank cell. A datetime at midnight comes as a date, most numbers as floats."""


@dataclass(frozen=True, slots=True)
class CellIssue:
    """A cell that is blank in `Sheet.rows` although something stands in it."""

    row: int
    """0-based, as is `column`. The cell may lie below or beside the last row or column of the grid."""
    column: int
    kind: Literal["formula-not-calculated", "error-value"]
    text: str
    """The error value as the workbook spells it, such as `#REF!`; empty for a formula."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet."""

    name: str
    visible: bool
    rows: list[list[Value]]
    """Dense, all rows equally long: `rows[0][0]` is cell A1. Trailing blank rows and columns are cut."""
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """First row, first column, last row, last column, 0-based; empty where the format does not tell."""
    issues: tuple[CellIssue, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    """0-based, as is `hidden_columns`; known for .xlsx and .xlsm only."""
    hidden_columns: frozenset[int] = frozenset()
    book: str = ""
    """Which of several workbooks it stands in, as Excel's references to other workbooks say it: `[Plan.xlsx]`."""

    @property
    def place(self) -> str:
        """The sheet in references and sentences: its name, and its workbook's where there are several."""
        return self.book + self.name


@dataclass(frozen=True, slots=True)
class Workbook:
    """One workbook file."""

    name: str
    """The name of the file, without its folders."""
    sha256: str
    sheets: tuple[Sheet, ...]
    content: bytes = field(default=b"", repr=False)
    """The bytes of an .xlsx or .xlsm, for what its values do not tell; nothing for other files."""

    def fills(self, sheet: str) -> Mapping[tuple[int, int], str]:
        """Return the solid fill of each cell of a sheet by its 0-based row and column; nothing where none is known."""
        return fills_of(self.content, sheet) if self.content else {}


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What is learnt from a sheet's own bytes, before and beside its values."""

    height: int = 0
    """Rows from the top of the sheet to its last cell with content: what the grid needs. `width` likewise."""
    width: int = 0
    issues: tuple[CellIssue, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def in_reading_order(issues: Iterable[CellIssue]) -> tuple[CellIssue, ...]:
    """Return the issues from the top left to the bottom right."""
    return tuple(sorted(issues, key=lambda issue: (issue.row, issue.column)))
