"""What the cells of records say as evidence: there, a gap, unreadable, or without any column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from rules.people import refused
from rules.rule import POINTERS
from validator.findings import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules.records import Records
    from validator.tables.build import Failure
    from validator.tables.model import Tables


@dataclass(frozen=True)
class Cell:
    """What one cell of a record says."""

    value: Any
    """None where it is blank, or has no column, or is unreadable."""
    where: str
    is_unread: bool = False

    @property
    def has_column(self) -> bool:
        """Whether the record has a place for it."""
        return bool(self.where)

    def __bool__(self) -> bool:
        return self.value is not None

    def __str__(self) -> str:
        return spoken(self.value)


class Told:
    """What the cells of records say, a missing value told from a missing column and from what nobody can read."""

    def __init__(self, tables: Tables, records: Records, failures: Iterable[Failure]) -> None:
        self._tables = tables
        self._unread = {
            (failure.table, failure.row, failure.field): failure.cells[0]
            for failure in failures
            if failure.cells and failure.code in ("STR005", "STR007", "STR008")
        }
        self.as_of = records.as_of
        self._columns: dict[tuple[str, str], tuple[dict[int, Any], dict[int, Any]]] = {}

    def cell(self, pointer: str, row: object, name: str) -> Cell:
        """Return what the record in a row of the table of `pointer` says of a field."""
        if row is None or pd.isna(row):  # type: ignore[call-overload]
            return Cell(None, "")
        kind, label = POINTERS.get(pointer, pointer), int(row)  # type: ignore[call-overload]
        if (kind, name) not in self._columns:
            self._columns[kind, name] = tuple(  # type: ignore[assignment]
                part[kind][name].dropna().to_dict() for part in (self._tables.frames, self._tables.cells)
            )
        values, places = self._columns[kind, name]
        value, where = values.get(label), places.get(label, "")
        unread = self._unread.get((kind, label, name))
        if value is None and not where and unread:
            return Cell(None, unread, is_unread=True)
        return Cell(value, str(where))

    def first_told(self, rows: Sequence[object], *names: str) -> Cell:
        """Return the first of several fields of some attempts that says something, else one that has a column."""
        cells = [self.cell("attempts", row, name) for name in names for row in rows]
        return next(filter(None, cells), next((cell for cell in cells if cell.has_column), Cell(None, "")))


def spoken(value: object) -> str:
    """Return a value as people write it."""
    if value is None:
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)


def absent(what: str, *cells: Cell, missing: str) -> Evidence:
    """Return the evidence that is not there: no column, nothing readable, or a blank that is a gap."""
    unread = next((cell for cell in cells if cell.is_unread), None)
    if unread is not None:
        return Evidence(what, "unclear", "what stands there cannot be read", unread.where)
    place = next((cell.where for cell in cells if cell.has_column), "")
    return Evidence(what, "missing" if place else "no-column", missing if place else "no column for it", place)


def signed(what: str, signature: Cell, date: Cell, *, needs_date: bool) -> Evidence:
    """Return what is on record of a declaration that is signed and dated."""
    place = signature.where or date.where
    match signature.value, bool(date):
        case "yes", True:
            found = Evidence(what, "present", f"signed {date}", place)
        case "yes", False if not needs_date:
            found = Evidence(what, "present", "signed", place)
        case "yes", False if date.is_unread:
            found = Evidence(what, "unclear", "signed; the date cannot be read", date.where)
        case "yes", False if date.has_column:
            found = Evidence(what, "missing", "signed, not dated", date.where)
        case "yes", False:
            found = Evidence(what, "unclear", "signed; no column for the date", place)
        case "no", True if needs_date:
            found = Evidence(what, "unclear", f"says no, and is dated {date}", place)
        case "no", _:
            found = Evidence(what, "missing", "says no", place)
        case _, True:
            found = Evidence(what, "present", f"dated {date}", date.where)
        case _:
            found = absent(what, signature, date, missing="missing")
    return found


def is_refusal(cell: Cell) -> bool:
    """Return whether a cell in which a name could stand says that nobody did it: "No", "Not authorised"."""
    return bool(cell) and bool(refused(pd.Series([cell.value])).iloc[0])


def dicts(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame."""
    return frame.to_dict("records")  # type: ignore[return-value]


def name(value: object) -> str:
    """Return a name, "" where there is none."""
    return value if isinstance(value, str) else ""
