"""What is probably a heading on a sheet on which no table was recognised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from validator.findings import ColumnReading
from validator.layout.grid import LOOSE_ROWS, SAMPLE, Grid, turned
from validator.mapping.places import LONGEST
from validator.profiles.meanings import OFFERED, suggestion
from validator.reading import reference
from validator.tables.dates import read_dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.reading import Sheet

FEWEST = 3
"""A row with fewer cells is taken neither for headings nor for a record."""
RECORDS = 2
"""So many rows of values must stand below headings."""


def likely_headings(sheet: Sheet) -> tuple[ColumnReading, ...]:
    """Return what may be the headings of a sheet's table, down or across, each with the name of the field that comes
    nearest; nothing where no row or column looks like headings."""
    top = Grid(replace(sheet, rows=sheet.rows[: LOOSE_ROWS + SAMPLE]))
    if across := _likely(top):
        return tuple(_left_over(top, row, column, reference(sheet.place, row, column)) for row, column in across)
    view = Grid(turned(top.sheet))
    return tuple(_left_over(view, row, column, reference(sheet.place, column, row)) for row, column in _likely(view))


def hold_dates(cells: Sequence[Any]) -> bool | None:
    """Return whether cells are dates, for the most part; None where there is none to tell."""
    filled = [cell for cell in cells if cell is not None]
    if not filled:
        return None
    return 2 * sum(isinstance(day, date) for day in read_dates(filled)) > len(filled)


def _left_over(grid: Grid, row: int, column: int, cell: str) -> ColumnReading:
    text = grid.text(row, column)
    nearest = suggestion(text, OFFERED, holds_dates=hold_dates([values[column] for values in grid.rows[row + 1 :]]))
    return ColumnReading(text, cell, None, None, "none", 0, nearest or None)


def _likely(grid: Grid) -> list[tuple[int, int]]:
    """Return where the headings of a sheet's first table stand: in a row of texts that has records below it, and
    in the rows of texts below that complete it."""
    found: list[tuple[int, int]] = []
    widest = 0
    for number in range(min(grid.height, LOOSE_ROWS)):
        row = grid.rows[number]
        filled = [column for column, value in enumerate(row) if value is not None]
        are_texts = all(isinstance(cell, str) and len(cell) <= LONGEST for cell in row if cell is not None)
        below = [sum(value is not None for value in grid.rows[at]) for at in range(number + 1, grid.height)]
        is_above_records = sum(count >= FEWEST for count in below) >= RECORDS and 2 * max(below) >= len(filled)
        if are_texts and len(filled) >= FEWEST and is_above_records and len(filled) > widest:
            found += [(number, column) for column in filled]
            widest = len(filled)
        elif found:
            break
    return found
