"""Marks the cells of findings: a fill by severity and a comment, with all else of the cell as it was."""

from __future__ import annotations

import re
from collections import defaultdict
from copy import copy
from typing import TYPE_CHECKING, cast

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color

from validator.findings import SEVERITIES
from validator.reading import place
from validator.reports.waivers import decision
from validator.reports.words import attempt_name, count, encodable, human, kind, long_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl import Workbook as Book
    from openpyxl.worksheet.worksheet import Worksheet

    from validator.findings import Finding, Severity

FILLS: dict[Severity, str] = {"error": "F6C7C3", "warning": "FBE3A6", "note": "CFE3F3"}
"""Light enough for black text, and apart from one another in grey."""
WAIVED = "E9E7E1"
"""The fill of a cell in which all is waived: fainter than the others, and no colour of a severity."""
INKS: dict[Severity, str] = {"error": "8A1C20", "warning": "6B4506", "note": "23506F"}
MOST_TEXT = 32_767
"""The characters that Excel holds in a cell or a comment."""

_AUTHOR = "btec-validator"
_TOLD = 8
"""How many findings a comment tells; the rest it counts. A cell with more is a heading, or everybody's."""
_LIVE = re.compile(r"[=+\-@\t\r]")
"""What a text begins with that Excel would take for a formula once somebody edits the cell."""
_LITERAL = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""An underscore that begins what the format takes for a character's number, as in `_x0041_`."""
_BLACK = Color(rgb="FF000000")


def mark_cells(book: Book, findings: Sequence[Finding], names: Mapping[str, str], as_of: str) -> None:
    """Fill each cell of a finding with the colour of its most serious one, and tell them all in its comment.

    `names` are the sheets' names in the book by those in the tracker. A comment that is there is kept, and
    ours follows. In a merged area the cell that shows is marked.
    """
    found: dict[tuple[str, int, int], dict[Finding, None]] = defaultdict(dict)
    for finding in findings:
        for reference in finding.cells:
            sheet, row, column = place(reference)
            if sheet in names:
                shown = _shown(book[names[sheet]], row + 1, column + 1)
                found[names[sheet], *shown][finding] = None
    for (sheet, row, column), told in found.items():
        ordered = sorted(told, key=lambda found: (bool(found.waiver), SEVERITIES.index(found.severity)))
        _mark(cast("Cell", book[sheet].cell(row, column)), ordered, as_of)


def text_into(cell: Cell, text: str) -> None:
    """Put a text into a cell so that it is never a formula, whatever it begins with, and can be saved."""
    cell.value = escaped(shortened(text))
    # The library takes "=..." for a formula and "#N/A" for an error; the kind is set after the value, so it stays.
    cell.data_type = "s"
    if _LIVE.match(text):
        cell.quotePrefix = True


def escaped(text: str) -> str:
    """Return text as the format spells it: characters that XML cannot hold by their numbers."""
    numbered = _LITERAL.sub("_x005F_", encodable(text))
    return ILLEGAL_CHARACTERS_RE.sub(lambda match: f"_x{ord(match[0]):04X}_", numbered).replace("\r", "_x000D_")


def shortened(text: str) -> str:
    """Return text that Excel can hold in a cell or comment; what is cut off is shown to be."""
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"


def subject(finding: Finding) -> str:
    """Return whom and what a finding is about: "Noor Abbas, Unit 4, Assignment 2, resubmission"."""
    attempt = attempt_name(finding.attempt or "")
    return ", ".join(
        part for part in (finding.learner, finding.unit, finding.assignment, attempt, finding.criterion) if part
    )


def fill(finding: Finding) -> str:
    """Return the colour that a finding is marked with."""
    return WAIVED if finding.waiver else FILLS[finding.severity]


def _shown(sheet: Worksheet, row: int, column: int) -> tuple[int, int]:
    """Return the cell that shows what stands at a place: in a merged area its first one."""
    if isinstance(sheet.cell(row, column), MergedCell):
        for area in sheet.merged_cells.ranges:
            if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
                return area.min_row, area.min_col
    return row, column


def _mark(cell: Cell, findings: Sequence[Finding], as_of: str) -> None:
    cell.fill = PatternFill("solid", start_color=fill(findings[0]))
    if _is_light(cell.font.color):
        font = cast("Font", copy(cell.font))
        font.color = _BLACK
        cell.font = font
    text = _comment(findings, as_of)
    author = _AUTHOR
    if cell.comment is not None:
        text, author = f"{cell.comment.text}\n\n{text}", cell.comment.author or _AUTHOR
    text = shortened(text)
    lines = sum(1 + len(line) // 52 for line in text.split("\n"))
    cell.comment = Comment(escaped(text), author, width=340, height=min(24 + 16 * lines, 560))


def _comment(findings: Sequence[Finding], as_of: str) -> str:
    parts = [f"btec-validator, as of {long_date(as_of)}"]
    for finding in findings[:_TOLD]:
        heading = f"{kind(finding).upper()} {finding.rule} {human(finding.name)}"
        waived = decision(finding.waiver) if finding.waiver else ""
        lines = (heading, subject(finding), finding.message, f"Remedy: {finding.remedy}", waived)
        parts.append("\n".join(filter(None, lines)))
    if len(findings) > _TOLD:
        parts.append(f"And {count(len(findings) - _TOLD, 'more finding')}: see the first sheet.")
    return "\n\n".join(parts)


def _is_light(colour: Color | None) -> bool:
    """Say whether text of this colour would hardly be seen on a light fill."""
    if colour is None:
        return False
    if colour.type == "theme":
        # The first and the third colour of a theme are its light ones: 0 and 2 as the file counts them.
        return colour.theme in (0, 2) and colour.tint > -0.3
    if colour.type == "indexed":
        return colour.indexed in (1, 9)
    red, green, blue = bytes.fromhex(colour.rgb[-6:])
    return 0.3 * red + 0.59 * green + 0.11 * blue > 140
