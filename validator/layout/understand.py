"""How a workbook is understood: the tables and details of each sheet, and what was left over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from validator.findings import ColumnReading, SheetReading, TableReading
from validator.layout.details import Detail, find_details, named_in_titles, version_in_title
from validator.layout.regions import Region, find_regions
from validator.reading import reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.reading import Sheet, Workbook

DATA_ROWS = 3
"""A sheet with this many rows of two or more filled cells holds data, not a text or a title."""


@dataclass(frozen=True)
class UnderstoodSheet:
    """One sheet, with the tables on it and the details of the programme."""

    sheet: Sheet
    regions: tuple[Region, ...]
    details: tuple[Detail, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all stands on it."""
        return not any(value is not None for row in self.sheet.rows for value in row)

    @property
    def is_left_over(self) -> bool:
        """Whether it holds data of which nothing was recognised."""
        if self.regions or self.details:
            return False
        filled = (sum(value is not None for value in row) for row in self.sheet.rows)
        return sum(count >= 2 for count in filled) >= DATA_ROWS

    def reading(self, records: Sequence[int]) -> SheetReading:
        """Return how it was understood, for people; `records` has the number of records of each table."""
        tables = [
            TableReading(
                self.sheet.name,
                region.kind,
                tuple(row + 1 for row in region.heading_rows),
                count,
                region.readings(),
            )
            for region, count in zip(self.regions, records, strict=True)
        ]
        if self.details:
            pairs = tuple(
                ColumnReading(d.label, reference(self.sheet.name, d.label_row, d.label_column), f"{d.kind}.{d.field}")
                for d in self.details
            )
            tables.insert(0, TableReading(self.sheet.name, "programme", (), 1, pairs))
        note = ""
        if not tables:
            note = "It is blank." if self.is_blank else "No table was recognised."
        return SheetReading(self.sheet.name, self.sheet.visible, tuple(tables), note)


def understand(workbook: Workbook) -> list[UnderstoodSheet]:
    """Return how each sheet of a workbook was understood."""
    return [_understood(sheet) for sheet in workbook.sheets]


def _understood(sheet: Sheet) -> UnderstoodSheet:
    regions = find_regions(sheet, ())
    everything = find_details(sheet, range(_first_heading(sheet, regions)))
    told = {(detail.kind, detail.field) for detail in everything}
    titles = named_in_titles(sheet, range(_first_heading(sheet, regions)))
    everything += [detail for detail in titles if (detail.kind, detail.field) not in told]
    if any(detail.kind != "programme" for detail in everything):
        regions = find_regions(sheet, everything) or regions
    above = range(_first_heading(sheet, regions))
    details = [d for d in everything if d.kind == "programme" and d.row in above]
    if any(region.kind == "assignments" for region in regions) and not any(d.field == "plan_version" for d in details):
        titled = version_in_title(sheet, above)
        details.extend([titled] if titled else [])
    return UnderstoodSheet(sheet, tuple(regions), tuple(details))


def _first_heading(sheet: Sheet, regions: Sequence[Region]) -> int:
    return min((region.heading_rows[0] for region in regions), default=len(sheet.rows))
