"""The row that a finding stands in, as the workbook has it: what people see who go to the cell."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from validator.reading import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from validator.findings import Finding
    from validator.layout.columns import Column
    from validator.layout.details import Detail
    from validator.layout.region import Region
    from validator.layout.understand import UnderstoodSheet

MOST = 40
"""How many columns of a row are told one by one: a grid of criteria may have hundreds."""
WHO_AND_WHAT = frozenset({"learner", "registration", "unit", "assignment", "attempt", "assessor"})
"""The fields that say what a row is about: they are told of the widest row too."""

_Entry = tuple[str, str, str]


def with_rows(sheets: Sequence[UnderstoodSheet], findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings, each with the row of a table that its first cell stands in.

    A row is told as heading, value and cell of each column that says something, in the order of the columns, after
    what labels above the table say of all its rows. Findings about no row of a table have none.
    """
    regions: dict[str, list[Region]] = defaultdict(list)
    for understood in sheets:
        regions[understood.sheet.place].extend(understood.regions)
    rows: dict[tuple[int, int], tuple[list[_Entry], list[tuple[Column, _Entry]]]] = {}
    found = []
    for finding in findings:
        at = _row(regions, finding.cells[0]) if finding.cells else None
        if at is None:
            found.append(finding)
            continue
        region, number = at
        key = id(region), number
        if key not in rows:
            rows[key] = _told(region, number)
        labels, told = rows[key]
        found.append(replace(finding, record=(*labels, *_bounded(region, number, told, finding.cells))))
    return tuple(found)


def _row(regions: dict[str, list[Region]], cell: str) -> tuple[Region, int] | None:
    """Return the table whose record a cell belongs to, and the row of the table in which it stands."""
    sheet, sheet_row, sheet_column = place(cell)
    for region in regions.get(sheet, ()):
        row, column = (sheet_column, sheet_row) if region.turned else (sheet_row, sheet_column)
        if region.columns:
            if row in region.rows and any(own.index == column for own in region.columns):
                return region, row
        elif any((detail.row, detail.column) == (sheet_row, sheet_column) for detail in region.details.values()):
            return region, region.first_row
    return None


def _told(region: Region, number: int) -> tuple[list[_Entry], list[tuple[Column, _Entry]]]:
    """Return what labels tell of all rows of a table, and what the columns of one row tell."""
    details = [(_label(d), _shown(d.value), region.detail_cell(d)) for d in region.details.values()]
    labels = [entry for entry in dict.fromkeys(details) if entry[1]]
    again = Counter(column.heading for column in region.columns)
    broken = {issue.column: issue for issue in region.sheet.issues if issue.row == number}
    merged = {
        left: top for top, left, bottom, right in region.sheet.merged if left == right and top <= number <= bottom
    }
    told = []
    for column in region.columns:
        value = _at(region, number, column.index)
        if value is None and region.first_row <= merged.get(column.index, -1):
            value = _at(region, merged[column.index], column.index)
        shown = _shown(value)
        if column.index in broken:
            shown = broken[column.index].text or "a formula without a stored result"
        if shown:
            heading = _with_place(column) if again[column.heading] > 1 else column.heading
            told.append((column, (heading, shown, region.cell(number, column.index))))
    return labels, told


def _bounded(
    region: Region, number: int, told: list[tuple[Column, _Entry]], cells: tuple[str, ...]
) -> tuple[_Entry, ...]:
    """Return what the columns of a row tell; of a very wide one what it is about and what stands next to the cells,
    and how many columns there are besides."""
    if len(told) <= MOST:
        return tuple(entry for _, entry in told)
    here = [column.index for column, entry in told if entry[2] in cells] or [told[0][0].index]

    def far(column: Column) -> tuple[bool, int, int]:
        return column.field not in WHO_AND_WHAT, min(abs(column.index - at) for at in here), column.index

    near = {column.index for column, _ in sorted(told, key=lambda pair: far(pair[0]))[: MOST - 1]}
    first, last = (region.cell(number, told[end][0].index) for end in (0, -1))
    rest = (f"{len(told) - len(near)} more columns", "see the workbook", f"{first}:{last.rpartition('!')[2]}")
    return *(entry for column, entry in told if column.index in near), rest


def _label(detail: Detail) -> str:
    """Return the label of a value, or the name of its field where a title tells it without a label."""
    label = detail.label.strip(" :：")
    return label if label and label != _shown(detail.value) else detail.field


def _with_place(column: Column) -> str:
    """Return a heading that other columns have too, with the block that it stands in."""
    told = column.place
    attempt = "first submission" if told.attempt == "first" else told.attempt
    block = ", ".join(part for part in (told.unit, told.assignment, attempt) if part and part != column.heading)
    return f"{column.heading} ({block})" if block else column.heading


def _at(region: Region, row: int, column: int) -> Any:
    cells = region.sheet.rows[row]
    return cells[column] if column < len(cells) else None


def _shown(value: Any) -> str:
    """Return a value as people see it: 8 March 2024; 12; TRUE. "" for a blank."""
    match value:
        case None:
            shown = ""
        case bool():
            shown = str(value).upper()
        case float():
            shown = f"{value:.15g}"
        case datetime():
            shown = f"{value.day} {value:%B %Y, %H:%M}"
        case date():
            shown = f"{value.day} {value:%B %Y}"
        case time():
            shown = f"{value:%H:%M}"
        case _:
            shown = " ".join(str(value).split())
    return shown
