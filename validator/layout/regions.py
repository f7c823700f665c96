"""Where the tables of a sheet are: heading rows anywhere, with or without blocks of columns above them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from schemas.specification import TABLES, plain, table, words
from validator.findings import ColumnReading
from validator.mapping.headings import NOTHING, Match, anywhere, attempt_in, attempt_of_group, known, match
from validator.reading import reference
from validator.tables.cells import READERS, is_blank
from validator.tables.dates import Odd, read_dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from validator.layout.details import Detail
    from validator.reading import Sheet

LOOSE_ROWS = 40
"""How many rows at the top of a sheet are searched for misspelt heading rows as well."""
SAMPLE = 60
"""How many cells of a column are looked at to tell what it holds."""
FITTING = 0.3
"""The share of a column's cells that must be what its field asks for; fewer, and the heading was misleading."""
TOO_FEW = 3
"""With fewer filled cells than this a column cannot belie its heading."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, and what it was taken for."""

    index: int
    heading: str
    row: int
    """The row in which the heading stands; 0-based, as is `index`."""
    field: str | None = None
    attempt: str | None = None
    how: str = "none"
    confidence: int = 0
    nearest: str | None = None


@dataclass(frozen=True)
class Region:
    """A table on a sheet: its kind, its columns, and the rows in which its records may stand."""

    sheet: Sheet
    kind: str
    heading_rows: tuple[int, ...]
    columns: tuple[Column, ...]
    first_row: int
    last_row: int
    """One past the last row."""
    details: Mapping[str, Detail] = field(default_factory=dict)
    """Fields that a label above the table tells for all its records, such as the unit."""

    @property
    def fields(self) -> frozenset[str]:
        """The fields that its columns fill."""
        return frozenset(column.field for column in self.columns if column.field)

    @property
    def in_blocks(self) -> bool:
        """Whether its columns stand in a block for each attempt."""
        return any(column.attempt for column in self.columns)

    def readings(self) -> tuple[ColumnReading, ...]:
        """Return how each heading was understood, for people."""
        return tuple(
            ColumnReading(
                column.heading,
                reference(self.sheet.name, column.row, column.index),
                f"{self.kind}.{column.field}" if column.field else None,
                column.attempt,
                column.how,  # type: ignore[arg-type]
                column.confidence,
                column.nearest,
            )
            for column in self.columns
        )


def find_regions(sheet: Sheet, details: Sequence[Detail]) -> list[Region]:
    """Return the tables of a sheet from top to bottom.

    `details` are the label/value pairs of the sheet: those above a table may tell what its columns do not.
    """
    grid = _Grid(sheet)
    regions: list[Region] = []
    for row in range(grid.height):
        if not grid.may_be_heading(row):
            continue
        region = _best(grid, row, details)
        if region is None:
            continue
        if regions and regions[-1].heading_rows[-1] in region.heading_rows:
            regions.pop()  # the row of blocks, which by itself looked like a heading row
        if regions:
            regions[-1] = replace(regions[-1], last_row=min(regions[-1].last_row, region.heading_rows[0]))
        regions.append(region)
    return [_settled(grid, region) for region in regions]


class _Grid:
    """A sheet with its merged headings filled in, asked row by row."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows = sheet.rows
        self.height = len(sheet.rows)
        self.width = max((len(row) for row in sheet.rows), default=0)
        self._merged = {
            (row, column): (top, left)
            for top, left, bottom, right in sheet.merged
            if (bottom - top) < 4 or bottom - top < self.height // 2
            for row in range(top, min(bottom, self.height - 1) + 1)
            for column in range(left, min(right, self.width - 1) + 1)
        }

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell, that of its merged range included; "" where there is none."""
        top, left = self._merged.get((row, column), (row, column))
        value = self.rows[top][left] if top < self.height and left < len(self.rows[top]) else None
        return value.strip() if isinstance(value, str) else ""

    def may_be_heading(self, row: int) -> bool:
        """A cheap look: at least two texts of which a vocabulary knows two, or one near the top of the sheet."""
        texts = [value for value in self.rows[row] if isinstance(value, str) and value.strip() and len(value) < 120]
        if len(texts) < 2:
            return False
        hits = 0
        for text in texts:
            hits += anywhere(text)
            if hits >= 2:
                return True
        return row < LOOSE_ROWS and len(texts) >= 3

    def above(self, row: int) -> int | None:
        """Return the next row above that is not blank."""
        for candidate in range(row - 1, max(row - 4, -1), -1):
            if any(value is not None for value in self.rows[candidate]):
                return candidate
        return None

    def headings(self, row: int, group_row: int | None) -> list[tuple[int, str, str, int]]:
        """Return the headings of a row: column, heading, heading of its block above ("" where none), its row."""
        found = []
        group = ""
        told_by_merges = group_row is not None and any(self._spans(group_row, column) for column in range(self.width))
        for column in range(self.width):
            own = self.text(row, column)
            over = self.text(group_row, column) if group_row is not None else ""
            if over or told_by_merges:
                group = over
            if own == over:
                group = ""
            if own:
                found.append((column, own, group if group != own else "", row))
            elif over and group_row is not None and not self._spans(group_row, column):
                found.append((column, over, "", group_row))
                group = ""
        return found

    def _spans(self, row: int, column: int) -> bool:
        top_left = self._merged.get((row, column))
        return top_left is not None and self._merged.get((row, column + 1)) == top_left

    def below(self, column: int, first: int, last: int) -> list[Any]:
        """Return the first filled cells of a column, a sample of what it holds."""
        found: list[Any] = []
        for row in range(first, last):
            value = self.rows[row][column] if column < len(self.rows[row]) else None
            if value is not None and not (isinstance(value, str) and is_blank(value)):
                found.append(value)
                if len(found) == SAMPLE:
                    break
        return found


# ---------------------------------------------------------------------- recognising a heading row


def _best(grid: _Grid, row: int, details: Sequence[Detail]) -> Region | None:
    """Return the table whose heading row this is, read alone or with the row of blocks above it."""
    candidates: list[tuple[tuple[bool, int, int], Region]] = []
    above = grid.above(row)
    for group_row in (None, above) if above is not None else (None,):
        headings = grid.headings(row, group_row)
        if group_row is not None and not any(attempt_of_group(group) for _, _, group, _ in headings if group):
            continue
        for kind in TABLES:
            if not table(kind).recognised_by:
                continue
            region = _region(grid, kind, row, group_row, headings, details)
            if region is not None:
                candidates.append((_strength(region), region))
    return max(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def _strength(region: Region) -> tuple[bool, int, int]:
    """Return how well a table fits: strongly or weakly, by how many columns, and how few it leaves unfilled."""
    specification = table(region.kind)
    strong = any(needed <= region.fields | region.details.keys() for needed in specification.recognised_by)
    sure = {
        (column.attempt, column.field): 3 if column.how == "exact" else 2 for column in region.columns if column.field
    }
    return strong, sum(sure.values()), -len(specification.fields)


def _region(
    grid: _Grid,
    kind: str,
    row: int,
    group_row: int | None,
    headings: list[tuple[int, str, str, int]],
    details: Sequence[Detail],
) -> Region | None:
    specification = table(kind)
    if len(headings) < 2 or _forbidden(kind, specification.not_with, headings):
        return None
    context = {d.field: d for d in details if d.kind == kind and d.row < max(row, 1)}
    exact = {f for _, text, _, _ in headings for f in known(text, kind)} | context.keys()
    loose = row < LOOSE_ROWS
    recognised_by = (*specification.recognised_by, *specification.recognised_weakly_by)
    if not loose and not any(needed <= exact for needed in recognised_by):
        return None
    columns = tuple(_matched(kind, headings))
    fields = {column.field for column in columns if column.field}
    if not any(needed <= fields | context.keys() and needed & fields for needed in recognised_by):
        return None
    if len(fields) < 2 or len(fields) * 3 < len(headings):
        return None
    heading_rows = tuple(sorted({row} if group_row is None else {group_row, row}))
    return Region(
        grid.sheet,
        kind,
        heading_rows,
        columns,
        row + 1,
        grid.height,
        {f: d for f, d in context.items() if f not in fields},
    )


def _forbidden(kind: str, fields: frozenset[str], headings: list[tuple[int, str, str, int]]) -> bool:
    """Return whether a heading is one of another table's and means nothing in this one ("Name" may mean both)."""
    return any(
        field in known(text, "attempts") and not known(text, kind) for _, text, _, _ in headings for field in fields
    )


def _matched(kind: str, headings: list[tuple[int, str, str, int]]) -> Iterable[Column]:
    """Yield what each heading means by itself; the columns that compete for a field are settled by their cells."""
    by_attempt = kind == "attempts"
    has_attempt_column = by_attempt and any(
        "attempt" in known(text, kind) for _, text, group, _ in headings if not group
    )
    for index, text, group, row in headings:
        attempt = attempt_of_group(group) if group and by_attempt else None
        found = match(text, kind)
        if by_attempt and not has_attempt_column and attempt is None:
            attempt, rest = attempt_in(text)
            marked = match(rest, kind) if attempt and rest else NOTHING
            if attempt and marked.fields:
                found = marked
            elif attempt and found.fields and not (set(found.fields) - {"attempt"}):
                found, attempt = NOTHING, None
        if not found.fields and group:
            joint = match(f"{group} {text}", kind)
            found = replace(joint, how="context") if joint.fields else found
        yield _column(index, text, row, attempt if found.fields else None, found)


def _column(index: int, text: str, row: int, attempt: str | None, found: Match) -> Column:
    field_name = "|".join(found.fields) or None
    return Column(index, text, row, field_name, attempt, found.how, found.confidence, found.nearest)


# ---------------------------------------------------------------------- settling what columns are


def _settled(grid: _Grid, region: Region) -> Region:
    """Return the region with one field a column and one column a field, by what the cells hold."""
    kind = region.kind
    taken: dict[tuple[str | None, str], int] = {}
    columns: list[Column] = []
    left: Column | None = None
    for plain_column in region.columns:
        cells = grid.below(plain_column.index, region.first_row, region.last_row)
        column, chosen = _chosen(kind, plain_column, left, cells)
        if chosen is not None and (column.attempt, chosen) in taken:
            rival = taken[column.attempt, chosen]
            if columns[rival].how == "similar" and column.how == "exact":
                columns[rival] = _unused(columns[rival], columns[rival].nearest)
            else:
                column, chosen = _unused(column, f"{columns[rival].heading} (which is there already)"), None
        if chosen is not None:
            taken[column.attempt, chosen] = len(columns)
            column = replace(column, field=chosen)
        elif column.field is not None:
            column = _unused(column, column.nearest or column.field)
        columns.append(column)
        left = column
    return replace(region, columns=tuple(columns))


def _chosen(kind: str, column: Column, left: Column | None, cells: list[Any]) -> tuple[Column, str | None]:
    """Return a column and its field; a bare "Date" belongs to the signature on its left."""
    chosen = _fitting(kind, column, cells)
    if chosen is None and left is not None and left.field and _is_bare_date(column.heading):
        companion = table(kind).fields[left.field].companion
        if companion:
            dated = replace(column, field=companion, attempt=left.attempt, how="context", confidence=90, nearest=None)
            return dated, _fitting(kind, dated, cells)
    return column, chosen


def _unused(column: Column, nearest: str | None) -> Column:
    return replace(column, field=None, attempt=None, how="none", nearest=nearest)


def _fitting(kind: str, column: Column, cells: list[Any]) -> str | None:
    """Return the field of a column: of those that its heading may mean, the one that its cells fit best."""
    if column.field is None:
        return None
    scores = [(fit(table(kind).fields[name].kind, cells), name) for name in column.field.split("|")]
    best = max(score for score, _ in scores)
    if len(cells) >= TOO_FEW and best < FITTING:
        return None
    return next(name for score, name in scores if score == best)


def fit(kind: str, cells: list[Any]) -> float:
    """Return the share (0 to 1) of filled cells that are what a kind of field asks for."""
    if not cells:
        return 1.0
    if kind == "date":
        return sum(
            day is not None and not (isinstance(day, Odd) and day.code == "STR005") for day in read_dates(cells)
        ) / len(cells)
    if kind in ("text", "person", "unit"):
        dates = sum(not isinstance(cell, str) and not isinstance(cell, int | float) for cell in cells)
        return 1 - dates / len(cells)
    if kind == "signed_date":
        return 1.0
    reader = READERS[kind]
    return sum(not isinstance(reader(cell), Odd) for cell in cells) / len(cells)


def _is_bare_date(heading: str) -> bool:
    return plain(heading) in {plain(word) for word in words()["bare_dates"]}
