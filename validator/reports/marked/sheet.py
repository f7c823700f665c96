"""The first sheet of a marked copy: what was found, what could not be checked, and how the copy was made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.header_footer import _HeaderFooterPart as HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from validator.reading import a1, place, reference
from validator.reports.marked.cells import INKS, fill, subject, text_into
from validator.reports.overview import Overview
from validator.reports.waivers import WHOSE, decision, grounds
from validator.reports.words import field_name, human, kind, long_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl import Workbook as Book
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from validator.findings import CheckReport, Finding
    from validator.reading import Workbook
    from validator.reports.overview import TrackerOverview

COLUMNS = {
    "Severity": 14,
    "Rule": 10,
    "Cell": 22,
    "Other cells": 22,
    "Who and what": 28,
    "What was found": 56,
    "Remedy": 50,
    "Section of the guide": 34,
}
"""The headings of the table of findings, with the widths of their columns."""

_HEADER = 4
"""The row of the headings; it and those above stay in sight."""
_MOST_LINKS = 60_000
"""Excel holds 65,530 links on a sheet and calls a file with more damaged."""
_WIDTH = sum(COLUMNS.values())
_INK = "17303F"
_LINE = Border(bottom=Side("thin", color="DCDAD3"))
_TOP = Alignment(vertical="top", wrap_text=True, horizontal="left", indent=1)


def add_findings(
    book: Book, report: CheckReport, names: Mapping[str, str], original: Workbook, notes: Sequence[str]
) -> None:
    """Put the sheet before the others and make it the one that opens.

    `report` has this tracker alone; `names` are the sheets' names in the book by those in the tracker, which
    is `original`; `notes` are sentences on how the copy differs from it.
    """
    overview = Overview(report)
    (tracker,) = overview.trackers
    sheet = book.create_sheet(_title(book), 0)
    sheet.sheet_properties.tabColor = _INK
    _head(sheet, overview, tracker, notes)
    _headings(sheet)
    findings = [finding for group in tracker.groups for finding in group.findings]
    findings.sort(key=lambda finding: bool(finding.waiver))
    places = _Places(original, names)
    for number, finding in enumerate(findings):
        _finding(sheet, _HEADER + 1 + number, finding, places, linked=2 * number < _MOST_LINKS)
    last = _HEADER + max(len(findings), 1)
    if findings:
        sheet.auto_filter.ref = f"A{_HEADER}:{a1(last - 1, len(COLUMNS) - 1)}"
    else:
        below = " What could not be checked is listed below." if tracker.outcomes("not-checkable") else ""
        _text(sheet, _HEADER + 1, 1, f"No finding.{below}").alignment = Alignment(vertical="top")
    _not_checked(sheet, last + 2, overview, tracker)
    _present(book, sheet)


def _title(book: Book) -> str:
    """Return a name for the sheet that no other has."""
    taken = {sheet.casefold() for sheet in book.sheetnames}
    numbered = (f"Findings {number}" for number in range(2, len(taken) + 3))
    return next(name for name in ("Findings", "Findings (btec-validator)", *numbered) if name.casefold() not in taken)


def _head(sheet: Worksheet, overview: Overview, tracker: TrackerOverview, notes: Sequence[str]) -> None:
    """Write what stands above the table: the verdict, the grounds for it, and what this copy is."""
    result, report = tracker.result, overview.report
    edition = f"edition {result.guide or report.guide} of the guide"
    rows = [
        (f"{overview.headline}. {overview.caveat}.", _font(size=14, bold=True, color="FFFFFF")),
        (
            " ".join(
                filter(
                    None,
                    (
                        f"{result.path}, checked as of {long_date(report.as_of)} against {edition}.",
                        result.reason,
                        result.guide_reason,
                        overview.since,
                        *_waivers(overview),
                    ),
                )
            ),
            _font(color=_INK),
        ),
        (
            " ".join(
                (
                    "This is a copy: put things right in the tracker itself, which was not changed.",
                    "Cells are filled by severity and have comments; a cell's link here leads to it.",
                    *notes,
                )
            ),
            _font(color=_INK, italic=True),
        ),
    ]
    for row, (text, font) in enumerate(rows, 1):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(COLUMNS))
        cell = _text(sheet, row, 1, text)
        cell.font = font
        cell.alignment = Alignment(vertical="center", wrap_text=True, horizontal="left", indent=1)
        size = float(font.size or 11)
        lines = math.ceil(len(text) * size / 11 / (_WIDTH * 0.95))
        sheet.row_dimensions[row].height = min(lines * size * 1.45 + 8, 400)
    for column in range(1, len(COLUMNS) + 1):
        sheet.cell(1, column).fill = PatternFill("solid", start_color=_INK)


def _waivers(overview: Overview) -> list[str]:
    """Return what is to be said of waivers above the table: whose they are, and which of them waive nothing."""
    idle = [told for told in overview.waivers if told.use.state != "used"]
    said = [f"Waiver of {told.names}: {told.state} {grounds(told.use.waiver)}" for told in idle]
    return [WHOSE, *said] if overview.waivers else []


def _headings(sheet: Worksheet) -> None:
    for column, heading in enumerate(COLUMNS, 1):
        cell = _text(sheet, _HEADER, column, heading)
        cell.font = _font(bold=True, color=_INK)
        cell.fill = PatternFill("solid", start_color="E4E9ED")
        cell.border = Border(bottom=Side("medium", color=_INK))
        cell.alignment = Alignment(vertical="center", wrap_text=True, horizontal="left", indent=1)
    sheet.row_dimensions[_HEADER].height = 22


class _Places:
    """Where cells are in the copy, and whether they can be seen there."""

    def __init__(self, original: Workbook, names: Mapping[str, str]) -> None:
        self._sheets = {sheet.name: sheet for sheet in original.sheets}
        self._names = names

    def has(self, told: str) -> bool:
        """Say whether a cell of a finding is in this workbook: a tracker may have several."""
        return place(told)[0] in self._sheets

    def link(self, told: str) -> str:
        """Return a reference of a finding as it is in the copy."""
        name, row, column = place(told)
        return reference(self._names.get(name, name), row, column)

    def words(self, told: str) -> str:
        """Return the reference with what keeps its cell from being seen."""
        name, row, column = place(told)
        sheet = self._sheets.get(name)
        if sheet is None:
            hidden = ""
        elif not sheet.visible:
            hidden = " (hidden sheet)"
        elif row in sheet.hidden_rows:
            hidden = " (hidden row)"
        else:
            hidden = " (hidden column)" if column in sheet.hidden_columns else ""
        return self.link(told) + hidden


def _finding(sheet: Worksheet, row: int, finding: Finding, places: _Places, *, linked: bool) -> None:
    cells = [places.words(cell) for cell in finding.cells]
    others = "\n".join(cells[1:])
    told = (
        kind(finding).capitalize(),
        finding.rule,
        cells[0] if cells else "The tracker as a whole",
        others,
        subject(finding),
        f"{human(finding.name)}. {finding.message}" + (f" {decision(finding.waiver)}" if finding.waiver else ""),
        finding.remedy,
        finding.section,
    )
    for column, text in enumerate(told, 1):
        cell = _text(sheet, row, column, text)
        cell.border = _LINE
    sheet.cell(row, 1).fill = PatternFill("solid", start_color=fill(finding))
    sheet.cell(row, 1).font = _font(bold=True, color=INKS[finding.severity])
    if linked:
        # A cell has one link: where several cells are named, one of them would pass for all.
        for column, told_cell in enumerate(finding.cells if len(finding.cells) == 2 else finding.cells[:1], 3):
            if not places.has(told_cell):
                continue
            _link(cast("Cell", sheet.cell(row, column)), places.link(told_cell))
    sheet.row_dimensions[row].height = _height(told)


def _height(texts: Sequence[str]) -> float:
    """Return the height of a row whose texts wrap: not every program works it out by itself."""
    lines = max(
        sum(max(1, math.ceil(len(line) * 1.1 / (width - 2))) for line in text.split("\n"))
        for text, width in zip(texts, COLUMNS.values(), strict=True)
    )
    return min(15.0 * lines + 3, 400)


def _link(cell: Cell, where: str) -> None:
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=where, tooltip=f"Go to {where}"[:255])
    cell.font = _font(color="1B5273", underline="single")


def _not_checked(sheet: Worksheet, row: int, overview: Overview, tracker: TrackerOverview) -> None:
    """List the rules that could not be checked, under the headings of the findings: they are no passes."""
    if not (gaps := tracker.outcomes("not-checkable")):
        return
    cell = _text(sheet, row, 1, "Could not be checked")
    cell.font, cell.alignment = _font(size=13, bold=True, color=_INK), Alignment(vertical="center")
    for number, coverage in enumerate(gaps, row + 1):
        missing = "; ".join(field_name(name) for name in coverage.missing)
        told = {
            1: "Not checked",
            2: coverage.rule,
            6: f"Not checked: {overview.rule_title(coverage.rule)}",
            7: f"The tracker does not record: {missing}." if missing else "",
        }
        sheet.merge_cells(start_row=number, start_column=7, end_row=number, end_column=8)
        for column in range(1, len(COLUMNS) + 1):
            sheet.cell(number, column).border = _LINE
        for column, text in told.items():
            _text(sheet, number, column, text)
        sheet.cell(number, 1).fill = PatternFill("solid", start_color="E6E0F2")
        sheet.cell(number, 1).font = _font(bold=True, color="5C4A86")
        sheet.row_dimensions[number].height = 15.0 * max(1, math.ceil(len(told[7]) * 1.1 / 82)) + 3


def _font(**style: Any) -> Font:
    return Font(name="Calibri", **style)


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    cell = cast("Cell", sheet.cell(row, column))
    text_into(cell, text)
    cell.font, cell.alignment = _font(), _TOP
    return cell


def _present(book: Book, sheet: Worksheet) -> None:
    """Set the sheet up for the screen and for paper, and let the workbook open at it."""
    for column, width in enumerate(COLUMNS.values()):
        sheet.column_dimensions[a1(0, column)[:-1]].width = width
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = f"A{_HEADER + 1}"
    sheet.print_title_rows = f"{_HEADER}:{_HEADER}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = 0.5
    sheet.page_margins.bottom = 0.7
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=HeaderFooterPart("Page &P of &N"))
    # A sheet that stays selected beside this one would take whatever is typed here.
    for view in [view for other in book.worksheets for view in other.views.sheetView]:
        view.tabSelected = False
    for view in [view for other in book.chartsheets for view in other.sheetViews.sheetView]:
        view.tabSelected = False
    sheet.sheet_view.tabSelected = True
    book.active = 0
    for window in book.views:
        window.activeTab = window.firstSheet = 0
