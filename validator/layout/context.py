"""What labels and titles above a table tell of all its records, and rows of labels of its blocks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from validator.layout.details import BY_TITLE, CONTEXT, Detail, called, find_details, find_sections, label_of, named_in
from validator.layout.region import Region, meet
from validator.mapping.places import Place, place_in
from validator.tables.cells import assignment_key, unit_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.layout.grid import Grid

LABEL_ROWS = 6
"""How many rows of labels may stand between the headings and the first record."""


def context_of(
    grid: Grid, top: int, span: range, regions: Sequence[Region], details: Sequence[Detail]
) -> Sequence[Detail]:
    """Return what labels and titles tell of a table whose headings begin at a row, the nearest first.

    `details` are those above the first table. Of a table below another, what stands between the two comes before what
    was told of the one above.
    """
    above = [region for region in regions if region.heading_rows[0] < top and meet(region.span, span)]
    if not above:
        return details
    last = max(above, key=lambda region: region.heading_rows[0])
    own = _between(grid, last.heading_rows[-1], top, span)
    said = {(detail.kind, detail.field) for detail in own}
    for detail in reversed(find_sections(grid.sheet, range(last.first_row, top), grid.names)):
        if detail.field in BY_TITLE and detail.column in span and (detail.kind, detail.field) not in said:
            own.append(detail)  # a title between the records of the table above
            said.add((detail.kind, detail.field))
    inherited = context_of(grid, last.heading_rows[0], last.span, above, details)
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
        if found and all(_names_a_place(text, grid) for text in before):
            labels.extend(found)  # "Deadline | 10/11/2023", or "Assignment 2 | Deadline | 10/11/2023"
        elif len(filled) > 1 and not all(_names_a_place(row[column], grid) for column in filled):
            break
        titles.extend((text, number, at) for at in filled if isinstance(text := row[at], str))
    labelled = {(detail.kind, detail.field) for detail in labels}
    return [*labels, *(d for d in named_in(titles, grid.names) if (d.kind, d.field) not in labelled)]


def _names_a_place(cell: object, grid: Grid) -> bool:
    return isinstance(cell, str) and place_in(cell, grid.names)[0].is_told


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


def label_rows(grid: Grid, row: int, span: range) -> dict[int, Detail]:
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


def told_of_blocks(grid: Grid, region: Region, labels: Mapping[int, Detail]) -> tuple[tuple[Place, Detail], ...]:
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
