"""What the XML of an .ods tells beyond the values that the reader gives."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError, ParserCreate

from validator.reading.guard import DAMAGED, Unreadable
from validator.reading.sheets import CellIssue, SheetFacts
from validator.reading.xlsx_facts import KNOWN_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validator.reading.sheets import Sheet

_TAG = re.compile(rb"<(/?)table:(table|table-row|(?:covered-)?table-cell)(?=[\s/>])([^>]*?)(/?)>")
_NAME = re.compile(rb"""\stable:name\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["']\s*([0-9]+)""")
_DURATION = re.compile(r"PT(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6}(?:\.[0-9]+)?)S)?(?<!PT)")
_PARAGRAPH = re.compile(rb"<text:p\b[^>]*>([^<]*)")


def examine(content: bytes) -> Iterator[tuple[str, SheetFacts]]:
    """Yield the name and facts of each sheet in `content.xml`: the extent of its content, and its issues.

    Raises Unreadable where it is no proper XML: the reader would look for the end of a table for ever.
    """
    try:
        ParserCreate().Parse(content, True)
    except (ExpatError, LookupError, ValueError) as error:
        raise Unreadable(DAMAGED) from error
    name, sheet = "", _Sheet()
    for tag in _TAG.finditer(content):
        closing, kind, attributes, empty = tag.groups()
        if kind == b"table" and closing:
            yield name, SheetFacts(sheet.height, sheet.width, tuple(sheet.issues))
        elif kind == b"table":
            match = _NAME.search(attributes)
            name = html.unescape((match[1] or match[2] or b"").decode("utf-8", "replace")) if match else ""
            sheet = _Sheet()
        elif kind == b"table-row":
            if not closing:
                sheet.next_row(_repeats(attributes))
        elif not closing:
            following = b"" if empty else content[tag.end() : tag.end() + 400]
            sheet.add_cell(attributes, following, has_content=not empty or b"value-type" in attributes)


def restore_durations(sheets: Iterable[Sheet]) -> None:
    """Turn what the reader leaves as text, `PT30H00M00S`, into the times of a day or longer that they are."""
    for sheet in sheets:
        for row in sheet.rows:
            for column, value in enumerate(row):
                if isinstance(value, str) and (match := _DURATION.fullmatch(value)):
                    hours, minutes, seconds = (float(part or 0) for part in match.groups())
                    row[column] = timedelta(hours=hours, minutes=minutes, seconds=seconds)


class _Sheet:
    """The sheet that is being walked through."""

    def __init__(self) -> None:
        """Start above the first row."""
        self.height = self.width = 0
        self.issues: list[CellIssue] = []
        self._row, self._repeats, self._column = 0, 0, 0

    def next_row(self, repeats: int) -> None:
        """Begin a row that stands for so many."""
        self._row, self._repeats, self._column = self._row + self._repeats, repeats, 0

    def add_cell(self, attributes: bytes, following: bytes, *, has_content: bool) -> None:
        """Add a cell that stands for as many as its attributes say; an issue is told of the first of them."""
        text = _text(following)
        has_formula = b"table:formula=" in attributes
        if b'value-type="error"' in attributes or (has_formula and text in KNOWN_ERRORS):
            self.issues.append(CellIssue(self._row, self._column, "error-value", text.decode("utf-8", "replace")))
        elif has_formula and b"value-type" not in attributes and b"<text:p" not in following:
            self.issues.append(CellIssue(self._row, self._column, "formula-not-calculated", ""))
        self._column += _repeats(attributes)
        if has_content:
            self.width = max(self.width, self._column)
            self.height = self._row + self._repeats


def _text(following: bytes) -> bytes:
    """Return the text that a cell shows, as far as it matters for telling an error value."""
    paragraph = _PARAGRAPH.search(following.partition(b"</table:")[0])
    return paragraph[1] if paragraph else b""


def _repeats(attributes: bytes) -> int:
    """Return how many rows or columns an element stands for."""
    match = _REPEATED.search(attributes)
    return int(match[1]) if match else 1
