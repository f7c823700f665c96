"""The fill colours of a sheet, which the reader of values does not tell: for sheets that speak by them alone."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WHITE = ("FFFFFFFF", "00FFFFFF", "00000000")


def fills_of(content: bytes, sheet: str) -> Mapping[tuple[int, int], str]:
    """Return the solid fill of each cell (0-based row and column) of a sheet of an .xlsx or .xlsm, as text that is the
    same for the same colour: "FF00B050", or "theme 9 0.4"."""
    from openpyxl import load_workbook  # noqa: PLC0415 - for the few workbooks that speak by colours

    book = load_workbook(BytesIO(content), read_only=True)
    try:
        worksheet = book[sheet]
        worksheet.reset_dimensions()
        found = {}
        for row in worksheet.iter_rows():
            for cell in row:
                fill = getattr(cell, "fill", None)
                if fill is None or fill.patternType != "solid":
                    continue
                colour = fill.fgColor
                told = colour.rgb if colour.type == "rgb" else f"{colour.type} {colour.value} {colour.tint:.2f}"
                if told not in WHITE and cell.row and cell.column:
                    found[cell.row - 1, cell.column - 1] = str(told)
        return found
    finally:
        book.close()
