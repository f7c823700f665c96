"""What the XML of an .xlsx or .xlsm tells beyond the values that the reader gives.

Regular expressions over the raw bytes cost a third of what the reader costs, an XML parser as much as it.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from validator.reading.addresses import MAX_COLUMNS, column_letters, column_number
from validator.reading.guard import DAMAGED, Archive, Unreadable
from validator.reading.package import made_plain, main_part, parsed, sheet_parts
from validator.reading.sheets import CellIssue, SheetFacts, in_reading_order

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN_ERRORS = frozenset({b"#DIV/0!", b"#N/A", b"#NAME?", b"#NULL!", b"#NUM!", b"#REF!", b"#VALUE!"})
"""The error values that the reader accepts; at any other, such as #SPILL!, it gives up the whole sheet."""

_PIECE = 1 << 20


def examine(archive: Archive, cells: int) -> tuple[list[tuple[str, SheetFacts]], dict[str, bytes]]:
    """Return each sheet's name and facts, and the parts that the reader needs mended.

    A mended part is a copy in memory: a sheet without the error values that the reader does not know, the
    strings without a count that would make it reserve memory for strings that are not there, references as
    it understands them. `cells` is how many may be read.
    """
    facts: list[tuple[str, SheetFacts]] = []
    book = main_part(archive)
    mended = made_plain(archive, book)
    try:
        for name, part in sheet_parts(archive, book, listed_sheets(archive, book)):
            sheet = _SheetXml(archive.part(part))
            facts.append((name, sheet.facts(cells)))
            cells -= facts[-1][1].height * facts[-1][1].width
            if patched := sheet.without_unknown_errors():
                mended[part] = patched
        part = posixpath.join(posixpath.dirname(book), "sharedStrings.xml")
        if uncounted := _without_false_count(archive.part(part)):
            mended[part] = uncounted
    except ValueError as error:
        raise Unreadable(DAMAGED) from error
    return facts, mended


def _without_false_count(strings: bytes) -> bytes | None:
    """Return the shared strings without their count where they cannot be so many, None where they can."""
    count = re.search(rb"""\suniqueCount\s*=\s*["']\s*([0-9]+)\s*["']""", strings[:_PIECE])
    if not count or int(count[1]) <= len(strings) // len(b"<si/>"):
        return None
    return strings[: count.start()] + strings[count.end() :]


def listed_sheets(archive: Archive, book: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the relationship of each sheet, in the order of the workbook."""
    for element in parsed(archive, book).iter():
        if _local(element.tag) == "sheet":
            identity = next((value for key, value in element.items() if _local(key) == "id"), "")
            yield element.get("name", ""), identity


def _local(tag: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]


class _SheetXml:
    """One sheet's XML, in which every cell's tag begins with its address."""

    def __init__(self, xml: bytes) -> None:
        """Find out how this sheet spells its tags, and put the addresses right where they are not so."""
        root = re.search(rb"<((?:\w+:)?)worksheet[\s>]", xml)
        self._xml = xml if root else b""
        self._prefix = prefix = root[1] if root else b""
        self._cell, self._cell_end = b"<%bc " % prefix, b"</%bc>" % prefix
        self._formula_alone = re.compile(
            rb"(?:</%(p)bf>|<%(p)bf\b[^>]*/>)\s*(?:<%(p)bv\b[^>]*/>|<%(p)bv\b[^>]*>\s*</%(p)bv>)?\s*</%(p)bc>"
            % {b"p": prefix}
        )
        columns = rb'<%bc(?: r="([A-Z]+)[0-9]+"|[\s/>])'
        self._columns = self._found(columns)
        if b"" in self._columns:
            self._xml = _addressed(self._xml, prefix)
            self._columns = self._found(columns)

    def facts(self, cells: int) -> SheetFacts:
        """Return the extent of the sheet's content, its issues, and its hidden rows and columns.

        Blank cells that are only formatted count until the extent would exceed so many cells: leaving them
        out takes three times as long.
        """
        rows = self._found(rb'<%bc r="[A-Z]+([0-9]+)"')
        height, width = _extent(rows, self._columns)
        if height * width > cells:
            filled = rb'(?="[^>]*(?<!/)>(?!</))'
            rows = self._found(rb'<%bc r="[A-Z]+([0-9]+)' + filled)
            height, width = _extent(rows, self._found(rb'<%bc r="([A-Z]+)[0-9]+' + filled))
        issues = in_reading_order([*self._errors(), *self._not_calculated()])
        return SheetFacts(height, width, issues, self._hidden_rows(), self._hidden_columns())

    def without_unknown_errors(self) -> bytes | None:
        """Return the XML with those errors blank that the reader does not know, None where it knows all."""
        pieces, done = [], 0
        for start, end, text in self._error_cells():
            if text not in KNOWN_ERRORS:
                tag = self._xml[start : self._xml.find(b">", start)]
                pieces += [
                    self._xml[done:start],
                    tag.replace(b't="e"', b""),
                    b">",
                    self._cell_end,
                ]
                done = end
        return b"".join([*pieces, self._xml[done:]]) if done else None

    def _found(self, pattern: bytes) -> set[bytes]:
        """Return the different matches of a pattern, taken in pieces so that no list of them grows large."""
        compiled, found, start = re.compile(pattern % self._prefix), set[bytes](), 0
        while start < len(self._xml):
            end = start + _PIECE
            if end < len(self._xml):
                end = max(self._xml.rfind(b"<", start + 1, end), start + 1)
            found.update(compiled.findall(self._xml, start, end))
            start = end
        return found

    def _error_cells(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield where each cell with an error value starts and ends, and the error."""
        for match in re.finditer(rb't="e"', self._xml):
            start = self._xml.rfind(b"<", 0, match.start())
            end = self._xml.find(self._cell_end, match.end())
            if self._xml.startswith(self._cell, start) and end >= 0:
                value = re.search(rb"<%bv(?:\s[^>]*)?>([^<]*)<" % self._prefix, self._xml[match.end() : end])
                if value:
                    yield start, end + len(self._cell_end), value[1].strip()

    def _errors(self) -> Iterator[CellIssue]:
        """Yield the cells with an error value."""
        for start, _, text in self._error_cells():
            row, column = self._address(start)
            yield CellIssue(row, column, "error-value", text.decode("utf-8", "replace"))

    def _not_calculated(self) -> Iterator[CellIssue]:
        """Yield the cells whose formula has no stored value; a formula that gives an empty text has one."""
        for match in self._formula_alone.finditer(self._xml):
            start = self._xml.rfind(self._cell, 0, match.start())
            tag = self._xml[start : self._xml.find(b">", start) + 1]
            if start >= 0 and b't="str"' not in tag:
                row, column = self._address(start)
                yield CellIssue(row, column, "formula-not-calculated", "")

    def _address(self, start: int) -> tuple[int, int]:
        """Return the 0-based row and column of the cell whose tag starts there."""
        letters, digits = _split(self._xml[start : self._xml.find(b">", start)])
        return digits - 1, column_number(letters)

    def _hidden_rows(self) -> frozenset[int]:
        """Return the hidden rows."""
        if b'hidden="1"' not in self._xml and b'hidden="true"' not in self._xml:
            return frozenset()
        tags = re.findall(rb"<%brow\s[^>]*>" % self._prefix, self._xml)
        return frozenset(int(_attribute(tag, b"r") or b"0") - 1 for tag in tags if _is_hidden(tag))

    def _hidden_columns(self) -> frozenset[int]:
        """Return the hidden columns."""
        hidden: set[int] = set()
        for tag in re.findall(rb"<%bcol\s[^>]*>" % self._prefix, self._xml[: self._xml.find(b"sheetData")]):
            first, last = _attribute(tag, b"min"), _attribute(tag, b"max")
            if _is_hidden(tag) and first and last:
                hidden.update(range(int(first) - 1, min(int(last), MAX_COLUMNS)))
        return frozenset(hidden)


def _extent(rows: set[bytes], columns: set[bytes]) -> tuple[int, int]:
    """Return how many rows and columns there are from A1 to the furthest of these."""
    width = max((column_number(column.decode()) + 1 for column in columns), default=0)
    return max(map(int, rows), default=0), width


def _attribute(tag: bytes, name: bytes) -> bytes | None:
    """Return an attribute of a tag that holds a number or a reference."""
    match = re.search(rb"\s" + name + rb"""\s*=\s*["']\s*(\w+)""", tag)
    return match[1] if match else None


def _is_hidden(tag: bytes) -> bool:
    """Say whether a row or column is hidden."""
    return _attribute(tag, b"hidden") in (b"1", b"true")


def _split(tag: bytes) -> tuple[str, int]:
    """Return the letters and the number of a cell's reference."""
    match = re.fullmatch(r"([A-Za-z]{1,3})([0-9]{1,9})", (_attribute(tag, b"r") or b"").decode())
    if not match:
        raise Unreadable(DAMAGED)
    return match[1], int(match[2])


def _addressed(xml: bytes, prefix: bytes) -> bytes:
    """Return a sheet's XML with the address that the format implies at every row and cell that has none."""
    row = column = 0

    def address(match: re.Match[bytes]) -> bytes:
        nonlocal row, column
        tag, name, rest = match[0], match[1], match[2]
        given = _attribute(tag, b"r")
        if name.endswith(b"row"):
            row, column = int(given) if given else row + 1, 0
            place = b"%d" % row
        elif given:
            letters, own_row = _split(tag)
            column = column_number(letters) + 1
            place = f"{letters.upper()}{own_row}".encode()
        else:
            column += 1
            place = f"{column_letters(column - 1)}{row}".encode()
        rest = re.sub(rb"""\sr\s*=\s*["'][^"']*["']""", b"", rest)
        return b"<" + name + b' r="' + place + b'"' + rest + b">"

    return re.sub(rb"<(" + prefix + rb"(?:row|c))((?:\s[^>]*|/)?)>", address, xml)
