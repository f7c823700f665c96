"""A sheet asked row by row: its texts with merged cells filled in, and the headings that stand over each column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from validator.mapping.headings import anywhere
from validator.mapping.places import NO_NAMES, Names, Place, place_in
from validator.profiles import NOTHING_TOLD, Told
from validator.tables.cells import is_blank
from validator.tables.feet import counts, holds_numbers_alone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.reading import Sheet

LOOSE_ROWS = 40
"""How many rows at the top of a sheet are searched for misspelt heading rows as well."""
SAMPLE = 60
"""How many cells of a column are looked at to tell what it holds."""
FEET = 5
"""How many rows of totals may stand below a table."""
LEVELS = 4
"""How many rows of headings may stand over each other."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of one column."""

    column: int
    text: str
    over: tuple[str, ...]
    """The headings of its blocks above, the nearest first."""
    row: int


class Grid:
    """A sheet with its merged headings filled in."""

    def __init__(self, sheet: Sheet, names: Names = NO_NAMES, told: Told = NOTHING_TOLD) -> None:
        self.sheet = sheet
        self.names = names
        self.told = told
        self.rows = sheet.rows
        self.height = len(sheet.rows)
        self.width = max((len(row) for row in sheet.rows), default=0)
        self._feet: dict[int, bool] = {}
        self._merged = {
            (row, column): (top, left)
            for top, left, bottom, right in sheet.merged
            if (bottom - top) < 4 or bottom - top < self.height // 2
            for row in range(top, min(bottom, self.height - 1) + 1)
            for column in range(left, min(right, self.width - 1) + 1)
        }

    def _is_foot(self, row: int) -> bool:
        """Return whether a row is no record but counts what stands above it, or is signed: it begins with a word that
        says so, or holds numbers alone and begins further right than the record above."""
        if row not in self._feet:
            self._feet[row] = counts(self.rows[row]) or (
                holds_numbers_alone(self.rows[row]) and _begins(self.rows[row]) > self._begin_of_record_above(row)
            )
        return self._feet[row]

    def _begin_of_record_above(self, row: int) -> int:
        above = (self.rows[at] for at in range(row - 1, max(row - 1 - FEET, -1), -1))
        texts = (cells for cells in above if any(isinstance(value, str) for value in cells) and not counts(cells))
        return next(map(_begins, texts), self.width)

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell, that of its merged range included; "" where there is none."""
        top, left = self._merged.get((row, column), (row, column))
        value = self.rows[top][left] if top < self.height and left < len(self.rows[top]) else None
        return value.strip() if isinstance(value, str) else ""

    def cell(self, row: int, column: int) -> Any:
        """Return what stands in a cell itself."""
        return self.rows[row][column] if column < len(self.rows[row]) else None

    def may_be_heading(self, row: int) -> bool:
        """A cheap look: two texts that a vocabulary knows, two units, assignments or criteria, or any near the top."""
        texts = [value for value in self.rows[row] if isinstance(value, str) and value.strip() and len(value) < 120]
        if len(texts) < 2:
            return False
        hits = 0
        for text in texts:
            hits += anywhere(text)
            if hits >= 2:
                return True
        return (row < LOOSE_ROWS and len(texts) >= 3) or self._tells_places(texts)

    def _tells_places(self, texts: list[str]) -> bool:
        """Return whether two different units, assignments or criteria stand in a row."""
        places = [place_in(text, self.names)[0] for text in texts]
        return any(
            len({told for place in places if (told := getattr(place, part))}) >= 2
            for part in ("criterion", "unit", "assignment")
        )

    def above(self, row: int) -> int | None:
        """Return the next row above that is not blank."""
        for candidate in range(row - 1, max(row - 4, -1), -1):
            if any(value is not None for value in self.rows[candidate]):
                return candidate
        return None

    def stacks(self, row: int, is_label_row: Any) -> Iterator[tuple[int, ...]]:
        """Yield the rows of blocks that may belong to a heading row, the nearest first: none, one, two, …

        Rows of labels ("Deadline" and a date for each block), which `is_label_row` tells, may stand between them.
        """
        yield ()
        groups: list[int] = []
        at = self.above(row)
        while at is not None and len(groups) < LEVELS - 1:
            if not is_label_row(at):
                if not self._is_group_row(at, row):
                    return
                groups.append(at)
                yield tuple(groups)
            at = self.above(at)

    def _is_group_row(self, row: int, below: int) -> bool:
        """Return whether blocks of columns are headed here: not by a title, which stands alone at the left, by a
        label, or in a record, which holds dates or numbers or stands apart."""
        if below - row > LEVELS + 2 or any(
            value is not None and not isinstance(value, str) for value in self.rows[row]
        ):
            return False
        texts = [(column, self.text(row, column)) for column in range(self.width)]
        filled = [(column, text) for column, text in texts if text]
        first = next((column for column in range(self.width) if self.text(below, column)), 0)
        if len({text for _, text in filled}) == 1 and filled[0][0] <= first:
            return False
        places = [place_in(text, self.names)[0] for _, text in filled]
        told = [place.is_told for place in places]
        if filled[0][0] <= first and told.count(True) == 1 and told[0] and not self._spans(row, filled[0][0]):
            return False  # a title with labels beside it: "Unit 4 | Assessor: Sam Whitlock"
        if filled[0][0] <= first and places[0].unit and not self._spans(row, filled[0][0]) and _tell_apart(places):
            return False  # a title in two cells: "Unit 4 Programming | Assignment 1"
        if len(filled) == 2 and not told[0] and anywhere(filled[0][1].rstrip(":")):
            return False  # a label and its value
        return any(told)

    def headings(self, row: int, groups: tuple[int, ...], columns: range) -> list[Heading]:
        """Return the headings of a row, each with those of its blocks above."""
        over = [self._filled(group, row, columns) for group in groups]
        found = []
        for column in columns:
            own, at = self.text(row, column), row
            above = [fill.get(column, "") for fill in over]
            if not own:
                level = next(
                    (
                        number
                        for number, group in enumerate(groups)
                        if self.text(group, column) and not self._spans(group, column)
                    ),
                    None,
                )
                if level is None:
                    continue
                own, at, above = self.text(groups[level], column), groups[level], above[level + 1 :]
            found.append(Heading(column, own, tuple(text for text in above if text and text != own), at))
        told_by_merges = any(self._spans(group, column) for group in groups for column in columns)
        return found if told_by_merges else _without_tail(found, self.names)

    def _filled(self, group: int, row: int, columns: range) -> dict[int, str]:
        """Return the heading of the block that each column stands in."""
        told_by_merges = any(self._spans(group, column) for column in columns)
        found, current = {}, ""
        for column in columns:
            own = self.text(group, column)
            if own or told_by_merges:
                current = own
            if self.text(row, column) == own:
                current = ""
            found[column] = current
            if own and not told_by_merges and not self.text(row, column):
                current = ""
        return found

    def _spans(self, row: int, column: int) -> bool:
        top_left = self._merged.get((row, column))
        return top_left is not None and self._merged.get((row, column + 1)) == top_left

    def below(self, column: int, first: int, last: int, *, with_blanks: bool = False) -> list[Any]:
        """Return the first filled cells of a column, a sample of what it holds, without totals and averages; words
        such as "NA" are blanks, unless they are marks there (`with_blanks`)."""
        found: list[Any] = []
        for row in range(first, last):
            value = self.rows[row][column] if column < len(self.rows[row]) else None
            if value is None or (isinstance(value, str) and not with_blanks and is_blank(value)):
                continue
            if not self._is_foot(row):
                found.append(value)
                if len(found) == SAMPLE:
                    break
        return found

    def segments(self, row: int) -> list[range]:
        """Return the runs of columns below a row, up to the next blank one, that blank columns part: tables beside
        each other, or one with gaps."""
        below = self.rows[row + 1 :]
        blank = next((n for n, cells in enumerate(below) if not any(v is not None for v in cells)), len(below))
        filled = [
            bool(self.text(row, at)) or any(at < len(cells) and cells[at] is not None for cells in below[:blank])
            for at in range(self.width)
        ]
        found, start = [], None
        for column, is_filled in enumerate([*filled, False]):
            if is_filled and start is None:
                start = column
            elif not is_filled and start is not None:
                found.append(range(start, column))
                start = None
        return found


def _tell_apart(places: Sequence[Place]) -> bool:
    """Return whether places tell different things, each of them once: a unit and an assignment, say."""
    parts = [part for place in places for part in ("unit", "assignment", "attempt", "aim", "criterion")
             if getattr(place, part)]  # fmt: skip
    return len(set(parts)) == len(parts)


def _begins(row: list[Any]) -> int:
    """Return the first filled column of a row."""
    return next((column for column, value in enumerate(row) if value is not None), len(row))


def _without_tail(headings: list[Heading], names: Names) -> list[Heading]:
    """Return the headings with the last block ending where the first one's columns have come again.

    Without merged cells nothing says where it ends: "Unit grade" after the last assignment belongs to none.
    """
    blocks: dict[tuple[str, ...], list[Heading]] = {}
    for heading in headings:
        if heading.over and any((p := place_in(text, names)[0]).unit or p.assignment for text in heading.over):
            blocks.setdefault(heading.over, []).append(heading)
    if len(blocks) < 2:
        return headings
    *others, last = blocks.values()
    usual = {heading.text for block in others for heading in block}
    tail = len(last)
    while tail and last[tail - 1].text not in usual:
        tail -= 1
    if not tail:  # blocks of criteria have headings of their own
        return headings
    outside = {heading.column for heading in last[tail:] if not place_in(heading.text, names)[0].is_told}
    return [replace(h, over=()) if h.column in outside else h for h in headings]


def turned(sheet: Sheet) -> Sheet:
    """Return a sheet with its rows as columns."""
    rows = [list(column) for column in zip_longest(*sheet.rows)]
    return replace(
        sheet,
        rows=rows,
        merged=tuple((left, top, right, bottom) for top, left, bottom, right in sheet.merged),
        issues=tuple(replace(issue, row=issue.column, column=issue.row) for issue in sheet.issues),
        hidden_rows=sheet.hidden_columns,
        hidden_columns=sheet.hidden_rows,
    )
