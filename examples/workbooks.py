"""Workbooks that look like a centre's own and are the same bytes every time they are made."""

from __future__ import annotations

import io
import os
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

os.environ["OPENPYXL_LXML"] = "False"  # lxml, where it is installed, writes the same XML in other bytes

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

SAVED = datetime(2024, 3, 8, 9, 0)  # noqa: DTZ001 - a workbook knows no time zone
DAY_FIRST = "dd/mm/yyyy"
LINE = Side(style="thin", color="BFBFBF")
CHOICES = {
    "learner_declared": "Yes,No",
    "assessor_declared": "Yes,No",
    "can_improve": "Yes,No",
    "extension_applied": "Yes,No",
    "grade": "P,M,D,U",
}
"""What a tracker offers in a list to choose from."""


@dataclass(frozen=True)
class Column:
    """One column: what stands over it, the field that it holds, and how wide it is."""

    heading: str
    field: str
    width: float = 12


@dataclass(frozen=True)
class Block:
    """Columns beside each other, under one merged heading where they belong to one attempt."""

    title: str
    attempt: str
    columns: list[Column]

    def key(self, column: Column) -> str:
        """Return under which name a record holds the value of a column."""
        return f"{self.attempt}.{column.field}" if self.attempt else column.field


@dataclass(frozen=True)
class Sheet:
    """One sheet: lines at the top (title, labels and values), then a table."""

    name: str
    top: list[list[Any]]
    blocks: list[Block]
    records: list[dict[str, Any]] = field(default_factory=list)


def save(sheets: list[Sheet], target: Path, *, title: str, colour: str) -> None:
    """Write a workbook, its parts uncompressed and undated so that its bytes depend on nothing else."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.creator = "Assessment office"
    workbook.properties.title = title
    workbook.properties.created = SAVED
    for sheet in sheets:
        _write(workbook.create_sheet(sheet.name), sheet, colour)
    buffer = io.BytesIO()
    workbook.save(buffer)
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as kept:
        for name in made.namelist():
            content = made.read(name)
            if name == "docProps/core.xml":  # openpyxl puts the time of saving here
                content = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{SAVED:%Y-%m-%dT%H:%M:%SZ}".encode(), content
                )
            entry = zipfile.ZipInfo(name, SAVED.timetuple()[:6])
            entry.create_system = 0  # as Windows does, whatever this runs on
            kept.writestr(entry, content)


def _write(worksheet: Worksheet, sheet: Sheet, colour: str) -> None:
    for number, line in enumerate(sheet.top, start=1):
        for place, value in enumerate(line, start=1):
            _put(worksheet, number, place, value)
            if value and (number == 1 or place in (1, 4)):
                worksheet.cell(number, place).font = Font(bold=True, size=14 if number == 1 else 11)
    columns = [(block, column) for block in sheet.blocks for column in block.columns]
    heading = len(sheet.top) + (2 if sheet.top else 1)
    if any(block.title for block in sheet.blocks):
        _group_headings(worksheet, sheet.blocks, heading, colour)
        heading += 1
    for place, (_, column) in enumerate(columns, start=1):
        _heading(worksheet, heading, place, column.heading, colour)
        worksheet.column_dimensions[get_column_letter(place)].width = column.width
    worksheet.row_dimensions[heading].height = 45
    for number, record in enumerate(sheet.records, start=heading + 1):
        for place, (block, column) in enumerate(columns, start=1):
            _put(worksheet, number, place, record.get(block.key(column)), boxed=True)
    last = heading + max(len(sheet.records), 1)
    _choices(worksheet, columns, heading + 1, last)
    worksheet.freeze_panes = f"B{heading + 1}"
    if not sheet.top and not any(block.title for block in sheet.blocks):
        worksheet.auto_filter.ref = f"A{heading}:{get_column_letter(len(columns))}{last}"


def _group_headings(worksheet: Worksheet, blocks: list[Block], row: int, colour: str) -> None:
    first = 1
    for block in blocks:
        last = first + len(block.columns) - 1
        if block.title:
            _heading(worksheet, row, first, block.title, colour)
            worksheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
        first = last + 1


def _heading(worksheet: Worksheet, row: int, place: int, text: str, colour: str) -> None:
    cell = worksheet.cell(row, place, text)
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor=colour)
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    cell.border = Border(LINE, LINE, LINE, LINE)


def _put(worksheet: Worksheet, row: int, place: int, value: Any, *, boxed: bool = False) -> None:
    cell = worksheet.cell(row, place)
    if boxed:
        cell.border = Border(LINE, LINE, LINE, LINE)
    if value in (None, ""):
        return
    cell.value = value
    if isinstance(value, date):
        cell.number_format = DAY_FIRST
        cell.alignment = Alignment(horizontal="center")


def _choices(worksheet: Worksheet, columns: list[tuple[Block, Column]], first: int, last: int) -> None:
    for place, (_, column) in enumerate(columns, start=1):
        if column.field in CHOICES:
            offered = DataValidation("list", formula1=f'"{CHOICES[column.field]}"', allow_blank=True)
            worksheet.add_data_validation(offered)
            letter = get_column_letter(place)
            offered.add(f"{letter}{first}:{letter}{last}")
