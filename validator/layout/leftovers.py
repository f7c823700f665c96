"""What is probably a heading on a sheet on which no table was recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.specification import TABLES, table
from validator.findings import ColumnReading
from validator.layout.grid import LOOSE_ROWS, Grid, turned
from validator.mapping.headings import NEAREST, match
from validator.mapping.places import LONGEST
from validator.reading import reference

if TYPE_CHECKING:
    from validator.reading import Sheet

FEWEST = 3
"""A row with fewer texts is not taken for headings."""
RECORDS = 2
"""So many rows below must be filled as headings ask for."""


def likely_headings(sheet: Sheet) -> tuple[ColumnReading, ...]:
    """Return what may be the headings of a sheet's table, down or across, each with the known heading that comes
    nearest; nothing where no row or column looks like headings."""
    across = _likely(sheet)
    cells = across or [(column, row, text) for row, column, text in _likely(turned(sheet))]
    return tuple(
        ColumnReading(text, reference(sheet.name, row, column), None, None, "none", *_nearest(text))
        for row, column, text in cells
    )


def _likely(sheet: Sheet) -> list[tuple[int, int, str]]:
    """Return the cells of the first row of texts, each another, that has records below it as wide as itself."""
    grid = Grid(sheet)
    best: list[tuple[int, int, str]] = []
    for number in range(min(grid.height, LOOSE_ROWS)):
        row = sheet.rows[number]
        filled = [column for column, value in enumerate(row) if value is not None]
        texts = [(number, column, text) for column in filled if (text := grid.text(number, column))]
        if len(texts) < FEWEST or len(texts) < len(filled) or any(len(text) > LONGEST for *_, text in texts):
            continue
        below = [sum(sheet.rows[at][column] is not None for column in filled) for at in range(number + 1, grid.height)]
        if sum(2 * count >= len(filled) for count in below) >= RECORDS and len(texts) > len(best):
            best = texts
        if best:
            break
    return best


def _nearest(text: str) -> tuple[int, str | None]:
    """Return how surely a heading is like one of any table, and which."""
    kinds = [kind for kind in TABLES if table(kind).recognised_by]
    found = max((match(text, kind) for kind in kinds), key=lambda match: match.confidence)
    return (found.confidence, found.nearest or text) if found.confidence >= NEAREST else (0, None)
