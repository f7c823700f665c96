"""Where the tables of a sheet are: heading rows anywhere, with or without blocks of columns above them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from schemas.specification import TABLES, plain, table, word_table, words
from validator.findings import ColumnReading
from validator.layout.details import CONTEXT, Detail, called, find_details, label_of, named_in
from validator.layout.grid import LOOSE_ROWS, Grid, Heading, turned
from validator.mapping.headings import (
    NOTHING,
    SPELT_OUT,
    Match,
    anywhere,
    attempt_in,
    due_dates,
    in_english,
    known,
    match,
)
from validator.mapping.places import NO_NAMES, NOWHERE, Names, Place, is_decision_heading, place_in
from validator.profiles import NOTHING_TOLD, Told
from validator.reading import reference
from validator.tables.cells import (
    READERS,
    assignment_key,
    person_key,
    read_attempt,
    read_criterion,
    read_flag,
    read_text,
    unit_key,
)
from validator.tables.dates import Odd, read_dates
from validator.tables.marks import fits_decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from validator.reading import Sheet

FITTING = 0.3
"""The share of a column's cells that must be what its field asks for; fewer, and the heading was misleading."""
GRID_FITTING = 0.6
"""The same for a column that is known by its place alone: a criterion, a unit, an assignment."""
TOO_FEW = 3
"""With fewer filled cells than this a column cannot belie a heading that the vocabulary spells out."""
LABEL_ROWS = 6
"""How many rows of labels may stand between the headings and the first record."""

A_SENTENCE = 3
"""From so many words a cell under a criterion says what the criterion asks for, and decides nothing."""

FREE_KINDS = frozenset({"text", "any_text", "person", "unit", "signature", "signed_date"})
"""The kinds of fields that nearly any text fits."""

SEVERAL = 2
"""From so many headings that name an attempt ("Resub deadline", "Resub grade") on, they stand for blocks of columns."""
TITLED = 4
"""How much it counts for a kind of table that the sheet's name or a title above it names."""

LEADING_TO_ANOTHER = ("authorised_by", "authorised_on", "can_improve", "exceptional_reason")
"""What is recorded of a resubmission or retake before it is made."""
DECISION = "decision"
"""What a column under a criterion holds."""
BY_PLACE = {"attempts": ("grade", "achieved"), "unit_results": ("grade",)}
"""The fields that a column may hold whose heading is no more than an assignment or a unit."""

_NUMBERED = re.compile(r"\A(?:(.*?[^0-9\s])\s*[#(]?([0-9]{1,2})\)?|([0-9]{1,2})\s*[.:)-]\s*(.*\D.*))\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, and what it was taken for."""

    index: int
    heading: str
    row: int
    """The row in which the heading stands; 0-based, as is `index`."""
    field: str | None = None
    place: Place = NOWHERE
    """The unit, assignment, attempt and criterion that it is about, where its table has blocks of columns."""
    part: str | None = None
    """"given" or "family" where a name stands in two columns."""
    how: str = "none"
    confidence: int = 0
    nearest: str | None = None

    @property
    def attempt(self) -> str | None:
        """The attempt whose block it stands in."""
        return self.place.attempt


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


def find_regions(
    sheet: Sheet,
    details: Sequence[Detail],
    names: Names = NO_NAMES,
    told: Told = NOTHING_TOLD,
    *,
    is_turned: bool = False,
) -> list[Region]:
    """Return the tables of a sheet from top to bottom; those whose records stand in its columns, if it is turned.

    `details` are the label/value pairs of the sheet: those above a table may tell what its columns do not.
    `names` are the units, assignments and learners that other sheets name, `told` is what a profile says of the sheet.
    """
    grid = Grid(turned(sheet) if is_turned else sheet, names, told)
    regions: list[Region] = []
    read: dict[Region, Region] = {}
    """Each table, settled by all the rows that it may have."""
    for row in range(grid.height):
        if not grid.may_be_heading(row):
            continue
        wide = (region for region in regions if len(region.span) == grid.width and row in region.rows)
        inside = next((region for region in wide if (_fits(grid, row, read[region]) or 0) > 0), None)
        if inside is not None:
            beside = None if is_turned else _beside(grid, row, inside, details)
            if beside is not None:
                narrow = replace(inside, span=range(beside.span.start))
                regions[regions.index(inside)] = narrow
                regions.append(beside)
                read |= {narrow: read[inside], beside: _settled(grid, beside)}
            continue
        for region in _best(grid, row, regions, details, is_turned=is_turned):
            rivals = [other for other in regions if _meet(other.span, region.span)]
            settled = _settled(grid, _closed(grid, region))
            if not _still_stands(settled) or any(
                row in other.rows and _is_record_of(grid, region, row, read[other]) for other in rivals
            ):
                continue
            read[region] = settled
            for other in rivals:
                regions.remove(other)
                above = range(other.first_row, region.heading_rows[0])
                if other.heading_rows[-1] not in region.heading_rows and above:  # else it was the row of blocks
                    last = _without_titles(grid, read[other], region.heading_rows[0])
                    shorter = replace(other, last_row=min(other.last_row, last))
                    regions.append(shorter)
                    read[shorter] = read[other]
            regions.append(region)
    found = sorted(regions, key=lambda region: (region.first_row, region.span.start))
    closed = [_of_one_attempt(_settled(grid, _closed(grid, region))) for region in found]
    return [part for region in closed for part in _unit_grades(grid, region)]


def _without_titles(grid: Grid, region: Region, below: int) -> int:
    """Return one past the last row of a table above the heading row `below` of the next, without the rows right above
    that are titles of the next: nothing in them is what the columns ask for."""
    last = below
    if last - 1 > region.first_row and not any(value is not None for value in grid.rows[last - 1]):
        texts = [value for value in grid.rows[last - 2] if isinstance(value, str)]
        last -= any(place_in(text, grid.names)[0].is_told for text in texts[:1])
    while last > region.first_row and any(value is not None for value in grid.rows[last - 1]):
        fits = _fits(grid, last - 1, region)
        if (fits or 0) > 0 or (fits is None and not _may_be_title(grid, last - 1)):
            break
        last -= 1
    return last


def _may_be_title(grid: Grid, row: int) -> bool:
    """Return whether a row stands for a title: one text alone, labels with their values, or the name of a place."""
    cells = [value for value in grid.rows[row] if value is not None]
    texts = [value for value in cells if isinstance(value, str)]
    return len(cells) == 1 or any(":" in text or place_in(text, grid.names)[0].is_told for text in texts)


def _beside(grid: Grid, row: int, inside: Region, details: Sequence[Detail]) -> Region | None:
    """Return the table whose headings stand in a row of records of another, right of it: the staff, a calendar."""
    span = range(max(column.index for column in inside.columns) + 1, grid.width)
    of_all = [detail for detail in details if detail.kind == "programme"]
    found = _fittest(grid, row, span, (), of_all, is_turned=False)
    return found if found is not None and _strength(_settled(grid, found))[0] else None


def _closed(grid: Grid, region: Region) -> Region:
    """Return the table of a form, which ends where people sign it, and one of criteria where comments follow them."""
    if region.kind not in ("decisions", "verifications"):
        return region
    is_list = region.kind == "decisions"
    criteria = [c.index for c in region.columns if is_list and "criterion" in str(c.field).split("|")]
    for row in range(region.first_row, region.last_row):
        first = next((grid.text(row, column) for column in region.span if grid.text(row, column)), "")
        if set(plain(first).split()) & set(words()["closings"]):
            return replace(region, last_row=row)
        told = grid.text(row, criteria[0]) if criteria else ""
        follows_gap = row > region.first_row and not any(grid.text(row - 1, column) for column in region.span)
        if told and not read_criterion(told) and (follows_gap or known(told, "attempts")):
            return replace(region, last_row=row)
    return region


def _of_one_attempt(region: Region) -> Region:
    """Return a table of resubmissions alone with all its columns about these: it has a day of submission for them, none
    for first submissions, and before the first column that says "resubmission" only what leads to one."""
    marked = [column for column in region.columns if column.field and column.attempt]
    told = {column.attempt for column in marked}
    is_told = "attempt" in region.fields | region.details.keys()
    if region.kind != "attempts" or is_told or len(told) != 1 or told == {"first"}:
        return region
    of_all = {*table("attempts").shared, *LEADING_TO_ANOTHER}
    fields = {column.field for column in marked}
    rest = [column for column in region.columns if column.field and not column.attempt and column.field not in of_all]
    first = min(column.index for column in marked)
    if "submitted" not in fields or any(c.field in fields | {"submitted"} or c.index < first for c in rest):
        return region
    unmarked = [c for c in region.columns if c.field and not c.attempt and c.field not in table("attempts").shared]
    placed = {column.index: replace(column.place, attempt=min(told, key=str)) for column in unmarked}
    columns = tuple(replace(c, place=placed.get(c.index, c.place)) for c in region.columns)
    return replace(region, columns=columns)


def _is_record_of(grid: Grid, region: Region, row: int, other: Region) -> bool:
    """Return whether a heading row below another is one of its records.

    What stands under its dates, grades and criteria tells; where nothing does, whether a heading says "Learner".
    """
    fits = _fits(grid, row, other)
    if fits is not None:
        return fits > 0
    return (
        not _is_grid(region.columns)
        and "learner" in table(region.kind).fields
        and not any(
            column.field in ("learner", "registration") and column.how != "context" for column in region.columns
        )
    )


def _fits(grid: Grid, row: int, region: Region) -> int | None:
    """Return by how much more cells of a row are than are not what the columns of a table ask for; none where no
    column above them asks for anything."""
    if _heads_criteria(grid, row):
        return -1
    balance, judged = 0, 0
    for column in region.columns:
        cell = grid.rows[row][column.index] if column.index < len(grid.rows[row]) else None
        if cell is None or not column.field:
            continue
        if column.field == DECISION:
            fits = fits_decision(region.told.read("outcome", cell), str(column.place.criterion))
        elif (kind := table(region.kind).fields[column.field].kind) in FREE_KINDS:
            continue
        else:
            fits = fit(kind, [region.told.read(kind, cell)]) == 1
        balance, judged = balance + (1 if fits else -1), judged + 1
    return balance if judged else None


def _heads_criteria(grid: Grid, row: int) -> bool:
    """Return whether criteria stand in a row, beside headings alone: no list of what somebody achieved."""
    texts = {value.strip() for value in grid.rows[row] if isinstance(value, str)}
    places = {text: place_in(text, grid.names)[0] for text in texts}
    criteria = {place.criterion for place in places.values()} - {None}
    return len(criteria) >= SEVERAL and all(place.is_told or anywhere(text) for text, place in places.items())


def _meet(left: range, right: range) -> bool:
    return left.start < right.stop and right.start < left.stop


# ---------------------------------------------------------------------- recognising a heading row


def _best(grid: Grid, row: int, regions: list[Region], details: Sequence[Detail], *, is_turned: bool) -> list[Region]:
    """Return the tables whose heading row this is: one over the whole sheet, or several beside each other."""
    whole = _fittest(grid, row, range(grid.width), regions, details, is_turned=is_turned)
    segments = grid.segments(row)
    if len(segments) < 2:
        return [whole] if whole else []
    parts = [part for span in segments if (part := _fittest(grid, row, span, regions, details, is_turned=is_turned))]
    if not parts:
        return [whole] if whole else []
    apart = sum(_strength(part)[1] for part in parts)
    together = _strength(whole)[1] if whole else 0
    if len(parts) > 1:
        return parts if apart > together else [whole] if whole else parts
    strong = _strength(parts[0])[0]
    taken = [r for r in regions if r.first_row <= row < r.last_row and not _meet(r.span, parts[0].span)]
    return parts if strong and taken and apart >= together else [whole] if whole else parts


def _fittest(
    grid: Grid, row: int, span: range, regions: Sequence[Region], details: Sequence[Detail], *, is_turned: bool
) -> Region | None:
    """Return the table whose heading row this is, read alone or with the rows of blocks above it."""
    candidates: list[tuple[tuple[bool, int, int, int], Region]] = []
    labels = _labels(grid, row, span)
    for groups in grid.stacks(row, labels.__contains__):
        headings = grid.headings(row, groups, span)
        context = details if is_turned else _context(grid, min((row, *groups)), span, regions, details)
        for kind in (grid.told.table,) if grid.told.table else TABLES:
            if table(kind).recognised_by and (not groups or kind in BY_PLACE):
                region = _region(grid, kind, row, groups, headings, span, context, is_turned=is_turned)
                if region is not None:
                    region = replace(region, of_blocks=_of_blocks(grid, region, labels))
                    candidates.append((_strength(_settled(grid, _closed(grid, region))), region))
    return max(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def _context(
    grid: Grid, top: int, span: range, regions: Sequence[Region], details: Sequence[Detail]
) -> Sequence[Detail]:
    """Return what labels and titles tell of a table whose headings begin at a row, the nearest first.

    `details` are those above the first table. Of a table below another, what stands between the two comes before what
    was told of the one above.
    """
    above = [region for region in regions if region.heading_rows[0] < top and _meet(region.span, span)]
    if not above:
        return details
    last = max(above, key=lambda region: region.heading_rows[0])
    own = _between(grid, last.heading_rows[-1], top, span)
    inherited = _context(grid, last.heading_rows[0], last.span, above, details)
    return (*own, *_inherited(inherited, own, last.kind, called(grid.sheet)))


def _between(grid: Grid, last: int, top: int, span: range) -> list[Detail]:
    """Return what the titles and labels right above a table's headings tell, the nearest first, up to the last record
    of the table above, whose headings stand in the row `last`."""
    titles: list[tuple[str, int, int]] = []
    labels: list[Detail] = []
    for number in range(top - 1, last, -1):
        row = grid.rows[number]
        every = [column for column, value in enumerate(row) if value is not None]
        filled = every if len(every) == 1 else [column for column in every if column in span]
        found = find_details(grid.sheet, range(number, number + 1))
        before = [row[column] for column in every if found and column < found[0].label_column]
        if found and all(isinstance(text, str) and place_in(text, grid.names)[0].is_told for text in before):
            labels.extend(found)  # "Deadline | 10/11/2023", or "Assignment 2 | Deadline | 10/11/2023"
        elif len(filled) > 1:
            break
        titles.extend((text, number, at) for at in filled if isinstance(text := row[at], str))
    labelled = {(detail.kind, detail.field) for detail in labels}
    return [*labels, *(d for d in named_in(titles, grid.names) if (d.kind, d.field) not in labelled)]


def _inherited(details: Sequence[Detail], own: Sequence[Detail], kind: str, name: str) -> Iterator[Detail]:
    """Yield what of the context of one table, of a `kind`, holds for the next table below as well: not the assignment
    or the dates of another unit or assignment, nor for a table of another kind the attempt that a title tells. The
    sheet's own `name` holds for all."""
    keys = {"unit": unit_key, "assignment": assignment_key}
    told, before = (
        {d.field: keys[d.field](str(d.value)) for d in reversed(some) if d.field in keys} for some in (own, details)
    )
    other_unit, other_assignment = (n in told and told[n] != before.get(n) for n in ("unit", "assignment"))
    for detail in details:
        is_of_assignment = detail.field in CONTEXT - {"learner", "registration", "unit"}
        if detail.label == name or not (
            (other_unit and is_of_assignment)
            or (other_assignment and is_of_assignment and detail.field not in ("assessor", "verifier"))
            or (detail.field == "attempt" and (other_unit or other_assignment or detail.kind != kind))
        ):
            yield detail


def _labels(grid: Grid, row: int, span: range) -> dict[int, Detail]:
    """Return the rows around a heading row that begin with a label such as "Deadline" and go on with values."""
    found: dict[int, Detail] = {}
    for number in (*range(row - 1, max(row - LABEL_ROWS, -1), -1), *range(row + 1, min(row + LABEL_ROWS, grid.height))):
        values = [(column, grid.rows[number][column]) for column in span if column < len(grid.rows[number])]
        filled = [(column, value) for column, value in values if value is not None]
        if len(filled) >= 2 and isinstance(filled[0][1], str) and filled[0][0] < max(span.start + 4, 4):
            label = label_of(filled[0][1], "attempts")
            if label and not any(isinstance(v, str) and label_of(v, "attempts") for _, v in filled[1:]):
                column, text = filled[0]
                found[number] = Detail("attempts", label, text, number, column, None, number, column)
    return found


def _of_blocks(grid: Grid, region: Region, labels: Mapping[int, Detail]) -> tuple[tuple[Place, Detail], ...]:
    """Return what rows of labels tell of each block of columns: a value for each, at its first column or in a merge."""
    if region.kind != "attempts":
        return ()
    blocks: dict[Place, list[int]] = defaultdict(list)
    for column in region.columns:
        block = replace(column.place, criterion=None, aim=None)
        if block.unit or block.assignment or block.attempt:
            blocks[block].append(column.index)
    adjacent = set()
    number = region.first_row
    while number in labels:
        adjacent.add(number)
        number += 1
    found = []
    for row, label in labels.items():
        if row > region.heading_rows[-1] and row not in adjacent:
            continue
        for block, columns in blocks.items():
            at = next((c for c in columns if c != label.label_column and grid.rows[row][c] is not None), None)
            if at is not None:
                row_of, column_of = (at, row) if region.turned else (row, at)
                found.append((block, replace(label, value=grid.rows[row][at], row=row_of, column=column_of)))
    return tuple(found)


def _strength(region: Region) -> tuple[bool, int, int, int]:
    """Return how well a table fits: strongly or weakly, by how many columns, by how many of these whose unit and
    assignment are told, and by how few fields it leaves unfilled."""
    specification = table(region.kind)
    told = region.fields | region.details.keys()
    by_place = {column.place.assignment for column in region.columns if column.field and column.how == "context"}
    is_spread = region.kind == "attempts" and len(by_place - {None}) >= SEVERAL
    strong = any(needed <= told for needed in specification.recognised_by) or _is_grid(region.columns) or is_spread
    sure = {
        (column.place, column.field, column.part): 3 if column.how == "exact" else 2
        for column in region.columns
        if column.field
    }
    named = TITLED * any(title in region.sheet_title for title in specification.titles)
    placed = sum(bool(place.unit) + bool(place.assignment) + ("." in (place.criterion or "")) for place, _, _ in sure)
    return strong, sum(sure.values()) + named, placed, -len(specification.fields)


def _is_grid(columns: Iterable[Column]) -> bool:
    """Return whether columns stand for at least two criteria."""
    return len({column.place.criterion for column in columns if column.field == DECISION}) >= 2


def _region(
    grid: Grid,
    kind: str,
    row: int,
    groups: tuple[int, ...],
    headings: list[Heading],
    span: range,
    details: Sequence[Detail],
    *,
    is_turned: bool,
) -> Region | None:
    specification = table(kind)
    if len(headings) < 2 or _forbidden(kind, specification.not_with, headings):
        return None
    context = {d.field: d for d in reversed(details) if d.kind == kind and (is_turned or d.row < max(row, 1))}
    columns = tuple(_matched(kind, headings, grid, row))
    if not _has_learner(columns) and any(column.place.is_told for column in columns) and "learner" not in context:
        columns = _with_learners(grid, row, span, columns)
    by_place = {column.place for column in columns if column.how == "context" and column.place.is_told}
    if len(by_place) < 2:  # one unit or assignment is that of a record
        columns = tuple(_unused(c, None) if c.how == "context" and c.place.is_told else c for c in columns)
    if kind == "unit_results" and len(by_place) > 1:  # a grade or points beside the units are the qualification's
        columns = tuple(
            _unused(c, None) if c.place == NOWHERE and {*str(c.field).split("|")} & {"grade", "points"} else c
            for c in columns
        )
    filled = [column for column in columns if column.field and (row < LOOSE_ROWS or column.how != "similar")]
    fields = {name for column in filled for name in str(column.field).split("|")}
    told = fields | context.keys() | {n for n in ("unit", "assignment") for c in filled if getattr(c.place, n)}
    if len({(c.field, c.place) for c in filled}) < 2 or len(filled) * 3 < len(headings):
        return None
    if _are_labels_or_a_record(grid, kind, row, groups, span, columns, filled) or (
        is_turned and _repeats_values(columns)
    ):
        return None
    is_grid = kind == "attempts" and _is_grid(filled) and (_has_learner(columns) or "learner" in context)
    recognised_by = (*specification.recognised_by, *specification.recognised_weakly_by)
    is_told = kind == grid.told.table
    if not is_grid and not is_told and not any(needed <= told and needed & fields for needed in recognised_by):
        return None
    return Region(
        grid.sheet,
        kind,
        tuple(sorted({row, *groups})),
        columns,
        row + 1,
        grid.height,
        {f: d for f, d in context.items() if f not in fields},
        span=span,
        sheet_title=_title(grid, row),
        turned=is_turned,
        told=grid.told,
    )


def _are_labels_or_a_record(
    grid: Grid,
    kind: str,
    row: int,
    groups: tuple[int, ...],
    span: range,
    columns: Sequence[Column],
    filled: Sequence[Column],
) -> bool:
    """Return whether a row that looks like headings is none: labels with their values beside them, or a record."""
    if _alternates(grid, row, kind) or _are_labels(grid, row, filled):
        return True
    own = grid.rows[row][span.start : span.stop]
    values = sum(value is not None and (not isinstance(value, str) or _is_day(value)) for value in own)
    if values >= sum(column.row == row for column in filled):
        return True
    rest = [t for value in own if isinstance(value, str) and not place_in(t := value, grid.names)[0].criterion]
    decided = {*word_table("grades"), *word_table("outcomes")}
    if rest and len(rest) < sum(isinstance(v, str) for v in own) and decided.issuperset(map(plain, rest)):
        return True  # a criterion with its decisions: "A.P1 | Achieved | Not achieved"
    if len(filled) * 2 <= len(columns) + values:
        return not any(grid.below(column.index, row + 1, grid.height) for column in filled)
    return bool(groups) and sum(c.row == row for c in filled) * 2 < sum(c.row == row for c in columns)


def _alternates(grid: Grid, row: int, kind: str) -> bool:
    """Return whether labels and values take turns in a row: "Unit | Unit 4 | Hand out | 11/09/2023"."""
    cells = [value for value in grid.rows[row] if value is not None]
    if len(cells) <= SEVERAL or len(cells) % 2:
        return False
    told = False
    for label, value in zip(cells[::2], cells[1::2], strict=True):
        fields = known(label, kind) if isinstance(label, str) else ()
        if not fields or (isinstance(value, str) and known(value, kind)):
            return False
        place = place_in(value, grid.names)[0] if isinstance(value, str) and not _is_day(value) else None
        told |= place is None or any(getattr(place, name, None) for name in fields)
    return told


def _is_day(text: str) -> bool:
    return text[:1].isdigit() and fit("date", [text]) == 1


def _are_labels(grid: Grid, row: int, filled: Sequence[Column]) -> bool:
    """Return whether texts are labels with their values beside them: "Learner: | Noor Abbas | Reg. no.: | KX41221".

    Further labels stand where the first record would, or colons tell.
    """
    own = [column.index for column in filled if column.row == row]
    cells = [at for at, value in enumerate(grid.rows[row]) if value is not None]
    beside = {at for at, right in pairwise(cells) if at in own and right not in own}
    are_valued = beside >= {*own} - {cells[-1]} != set()
    with_colons = sum(grid.text(row, at).endswith((":", "：")) for at in own) * 2 > len(own)
    following = next((r for r in range(row + 1, grid.height) if sum(v is not None for v in grid.rows[r]) > 1), None)
    below = [v for at in own if following is not None and (v := grid.cell(following, at)) is not None]
    labels = sum(isinstance(value, str) and _is_label(value) for value in below)
    return (are_valued and (with_colons or labels * 2 >= len(below))) or labels == len(below) > 0


def _is_label(text: str) -> bool:
    return text.rstrip().endswith((":", "：")) or anywhere(text) or bool(known(text, "programme"))


def _repeats_values(columns: Sequence[Column]) -> bool:
    """Return whether unknown words stand again and again: then it is a column of a table that was turned in vain."""
    unknown = Counter(plain(column.heading) for column in columns if not column.field)
    return max(unknown.values(), default=0) >= TOO_FEW


def _title(grid: Grid, row: int) -> str:
    """Return the sheet's name and the texts that stand alone in a row above, in plain words."""
    alone = [[v for v in values if v is not None] for values in grid.rows[:row]]
    texts = [values[0] for values in alone if len(values) == 1 and isinstance(values[0], str)]
    return " ".join(map(plain, (grid.sheet.name, *texts)))


def _has_learner(columns: Iterable[Column]) -> bool:
    return any(column.field in ("learner", "registration") for column in columns)


def _forbidden(kind: str, fields: frozenset[str], headings: list[Heading]) -> bool:
    """Return whether a heading is one of another table's and means nothing in this one ("Name" may mean both)."""
    return any(
        field in known(heading.text, "attempts") and not known(heading.text, kind)
        for heading in headings
        for field in fields
    )


def _with_learners(grid: Grid, row: int, span: range, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns of a grid with that of the learners, which often has no heading, or one such as "Criteria"."""
    first = min(column.index for column in columns if column.place.is_told)
    for index in range(span.start, first):
        heading = next((column for column in columns if column.index == index), None)
        is_corner = heading is not None and plain(heading.heading) in words()["corners"]
        is_taken = heading is not None and heading.field is not None and not is_corner
        if heading is not None and (is_taken or person_key(heading.heading) in grid.names.learners):
            continue
        cells = grid.below(index, row + 1, grid.height)
        if len(cells) >= 1 and sum(_may_be_person(cell, grid.names) for cell in cells) >= len(cells) * GRID_FITTING:
            found = Column(index, heading.heading if heading else "", row, "learner", how="context", confidence=70)
            return tuple(sorted((found, *(c for c in columns if c.index != index)), key=lambda c: c.index))
    return columns


def _may_be_person(cell: Any, names: Names) -> bool:
    text = read_text(cell) if isinstance(cell, str) else None
    if text is None:
        return False
    if names.learners:
        return person_key(text) in names.learners
    return len(text) < 60 and not any(c.isdigit() for c in text) and plain(text) not in _marks_and_labels()


@cache
def _marks_and_labels() -> frozenset[str]:
    return frozenset({*word_table("grades"), *word_table("outcomes"), *words()["not_records"], *words()["corners"]})


# ---------------------------------------------------------------------- what headings mean


def _matched(kind: str, headings: list[Heading], grid: Grid, row: int) -> Iterator[Column]:
    """Yield what each heading means by itself; the columns that compete for a field are settled by their cells."""
    own, english = headings, in_english([heading.text for heading in headings], kind)
    headings = [replace(heading, text=english.get(heading.text, heading.text)) for heading in headings]
    parts, names = _name_parts(kind, headings), grid.names
    if kind not in BY_PLACE:
        for told, heading in zip(own, headings, strict=True):
            yield _column(told, parts, _joint(kind, heading, match(heading.text, kind)), NOWHERE)
        return
    numbered = _numbered(kind, headings)
    due = due_dates(heading.text for heading in headings) if kind == "attempts" else {}
    headings = _beside_assignments(headings, names)
    left: tuple[Place, tuple[str, ...]] | None = None
    places = _places_of_blocks(headings, names)
    has_attempt_column = _has_attempt_column(kind, headings, places) or _tells_attempts(kind, headings, grid, row)
    is_log = _is_log(kind, headings, names)
    for told, heading in zip(own, headings, strict=True):
        outer = NOWHERE
        for text in heading.over:
            outer = outer.within(places[text])
        found, place = (
            _of_criterion(heading, outer, left, names)
            or numbered.get(heading.column)
            or _placed(kind, heading, outer, names, has_attempt_column=has_attempt_column, is_log=is_log)
        )
        if place.criterion and kind != "attempts":
            found = NOTHING
        if heading.text in due:
            found = Match((due[heading.text],), "context", 90)
        left = (place, heading.over) if place.criterion else None
        yield _column(told, parts, found, place)


def _beside_assignments(headings: list[Heading], names: Names) -> list[Heading]:
    """Return the headings of an export, those that come again beside each assignment put under it: "Unit 1 A1 | Points
    | Feedback | Unit 1 A2 | Points | Feedback"."""
    if any(heading.over for heading in headings):
        return headings
    again = Counter(plain(heading.text) for heading in headings)
    found, left = [], ""
    for heading in headings:
        place, rest = place_in(heading.text, names)
        comes_again = again[plain(heading.text)] > 1 and not place.is_told
        if place.assignment and not rest and not place.criterion:
            left = heading.text
        elif not comes_again:
            left = ""
        found.append(replace(heading, over=(left,)) if left and comes_again else heading)
    return found


def _has_attempt_column(kind: str, headings: list[Heading], places: Mapping[str, Place]) -> bool:
    """Return whether a column says of each row which attempt it is: surely where a heading means nothing else, and of
    one that may ("Submission") where no headings are marked by attempts ("Resub deadline")."""
    meanings = [known(h.text, kind) for h in headings if not any(places[text].attempt for text in h.over)]
    if ("attempt",) in meanings:
        return True
    marked = [rest for attempt, rest in map(attempt_in, (h.text for h in headings)) if attempt and known(rest, kind)]
    return len(marked) < SEVERAL and any("attempt" in fields for fields in meanings)


def _tells_attempts(kind: str, headings: list[Heading], grid: Grid, row: int) -> bool:
    """Return whether the cells of a column say that some rows are resubmissions or retakes."""
    may = [heading.column for heading in headings if not heading.over and "attempt" in known(heading.text, kind)]
    told = {read_attempt(cell) for at in may for cell in grid.below(at, row + 1, grid.height) if isinstance(cell, str)}
    return any(isinstance(attempt, str) and attempt != "first" for attempt in told)


def _is_log(kind: str, headings: list[Heading], names: Names) -> bool:
    """Return whether a column says of each row which assignment it is of, and the headings name no two."""
    named = {place_in(heading.text, names)[0].assignment for heading in headings} - {None}
    return len(named) < SEVERAL and any("assignment" in known(h.text, kind) for h in headings if not h.over)


def _places_of_blocks(headings: list[Heading], names: Names) -> dict[str, Place]:
    """Return the place that each heading of a block means; of two that seem to mean the same assignment, the one
    that says more is another: "Assignment 1" and "Assignment 1 second version"."""
    found: dict[str, Place] = {}
    for text in dict.fromkeys(text for heading in headings for text in heading.over):
        place, rest = place_in(text, names)
        if place.assignment and rest and place in found.values():
            place = replace(place, assignment=f"{place.assignment} {rest}")
        found[text] = place
    return found


def _column(heading: Heading, parts: Mapping[int, str], found: Match, place: Place) -> Column:
    part = parts.get(heading.column)
    if part:
        return Column(heading.column, heading.text, heading.row, "learner", part=part, how="exact", confidence=100)
    fields = "|".join(found.fields) or None
    where = place if fields and not set(found.fields) & {"learner", "registration"} else NOWHERE
    return Column(
        heading.column, heading.text, heading.row, fields, where, None, found.how, found.confidence, found.nearest
    )


def _name_parts(kind: str, headings: list[Heading]) -> dict[int, str]:
    """Return the columns that hold a part of the learner's name, where a table has both parts."""
    if "learner" not in table(kind).fields:
        return {}
    found = {}
    for heading in headings:
        if part := word_table("name_parts").get(plain(heading.text)):
            found[heading.column] = part
    if "family" in found.values() and "given" not in found.values():
        names = [h.column for h in headings if plain(h.text) in ("name", "learner name", "student name")]
        found |= dict.fromkeys(names[:1], "given")
    return found if {"given", "family"} <= set(found.values()) else {}


def _of_criterion(
    heading: Heading, outer: Place, left: tuple[Place, tuple[str, ...]] | None, names: Names
) -> tuple[Match, Place] | None:
    """Return the meaning of a heading that is a criterion, or stands under or right of one (`left`: its place and
    what stands over it)."""
    own, rest = place_in(heading.text, names)
    if own.criterion:
        return _DECISION, _full(own.within(outer))
    if outer.criterion and not own.unit and not own.assignment:
        if (own.attempt and not rest) or is_decision_heading(heading.text):
            return _DECISION, _full(own.within(outer))
        return NOTHING, NOWHERE
    if left is not None and own.attempt not in (None, "first") and not rest and heading.over == left[1]:
        return _DECISION, replace(left[0], attempt=own.attempt)
    return None


_DECISION = Match((DECISION,), "exact", 100)


def _full(place: Place) -> Place:
    return replace(place, criterion=place.full_criterion, aim=None)


def _placed(
    kind: str, heading: Heading, outer: Place, names: Names, *, has_attempt_column: bool, is_log: bool
) -> tuple[Match, Place]:
    """Return the meaning of a heading in a table whose columns may stand in blocks; in a log, whose rows say which
    assignment they are of, none is of one assignment: "PSA version used" is no block of the assignment "PSA"."""
    outer = replace(outer, aim=None)
    exact = Match(fields, "exact", 100) if (fields := known(heading.text, kind)) else NOTHING
    own, rest = place_in(heading.text, names)
    if is_log and own.assignment and rest and not exact.fields:
        found = match(rest, kind)
        says_it = (plain(own.assignment) in h for name in found.fields for h in table(kind).fields[name].headings)
        return (found if any(says_it) else NOTHING), outer
    if (own.unit or own.assignment) and not exact.fields:
        inner = _full(replace(own, aim=None)).within(outer)
        if rest and (found := match(rest, kind)).fields:
            return found, inner
        if not rest and own.attempt == "first" and (dates := _dates_of_one_word(kind, heading.text, own)):
            return Match((*dates, *BY_PLACE[kind]), "exact", 90), inner
        titled = kind == "unit_results" and not inner.assignment and not match(rest, "attempts").fields
        if (not rest and not (kind == "unit_results" and inner.assignment)) or titled:
            return Match(BY_PLACE[kind], "context", 90), inner
    if own.attempt and not rest and heading.over and (fields := known(heading.over[0], kind)):
        return Match(fields, "exact", 100), replace(outer, attempt=own.attempt)  # "Grade" over "1st" and "Resub"
    found, attempt = match(heading.text, kind), outer.attempt
    if kind == "attempts" and not has_attempt_column and attempt is None:
        attempt, rest = attempt_in(heading.text)
        marked = match(rest, kind) if attempt and rest else NOTHING
        if attempt and marked.fields and marked.fields != ("attempt",):
            found = marked
        elif attempt and found.fields and not (set(found.fields) - {"attempt"}):
            found, attempt = NOTHING, None
    return _joint(kind, heading, found), replace(outer, attempt=attempt)


def _dates_of_one_word(kind: str, text: str, own: Place) -> tuple[str, ...]:
    """Return the dates that a word beside an assignment may mean besides the attempt: "A1 Sub"."""
    word = plain(text)
    for told in filter(None, (own.unit, own.assignment)):
        word = word.replace(plain(told), " ")
    return tuple(name for name in known(word.strip(), kind) if table(kind).fields[name].kind == "date")


def _joint(kind: str, heading: Heading, found: Match) -> Match:
    """Return the meaning of a heading that means something only together with the one above it."""
    if found.fields or not heading.over:
        return found
    joint = match(f"{heading.over[0]} {heading.text}", kind)
    return replace(joint, how="context") if joint.fields else found


def _numbered(kind: str, headings: list[Heading]) -> dict[int, tuple[Match, Place]]:
    """Return the meaning of headings that are numbered by assignment: "Deadline 1", "Submitted 1", "Deadline 2"."""
    if kind != "attempts":
        return {}
    found: dict[int, tuple[Match, Place]] = {}
    stems: dict[str, set[str]] = defaultdict(set)
    for heading in headings:
        m = _NUMBERED.match(heading.text.strip())
        stem, number = (m[1] or m[4], m[2] or m[3]) if m else ("", "")
        place = place_in(heading.text)[0]
        if not stem or heading.over or place != Place(attempt=place.attempt) or known(heading.text, kind):
            continue
        attempt, rest = attempt_in(stem)
        if place.attempt and not (attempt and rest):  # "Submission 1" is an attempt, "Resub grade 1" a grade
            continue
        if not (meaning := match(rest if attempt else stem, kind)).fields or meaning.fields == ("attempt",):
            continue
        stems[number].add(plain(stem))
        found[heading.column] = meaning, Place(assignment=f"Assignment {number}", attempt=attempt)
    shared = [stem for stem in set().union(*stems.values()) if sum(stem in group for group in stems.values()) > 1]
    return found if len(stems) > 1 and len(shared) > 1 else {}


# ---------------------------------------------------------------------- settling what columns are


def _settled(grid: Grid, region: Region) -> Region:
    """Return the region with one field a column and one column a field, by what the cells hold."""
    taken: dict[tuple[Place, str, str | None], int] = {}
    columns: list[Column] = []
    left: Column | None = None
    general = words()["literal"]
    for plain_column in region.columns:
        is_decision = plain_column.field == DECISION
        cells = grid.below(plain_column.index, region.first_row, region.last_row, with_blanks=is_decision)
        column, chosen = _chosen(region, plain_column, left, cells)
        key = (column.place, chosen or "", column.part)
        if chosen is not None and key in taken:
            rival = taken[key]
            weak = not region.is_named(columns[rival])
            named = weak and region.is_named(column)
            fills = weak and cells and not grid.below(columns[rival].index, region.first_row, region.last_row)
            is_general = plain(columns[rival].heading) in general and plain(column.heading) not in general
            if named or fills or is_general or (columns[rival].how == "similar" and column.how == "exact"):
                columns[rival] = _unused(columns[rival], columns[rival].nearest)
            else:
                column, chosen = _unused(column, f"{columns[rival].heading} (which is there already)"), None
        if chosen is not None:
            taken[key] = len(columns)
            column = replace(column, field=chosen)
        elif column.field is not None:
            column = _unused(column, column.nearest or column.field.replace("_", " ").replace("|", " or "))
        columns.append(column)
        left = column
    return replace(region, columns=tuple(columns))


def _still_stands(region: Region) -> bool:
    """Return whether a table that was recognised by the places of its columns still has two of them."""
    by_place = [c for c in region.columns if c.how == "context" or c.place.criterion]
    if not any(column.field for column in region.columns):
        return False
    return not by_place or len({(c.field, c.place) for c in region.columns if c.field}) >= 2


def _chosen(region: Region, column: Column, left: Column | None, cells: list[Any]) -> tuple[Column, str | None]:
    """Return a column and its field; a bare "Date" belongs to the signature on its left, a bare "Approved by" to what
    was approved there."""
    chosen = _fitting(region, column, cells)
    if chosen is None and left is not None and left.field and left.field != DECISION:
        of = table(region.kind).fields[left.field]
        bare = plain(column.heading)
        meant = of.companion if bare in words()["bare_dates"] else of.by if bare in words()["bare_people"] else None
        if meant:
            told = replace(column, field=meant, place=left.place, how="context", confidence=90, nearest=None)
            return told, _fitting(region, told, cells)
    return column, chosen


def _unused(column: Column, nearest: str | None) -> Column:
    return replace(column, field=None, place=NOWHERE, how="none", nearest=nearest)


def _fitting(region: Region, column: Column, cells: list[Any]) -> str | None:
    """Return the field of a column: of those that its heading may mean, the one that its cells fit best."""
    if column.field is None:
        return None
    if column.field == DECISION:
        cells = region.told.filled("outcome", cells)
        sentences = [cell for cell in cells if isinstance(cell, str) and len(cell.split()) >= A_SENTENCE]
        if len(sentences) == 1 < len(cells):  # what the criterion asks for
            cells = [cell for cell in cells if cell is not sentences[0]]
        fitting = sum(fits_decision(cell, str(column.place.criterion)) for cell in cells)
        return DECISION if fitting >= GRID_FITTING * len(cells) else None
    scores = [(_fit(region, name, cells), name) for name in column.field.split("|")]
    best = max(score for score, _ in scores)
    if region.is_named(column):
        return next(name for score, name in scores if score == best)
    by_place = column.how == "context" and column.field == "|".join(BY_PLACE.get(region.kind, ()))
    if by_place and (not cells or best < (GRID_FITTING if len(cells) >= TOO_FEW else FITTING)):
        return None
    is_spelt_out = column.how not in ("exact", "similar") or column.confidence == SPELT_OUT
    is_outcome = best == 0 and _says_whether(column.heading, cells)
    if is_outcome or (best < FITTING and (len(cells) >= TOO_FEW or not is_spelt_out)):
        return None
    return next(name for score, name in scores if score == best)


def _says_whether(heading: str, cells: Sequence[Any]) -> bool:
    """Return whether the cells of a column say yes or no, and its heading asks for no date: "IV of decision" with
    "Approved" below is the outcome."""
    asks_for_a_date = {"date", "on", "when", "dated"} & set(plain(heading).split())
    answers = {flag for cell in cells if isinstance(flag := read_flag(cell), str)}
    return not asks_for_a_date and "yes" in answers and all(isinstance(read_flag(cell), str) for cell in cells)


def _fit(region: Region, name: str, cells: list[Any]) -> float:
    kind = table(region.kind).fields[name].kind
    return fit(kind, region.told.filled(kind, cells))


def fit(kind: str, cells: list[Any]) -> float:
    """Return the share (0 to 1) of filled cells that are what a kind of field asks for."""
    if not cells:
        return 1.0
    if kind == "date":
        return sum(
            day is not None and not (isinstance(day, Odd) and day.code == "STR005" and not day.hint)
            for day in read_dates(cells)
        ) / len(cells)
    if kind in ("text", "person", "unit"):
        dates = sum(not isinstance(cell, str) and not isinstance(cell, int | float) for cell in cells)
        return 1 - dates / len(cells)
    if kind in ("signed_date", "any_text"):
        return 1.0
    reader = READERS[kind]
    return sum(not isinstance(reader(cell), Odd) for cell in cells) / len(cells)


# ---------------------------------------------------------------------- unit grades beside criteria


def _unit_grades(grid: Grid, region: Region) -> list[Region]:
    """Return a table, and beside a grid of criteria the table of unit grades in its columns: "Unit grade", "Points".

    Where a grid is about a whole unit, or about several of its assignments, a "Grade" that is of none is the unit's.
    """
    whole_unit = "unit" in region.details and (
        "assignment" not in region.fields | region.details.keys()
        or len({column.place.assignment for column in region.decisions}) >= SEVERAL
    )
    learners = [column for column in region.columns if column.field in ("learner", "registration")]
    if region.kind != "attempts" or not region.in_blocks or not learners or not (region.decisions or whole_unit):
        return [region]
    split = {column.place.unit for column in region.decisions if column.place.unit and column.place.assignment}
    found: dict[int, Column] = {}
    for column in region.columns:
        where = column.place
        if column.field == "grade" and where.unit in split and not where.assignment and not where.attempt:
            found[column.index] = replace(column, place=Place(unit=where.unit))
            continue
        means = set(known(column.heading, "unit_results")) & {"grade", "points"}
        is_of_attempt = column.field and not (whole_unit and column.field == "grade" and not column.place.is_told)
        if means and not is_of_attempt and (whole_unit or "points" in means or "unit" in plain(column.heading).split()):
            place = Place(unit=place_in(column.heading, grid.names)[0].unit)
            found[column.index] = replace(column, field=min(means), place=place, how="exact", confidence=100)
    details = {"unit": replace(region.details["unit"], kind="unit_results")} if "unit" in region.details else {}
    if not found or not (details or all(column.place.unit for column in found.values())):
        return [region]
    rest = tuple(column for column in region.columns if column.index not in found)
    grades = replace(region, kind="unit_results", columns=(*learners, *found.values()), details=details, of_blocks=())
    return [replace(region, columns=rest), grades]
