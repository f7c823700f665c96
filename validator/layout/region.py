"""A table on a sheet: its kind, its columns, and the rows in which its records may stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from validator.findings import ColumnReading
from validator.layout.columns import DECISION, Column
from validator.profiles import NOTHING_TOLD, Told
from validator.reading import reference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from validator.layout.details import Detail
    from validator.mapping.places import Place
    from validator.reading import Sheet


@dataclass(frozen=True, eq=False)
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
    sections: tuple[Detail, ...] = ()
    """Those that a title or label between its records tells for the records below it, from top to bottom."""
    of_blocks: tuple[tuple[Place, Detail], ...] = ()
    """Fields that a row of labels among the headings tells for a block of columns, such as its deadline."""
    span: range = range(0)
    """The columns of the sheet that it takes up."""
    sheet_title: str = ""
    """The sheet's name and the titles above the table, in plain words."""
    turned: bool = False
    """Whether records stand in the columns of the sheet, and `sheet` is a turned copy of it."""
    told: Told = NOTHING_TOLD
    """What a profile says of the sheet."""
    tells_targets: bool = False
    """Whether its columns of criteria say what its assignments target, since no plan does."""
    of_units: bool = False
    """Whether each unit is its only assignment, since the tracker names none."""

    @property
    def fields(self) -> frozenset[str]:
        """The fields that its columns fill, the places that their headings tell included."""
        filled = {column.field for column in self.columns if column.field}
        for column in self.columns:
            if column.field:
                filled |= {name for name in ("unit", "assignment") if getattr(column.place, name)}
        filled |= {"assignment"} if self.of_units else set()
        return frozenset(filled | {detail.field for _, detail in self.of_blocks})

    @property
    def rows(self) -> range:
        """The rows in which its records may stand."""
        return range(self.first_row, self.last_row)

    @property
    def in_blocks(self) -> bool:
        """Whether its columns stand in blocks, each for a unit, an assignment, an attempt or a criterion."""
        return any(column.place.is_told for column in self.columns)

    @property
    def assignments(self) -> frozenset[tuple[str | None, str | None]]:
        """The units and assignments for which it has columns."""
        places = (column.place for column in self.columns if column.field)
        return frozenset((place.unit, place.assignment) for place in places if place.unit or place.assignment)

    @property
    def decisions(self) -> tuple[Column, ...]:
        """The columns that hold the decision on a criterion."""
        return tuple(column for column in self.columns if column.field == DECISION)

    def is_named(self, column: Column) -> bool:
        """Return whether a profile says what a heading means."""
        return ((column.index, column.row) if self.turned else (column.row, column.index)) in self.told.named

    def cell(self, row: int, column: int) -> str:
        """Return the reference of a cell of the table on the sheet as the centre keeps it."""
        return reference(self.sheet.place, column, row) if self.turned else reference(self.sheet.place, row, column)

    @property
    def first_cell(self) -> str:
        """The reference of its first heading, or of the first label of a form."""
        if self.columns:
            return self.cell(self.heading_rows[-1], self.columns[0].index)
        return self.detail_cell(min(self.details.values(), key=lambda detail: (detail.row, detail.column)))

    def detail_cell(self, detail: Detail) -> str:
        """Return the reference of a label's value, which is told in the sheet's own rows and columns."""
        return reference(self.sheet.place, detail.row, detail.column)

    def readings(self) -> tuple[ColumnReading, ...]:
        """Return how each heading was understood, for people; of a form, each label."""
        if not self.columns:
            labels = sorted(self.details.values(), key=lambda d: (d.label_row, d.label_column))
            return tuple(
                ColumnReading(
                    d.label,
                    reference(self.sheet.place, d.label_row, d.label_column),
                    f"{self.kind}.{d.field}",
                    how=d.how,
                )
                for d in labels
            )
        return tuple(
            ColumnReading(
                column.heading,
                self.cell(column.row, column.index),
                f"{self.kind}.{column.field}" if column.field else None,
                column.attempt,
                column.how,  # type: ignore[arg-type]
                column.confidence,
                column.nearest,
            )
            for column in self.columns
        )


def meet(left: range, right: range) -> bool:
    """Return whether tables have columns of the sheet in common."""
    return left.start < right.stop and right.start < left.stop


def is_filled(row: Sequence[object], column: int) -> bool:
    """Return whether a row has something in a column; rows of a sheet end where they have nothing more."""
    return column < len(row) and row[column] is not None
